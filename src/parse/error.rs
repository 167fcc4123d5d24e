//! Why a file could not be loaded: what, where in the file, what was expected.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::base::Cancelled;

/// Loading failed. The text is one sentence for the person who opened the file; the path stands last.
#[derive(Debug, Clone)]
pub struct LoadError {
    kind: ErrorKind,
    path: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    Io { action: &'static str, reason: String },
    NotASnapshot { found: String },
    Syntax { offset: u64, section: &'static str, expected: &'static str, found: String },
    Truncated { section: &'static str, length: u64 },
    Missing { field: &'static str },
    Inconsistent { what: &'static str, expected: u64, found: u64 },
    OutOfRange { what: &'static str, at: String, value: u64, limit: u64 },
    TooLarge { what: &'static str, limit: u64 },
    Cancelled,
}

impl LoadError {
    /// The same error, naming the file.
    #[must_use]
    pub fn with_path(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Whether the person stopped the load.
    pub fn is_cancelled(&self) -> bool {
        self.kind == ErrorKind::Cancelled
    }

    /// The sentence without the path, for places that show the file's name already.
    pub fn sentence(&self) -> String {
        self.kind.to_string()
    }

    pub(crate) fn io(action: &'static str, error: &std::io::Error) -> Self {
        ErrorKind::Io { action, reason: error.to_string() }.into()
    }
}

impl From<ErrorKind> for LoadError {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, path: None }
    }
}

impl From<Cancelled> for LoadError {
    fn from(_: Cancelled) -> Self {
        ErrorKind::Cancelled.into()
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, reason } => write!(f, "cannot {action}: {reason}"),
            Self::NotASnapshot { found } => {
                write!(
                    f,
                    "not a V8 heap snapshot: {found}; expected a .heapsnapshot file, which begins with {{\"snapshot\":"
                )
            }
            Self::Syntax { offset, section, expected, found } => {
                write!(f, "in {section} at byte {offset}: expected {expected}, found {found}")
            }
            Self::Truncated { section, length } => {
                write!(
                    f,
                    "cut short: the file ends in {section} at byte {length}, so part of the heap is missing; the process that wrote it was probably stopped"
                )
            }
            Self::Missing { field } => write!(f, "{field} is missing, which every heap snapshot has"),
            Self::Inconsistent { what, expected, found } => {
                write!(f, "{what} do not agree: expected {expected}, found {found}")
            }
            Self::OutOfRange { what, at, value, limit } => {
                write!(f, "{what} {value} at {at} is out of range: expected less than {limit}")
            }
            Self::TooLarge { what, limit } => write!(f, "too large: {what}, the limit is {limit}"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match &self.path {
            Some(path) => write!(f, " ({})", path.display()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LoadError {}

/// What stands at `offset`, for an error message: a byte or two of it, or the end of the file.
pub(crate) fn found_at(bytes: &[u8], offset: usize) -> String {
    match bytes.get(offset) {
        None => "the end of the file".into(),
        Some(byte) if byte.is_ascii_graphic() => format!("'{}'", char::from(*byte)),
        Some(b' ' | b'\t' | b'\r' | b'\n') => "white space".into(),
        Some(byte) => format!("byte 0x{byte:02x}"),
    }
}
