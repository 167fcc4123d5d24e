//! Unreadable paths: folders, pipes, forbidden places.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use heaplens::app::apply;
use heaplens::app::{AppState, Command, Executor, Settings};
use heaplens::base::Progress;
use heaplens::snapshot::load;

use super::{good, gzip, read, saved};

#[test]
fn an_error_ends_with_the_path() {
    let (folder, path) = saved("broken.heapsnapshot", b"hello");
    let message = |path: &Path| load(path, &Progress::new(), |_| {}).err().expect("no snapshot").to_string();
    assert!(message(&path).ends_with(&format!(" ({})", path.display())), "{}", message(&path));
    let none = message(&folder.path().join("none"));
    assert!(none.starts_with("cannot open the file: there is no file of this name ("), "{none}");
    let message = message(folder.path());
    assert!(
        message.starts_with("cannot open the file: it is a folder; choose the snapshot in it ("),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_said_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = saved("secret", &good());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).expect("our own file");
    match read(&path) {
        // The superuser may read it all the same.
        Ok(snapshot) => assert_eq!(snapshot.total_size(), 100),
        Err(error) => {
            assert!(
                error.sentence().starts_with("cannot open the file: permission denied: ask its owner"),
                "{error}"
            );
        }
    }
}

#[cfg(unix)]
fn pipe(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    path
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_writes_to_can_be_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pipe(&folder);
    let progress = Arc::new(Progress::new());
    let shared = Arc::clone(&progress);
    let reader = std::thread::spawn(move || load(&path, &shared, |_| {}).err());
    std::thread::sleep(Duration::from_millis(100));
    progress.cancel();
    let begun = Instant::now();
    assert!(reader.join().expect("no panic").expect("no snapshot").is_cancelled());
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[cfg(unix)]
#[test]
fn what_is_written_to_a_pipe_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pipe(&folder);
    let file = path.clone();
    let writer = std::thread::spawn(move || std::fs::write(file, gzip(&good())).expect("somebody reads"));
    assert_eq!(read(&path).expect("a good file").total_size(), 100);
    writer.join().expect("written");
}

/// Opens what never ends in the window's state, and closes it again.
#[cfg(unix)]
fn opened_and_given_up(path: PathBuf) -> Duration {
    let mut state = AppState::new(Settings::default(), Executor::threads(Arc::new(|| {})));
    apply(&mut state, Command::OpenFiles(vec![path]));
    std::thread::sleep(Duration::from_millis(100));
    state.poll();
    assert!(state.files[0].is_loading(), "it waits");
    let begun = Instant::now();
    let id = state.files[0].id;
    apply(&mut state, Command::Close(id));
    state.poll();
    assert!(state.files.is_empty() && !state.is_busy());
    begun.elapsed()
}

#[cfg(unix)]
#[test]
fn the_window_gives_up_a_stalled_load_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pipe(&folder);
    assert!(opened_and_given_up(path.clone()) < Duration::from_millis(200), "nobody writes");
    // Open for reading as well, so that it is open without waiting for a reader.
    let mut writer = std::fs::OpenOptions::new().read(true).write(true).open(&path).expect("a pipe");
    std::io::Write::write_all(&mut writer, b"{\"snapshot\":").expect("room in the pipe");
    assert!(opened_and_given_up(path) < Duration::from_millis(200), "somebody writes no more");
}

#[cfg(unix)]
#[test]
fn a_device_without_an_end_is_told_by_its_beginning() {
    let said = read(Path::new("/dev/zero")).err().expect("no snapshot").sentence();
    assert!(said.starts_with("not a V8 heap snapshot: it begins with zero bytes"), "{said}");
    let said = read(Path::new("/dev/null")).err().expect("no snapshot").sentence();
    assert!(said.starts_with("not a V8 heap snapshot: the file is empty"), "{said}");
}
