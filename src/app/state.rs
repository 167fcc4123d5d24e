//! Everything the window shows, and what keeps it true: after each command and each finished job the
//! tables that are shown are compared with what they should be made of, and made anew where they differ.

use super::chips::Chips;
use super::files::{FileId, News, OpenFile};
use super::history::History;
use super::holding::{
    GroupSource, Held, HeldGroup, HoldingView, NearestCell, RetainersRecipe, SharedHolding,
};
use super::ignoring::Ignoring;
use super::job::{Job, Poll, Waker};
use super::keeping::Keeping;
use super::known::Known;
use super::log;
use super::object_pane::{ObjectKey, ObjectPane};
use super::prompt::PathPrompt;
use super::recipe::{ComparisonCell, Recipe, Shared, TextsCell, TimelineCell};
use super::search_bar::SearchBar;
use super::settings::Settings;
use super::sheet::Sheet;
use super::text_filter::TextFilter;
use super::view::{Pane, View};
use crate::base::{NodeIndex, ObjectId};
use crate::model::{
    Grouping, Item, Keep, Narrowing, Shown, Side, StatisticsView, StringList, Timeline, TreeTable,
};
use crate::snapshot::Snapshot;
use crate::snapshot::comparison::Comparison;
use crate::snapshot::grouping::GroupBy;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Which table of the middle: each view of each snapshot keeps its own.
type SheetKey = (View, FileId, Option<FileId>);

