//! The panes of the window, the steps of the keyboard, and the parts of a row that can be copied.

/// The two tables of the window.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pane {
    /// The main table.
    Main,
    /// The retainers of the selected object, below it.
    Retainers,
}

impl Pane {
    /// Its name for screen readers.
    pub fn title(self) -> &'static str {
        match self {
            Self::Main => "Objects",
            Self::Retainers => "Retainers",
        }
    }
}

/// A pane beside Retainers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SidePane {
    /// The contents of the object.
    Object,
    /// Its source code.
    Source,
}

/// How many of the lower panes fit side by side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PaneLayout {
    /// Retainers, source code and object.
    #[default]
    Three,
    /// Retainers and one more.
    Two,
    /// One in front of the others.
    One,
}

/// A movement of the selection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectionStep {
    /// This number of rows down, or up where negative.
    Rows(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Expands the row, or goes to its first child.
    In,
    /// Collapses the row, or goes to its parent.
    Out,
}

/// What a row's constructor is to the rows that are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowFilter {
    /// The only one that is shown.
    Only,
    /// The only one that is not.
    Exclude,
}

/// The format of a copied report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportFormat {
    /// For a terminal.
    Text,
    /// For an issue.
    Markdown,
}

/// The part of a row to copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyWhat {
    /// The text of the tree column.
    Name,
    /// `@` and V8's id.
    ObjectId,
    /// Every column, between tabs.
    Row,
    /// The shortest way from a root to the row's object, as Markdown.
    Path,
    /// Its source position: path, line and column.
    Place,
}
