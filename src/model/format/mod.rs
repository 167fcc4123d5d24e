//! Formatting of numbers and texts: sizes and shares as Chrome prints them, and text from a file sanitised.

pub(crate) mod code_place;
pub(crate) mod holder_text;
pub(crate) mod javascript_path;
pub(crate) mod object_text;
pub(crate) mod path_text;
pub(crate) mod primitive_value;

use crate::base::NBSP;
pub use crate::base::{format_count, format_size, plain_spaces};

/// Shown if there is no number.
pub const NONE: &str = "−";
/// Shown if the number is not known yet.
pub const UNKNOWN: &str = "…";

/// A number of objects: `×1,234`.
pub fn times(number: u64) -> String {
    format!("×{}", format_count(number))
}

/// An exact size: `406,888 bytes`.
pub fn exact_bytes(bytes: u64) -> String {
    let unit = if bytes == 1 { "byte" } else { "bytes" };
    format!("{}{NBSP}{unit}", format_count(bytes))
}

/// A change in size: `+407 kB`, `−40 B`, `0 B`.
pub fn signed_size(bytes: i64) -> String {
    signed(bytes, format_size)
}

/// An exact change in size: `+406,856 bytes`.
pub fn signed_bytes(bytes: i64) -> String {
    signed(bytes, exact_bytes)
}

/// A change in number: `+1,234`, `−5`, `0`.
pub fn signed_count(number: i64) -> String {
    signed(number, format_count)
}

fn signed(number: i64, print: impl Fn(u64) -> String) -> String {
    let sign = match number {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    format!("{sign}{}", print(number.unsigned_abs()))
}

/// A part of a whole, 0 to 1: `13 %`.
pub fn percent(share: f32) -> String {
    format!("{:.0}{NBSP}%", share * 100.0)
}

/// `part` of `whole`, 0 to 1.
pub fn share(part: u64, whole: u64) -> f32 {
    if whole == 0 {
        return 0.0;
    }
    part as f32 / whole as f32
}

/// `text` made safe to show: on one line, with terminal control and bidirectional characters escaped, and cut
/// to `limit` characters followed by `…`. Takes time proportional to its output, however long `text` is.
pub fn sanitize(text: &str, limit: usize) -> String {
    let mut sanitize = String::with_capacity(text.len().min(limit));
    let mut taken = 0;
    for c in text.chars() {
        if taken >= limit {
            sanitize.push('…');
            break;
        }
        let before = sanitize.len();
        push_harmless(&mut sanitize, c);
        taken += if c.is_ascii() { sanitize.len() - before } else { 1 };
    }
    sanitize
}

fn push_harmless(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if is_control_or_bidi(c) => text.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => text.push(c),
    }
}

/// Control characters, marks and overrides of writing direction, line separators, and invisible characters.
pub fn is_control_or_bidi(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_printed_as_chrome_prints_them() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1049, "1.0 kB"),
            (1050, "1.1 kB"),
            (99_949, "99.9 kB"),
            (99_950, "100 kB"),
            (406_888, "407 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (12_345_678, "12.3 MB"),
            (887_000_000, "887 MB"),
            (2_500_000_000, "2.5 GB"),
            (1_234_000_000_000, "1,234 GB"),
            (u64::MAX, "18,446,744,074 GB"),
        ] {
            assert_eq!(format_size(bytes).replace(NBSP, " "), text);
        }
    }

    #[test]
    fn counts_are_grouped_and_changes_signed() {
        assert_eq!([0, 7, 999, 1_000, 1_234_567].map(format_count), ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!(times(1_234), "×1,234");
        assert_eq!([5_000, 0, -5_000].map(signed_count), ["+5,000", "0", "−5,000"]);
        assert_eq!([5_000, 0, -40].map(signed_size), ["+5.0\u{a0}kB", "0\u{a0}B", "−40\u{a0}B"]);
        assert_eq!(signed_size(i64::MIN), "−9,223,372,037\u{a0}GB");
        assert_eq!([1, 2_000].map(exact_bytes), ["1\u{a0}byte", "2,000\u{a0}bytes"]);
    }

    #[test]
    fn shares_are_whole_percents() {
        assert_eq!(percent(share(129, 1000)), "13\u{a0}%");
        assert_eq!(percent(share(1, 0)), "0\u{a0}%");
        assert_eq!(percent(1.0), "100\u{a0}%");
    }

    #[test]
    fn text_from_a_file_cannot_steer_what_shows_it() {
        assert_eq!(sanitize("a\nb\t\u{1b}[31m", 100), "a\\nb\\t\\u001b[31m");
        assert_eq!(sanitize("evil\u{202e}gpj.exe", 100), "evil\\u202egpj.exe");
        assert_eq!(sanitize("\u{9b}2J\u{7f}", 100), "\\u009b2J\\u007f");
        assert_eq!(sanitize("größe 👩\u{200d}💻", 100), "größe 👩\u{200d}💻");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(sanitize("größe", 5), "größe");
        assert_eq!(sanitize("größer", 5), "größe…");
        assert_eq!(sanitize(&"x".repeat(1_000_000), 3), "xxx…");
    }
}
