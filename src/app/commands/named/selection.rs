//! Named commands about the selected row and its table.

use crate::app::commands::command::Command;
use crate::app::commands::registry::{CommandDef, KeyModifiers};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::{CopyWhat, RowFilter};
use crate::model::TextFormat;
use crate::snapshot::groups::GroupBy;

/// In the order of the help.
pub(crate) static SELECTION: &[CommandDef] = &[
    CommandDef::new(
        Command::CopySelected(CopyWhat::Row),
        "Copy row",
        "The selected row with its numbers, between tabs",
    )
    .key(KeyModifiers::Ctrl, "C")
    .enabled_if(has_row)
    .has_effects(|state| state.copy_selected(CopyWhat::Row)),
    CommandDef::new(
        Command::CopySelected(CopyWhat::Path),
        "Copy path",
        "The shortest path from a root to the selected object, as JavaScript and step by step",
    )
    .key(KeyModifiers::CtrlShift, "C")
    .enabled_if(has_object)
    .has_effects(|state| state.copy_selected(CopyWhat::Path)),
    CommandDef::new(
        Command::CopySelected(CopyWhat::Place),
        "Copy file:line",
        "Path, line and column of the selected object's code, for an editor",
    )
    .enabled_if(|state| state.selected_place().is_some())
    .has_effects(|state| state.copy_selected(CopyWhat::Place)),
    CommandDef::new(Command::CopySelected(CopyWhat::ObjectId), "Copy @id", "V8's id of the selected object")
        .enabled_if(has_object)
        .has_effects(|state| state.copy_selected(CopyWhat::ObjectId)),
    CommandDef::new(
        Command::CopySelected(CopyWhat::Name),
        "Copy name",
        "The selected row without its numbers",
    )
    .enabled_if(has_row)
    .has_effects(|state| state.copy_selected(CopyWhat::Name)),
    CommandDef::new(
        Command::CopyTable(TextFormat::Tsv),
        "Copy table as TSV",
        "All rows that are shown, between tabs, as spreadsheets read them",
    )
    .enabled_if(has_rows)
    .changes(|state| state.copy_table(TextFormat::Tsv)),
    CommandDef::new(
        Command::CopyTable(TextFormat::Markdown),
        "Copy table as Markdown",
        "All rows that are shown, as a table for a report",
    )
    .enabled_if(has_rows)
    .changes(|state| state.copy_table(TextFormat::Markdown)),
    CommandDef::new(
        Command::FilterBySelected(RowFilter::Only),
        "Add as condition",
        "Show only objects of the selected row's constructor: a condition above the rows",
    )
    .key(KeyModifiers::CtrlShift, "A")
    .enabled_if(has_condition)
    .changes(|state| state.filter_by_selected(RowFilter::Only)),
    CommandDef::new(
        Command::FilterBySelected(RowFilter::Exclude),
        "Exclude",
        "Show all but objects of the selected row's constructor: a condition above the rows",
    )
    .key(KeyModifiers::CtrlShift, "E")
    .enabled_if(has_condition)
    .changes(|state| state.filter_by_selected(RowFilter::Exclude)),
    group_by(GroupBy::Function, "Group by this function").key(KeyModifiers::CtrlShift, "G"),
    group_by(GroupBy::Constructor, "Group by this constructor"),
    group_by(GroupBy::Script, "Group by this script"),
    group_by(GroupBy::Package, "Group by this package"),
    group_by(GroupBy::Kind, "Group by this kind"),
    group_by(GroupBy::Shape, "Group by this shape"),
    group_by(GroupBy::NativeContext, "Group by this native context"),
    CommandDef::new(
        Command::ShowSelectedRetainers,
        "Show retainers",
        "Show who holds the selected object, or the objects of the selected row",
    )
    .key(KeyModifiers::CtrlShift, "R")
    .enabled_if(|state| has_object(state) || state.held_group.is_some())
    .has_effects(AppState::show_selected_retainers),
    CommandDef::new(
        Command::RevealSelected(View::Summary),
        "Reveal in Summary",
        "The selected object among its constructor's",
    )
    .key(KeyModifiers::CtrlShift, "6")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Summary)),
    CommandDef::new(
        Command::RevealSelected(View::Containment),
        "Reveal in Containment",
        "The selected object at the end of the shortest path from a root",
    )
    .key(KeyModifiers::CtrlShift, "7")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Containment)),
    CommandDef::new(
        Command::RevealSelected(View::Dominators),
        "Reveal in Dominators",
        "The selected object below what it would be freed with",
    )
    .key(KeyModifiers::CtrlShift, "8")
    .enabled_if(has_object)
    .has_effects(|state| state.reveal_selected(View::Dominators)),
    CommandDef::new(
        Command::OpenRecursively,
        "Open all below",
        "Open the selected row and the rows below it, as far as there is room",
    )
    .key(KeyModifiers::Shift, "Right")
    .enabled_if(has_row)
    .changes(AppState::open_recursively),
    CommandDef::new(
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
    CommandDef::new(
        Command::RestoreRetainers,
        "Restore ignored retainers",
        "Count the ignored retainers again",
    )
    .enabled_if(|state| state.inspected_object.is_some_and(|(file, _)| state.ignored_count(file) > 0))
    .changes(|state| {
        if let Some(file) = state.held_file() {
            state.restore_retainers(file);
        }
    }),
];

/// Shows the objects that have something in common with the selected one, below what that is.
const fn group_by(by: GroupBy, label: &'static str) -> CommandDef {
    CommandDef::new(Command::GroupBySelected(by), label, by.help()).enabled_if(has_row)
}

fn has_condition(state: &AppState) -> bool {
    state.selected_condition().is_some()
}

fn has_row(state: &AppState) -> bool {
    state.selected_row(state.pane).is_some()
}

fn has_rows(state: &AppState) -> bool {
    state.table(state.pane).is_some_and(|table| !table.is_empty())
}

fn has_object(state: &AppState) -> bool {
    state.selected_object().is_some()
}
