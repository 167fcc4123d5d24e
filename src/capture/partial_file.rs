//! The file that a capture writes: `NAME.partial` until it is complete, then NAME.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use crate::capture::error::CaptureError;

const BUFFER: usize = 1 << 20;
const HEAD: usize = 4 << 10;

/// An unfinished file. After a disk error it accepts further bytes and drops them.
#[derive(Debug)]
pub(crate) struct PartialFile {
    path: PathBuf,
    unfinished: PathBuf,
    file: File,
    buffer: Vec<u8>,
    head: Vec<u8>,
    tail: [u8; 2],
    written: u64,
    failed: Option<io::Error>,
}

impl PartialFile {
    /// Creates `path.partial`; neither name may exist.
    pub(super) fn create(path: &Path) -> Result<Self, CaptureError> {
        if path.symlink_metadata().is_ok() {
            return Err(CaptureError::usage(format!(
                "{} exists already; nothing is overwritten.",
                path.display()
            )));
        }
        let unfinished = partial_name(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // A heap may contain secrets: like Node's own snapshots, the file is readable by its owner only.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&unfinished).map_err(|error| CaptureError::file(&unfinished, &error))?;
        let buffer = Vec::with_capacity(BUFFER);
        let (path, head) = (path.to_owned(), Vec::new());
        Ok(Self { path, unfinished, file, buffer, head, tail: [0; 2], written: 0, failed: None })
    }

    /// Bytes taken so far.
    pub(super) fn len(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Writes the bytes that `append` adds to the given vector.
    pub(super) fn append(&mut self, append: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
        append(&mut self.buffer)?;
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
        Some(())
    }

    fn flush(&mut self) {
        let space = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&self.buffer[..self.buffer.len().min(space)]);
        for &byte in &self.buffer[self.buffer.len().saturating_sub(2)..] {
            self.tail = [self.tail[1], byte];
        }
        if self.failed.is_none() {
            match self.file.write_all(&self.buffer) {
                Ok(()) => self.written += self.buffer.len() as u64,
                Err(error) => self.failed = Some(error),
            }
        }
        self.buffer.clear();
    }

    /// The first bytes of the file.
    pub(super) fn head(&mut self) -> &[u8] {
        self.flush();
        &self.head
    }

    /// Whether it starts and ends like a snapshot.
    pub(super) fn looks_whole(&mut self) -> bool {
        self.flush();
        self.head.starts_with(b"{") && self.tail == *b"]}"
    }

    /// The disk error, if any.
    pub(super) fn disk_error(&mut self) -> Option<CaptureError> {
        self.flush();
        self.failed.as_ref().map(|error| CaptureError::disk(error, self.written))
    }

    /// Gives it its final name; returns its length.
    pub(super) fn finish(mut self) -> Result<u64, CaptureError> {
        self.flush();
        let failed = self.failed.take();
        let done = failed.map_or(Ok(()), Err).and_then(|()| self.file.sync_all()).and_then(|()| {
            if self.path.symlink_metadata().is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(&self.unfinished, &self.path)
        });
        match done {
            Ok(()) => {
                sync_folder(&self.path);
                Ok(self.written)
            }
            Err(error) => {
                let failure = CaptureError::disk(&error, self.written);
                Err(failure.keeping(self.abandon()))
            }
        }
    }

    /// Keeps the partial file, or removes it if it is empty; returns its path.
    pub(super) fn abandon(mut self) -> Option<PathBuf> {
        self.flush();
        if self.written == 0 {
            // It does not matter if an empty file remains.
            let _ = fs::remove_file(&self.unfinished);
            return None;
        }
        // The bytes are in the system's cache; a second error would hide the first.
        let _ = self.file.sync_all();
        Some(self.unfinished)
    }
}

fn partial_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".partial");
    name.into()
}

/// Makes a rename durable; ignored by file systems that cannot do that.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// An unused name in `folder`: the target's title, the time, and the kind of file.
pub(crate) fn free_name(folder: &Path, title: &str, at: DateTime<Local>, extension: &str) -> PathBuf {
    let stem = format!("{}-{}", safe_title(title), at.format("%Y%m%d-%H%M%S"));
    numbered(folder, &stem, extension)
}

/// `stem.extension`, or the first free of `stem-2.extension`, `stem-3.extension`, …
fn numbered(folder: &Path, stem: &str, extension: &str) -> PathBuf {
    let mut path = folder.join(format!("{stem}.{extension}"));
    let mut number = 2;
    while path.symlink_metadata().is_ok() || partial_name(&path).symlink_metadata().is_ok() {
        path = folder.join(format!("{stem}-{number}.{extension}"));
        number += 1;
    }
    path
}

/// The last part of a title's path, in characters that every file system accepts.
fn safe_title(title: &str) -> String {
    const LONGEST: usize = 40;
    let title = title.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = title.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = [".js", ".mjs", ".cjs", ".ts"].iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
    let safe: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
        .take(LONGEST)
        .collect();
    let parts: Vec<&str> = safe.split('-').filter(|part| !part.is_empty()).collect();
    let safe = parts.join("-");
    let safe = safe.trim_matches('.');
    if safe.is_empty() { "heap".to_owned() } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(file: &mut PartialFile, bytes: &[u8]) {
        file.append(|out| {
            out.extend_from_slice(bytes);
            Some(())
        })
        .unwrap();
    }

    #[test]
    fn it_has_its_name_only_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heapsnapshot");
        let mut file = PartialFile::create(&path).unwrap();
        for byte in b"{\"a\":[1]}" {
            push(&mut file, &[*byte]);
        }
        assert!(file.looks_whole() && !path.exists() && partial_name(&path).exists());
        assert_eq!(file.finish().unwrap(), 9);
        assert!(path.exists() && !partial_name(&path).exists());
        assert!(PartialFile::create(&path).unwrap_err().to_string().contains("nothing is overwritten"));
    }

    #[test]
    fn a_part_stays_and_an_empty_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heapsnapshot");
        assert_eq!(PartialFile::create(&path).unwrap().abandon(), None);
        assert!(!partial_name(&path).exists());
        let mut file = PartialFile::create(&path).unwrap();
        push(&mut file, b"{\"a\"");
        assert!(!file.looks_whole());
        assert_eq!(file.abandon(), Some(partial_name(&path)));
    }

    #[test]
    fn a_title_cannot_leave_the_folder() {
        let cases = [
            ("/app/server.js", "server"),
            ("../../etc/passwd", "passwd"),
            ("..", "heap"),
            ("C:\\x\\con", "con"),
            ("http://localhost:1/shop?id=7", "shop"),
            ("my app[4711]", "my-app-4711"),
            ("\u{e9}\0\n", "heap"),
            ("", "heap"),
        ];
        for (title, expected) in cases {
            assert_eq!(safe_title(title), expected, "{title}");
        }
        assert_eq!(safe_title(&"a".repeat(500)).len(), 40);
    }
}
