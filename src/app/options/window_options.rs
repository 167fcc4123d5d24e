//! The options of the window and of the retainers pane, which belong to no view.

use crate::app::files::editor::Editor;
use crate::app::options::{AnyOption, Choice, OptionForm, Options, Storage};
use crate::app::settings::{Settings, ThemeChoice};
use crate::app::state::AppState;
use crate::app::views::retainers_query::{GroupRetainersMode, ObjectRetainersMode};
use crate::model::Internals;
use crate::snapshot::SizeMode;

/// The options that exist in every view.
pub(crate) static WINDOW_OPTIONS: &[&dyn AnyOption] =
    &[&SIZES, &OBJECT_RETAINERS, &GROUP_RETAINERS, &FOLD_INTERNALS, &THEME, &EDITOR];

/// Chrome's sizes or V8's.
pub static SIZES: Options<SizeMode> = Options {
    form: OptionForm::Elsewhere,
    storage: Storage::Settings(Settings::sizes, set_sizes),
    is_enabled: |state, _| state.current.is_some(),
    ..Options::new(
        "sizes",
        "",
        &[
            Choice::new(SizeMode::Chrome, "Chrome sizes", SizeMode::Chrome.help()),
            Choice::new(SizeMode::Raw, "Raw sizes", SizeMode::Raw.help()),
        ],
    )
};

/// Dark or light.
pub static THEME: Options<ThemeChoice> = Options {
    form: OptionForm::Elsewhere,
    storage: Storage::Settings(
        |settings| settings.theme,
        |settings, theme| {
            settings.theme = theme;
        },
    ),
    ..Options::new(
        "theme",
        "Theme",
        &[
            Choice::new(ThemeChoice::System, "As the system", "Dark or light as the system is"),
            Choice::new(ThemeChoice::Dark, "Dark", "Light letters on a dark ground"),
            Choice::new(ThemeChoice::Light, "Light", "Dark letters on a light ground"),
        ],
    )
};

/// Which editor opens places in source code.
pub static EDITOR: Options<Editor> = Options {
    form: OptionForm::Elsewhere,
    storage: Storage::Settings(
        |settings| settings.editor,
        |settings, editor| {
            settings.editor = editor;
        },
    ),
    ..Options::new(
        "editor",
        "Editor",
        &[
            Choice::new(
                Editor::Automatic,
                "The first that is installed",
                "VS Code, Zed, a JetBrains editor, then $VISUAL and $EDITOR",
            ),
            Choice::new(Editor::VsCode, "VS Code", "VS Code, VSCodium, Cursor or Windsurf"),
            Choice::new(Editor::Zed, "Zed", "Zed"),
            Choice::new(Editor::JetBrains, "JetBrains", "WebStorm or IntelliJ IDEA"),
            Choice::new(
                Editor::Environment,
                "$VISUAL or $EDITOR",
                "The program that the environment names, if it needs no terminal",
            ),
        ],
    )
};

/// How the retainers of one object are shown.
pub static OBJECT_RETAINERS: Options<ObjectRetainersMode> = Options {
    is_enabled: |state, _| state.inspected_object.is_some(),
    ..Options::new(
        "retainers of an object",
        "Retainers",
        &[
            Choice::new(
                ObjectRetainersMode::Retainers,
                "All retainers",
                "Every object with a reference to it",
            ),
            Choice::new(
                ObjectRetainersMode::Paths,
                "Separate paths",
                "Different paths to the roots: first those that share no reference, each of which must be cut; then one for each other holder",
            ),
        ],
    )
};

/// How the retainers of a group are shown.
pub static GROUP_RETAINERS: Options<GroupRetainersMode> = Options {
    is_enabled: |state, _| state.is_group_held(),
    ..Options::new(
        "retainers of a group",
        "Retainers",
        &[
            Choice::new(
                GroupRetainersMode::MergedPaths,
                "Merged paths",
                "What holds the objects, along the shortest path of each",
            ),
            Choice::new(
                GroupRetainersMode::Dominators,
                "Kept alive by",
                "The immediate dominators: what would have to go for the objects to be freed",
            ),
        ],
    )
};

/// Whether V8's internal objects are shown between retainer and object.
pub static FOLD_INTERNALS: Options<Internals> = Options {
    form: OptionForm::Switch(1),
    is_enabled: |state, _| state.held_file().is_some(),
    ..Options::new(
        "fold engine internals",
        "",
        &[
            Choice::new(
                Internals::Shown,
                "Unfold engine internals",
                "Show V8's own tables and stores between an object and its holder",
            ),
            Choice::new(
                Internals::Hidden,
                "Fold engine internals",
                "Leave out V8's own tables and stores between an object and its holder",
            ),
        ],
    )
};

fn set_sizes(settings: &mut Settings, sizes: SizeMode) {
    settings.raw_sizes = sizes == SizeMode::Raw;
}

impl AppState {
    /// The current options of the retainers pane: for one object or a group, and whether V8's internal
    /// objects are hidden.
    pub fn retainers_options(&self) -> Vec<&'static dyn AnyOption> {
        let all: [&'static dyn AnyOption; 3] = [&OBJECT_RETAINERS, &GROUP_RETAINERS, &FOLD_INTERNALS];
        let is_of_group = self.inspected_object.is_none();
        let is_shown = |option: &&'static dyn AnyOption| {
            option.is_enabled(self, 0) && (option.key() != GROUP_RETAINERS.key || is_of_group)
        };
        all.into_iter().filter(is_shown).collect()
    }

    fn is_group_held(&self) -> bool {
        self.held_group.as_ref().is_some_and(|group| group.view == self.view)
    }
}
