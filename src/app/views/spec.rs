//! The descriptor of a view. Each view's file has its own; tabs, menus, keys, palette, toolbar and help are
//! made from them.

use crate::app::commands::command::{Command, Effect};
use crate::app::commands::registry::{KeyModifiers, Shortcut};
use crate::app::files::open_file::FileId;
use crate::app::options::AnyOption;
use crate::app::state::AppState;
use crate::app::tasks::cache_entry::PartialResults;
use crate::app::views::View;
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::app::views::text_filter::FilterField;
use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::{Item, ObjectFilter};
use crate::snapshot::Snapshot;
use std::sync::Arc;

/// The snapshots that a view needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// One, as soon as its first rows are known.
    FirstRows,
    /// One, completely loaded.
    One,
    /// One, and optionally a baseline for its growth.
    OneOrPair,
    /// A baseline and a newer one.
    Pair,
    /// All that are open, in the order of their age.
    Series,
    /// Three, each with its own role.
    Roles,
}

/// The purpose of a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ViewGroup {
    /// To find what is wrong.
    Find,
    /// To explore the heap.
    Explore,
}

/// Finds the rows of a table in a task. `None` if it was cancelled.
pub(crate) type RowsTask = Box<dyn FnOnce(&Progress, &PartialResults<TableRows>) -> Option<TableRows> + Send>;

/// Finds the path of an object's row in a task; empty if it has none.
pub(crate) type PathTask =
    Box<dyn FnOnce(&Arc<Snapshot>, NodeIndex, &Progress) -> Result<Vec<Item>, Cancelled> + Send>;

/// The table of a view.
pub struct TableSpec {
    /// The label of the task that builds its rows.
    pub activity: fn(&TableQuery) -> &'static str,
    /// Which objects of a snapshot are counted.
    pub object_filter: fn(&AppState, FileId) -> ObjectFilter,
    /// Prepares the task that builds the rows: takes its inputs from the state.
    pub rows: fn(&mut AppState, &TableQuery) -> Option<RowsTask>,
}

impl TableSpec {
    /// A table of all objects, with the label of its task.
    pub const fn new(
        activity: fn(&TableQuery) -> &'static str,
        rows: fn(&mut AppState, &TableQuery) -> Option<RowsTask>,
    ) -> Self {
        Self { activity, object_filter: |_, _| ObjectFilter::default(), rows }
    }
}

/// How a view reveals an object.
#[derive(Clone, Copy)]
pub enum Reveal {
    /// It cannot: not every object has a row.
    Never,
    /// Among the objects of its constructor.
    ByConstructor,
    /// At the end of a path.
    ByPath(fn(&AppState) -> PathTask),
}

/// An item in the context menu of a view's rows, with its command for a row.
pub type RowAction = (&'static str, fn(usize) -> Command);

/// A view.
pub struct ViewSpec {
    /// Its title.
    pub title: &'static str,
    /// Its tooltip, one sentence.
    pub tooltip: &'static str,
    /// Its key.
    pub shortcut: Shortcut,
    /// Its purpose.
    pub group: ViewGroup,
    /// The snapshots that it needs.
    pub needs: Needs,
    /// Whether the open snapshots have anything to show in it.
    pub is_available: fn(&AppState) -> bool,
    /// Its options; rows are rebuilt when one of them changes.
    pub options: &'static [&'static dyn AnyOption],
    /// Its name filter.
    pub filter: Option<FilterField>,
    /// Whether the filter conditions and groups apply.
    pub has_chips: bool,
    /// The text shown when there are no rows.
    pub empty: for<'a> fn(&'a AppState) -> &'a str,
    /// The hint for showing retainers; empty for a view without objects.
    pub hint: &'static str,
    /// Its table, if it has one.
    pub table: Option<TableSpec>,
    /// Requests its content besides a table.
    pub request: fn(&mut AppState),
    /// Called when the user switches to the view.
    pub on_show: fn(&mut AppState) -> Vec<Effect>,
    /// How it reveals an object.
    pub reveal: Reveal,
    /// Additional items in the context menu of its rows.
    pub row_action: Option<RowAction>,
}

impl ViewSpec {
    /// A view of the first rows of a snapshot, in which objects can be selected. Each view overrides what
    /// differs.
    pub const BASE: Self = Self {
        title: "",
        tooltip: "",
        shortcut: Shortcut { hold: KeyModifiers::Ctrl, key: "" },
        group: ViewGroup::Explore,
        needs: Needs::FirstRows,
        is_available: |_| true,
        options: &[],
        filter: None,
        has_chips: false,
        empty: |_| "There are no objects",
        hint: "Select an object or a constructor to see who holds it",
        table: None,
        request: |_| {},
        on_show: |_| Vec::new(),
        reveal: Reveal::Never,
        row_action: None,
    };
}

/// Ctrl and `key`.
pub(crate) const fn ctrl(key: &'static str) -> Shortcut {
    Shortcut { hold: KeyModifiers::Ctrl, key }
}

impl View {
    /// Its title.
    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// Its purpose: the views of a group are side by side.
    pub fn group(self) -> ViewGroup {
        self.spec().group
    }

    /// The snapshots that it needs.
    pub fn needs(self) -> Needs {
        self.spec().needs
    }

    /// Whether it has a name filter.
    pub fn has_filter(self) -> bool {
        self.spec().filter.is_some()
    }

    /// Whether it needs distances and dominators.
    pub fn needs_all(self) -> bool {
        self.needs() != Needs::FirstRows
    }

    /// Whether it shows what changed between two snapshots.
    pub fn is_of_two(self) -> bool {
        self.needs() == Needs::Pair
    }

    /// Whether it shows a tree table.
    pub fn has_table(self) -> bool {
        self.spec().table.is_some()
    }

    /// Whether it is a tree with a row for every object.
    pub fn is_of_objects(self) -> bool {
        !matches!(self.spec().reveal, Reveal::Never)
    }

    /// Whether objects can be selected in it, whose retainers are shown below.
    pub fn has_objects(self) -> bool {
        !self.spec().hint.is_empty()
    }
}

/// Declares the views: the variant and the descriptor of each, in the order of the tabs.
macro_rules! views {
    ($($(#[$attribute:meta])* $view:ident => $spec:path,)*) => {
        /// The view that is shown.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub enum View {
            $($(#[$attribute])* $view,)*
        }

        impl View {
            /// Every view, in the order of the tabs.
            pub const ALL: [Self; [$(stringify!($view)),*].len()] = [$(Self::$view),*];

            /// Its descriptor.
            pub fn spec(self) -> &'static $crate::app::views::spec::ViewSpec {
                match self {
                    $(Self::$view => &$spec,)*
                }
            }
        }
    };
}
pub(crate) use views;
