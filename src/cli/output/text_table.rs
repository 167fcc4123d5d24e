//! Aligned text tables.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::model::format::{format_count, format_size, plain_spaces, sanitize};
use crate::snapshot::Snapshot;

/// Default number of text rows.
pub(crate) const DEFAULT_LIMIT: usize = 50;
/// Maximum characters of a name.
const NAME_LIMIT: usize = 120;

/// A table of number columns, and a last column of text.
pub(crate) struct TextTable {
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// With these headers.
    pub(crate) fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    /// Adds a row: numbers, and the unescaped text.
    pub(crate) fn row(&mut self, numbers: impl IntoIterator<Item = String>, text: &str) {
        let numbers = numbers.into_iter().map(|number| plain_spaces(&number));
        self.rows.push(numbers.chain([sanitize(text, NAME_LIMIT)]).collect());
    }

    /// Prints all rows, and the number of rows omitted.
    pub(crate) fn print(&self, out: &mut dyn Write, more: usize) -> io::Result<()> {
        let numbers = self.rows[0].len() - 1;
        let width = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..numbers).map(width).collect();
        for row in &self.rows {
            for (cell, &width) in row.iter().zip(&widths) {
                write!(out, "{}{cell}  ", " ".repeat(width - cell.width()))?;
            }
            writeln!(out, "{}", row[numbers])?;
        }
        if more > 0 {
            writeln!(out, "… and {} more", format_count(more as u64))?;
        }
        Ok(())
    }
}

/// A snapshot in one line.
pub(crate) fn head_line(snapshot: &Snapshot) -> String {
    let name = sanitize(&snapshot.source().name(), NAME_LIMIT);
    let objects = format_count(snapshot.graph().node_count() as u64);
    let references = format_count(snapshot.graph().edge_count() as u64);
    let bytes = plain_spaces(&format_size(snapshot.total_size()));
    format!("{name}: {bytes}, {objects} objects, {references} references")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        let mut table = TextTable::new(&["Kind", "Name"]);
        table.row(["集合".into()], "a");
        table.row(["Set".into()], "b");
        let mut out = Vec::new();
        table.print(&mut out, 0).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Kind  Name\n集合  a\n Set  b\n");
    }

    #[test]
    fn numbers_stand_right_and_names_last() {
        let mut table = TextTable::new(&["Size", "Count", "Name"]);
        table.row(["407\u{a0}kB".into(), "1".into()], "Array");
        table.row(["2\u{a0}B".into(), "1,000".into()], "evil\u{1b}[2J");
        let mut out = Vec::new();
        table.print(&mut out, 1234).unwrap();
        let expected =
            "  Size  Count  Name\n407 kB      1  Array\n   2 B  1,000  evil\\u001b[2J\n… and 1,234 more\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