/// The state of the window. Read by the views, changed only by [`apply`](super::apply) and
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
    /// How strings are listed.
    pub strings: StringList,
    /// The path field, while it is shown.
    pub prompt: Option<PathPrompt>,
    /// Whether the help is shown.
    pub help_shown: bool,
    /// Whose retainers are shown.
    pub inspected: Option<(FileId, NodeIndex)>,
    /// The row of many objects whose holders are shown instead.
    pub held_group: Option<HeldGroup>,
    /// In which way holders are shown.
    pub holding: HoldingView,
    /// What is known of it.
    pub object_pane: ObjectPane,
    /// Where the person has been.
    pub history: History,
    /// Which objects count.
    pub keeping: Keeping,
    /// The conditions above the rows.
    pub chips: Chips,
    /// Which retainers are imagined away.
    pub ignoring: Ignoring,
    /// Where the sample pair lies, if it was found.
    pub samples: Option<[PathBuf; 2]>,
    pub(super) waker: Waker,
    pub(super) retainers: Sheet<RetainersRecipe>,
    pub(super) sheets: HashMap<SheetKey, Sheet<Recipe>>,
    pub(super) comparison: Option<ComparisonCell>,
    pub(super) texts: Option<TextsCell>,
    pub(super) timeline: Option<TimelineCell>,
    pub(super) nearest: Option<NearestCell>,
    pub(super) statistics: Option<(FileId, Job<StatisticsView>)>,
    pub(super) known_statistics: HashMap<FileId, Result<StatisticsView, String>>,
    /// How many files were opened: the next one's name in commands.
    pub(super) opened: u32,
    /// Files opened together that are not all loaded yet.
    pub(super) together: Vec<Vec<FileId>>,
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
            strings: StringList::default(),
            prompt: None,
            help_shown: false,
            inspected: None,
            held_group: None,
            holding: HoldingView::default(),
            object_pane: ObjectPane::default(),
            history: History::default(),
            keeping: Keeping::default(),
            chips: Chips::default(),
            ignoring: Ignoring::default(),
            samples: None,
            waker,
            retainers: Sheet::default(),
            sheets: HashMap::new(),
            comparison: None,
            texts: None,
            timeline: None,
            nearest: None,
            statistics: None,
            known_statistics: HashMap::new(),
            opened: 0,
            together: Vec::new(),
        }
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
            Side::Current => self.current,
        }
    }

    /// The table in the middle, if this view has one and its snapshots are there.
    pub fn sheet(&self) -> Option<&Sheet<Recipe>> {
        self.sheets.get(&self.sheet_key()?)
    }

    pub(super) fn sheet_mut(&mut self) -> Option<&mut Sheet<Recipe>> {
        self.sheets.get_mut(&self.sheet_key()?)
    }

    /// The retainers of [`inspected`](Self::inspected).
    pub fn retainers(&self) -> &Sheet<RetainersRecipe> {
        &self.retainers
    }

    /// The figures of the snapshot that is shown, or why there are none; `None` while they are added up.
    pub fn statistics(&self) -> Option<&Result<StatisticsView, String>> {
        self.known_statistics.get(&self.current?)
    }

    /// The comparison of the two chosen snapshots, once it is known.
    pub fn comparison(&self) -> Option<&Comparison> {
        let cell = self.comparison.as_ref()?;
        cell.is_of(self.baseline?, self.current?, self.settings.sizes()).then(|| cell.get()).flatten()
    }

    /// V8's id of an object.
    pub fn object_id(&self, file: FileId, node: NodeIndex) -> Option<ObjectId> {
        Some(ObjectId(self.snapshot(file)?.graph().nodes.id(node)))
    }

    /// Whether threads are at work for what is shown.
    pub fn is_busy(&self) -> bool {
        self.files.iter().any(OpenFile::is_loading)
            || self.sheet().is_some_and(Sheet::is_busy)
            || self.retainers.is_busy()
            || self.keeping.is_busy()
            || self.object_pane.is_busy()
            || self.statistics.is_some()
    }

    /// What they do, where it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        let statistics = self.statistics.as_ref().and_then(|(_, job)| job.noticed());
        let tables = self.sheet().and_then(Sheet::busy_with).or_else(|| self.retainers.busy_with());
        tables.or(statistics).or_else(|| self.keeping.busy_with())
    }

    fn sheet_key(&self) -> Option<SheetKey> {
        let current = self.current?;
        self.snapshot(current)?;
        match self.view {
            View::Statistics => None,
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

    /// Takes what the threads have finished. Costs a frame next to nothing.
    pub fn poll(&mut self) {
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
        if let Some((id, job)) = &self.statistics {
            let known = match job.poll() {
                Poll::Pending => None,
                Poll::Ready(statistics) => Some((*id, Ok(statistics))),
                Poll::Lost(sentence) => Some((*id, Err(sentence))),
            };
            if let Some((id, known)) = known {
                self.known_statistics.insert(id, known);
                self.statistics = None;
            }
        }
        self.sync();
    }

    pub(super) fn show(&mut self, view: View) {
        if self.view != view {
            self.view = view;
            log::line(format_args!("view {}", view.title()));
        }
    }

    /// Shows the retainers of the selected row of the middle, or none if that is about no object.
    pub(super) fn inspect_selected(&mut self) {
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

    /// The selected row of the middle, if it stands for several objects.
    fn selected_group(&self) -> Option<HeldGroup> {
        let sheet = self.sheet()?;
        let (table, row) = (sheet.table.as_ref()?, sheet.selected_row()?);
        let path = table.path(row);
        let title = || table.row(row).text();
        table
            .source()
            .is_group(&path)
            .then(|| Some(HeldGroup { file: self.current?, title: title(), path }))?
    }

    /// The snapshot of whatever holders are shown.
    pub fn held_file(&self) -> Option<FileId> {
        self.inspected.map(|(file, _)| file).or(self.held_group.as_ref().map(|group| group.file))
    }

    pub(super) fn inspect(&mut self, file: FileId, node: NodeIndex) {
        self.held_group = None;
        if self.inspected != Some((file, node)) {
            self.inspected = Some((file, node));
            if let Some(id) = self.object_id(file, node) {
                log::line(format_args!("selected {id}"));
            }
        }
    }

    pub(super) fn forget_inspected(&mut self) {
        self.inspected = None;
        self.held_group = None;
        self.retainers = Sheet::default();
        self.object_pane.clear();
    }

    /// Whether the snapshot that is shown has anything to see in a view.
    pub fn offers(&self, view: View) -> bool {
        let snapshot = || self.snapshot(self.current?);
        let has_any =
            |snapshot: &Arc<Snapshot>| snapshot.has_allocations() || !snapshot.graph().samples.is_empty();
        view != View::Allocations || snapshot().is_some_and(has_any)
    }

    /// The bars of the timeline that is shown, once they are known.
    pub fn timeline(&self) -> Option<&Timeline> {
        let cell = self.timeline.as_ref().filter(|cell| Some(*cell.key()) == self.current)?;
        cell.get()?.as_ref()
    }

    /// What is shown of a snapshot in Summary.
    pub fn narrowing(&self, file: FileId) -> Narrowing {
        let Chips { conditions, internals, group_by, .. } = &self.chips;
        Narrowing {
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

    pub(super) fn filter_mut(&mut self) -> &mut TextFilter {
        if self.view == View::Strings { &mut self.string_filter } else { &mut self.class_filter }
    }

    pub(super) fn sheet_or_default(&mut self) -> Option<&mut Sheet<Recipe>> {
        let key = self.sheet_key()?;
        Some(self.sheets.entry(key).or_default())
    }

    /// Goes to a row of the middle, now or as soon as its table is there.
    pub(super) fn go_to(&mut self, path: Vec<Item>) {
        let waker = Arc::clone(&self.waker);
        if let Some(sheet) = self.sheet_or_default() {
            sheet.go_to(path, &waker);
        }
    }

    /// The object a row of either table is about.
    pub(super) fn object_of(&self, pane: Pane, row: usize) -> Option<(FileId, NodeIndex)> {
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

    /// Compares what is shown with what it should be made of, and has it made where they differ.
    pub(super) fn sync(&mut self) {
        self.sync_sheet();
        self.sync_retainers();
        self.sync_object();
        self.sync_statistics();
    }

    fn sync_sheet(&mut self) {
        let Some(key @ (view, current, baseline)) = self.sheet_key() else { return };
        let Some(snapshot) = self.snapshot(current).cloned() else { return };
        let recipe = Recipe {
            view,
            current,
            baseline,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            filter: if view.has_filter() { self.filter().good().to_owned() } else { String::new() },
            narrowing: match view {
                View::Summary if snapshot.is_complete() => self.narrowing(current),
                View::Comparison => {
                    Narrowing { keep: Keep::All, group_by: GroupBy::Constructor, ..self.narrowing(current) }
                }
                View::Search => Narrowing::keeping(Keep::Found(self.search.good().clone())),
                _ => Narrowing::default(),
            },
            grouping: self.grouping,
            strings: if view == View::Strings { self.strings } else { StringList::default() },
        };
        if self.sheets.get(&key).is_some_and(|sheet| sheet.is_for(&recipe)) {
            return;
        }
        let older = baseline.and_then(|baseline| Some((baseline, self.snapshot(baseline)?.clone())));
        if let Some((baseline, _)) = older {
            let is_same = |cell: &ComparisonCell| cell.is_of(baseline, current, recipe.sizes);
            if !self.comparison.as_ref().is_some_and(is_same) {
                self.comparison = Some(ComparisonCell::new(baseline, current, recipe.sizes));
            }
        }
        let known = Shared {
            comparison: self.comparison.as_ref().map(ComparisonCell::share),
            kept: self.keeping.cell(current, recipe.sizes, &recipe.narrowing),
            texts: Known::of(&mut self.texts, (current, recipe.sizes)),
            timeline: Known::of(&mut self.timeline, current),
            sort: self.sheets.get(&key).and_then(|sheet| sheet.table.as_ref()).map(TreeTable::sort),
        };
        let (label, waker) = (recipe.label(), Arc::clone(&self.waker));
        let sheet = self.sheets.entry(key).or_default();
        sheet.make(recipe.clone(), label, &waker, move |progress| {
            recipe.make(snapshot, older.map(|(_, snapshot)| snapshot), known, progress)
        });
    }

    fn sync_retainers(&mut self) {
        let Some((file, held, rows)) = self.held() else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let recipe = RetainersRecipe {
            file,
            held,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            ignored: self.ignoring.of(file),
            view: self.holding,
        };
        if self.retainers.is_for(&recipe) || !self.settings.retainers_shown {
            return;
        }
        let waker = Arc::clone(&self.waker);
        if self.retainers.made_for().is_some_and(|made| !made.looks_like(&recipe)) {
            self.retainers = Sheet::default();
        }
        let known = SharedHolding {
            rows,
            ignored: self.ignoring.cell(file, &recipe.ignored),
            nearest: Known::of(&mut self.nearest, file),
            sort: self.retainers.table.as_ref().map(TreeTable::sort),
        };
        let label = recipe.label();
        self.retainers
            .make(recipe.clone(), label, &waker, move |progress| recipe.make(&snapshot, known, progress));
    }

    /// What holders are shown of, and where a group's objects come from. Nothing while the rows of the
    /// middle are being put in another order.
    fn held(&self) -> Option<(FileId, Held, Option<GroupSource>)> {
        if let Some((file, node)) = self.inspected {
            return Some((file, Held::Object(node), None));
        }
        let group = self.held_group.as_ref()?;
        let sheet = self.sheet()?;
        let table =
            sheet.table.as_ref().filter(|table| !table.is_busy() && self.current == Some(group.file))?;
        let held = Held::Group(Box::new(sheet.made_for()?.clone()), group.path.clone());
        self.snapshot(group.file)?.is_complete().then(|| (group.file, held, Some(table.source().clone())))
    }

    fn sync_object(&mut self) {
        let Some((file, node)) = self.inspected.filter(|_| self.settings.object_shown) else { return };
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

    fn sync_statistics(&mut self) {
        if self.view != View::Statistics {
            return;
        }
        let Some(file) = self.current_file().filter(|file| file.is_complete()) else { return };
        let id = file.id;
        let at_work = self.statistics.as_ref().is_some_and(|(other, _)| *other == id);
        if at_work || self.known_statistics.contains_key(&id) {
            return;
        }
        let Some(snapshot) = file.snapshot.clone() else { return };
        self.statistics = Some((
            id,
            Job::start("Adding up statistics", &self.waker, move |_| StatisticsView::new(&snapshot)),
        ));
    }

    /// Stops what is being computed for the tables that are shown.
    pub(super) fn stop_work(&mut self) {
        if let Some(sheet) = self.sheet_mut() {
            sheet.stop();
        }
        self.retainers.stop();
        self.keeping.stop();
        if let Some((id, _)) = self.statistics.take() {
            self.known_statistics.insert(id, Err("Stopped".to_owned()));
        }
    }
}
