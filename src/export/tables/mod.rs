//! The tables: one file each, with its columns and its rows.

mod classes;
mod containers;
mod dominators;
mod edges;
mod nodes;
mod snapshots;
mod strings;
mod suspects;

use std::sync::{Arc, OnceLock};

use crate::base::Progress;
use crate::export::dataset::{ExportError, name_hash};
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::{ColumnSchema, ColumnType, column};
use crate::export::{ExportInput, ExportOptions};
use crate::growth::{Growth, growth};
use crate::snapshot::{SizeMode, Snapshot};

/// One table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TableKind {
    /// One row per snapshot.
    Snapshots,
    /// Constructors.
    Classes,
    /// Large collections, and what grew.
    Containers,
    /// Leak suspects.
    Suspects,
    /// Texts that occur more than once.
    Strings,
    /// The dominator tree down to a share of the heap.
    Dominators,
    /// Every object.
    Nodes,
    /// Every reference.
    Edges,
}

impl TableKind {
    /// All of them, in the order of writing.
    pub const ALL: [Self; 8] = [
        Self::Snapshots,
        Self::Classes,
        Self::Containers,
        Self::Suspects,
        Self::Strings,
        Self::Dominators,
        Self::Nodes,
        Self::Edges,
    ];

    /// The default tables: small for any heap.
    pub const DEFAULT: [Self; 6] =
        [Self::Snapshots, Self::Classes, Self::Containers, Self::Suspects, Self::Strings, Self::Dominators];

    /// The name of the table and its folder.
    pub fn name(self) -> &'static str {
        self.declaration().name
    }

    /// What its rows are.
    pub fn help(self) -> &'static str {
        self.declaration().help
    }

    /// Its columns.
    pub fn columns(self) -> &'static [ColumnSchema] {
        self.declaration().columns
    }

    /// The table of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Writes the table's rows.
    pub fn write(self, scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
        (self.declaration().write)(scene, sink)
    }

    fn declaration(self) -> &'static Table {
        match self {
            Self::Snapshots => &snapshots::TABLE,
            Self::Classes => &classes::TABLE,
            Self::Containers => &containers::TABLE,
            Self::Suspects => &suspects::TABLE,
            Self::Strings => &strings::TABLE,
            Self::Dominators => &dominators::TABLE,
            Self::Nodes => &nodes::TABLE,
            Self::Edges => &edges::TABLE,
        }
    }
}

/// The definition of a table.
struct Table {
    name: &'static str,
    help: &'static str,
    columns: &'static [ColumnSchema],
    write: fn(&TableInput<'_>, &mut RowSink<'_>) -> Result<(), ExportError>,
}

/// The first column of every table.
const SNAPSHOT: ColumnSchema = column(
    "snapshot",
    ColumnType::Text,
    "Which snapshot: the same for the same file name in the same partition.",
);

/// The source of all tables: a snapshot, and shared results about it.
pub struct TableInput<'a> {
    /// The exported snapshot.
    pub input: &'a ExportInput,
    /// The options.
    pub options: &'a ExportOptions,
    /// Cancellation.
    pub progress: &'a Progress,
    id: String,
    growth: OnceLock<Option<Arc<Growth>>>,
}

impl<'a> TableInput<'a> {
    /// For one snapshot.
    pub fn new(
        input: &'a ExportInput,
        options: &'a ExportOptions,
        progress: &'a Progress,
    ) -> Result<Self, ExportError> {
        progress.check()?;
        let id = format!("{:016x}", name_hash(&format!("{}\0{}", input.partition, input.name)));
        Ok(Self { input, options, progress, id, growth: OnceLock::new() })
    }

    fn snapshot(&self) -> &'a Arc<Snapshot> {
        &self.input.snapshot
    }

    /// The value of [`SNAPSHOT`].
    fn id(&self) -> Value<'_> {
        Value::Symbol(0, &self.id)
    }

    /// What grew since the baseline, if there is one and its ids are of the same process.
    fn growth(&self) -> Result<Option<&Arc<Growth>>, ExportError> {
        if self.growth.get().is_none() {
            let found = match &self.input.baseline {
                Some(baseline) => {
                    let found = growth(baseline, self.snapshot(), SizeMode::Chrome, self.progress)?;
                    (found.ids.is_one_process()).then(|| Arc::new(found))
                }
                None => None,
            };
            self.growth.get_or_init(|| found);
        }
        Ok(self.growth.get().and_then(Option::as_ref))
    }
}

/// The script and the line at the end of a text such as `seen by handler at server.js:10`.
fn script_and_line(place: &str) -> (Option<&str>, Option<i64>) {
    let Some(start) = [" at ", " in "].iter().filter_map(|word| Some(place.rfind(word)? + word.len())).max()
    else {
        return (None, None);
    };
    match place[start..].rsplit_once(':').map(|(script, line)| (script, line.parse())) {
        Some((script, Ok(line))) => (Some(script), Some(line)),
        _ => (Some(&place[start..]), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_script_and_a_line() {
        assert_eq!(script_and_line("seen by handler at server.js:10"), (Some("server.js"), Some(10)));
        assert_eq!(script_and_line("seen by a b in node:fs"), (Some("node:fs"), None));
        assert_eq!(script_and_line("everywhere"), (None, None));
    }

    #[test]
    fn every_column_has_a_name_of_its_own_and_says_what_it_is() {
        for table in TableKind::ALL {
            assert_eq!(TableKind::named(table.name()), Some(table));
            assert_eq!(table.columns()[0], SNAPSHOT);
            for (at, column) in table.columns().iter().enumerate() {
                assert!(
                    table.columns()[..at].iter().all(|other| other.name != column.name),
                    "{}",
                    column.name
                );
                assert!(column.help.ends_with('.') && column.help.len() > 5, "{}", column.name);
            }
        }
    }
}
