//! Which evidence accuses, and in what order: one decision for all rules.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::EdgeKind;
use crate::growth::{Growth, Part};
use crate::snapshot::ContainerKind;
use crate::suspects::evidence::{Evidence, Who};
use crate::suspects::holder::{HolderPath, Start};
use crate::suspects::scopes::Origin;
use crate::suspects::{Scene, rules};

/// The part of the growth from which on something is suspect: a tenth.
const PART: u64 = 10;
/// Growth below this part of the baseline accuses nobody: a hundredth.
const LEAST_GROWTH: u64 = 100;
/// What accuses even where the heap did not grow: this part of the baseline, a fiftieth.
const LARGE_GROWTH: u64 = 50;
/// Rows that rules are asked about at least.
const ROWS: usize = 24;

/// Evidence in order.
pub struct Ranked {
    /// All of it, the most bytes first.
    pub evidence: Vec<Evidence>,
    /// How much of it accuses: the first so many.
    pub suspects: usize,
}

/// All that grew, without what shrank.
pub fn gross(growth: &Growth) -> u64 {
    growth.rows.iter().filter_map(|row| u64::try_from(row.growth).ok()).sum()
}

/// Asks the rules, and sorts what they found.
pub(super) fn rank(
    scene: &Scene<'_>,
    growth: &Growth,
    limit: usize,
    progress: &Progress,
) -> Result<Ranked, Cancelled> {
    if !growth.ids.is_one_process() {
        return Ok(in_order(scene, growth, rules::by_path::find(scene, growth, progress)?));
    }
    let mut found = rules::find_in_heap(scene, progress)?;
    let least = growth.threshold.cast_signed();
    found.retain(|evidence| evidence.growth >= least);
    let told = told_by_rules(scene, growth, &found);
    let rows = growth.rows.iter().enumerate().filter(|(at, row)| {
        let is_told = told.get(at).is_some_and(|&bytes| bytes * 2 >= row.growth);
        row.growth >= least && !is_engines_own(growth, *at) && !is_told
    });
    for (at, _) in rows.take(limit.max(ROWS)) {
        progress.check()?;
        found.extend(rules::explain_row(scene, growth, at));
    }
    Ok(in_order(scene, growth, found))
}

/// Sorts evidence, what accuses nobody last, and tells how much of it accuses.
fn in_order(scene: &Scene<'_>, growth: &Growth, mut found: Vec<Evidence>) -> Ranked {
    let is_rest = |evidence: &Evidence| matches!(evidence.who, Who::Rest(_)) || is_table_alone(evidence);
    found
        .sort_by_key(|evidence| (is_rest(evidence), Reverse(evidence.growth), evidence.row, evidence.object));
    let all = gross(growth);
    let bar = (all / PART).max(growth.baseline_size / LEAST_GROWTH).max(growth.threshold).cast_signed();
    let grown = u64::try_from(growth.delta).unwrap_or(0);
    let is_large = |found: &Evidence| {
        let is_multiplied =
            found.entries_before.zip(found.entries_after).is_some_and(|(was, is)| is >= 2 * was);
        is_multiplied && found.growth.cast_unsigned() * LARGE_GROWTH >= growth.baseline_size
    };
    // Something else may have been freed meanwhile.
    let has_grown = grown * LEAST_GROWTH >= growth.baseline_size || found.first().is_some_and(is_large);
    let suspects = if has_grown {
        found.iter().take_while(|found| found.growth >= bar && !is_rest(found)).count()
    } else {
        0
    };
    let smaller = found.split_off(suspects);
    found.extend(with_runtime_as_one(scene, smaller));
    Ranked { evidence: found, suspects }
}

/// Puts what only the runtime holds and nothing of the program is in into one line: nobody can act on it.
fn with_runtime_as_one(scene: &Scene<'_>, smaller: Vec<Evidence>) -> Vec<Evidence> {
    let (runtimes, mut others): (Vec<Evidence>, Vec<Evidence>) =
        smaller.into_iter().partition(|evidence| is_runtimes_own(scene, evidence));
    let one = runtimes.into_iter().reduce(|mut all, evidence| {
        all.growth += evidence.growth;
        all.bytes_before += evidence.bytes_before;
        all.bytes_after += evidence.bytes_after;
        all
    });
    others.extend(one.map(|all| Evidence {
        who: Who::Rest("objects of the runtime itself"),
        entries_before: None,
        entries_after: None,
        contents: Vec::new(),
        ..all
    }));
    others
}

fn is_runtimes_own(scene: &Scene<'_>, evidence: &Evidence) -> bool {
    let is_variable_of_runtime = |&edge: &EdgeIndex| {
        scene.graph().edges.kind(edge) == EdgeKind::Context
            && scene.holders.scopes.origin(scene.graph().source(edge)) == Origin::Runtime
    };
    let is_runtimes = |path: &HolderPath| {
        path.origin == Origin::Runtime && path.start != Start::Roots
            || path.edges.iter().any(is_variable_of_runtime)
    };
    let is_held = match &evidence.who {
        Who::Container(path) | Who::Each(path) => is_runtimes(path),
        Who::Class(holders) => !holders.is_empty() && holders.iter().all(is_runtimes),
        _ => false,
    };
    let origin = |function| scene.holders.scopes.origin_of_function(function);
    let functions: Vec<Origin> =
        evidence.contents.iter().filter_map(|content| content.function).map(origin).collect();
    let is_of_runtimes_functions = !functions.is_empty() && functions.len() == evidence.contents.len();
    (is_held || is_of_runtimes_functions)
        && evidence.mechanism.is_none()
        && functions.iter().all(|&origin| origin == Origin::Runtime)
}

/// Whether it is the storage of a map that keeps none of its keys: V8 shrinks it when it likes.
fn is_table_alone(evidence: &Evidence) -> bool {
    matches!(evidence.kind, ContainerKind::WeakMap | ContainerKind::WeakSet) && evidence.contents.is_empty()
}

/// Whether a row is V8's own matter, in which nobody's code has a part.
fn is_engines_own(growth: &Growth, at: usize) -> bool {
    let row = &growth.rows[at];
    let is_root = row.owner == growth.current.graph().root || row.kind == ContainerKind::Roots;
    is_root && row.part == Part::Whole
}

/// How many bytes of each row the heap's rules account for: those of the claimed objects below its container
/// or owner.
fn told_by_rules(scene: &Scene<'_>, growth: &Growth, found: &[Evidence]) -> FxHashMap<usize, i64> {
    let mut row_at: FxHashMap<NodeIndex, usize> = FxHashMap::default();
    for (at, row) in growth.rows.iter().enumerate().filter(|(_, row)| row.growth > 0) {
        match row.part {
            Part::Shared(_) => {
                for &object in &row.objects {
                    row_at.entry(object).or_insert(at);
                }
            }
            Part::Slot(_) | Part::Whole => {
                row_at.entry(row.container).or_insert(at);
            }
        }
    }
    let root = scene.graph().root;
    let mut told: FxHashMap<usize, i64> = FxHashMap::default();
    for &claim in found.iter().flat_map(|evidence| &evidence.claims) {
        let mut at = claim;
        loop {
            if let Some(&row) = row_at.get(&at) {
                *told.entry(row).or_default() += scene.retained(claim).cast_signed();
                break;
            }
            if at == root {
                break;
            }
            at = scene.snapshot.dominator(at).unwrap_or(root);
        }
    }
    told
}
