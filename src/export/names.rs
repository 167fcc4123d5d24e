//! Names of the program in exported tables: whole, or hashed with a salt so that exports stay comparable.

use std::borrow::Cow;
use std::fmt;

use sha2::{Digest, Sha256};

/// Bytes of a hash that are kept.
const HASH_BYTES: usize = 12;

/// How names are written.
#[derive(Clone, PartialEq, Eq)]
pub enum NameWriter {
    /// As they are.
    Full,
    /// As they are; hashes of texts use this salt.
    Salted(String),
    /// As hashes with this salt: equal names have equal hashes in all exports with one salt.
    Hashed(String),
}

impl fmt::Debug for NameWriter {
    /// Never prints the salt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "Full",
            Self::Salted(_) => "Salted",
            Self::Hashed(_) => "Hashed",
        })
    }
}

impl NameWriter {
    /// A name from the program. V8's own names, such as `(string)` and `system / Map`, are not hashed.
    pub fn name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self {
            Self::Hashed(salt) if !is_of_v8(name) => Cow::Owned(hash(salt, "name", name)),
            _ => Cow::Borrowed(name),
        }
    }

    /// The placeholder for a text whose contents are not exported.
    pub fn text_hash(&self, text: &str) -> String {
        match self {
            Self::Full => hash("", "text", text),
            Self::Salted(salt) | Self::Hashed(salt) => hash(salt, "text", text),
        }
    }
}

/// V8's own names.
fn is_of_v8(name: &str) -> bool {
    name.is_empty() || name.starts_with("system / ") || (name.starts_with('(') && name.ends_with(')'))
}

/// 24 hexadecimal digits.
fn hash(salt: &str, kind: &str, text: &str) -> String {
    let mut sha = Sha256::new();
    for part in [salt, kind] {
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    sha.update(text);
    sha.finalize().iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_depend_on_the_salt_and_stay_what_they_are() {
        let (one, other) = (NameWriter::Hashed("a".into()), NameWriter::Hashed("b".into()));
        assert_eq!(one.name("Session"), one.name("Session"));
        assert_ne!(one.name("Session"), other.name("Session"));
        assert_ne!(one.name("Session"), one.name("Sessions"));
        assert_ne!(one.name("Session"), one.text_hash("Session"));
        assert_eq!(one.name("Session").len(), 2 * HASH_BYTES);
        assert_eq!(NameWriter::Full.text_hash("abc"), "f372a51097adca372556cfe7");
    }

    #[test]
    fn what_v8_names_is_not_hashed() {
        let hashed = NameWriter::Hashed("a".into());
        for name in ["(string)", "system / Map", "(compiled code)", ""] {
            assert_eq!(hashed.name(name), name);
        }
        assert_eq!(NameWriter::Full.name("Session"), "Session");
        assert_eq!(format!("{hashed:?}"), "Hashed", "the salt is never printed");
    }
}
