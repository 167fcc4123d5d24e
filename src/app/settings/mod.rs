//! Persistent settings: preferences and recent files, never a snapshot.

pub(crate) mod file;
pub(crate) mod writer;

use crate::app::files::bookmarks::Bookmarks;
use crate::app::files::editor::Editor;
use crate::app::files::notes::{FileNotes, RecentPair, remember};
use crate::app::files::session::LastSession;
use crate::model::{ColumnId, ColumnSpec};
use crate::snapshot::SizeMode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const RECENT_FILES: usize = 12;

/// The widths of a table's columns that were dragged, in points, by column key.
pub type ColumnWidths = BTreeMap<String, u16>;

/// Which columns of a table are shown, and in which order, by column key. The tree column is always first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnLayout {
    /// Columns that are not shown.
    pub hidden: Vec<String>,
    /// The order of columns that were moved; others follow in their default order.
    pub order: Vec<String>,
}

impl ColumnLayout {
    /// Positions of the shown `columns`, the tree column first.
    pub fn shown(&self, columns: &[ColumnSpec]) -> Vec<usize> {
        let key = |at: usize| columns[at].id.0;
        let mut shown: Vec<usize> =
            (1..columns.len()).filter(|&at| !self.hidden.iter().any(|hidden| hidden == key(at))).collect();
        let place = |at: usize| self.order.iter().position(|other| other == key(at)).unwrap_or(usize::MAX);
        shown.sort_by_key(|&at| place(at));
        shown.insert(0, 0);
        shown
    }

    /// The same with the column `key` moved `by` places to the right, among `columns`.
    #[must_use]
    pub fn moved(&self, columns: &[ColumnSpec], key: ColumnId, by: isize) -> Self {
        let mut order: Vec<String> =
            self.shown(columns).into_iter().skip(1).map(|at| columns[at].id.0.to_owned()).collect();
        if let Some(at) = order.iter().position(|other| other == key.0) {
            let to = at.saturating_add_signed(by).min(order.len() - 1);
            let moved = order.remove(at);
            order.insert(to, moved);
        }
        Self { order, ..self.clone() }
    }

    /// The same without the column `key`.
    #[must_use]
    pub fn without(&self, key: ColumnId) -> Self {
        let mut layout = self.clone();
        layout.hidden.push(key.0.to_owned());
        layout
    }

    /// The same with the column `key`.
    #[must_use]
    pub fn with(&self, key: ColumnId) -> Self {
        let mut layout = self.clone();
        layout.hidden.retain(|hidden| hidden != key.0);
        layout
    }
}

/// Dark, light, or what the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// As the system.
    #[default]
    System,
    /// Always dark.
    Dark,
    /// Always light.
    Light,
}

impl ThemeChoice {
    /// Every choice, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Dark, Self::Light];
}

/// Persistent settings. A field that an older file lacks takes its default.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Dark or light.
    pub theme: ThemeChoice,
    /// Whether sizes are those V8 wrote, instead of Chrome's.
    pub raw_sizes: bool,
    /// Whether the list of open snapshots is shown.
    pub files_shown: bool,
    /// Whether the retainers are shown.
    pub retainers_shown: bool,
    /// Whether the pane about the selected object is shown.
    pub object_shown: bool,
    /// Whether the source code is shown where it fits.
    pub source_shown: bool,
    /// Whether the frame times are shown.
    pub frame_times_shown: bool,
    /// Whether large snapshots get an index, so that they open at once the next time.
    pub index_kept: bool,
    /// Whether code is shown as it ran, not as source maps map it.
    pub generated_shown: bool,
    /// Folders with source maps and source texts.
    pub source_folders: Vec<PathBuf>,
    /// The editor that opens source positions.
    pub editor: Editor,
    /// Files opened lately, the latest first.
    pub recent: Vec<PathBuf>,
    /// What was open last.
    pub session: Option<LastSession>,
    /// Widths that were dragged, by table.
    pub widths_by_column: BTreeMap<String, ColumnWidths>,
    /// Pairs compared lately, the latest first.
    pub recent_pairs: Vec<RecentPair>,
    /// Labels and notes of snapshots.
    pub notes: FileNotes,
    /// The folder of captures; `None` for the default.
    pub capture_folder: Option<PathBuf>,
    /// Columns that were hidden or moved, by table.
    pub columns_by_table: BTreeMap<String, ColumnLayout>,
    /// Bookmarked objects.
    pub bookmarks: Bookmarks,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            raw_sizes: false,
            files_shown: true,
            retainers_shown: true,
            object_shown: true,
            source_shown: true,
            frame_times_shown: false,
            index_kept: true,
            generated_shown: false,
            source_folders: Vec::new(),
            editor: Editor::default(),
            recent: Vec::new(),
            session: None,
            widths_by_column: BTreeMap::new(),
            recent_pairs: Vec::new(),
            notes: FileNotes::new(),
            columns_by_table: BTreeMap::new(),
            capture_folder: None,
            bookmarks: Bookmarks::new(),
        }
    }
}

