//! Named commands about the selected row and its table.

use crate::app::commands::command::Command;
use crate::app::commands::registry::{Entry, KeyModifiers};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::CopyWhat;
use crate::model::TextFormat;

/// In the order of the help.
pub(crate) static SELECTION: &[Entry] = &[
    Entry::new(
        Command::CopySelected(CopyWhat::Row),
        "Copy row",
        "The selected row with its numbers, between tabs",
    )
    .key(KeyModifiers::Ctrl, "C")
    .enabled_if(has_row)
    .has_effects(|state| state.copy_selected(CopyWhat::Row)),
    Entry::new(
        Command::CopySelected(CopyWhat::Path),
        "Copy path",
        "The shortest way from a root to the selected object, as JavaScript and step by step",
    )
    .key(KeyModifiers::CtrlShift, "C")
    .enabled_if(has_object)
    .has_effects(|state| state.copy_selected(CopyWhat::Path)),
    Entry::new(
        Command::CopySelected(CopyWhat::Place),
        "Copy file:line",
        "Path, line and column of the selected object's code, for an editor",
    )
    .enabled_if(|state| state.selected_place().is_some())
    .has_effects(|state| state.copy_selected(CopyWhat::Place)),
    Entry::new(Command::CopySelected(CopyWhat::ObjectId), "Copy @id", "V8's id of the selected object")
        .enabled_if(has_object)
        .has_effects(|state| state.copy_selected(CopyWhat::ObjectId)),
    Entry::new(Command::CopySelected(CopyWhat::Name), "Copy name", "The selected row without its numbers")
        .enabled_if(has_row)
        .has_effects(|state| state.copy_selected(CopyWhat::Name)),
    Entry::new(
        Command::CopyTable(TextFormat::Tsv),
        "Copy table as TSV",
        "All rows that are shown, between tabs, as spreadsheets read them",
    )
    .enabled_if(has_rows)
    .changes(|state| state.copy_table(TextFormat::Tsv)),
    Entry::new(
        Command::CopyTable(TextFormat::Markdown),
        "Copy table as Markdown",
        "All rows that are shown, as a table for a report",
    )
    .enabled_if(has_rows)
    .changes(|state| state.copy_table(TextFormat::Markdown)),
    Entry::new(
        Command::RevealSelected(View::Summary),
        "Reveal in Summary",
        "The selected object among its constructor's",
    )
    .key(KeyModifiers::CtrlShift, "6")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Summary)),
    Entry::new(
        Command::RevealSelected(View::Containment),
        "Reveal in Containment",
        "The selected object at the end of the shortest way from a root",
    )
    .key(KeyModifiers::CtrlShift, "7")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Containment)),
    Entry::new(
        Command::RevealSelected(View::Dominators),
        "Reveal in Dominators",
        "The selected object below what it would be freed with",
    )
    .key(KeyModifiers::CtrlShift, "8")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Dominators)),
    Entry::new(
        Command::OpenRecursively,
        "Open all below",
        "Open the selected row and the rows below it, as far as there is room",
    )
    .key(KeyModifiers::Shift, "Right")
    .enabled_if(has_row)
    .changes(AppState::open_recursively),
    Entry::new(
        Command::BookmarkSelected,
        "Bookmark",
        "Keep the selected object among the bookmarks of its snapshot, or take it out",
    )
    .key(KeyModifiers::Ctrl, "D")
    .enabled_if(has_object)
    .changes(|state| {
        if let Some((file, node)) = state.selected_object() {
            state.toggle_bookmark(file, node);
        }
    }),
    Entry::new(Command::RestoreRetainers, "Restore ignored retainers", "Count the ignored retainers again")
        .enabled_if(|state| state.inspected_object.is_some_and(|(file, _)| state.ignored_count(file) > 0))
        .changes(|state| {
            if let Some(file) = state.held_file() {
                state.restore_retainers(file);
            }
        }),
];

fn has_row(state: &AppState) -> bool {
    state.selected_row(state.pane).is_some()
}

fn has_rows(state: &AppState) -> bool {
    state.table(state.pane).is_some_and(|table| !table.is_empty())
}

fn has_object(state: &AppState) -> bool {
    state.selected_object().is_some()
}
