//! Named commands for navigation and for showing panes.

use crate::app::commands::command::{Command, Effect};
use crate::app::commands::registry::{CommandDef, KeyModifiers};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::SidePane;

/// In the order of the help.
pub(crate) static NAVIGATION: &[CommandDef] = &[
    CommandDef::new(Command::NextHit(1), "Next object found", "Go to the next found object")
        .key(KeyModifiers::Nothing, "F3")
        .enabled_if(is_searching)
        .changes(|state| state.next_hit(1)),
    CommandDef::new(Command::NextHit(-1), "Previous object found", "Go to the previous found object")
        .key(KeyModifiers::Shift, "F3")
        .enabled_if(is_searching)
        .changes(|state| state.next_hit(-1)),
    CommandDef::new(
        Command::FocusFilter,
        "Filter rows",
        "Show only rows whose name contains a text or matches a /regex/",
    )
    .key(KeyModifiers::CtrlShift, "F")
    .enabled_if(has_current)
    .has_effects(|state| {
        if !state.view.has_filter() {
            state.show(View::Summary);
        }
        vec![Effect::FocusFilter]
    }),
    CommandDef::new(Command::SetFilter(String::new()), "Clear the filter", "Show rows of any name again")
        .enabled_if(|state| !state.filter().typed.is_empty())
        .changes(|state| state.filter_mut().set(String::new())),
    CommandDef::new(
        Command::SwapSides,
        "Swap baseline and current",
        "Exchange the two sides of the comparison",
    )
    .key(KeyModifiers::CtrlShift, "X")
    .enabled_if(|state| state.baseline.is_some())
    .changes(AppState::swap_sides),
    CommandDef::new(Command::Back, "Back", "Go to the previously selected row")
        .key(KeyModifiers::Alt, "Left")
        .enabled_if(|state| state.history.can_go_back() || state.is_off_selection())
        .has_effects(AppState::go_back),
    CommandDef::new(Command::Forward, "Forward", "Go to the next row of the selection history")
        .key(KeyModifiers::Alt, "Right")
        .enabled_if(|state| state.history.can_go_forward())
        .has_effects(AppState::go_forward),
    CommandDef::new(Command::ToggleFiles, "Snapshots", "Show or hide the list of open snapshots")
        .key(KeyModifiers::Ctrl, "B")
        .changes(|state| state.settings.files_shown ^= true),
    CommandDef::new(Command::ToggleRetainers, "Retainers", "Show or hide who holds the selected object")
        .key(KeyModifiers::Ctrl, "J")
        .changes(|state| state.settings.retainers_shown ^= true),
    CommandDef::new(Command::ToggleObject, "Object", "Show or hide what the selected object holds")
        .key(KeyModifiers::Ctrl, "I")
        .changes(|state| state.toggle_side_pane(SidePane::Object)),
    CommandDef::new(Command::ToggleSource, "Source", "Show or hide the source code of the selected object")
        .key(KeyModifiers::Ctrl, "U")
        .changes(|state| state.toggle_side_pane(SidePane::Source)),
    CommandDef::new(
        Command::ToggleGenerated,
        "Generated code",
        "Show places and names of the code that ran, instead of the original code that source maps lead to",
    )
    .changes(|state| state.settings.generated_shown ^= true),
    CommandDef::new(
        Command::OpenInEditor,
        "Open in editor",
        "Open the source code that is shown in VS Code, Zed, a JetBrains editor or $EDITOR, at its line",
    )
    .enabled_if(|state| state.editable_place().is_some())
    .changes(AppState::open_in_editor),
];

fn has_current(state: &AppState) -> bool {
    state.current.is_some()
}

fn is_searching(state: &AppState) -> bool {
    state.view == View::Search
}