impl Settings {
    /// Which sizes are shown.
    pub fn sizes(&self) -> SizeMode {
        if self.raw_sizes { SizeMode::Raw } else { SizeMode::Chrome }
    }

    /// The widths that were dragged in a table.
    pub fn widths(&self, table: &str) -> &ColumnWidths {
        static NONE: ColumnWidths = ColumnWidths::new();
        self.widths_by_column.get(table).unwrap_or(&NONE)
    }

    /// Which columns of a table are shown, in which order.
    pub fn columns(&self, table: &str) -> &ColumnLayout {
        static NONE: ColumnLayout = ColumnLayout { hidden: Vec::new(), order: Vec::new() };
        self.columns_by_table.get(table).unwrap_or(&NONE)
    }

    /// Sets which columns of a table are shown, in which order.
    pub fn set_columns(&mut self, table: &str, layout: ColumnLayout) {
        self.columns_by_table.insert(table.to_owned(), layout);
        self.columns_by_table.retain(|_, layout| *layout != ColumnLayout::default());
    }

    /// Resets the widths of a table's columns.
    pub fn reset_widths(&mut self, table: &str) {
        self.widths_by_column.remove(table);
    }

    /// Sets the width of a table's column; 0 resets it.
    pub fn set_width(&mut self, table: &str, column: ColumnId, width: u16) {
        let widths = self.widths_by_column.entry(table.to_owned()).or_default();
        match width {
            0 => widths.remove(column.0),
            width => widths.insert(column.0.to_owned(), width),
        };
        self.widths_by_column.retain(|_, widths| !widths.is_empty());
    }

    /// Moves `pair` to the front of the recent pairs.
    pub fn remember_pair(&mut self, pair: RecentPair) {
        remember(&mut self.recent_pairs, pair);
    }

    /// Moves `path` to the front of the recent files. A path that is not UTF-8 cannot be stored.
    pub fn remember(&mut self, path: &Path) {
        if path.to_str().is_none() {
            return;
        }
        self.recent.retain(|other| other != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT_FILES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_files_are_few_and_the_latest_comes_first() {
        let mut settings = Settings::default();
        for number in 0..20 {
            settings.remember(Path::new(&format!("{number}.heapsnapshot")));
        }
        settings.remember(Path::new("15.heapsnapshot"));
        assert_eq!(settings.recent.len(), RECENT_FILES);
        assert_eq!(settings.recent[0], Path::new("15.heapsnapshot"));
        assert_eq!(settings.recent[1], Path::new("19.heapsnapshot"));
    }

    #[test]
    fn columns_are_hidden_and_moved_by_key() {
        let columns: Vec<ColumnSpec> = ["name", "a", "b", "c"]
            .map(|key| ColumnSpec { id: ColumnId(key), ..ColumnSpec::name("") })
            .into();
        let plain = ColumnLayout::default();
        assert_eq!(plain.shown(&columns), [0, 1, 2, 3]);
        let moved = plain.moved(&columns, ColumnId("c"), -1);
        assert_eq!(moved.shown(&columns), [0, 1, 3, 2]);
        assert_eq!(moved.moved(&columns, ColumnId("c"), -5).shown(&columns), [0, 3, 1, 2]);
        let hidden = moved.without(ColumnId("a"));
        assert_eq!(hidden.shown(&columns), [0, 3, 2]);
        assert_eq!(hidden.with(ColumnId("a")), moved);
        let mut settings = Settings::default();
        settings.set_columns("Summary", hidden);
        assert_eq!(settings.columns("Summary").hidden, ["a"]);
        settings.set_columns("Summary", plain);
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn settings_of_an_older_version_take_defaults_for_what_they_lack() {
        let settings: Settings = serde_json::from_str(r#"{"theme": "Dark"}"#).unwrap();
        assert_eq!(settings, Settings { theme: ThemeChoice::Dark, ..Settings::default() });
    }
}
