//! Window state. After each command or finished task, `sync` requests what is shown but not known: the query
//! cache compares each query with the one that its content was built for.

use crate::app::capture::panel::CapturePanel;
use crate::app::coach::CoachStep;
use crate::app::commands::command::Effect;
use crate::app::commands::command_palette::CommandPalette;
use crate::app::files::arrangement::Arrangement;
use crate::app::files::history::{History, HistoryEntry};
use crate::app::files::open_file::{FileId, FileOptions, LoadEvent, OpenFile};
use crate::app::files::path_prompt::PathPrompt;
use crate::app::files::session::LastSession;
use crate::app::options::ChosenOptions;
use crate::app::settings::Settings;
use crate::app::tasks::cache_entry::CacheEntry;
use crate::app::tasks::executor::Executor;
use crate::app::tasks::log;
use crate::app::tasks::query_cache::QueryCache;
use crate::app::views::View;
use crate::app::views::filter_chips::FilterChips;
use crate::app::views::fix::FixOptions;
use crate::app::views::object_pane::ObjectQuery;
use crate::app::views::panes::{Pane, PaneLayout, SidePane};
use crate::app::views::retainers_query::{RetainersQuery, SelectedGroup};
use crate::app::views::search_bar::SearchBar;
use crate::app::views::shared_results::{
    ComparisonQuery, FilteredObjectsQuery, GrowthQuery, Pair, ScriptsQuery, TimelineQuery, TrendQuery,
};
use crate::app::views::source_maps::MapsShown;
use crate::app::views::source_pane::SourceQuery;
use crate::app::views::spec::Needs;
use crate::app::views::summary::{GROUP_BY, INTERNALS};
use crate::app::views::table_pane::TablePane;
use crate::app::views::table_query::TableQuery;
use crate::app::views::text_filter::{FilterField, TextFilter};
use crate::app::views::type_ahead::TypeAhead;
use crate::base::{NodeIndex, ObjectId};
use crate::compare::Comparison;
use crate::compare::id_matching::IdMatching;
use crate::model::{AllocationTimeline, FilteredObjects, Internals, Item, ObjectFilter, Side, Tally};
use crate::snapshot::Snapshot;
use std::path::PathBuf;
use std::sync::Arc;

/// Identifies a table of the main view: each view of each snapshot, or pair, has its own.
pub(super) type TableKey = (View, FileId, Option<FileId>);

/// The state of the window. Read by the views, changed only by [`apply`](crate::app::apply) and
/// [`poll`](Self::poll).
pub struct AppState {
    /// Persistent settings.
    pub settings: Settings,
    /// Open snapshots in the order they were opened.
    pub files: Vec<OpenFile>,
    /// The current view.
    pub view: View,
    /// The snapshot that is shown; the newer one in Comparison.
    pub current: Option<FileId>,
    /// The older one in Comparison.
    pub baseline: Option<FileId>,
    /// The filter of constructors.
    pub class_filter: TextFilter,
    /// The filter of strings.
    pub string_filter: TextFilter,
    /// What is searched for.
    pub search: SearchBar,
    /// The options that the user has changed and that are stored in the window.
    pub(crate) chosen_options: ChosenOptions,
    /// The path field, while it is shown.
    pub prompt: Option<PathPrompt>,
    /// Whether the help is shown.
    pub help_shown: bool,
    /// Whether the About dialog is shown.
    pub about_shown: bool,
    /// The command palette, while it is shown.
    pub command_palette: Option<CommandPalette>,
    /// The table that was focused last.
    pub pane: Pane,
    /// How many of the lower panes fit side by side.
    pub layout: PaneLayout,
    /// The pane in front, where not all panes fit.
    pub in_front: Option<SidePane>,
    /// The status message.
    pub status_message: Option<String>,
    /// The object whose retainers are shown.
    pub inspected_object: Option<(FileId, NodeIndex)>,
    /// The object of the focused row of Retainers: the Object pane shows it, and Retainers stay.
    pub focused: Option<(FileId, NodeIndex)>,
    /// The group whose retainers are shown instead.
    pub held_group: Option<SelectedGroup>,
    /// Width and height of the map's area, in points.
    pub map_size: (u16, u16),
    /// The history of visited rows.
    pub history: History,
    /// The filter conditions.
    pub chips: FilterChips,
    /// The next step of the tour through the samples, while there is one.
    pub coach: Option<CoachStep>,
    /// The folder of the sample pair, if it was found.
    pub samples: Option<[PathBuf; 2]>,
    /// The snapshots of the verdict on a fix.
    pub(crate) fix: FixOptions,
    /// The order of the list of snapshots.
    pub(crate) arrangement: Arrangement,
    /// The file whose label and note are being edited.
    pub noted_file: Option<FileId>,
    /// Captures of running programs.
    pub capture: CapturePanel,
    /// All background work and its results.
    pub(crate) cache: QueryCache,
    pub(crate) type_ahead: TypeAhead,
    /// Which source maps the names that are shown come from.
    pub(crate) maps_shown: MapsShown,
    /// Folders with source maps and source code for this run alone.
    pub source_folders_of_run: Vec<PathBuf>,
    /// The pair for which the line above the comparison was dismissed.
    pub(crate) dismissed_banner: Option<(FileId, FileId)>,
    /// The id for the next opened file.
    pub(crate) next_file_id: u32,
    /// Files opened together that are not all loaded yet.
    pub(crate) pending_groups: Vec<Vec<FileId>>,
    /// The session being restored, until its files are loaded.
    pub(crate) resumed_session: Option<LastSession>,
    /// Number of one-shot tasks that were started.
    task_count: u64,
}

