//! `heaplens export`: folders, partitions, files that fail, standard input.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use heaplens::export::tables::TableKind;

use crate::export::{files, integer, rows, text};
use crate::support::command_line::{heaplens, json, refused};
use crate::support::samples::{AFTER, START, TINY, sample, sample_argument};

fn put(from: &str, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(sample(from), to).unwrap();
}

#[test]
fn a_folder_of_snapshots_is_exported_and_a_broken_file_is_skipped() {
    let [heaps, tables] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    put(TINY, &heaps.path().join("service=api/host=a/later.heapsnapshot"));
    put(TINY, &heaps.path().join("service=api/host=b/later.heapsnapshot"));
    let broken = heaps.path().join("service=web/host=c/later.heapsnapshot");
    fs::create_dir_all(broken.parent().unwrap()).unwrap();
    fs::write(&broken, "{").unwrap();
    let [heaps, folder] = [&heaps, &tables].map(|folder| folder.path().to_str().unwrap());
    let output =
        heaplens(&["export", heaps, "--parquet", folder, "--partition", "version=1.4.2", "--jobs", "2"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.lines().count() == 1 && said.contains("host=c"), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("2 exported, 1 failed"));
    let found = files(tables.path(), TableKind::Snapshots);
    let below: Vec<_> =
        found.iter().map(|file| file.strip_prefix(folder).unwrap().parent().unwrap()).collect();
    let expected = ["a", "b"].map(|host| format!("snapshots/version=1.4.2/service=api/host={host}"));
    assert_eq!(below, expected.iter().map(Path::new).collect::<Vec<_>>());
    let snapshots = rows(tables.path(), TableKind::Snapshots);
    assert_ne!(text(&snapshots[0], "snapshot"), text(&snapshots[1], "snapshot"));
}

#[test]
fn a_baseline_may_lie_beside_each_file() {
    let [heaps, tables] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for host in ["a", "b"] {
        put(START, &heaps.path().join(format!("host={host}/start.heapsnapshot")));
        put(AFTER, &heaps.path().join(format!("host={host}/later.heapsnapshot")));
    }
    let [heaps, folder] = [&heaps, &tables].map(|folder| folder.path().to_str().unwrap());
    let answer = json(&["export", heaps, "--parquet", folder, "--baseline", "start.heapsnapshot"]);
    assert_eq!(answer["files"].as_array().unwrap().len(), 2, "a baseline is not exported by itself");
    let suspects = rows(tables.path(), TableKind::Suspects);
    let first = suspects.iter().filter(|row| integer(row, "rank") == Some(1));
    let owners: Vec<_> = first.filter_map(|row| text(row, "owner")).collect();
    assert_eq!(owners, ["leaks", "leaks"]);
}

#[test]
fn standard_input_is_a_snapshot_with_a_name() {
    let tables = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["export", "-", "--name", "web-7", "--uptime", "60", "--parquet"])
        .arg(tables.path())
        .args(["--tables", "snapshots"])
        .stdin(Stdio::from(File::open(sample(TINY)).unwrap()))
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let row = &rows(tables.path(), TableKind::Snapshots)[0];
    assert_eq!(
        (text(row, "file_name").as_deref(), integer(row, "uptime_seconds")),
        (Some("web-7"), Some(60))
    );
    assert!(!tables.path().join("classes").exists());
}

#[test]
fn wrong_arguments_are_refused_in_a_sentence() {
    let tiny = sample_argument(TINY);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    for (arguments, expected) in [
        (&["--partition", "service=a/b"][..], "cannot be a folder's name"),
        (&["--partition", "count=1"], "is a column of the table classes"),
        (&["--tables", "class"], "no such table"),
        (&["--names", "hashed"], "needs --salt"),
        (&["--dominator-share", "2"], "a number from 0 to 1"),
    ] {
        let (status, said) = refused(&[&["export", &*tiny, "--parquet", out], arguments].concat());
        assert!(status == 2 && said.contains(expected), "{arguments:?}: {said}");
    }
    assert_eq!(fs::read_dir(out).unwrap().count(), 0);
}

#[test]
fn the_page_of_tables_is_what_the_program_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fleet/schema.md");
    let page = heaplens::export::schema::page();
    if std::env::var_os("HEAPLENS_WRITE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/fleet/schema.md is not current: run the tests with HEAPLENS_WRITE_DOCS=1"
    );
}
