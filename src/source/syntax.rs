//! Parsing of untrusted JavaScript and TypeScript.
//!
//! The parser recurses, and a stack that overflows aborts the process. So brackets are counted first, and
//! the text is parsed on a thread whose stack bears every text that passes.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::source::outline::Outline;

/// Bytes of a text that is parsed.
const TEXT_LIMIT: usize = 32 << 20;
/// Nested brackets of a text that is parsed.
const DEPTH_LIMIT: usize = 100_000;
/// Address space of the thread's stack; only what is touched takes memory.
const STACK_BYTES: usize = 1 << 30;

/// The tables of `text`; `name` tells JavaScript from TypeScript.
pub fn outline(text: &str, name: &str) -> Result<Outline, String> {
    with_program(text, name, |program| Outline::of_program(program, text))
}

/// Parses `text` and hands its tree to `read`; `name` tells JavaScript from TypeScript.
pub fn with_program<T: Send>(
    text: &str,
    name: &str,
    read: impl FnOnce(&Program<'_>) -> T + Send,
) -> Result<T, String> {
    if text.len() > TEXT_LIMIT {
        return Err(format!("the text has {} bytes, more than the {TEXT_LIMIT} that are parsed", text.len()));
    }
    let depth = bracket_depth(text);
    if depth > DEPTH_LIMIT {
        return Err(format!("brackets nest {depth} deep, deeper than the {DEPTH_LIMIT} that are parsed"));
    }
    let links = longest_run(text);
    if links > DEPTH_LIMIT {
        return Err(format!(
            "{links} operators stand in one statement, more than the {DEPTH_LIMIT} that are parsed"
        ));
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("parse source".into()).stack_size(STACK_BYTES);
        let parsed = thread
            .spawn_scoped(scope, || parse(text, name, read))
            .map_err(|error| format!("cannot start a thread to parse the text: {error}"))?;
        parsed.join().unwrap_or_else(|_| Err("the parser failed on this text".into()))
    })
}

fn parse<T>(text: &str, name: &str, read: impl FnOnce(&Program<'_>) -> T) -> Result<T, String> {
    let allocator = Allocator::default();
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let kind = match SourceType::from_path(path) {
        Ok(kind) if kind.is_typescript() => kind,
        _ => SourceType::unambiguous().with_jsx(true),
    };
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, kind).with_options(options).parse();
    if parsed.panicked {
        return Err("the text is not valid JavaScript".into());
    }
    Ok(read(&parsed.program))
}

/// How deep brackets nest at most, those in strings and comments counted too.
fn bracket_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The most operators between two ends of statements: each may be a level of the tree.
fn longest_run(text: &str) -> usize {
    let (mut run, mut longest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b';' | b',' | b'{' | b'}' => run = 0,
            b'+' | b'-' | b'!' | b'~' | b'?' | b'.' | b'=' | b'&' | b'|' | b'*' | b'%' | b'<' | b'>' => {
                run += 1;
                longest = longest.max(run);
            }
            _ => {}
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_end_in_a_sentence_or_a_tree() {
        for text in ["[".repeat(1_000_000), "a+".repeat(1_000_000), "[".repeat(20_000), "!".repeat(200_000)] {
            assert!(outline(&text, "x.js").is_err(), "{}…", &text[..4]);
        }
        for text in
            [format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)), format!("{}a", "a+".repeat(40_000))]
        {
            assert!(outline(&text, "x.js").is_ok(), "{}…", &text[..4]);
        }
    }
}
