//! The views, the panes of the window and the steps of the keyboard.

/// What the middle of the window shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// Constructors of one snapshot.
    #[default]
    Summary,
    /// What changed between two snapshots.
    Comparison,
    /// Which containers grew between two snapshots.
    Growth,
    /// The likely causes of growth.
    Suspects,
    /// What grows from snapshot to snapshot.
    Trend,
    /// Whether a leak is fixed.
    Fix,
    /// The heap walked from its roots.
    Containment,
    /// What would be freed with what.
    Dominators,
    /// All strings, and what their copies waste.
    Strings,
    /// Who allocated what, in timelines with stacks.
    Allocations,
    /// What retains how much, drawn to scale.
    Map,
    /// How much of the heap is what.
    Statistics,
    /// What was searched for.
    Search,
}

impl View {
    /// Every view, in the order of the switch.
    pub const ALL: [Self; 13] = [
        Self::Summary,
        Self::Comparison,
        Self::Growth,
        Self::Suspects,
        Self::Trend,
        Self::Fix,
        Self::Containment,
        Self::Dominators,
        Self::Strings,
        Self::Allocations,
        Self::Map,
        Self::Statistics,
        Self::Search,
    ];

    /// What the switch says.
    pub fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Comparison => "Comparison",
            Self::Growth => "Growth",
            Self::Suspects => "Suspects",
            Self::Trend => "Trend",
            Self::Fix => "Check the fix",
            Self::Containment => "Containment",
            Self::Dominators => "Dominators",
            Self::Strings => "Strings",
            Self::Allocations => "Allocations",
            Self::Map => "Map",
            Self::Statistics => "Statistics",
            Self::Search => "Search",
        }
    }

    /// Whether a filter of constructors or strings does anything here.
    pub fn has_filter(self) -> bool {
        matches!(self, Self::Summary | Self::Comparison | Self::Strings)
    }

    /// Whether it needs distances and dominators.
    pub fn needs_all(self) -> bool {
        self.is_of_two()
            || matches!(self, Self::Dominators | Self::Map | Self::Suspects | Self::Trend | Self::Fix)
    }

    /// Whether it shows what changed between two snapshots.
    pub fn is_of_two(self) -> bool {
        matches!(self, Self::Comparison | Self::Growth)
    }

    /// Whether it shows a tree table.
    pub fn has_table(self) -> bool {
        !matches!(self, Self::Statistics | Self::Map | Self::Suspects | Self::Fix)
    }

    /// Whether it is a tree in which every object has its place.
    pub fn is_of_objects(self) -> bool {
        matches!(self, Self::Summary | Self::Containment | Self::Dominators)
    }

    /// Whether objects can be selected in it, whose retainers are shown below.
    pub fn has_objects(self) -> bool {
        !matches!(self, Self::Statistics | Self::Allocations)
    }
}

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
