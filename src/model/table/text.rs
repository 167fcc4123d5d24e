//! A table's rows as text for a spreadsheet or a report: the visible rows, in order.

use crate::base::{Cancelled, Progress};
use crate::model::format;
use crate::model::table::Row;
use crate::model::table::tree::TreeTable;

/// The format of the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TextFormat {
    /// Tab-separated values.
    Tsv,
    /// A table of Markdown, with its bars.
    Markdown,
}

/// The rows as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableText {
    /// A header line, then a line per row; the last one states how many rows were omitted.
    pub text: String,
    /// Number of its rows.
    pub rows: usize,
    /// Number of omitted rows.
    pub left_out: usize,
}

impl TableText {
    /// The first `limit` rows of `table`.
    pub fn new(
        table: &TreeTable,
        format: TextFormat,
        limit: usize,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        const CHECK_EVERY: usize = 1024;
        let titles: Vec<String> =
            table.source().columns().iter().map(|spec| format.cell(spec.title)).collect();
        let mut text = format.line(&titles);
        if format == TextFormat::Markdown {
            // Names are left-aligned, numbers right-aligned.
            let rules: Vec<String> =
                (0..titles.len()).map(|at| if at == 0 { "---" } else { "---:" }.to_owned()).collect();
            text.push_str(&format.line(&rules));
        }
        let rows = table.len().min(limit);
        for at in 0..rows {
            if at % CHECK_EVERY == 0 {
                progress.check()?;
            }
            text.push_str(&format.line(&format.row(&table.row(at))));
        }
        let left_out = table.len() - rows;
        if left_out > 0 {
            let count = format::format_count(u64::try_from(left_out).unwrap_or(u64::MAX));
            let mut cells = vec![String::new(); titles.len()];
            cells[0] = format!("… {count} more rows");
            text.push_str(&format.line(&cells));
        }
        Ok(Self { text, rows, left_out })
    }
}

impl TextFormat {
    fn line(self, cells: &[String]) -> String {
        match self {
            Self::Tsv => format!("{}\n", cells.join("\t")),
            Self::Markdown => format!("| {} |\n", cells.join(" | ")),
        }
    }

    fn row(self, row: &Row) -> Vec<String> {
        let indent = match self {
            Self::Tsv => "  ",
            Self::Markdown => "&emsp;",
        };
        let name = indent.repeat(row.depth) + &self.cell(&row.text());
        std::iter::once(name).chain(row.cells.iter().map(|cell| self.cell(&cell.text))).collect()
    }

    /// `text` escaped so that it stays in its cell, and is neither a formula nor markup.
    fn cell(self, text: &str) -> String {
        let text = format::sanitize(text, usize::MAX);
        match self {
            Self::Tsv if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => {
                format!("'{text}")
            }
            Self::Tsv => text,
            Self::Markdown => {
                let mut escaped = String::with_capacity(text.len());
                for c in text.chars() {
                    if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#') {
                        escaped.push('\\');
                    }
                    escaped.push(c);
                }
                escaped
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_a_cell() {
        assert_eq!(TextFormat::Tsv.cell("a\tb\nc"), "a\\tb\\nc");
        assert_eq!(TextFormat::Tsv.cell("=1+1"), "'=1+1");
        assert_eq!(TextFormat::Tsv.cell("+407 kB"), "'+407 kB");
        assert_eq!(TextFormat::Markdown.cell("a|b<c>_d_ `e`"), "a\\|b\\<c\\>\\_d\\_ \\`e\\`");
    }
}
