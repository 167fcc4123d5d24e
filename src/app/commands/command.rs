//! What the user can request, and the effects outside the state that may follow.

use crate::app::capture::commands::CaptureCommand;
use crate::app::files::notes::FileNote;
use crate::app::files::open_file::FileId;
use crate::app::options::AnyOption;
use crate::app::settings::ColumnLayout;
use crate::app::views::View;
use crate::app::views::fix::FixRole;
use crate::app::views::panes::{CopyWhat, Pane, PaneLayout, ReportFormat, RowFilter, Step};
use crate::base::{NodeIndex, ObjectId};
use crate::model::{ColumnId, Condition, FilterPreset, MapRoot, Search, TextFormat};
use crate::snapshot::groups::GroupBy;
use std::path::PathBuf;

/// A request, from wherever it comes. Rows are counted as they are shown now.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Ask for files in the system's dialog.
    OpenDialog,
    /// Ask for a path inside the window, with the reason, if any.
    OpenPrompt(Option<String>),
    /// Open these files.
    OpenFiles(Vec<PathBuf>),
    /// Ask where a report of what is shown is to be saved.
    SaveReport,
    /// Save a report of what is shown.
    SaveReportTo(PathBuf),
    /// Put a snapshot at a place of the list, counted from 0.
    MoveFile(FileId, usize),
    /// Order the list by the time the snapshots were taken.
    ArrangeByTime,
    /// Edit the label and note of a snapshot, or stop.
    EditNote(Option<FileId>),
    /// Write a label and a note to a snapshot.
    SetNote(FileId, FileNote),
    /// Set how many requests came between the snapshots of a pair, as typed.
    SetFixRequests(String),
    /// Capture snapshots of running programs.
    Capture(CaptureCommand),
    /// Open the sample pair.
    OpenSamples,
    /// End the tour through the samples.
    EndCoach,
    /// Open what was open when the window was closed last.
    ContinueSession,
    /// Stop loading all files.
    CancelLoading,
    /// Open what is there of a file that was cut short.
    OpenPartly(FileId),
    /// Copy the report of an internal error in loading a file.
    CopyReport(FileId),
    /// Copy the report of all internal errors so far.
    CopyFaults,
    /// The path in the prompt was edited.
    EditPath(String),
    /// Choose a file in the prompt to be opened with others, or leave it out again.
    TogglePath(String),
    /// Complete the path in the prompt.
    CompletePath,
    /// Open what the prompt names.
    AcceptPath,
    /// Close a snapshot, or stop loading it.
    Close(FileId),
    /// Close the snapshot that is shown.
    CloseCurrent,
    /// Show a snapshot.
    ShowFile(FileId),
    /// Compare with this one.
    SetBaseline(FileId),
    /// Exchange the two sides of the comparison.
    SwapSides,
    /// Show a view.
    ShowView(View),
    /// Show only constructors that match.
    SetFilter(String),
    /// Put the keyboard into the filter.
    FocusFilter,
    /// Show only objects that count.
    SetFilterPreset(FilterPreset),
    /// A condition above the rows was edited.
    EditCondition(String),
    /// Make a chip of the condition that was typed.
    AcceptCondition,
    /// Show only objects that meet this as well.
    AddCondition(Condition),
    /// Choose the completion of the condition this number of lines below, or above where negative.
    StepCompletion(isize),
    /// Show only objects of the selected row's constructor, or all but these.
    FilterBySelected(RowFilter),
    /// Group rows by what the selected object has in common with others, and go to its group.
    GroupBySelected(GroupBy),
    /// Take a chip away.
    RemoveCondition(usize),
    /// Change an option.
    SetOption(&'static dyn AnyOption, OptionChange),
    /// Show in Summary what lives of what a row's function allocated.
    ShowAllocated(usize),
    /// Look for the native contexts of the snapshot that is shown.
    FindContexts,
    /// Search for this.
    SetSearch(Search),
    /// Go this number of found objects forward, or back where negative.
    NextHit(isize),
    /// Show a line of Growth.
    ShowGrowthLine(u32),
    /// Put the suspects that are shown on the clipboard.
    CopySuspects(ReportFormat),
    /// Put away the line above the comparison.
    DismissBanner,
    /// Dismiss the offer about a snapshot that was added to a compared pair.
    DismissAdded,
    /// Show the snapshot that was added to a compared pair.
    ShowAdded,
    /// Give a snapshot a role in the verdict on a fix.
    SetFixRole(FixRole, FileId),
    /// Show the object with this id among its constructor's.
    GoToObject(FileId, ObjectId),
    /// The same for an id in the name of a row.
    FollowId(Pane, usize, ObjectId),
    /// Ignore the object of a row in Retainers.
    IgnoreRetainer(usize),
    /// Restore all ignored retainers.
    RestoreRetainers,
    /// Make everything larger or smaller.
    Zoom(Zoom),
    /// Show or hide the list of snapshots.
    ToggleFiles,
    /// Show or hide the retainers.
    ToggleRetainers,
    /// Go to the previously selected row.
    Back,
    /// Go to the next selected row of the history.
    Forward,
    /// Show or hide the help.
    ToggleHelp,
    /// Close what covers the window.
    Dismiss,
    /// Stop what is being computed for the view that is shown.
    StopWork,
    /// Select a row.
    Select(Pane, usize),
    /// Open or close a row.
    Toggle(Pane, usize),
    /// Order by a column; a second time the other way round.
    SortBy(Pane, ColumnId),
    /// Move the selection.
    Move(Pane, Step),
    /// Open or close the selected row.
    Activate(Pane),
    /// Put something of a row on the clipboard.
    Copy(Pane, usize, CopyWhat),
    /// Put something of the selected row of the table in use on the clipboard.
    CopySelected(CopyWhat),
    /// Put the rows of the table in use on the clipboard.
    CopyTable(TextFormat),
    /// Show a row's object in Summary, Containment or Dominators.
    Reveal(View, Pane, usize),
    /// The same for the selected object.
    RevealSelected(View),
    /// Show in the map what an object retains.
    ZoomMap(FileId, MapRoot),
    /// The map has this width and height, in points.
    SetMapSize(u16, u16),
    /// Mark a row's object to come back to, or take the mark away.
    Bookmark(Pane, usize),
    /// The same for the selected object.
    BookmarkSelected,
    /// Take a bookmark away.
    RemoveBookmark(FileId, ObjectId),
    /// Put a note on a bookmark.
    NoteBookmark(FileId, ObjectId, String),
    /// Give a number column of a table a width in points; 0 for its own.
    SetColumnWidth(&'static str, ColumnId, u16),
    /// Set which columns of a table are shown, in which order.
    SetColumns(&'static str, ColumnLayout),
    /// Give the columns of a table their own widths again.
    ResetColumnWidths(&'static str),
    /// Show or hide what this program is.
    ToggleAbout,
    /// Show or hide how long a frame takes.
    ToggleFrameTimes,
    /// Keep an index of large snapshots, or none.
    ToggleIndex,
    /// The panes below are too narrow to stand beside each other, or not any more.
    SetPaneLayout(PaneLayout),
    /// The keyboard has gone to a table.
    FocusPane(Pane),
    /// Letters were typed in a table.
    TypeAhead(Pane, String),
    /// Open the selected row of the table in use, and everything below it.
    OpenRecursively,
    /// Show or hide the command palette.
    TogglePalette,
    /// The palette's text was edited.
    EditPalette(String),
    /// Choose the command this number of lines below in the palette, or above where negative.
    StepPalette(isize),
    /// Carry out the command chosen in the palette.
    AcceptPalette,
    /// Show an object among its constructor's.
    ShowObject(FileId, NodeIndex),
    /// Show an object and who holds it, and leave the middle as it is.
    Inspect(FileId, NodeIndex),
    /// Show a suspect and who holds it, and select its row in the middle.
    ShowSuspect(FileId, NodeIndex),
    /// Show or hide the pane about the selected object.
    ToggleObject,
    /// Show or hide the source code.
    ToggleSource,
    /// Show code as it ran, or as source maps lead to it.
    ToggleGenerated,
    /// Open the source code that is shown in the user's editor.
    OpenInEditor,
    /// Put a text on the clipboard.
    CopyText(String),
    /// Go to this step of those over the retainers.
    GoToBreadcrumb(usize),
    /// Show who holds the selected object.
    ShowSelectedRetainers,
    /// Show who holds a row's object.
    ShowRetainers(Pane, usize),
    /// Quit the program.
    Quit,
}

/// What becomes of an option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionChange {
    /// It takes the value of this number.
    To(usize),
    /// It takes the next value, after the last the first.
    Next,
}

/// A step in the size of everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zoom {
    /// Larger.
    In,
    /// Smaller.
    Out,
    /// 100 %.
    Reset,
}

/// An effect outside the state, for the window to carry out.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Show the system's file dialog.
    OpenDialog,
    /// Show the system's dialog for a report, with a path to begin with.
    SaveReportDialog(PathBuf),
    /// Show the system's dialog for the folder of captures.
    ChooseCaptureFolder,
    /// Put a text on the clipboard.
    Copy(String),
    /// Make everything larger or smaller.
    Zoom(Zoom),
    /// Move the keyboard into the filter.
    FocusFilter,
    /// Move the keyboard into the search field.
    FocusSearch,
    /// Move the keyboard into a table.
    FocusPane(Pane),
    /// Quit.
    Quit,
}
