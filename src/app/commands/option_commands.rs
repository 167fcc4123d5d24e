//! The commands that set an option to one of its values, and those that choose which objects are counted.

use crate::app::commands::command::{Command, OptionChange};
use crate::app::commands::registry::CommandDef;
use crate::app::options::window_options::WINDOW_OPTIONS;
use crate::app::options::{AnyOption, OptionForm};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::model::FilterPreset;
use crate::snapshot::filters::Filter;
use std::sync::LazyLock;

const fn keep(preset: FilterPreset, label: &'static str, tooltip: &'static str) -> CommandDef {
    CommandDef::new(Command::SetFilterPreset(preset), label, tooltip)
        .in_category("Objects that count")
        .enabled_if(shows_objects)
}

fn shows_objects(state: &AppState) -> bool {
    state.view == View::Summary && state.current.is_some()
}

const fn keep_filter(filter: Filter, label: &'static str) -> CommandDef {
    let tooltip = filter.help();
    keep(FilterPreset::Filter(filter), label, tooltip)
}

/// The filters that every snapshot has.
static FILTERS: &[CommandDef] = &[
    keep(FilterPreset::All, "all", "Every object of the snapshot"),
    keep_filter(Filter::DuplicatedStrings, "duplicated strings"),
    keep_filter(Filter::RetainedByDetachedDom, "retained by detached DOM nodes"),
    keep_filter(Filter::RetainedByContexts, "retained by contexts"),
    keep_filter(Filter::RetainedByConsole, "retained by DevTools console"),
    keep_filter(Filter::RetainedByEventHandlers, "retained by event handlers"),
];

/// Every option of the window, each once: those of the views first.
pub(crate) fn all_options() -> Vec<&'static dyn AnyOption> {
    let mut all: Vec<&'static dyn AnyOption> = Vec::new();
    let of_views = View::ALL.into_iter().flat_map(|view| view.spec().options);
    for &option in of_views.chain(WINDOW_OPTIONS) {
        if !all.contains(&option) {
            all.push(option);
        }
    }
    all
}

fn entries_of(option: &'static dyn AnyOption) -> Vec<CommandDef> {
    let entry = |at: usize, change: OptionChange| {
        let command = Command::SetOption(option, change);
        CommandDef::new(command, option.label(at), option.tooltip(at)).in_category(option.category())
    };
    match option.form() {
        OptionForm::Switch(on) => vec![entry(on, OptionChange::Next)],
        _ => (0..option.count()).map(|at| entry(at, OptionChange::To(at))).collect(),
    }
}

/// Every command that sets an option, by category.
pub static OPTION_COMMANDS: LazyLock<Vec<CommandDef>> = LazyLock::new(|| {
    let options = all_options().into_iter().flat_map(entries_of);
    FILTERS.iter().cloned().chain(options).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_options_share_a_key() {
        let lists = View::ALL.into_iter().flat_map(|view| view.spec().options).chain(WINDOW_OPTIONS);
        let mut known: Vec<(&str, *const ())> = Vec::new();
        for &option in lists {
            let address = std::ptr::from_ref(option).cast::<()>();
            let same = known.iter().find(|&&(key, _)| key == option.key());
            assert!(same.is_none_or(|&(_, other)| other == address), "{} is the key of two", option.key());
            known.push((option.key(), address));
        }
    }
}
