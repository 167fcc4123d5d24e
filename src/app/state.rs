//! Everything the window shows, and what keeps it true: after each command and each finished job the
//! tables that are shown are compared with what they should be made of, and made anew where they differ.

use crate::app::commands::command::Effect;
use crate::app::commands::palette::CommandPalette;
use crate::app::files::history::{History, Place};
use crate::app::files::open_file::{FileId, News, OpenFile};
use crate::app::files::path_prompt::PathPrompt;
use crate::app::settings::Settings;
use crate::app::tasks::job::{Job, Waker};
use crate::app::tasks::log;
use crate::app::tasks::memo::Memo;
use crate::app::tasks::one_shot::OneShotTask;
use crate::app::tasks::query_cache::QueryCache;
use crate::app::views::filter_chips::FilterChips;
use crate::app::views::filter_state::FilterState;
use crate::app::views::ignored_retainers::IgnoredRetainersState;
use crate::app::views::map_pane::MapPane;
use crate::app::views::object_pane::{ObjectKey, ObjectPane};
use crate::app::views::retainers_query::{NearestMemo, RetainersOptions, RetainersQuery, SelectedGroup};
use crate::app::views::search_bar::SearchBar;
use crate::app::views::suspects_pane::SuspectsPane;
use crate::app::views::table_pane::TablePane;
use crate::app::views::table_query::{
    ComparisonMemo, GrowthMemo, QueryInputs, TableQuery, TextsMemo, TimelineMemo, TrendMemo,
};
use crate::app::views::text_filter::TextFilter;
use crate::app::views::type_ahead::TypeAhead;
use crate::app::views::view::{Pane, View};
use crate::base::{NodeIndex, ObjectId};
use crate::compare::{Comparison, GrowthAccounting};
use crate::model::{
    FilterPreset, Grouping, GrowthBy, Item, ObjectFilter, Shown, Side, StatisticsView, StringList, Timeline,
    TreeTable, TrendOf,
};
use crate::snapshot::Snapshot;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Which table of the middle: each view of each snapshot keeps its own.
type SheetKey = (View, FileId, Option<FileId>);

/// The state of the window. Read by the views, changed only by [`apply`](crate::app::apply) and
/// [`poll`](Self::poll).
pub struct AppState {
    /// What outlives the window.
    pub settings: Settings,
    /// Open snapshots in the order they were opened.
    pub files: Vec<OpenFile>,
    /// What the middle shows.
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
    /// Whether dominated objects share rows.
    pub grouping: Grouping,
    /// Which bytes Comparison counts.
    pub counting: GrowthAccounting,
    /// By what Growth is told.
    pub growth_by: GrowthBy,
    /// What Trend follows.
    pub trend_of: TrendOf,
    /// How strings are listed.
    pub strings: StringList,
    /// The path field, while it is shown.
    pub prompt: Option<PathPrompt>,
    /// Whether the help is shown.
    pub help_shown: bool,
    /// The command palette, while it is shown.
    pub palette: Option<CommandPalette>,
    /// The table the keyboard was in last.
    pub pane: Pane,
    /// Whether the panes below are too narrow to stand beside each other.
    pub is_narrow: bool,
    /// Whether the object stands in front of the retainers then.
    pub object_in_front: bool,
    /// A sentence on what was done last, where nothing else shows it.
    pub notice: Option<String>,
    /// Whose retainers are shown.
    pub inspected: Option<(FileId, NodeIndex)>,
    /// The row of many objects whose holders are shown instead.
    pub held_group: Option<SelectedGroup>,
    /// In which way holders are shown.
    pub holding: RetainersOptions,
    /// What is known of it.
    pub object_pane: ObjectPane,
    /// What retains how much, drawn to scale.
    pub map: MapPane,
    /// What the heaps are made of.
    pub statistics: QueryCache<FileId, StatisticsView>,
    /// Where the person has been.
    pub history: History,
    /// Which objects count.
    pub keeping: FilterState,
    /// The conditions above the rows.
    pub chips: FilterChips,
    /// Which retainers are imagined away.
    pub ignoring: IgnoredRetainersState,
    /// Where the sample pair lies, if it was found.
    pub samples: Option<[PathBuf; 2]>,
    pub(crate) waker: Waker,
    pub(crate) errand: Option<OneShotTask>,
    pub(crate) type_ahead: TypeAhead,
    pub(crate) retainers: TablePane<RetainersQuery>,
    pub(crate) sheets: HashMap<SheetKey, TablePane<TableQuery>>,
    pub(crate) comparison: Option<ComparisonMemo>,
    pub(crate) texts: Option<TextsMemo>,
    pub(crate) timeline: Option<TimelineMemo>,
    pub(crate) growth: Option<GrowthMemo>,
    pub(crate) trend: Option<TrendMemo>,
    pub(crate) nearest: Option<NearestMemo>,
    pub(crate) suspecting: SuspectsPane,
    /// The pair whose line above the comparison is not wanted.
    pub(crate) dismissed_banner: Option<(FileId, FileId)>,
    /// How many files were opened: the next one's name in commands.
    pub(crate) opened: u32,
    /// Files opened together that are not all loaded yet.
    pub(crate) together: Vec<Vec<FileId>>,
}

