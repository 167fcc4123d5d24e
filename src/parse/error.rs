//! Why a file could not be loaded: what happened, where in the file, and what was expected.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::base::{Cancelled, NBSP, describe_io_error, format_count, format_size};
use crate::parse::corruption::is_optional_section;

/// The environment variable that limits the size of a decompressed file.
pub const MAX_DECOMPRESSED_VARIABLE: &str = "HEAPLENS_MAX_DECOMPRESSED";
/// The environment variable that limits the memory of a load.
pub const MEMORY_VARIABLE: &str = "HEAPLENS_MEMORY";

/// Advice for a file that contradicts itself.
const AGAIN: &str = "; fetch or copy the file again, or take the snapshot again";

/// Loading failed. The text is one sentence for the user; the path comes last.
#[derive(Debug, Clone)]
pub struct LoadError {
    kind: ErrorKind,
    path: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    Io {
        action: &'static str,
        reason: String,
    },
    NotASnapshot {
        found: String,
        instead: &'static str,
    },
    Syntax {
        offset: u64,
        section: &'static str,
        expected: &'static str,
        found: String,
    },
    /// `partly`: the readable part of the file can be opened.
    Truncated {
        section: &'static str,
        length: u64,
        opens_partly: bool,
    },
    Damaged {
        what: &'static str,
        reason: String,
    },
    Archive {
        reason: String,
    },
    DecompressionBomb {
        limit: u64,
    },
    Memory {
        needed: u64,
        available: u64,
    },
    Changed,
    Missing {
        field: &'static str,
    },
    Inconsistent {
        what: &'static str,
        expected: u64,
        found: u64,
    },
    OutOfRange {
        what: &'static str,
        at: String,
        value: u64,
        limit: u64,
    },
    TooLarge {
        what: &'static str,
        limit: u64,
    },
    Cancelled,
}

impl LoadError {
    /// The same error, naming the file.
    #[must_use]
    pub fn with_path(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Whether the user stopped the load.
    pub fn is_cancelled(&self) -> bool {
        self.kind == ErrorKind::Cancelled
    }

    /// Whether the file ends too early or is damaged, and the part before can be opened with
    /// [`load_partial`](crate::snapshot::load_partial).
    pub fn opens_partly(&self) -> bool {
        matches!(self.kind, ErrorKind::Truncated { opens_partly: true, .. }) || self.damaged().is_some()
    }

    /// The section and offset of data that V8 does not write.
    pub(crate) fn damaged(&self) -> Option<(&'static str, u64)> {
        self.kind.damaged()
    }

    /// The sentence without the path, for places that already show the file's name.
    pub fn sentence(&self) -> String {
        self.kind.to_string()
    }

    pub(crate) fn is_missing_section(&self) -> bool {
        matches!(self.kind, ErrorKind::Missing { .. })
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.section().is_some()
    }

    /// The section in which a truncated file ends.
    pub(crate) fn section(&self) -> Option<&'static str> {
        match self.kind {
            ErrorKind::Truncated { section, .. } => Some(section),
            _ => None,
        }
    }

    /// The same error; for a truncated file with whether it can be opened in part.
    pub(crate) fn with_partial_load(mut self, can_open: bool) -> Self {
        if let ErrorKind::Truncated { opens_partly, .. } = &mut self.kind {
            *opens_partly = can_open;
        }
        self
    }

    /// The same error with the section `old` renamed to `new`.
    pub(crate) fn renaming(mut self, old: &'static str, new: &'static str) -> Self {
        if let ErrorKind::Syntax { section, .. } = &mut self.kind
            && *section == old
        {
            *section = new;
        }
        self
    }

    pub(crate) fn io(action: &'static str, error: &std::io::Error) -> Self {
        ErrorKind::Io { action, reason: describe_io_error(error) }.into()
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

impl ErrorKind {
    /// The damaged section that a file can be opened without, and the offset of the damage.
    fn damaged(&self) -> Option<(&'static str, u64)> {
        match *self {
            Self::Syntax { section, offset, .. } => Some((is_optional_section(section)?, offset)),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, reason } => write!(f, "cannot {action}: {reason}"),
            Self::NotASnapshot { found, instead } => write!(f, "not a V8 heap snapshot: {found}; {instead}"),
            Self::Syntax { offset, section, expected, found } => {
                write!(f, "in {section} at byte {offset}: expected {expected}, found {found}")?;
                let rest = match self.damaged() {
                    Some(("nodes" | "edges" | "strings", _)) => "the part before it",
                    Some(_) => "everything else",
                    None => return Ok(()),
                };
                write!(f, "; the file is damaged there, or V8 has not written it: copy it again, or open {rest} as a partial snapshot")
            }
            Self::Truncated { section, length, opens_partly } => {
                let length = format_count(*length);
                write!(
                    f,
                    "cut short: the file ends in {section} at byte {length}; the process that wrote it was probably stopped, or the copy is not complete"
                )?;
                let advice = if *opens_partly {
                    "; take it again, or open what is there as a partial snapshot"
                } else {
                    "; too little is there to show"
                };
                f.write_str(advice)
            }
            Self::Damaged { what, reason } => {
                write!(f, "the {what} is damaged ({reason}): fetch or copy the file again")
            }
            Self::Archive { reason } => write!(f, "cannot open the zip archive: {reason}"),
            Self::DecompressionBomb { limit } => write!(
                f,
                "too large: decompressed, the file has more than {}, far more than a snapshot of its size; if it is one, raise the limit with --max-decompressed or {MAX_DECOMPRESSED_VARIABLE}, such as 40G",
                plain_size(*limit)
            ),
            Self::Memory { needed, available } => write!(
                f,
                "needs about {} of memory, {} are free: close other snapshots or programs, or set {MEMORY_VARIABLE}=unlimited to try all the same",
                plain_size(*needed),
                plain_size(*available)
            ),
            Self::Changed => f.write_str(
                "the file changed while it was read, as if another program still wrote it: open it again when that is done",
            ),
            Self::Missing { field } => write!(f, "{field} is missing, which every heap snapshot has{AGAIN}"),
            Self::Inconsistent { what, expected, found } => {
                write!(f, "{what} do not agree: expected {expected}, found {found}{AGAIN}")
            }
            Self::OutOfRange { what, at, value, limit } => {
                write!(f, "{what} {value} at {at} is out of range: expected less than {limit}{AGAIN}")
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

fn plain_size(bytes: u64) -> String {
    format_size(bytes).replace(NBSP, " ")
}

/// The file ends in `section`.
pub(crate) fn truncated(bytes: &[u8], section: &'static str) -> LoadError {
    ErrorKind::Truncated { section, length: bytes.len() as u64, opens_partly: false }.into()
}

/// The content at `offset`, for an error message: one or two bytes, or the end of the file.
pub(crate) fn found_at(bytes: &[u8], offset: usize) -> String {
    match bytes.get(offset) {
        None => "the end of the file".into(),
        Some(byte) if byte.is_ascii_graphic() => format!("'{}'", char::from(*byte)),
        Some(b' ' | b'\t' | b'\r' | b'\n') => "white space".into(),
        Some(byte) => format!("byte 0x{byte:02x}"),
    }
}
