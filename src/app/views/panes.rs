//! The panes of the window, the steps of the keyboard and what is copied of a row.

/// The two tables of the window.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pane {
    /// The view's own, in the middle.
    Main,
    /// The retainers of the selected object, below.
    Retainers,
}

impl Pane {
    /// What a screen reader calls it.
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
    /// What the object holds.
    Object,
    /// Its source code.
    Source,
}

/// How many panes have room beside each other below the middle.
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

/// A step of the selection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// This number of rows down, or up where negative.
    Rows(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Opens the row, or goes to its first child.
    In,
    /// Closes the row, or goes to its parent.
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

/// How a report is written down.
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
    /// Where its code stands: path, line and column.
    Place,
}
