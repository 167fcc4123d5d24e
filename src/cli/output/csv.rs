//! Comma-separated values that a spreadsheet can open without running anything.

use std::io::{self, Write};

use crate::model::format::sanitize;

/// Writes one line; the values must be harmless already: see [`text`].
pub fn line(out: &mut dyn Write, values: &[String]) -> io::Result<()> {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if value.contains([',', '"']) {
            write!(out, "\"{}\"", value.replace('"', "\"\""))?;
        } else {
            out.write_all(value.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

/// Text from a file: no control characters, and no formula (an apostrophe stands before it).
pub fn text(text: &str) -> String {
    let text = sanitize(text, usize::MAX);
    if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        let mut out = Vec::new();
        line(&mut out, &["-5".into(), text("=HYPERLINK(\"x\",1)"), text("a\r\nb")]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "-5,\"'=HYPERLINK(\"\"x\"\",1)\",a\\r\\nb\n");
    }
}