impl AppState {
    /// Without open files. Background work runs on `executor`.
    pub fn new(settings: Settings, executor: Executor) -> Self {
        Self {
            settings,
            files: Vec::new(),
            view: View::default(),
            current: None,
            baseline: None,
            class_filter: TextFilter::default(),
            string_filter: TextFilter::default(),
            search: SearchBar::default(),
            chosen_options: ChosenOptions::new(),
            prompt: None,
            help_shown: false,
            about_shown: false,
            command_palette: None,
            pane: Pane::Main,
            layout: PaneLayout::default(),
            in_front: None,
            status_message: None,
            inspected_object: None,
            focused: None,
            held_group: None,
            map_size: (0, 0),
            history: History::default(),
            chips: FilterChips::default(),
            coach: None,
            samples: None,
            fix: FixOptions::default(),
            arrangement: Arrangement::default(),
            noted_file: None,
            capture: CapturePanel::default(),
            cache: QueryCache::new(executor),
            type_ahead: TypeAhead::default(),
            maps_shown: MapsShown::default(),
            source_folders_of_run: Vec::new(),
            dismissed_banner: None,
            next_file_id: 0,
            pending_groups: Vec::new(),
            resumed_session: None,
            task_count: 0,
        }
    }

    /// Where background work runs.
    pub fn executor(&self) -> &Executor {
        self.cache.executor()
    }

    /// A number that no other task has.
    pub(crate) fn next_task(&mut self) -> u64 {
        self.task_count += 1;
        self.task_count
    }

    /// An open file.
    pub fn file(&self, id: FileId) -> Option<&OpenFile> {
        self.files.iter().find(|file| file.id == id)
    }

    /// The loaded snapshot of an open file.
    pub fn snapshot(&self, id: FileId) -> Option<&Arc<Snapshot>> {
        self.file(id)?.snapshot.as_ref()
    }

    /// The shown file.
    pub fn current_file(&self) -> Option<&OpenFile> {
        self.file(self.current?)
    }

    /// The baseline.
    pub fn baseline_file(&self) -> Option<&OpenFile> {
        self.file(self.baseline?)
    }

    /// The file of an object in the main table.
    pub fn file_of(&self, side: Side) -> Option<FileId> {
        match side {
            Side::Baseline => self.baseline,
            Side::Current if self.view.needs() == Needs::Series => self.file_of_trend(),
            Side::Current => self.current,
        }
    }

