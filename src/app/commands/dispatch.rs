//! Carries out commands: the one place where the user's request changes the state.

use crate::app::commands::command::{Command, Effect};
use crate::app::commands::palette::CommandPalette;
use crate::app::files::history::Place;
use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::files::path_prompt::PathPrompt;
use crate::app::state::AppState;
use crate::app::tasks::panic_log;
use crate::app::views::View;
use crate::app::views::growth::GROWTH_BY;
use crate::app::views::panes::{CopyWhat, Pane, SidePane};
use crate::model::{FilterPreset, Item, functions_of};
use std::env;
use std::path::PathBuf;

/// Carries out `command` and returns what is left for the window to do.
pub fn apply(state: &mut AppState, command: Command) -> Vec<Effect> {
    // These come by themselves.
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
    match command {
        Command::OpenDialog => return vec![Effect::OpenDialog],
        Command::OpenPrompt(reason) => open_prompt(state, reason),
        Command::OpenFiles(paths) => state.open(paths),
        Command::SaveReport => return state.ask_for_report_path(),
        Command::SaveReportTo(path) => state.save_report(path),
        Command::MoveFile(file, to) => state.move_file(file, to),
        Command::ArrangeByTime => state.arrange_by_time(),
        Command::EditNote(file) => state.noted_file = file,
        Command::SetNote(file, note) => state.set_note(file, &note),
        Command::SetFixRequests(text) => state.set_fix_requests(text),
        Command::Capture(command) => return state.apply_capture(command),
        Command::OpenSamples => state.open(state.samples.iter().flatten().cloned().collect()),
        Command::ContinueSession => state.continue_session(),
        Command::CancelLoading => {
            let loading = state.files.iter().filter(|file| file.is_loading());
            for id in loading.map(|file| file.id).collect::<Vec<_>>() {
                state.close(id);
            }
        }
        Command::OpenPartly(id) => state.open_partly(id),
        Command::CopyReport(id) => {
            return state.file(id).and_then(OpenFile::report).map(Effect::Copy).into_iter().collect();
        }
        Command::CopyFaults => {
            state.status_message = Some("Copied version, system and internal errors".to_owned());
            return vec![Effect::Copy(panic_log::report())];
        }
        Command::EditPath(text) => {
            if let Some(prompt) = &mut state.prompt {
                prompt.edit(text);
            }
        }
        Command::CompletePath => {
            if let Some(prompt) = &mut state.prompt {
                prompt.complete();
            }
        }
        Command::AcceptPath => {
            if let Some(path) = state.prompt.as_mut().and_then(PathPrompt::accept) {
                state.prompt = None;
                state.open(vec![path]);
            }
        }
        Command::Close(id) => state.close(id),
        Command::CloseCurrent => {
            if let Some(id) = state.current {
                state.close(id);
            }
        }
        Command::ShowFile(id) => state.show_file(id),
        Command::SetBaseline(id) => set_baseline(state, id),
        Command::SwapSides => {
            if state.baseline.is_some() {
                std::mem::swap(&mut state.baseline, &mut state.current);
                state.inspect_selected();
            }
        }
        Command::ShowView(view) => {
            // What was selected in the map is selected in the trees as well.
            let selected = state.inspected_object.filter(|&(file, _)| Some(file) == state.current);
            if let (View::Map, true, Some((file, node))) = (state.view, view.is_of_objects(), selected) {
                state.reveal(view, file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
            state.change_view(view);
            return (view.spec().on_show)(state);
        }
        Command::SetFilter(text) => state.filter_mut().set(text),
        Command::SetSearch(search) => state.search.set(search),
        Command::NextHit(by) => {
            state.show(View::Search);
            if let Some(table_pane) = state.main_table_mut() {
                table_pane.step_to_hit(by);
            }
            state.selected();
        }
        Command::GoToObject(file, id) => state.go_to_object(file, id),
        Command::FollowId(pane, row, id) => {
            if let Some((file, _)) = state.object_of(pane, row) {
                state.go_to_object(file, id);
            }
        }
        Command::ShowGrowthLine(line) => {
            state.reset_option(&GROWTH_BY);
            state.show(View::Growth);
            state.go_to(vec![Item::Group(line)]);
            state.inspect_selected();
            return vec![Effect::FocusPane(Pane::Main)];
        }
        Command::CopySuspects(form) => return vec![Effect::Copy(state.suspects_text(form))],
        Command::DismissBanner => state.dismissed_banner = state.baseline.zip(state.current),
        Command::DismissAdded => state.dismiss_added(),
        Command::ShowAdded => {
            if let Some(added) = state.added_file().map(|file| file.id) {
                state.dismiss_added();
                state.show_file(added);
            }
        }
        Command::SetFixRole(role, file) => state.set_fix_role(role, file),
        Command::FocusFilter => {
            if !state.view.has_filter() {
                state.show(View::Summary);
            }
            return vec![Effect::FocusFilter];
        }
        Command::SetFilterPreset(keep) => {
            if let Some(file) = state.current {
                state.set_filter_preset(file, keep);
            }
        }
        Command::EditCondition(typed) => state.chips.edit(typed),
        Command::AcceptCondition => state.chips.accept(),
        Command::AddCondition(condition) => state.chips.add(condition),
        Command::RemoveCondition(at) => state.chips.remove(at),
        Command::ShowAllocated(row) => {
            let path = state.main_table().and_then(|table_pane| Some(table_pane.table.as_ref()?.path(row)));
            if let (Some(path), Some(file)) = (path, state.current) {
                state.set_filter_preset(file, FilterPreset::AllocatedBy(functions_of(&path)));
                state.class_filter.set(String::new());
                state.show(View::Summary);
                state.inspect_selected();
            }
        }
        Command::FindContexts => state.find_contexts(),
        Command::IgnoreRetainer(row) => {
            if let Some((file, node)) = state.object_of(Pane::Retainers, row) {
                state.ignore_retainer(file, node);
            }
        }
        Command::RestoreRetainers => {
            if let Some(file) = state.held_file() {
                state.restore_retainers(file);
            }
        }
        Command::SetOption(option, change) => state.set_option(option, change),
        Command::Zoom(zoom) => return vec![Effect::Zoom(zoom)],
        Command::ToggleFiles => state.settings.files_shown = !state.settings.files_shown,
        Command::ToggleRetainers => state.settings.retainers_shown = !state.settings.retainers_shown,
        Command::Back => {
            // After a change of view, Back first returns to the row of the previous view.
            let left = |place: &&Place| place.view != state.view || Some(place.current) != state.current;
            let place = state.history.present().filter(left).cloned().or_else(|| state.history.back());
            return revisit(state, place);
        }
        Command::Forward => {
            let place = state.history.forward();
            return revisit(state, place);
        }
        Command::ToggleHelp => state.help_shown = !state.help_shown,
        Command::Dismiss => {
            state.help_shown = false;
            state.prompt = None;
            state.palette = None;
        }
        Command::StopWork => state.cache.stop(),
        Command::FocusPane(pane) => {
            state.pane = pane;
            match pane {
                Pane::Main => state.focused = None,
                Pane::Retainers => state.focus_retainer(),
            }
        }
        Command::Select(Pane::Main, row) => {
            state.pane = Pane::Main;
            if let Some(table_pane) = state.main_table_mut() {
                table_pane.select(row);
            }
            state.selected();
        }
        Command::Select(Pane::Retainers, row) => {
            state.pane = Pane::Retainers;
            state.retainers_mut().select(row);
            state.focus_retainer();
        }
        Command::Toggle(pane, row) => toggle(state, pane, row),
        Command::SortBy(Pane::Main, column) => {
            if let Some(table_pane) = state.main_table_mut() {
                table_pane.click_column(column);
            }
        }
        Command::SortBy(Pane::Retainers, column) => state.retainers_mut().click_column(column),
        Command::Move(Pane::Main, step) => {
            if let Some(table_pane) = state.main_table_mut() {
                table_pane.step(step);
            }
            state.selected();
        }
        Command::Move(Pane::Retainers, step) => {
            state.retainers_mut().step(step);
            state.focus_retainer();
        }
        Command::Activate(pane) => {
            let Some(row) = state.selected_row(pane) else { return Vec::new() };
            let hit = state.object_of(pane, row).filter(|_| state.view == View::Search && pane == Pane::Main);
            match hit {
                Some((file, node)) => {
                    state.reveal_in_summary(file, node);
                    return vec![Effect::FocusPane(Pane::Main)];
                }
                None => toggle(state, pane, row),
            }
        }
        Command::Copy(pane, row, what) => {
            return state.copy(pane, row, what);
        }
        Command::CopySelected(what @ (CopyWhat::ObjectId | CopyWhat::Path)) => {
            if let Some((file, node)) = state.selected_object() {
                return state.copy_object(file, node, what);
            }
        }
        Command::CopySelected(CopyWhat::Place) => {
            if let Some(text) = state.selected_place() {
                return state.copied(text);
            }
        }
        Command::CopySelected(what) => {
            if let Some(row) = state.selected_row(state.pane) {
                return state.copy(state.pane, row, what);
            }
        }
        Command::CopyTable(format) => state.copy_table(format),
        Command::Reveal(view, pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.reveal(view, file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
        }
        Command::RevealSelected(view) => {
            if let Some((file, node)) = state.selected_object() {
                state.reveal(view, file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
        }
        Command::Bookmark(pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.toggle_bookmark(file, node);
            }
        }
        Command::BookmarkSelected => {
            if let Some((file, node)) = state.selected_object() {
                state.toggle_bookmark(file, node);
            }
        }
        Command::RemoveBookmark(file, id) => state.remove_bookmark(file, id),
        Command::NoteBookmark(file, id, note) => state.note_bookmark(file, id, &note),
        Command::SetColumnWidth(table, column, width) => state.settings.set_width(table, column, width),
        Command::ToggleFrameTimes => {
            state.settings.frame_times_shown = !state.settings.frame_times_shown;
        }
        Command::ZoomMap(file, root) => state.zoom_map(file, root),
        Command::SetMapSize(width, height) => state.map_size = (width, height),
        Command::TypeAhead(pane, letters) => state.type_ahead(pane, &letters),
        Command::OpenRecursively => state.open_recursively(),
        Command::TogglePalette => {
            state.palette = if state.palette.is_some() { None } else { Some(CommandPalette::new(state)) };
        }
        Command::EditPalette(text) => {
            if let Some(palette) = &mut state.palette {
                palette.edit(text);
            }
        }
        Command::StepPalette(by) => {
            if let Some(palette) = &mut state.palette {
                palette.step(by);
            }
        }
        Command::AcceptPalette => {
            if let Some(command) = state.palette.take().and_then(CommandPalette::accept) {
                return carry_out(state, command);
            }
        }
        Command::ShowObject(file, node) => {
            state.reveal_in_summary(file, node);
            return vec![Effect::FocusPane(Pane::Main)];
        }
        Command::Inspect(file, node) => state.inspect(file, node),
        Command::ShowSuspect(file, node) => {
            state.inspect(file, node);
            if let Some(pane) = state.main_table_mut() {
                pane.go_to_object(node);
            }
        }
        Command::ToggleObject => state.toggle_side_pane(SidePane::Object),
        Command::ToggleGenerated => {
            state.settings.generated_shown = !state.settings.generated_shown;
        }
        Command::ToggleSource => state.toggle_side_pane(SidePane::Source),
        Command::CopyText(text) => return state.copied(text),
        Command::SetPaneLayout(layout) => state.layout = layout,
        Command::ShowRetainers(pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.settings.retainers_shown = true;
                if pane == Pane::Main
                    && let Some(table_pane) = state.main_table_mut()
                {
                    table_pane.select(row);
                    state.selected();
                }
                state.inspect(file, node);
            }
        }
        Command::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

fn open_prompt(state: &mut AppState, reason: Option<String>) {
    let last = state.settings.recent.first().and_then(|path| path.parent()).map(PathBuf::from);
    let start = last.filter(|folder| folder.is_dir()).or_else(|| env::current_dir().ok()).unwrap_or_default();
    state.prompt = Some(PathPrompt::new(reason, &start));
}

fn set_baseline(state: &mut AppState, id: FileId) {
    if state.snapshot(id).is_none() || state.baseline == Some(id) {
        return;
    }
    if state.current == Some(id) {
        state.current = state.baseline;
    }
    state.baseline = Some(id);
    state.inspect_selected();
}

fn toggle(state: &mut AppState, pane: Pane, row: usize) {
    match pane {
        Pane::Main => {
            if let Some(table_pane) = state.main_table_mut() {
                table_pane.toggle(row);
            }
        }
        Pane::Retainers => state.retainers_mut().toggle(row),
    }
}

fn revisit(state: &mut AppState, place: Option<Place>) -> Vec<Effect> {
    let Some(place) = place else { return Vec::new() };
    state.show(place.view);
    if place.baseline.is_some() {
        state.baseline = place.baseline;
    } else if state.baseline == Some(place.current) {
        state.baseline = state.current;
    }
    state.current = Some(place.current);
    state.go_to(place.path);
    state.inspect_selected();
    vec![Effect::FocusPane(Pane::Main)]
}