impl AppState {
    /// With nothing open. `waker` is called from other threads when there is something to show.
    pub fn new(settings: Settings, waker: Waker) -> Self {
        Self {
            settings,
            files: Vec::new(),
            view: View::default(),
            current: None,
            baseline: None,
            class_filter: TextFilter::default(),
            string_filter: TextFilter::default(),
            search: SearchBar::default(),
            grouping: Grouping::default(),
            counting: GrowthAccounting::default(),
            growth_by: GrowthBy::default(),
            trend_of: TrendOf::default(),
            strings: StringList::default(),
            prompt: None,
            help_shown: false,
            palette: None,
            pane: Pane::Main,
            is_narrow: false,
            object_in_front: false,
            notice: None,
            inspected: None,
            held_group: None,
            holding: RetainersOptions::default(),
            object_pane: ObjectPane::default(),
            map: MapPane::default(),
            history: History::default(),
            keeping: FilterState::default(),
            chips: FilterChips::default(),
            ignoring: IgnoredRetainersState::default(),
            samples: None,
            waker,
            errand: None,
            type_ahead: TypeAhead::default(),
            retainers: TablePane::default(),
            sheets: HashMap::new(),
            comparison: None,
            texts: None,
            timeline: None,
            growth: None,
            trend: None,
            nearest: None,
            statistics: QueryCache::default(),
            suspecting: SuspectsPane::default(),
            dismissed_banner: None,
            opened: 0,
            together: Vec::new(),
        }
    }

    /// What threads call when there is something to show.
    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    /// An open file.
    pub fn file(&self, id: FileId) -> Option<&OpenFile> {
        self.files.iter().find(|file| file.id == id)
    }

    /// What is known of an open file's snapshot.
    pub fn snapshot(&self, id: FileId) -> Option<&Arc<Snapshot>> {
        self.file(id)?.snapshot.as_ref()
    }

    /// The file that is shown.
    pub fn current_file(&self) -> Option<&OpenFile> {
        self.file(self.current?)
    }

    /// The file compared with.
    pub fn baseline_file(&self) -> Option<&OpenFile> {
        self.file(self.baseline?)
    }

    /// The file an object of the middle's table lives in.
    pub fn file_of(&self, side: Side) -> Option<FileId> {
        match side {
            Side::Baseline => self.baseline,
            Side::Current if self.view == View::Trend => self.by_age().last().copied(),
            Side::Current => self.current,
        }
    }

    /// The snapshots of which everything is known, the oldest first.
    pub fn by_age(&self) -> Vec<FileId> {
        let mut files: Vec<&OpenFile> = self.files.iter().filter(|file| file.is_complete()).collect();
        files.sort_by_key(|file| file.age());
        files.into_iter().map(|file| file.id).collect()
    }

    /// The table in the middle, if this view has one and its snapshots are there.
    pub fn sheet(&self) -> Option<&TablePane<TableQuery>> {
        self.sheets.get(&self.sheet_key()?)
    }

