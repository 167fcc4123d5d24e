//! Syntax colouring of JavaScript and TypeScript line by line: keywords, strings, numbers and comments.
//! Without a grammar, so that any text, even truncated or invalid, is coloured in one pass.

use crate::model::table::Tone;

/// Keywords.
const KEYWORDS: [&str; 46] = [
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "yield",
];
/// Maximum nesting of substitutions inside template literals.
const DEPTH: usize = 32;

/// The state at the end of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Code,
    Comment,
    Template,
}

/// Tokenizes a text line by line.
pub(crate) struct Highlighter {
    mode: Mode,
    /// Open braces in each substitution of a template literal.
    substitutions: Vec<u32>,
    /// Whether a slash starts a regular expression.
    value_expected: bool,
}

impl Highlighter {
    /// At the beginning of a text.
    pub(crate) fn new() -> Self {
        Self { mode: Mode::Code, substitutions: Vec::new(), value_expected: true }
    }

    /// The tokens of the next line, each with its length in bytes.
    pub(crate) fn line(&mut self, line: &str) -> Vec<(Tone, usize)> {
        let mut pieces: Vec<(Tone, usize)> = Vec::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (tone, length) = self.piece(rest);
            let length = length.clamp(1, rest.len());
            let length = (length..=rest.len()).find(|&at| rest.is_char_boundary(at)).unwrap_or(rest.len());
            match pieces.last_mut() {
                Some((last, taken)) if *last == tone => *taken += length,
                _ => pieces.push((tone, length)),
            }
            rest = &rest[length..];
        }
        pieces
    }

    fn piece(&mut self, rest: &str) -> (Tone, usize) {
        match self.mode {
            Mode::Comment => {
                let end = rest.find("*/");
                self.mode = if end.is_some() { Mode::Code } else { Mode::Comment };
                (Tone::Quiet, end.map_or(rest.len(), |end| end + 2))
            }
            Mode::Template => (Tone::StringText, self.template(rest)),
            Mode::Code => self.code(rest),
        }
    }

    /// Up to the end of the literal or the next substitution.
    fn template(&mut self, rest: &str) -> usize {
        let bytes = rest.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 1,
                b'`' => {
                    (self.mode, self.value_expected) = (Mode::Code, false);
                    return at + 1;
                }
                b'$' if bytes.get(at + 1) == Some(&b'{') && self.substitutions.len() < DEPTH => {
                    self.substitutions.push(0);
                    (self.mode, self.value_expected) = (Mode::Code, true);
                    return at + 2;
                }
                _ => {}
            }
            at += 1;
        }
        bytes.len()
    }

    fn code(&mut self, rest: &str) -> (Tone, usize) {
        let first = rest.chars().next().unwrap_or(' ');
        if rest.starts_with("//") || rest.starts_with("#!") {
            return (Tone::Quiet, rest.len());
        }
        if rest.starts_with("/*") {
            self.mode = Mode::Comment;
            return (Tone::Quiet, 2);
        }
        if first.is_whitespace() {
            return (Tone::Plain, first.len_utf8());
        }
        if first.is_ascii_digit() {
            self.value_expected = false;
            return (Tone::Value, word(rest));
        }
        if first.is_alphabetic() || matches!(first, '_' | '$') {
            let length = word(rest);
            let is_keyword = KEYWORDS.contains(&&rest[..length]);
            self.value_expected = is_keyword && !matches!(&rest[..length], "this" | "super" | "null");
            return (if is_keyword { Tone::Function } else { Tone::Plain }, length);
        }
        match first {
            '"' | '\'' => {
                self.value_expected = false;
                (Tone::StringText, quoted(rest, first))
            }
            '/' if self.value_expected => {
                self.value_expected = false;
                (Tone::StringText, quoted(rest, first))
            }
            '`' => {
                self.mode = Mode::Template;
                (Tone::StringText, 1)
            }
            _ => {
                self.value_expected = !matches!(first, ')' | ']' | '}');
                (self.brace(first), first.len_utf8())
            }
        }
    }

    /// Counts the braces of a substitution; the last one returns to the template.
    fn brace(&mut self, sign: char) -> Tone {
        match (sign, self.substitutions.last_mut()) {
            ('{', Some(open)) => *open += 1,
            ('}', Some(0)) => {
                self.substitutions.pop();
                self.mode = Mode::Template;
                return Tone::StringText;
            }
            ('}', Some(open)) => *open -= 1,
            _ => {}
        }
        Tone::Plain
    }
}

/// The length in bytes of the word or number at the start of `rest`.
fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len())
}

/// The length in bytes of a literal on one line, including its delimiters.
fn quoted(rest: &str, end: char) -> usize {
    let mut is_escaped = false;
    let mut in_class = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' if end == '/' => in_class = true,
            ']' => in_class = false,
            c if c == end && !in_class => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<Vec<(Tone, &str)>> {
        let mut highlighter = Highlighter::new();
        text.lines()
            .map(|line| {
                let mut at = 0;
                let pieces = highlighter.line(line).into_iter();
                let pieces: Vec<_> = pieces
                    .map(|(tone, length)| {
                        at += length;
                        (tone, &line[at - length..at])
                    })
                    .collect();
                assert_eq!(at, line.len());
                pieces
            })
            .collect()
    }

    #[test]
    fn words_texts_and_comments_are_told_apart() {
        let lines = told("const a = 'b' + 12; // c\n/* d\ne */ f");
        assert_eq!(lines[0][0], (Tone::Function, "const"));
        assert!(lines[0].contains(&(Tone::StringText, "'b'")) && lines[0].contains(&(Tone::Value, "12")));
        assert_eq!(lines[0].last(), Some(&(Tone::Quiet, "// c")));
        assert_eq!(lines[1], [(Tone::Quiet, "/* d")]);
        assert_eq!(lines[2], [(Tone::Quiet, "e */"), (Tone::Plain, " f")]);
    }

    #[test]
    fn templates_go_on_over_lines_and_substitutions() {
        let lines = told("`a ${ {b: 1} } c\nd` / e");
        assert!(lines[0].contains(&(Tone::Value, "1")));
        assert_eq!(lines[0].last(), Some(&(Tone::StringText, "} c")));
        assert_eq!(lines[1], [(Tone::StringText, "d`"), (Tone::Plain, " / e")]);
    }

    #[test]
    fn a_slash_divides_or_begins_a_pattern() {
        let lines = told("a / b / c\nx = /[/\"]/g.test(y)\nreturn /q/");
        assert_eq!(lines[0], [(Tone::Plain, "a / b / c")]);
        assert!(lines[1].contains(&(Tone::StringText, "/[/\"]/")));
        assert!(lines[2].contains(&(Tone::StringText, "/q/")));
    }

    #[test]
    fn broken_texts_get_through() {
        for text in ["'", "`${`${`", "/", "é'é\\", "}}}}", "\\"] {
            told(text);
        }
    }
}
