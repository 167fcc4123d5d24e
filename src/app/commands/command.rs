//! What the user can request, and the effects outside the state that may follow.

use crate::app::capture::commands::CaptureCommand;
use crate::app::files::notes::FileNote;
use crate::app::files::open_file::FileId;
use crate::app::options::AnyOption;
use crate::app::settings::ColumnLayout;
use crate::app::views::View;
use crate::app::views::fix::FixRole;
use crate::app::views::panes::{CopyWhat, Pane, PaneLayout, ReportFormat, RowFilter, SelectionStep};
use crate::base::{NodeIndex, ObjectId};
use crate::model::{ColumnId, Condition, FilterPreset, MapRoot, Search, TextFormat};
use crate::snapshot::groups::GroupBy;
use std::path::PathBuf;

/// A request of the user, from any part of the window. Rows are numbered as currently shown.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Show the system's dialog for opening files.
    OpenDialog,
    /// Show the path field inside the window, with the reason, if any.
    OpenPrompt(Option<String>),
    /// Open these files.
    OpenFiles(Vec<PathBuf>),
    /// Show the dialog for saving a report.
    SaveReport,
    /// Save a report of what is shown.
    SaveReportTo(PathBuf),
    /// Move a snapshot to a position in the list, counted from 0.
    MoveFile(FileId, usize),
    /// Order the list by the time the snapshots were taken.
    ArrangeByTime,
    /// Start or stop editing the label and note of a snapshot.
    EditNote(Option<FileId>),
    /// Set a snapshot's label and note.
    SetNote(FileId, FileNote),
    /// Set how many requests and how many minutes lie between the snapshots of each pair, as typed.
    SetFixCounted([String; 2]),
    /// Capture snapshots of running programs.
    Capture(CaptureCommand),
    /// Open the sample pair.
    OpenSamples,
    /// End the tour through the samples.
    EndCoach,
    /// Restore the last session.
    ContinueSession,
    /// Stop loading all files.
    CancelLoading,
    /// Open the readable part of a file that was cut short.
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
    /// Open the file that the path field names.
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
    /// Set the constructor filter.
    SetFilter(String),
    /// Focus the filter.
    FocusFilter,
    /// Set which objects are counted.
    SetFilterPreset(FilterPreset),
    /// A condition above the rows was edited.
    EditCondition(String),
    /// Turn the typed condition into a chip.
    AcceptCondition,
    /// Add a condition to the shown objects.
    AddCondition(Condition),
    /// Choose the completion of the condition this number of lines below, or above where negative.
    StepCompletion(isize),
    /// Show only objects of the selected row's constructor, or all but these.
    FilterBySelected(RowFilter),
    /// Group rows by what the selected object has in common with others, and go to its group.
    GroupBySelected(GroupBy),
    /// Remove a chip.
    RemoveCondition(usize),
    /// Change an option.
    SetOption(&'static dyn AnyOption, OptionChange),
    /// Show in Summary the living objects that a row's function allocated.
    ShowAllocated(usize),
    /// Find the native contexts of the current snapshot.
    FindContexts,
    /// Search for this.
    SetSearch(Search),
    /// Go this number of search hits forward, or back where negative.
    NextHit(isize),
    /// Show a line of Growth.
    ShowGrowthLine(u32),
    /// Copy the shown suspects.
    CopySuspects(ReportFormat),
    /// Hide the line above the comparison.
    DismissBanner,
    /// Dismiss the offer about a snapshot that was added to a compared pair.
    DismissAdded,
    /// Show the snapshot that was added to a compared pair.
    ShowAdded,
    /// Give a snapshot a role in the verdict on a fix.
    SetFixRole(FixRole, FileId),
    /// Choose a later snapshot of the fixed program, or none.
    SetFixLater(Option<FileId>),
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
    /// Go forward in the history of selected rows.
    Forward,
    /// Show or hide the help.
    ToggleHelp,
    /// Close the topmost overlay.
    Dismiss,
    /// Stop the tasks of the shown view.
    StopWork,
    /// Select a row.
    Select(Pane, usize),
    /// Open or close a row.
    Toggle(Pane, usize),
    /// Order by a column; a second time the other way round.
    SortBy(Pane, ColumnId),
    /// Move the selection.
    Move(Pane, SelectionStep),
    /// Open or close the selected row.
    Activate(Pane),
    /// Copy a part of a row.
    Copy(Pane, usize, CopyWhat),
    /// Copy a part of the selected row of the focused table.
    CopySelected(CopyWhat),
    /// Copy the rows of the focused table.
    CopyTable(TextFormat),
    /// Show a row's object in Summary, Containment or Dominators.
    Reveal(View, Pane, usize),
    /// The same for the selected object.
    RevealSelected(View),
    /// Show in the map what an object retains.
    ZoomMap(FileId, MapRoot),
    /// The map's area has this width and height, in points.
    SetMapSize(u16, u16),
    /// Bookmark a row's object, or remove the bookmark.
    Bookmark(Pane, usize),
    /// The same for the selected object.
    BookmarkSelected,
    /// Remove a bookmark.
    RemoveBookmark(FileId, ObjectId),
    /// Set the note of a bookmark.
    NoteBookmark(FileId, ObjectId, String),
    /// Set the width of a table's column in points; 0 resets it.
    SetColumnWidth(&'static str, ColumnId, u16),
    /// Set which columns of a table are shown, in which order.
    SetColumns(&'static str, ColumnLayout),
    /// Reset the widths of a table's columns.
    ResetColumnWidths(&'static str),
    /// Show or hide the About dialog.
    ToggleAbout,
    /// Show or hide the frame times.
    ToggleFrameTimes,
    /// Keep an index of large snapshots, or none.
    ToggleIndex,
    /// The width of the lower panes has become too small to place them side by side, or large enough again.
    SetPaneLayout(PaneLayout),
    /// A table has received the focus.
    FocusPane(Pane),
    /// Letters were typed in a table.
    TypeAhead(Pane, String),
    /// Expand the selected row of the focused table and everything below it.
    OpenRecursively,
    /// Show or hide the command palette.
    TogglePalette,
    /// The palette's text was edited.
    EditPalette(String),
    /// Move the palette's selection down by this number of lines, or up where negative.
    StepPalette(isize),
    /// Run the command selected in the palette.
    AcceptPalette,
    /// Show an object among its constructor's.
    ShowObject(FileId, NodeIndex),
    /// Show an object and its retainers; the main view stays as it is.
    Inspect(FileId, NodeIndex),
    /// Show a suspect and its retainers, and select its row in the main view.
    ShowSuspect(FileId, NodeIndex),
    /// Show or hide the pane about the selected object.
    ToggleObject,
    /// Show or hide the source code.
    ToggleSource,
    /// Show the code that ran, or the original code that source maps lead to.
    ToggleGenerated,
    /// Ask for a folder with source maps or source code in the system's dialog.
    AddSourceFolder,
    /// Ask for it inside the window, with the reason.
    SourceFolderPrompt(String),
    /// Look for source maps and source code in this folder too.
    UseSourceFolder(PathBuf),
    /// Look for them beside the scripts alone.
    ForgetSourceFolders,
    /// Open the shown source code in the user's editor.
    OpenInEditor,
    /// Copy a text.
    CopyText(String),
    /// Go to this step of those over the retainers.
    GoToBreadcrumb(usize),
    /// Show who holds the selected object.
    ShowSelectedRetainers,
    /// Show the retainers of a row's object.
    ShowRetainers(Pane, usize),
    /// Quit the program.
    Quit,
}

/// How an option changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionChange {
    /// It takes the value of this number.
    To(usize),
    /// It takes the next value, cyclically.
    Next,
}

/// A step of the zoom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zoom {
    /// Larger.
    In,
    /// Smaller.
    Out,
    /// 100 %.
    Reset,
}

/// A side effect that the window performs.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Show the system's file dialog.
    OpenDialog,
    /// Show the system's dialog for a report, with a path to begin with.
    SaveReportDialog(PathBuf),
    /// Show the system's dialog for a folder with source code.
    ChooseSourceFolder,
    /// Show the system's dialog for the folder of captures.
    ChooseCaptureFolder,
    /// Copy a text.
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
