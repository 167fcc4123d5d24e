//! The program run as a user or a script runs it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use heaplens::graph::GraphBuilder;
use serde_json::Value;

pub(crate) fn heaplens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heaplens")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// What a command prints that does what it is asked to.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = heaplens(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json(arguments: &[&str]) -> Value {
    let text = printed(&[arguments, &["--json"]].concat());
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).unwrap()
}

/// The error message of a failing command, and its exit status.
pub(crate) fn refused(arguments: &[&str]) -> (i32, String) {
    let output = heaplens(arguments);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

pub(crate) fn heap(build: impl FnOnce(&mut GraphBuilder)) -> tempfile::NamedTempFile {
    let mut builder = GraphBuilder::new();
    build(&mut builder);
    let mut file = tempfile::Builder::new().suffix(".heapsnapshot").tempfile().unwrap();
    file.write_all(builder.to_json().as_bytes()).unwrap();
    file
}
