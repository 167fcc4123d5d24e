//! The pipeline from a file to a [`Snapshot`]: independent stages run in parallel.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustc_hash::FxHashSet;

use crate::analysis::aggregates::{CountedNodes, add_distances, class_totals};
use crate::analysis::classes::Classes;
use crate::analysis::distances::{DistanceRules, distances};
use crate::analysis::dom_state::DomStates;
use crate::analysis::dominators::{DepthFirst, EssentialEdges};
use crate::analysis::interface_definitions::ObjectShapes;
use crate::analysis::page_objects::page_objects;
use crate::analysis::retainers::Retainers;
use crate::analysis::shallow_sizes::shallow_sizes;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{Cancelled, Progress, Stage};
use crate::parse;
use crate::parse::{
    Completeness, FileBytes, Input, MAX_DECOMPRESSED_VARIABLE, MEMORY_VARIABLE, Options, Parsed,
};
use crate::snapshot::index_cache::IndexCache;
use crate::snapshot::{
    CaptureInfo, FileData, FirstRows, LoadError, ReachabilityData, Snapshot, Source, Sums, max_js_object_id,
    source_of, total_size,
};

/// How long a stage took. Stages overlap: their sum is more than the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageTime {
    /// Its name for the user.
    pub stage: &'static str,
    /// From its start to its end; for [`FIRST_ROWS`] from the start of the load.
    pub seconds: f64,
    /// Bytes of its result, 0 if they are not counted.
    pub bytes: u64,
}

/// The time at which the class list with shallow sizes can be drawn.
pub(crate) const FIRST_ROWS: &str = "first rows";

pub(super) struct Clock {
    start: Instant,
    times: Mutex<Vec<StageTime>>,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), times: Mutex::default() }
    }

    fn time<T>(&self, stage: &'static str, bytes: impl FnOnce(&T) -> u64, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = work();
        let bytes = bytes(&done);
        self.note(StageTime { stage, seconds: start.elapsed().as_secs_f64(), bytes });
        done
    }

    fn note(&self, time: StageTime) {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).push(time);
    }

    pub(super) fn note_first_rows(&self) {
        self.note(StageTime { stage: FIRST_ROWS, seconds: self.seconds(), bytes: 0 });
    }

    pub(super) fn times(&self) -> Vec<StageTime> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}

/// Limits of a load from the environment: `HEAPLENS_MAX_DECOMPRESSED` for the size of a decompressed file,
/// `HEAPLENS_MEMORY` for the memory to use (`unlimited`: no check). Bytes, or `20G`.
pub fn load_options() -> Options {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let memory = variable(MEMORY_VARIABLE);
    Options {
        max_decompressed: bytes_of(&variable(MAX_DECOMPRESSED_VARIABLE)),
        memory_bytes: match memory.trim() {
            "unlimited" => None,
            memory => bytes_of(memory).or_else(parse::available_bytes),
        },
        ..Options::default()
    }
}

/// A number of bytes as users write it: `123`, `500M`, `20G`.
pub fn bytes_of(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(['b', 'B']);
    let units = [('k', 1000_u64), ('m', 1_000_000), ('g', 1_000_000_000), ('t', 1_000_000_000_000)];
    let unit = text
        .chars()
        .last()
        .and_then(|last| units.into_iter().find(|&(letter, _)| letter == last.to_ascii_lowercase()));
    let (digits, unit) = unit.map_or((text, 1), |(_, unit)| (&text[..text.len() - 1], unit));
    digits.trim().parse::<u64>().ok()?.checked_mul(unit)
}

/// Loads the snapshot at `path` (`-`: standard input). `early` is called once, with a snapshot that has
/// classes and shallow sizes but neither distances nor retained sizes yet.
pub fn load(
    path: &Path,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>) + Send,
) -> Result<Arc<Snapshot>, LoadError> {
    load_with(path, &load_options(), progress, early)
}

/// [`load`] for the readable part of a truncated or damaged file: [`Snapshot::partial`] and the first warning
/// say how much was read. Possible if [`LoadError::opens_partly`].
pub fn load_partial(
    path: &Path,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>) + Send,
) -> Result<Arc<Snapshot>, LoadError> {
    let options = Options { completeness: Completeness::Partial, ..load_options() };
    load_with(path, &options, progress, early)
}

/// [`load_with`], but from the index of the file where `cache` has one. Does not write it: see [`IndexCache::save`].
pub fn load_cached(
    path: &Path,
    options: &Options,
    cache: Option<&IndexCache>,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>) + Send,
) -> Result<Arc<Snapshot>, LoadError> {
    // Either of the two ways to load calls it.
    let early = Mutex::new(Some(early));
    let early = |snapshot| {
        let call = early.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(call) = call {
            call(snapshot);
        }
    };
    let cached = cache.and_then(|cache| cache.load(path, progress, early));
    progress.check().map_err(|cancelled| LoadError::from(cancelled).with_path(path))?;
    cached.map_or_else(|| load_with(path, options, progress, early), Ok)
}

/// [`load`] with options.
pub fn load_with(
    path: &Path,
    options: &Options,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>) + Send,
) -> Result<Arc<Snapshot>, LoadError> {
    let clock = Clock::start();
    let source = source_of(path);
    let parsed = clock
        .time("open", |_| 0, || FileBytes::open(path, options, progress))
        .and_then(|bytes| {
            let parse = || bytes.read(|input| parse::parse_with(input, options, progress));
            clock.time("parse", parsed_bytes, parse)
        })
        .map_err(|error| error.with_path(path))?;
    analyse(source, parsed, &clock, progress, early)
        .map_err(|Cancelled| LoadError::from(Cancelled).with_path(path))
}

