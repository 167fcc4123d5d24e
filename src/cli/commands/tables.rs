//! `heaplens strings`, `allocations`, `search`, `dominators`, `retainers` and `paths`: which of the window's
//! tables each prints.

use std::io::Write;
use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::cli::Failure;
use crate::cli::commands::table_args::{
    AllocationsArgs, DominatorsArgs, ListArgs, PathsArgs, RetainersArgs, SearchArgs, StringsArgs,
};
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::table::print;
use crate::model::{
    AllocationView, ClassFilter, Dominators, FilterPreset, Grouping, ImmediateDominators, IndependentPaths,
    Internals, MergedPaths, ObjectFilter, Objects, Retainers, Search, Side, SlicedStrings, StringList,
    StringPrefixes, StringTexts, Strings, Summary, TreeSource,
};
use crate::snapshot::{LoadError, SizeMode, Snapshot};

fn cancelled(Cancelled: Cancelled) -> Failure {
    LoadError::from(Cancelled).into()
}

fn loaded(file: &std::path::Path, list: &ListArgs) -> Result<(Arc<Snapshot>, SizeMode), Failure> {
    let mode = list.sizes.into();
    Ok((load_for(file, mode, Verbosity::unless(list.output.json.quiet))?, mode))
}

fn internals(is_folded: bool) -> Internals {
    if is_folded { Internals::Hidden } else { Internals::Shown }
}

/// Texts, what they begin with, or what slices keep of them.
pub fn strings(args: &StringsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let progress = Progress::new();
    let listed = StringList::from(args.by);
    let source: Arc<dyn TreeSource> = if listed == StringList::Sliced {
        Arc::new(SlicedStrings::find(snapshot.clone(), mode, &args.text, &progress).map_err(cancelled)?)
    } else {
        let texts = StringTexts::find(&snapshot, mode, &progress).map_err(cancelled)?;
        let strings = Strings::new(snapshot.clone(), mode, Arc::new(texts), &args.text);
        if listed == StringList::Prefixes {
            Arc::new(StringPrefixes::new(strings))
        } else {
            Arc::new(strings)
        }
    };
    print(&snapshot, &source, 1, &args.list, out)
}

/// Functions and who called them.
pub fn allocations(args: &AllocationsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, _) = loaded(&args.file, &args.list)?;
    if !snapshot.has_allocations() {
        return Err(Failure::Argument("no stacks of allocations were recorded in this file".into()));
    }
    let source: Arc<dyn TreeSource> = Arc::new(AllocationView::new(snapshot.clone()));
    print(&snapshot, &source, args.callers + 1, &args.list, out)
}

/// Constructors and the objects of each that were found.
pub fn search(args: &SearchArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let search = Search {
        text: args.text.clone(),
        matches_case: args.case,
        in_names: true,
        in_classes: args.classes,
        in_properties: args.properties,
    };
    search.check().map_err(|error| Failure::Argument(error.to_string()))?;
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let narrowing = ObjectFilter::keeping(FilterPreset::Found(search));
    let kept = narrowing.find(&snapshot, mode, &Progress::new()).map_err(cancelled)?;
    let summary = Summary::new(snapshot.clone(), mode, ClassFilter::All).keeping(Arc::new(kept));
    let source: Arc<dyn TreeSource> = Arc::new(summary);
    print(&snapshot, &source, 2, &args.list, out)
}

/// What would be freed with what.
pub fn dominators(args: &DominatorsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let grouping = if args.single { Grouping::None } else { Grouping::ByClass };
    let source: Arc<dyn TreeSource> = Arc::new(Dominators::new(snapshot.clone(), mode, grouping));
    print(&snapshot, &source, args.depth, &args.list, out)
}

/// Who holds an object.
pub fn retainers(args: &RetainersArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let node = snapshot.find(args.id);
    let node = node.ok_or_else(|| Failure::Argument(format!("there is no object {}", args.id)))?;
    let objects = Objects::new(snapshot.clone(), mode, Side::Current);
    let internals = internals(args.fold);
    if args.paths {
        let paths = IndependentPaths::find(objects, node, internals, &Progress::new()).map_err(cancelled)?;
        let source: Arc<dyn TreeSource> = Arc::new(paths);
        return print(&snapshot, &source, 2, &args.list, out);
    }
    let source: Arc<dyn TreeSource> = Arc::new(Retainers::new(objects, node).folding(internals));
    print(&snapshot, &source, args.depth, &args.list, out)
}

/// Who holds all objects of some constructors.
pub fn paths(args: &PathsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let group = objects_of(&snapshot, mode, &args.class);
    if group.is_empty() {
        return Err(Failure::Argument("no constructor with objects has such a name".into()));
    }
    let source: Arc<dyn TreeSource> = if args.dominators {
        let objects = Objects::new(snapshot.clone(), mode, Side::Current);
        Arc::new(ImmediateDominators::new(objects, &group, internals(args.fold)))
    } else {
        let nearest = snapshot.nearest_edges(&Progress::new()).map_err(cancelled)?;
        let nearest = nearest.ok_or_else(|| Failure::Argument("distances are not known".into()))?;
        let paths = MergedPaths::new(snapshot.clone(), mode, Arc::new(nearest), &group);
        Arc::new(paths.folding(internals(args.fold)))
    };
    print(&snapshot, &source, args.depth, &args.list, out)
}

/// The counted objects of the constructors that `filter` lets pass, in file order.
fn objects_of(snapshot: &Snapshot, mode: SizeMode, filter: &ClassFilter) -> Vec<NodeIndex> {
    let classes = snapshot.classes();
    let is_wanted: Vec<bool> = classes.iter().map(|(_, class)| filter.keeps(&class.name)).collect();
    let nodes = snapshot.graph().node_indices();
    nodes.filter(|&node| is_wanted[classes.of(node).position()] && snapshot.shallow(mode, node) > 0).collect()
}
