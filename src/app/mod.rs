//! Window state without egui: open files and what is shown, the commands that change it, and the background
//! tasks.

mod capture;
mod coach;
pub(crate) mod commands;
pub(crate) mod files;
pub(crate) mod options;
mod settings;
mod state;
pub(crate) mod tasks;
pub(crate) mod views;

pub use crate::app::capture::commands::CaptureCommand;
pub use crate::app::capture::options::CaptureChoices;
pub use crate::app::capture::panel::{CapturePanel, LocalTargets};
pub use crate::app::capture::session::{CaptureSession, CaptureWork, HeapMoment, SessionState};
pub use crate::app::coach::CoachStep;
pub use crate::app::commands::command::{Command, Effect, OptionChange, Zoom};
pub use crate::app::commands::command_palette::{CommandPalette, Hit};
pub use crate::app::commands::dispatch::apply;
pub use crate::app::commands::fuzzy::FuzzyMatch;
pub use crate::app::commands::option_commands::OPTION_COMMANDS;
pub use crate::app::commands::registry::{COMMANDS, CommandDef, KeyModifiers, MORE_KEYS, Shortcut, entries};
pub use crate::app::files::bookmarks::{Bookmark, Bookmarks};
pub use crate::app::files::history::{History, HistoryEntry};
pub use crate::app::files::notes::{FileNote, FileNotes, RecentPair};
pub use crate::app::files::open_file::{
    FileId, FileOptions, Load, LoadFailure, Loading, OpenFile, RecoveryAction, file_name,
};
pub use crate::app::files::path_prompt::{EXTENSIONS, Offer, PathPrompt};
pub use crate::app::files::recent::{RecentFile, RecentFilesQuery};
pub use crate::app::files::samples::find_pair;
pub use crate::app::files::session::LastSession;
pub use crate::app::options::window_options::{
    EDITOR, FOLD_INTERNALS, GROUP_RETAINERS, OBJECT_RETAINERS, SIZES, THEME,
};
pub use crate::app::options::{AnyOption, Choice, OptionForm, Options};
pub use crate::app::settings::file::SettingsFile;
pub use crate::app::settings::writer::SettingsWriter;
pub use crate::app::settings::{ColumnLayout, ColumnWidths, Settings, ThemeChoice};
pub use crate::app::state::AppState;
pub use crate::app::tasks::executor::{Executor, Waker};
pub use crate::app::tasks::job::{Job, Poll};
pub use crate::app::tasks::panic_log::program;
pub use crate::app::views::View;
pub use crate::app::views::comparison::ACCOUNTING;
pub use crate::app::views::dominators::GROUP_DOMINATED;
pub use crate::app::views::filter_chips::FilterChips;
pub use crate::app::views::fix::{FixFiles, FixQuery, FixRole};
pub use crate::app::views::growth::GROWTH_BY;
pub use crate::app::views::map::{MAP_COLOURS, MAP_LEVEL, MAP_STYLE, MapColours, MapQuery};
pub use crate::app::views::object_pane::{ObjectContents, ObjectQuery};
pub use crate::app::views::overview::{
    CodeExcerptsQuery, GrowthOverviewQuery, HeapCardsQuery, TrendChartQuery,
};
pub use crate::app::views::panes::{
    CopyWhat, Pane, PaneLayout, ReportFormat, RowFilter, SelectionStep, SidePane,
};
pub use crate::app::views::retainers_query::{
    GroupRetainersMode, ObjectRetainersMode, RetainersOptions, RetainersQuery, SelectedGroup,
};
pub use crate::app::views::search_bar::SearchBar;
pub use crate::app::views::shared_results::Pair;
pub use crate::app::views::source_pane::SourceQuery;
pub use crate::app::views::spec::{Needs, RowAction, ViewGroup, ViewSpec};
pub use crate::app::views::strings::STRING_LIST;
pub use crate::app::views::summary::{GROUP_BY, INTERNALS};
pub use crate::app::views::table_pane::TablePane;
pub use crate::app::views::table_query::TableQuery;
pub use crate::app::views::text_filter::TextFilter;
pub use crate::app::views::trend::TREND_OF;