    /// The snapshot of the objects of a trend: the last one of the followed process.
    fn file_of_trend(&self) -> Option<FileId> {
        let trend = self.cache.entry::<TrendQuery>(&())?.value.get()?;
        let is_it = |file: &&OpenFile| {
            file.snapshot.as_ref().is_some_and(|snapshot| Arc::ptr_eq(snapshot, &trend.growth.current))
        };
        self.files.iter().find(is_it).map(|file| file.id)
    }

    /// The completely loaded snapshots, the oldest first or in the user's order.
    pub fn by_age(&self) -> Vec<FileId> {
        let order = self.files_in_order();
        order.into_iter().filter(|file| file.is_complete()).map(|file| file.id).collect()
    }

    /// The entry of the main table, if this view has one and its snapshots are loaded.
    pub fn main_entry(&self) -> Option<&CacheEntry<TableQuery>> {
        self.cache.entry(&self.table_key()?)
    }

    /// The main table.
    pub fn main_table(&self) -> Option<&TablePane> {
        Some(&self.main_entry()?.value)
    }

    pub(crate) fn main_table_mut(&mut self) -> Option<&mut TablePane> {
        let key = self.table_key()?;
        Some(self.cache.value_mut::<TableQuery>(key))
    }

    /// The table of a pane, with its selection.
    pub(crate) fn pane_mut(&mut self, pane: Pane) -> Option<&mut TablePane> {
        match pane {
            Pane::Main => self.main_table_mut(),
            Pane::Retainers => Some(self.retainers_mut()),
        }
    }

    /// The files that the table of a pane refers to.
    pub(crate) fn files_of(&self, pane: Pane) -> Vec<FileId> {
        let files = match pane {
            Pane::Main => self.main_entry().map(CacheEntry::files),
            Pane::Retainers => self.cache.entry::<RetainersQuery>(&()).map(CacheEntry::files),
        };
        files.unwrap_or_default().to_vec()
    }

    pub(crate) fn file_options_mut(&mut self, id: FileId) -> Option<&mut FileOptions> {
        self.files.iter_mut().find(|file| file.id == id).map(|file| &mut file.options)
    }

    /// The last requested comparison of the two chosen snapshots, once it is known.
    pub fn comparison(&self) -> Option<&Comparison> {
        let pair = Pair { baseline: self.baseline?, current: self.current?, sizes: self.settings.sizes() };
        let entry = self.cache.entry::<ComparisonQuery>(&())?;
        entry.built_for().filter(|query| query.pair == pair).and_then(|_| entry.value.get())
    }

    /// How the ids of the two chosen snapshots relate, once that is known.
    pub fn pair_ids(&self) -> Option<IdMatching> {
        if let Some(comparison) = self.comparison() {
            return Some(comparison.ids);
        }
        let pair = Pair { baseline: self.baseline?, current: self.current?, sizes: self.settings.sizes() };
        let entry = self.cache.entry::<GrowthQuery>(&())?;
        entry.built_for().filter(|query| query.0 == pair).and_then(|_| Some(entry.value.get()?.ids))
    }

    /// A note on how the objects of the compared snapshots were matched, with the evidence.
    pub fn matching_note(&self) -> Option<(String, String)> {
        if self.view == View::Trend {
            let trend = self.cache.entry::<TrendQuery>(&())?.value.get()?;
            return Some((trend.note()?, trend.growth.ids.evidence.text()));
        }
        let ids =
            self.pair_ids().filter(|_| self.view.is_of_two() || self.view.needs() == Needs::OneOrPair)?;
        let of_comparison = self.comparison().filter(|_| self.view == View::Comparison);
        let note = of_comparison.map_or_else(|| ids.note(), |comparison| comparison.note);
        let notes: Vec<&str> = ids.order_note().into_iter().chain(note).collect();
        (!notes.is_empty()).then(|| (notes.join(". "), ids.evidence.text()))
    }

    /// V8's id of an object.
    pub fn object_id(&self, file: FileId, node: NodeIndex) -> Option<ObjectId> {
        Some(self.snapshot(file)?.id(node))
    }

