//! The overview: the first view of every file. Each of its parts is a query of its own, so that it opens at
//! once and fills in.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::cache_entry::CacheEntry;
use crate::app::tasks::query_cache::Query;
use crate::app::views::shared_results::{GrowthQuery, Pair, StringTextsQuery, TrendQuery};
use crate::app::views::spec::{Needs, ViewGroup, ViewSpec, ctrl};
use crate::base::NodeIndex;
use crate::growth::growth;
use crate::growth::trend::{trend, trend_as_given};
use crate::model::{
    CodeExcerpt, GrowthOverview, HeapCards, HeapPart, StringTexts, TrendChart, code_excerpts,
};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::text::SourceOptions;
use std::sync::Arc;

/// Number of suspects whose line of code is shown.
const WITH_CODE: usize = 6;

/// The landing view.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Overview",
    tooltip: "What the heap is made of, what grew and who holds it, at a glance",
    shortcut: ctrl("1"),
    group: ViewGroup::Find,
    needs: Needs::OneOrPair,
    hint: "Click a name to see who holds it",
    request: AppState::sync_overview,
    ..ViewSpec::BASE
};

/// The cards of one part of one heap.
#[derive(Clone, PartialEq, Debug)]
pub struct HeapCardsQuery {
    /// The snapshot.
    pub file: FileId,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// Which cards.
    pub part: HeapPart,
}

impl Query for HeapCardsQuery {
    type Slot = (FileId, HeapPart);
    type Output = HeapCards;
    type Value = Option<HeapCards>;

    fn slot(&self) -> Self::Slot {
        (self.file, self.part)
    }

    fn label(&self) -> &'static str {
        self.part.activity()
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.file]
    }
}

/// The steps of growth between two snapshots.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthOverviewQuery(pub Pair);

impl Query for GrowthOverviewQuery {
    type Slot = ();
    type Output = GrowthOverview;
    type Value = Option<GrowthOverview>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Adding up growth"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.0.baseline, self.0.current]
    }
}

/// The lines through all snapshots.
#[derive(Clone, PartialEq, Debug)]
pub struct TrendChartQuery {
    /// The snapshots, the oldest first.
    pub files: Vec<FileId>,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
}

impl Query for TrendChartQuery {
    type Slot = ();
    type Output = TrendChart;
    type Value = Option<TrendChart>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Following what grows"
    }

    fn files(&self) -> Vec<FileId> {
        self.files.clone()
    }
}

/// The lines of code behind the first suspects.
#[derive(Clone, PartialEq, Debug)]
pub struct CodeExcerptsQuery {
    /// The snapshot.
    pub file: FileId,
    /// The variables that hold the suspects.
    pub objects: Vec<NodeIndex>,
}

impl Query for CodeExcerptsQuery {
    type Slot = ();
    type Output = Vec<Option<CodeExcerpt>>;
    type Value = Option<Vec<Option<CodeExcerpt>>>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Reading source code"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.file]
    }
}

impl AppState {
    /// The cards of a part of the current heap, or why they are missing; `None` while the task runs.
    pub fn heap_cards(&self, part: HeapPart) -> Option<Result<&HeapCards, &str>> {
        let query = HeapCardsQuery { file: self.current?, sizes: self.settings.sizes(), part };
        answer(self.cache.entry::<HeapCardsQuery>(&query.slot())?, &query)
    }

    /// The steps of growth since the baseline; `None` while the task runs or without a baseline.
    pub fn growth_overview(&self) -> Option<Result<&GrowthOverview, &str>> {
        let query = GrowthOverviewQuery(self.overview_pair()?);
        answer(self.cache.entry::<GrowthOverviewQuery>(&())?, &query)
    }

    /// The lines through all snapshots, once they are known.
    pub fn trend_chart(&self) -> Option<Result<&TrendChart, &str>> {
        let query = TrendChartQuery { files: self.by_age(), sizes: self.settings.sizes() };
        answer(self.cache.entry::<TrendChartQuery>(&())?, &query)
    }

    /// The line of code of a suspect, once it is known.
    pub fn code_excerpt(&self, object: NodeIndex) -> Option<&CodeExcerpt> {
        let (query, excerpts) = self.cache.entry::<CodeExcerptsQuery>(&())?.shown()?;
        let at = query.objects.iter().position(|&other| other == object);
        excerpts.get(at.filter(|_| Some(query.file) == self.current)?)?.as_ref()
    }

