//! What the window needs to know of a view. Each view's file has its own; tabs, menus, keys, palette, toolbar and
//! help are made from them.

use crate::app::commands::command::{Command, Effect};
use crate::app::commands::registry::{KeyModifiers, Shortcut};
use crate::app::files::open_file::FileId;
use crate::app::options::AnyOption;
use crate::app::state::AppState;
use crate::app::tasks::entry::PartialResults;
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
    /// The first rows of one.
    FirstRows,
    /// One, completely loaded.
    One,
    /// One, and what grew since the baseline if there is one.
    OneOrPair,
    /// A baseline and a newer one.
    Pair,
    /// All that are open, in the order of their age.
    Series,
    /// Three, each with a role of its own.
    Roles,
}

/// What a view is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ViewGroup {
    /// To find what is wrong.
    Find,
    /// To explore the heap.
    Explore,
}

/// Finds the rows of a table on a thread. `None` if it was cancelled.
pub(crate) type RowsTask = Box<dyn FnOnce(&Progress, &PartialResults<TableRows>) -> Option<TableRows> + Send>;

/// Finds the path of an object's row on a thread; empty if it has none.
pub(crate) type PathTask =
    Box<dyn FnOnce(&Arc<Snapshot>, NodeIndex, &Progress) -> Result<Vec<Item>, Cancelled> + Send>;

/// The table of a view.
pub struct TableSpec {
    /// The label of the work on its rows.
    pub activity: fn(&TableQuery) -> &'static str,
    /// Which objects of a snapshot count.
    pub object_filter: fn(&AppState, FileId) -> ObjectFilter,
    /// Begins to find the rows: takes what the thread needs from the state.
    pub rows: fn(&mut AppState, &TableQuery) -> Option<RowsTask>,
}

impl TableSpec {
    /// A table of all objects, with the label of the work on its rows.
    pub const fn new(
        activity: fn(&TableQuery) -> &'static str,
        rows: fn(&mut AppState, &TableQuery) -> Option<RowsTask>,
    ) -> Self {
        Self { activity, object_filter: |_, _| ObjectFilter::default(), rows }
    }
}

/// How a view shows any object of the heap.
#[derive(Clone, Copy)]
pub enum Reveal {
    /// It has no row for each object.
    Never,
    /// Among the objects of its constructor.
    ByConstructor,
    /// At the end of a path.
    ByPath(fn(&AppState) -> PathTask),
}

/// A line in the menu of a view's rows, with its command for a row.
pub type RowAction = (&'static str, fn(usize) -> Command);

/// A view.
pub struct ViewSpec {
    /// Its title.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub tooltip: &'static str,
    /// The key that shows it.
    pub shortcut: Shortcut,
    /// What it is for.
    pub group: ViewGroup,
    /// The snapshots that it needs.
    pub needs: Needs,
    /// Whether the open snapshots have anything to see in it.
    pub is_available: fn(&AppState) -> bool,
    /// What can be chosen in it; rows are rebuilt when one of them changes.
    pub options: &'static [&'static dyn AnyOption],
    /// The filter of names above its rows.
    pub filter: Option<FilterField>,
    /// Whether the conditions above the rows and the groups apply.
    pub has_chips: bool,
    /// What it says without rows.
    pub empty: for<'a> fn(&'a AppState) -> &'a str,
    /// How to see who holds something; empty for a view without objects.
    pub hint: &'static str,
    /// Its table, if it has one.
    pub table: Option<TableSpec>,
    /// Requests what it shows beside a table.
    pub request: fn(&mut AppState),
    /// Follows the user into the view.
    pub on_show: fn(&mut AppState) -> Vec<Effect>,
    /// How it shows any object.
    pub reveal: Reveal,
    /// What else the menu of its rows offers.
    pub row_action: Option<RowAction>,
}

impl ViewSpec {
    /// A view of the first rows of a snapshot, in which objects can be selected. Each view says what differs.
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

    /// What it is for: the views of a group stand side by side.
    pub fn group(self) -> ViewGroup {
        self.spec().group
    }

    /// The snapshots that it needs.
    pub fn needs(self) -> Needs {
        self.spec().needs
    }

    /// Whether a filter of constructors or strings does anything here.
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

    /// Whether it is a tree in which every object has its place.
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
        /// What the middle of the window shows.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub enum View {
            $($(#[$attribute])* $view,)*
        }

        impl View {
            /// Every view, in the order of the tabs.
            pub const ALL: [Self; [$(stringify!($view)),*].len()] = [$(Self::$view),*];

            /// What the window needs to know of it.
            pub fn spec(self) -> &'static $crate::app::views::spec::ViewSpec {
                match self {
                    $(Self::$view => &$spec,)*
                }
            }
        }
    };
}
pub(crate) use views;