    /// Whether a file is loading or any task runs.
    pub fn is_busy(&self) -> bool {
        self.files.iter().any(OpenFile::is_loading) || self.cache.is_busy() || self.capture.is_busy()
    }

    /// The label of a task that has run long enough to be shown.
    pub fn activity(&self) -> Option<&str> {
        self.cache.activity()
    }

    /// Takes the results of finished tasks, and returns the effects for the window. Never blocks.
    pub fn poll(&mut self) -> Vec<Effect> {
        let events: Vec<_> = self.files.iter_mut().map(|file| (file.id, file.poll())).collect();
        for (id, event) in events {
            match event {
                LoadEvent::Nothing => {}
                LoadEvent::FirstRows => self.on_first_rows(id),
                LoadEvent::Complete => {
                    self.on_first_rows(id);
                    self.on_load_finished(id);
                }
                LoadEvent::Failed => {
                    self.on_file_closed(id);
                    self.on_load_finished(id);
                }
            }
        }
        self.resume_session();
        self.cache.poll();
        self.poll_capture();
        self.take_sorted();
        self.take_stamps();
        let effects = self.take_one_shot();
        self.sync();
        effects
    }

    pub(crate) fn show(&mut self, view: View) {
        if self.view != view {
            self.view = view;
            log::line(format_args!("view {}", view.title()));
        }
    }

    /// Shows the retainers of the selected row of the main table, or none if the row has no object.
    pub(crate) fn inspect_selected(&mut self) {
        // In the map an object is selected without a row.
        if self.view == View::Map && self.inspected_object.map(|(file, _)| file) == self.current {
            return;
        }
        let selected =
            self.main_table().and_then(|pane| pane.row(pane.selected_row()?)).and_then(|row| row.object);
        match selected.and_then(|(side, node)| Some((self.file_of(side)?, node))) {
            Some((file, node)) => self.inspect(file, node),
            None => {
                let group = self.selected_group();
                if self.held_group != group || group.is_none() {
                    self.forget_inspected();
                    self.held_group = group;
                }
            }
        }
    }

    /// The user moved the selection in the main table: updates the retainers and records the row.
    pub(crate) fn selected(&mut self) {
        self.focused = None;
        self.inspect_selected();
        let path = self.main_table().and_then(|pane| pane.table.as_ref()?.selection()).map(<[Item]>::to_vec);
        if let (Some(path), Some(current)) = (path, self.current) {
            let baseline = self.baseline.filter(|_| self.view.is_of_two());
            self.history.visit(HistoryEntry { view: self.view, current, baseline, path });
        }
    }

    /// Shows a snapshot; if it was the baseline, the previously shown one becomes the baseline.
    pub(crate) fn show_file(&mut self, id: FileId) {
        if self.snapshot(id).is_none() || self.current == Some(id) {
            return;
        }
        if self.baseline == Some(id) {
            self.baseline = self.current;
        }
        self.current = Some(id);
        self.inspect_selected();
    }

    pub(crate) fn inspect(&mut self, file: FileId, node: NodeIndex) {
        self.held_group = None;
        self.focused = None;
        if self.inspected_object != Some((file, node)) {
            self.inspected_object = Some((file, node));
            if let Some(id) = self.object_id(file, node) {
                log::line(format_args!("selected {id}"));
            }
        }
    }

    pub(crate) fn forget_inspected(&mut self) {
        self.inspected_object = None;
        self.focused = None;
        self.held_group = None;
        self.cache.clear::<RetainersQuery>(&());
        self.cache.clear::<ObjectQuery>(&());
        self.cache.clear::<SourceQuery>(&());
    }

    /// Whether a view has anything to show for the current snapshot.
    pub fn is_view_available(&self, view: View) -> bool {
        (view.spec().is_available)(self)
    }

    /// The bars of the current timeline, once they are known.
    pub fn timeline(&self) -> Option<&AllocationTimeline> {
        let entry = self.cache.entry::<TimelineQuery>(&())?;
        entry.built_for().filter(|query| Some(query.0) == self.current)?;
        entry.value.get()?.as_ref()
    }

