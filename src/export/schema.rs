//! The columns of exported tables, and the page that describes them.

use std::fmt::Write as _;

use crate::export::SCHEMA_VERSION;
use crate::export::tables::TableKind;

/// The type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    /// Text that is not a name from the program.
    Text,
    /// A name from the program: a class, a property, a path, a script. Hashed with `--names hashed`.
    Name,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Milliseconds since 1970, UTC.
    Time,
}

impl ColumnType {
    /// The type in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Text | Self::Name => "VARCHAR",
            Self::Integer => "BIGINT",
            Self::Number => "DOUBLE",
            Self::Boolean => "BOOLEAN",
            Self::Time => "TIMESTAMP",
        }
    }
}

/// One column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ColumnSchema {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether it can be null.
    pub is_optional: bool,
    /// Its description, one sentence.
    pub help: &'static str,
}

/// A column of this type.
pub const fn column(name: &'static str, kind: ColumnType, help: &'static str) -> ColumnSchema {
    ColumnSchema { name, kind, is_optional: false, help }
}

impl ColumnSchema {
    /// The same column, which may be null.
    pub const fn or_null(self) -> Self {
        Self { is_optional: true, ..self }
    }
}

/// `docs/fleet/schema.md`: all tables with their columns.
pub fn page() -> String {
    let mut page = format!(
        "# Tables of `heaplens export`\n\n\
         Version {SCHEMA_VERSION}. Tables and columns are only added, and keep their meaning. The partition's keys are columns \
         as well: they are the folders' names.\nA test fails when this page is not what the program writes.\n"
    );
    for table in TableKind::ALL {
        let _ = write!(page, "\n## {}\n\n{}\n\n", table.name(), table.help());
        page.push_str("| column | type | meaning |\n|---|---|---|\n");
        for column in table.columns() {
            let null = if column.is_optional { ", or null" } else { "" };
            let _ = writeln!(page, "| `{}` | {}{null} | {} |", column.name, column.kind.sql(), column.help);
        }
    }
    page
}