    /// The baseline and the current snapshot, if both are completely loaded.
    pub fn overview_pair(&self) -> Option<Pair> {
        let is_known = |file: &&OpenFile| file.is_complete();
        let current = self.current_file().filter(is_known)?.id;
        let baseline = self.baseline_file().filter(is_known)?.id;
        (baseline != current).then(|| Pair { baseline, current, sizes: self.settings.sizes() })
    }

    /// Requests what is shown but not known yet: growth first, then one part of the heap after the other.
    pub(crate) fn sync_overview(&mut self) {
        let Some(current) = self.current_file().filter(|file| file.is_complete()) else { return };
        let (file, Some(snapshot)) = (current.id, current.snapshot.clone()) else { return };
        self.sync_statistics();
        self.sync_suspects();
        self.sync_growth_overview(&snapshot);
        self.sync_trend_chart();
        self.sync_code_excerpts(file, &snapshot);
        if self.cache.is_pending::<HeapCardsQuery>() {
            return;
        }
        if let Some(&part) = HeapPart::ALL.iter().find(|&&part| self.heap_cards(part).is_none()) {
            self.request_heap_cards(file, snapshot, part);
        }
    }

    fn request_heap_cards(&mut self, file: FileId, snapshot: Arc<Snapshot>, part: HeapPart) {
        let sizes = self.settings.sizes();
        let texts = self.cache.shared(StringTextsQuery { file, sizes });
        self.cache.request(HeapCardsQuery { file, sizes, part }, move |progress, _| {
            snapshot.prepare(sizes);
            let find_texts = || texts.get_or_try_init(|| StringTexts::find(&snapshot, sizes, progress));
            HeapCards::find(&snapshot, sizes, part, find_texts, progress).ok()
        });
    }

    fn sync_growth_overview(&mut self, current: &Arc<Snapshot>) {
        let Some(pair) = self.overview_pair() else { return };
        let Some(older) = self.snapshot(pair.baseline).cloned() else { return };
        let newer = Arc::clone(current);
        let shared = self.cache.shared(GrowthQuery(pair));
        self.cache.request(GrowthOverviewQuery(pair), move |progress, _| {
            older.prepare(pair.sizes);
            newer.prepare(pair.sizes);
            let growth = shared.get_or_try_init(|| growth(&older, &newer, pair.sizes, progress)).ok()?;
            Some(GrowthOverview::new(&growth))
        });
    }

    fn sync_trend_chart(&mut self) {
        let (files, sizes) = (self.by_age(), self.settings.sizes());
        if files.len() < 3 {
            return;
        }
        let series: Vec<Arc<Snapshot>> = files.iter().filter_map(|&id| self.snapshot(id).cloned()).collect();
        let shared = self.cache.shared(TrendQuery { files: files.clone(), sizes });
        let follow = if self.is_arranged() { trend_as_given } else { trend };
        self.cache.request(TrendChartQuery { files, sizes }, move |progress, _| {
            series.iter().for_each(|snapshot| snapshot.prepare(sizes));
            let trend = shared.get_or_try_init(|| follow(&series, sizes, progress)).ok()?;
            Some(TrendChart::new(&trend))
        });
    }

    fn sync_code_excerpts(&mut self, file: FileId, snapshot: &Arc<Snapshot>) {
        let report =
            if self.overview_pair().is_some() { self.suspects_of_growth() } else { self.suspects_of_heap() };
        let Some(Ok(report)) = report else { return };
        let objects: Vec<NodeIndex> =
            report.suspects.iter().take(WITH_CODE).map(|suspect| suspect.object).collect();
        if objects.is_empty() {
            return;
        }
        let snapshot = Arc::clone(snapshot);
        let options = SourceOptions { own_paths: true, roots: self.source_folders() };
        self.cache.request(CodeExcerptsQuery { file, objects: objects.clone() }, move |progress, _| {
            code_excerpts(&snapshot, &objects, &options, progress).ok()
        });
    }
}

/// The answer to exactly this query: older answers of the same slot are about something else.
fn answer<'a, T, Q>(entry: &'a CacheEntry<Q>, query: &Q) -> Option<Result<&'a T, &'a str>>
where
    T: Send + 'static,
    Q: Query<Output = T, Value = Option<T>>,
{
    match entry.shown() {
        Some((built_for, value)) if built_for == query => Some(Ok(value)),
        _ if entry.is_for(query) => entry.error().map(Err),
        _ => None,
    }
}
