//! Carries out commands: the one place where a person's wish changes the state.

use super::command::{Command, Effect};
use super::files::FileId;
use super::history::Place;
use super::prompt::PathPrompt;
use super::state::AppState;
use super::view::{Copied, Pane, View};
use crate::base::NodeIndex;
use crate::model::{ClassFilter, Internals, Item, Keep, Row, Search, Side, functions_of};
use crate::snapshot::SizeMode;
use crate::snapshot::grouping::GroupBy;
use std::env;
use std::path::PathBuf;
use std::sync::Arc;

/// Carries out `command` and returns what is left for the window to do.
pub fn apply(state: &mut AppState, command: Command) -> Vec<Effect> {
    let effects = carry_out(state, command);
    state.sync();
    effects
}

fn carry_out(state: &mut AppState, command: Command) -> Vec<Effect> {
    let waker = Arc::clone(&state.waker);
    match command {
        Command::OpenDialog => return vec![Effect::OpenDialog],
        Command::OpenPrompt(reason) => open_prompt(state, reason),
        Command::OpenFiles(paths) => state.open(paths),
        Command::OpenSamples => state.open(state.samples.iter().flatten().cloned().collect()),
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
        Command::ShowFile(id) => show_file(state, id),
        Command::SetBaseline(id) => set_baseline(state, id),
        Command::SwapSides => {
            if state.baseline.is_some() {
                std::mem::swap(&mut state.baseline, &mut state.current);
                state.inspect_selected();
            }
        }
        Command::ShowView(view) => {
            state.show(view);
            state.inspect_selected();
            if view == View::Search {
                return vec![Effect::FocusSearch];
            }
        }
        Command::SetFilter(text) => state.filter_mut().set(text),
        Command::SetSearch(search) => state.search.set(search),
        Command::NextHit(by) => {
            state.show(View::Search);
            if let Some(sheet) = state.sheet_mut() {
                sheet.step_to_hit(by, &waker);
            }
            selected(state);
        }
        Command::ListStrings(list) => state.strings = list,
        Command::GoToId(id) => {
            state.search.set(Search { text: id.to_string(), ..Search::default() });
            state.show(View::Search);
            state.inspect_selected();
        }
        Command::GroupDominated(grouping) => state.grouping = grouping,
        Command::FocusFilter => {
            if !state.view.has_filter() {
                state.show(View::Summary);
            }
            return vec![Effect::FocusFilter];
        }
        Command::KeepObjects(keep) => {
            if let Some(file) = state.current {
                state.keeping.choose(file, keep);
            }
        }
        Command::EditCondition(typed) => state.chips.edit(typed),
        Command::AcceptCondition => state.chips.accept(),
        Command::AddCondition(condition) => state.chips.add(condition),
        Command::RemoveCondition(at) => state.chips.remove(at),
        Command::ToggleInternals => {
            state.chips.internals = other(state.chips.internals);
        }
        Command::GroupBy(group_by) => state.chips.group_by = group_by,
        Command::ShowAllocated(row) => {
            let path = state.sheet().and_then(|sheet| Some(sheet.table.as_ref()?.path(row)));
            if let (Some(path), Some(file)) = (path, state.current) {
                state.keeping.choose(file, Keep::AllocatedBy(functions_of(&path)));
                state.class_filter.set(String::new());
                state.show(View::Summary);
                state.inspect_selected();
            }
        }
        Command::FindContexts => {
            if let Some((file, snapshot)) =
                state.current.and_then(|id| Some((id, state.snapshot(id)?.clone())))
            {
                state.keeping.find_contexts(file, snapshot, &waker);
            }
        }
        Command::IgnoreRetainer(row) => {
            if let Some((file, node)) = state.object_of(Pane::Retainers, row) {
                state.ignoring.ignore(file, node);
            }
        }
        Command::RestoreRetainers => {
            if let Some(file) = state.held_file() {
                state.ignoring.restore(file);
            }
        }
        Command::LookAtObject(way) => state.holding.object = way,
        Command::LookAtGroup(way) => state.holding.group = way,
        Command::ToggleFolding => state.holding.internals = other(state.holding.internals),
        Command::SetSizes(sizes) => state.settings.raw_sizes = sizes == SizeMode::Raw,
        Command::SetTheme(theme) => state.settings.theme = theme,
        Command::ToggleFiles => state.settings.files_shown = !state.settings.files_shown,
        Command::ToggleRetainers => state.settings.retainers_shown = !state.settings.retainers_shown,
        Command::Back => {
            // Whoever has switched to another view first goes back to the row left behind.
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
        }
        Command::StopWork => state.stop_work(),
        Command::Select(Pane::Main, row) => {
            if let Some(sheet) = state.sheet_mut() {
                sheet.select(row);
            }
            selected(state);
        }
        Command::Select(Pane::Retainers, row) => state.retainers.select(row),
        Command::Toggle(pane, row) => toggle(state, pane, row),
        Command::SortBy(Pane::Main, column) => {
            if let Some(sheet) = state.sheet_mut() {
                sheet.click_column(column, &waker);
            }
        }
        Command::SortBy(Pane::Retainers, column) => state.retainers.click_column(column, &waker),
        Command::Move(Pane::Main, step) => {
            if let Some(sheet) = state.sheet_mut() {
                sheet.step(step, &waker);
            }
            selected(state);
        }
        Command::Move(Pane::Retainers, step) => state.retainers.step(step, &waker),
        Command::Activate(pane) => {
            let Some(row) = selected_row(state, pane) else { return Vec::new() };
            let hit = state.object_of(pane, row).filter(|_| state.view == View::Search && pane == Pane::Main);
            match hit {
                Some((file, node)) => {
                    show_in_summary(state, file, node);
                    return vec![Effect::FocusPane(Pane::Main)];
                }
                None => toggle(state, pane, row),
            }
        }
        Command::Copy(pane, row, what) => {
            return copied(state, pane, row, what).map(Effect::Copy).into_iter().collect();
        }
        Command::CopySelected(pane) => {
            let text = selected_row(state, pane).and_then(|row| copied(state, pane, row, Copied::Row));
            return text.map(Effect::Copy).into_iter().collect();
        }
        Command::ShowInSummary(pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                show_in_summary(state, file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
        }
        Command::ShowObject(file, node) => {
            show_in_summary(state, file, node);
            return vec![Effect::FocusPane(Pane::Main)];
        }
        Command::Inspect(file, node) => state.inspect(file, node),
        Command::ToggleObject => state.settings.object_shown = !state.settings.object_shown,
        Command::ShowRetainers(pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.settings.retainers_shown = true;
                if pane == Pane::Main
                    && let Some(sheet) = state.sheet_mut()
                {
                    sheet.select(row);
                    selected(state);
                }
                state.inspect(file, node);
            }
        }
        Command::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

fn other(internals: Internals) -> Internals {
    match internals {
        Internals::Shown => Internals::Hidden,
        Internals::Hidden => Internals::Shown,
    }
}

fn open_prompt(state: &mut AppState, reason: Option<String>) {
    let last = state.settings.recent.first().and_then(|path| path.parent()).map(PathBuf::from);
    let start = last.filter(|folder| folder.is_dir()).or_else(|| env::current_dir().ok()).unwrap_or_default();
    state.prompt = Some(PathPrompt::new(reason, &start));
}

/// Shows a snapshot; the baseline gives way to it by taking the place of the one shown before.
fn show_file(state: &mut AppState, id: FileId) {
    if state.snapshot(id).is_none() || state.current == Some(id) {
        return;
    }
    if state.baseline == Some(id) {
        state.baseline = state.current;
    }
    state.current = Some(id);
    state.inspect_selected();
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
    let waker = Arc::clone(&state.waker);
    match pane {
        Pane::Main => {
            if let Some(sheet) = state.sheet_mut() {
                sheet.toggle(row, &waker);
            }
        }
        Pane::Retainers => state.retainers.toggle(row, &waker),
    }
}

fn selected_row(state: &AppState, pane: Pane) -> Option<usize> {
    match pane {
        Pane::Main => state.sheet()?.selected_row(),
        Pane::Retainers => state.retainers.selected_row(),
    }
}

fn row(state: &AppState, pane: Pane, row: usize) -> Option<Row> {
    match pane {
        Pane::Main => state.sheet()?.row(row),
        Pane::Retainers => state.retainers.row(row),
    }
}

/// The selection in the middle was moved by the person: the retainers follow, and the place is kept.
fn selected(state: &mut AppState) {
    state.inspect_selected();
    let path = state.sheet().and_then(|sheet| sheet.table.as_ref()?.selection()).map(<[Item]>::to_vec);
    if let (Some(path), Some(current)) = (path, state.current) {
        let baseline = state.baseline.filter(|_| state.view.is_of_two());
        state.history.visit(Place { view: state.view, current, baseline, path });
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

fn show_in_summary(state: &mut AppState, file: FileId, node: NodeIndex) {
    let Some(snapshot) = state.snapshot(file).cloned() else { return };
    show_file(state, file);
    state.show(View::Summary);
    let class = snapshot.class_of(node);
    let name = snapshot.classes().name(class);
    if ClassFilter::parse(state.class_filter.good()).is_ok_and(|filter| !filter.keeps(name)) {
        state.class_filter.set(String::new());
    }
    state.chips.group_by = GroupBy::Constructor;
    let narrowing = state.narrowing(file);
    let kept = state.keeping.kept(file, state.settings.sizes(), &narrowing);
    if !narrowing.is_nothing() && kept.is_none_or(|kept| !kept.contains(node)) {
        state.keeping.choose(file, Keep::All);
        state.chips.clear();
    }
    let mut path = vec![Item::Class(class)];
    // Chrome leaves objects of no size out of their constructor's list.
    if snapshot.shallow(state.settings.sizes(), node) > 0 {
        path.push(Item::Node(Side::Current, node));
    }
    state.inspect(file, node);
    state.go_to(path.clone());
    state.history.visit(Place { view: View::Summary, current: file, baseline: None, path });
}

fn copied(state: &AppState, pane: Pane, at: usize, what: Copied) -> Option<String> {
    let row = row(state, pane, at)?;
    match what {
        Copied::Name => Some(row.text()),
        Copied::ObjectId => {
            let (file, node) = state.object_of(pane, at)?;
            state.object_id(file, node).map(|id| id.to_string())
        }
        Copied::Row => {
            let cells = row.cells.iter().map(|cell| cell.text.as_str());
            Some(std::iter::once(row.text().as_str()).chain(cells).collect::<Vec<_>>().join("\t"))
        }
    }
}