    /// The filter preset of a snapshot in Summary.
    pub fn object_filter(&self, file: FileId) -> ObjectFilter {
        ObjectFilter {
            keep: self.filter_preset(file),
            conditions: self.chips.conditions.clone(),
            internals: self.option(&INTERNALS),
            group_by: self.option(&GROUP_BY),
        }
    }

    /// Whether the filter conditions let all objects pass.
    pub fn lets_all_pass(&self) -> bool {
        self.chips.conditions.is_empty() && self.option(&INTERNALS) == Internals::Shown
    }

    /// The objects that pass the filter of Summary, once they are known.
    pub(crate) fn filtered_objects(&self, file: FileId, filter: &ObjectFilter) -> Option<&FilteredObjects> {
        let query = FilteredObjectsQuery { file, sizes: self.settings.sizes(), filter: filter.clone() };
        let entry = self.cache.entry::<FilteredObjectsQuery>(&())?;
        entry.built_for().filter(|built| **built == query).and_then(|_| entry.value.get())
    }

    /// Whether V8's internal objects are hidden, once they are known.
    pub fn hidden(&self) -> Option<Tally> {
        self.main_table()?.table.as_ref()?.source().hidden()
    }

    /// The filter of the view that is shown.
    pub fn filter(&self) -> &TextFilter {
        match self.view.spec().filter {
            Some(FilterField::Strings) => &self.string_filter,
            _ => &self.class_filter,
        }
    }

    pub(crate) fn filter_mut(&mut self) -> &mut TextFilter {
        match self.view.spec().filter {
            Some(FilterField::Strings) => &mut self.string_filter,
            _ => &mut self.class_filter,
        }
    }

    /// Selects a row of the main table, now or as soon as the table is built.
    pub(crate) fn go_to(&mut self, path: Vec<Item>) {
        if let Some(pane) = self.main_table_mut() {
            pane.go_to(path);
        }
    }

    /// The object of a row of either table.
    pub(crate) fn object_of(&self, pane: Pane, row: usize) -> Option<(FileId, NodeIndex)> {
        let (side, node) = match pane {
            Pane::Main => self.main_table()?.row(row)?.object?,
            Pane::Retainers => self.retainers()?.row(row)?.object?,
        };
        let file = match pane {
            Pane::Main => self.file_of(side)?,
            Pane::Retainers => self.held_file()?,
        };
        Some((file, node))
    }

    /// The number of the selected row in a table, if it is visible.
    pub(crate) fn selected_row(&self, pane: Pane) -> Option<usize> {
        match pane {
            Pane::Main => self.main_table()?.selected_row(),
            Pane::Retainers => self.retainers()?.selected_row(),
        }
    }

    /// The object selected in the focused table, or the one whose retainers are shown.
    pub(crate) fn selected_object(&self) -> Option<(FileId, NodeIndex)> {
        let selected = self.selected_row(self.pane).and_then(|row| self.object_of(self.pane, row));
        selected.or(self.inspected_object)
    }

    /// Requests what is shown but not known yet.
    pub(crate) fn sync(&mut self) {
        self.sync_recent();
        self.sync_arrangement();
        self.sync_scripts();
        self.sync_maps();
        self.sync_table();
        self.sync_retainers();
        self.sync_breadcrumbs();
        self.sync_object();
        self.sync_source();
        (self.view.spec().request)(self);
        self.sync_prompt();
        self.sync_coach();
        self.start_sorting();
        self.remember_pair();
    }

    /// Finds the scripts of each open snapshot, so that rows can show source positions.
    fn sync_scripts(&mut self) {
        let unknown = self.files.iter().filter(|file| file.is_complete()).filter_map(|file| {
            let snapshot = file.snapshot.as_ref()?;
            snapshot.known_scripts().is_none().then(|| (file.id, Arc::clone(snapshot)))
        });
        for (id, snapshot) in unknown.collect::<Vec<_>>() {
            self.cache.request(ScriptsQuery(id), move |_, _| {
                snapshot.scripts();
                Some(())
            });
        }
    }
}