    pub(crate) fn sheet_mut(&mut self) -> Option<&mut TablePane<TableQuery>> {
        self.sheets.get_mut(&self.sheet_key()?)
    }

    /// The retainers of [`inspected`](Self::inspected).
    pub fn retainers(&self) -> &TablePane<RetainersQuery> {
        &self.retainers
    }

    /// Whether the pane about the selected object can be seen.
    pub fn is_object_shown(&self) -> bool {
        if self.is_narrow { self.object_in_front } else { self.settings.object_shown }
    }

    /// The comparison of the two chosen snapshots that was asked for last, once it is known.
    pub fn comparison(&self) -> Option<&Comparison> {
        let pair = (self.baseline?, self.current?, self.settings.sizes());
        self.comparison.as_ref().filter(|cell| cell.key().0 == pair)?.get()
    }

    /// V8's id of an object.
    pub fn object_id(&self, file: FileId, node: NodeIndex) -> Option<ObjectId> {
        Some(ObjectId(self.snapshot(file)?.graph().nodes.id(node)))
    }

    /// Whether threads are at work for what is shown.
    pub fn is_busy(&self) -> bool {
        self.files.iter().any(OpenFile::is_loading)
            || self.sheet().is_some_and(TablePane::is_busy)
            || self.retainers.is_busy()
            || self.keeping.is_busy()
            || self.object_pane.is_busy()
            || self.map.latest.is_busy()
            || self.statistics.is_busy()
            || self.suspecting.is_busy()
            || self.errand.is_some()
    }

