//! Which constructors are shown: all, those whose name contains a text, or those that match a pattern.

use regex::{Regex, RegexBuilder};

/// The text typed into the filter field.
#[derive(Clone, Debug, Default)]
pub enum ClassFilter {
    /// Empty: every constructor passes.
    #[default]
    All,
    /// A text in lower case that the name must contain, ignoring case.
    Contains(String),
    /// A pattern that the name matches.
    Matches(Regex),
}

/// Invalid pattern, with a message for the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseFilterError(pub String);

impl std::fmt::Display for ParseFilterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseFilterError {}

impl ClassFilter {
    /// A text to find ignoring case, or a regular expression between slashes, followed by `i` to ignore case.
    pub fn parse(typed: &str) -> Result<Self, ParseFilterError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Self::All);
        }
        match pattern(typed, false) {
            Some(pattern) => pattern.map(Self::Matches),
            None => Ok(Self::Contains(typed.to_lowercase())),
        }
    }

    /// Whether `name` equals the typed text, ignoring case.
    pub fn names(&self, name: &str) -> bool {
        matches!(self, Self::Contains(text) if name.to_lowercase() == *text)
    }

    /// Whether a constructor of this name is shown.
    pub fn keeps(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Contains(text) => name.to_lowercase().contains(text),
            Self::Matches(pattern) => pattern.is_match(name),
        }
    }
}

/// The regular expression between slashes in `typed`, followed by `i` to ignore case; `None` if `typed` is
/// plain text.
pub(crate) fn pattern(typed: &str, ignores_case: bool) -> Option<Result<Regex, ParseFilterError>> {
    let rest = typed.strip_prefix('/')?;
    let plain = rest.strip_suffix('/').map(|pattern| (pattern, ignores_case));
    let (pattern, ignores_case) = plain.or_else(|| rest.strip_suffix("/i").map(|pattern| (pattern, true)))?;
    if pattern.is_empty() {
        return None;
    }
    let built = RegexBuilder::new(pattern).case_insensitive(ignores_case).build();
    Some(
        built.map_err(|error| {
            ParseFilterError(format!("/{pattern}/ is not a pattern: {}", last_line(&error)))
        }),
    )
}

/// Errors of the regex crate show the position over several lines and the message last.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ignores_case_and_patterns_do_not() {
        for (typed, keeps, drops) in [
            ("", "Array", None),
            ("arr", "Array", Some("Object")),
            (" Arr ", "(array)", Some("Object")),
            ("/^A/", "Array", Some("(Array)")),
            ("/^a/i", "Array", Some("(Array)")),
            ("/", "system / Map", Some("Map")),
            ("//", "a//b", Some("a/b")),
            ("(", "(string)", Some("String")),
        ] {
            let filter = ClassFilter::parse(typed).unwrap();
            assert!(filter.keeps(keeps), "{typed}");
            assert!(drops.is_none_or(|name| !filter.keeps(name)), "{typed}");
        }
    }

    #[test]
    fn a_name_is_told_from_those_that_contain_it() {
        let filter = ClassFilter::parse("Item").unwrap();
        assert!(filter.names("Item") && filter.names("item"));
        assert!(!filter.names("LineItem"));
        assert!(!ClassFilter::parse("/Item/").unwrap().names("Item"));
    }

    #[test]
    fn a_bad_pattern_is_said_in_one_line() {
        let error = ClassFilter::parse("/a(b/").unwrap_err().to_string();
        assert_eq!(error, "/a(b/ is not a pattern: unclosed group");
    }
}