/// Loads a snapshot from memory, as if from a file of this name.
pub fn load_bytes(name: &str, bytes: &[u8], progress: &Progress) -> Result<Arc<Snapshot>, LoadError> {
    load_bytes_with(name, bytes, &Options::default(), progress)
}

/// [`load_bytes`] with options.
pub fn load_bytes_with(
    name: &str,
    bytes: &[u8],
    options: &Options,
    progress: &Progress,
) -> Result<Arc<Snapshot>, LoadError> {
    let clock = Clock::start();
    let capture = CaptureInfo::default();
    let source = Source { path: name.into(), bytes: bytes.len() as u64, capture };
    let parsed =
        clock.time("parse", parsed_bytes, || parse::parse_with(Input::new(bytes), options, progress))?;
    Ok(analyse(source, parsed, &clock, progress, |_| {})?)
}

fn parsed_bytes(parsed: &Result<Parsed, LoadError>) -> u64 {
    parsed.as_ref().map_or(0, |parsed| parsed.graph.bytes())
}

fn analyse(
    source: Source,
    parsed: Parsed,
    clock: &Clock,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>) + Send,
) -> Result<Arc<Snapshot>, Cancelled> {
    let Parsed { graph, warnings, partial } = parsed;
    progress.enter(Stage::Classes, 0);
    let (dom, (max_js_object_id, total_size)) = rayon::join(
        || clock.time("DOM states", |_| 0, || DomStates::find(&graph)),
        || clock.time("largest id, all bytes", |_| 0, || (max_js_object_id(&graph), total_size(&graph))),
    );
    let heap = Arc::new(FileData { source, warnings, partial, graph, dom, max_js_object_id, total_size });
    let graph = &heap.graph;

    let groups = Arc::new(group(&heap, clock, progress)?);
    clock.note_first_rows();
    early(Snapshot::assemble(&heap, &groups, None, clock));

    progress.enter(Stage::Retainers, 0);
    let (page, weak_maps) = rayon::join(
        || clock.time("page objects", |_| 0, || page_objects(graph, progress)),
        || clock.time("weak map names", |_| 0, || WeakMapNames::find(&graph.strings)),
    );
    let page = page?;
    let edges = EssentialEdges { graph, weak_maps: &weak_maps, page: &page };
    let (walk, retainers) = rayon::join(
        || clock.time("depth first", |_| 0, || DepthFirst::from_root(edges, progress)),
        || {
            let bytes = |found: &Result<Retainers, _>| found.as_ref().map_or(0, Retainers::bytes);
            clock.time("retainers", bytes, || Retainers::find(graph, &weak_maps, progress))
        },
    );
    let (walk, retainers) = (walk?, retainers?);

    progress.enter(Stage::Distances, 0);
    let shallow = groups.chrome_sizes.as_ref().unwrap_or(graph.nodes.self_sizes());
    let counted = CountedNodes { classes: &groups.classes, shallow, keep: None };
    let measure = || -> Result<_, Cancelled> {
        let rules = DistanceRules::new(graph, &weak_maps);
        let distances =
            clock.time("distances", |_| 0, || distances(&rules, &FxHashSet::default(), progress))?;
        let mut totals = groups.early_totals.clone();
        clock.time("nearest of each class", |_| 0, || add_distances(&mut totals, counted, &distances));
        Ok((distances, totals))
    };
    let dominate = || {
        progress.enter(Stage::Dominators, 0);
        clock.time("dominators", |_| 0, || walk.finish(edges, &retainers, progress))
    };
    let (measured, dominators) = rayon::join(measure, dominate);
    let ((distances, totals), dominators) = (measured?, dominators?);
    progress.enter(Stage::Retained, 0);
    progress.check()?;
    let chrome = clock.time("retained sizes", |_| 0, || Sums::add_up(totals, counted, &dominators.tree));
    let idom = dominators.idom;
    let reached = ReachabilityData { weak_maps, retainers, distances, idom, chrome };
    Ok(Snapshot::assemble(&heap, &groups, Some(reached), clock))
}

/// The data needed by the first rows.
fn group(heap: &FileData, clock: &Clock, progress: &Progress) -> Result<FirstRows, Cancelled> {
    let FileData { graph, dom, .. } = heap;
    let (grouped, chrome_sizes) = rayon::join(
        || -> Result<_, Cancelled> {
            let shapes = clock.time("shapes", |_| 0, || ObjectShapes::find(graph, progress))?;
            let definitions = clock.time("infer shapes", |_| 0, || shapes.infer(graph));
            let classes = clock.time(
                "classes",
                |_| 0,
                || Classes::group(graph, dom, &shapes, &definitions, progress),
            )?;
            Ok((definitions, classes))
        },
        || clock.time("shallow sizes", |_| 0, || shallow_sizes(graph, dom, progress)),
    );
    let ((definitions, classes), chrome_sizes) = (grouped?, chrome_sizes?);
    let shallow = chrome_sizes.as_ref().unwrap_or(graph.nodes.self_sizes());
    let counted = CountedNodes { classes: &classes, shallow, keep: None };
    let early_totals = clock.time("first sums", |_| 0, || class_totals(counted));
    Ok(FirstRows { definitions, classes, chrome_sizes, early_totals })
}
