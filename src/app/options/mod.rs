//! Options as data: values, names, and where the chosen value is stored. One command sets any of them; menus,
//! buttons and the palette list them from here.

pub(crate) mod window_options;

use crate::app::commands::command::{Command, OptionChange};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use std::collections::BTreeMap;
use std::fmt;

/// One of the values of an option.
pub struct Choice<T> {
    /// The value.
    pub value: T,
    /// Its name on buttons.
    pub label: &'static str,
    /// What it does, in one sentence.
    pub tooltip: &'static str,
}

impl<T> Choice<T> {
    /// A value with its name and tooltip.
    pub const fn new(value: T, label: &'static str, tooltip: &'static str) -> Self {
        Self { value, label, tooltip }
    }
}

/// What an option looks like in the toolbar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionForm {
    /// A button for each value.
    Buttons,
    /// A check box that is checked with this value; each value has a command.
    CheckBox(usize),
    /// A switch that is on with this value; one command toggles it.
    Switch(usize),
    /// Nothing in the toolbar: a view or a menu draws it.
    Elsewhere,
}

/// Where the chosen value is stored.
pub enum Storage<T> {
    /// In the window, until it is closed.
    Window,
    /// In the settings, which outlive the window.
    Settings(fn(&Settings) -> T, fn(&mut Settings, T)),
}

/// An option with values of a type.
pub struct Options<T: 'static> {
    /// Its name in the state.
    pub key: &'static str,
    /// The category shown in the palette.
    pub category: &'static str,
    /// Its control.
    pub form: OptionForm,
    /// Where it is stored.
    pub storage: Storage<T>,
    /// Its values, in the order of the buttons.
    pub choices: &'static [Choice<T>],
    /// Whether a value is available now, in a view that has this option.
    pub is_enabled: fn(&AppState, usize) -> bool,
}

impl<T> Options<T> {
    /// An option of a view with a button for each value.
    pub const fn new(key: &'static str, category: &'static str, choices: &'static [Choice<T>]) -> Self {
        let is_enabled = |_: &AppState, _: usize| true;
        Self { key, category, form: OptionForm::Buttons, storage: Storage::Window, choices, is_enabled }
    }
}

impl<T: Copy + Default + PartialEq + Sync> Options<T> {
    /// The command that chooses `value`.
    pub fn set(&'static self, value: T) -> Command {
        Command::SetOption(self, OptionChange::To(self.position(value)))
    }

    fn position(&self, value: T) -> usize {
        self.choices.iter().position(|choice| choice.value == value).unwrap_or(0)
    }

    fn value(&self, state: &AppState) -> T {
        match self.storage {
            Storage::Settings(read, _) => read(&state.settings),
            Storage::Window => {
                let chosen = state.chosen_options.get(self.key).and_then(|&at| self.choices.get(at));
                chosen.map_or_else(T::default, |choice| choice.value)
            }
        }
    }
}

/// An option of any value type.
pub trait AnyOption: Sync {
    /// Its key; unique among all options.
    fn key(&self) -> &'static str;
    /// The category shown in the palette.
    fn category(&self) -> &'static str;
    /// Its control.
    fn form(&self) -> OptionForm;
    /// How many values it has.
    fn count(&self) -> usize;
    /// The name of a value.
    fn label(&self, at: usize) -> &'static str;
    /// The tooltip of a value.
    fn tooltip(&self, at: usize) -> &'static str;
    /// Whether a value is available now, in a view that has this option.
    fn is_enabled(&self, state: &AppState, at: usize) -> bool;
    /// The number of the current value.
    fn chosen(&self, state: &AppState) -> usize;
    /// Sets the value.
    fn choose(&self, state: &mut AppState, at: usize);
}

impl<T: Copy + Default + PartialEq + Sync> AnyOption for Options<T> {
    fn key(&self) -> &'static str {
        self.key
    }

    fn category(&self) -> &'static str {
        self.category
    }

    fn form(&self) -> OptionForm {
        self.form
    }

    fn count(&self) -> usize {
        self.choices.len()
    }

    fn label(&self, at: usize) -> &'static str {
        self.choices.get(at).map_or("", |choice| choice.label)
    }

    fn tooltip(&self, at: usize) -> &'static str {
        self.choices.get(at).map_or("", |choice| choice.tooltip)
    }

    fn is_enabled(&self, state: &AppState, at: usize) -> bool {
        (self.is_enabled)(state, at)
    }

    fn chosen(&self, state: &AppState) -> usize {
        self.position(self.value(state))
    }

    fn choose(&self, state: &mut AppState, at: usize) {
        let Some(choice) = self.choices.get(at) else { return };
        match self.storage {
            Storage::Settings(_, write) => write(&mut state.settings, choice.value),
            Storage::Window => {
                state.chosen_options.insert(self.key, at);
            }
        }
    }
}

impl PartialEq for dyn AnyOption {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl fmt::Debug for dyn AnyOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.key())
    }
}

/// The chosen values that are stored in the window, by key.
pub(crate) type ChosenOptions = BTreeMap<&'static str, usize>;

impl AppState {
    /// The current value of an option.
    pub fn option<T: Copy + Default + PartialEq + Sync>(&self, option: &Options<T>) -> T {
        option.value(self)
    }

    /// Resets an option to its first value.
    pub(crate) fn reset_option(&mut self, option: &dyn AnyOption) {
        option.choose(self, 0);
    }

    pub(crate) fn set_option(&mut self, option: &dyn AnyOption, change: OptionChange) {
        let at = match change {
            OptionChange::To(at) => at,
            OptionChange::Next => (option.chosen(self) + 1) % option.count().max(1),
        };
        option.choose(self, at);
    }
}
