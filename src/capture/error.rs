//! Why a capture failed: one sentence for the user, and which part was stored.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::{NBSP, describe_io_error, format_count, format_size};

/// Maximum memory that V8 needs per heap object while it prepares a snapshot.
pub(crate) const BYTES_PER_OBJECT: u64 = 330;

/// A failed capture.
#[derive(Clone, Debug)]
pub struct CaptureError {
    kind: CaptureErrorKind,
    sentence: String,
    partial: Option<PathBuf>,
}

/// The kind of failure, for callers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptureErrorKind {
    /// The user cancelled it.
    Cancelled,
    /// The request is ambiguous or refers to nothing.
    Usage,
    /// Nothing answers there, or not an inspector.
    NotFound,
    /// The target refuses or does not support it.
    Refused,
    /// The target ended, crashed or closed the connection.
    Ended,
    /// The file could not be written.
    File,
}

impl CaptureError {
    pub(crate) fn new(kind: CaptureErrorKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), partial: None }
    }

    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(CaptureErrorKind::Usage, sentence)
    }

    pub(crate) fn refused(sentence: impl Into<String>) -> Self {
        Self::new(CaptureErrorKind::Refused, sentence)
    }

    pub(crate) fn ended(sentence: impl Into<String>) -> Self {
        Self::new(CaptureErrorKind::Ended, sentence)
    }

    pub(crate) fn not_found(sentence: impl Into<String>) -> Self {
        Self::new(CaptureErrorKind::NotFound, sentence)
    }

    /// The user did not agree.
    pub fn not_agreed(sentence: &str) -> Self {
        Self::new(CaptureErrorKind::Cancelled, sentence)
    }

    /// The time was over before the first snapshot was due.
    pub(crate) fn not_due(when_heap_over: Option<u64>) -> Self {
        Self::not_found(match when_heap_over {
            Some(limit) => {
                format!("The heap did not grow over {} in time; nothing was taken.", plain_size(limit))
            }
            None => "The time was over before the first snapshot; nothing was taken.".to_owned(),
        })
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(CaptureErrorKind::Cancelled, "Cancelled.")
    }

    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        let reason = describe_io_error(error);
        Self::new(CaptureErrorKind::File, format!("Cannot write {}: {reason}.", path.display()))
    }

    pub(crate) fn disk(error: &io::Error, written: u64) -> Self {
        let sentence = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                format!("The disk is full after {}.", plain_size(written))
            }
            _ => format!("The file cannot be written on: {}.", describe_io_error(error)),
        };
        Self::new(CaptureErrorKind::File, sentence)
    }

    pub(crate) fn nothing_listens(address: &str) -> Self {
        Self::not_found(format!(
            "Nothing listens on {address}. Start the program with `node --inspect`, or give its process id."
        ))
    }

    pub(crate) fn not_an_inspector(address: &str) -> Self {
        Self::not_found(format!("What listens on {address} is not an inspector."))
    }

    pub(crate) fn died_preparing(done: u64, total: u64) -> Self {
        let sentence = if total == 0 {
            "The process ended before it began to prepare the snapshot.".to_owned()
        } else {
            let need = plain_size(total.saturating_mul(BYTES_PER_OBJECT));
            format!(
                "The process ended while it prepared the snapshot ({} of {} objects): most likely it ran out \
                 of memory. It needed about {need} more: give its container that much, or capture an instance with a \
                 smaller heap.",
                format_count(done),
                format_count(total),
            )
        };
        Self::ended(sentence)
    }

    pub(crate) fn died_sending(bytes: u64) -> Self {
        Self::ended(format!("The process ended after {} of the snapshot.", plain_size(bytes)))
    }

    /// Names the stored partial file.
    pub(crate) fn keeping(mut self, partial: Option<PathBuf>) -> Self {
        if let Some(path) = &partial {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.sentence += &format!(" What arrived was kept as {name}; open it with --partial.");
        }
        self.partial = partial;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> CaptureErrorKind {
        self.kind
    }

    /// The path of the partial file, if anything arrived.
    pub fn partial(&self) -> Option<&Path> {
        self.partial.as_deref()
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for CaptureError {}

/// A size with an ordinary space, for sentences.
pub(crate) fn plain_size(bytes: u64) -> String {
    format_size(bytes).replace(NBSP, " ")
}
