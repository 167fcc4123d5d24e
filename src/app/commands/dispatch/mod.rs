//! Carries out commands: the only place where the user's request changes the state. A named command has its
//! own function; those with an argument are dispatched by topic.

mod files;
mod filters;
mod navigation;
mod objects;
mod rows;

use crate::app::commands::command::{Command, Effect, OptionChange};
use crate::app::commands::command_palette::CommandPalette;
use crate::app::options::window_options::WINDOW_OPTIONS;
use crate::app::state::AppState;

/// Carries out `command` and returns the effects for the window to perform.
pub fn apply(state: &mut AppState, command: Command) -> Vec<Effect> {
    // These are sent by the window itself.
    if !matches!(
        command,
        Command::FindContexts | Command::SetMapSize(..) | Command::SetPaneLayout(_) | Command::FocusPane(_)
    ) {
        state.status_message = None;
    }
    let effects = carry_out(state, command);
    state.sync();
    effects
}

fn carry_out(state: &mut AppState, command: Command) -> Vec<Effect> {
    if let Some(effects) = command.entry().and_then(|entry| entry.carry_out(state)) {
        return effects;
    }
    let by_topic =
        [files::carry_out, filters::carry_out, navigation::carry_out, objects::carry_out, rows::carry_out];
    let mut left = command;
    for carry_out in by_topic {
        match carry_out(state, left) {
            Ok(effects) => return effects,
            Err(other) => left = other,
        }
    }
    settings(state, left)
}

/// Carries out a command about the palette, options or settings; the topics have returned all others.
fn settings(state: &mut AppState, command: Command) -> Vec<Effect> {
    match command {
        Command::Capture(command) => return state.apply_capture(command),
        Command::SetOption(option, change) => state.set_option(option, change),
        Command::SetColumns(table, layout) => state.settings.set_columns(table, layout),
        Command::ResetColumnWidths(table) => state.settings.reset_widths(table),
        Command::SetColumnWidth(table, column, width) => state.settings.set_width(table, column, width),
        Command::EndCoach => state.coach = None,
        Command::SetMapSize(width, height) => state.map_size = (width, height),
        Command::SetPaneLayout(layout) => state.layout = layout,
        Command::EditPalette(text) => {
            if let Some(palette) = &mut state.command_palette {
                palette.edit(text);
            }
        }
        Command::StepPalette(by) => {
            if let Some(palette) = &mut state.command_palette {
                palette.step(by);
            }
        }
        Command::AcceptPalette => {
            if let Some(command) = state.command_palette.take().and_then(CommandPalette::accept) {
                return carry_out(state, command);
            }
        }
        other => debug_assert!(false, "nothing carries out {other:?}"),
    }
    Vec::new()
}

impl AppState {
    /// Whether `command` has an effect now: menus grey out the others, the palette omits them.
    pub fn is_enabled(&self, command: &Command) -> bool {
        match command {
            Command::ShowView(view) => self.current.is_some() && self.is_view_available(*view),
            Command::SetOption(option, change) => {
                let at = match change {
                    OptionChange::To(at) => *at,
                    OptionChange::Next => 0,
                };
                let is_here = WINDOW_OPTIONS.contains(option) || self.view.spec().options.contains(option);
                is_here && option.is_enabled(self, at)
            }
            named => named.entry().is_none_or(|entry| entry.is_enabled(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::registry::entries;
    use crate::app::settings::Settings;
    use crate::app::tasks::executor::Executor;

    #[test]
    fn every_named_command_is_carried_out() {
        for entry in entries() {
            let mut state = AppState::new(Settings::default(), Executor::inline());
            drop(apply(&mut state, entry.command.clone()));
        }
    }
}