    /// What they do, where it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        let tables = self.sheet().and_then(TablePane::busy_with).or_else(|| self.retainers.busy_with());
        let pages = || self.statistics.busy_with().or_else(|| self.suspecting.busy_with());
        let errand = || self.errand.as_ref().and_then(Job::noticed);
        tables
            .or_else(pages)
            .or_else(|| self.keeping.busy_with())
            .or_else(errand)
            .or_else(|| self.map.latest.busy_with())
            .or_else(|| self.object_pane.busy_with())
    }

    fn sheet_key(&self) -> Option<SheetKey> {
        let current = self.current?;
        self.snapshot(current)?;
        match self.view {
            view if !view.has_table() => None,
            View::Trend => (self.by_age().len() > 1).then_some((View::Trend, current, None)),
            view if view.is_of_two() => {
                let baseline = self.baseline.filter(|&baseline| baseline != current)?;
                let both = [current, baseline];
                let known = both.iter().all(|&id| self.file(id).is_some_and(OpenFile::is_complete));
                known.then_some((view, current, Some(baseline)))
            }
            view if view.needs_all() && !self.file(current)?.is_complete() => None,
            view => Some((view, current, None)),
        }
    }

    /// Takes what the threads have finished, and returns what is left for the window to do. Costs a frame
    /// next to nothing.
    pub fn poll(&mut self) -> Vec<Effect> {
        let news: Vec<_> = self.files.iter_mut().map(|file| (file.id, file.poll())).collect();
        for (id, news) in news {
            match news {
                News::Nothing => {}
                News::Early => self.arrive(id),
                News::Complete => {
                    self.arrive(id);
                    self.complete(id);
                }
                News::Failed => {
                    self.leave(id);
                    self.complete(id);
                }
            }
        }
        let waker = Arc::clone(&self.waker);
        for sheet in self.sheets.values_mut() {
            sheet.poll(&waker);
        }
        self.retainers.poll(&waker);
        self.keeping.poll();
        self.object_pane.poll();
        self.map.latest.poll();
        self.statistics.poll();
        self.suspecting.poll();
        let effects = self.poll_errand();
        self.sync();
        effects
    }

    pub(crate) fn show(&mut self, view: View) {
        if self.view != view {
            self.view = view;
            log::line(format_args!("view {}", view.title()));
        }
    }

    /// Shows the retainers of the selected row of the middle, or none if that is about no object.
    pub(crate) fn inspect_selected(&mut self) {
        // In the map an object is selected without a row.
        if self.view == View::Map && self.inspected.map(|(file, _)| file) == self.current {
            return;
        }
        let selected =
            self.sheet().and_then(|sheet| sheet.row(sheet.selected_row()?)).and_then(|row| row.object);
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

    /// The selection in the middle was moved by the person: the retainers follow, and the place is kept.
    pub(crate) fn selected(&mut self) {
        self.inspect_selected();
        let path = self.sheet().and_then(|sheet| sheet.table.as_ref()?.selection()).map(<[Item]>::to_vec);
        if let (Some(path), Some(current)) = (path, self.current) {
            let baseline = self.baseline.filter(|_| self.view.is_of_two());
            self.history.visit(Place { view: self.view, current, baseline, path });
        }
    }

    /// Shows a snapshot; the baseline gives way to it by taking the place of the one shown before.
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
        if self.inspected != Some((file, node)) {
            self.inspected = Some((file, node));
            if let Some(id) = self.object_id(file, node) {
                log::line(format_args!("selected {id}"));
            }
        }
    }

    pub(crate) fn forget_inspected(&mut self) {
        self.inspected = None;
        self.held_group = None;
        self.retainers = TablePane::default();
        self.object_pane.clear();
    }

    /// Whether the snapshot that is shown has anything to see in a view.
    pub fn offers(&self, view: View) -> bool {
        let snapshot = || self.snapshot(self.current?);
        let has_any =
            |snapshot: &Arc<Snapshot>| snapshot.has_allocations() || !snapshot.graph().samples.is_empty();
        match view {
            View::Allocations => snapshot().is_some_and(has_any),
            View::Trend => self.by_age().len() > 2,
            _ => true,
        }
    }

    /// The bars of the timeline that is shown, once they are known.
    pub fn timeline(&self) -> Option<&Timeline> {
        let cell = self.timeline.as_ref().filter(|cell| Some(*cell.key()) == self.current)?;
        cell.get()?.as_ref()
    }

    /// What is shown of a snapshot in Summary.
    pub fn narrowing(&self, file: FileId) -> ObjectFilter {
        let FilterChips { conditions, internals, group_by, .. } = &self.chips;
        ObjectFilter {
            keep: self.keeping.of(file),
            conditions: conditions.clone(),
            internals: *internals,
            group_by: *group_by,
        }
    }

    /// What is left out of V8's own machinery, once it is known.
    pub fn hidden(&self) -> Option<Shown> {
        self.sheet()?.table.as_ref()?.source().hidden()
    }

    /// The filter of the view that is shown.
    pub fn filter(&self) -> &TextFilter {
        if self.view == View::Strings { &self.string_filter } else { &self.class_filter }
    }

    pub(crate) fn filter_mut(&mut self) -> &mut TextFilter {
        if self.view == View::Strings { &mut self.string_filter } else { &mut self.class_filter }
    }

    pub(crate) fn sheet_or_default(&mut self) -> Option<&mut TablePane<TableQuery>> {
        let key = self.sheet_key()?;
        Some(self.sheets.entry(key).or_default())
    }

    /// Goes to a row of the middle, now or as soon as its table is there.
    pub(crate) fn go_to(&mut self, path: Vec<Item>) {
        let waker = Arc::clone(&self.waker);
        if let Some(sheet) = self.sheet_or_default() {
            sheet.go_to(path, &waker);
        }
    }

    /// The object a row of either table is about.
    pub(crate) fn object_of(&self, pane: Pane, row: usize) -> Option<(FileId, NodeIndex)> {
        let (side, node) = match pane {
            Pane::Main => self.sheet()?.row(row)?.object?,
            Pane::Retainers => self.retainers.row(row)?.object?,
        };
        let file = match pane {
            Pane::Main => self.file_of(side)?,
            Pane::Retainers => self.held_file()?,
        };
        Some((file, node))
    }

    /// The selected row's number in a table, if it can be seen.
    pub(crate) fn selected_row(&self, pane: Pane) -> Option<usize> {
        match pane {
            Pane::Main => self.sheet()?.selected_row(),
            Pane::Retainers => self.retainers.selected_row(),
        }
    }

    /// The object selected in the table in use, or the one whose retainers are shown.
    pub(crate) fn selected_object(&self) -> Option<(FileId, NodeIndex)> {
        let selected = self.selected_row(self.pane).and_then(|row| self.object_of(self.pane, row));
        selected.or(self.inspected)
    }

    /// Compares what is shown with what it should be made of, and has it made where they differ.
    pub(crate) fn sync(&mut self) {
        self.sync_sheet();
        self.sync_retainers();
        self.sync_object();
        self.sync_statistics();
        self.sync_map();
        self.sync_suspects();
    }

    fn sync_sheet(&mut self) {
        let Some(key @ (view, current, baseline)) = self.sheet_key() else { return };
        let Some(snapshot) = self.snapshot(current).cloned() else { return };
        let recipe = TableQuery {
            view,
            current,
            baseline,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            filter: if view.has_filter() { self.filter().good().to_owned() } else { String::new() },
            narrowing: match view {
                View::Summary if snapshot.is_complete() => self.narrowing(current),
                View::Comparison => ObjectFilter { keep: FilterPreset::All, ..self.narrowing(current) },
                View::Search => ObjectFilter::keeping(FilterPreset::Found(self.search.good().clone())),
                _ => ObjectFilter::default(),
            },
            grouping: self.grouping,
            counting: if view == View::Comparison { self.counting } else { GrowthAccounting::default() },
            growth_by: if view == View::Growth { self.growth_by } else { GrowthBy::default() },
            trend: (view == View::Trend).then(|| (self.by_age(), self.trend_of)),
            strings: if view == View::Strings { self.strings } else { StringList::default() },
        };
        if self.sheets.get(&key).is_some_and(|sheet| sheet.is_for(&recipe)) {
            return;
        }
        let older = baseline.and_then(|baseline| Some((baseline, self.snapshot(baseline)?.clone())));
        let pair = older.as_ref().map(|&(baseline, _)| (baseline, current, recipe.sizes));
        let followed: Vec<FileId> = recipe.trend.iter().flat_map(|(files, _)| files.clone()).collect();
        let known = QueryInputs {
            comparison: pair
                .filter(|_| view == View::Comparison)
                .map(|pair| Memo::of(&mut self.comparison, (pair, recipe.narrowing.clone()))),
            growth: pair.map(|pair| Memo::of(&mut self.growth, pair)),
            trend: Memo::of(&mut self.trend, (followed.clone(), recipe.sizes)),
            followed: followed.iter().filter_map(|&id| self.snapshot(id).cloned()).collect(),
            kept: self.keeping.cell(current, recipe.sizes, &recipe.narrowing),
            texts: Memo::of(&mut self.texts, (current, recipe.sizes)),
            timeline: Memo::of(&mut self.timeline, current),
            sort: self.sheets.get(&key).and_then(|sheet| sheet.table.as_ref()).map(TreeTable::sort),
        };
        let (label, waker) = (recipe.label(), Arc::clone(&self.waker));
        let sheet = self.sheets.entry(key).or_default();
        sheet.make(recipe.clone(), label, &waker, move |progress, early| {
            recipe.make(snapshot, older.map(|(_, snapshot)| snapshot), known, (progress, early))
        });
    }

    fn sync_object(&mut self) {
        let Some((file, node)) = self.inspected.filter(|_| self.is_object_shown()) else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let others: Vec<(FileId, Arc<Snapshot>)> = self
            .files
            .iter()
            .filter(|other| other.id != file && other.is_complete())
            .filter_map(|other| Some((other.id, other.snapshot.clone()?)))
            .collect();
        let key = ObjectKey {
            file,
            node,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            others: others.iter().map(|&(other, _)| other).collect(),
        };
        let waker = Arc::clone(&self.waker);
        self.object_pane.show(key, snapshot, others, &waker);
    }

    /// Stops what is being computed for the tables that are shown.
    pub(crate) fn stop_work(&mut self) {
        if let Some(sheet) = self.sheet_mut() {
            sheet.stop();
        }
        self.retainers.stop();
        self.keeping.stop();
        self.map.latest.stop();
        self.object_pane.stop();
        self.errand = None;
        self.statistics.stop();
        self.suspecting.stop();
    }
}
