//! Comma-separated values that are safe to open in a spreadsheet.

use std::io::Write;

use csv::{Writer, WriterBuilder};
use serde::{Serialize, Serializer};

use crate::cli::Failure;
use crate::model::format::sanitize;

/// Text from a file: no control characters, and no formula (prefixed by an apostrophe).
#[derive(Default)]
pub(crate) struct CsvText(String);

impl From<&str> for CsvText {
    fn from(text: &str) -> Self {
        let text = sanitize(text, usize::MAX);
        let is_formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        Self(if is_formula { format!("'{text}") } else { text })
    }
}

impl Serialize for CsvText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Writes a line of the fields' names and a line for each row.
pub(crate) fn write<R: Serialize + Default>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    // The names are printed even if there is no row.
    let mut names = Writer::from_writer(Vec::new());
    names.serialize(R::default())?;
    let names = names.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let end = names.iter().position(|&byte| byte == b'\n').map_or(names.len(), |at| at + 1);
    out.write_all(&names[..end])?;
    let mut writer = WriterBuilder::new().has_headers(false).from_writer(out);
    for row in rows {
        writer.serialize(row)?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Default)]
    struct Row {
        name: CsvText,
        change: i64,
        distance: Option<i32>,
    }

    fn csv(rows: Vec<Row>) -> String {
        let mut out = Vec::new();
        assert!(write(rows.into_iter(), &mut out).is_ok());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_formula_becomes_text_and_a_number_stays_one() {
        let row = |name: &str| Row { name: name.into(), change: -5, distance: None };
        let expected = "name,change,distance\n\"'=HYPERLINK(\"\"x\"\",1)\",-5,\na\\r\\nb,-5,\n";
        assert_eq!(csv(vec![row("=HYPERLINK(\"x\",1)"), row("a\r\nb")]), expected);
    }

    #[test]
    fn the_names_of_the_fields_stand_above_no_rows_too() {
        assert_eq!(csv(Vec::new()), "name,change,distance\n");
    }
}
