//! A program under test: started, communicated with, and ended when it is dropped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

/// A running program. Dropping it ends it.
pub(crate) struct Program {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// Runs `code` as a script in `folder`.
    pub(crate) fn start(executable: &str, flags: &[&str], code: &str, folder: &Path) -> Self {
        let script = folder.join("server.js");
        fs::write(&script, code).unwrap();
        let mut arguments = flags.to_vec();
        arguments.push(script.to_str().unwrap());
        Self::run(executable, &arguments)
    }

    pub(crate) fn run(executable: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(executable);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = Arc::default();
        collect(child.stdout.take().unwrap(), &lines);
        collect(child.stderr.take().unwrap(), &lines);
        Self { child, lines }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The first line that contains `text`.
    pub(crate) fn await_line(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let lines = self.lines.lock().unwrap().clone();
            if let Some(line) = lines.iter().find(|line| line.contains(text)) {
                return line.clone();
            }
            assert!(began.elapsed() < PATIENCE, "no `{text}` in {lines:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Host and port of its inspector, as it prints them.
    pub(crate) fn inspector(&self) -> String {
        let line = self.await_line("ws://");
        let (_, rest) = line.split_once("ws://").unwrap();
        rest.split('/').next().unwrap().to_owned()
    }

    /// Writes a line to its standard input and waits for the answer.
    pub(crate) fn ask(&self, line: &str, answer: &str) {
        // In one piece: the program takes every piece for a line.
        self.child.stdin.as_ref().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
        self.await_line(answer);
    }

    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

fn collect(stream: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) {
    let lines = Arc::clone(lines);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            lines.lock().unwrap().push(line);
        }
    });
}

/// Where a program is, if it is installed.
pub(crate) fn on_path(name: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())?;
    Some(found.to_str()?.to_owned())
}

/// What an executable says of its version.
pub(crate) fn version(executable: &str) -> String {
    let output = Command::new(executable).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
