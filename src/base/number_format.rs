//! Formatting of numbers: counts in groups of three, sizes in units.

/// Between a number and its unit, so that they stay on one line.
pub const NBSP: char = '\u{a0}';

/// `text` with ordinary spaces before its units: for terminals, files and programs.
pub fn plain_spaces(text: &str) -> String {
    text.replace(NBSP, " ")
}

/// A whole number in groups of three: `1,234,567`.
pub fn format_count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in the largest unit that it reaches, thousands of bytes to a kB: `512 B`, `99.9 kB`, `407 kB`.
pub fn format_size(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes}{NBSP}B");
    }
    let mut unit = 1000;
    for name in ["kB", "MB", "GB"] {
        let tenths = rounded(bytes, unit / 10);
        if tenths < 1000 {
            return format!("{}.{}{NBSP}{name}", tenths / 10, tenths % 10);
        }
        let whole = rounded(bytes, unit);
        if whole < 1000 || name == "GB" {
            return format!("{}{NBSP}{name}", format_count(whole));
        }
        unit *= 1000;
    }
    unreachable!("the last unit takes every number")
}

fn rounded(bytes: u64, unit: u64) -> u64 {
    bytes / unit + u64::from(bytes % unit >= unit / 2)
}
