//! The measurements of a gate: of the last snapshot, and of the steps from one to the next.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::compare::container_paths::{ContainerPaths, PathKey};
use crate::gate::budget::{BudgetUnit, ConstructorBudget, ContainerBudget, SingleBudget};
use crate::gate::nearest::nearest;
use crate::gate::{BudgetResult, GateError, GatePosition, GateSuspect};
use crate::graph::NodeKind;
use crate::growth::{Growth, growth};
use crate::model::heap_figures::{detached_nodes, largest_retained};
use crate::model::{
    GrowthView, JavaScriptPath, StringTexts, SuspectsReport, fingerprint_of, seeing_function,
};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::maps::original;
use crate::source::places::{Place, Position};
use crate::verify::noise::{NOISE, NoiseBand};

/// Maximum number of containers whose names are compared with a budget.
const NAMED: usize = 20_000;

/// The snapshots, and shared results about them.
pub(super) struct Measurements<'a> {
    snapshots: &'a [Arc<Snapshot>],
    mode: SizeMode,
    /// The growth from each snapshot to the next, the same process or not.
    steps: Vec<Arc<Growth>>,
    paths: Vec<ContainerPaths>,
    growing: Vec<Container>,
    /// The collections of the last and of the first snapshot.
    names: [OnceCell<Vec<Container>>; 2],
}

/// A container with its growth.
#[derive(Clone)]
struct Container {
    who: String,
    place: Option<String>,
    object: NodeIndex,
    growth: i64,
}

impl<'a> Measurements<'a> {
    /// `O(nodes + edges)` of all.
    pub(super) fn new(
        snapshots: &'a [Arc<Snapshot>],
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let steps = snapshots.windows(2).map(|pair| growth(&pair[0], &pair[1], mode, progress).map(Arc::new));
        let steps = steps.collect::<Result<_, _>>()?;
        let paths = snapshots.iter().map(|snapshot| ContainerPaths::find(snapshot, mode, progress));
        let paths = paths.collect::<Result<_, _>>()?;
        let mut measure =
            Self { snapshots, mode, steps, paths, growing: Vec::new(), names: Default::default() };
        measure.growing = measure.growing_containers();
        Ok(measure)
    }

    fn last(&self) -> &'a Snapshot {
        &self.snapshots[self.snapshots.len() - 1]
    }

    fn is_one_process(&self) -> bool {
        self.steps.iter().all(|step| step.ids.is_one_process())
    }

    /// Warnings about the measurement.
    pub(super) fn notes(&self) -> Vec<String> {
        let notes = self.steps.iter().filter_map(|step| step.ids.note());
        let mut notes: Vec<String> = notes.map(str::to_owned).collect();
        notes.dedup();
        if !notes.is_empty() {
            notes.push("Containers are matched by path and script, and there are no suspects".into());
        }
        if self.steps.len() > 1 {
            notes.push(format!("Growth is that of the median of {} steps", self.steps.len()));
        }
        notes
    }

    /// The suspects of the growth from the first to the last, with their growth in the median step.
    pub(super) fn suspects(&self, progress: &Progress) -> Result<Vec<GateSuspect>, Cancelled> {
        if !self.is_one_process() {
            return Ok(Vec::new());
        }
        let whole = match &self.steps[..] {
            [only] => Arc::clone(only),
            _ => {
                Arc::new(growth(&self.snapshots[0], &self.snapshots[self.steps.len()], self.mode, progress)?)
            }
        };
        let found = SuspectsReport::of_growth(&whole).suspects;
        let grows = found.into_iter().filter(|suspect| {
            let key = self.paths[self.steps.len()].key(suspect.object);
            let grown = self.median_growth(key);
            self.steps.len() == 1 || grown > NOISE.bytes.cast_signed()
        });
        Ok(grows
            .map(|suspect| GateSuspect {
                fingerprint: fingerprint_of(self.last(), &suspect),
                location: code_place(self.last(), suspect.object),
                who: suspect.owner,
                claim: suspect.claim,
                facts: suspect.facts,
                path: suspect.path,
                bytes: suspect.bytes,
                object: suspect.object,
            })
            .collect())
    }

    /// The median growth, over the steps, of the container at a path of the last snapshot.
    fn median_growth(&self, key: PathKey) -> i64 {
        self.median_growth_of(self.steps.len(), key)
    }

    /// The same for a path of one of the snapshots.
    fn median_growth_of(&self, at: usize, key: PathKey) -> i64 {
        let last = &self.paths[at];
        let level = |paths: &ContainerPaths| {
            paths.counterpart(last, key).map_or(0, |totals| totals.bytes.cast_signed())
        };
        let levels: Vec<i64> = self.paths.iter().map(level).collect();
        median(levels.windows(2).map(|pair| pair[1] - pair[0]).collect())
    }

    /// Containers that grew, in order of growth: growth rows within one process, paths across several.
    fn growing_containers(&self) -> Vec<Container> {
        let last_step = &self.steps[self.steps.len() - 1];
        let mut found: Vec<Container> = if self.is_one_process() {
            self.rows_of_growth(last_step)
        } else {
            self.collections(self.steps.len(), |growth, is_runtime| {
                growth > NoiseBand::for_container(is_runtime).bytes.cast_signed()
            })
        };
        found.sort_by_key(|container| std::cmp::Reverse(container.growth));
        found
    }

    /// The rows of the last step, with the median over all steps.
    fn rows_of_growth(&self, last_step: &Arc<Growth>) -> Vec<Container> {
        let paths = &self.paths[self.steps.len()];
        let mut by_key: FxHashMap<PathKey, Vec<i64>> = FxHashMap::default();
        for (step, paths) in self.steps.iter().zip(&self.paths[1..]).rev().skip(1) {
            for row in &step.rows {
                by_key.entry(paths.key(row.container)).or_default().push(row.growth);
            }
        }
        let lines = GrowthView::new(Arc::clone(last_step), usize::MAX).lines;
        let containers = lines.into_iter().map(|line| {
            let key = paths.key(line.object);
            let mut steps = by_key.remove(&key).unwrap_or_default();
            steps.push(line.growth);
            steps.resize(self.steps.len().max(steps.len()), 0);
            Container { who: line.owner, place: line.place, object: line.object, growth: median(steps) }
        });
        containers.collect()
    }

    /// The collections of one of the snapshots whose growth `is_wanted`.
    fn collections(&self, at: usize, is_wanted: impl Fn(i64, bool) -> bool) -> Vec<Container> {
        let snapshot = &*self.snapshots[at];
        let containers = snapshot.containers();
        let mut found: Vec<_> = self.paths[at]
            .iter()
            .filter(|(_, totals)| totals.count == 1 && containers.kind(totals.example).is_collection())
            .filter(|(_, totals)| snapshot.graph().nodes.kind(totals.example) == NodeKind::OBJECT)
            .map(|(key, totals)| (self.median_growth_of(at, key), key, totals))
            .filter(|&(growth, _, totals)| is_wanted(growth, totals.is_runtime))
            .map(|(growth, key, totals)| (growth, totals.bytes, key, totals.example))
            .collect();
        found.sort_by_key(|&(growth, bytes, key, _)| std::cmp::Reverse((growth, bytes, key)));
        found.truncate(NAMED);
        let named = found.into_iter().map(|(growth, _, _, object)| {
            let path = JavaScriptPath::new(snapshot, object);
            let place = code_place(snapshot, object).map(|place| format!("at {}:{}", place.url, place.line));
            Container { who: path.owner().to_owned(), place, object, growth }
        });
        named.filter(|container| !container.who.is_empty()).collect()
    }

    /// Measures a budget of one number; `new_suspects` for the number of new suspects.
    pub(super) fn single(
        &self,
        budget: SingleBudget,
        limit: u64,
        new_suspects: usize,
        progress: &Progress,
    ) -> Result<BudgetResult, Cancelled> {
        let (section, key) = budget.key();
        let (value, object) = match budget {
            SingleBudget::TotalGrowth => (median(self.steps.iter().map(|step| step.delta).collect()), None),
            SingleBudget::ContainerGrowth => match self.growing.first() {
                Some(most) => (most.growth, Some((most.who.clone(), most.object))),
                None => (0, None),
            },
            SingleBudget::DetachedNodes => (number(detached_nodes(self.last())), None),
            SingleBudget::NativeContexts => {
                let found = self.last().native_contexts(progress)?;
                (number(found.contexts.len() as u64), None)
            }
            SingleBudget::DuplicateStrings => {
                let texts = StringTexts::find(self.last(), self.mode, progress)?;
                (number(texts.texts().iter().map(|text| text.wasted).sum()), None)
            }
            SingleBudget::LargestRetained => match largest_retained(self.last(), self.mode) {
                Some((bytes, object)) => (
                    number(bytes),
                    Some((JavaScriptPath::new(self.last(), object).owner().to_owned(), object)),
                ),
                None => (0, None),
            },
            SingleBudget::NewSuspects => (number(new_suspects as u64), None),
        };
        let location = object.as_ref().and_then(|&(_, object)| code_place(self.last(), object));
        let who = object.map(|(who, _)| who);
        Ok(BudgetResult { key: format!("{section}.{key}"), unit: budget.unit(), limit, value, who, location })
    }

    /// Measures a budget for containers of a name.
    pub(super) fn container(
        &self,
        budget: &ContainerBudget,
        progress: &Progress,
    ) -> Result<BudgetResult, GateError> {
        progress.check()?;
        let is_about = |container: &&Container| budget.is_about(&container.who, container.place.as_deref());
        let last = self.steps.len();
        let in_last = || self.names[0].get_or_init(|| self.collections(last, |_, _| true));
        let in_first = || self.names[1].get_or_init(|| self.collections(0, |_, _| true));
        let found = self.growing.iter().find(is_about).or_else(|| in_last().iter().find(is_about));
        let (at, found) = match found {
            Some(found) => (last, Some(found)),
            None => (0, in_first().iter().find(is_about)),
        };
        let Some(most) = found else {
            let all = self.growing.iter().chain(in_last()).chain(in_first());
            let meant = nearest(&budget.text, all.map(|container| container.who.as_str()));
            let meant = meant.map_or(String::new(), |name| format!("; the nearest is {name}"));
            let place = budget.at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
            return Err(GateError::MeasuresNothing(format!(
                "container.match {}{place} matches no container{meant}",
                budget.text
            )));
        };
        Ok(BudgetResult {
            key: format!("container.{}", budget.text),
            unit: BudgetUnit::Bytes,
            limit: budget.growth,
            value: most.growth,
            who: Some(most.who.clone()),
            location: code_place(&self.snapshots[at], most.object),
        })
    }

    /// Measures a budget for the objects of a constructor.
    pub(super) fn constructor(&self, budget: &ConstructorBudget) -> Result<Vec<BudgetResult>, GateError> {
        let of = |snapshot: &Snapshot| -> Option<(i64, i64)> {
            let classes = snapshot.class_totals(self.mode).iter();
            let mine = classes
                .filter(|&(class, totals)| totals.count > 0 && snapshot.classes().name(class) == budget.name);
            let sums = mine.map(|(_, totals)| (number(totals.count), number(totals.shallow)));
            sums.reduce(|a, b| (a.0 + b.0, a.1 + b.1))
        };
        let levels: Vec<Option<(i64, i64)>> = self.snapshots.iter().map(|snapshot| of(snapshot)).collect();
        if levels.iter().all(Option::is_none) {
            let last = self.last();
            let names = last.class_totals(self.mode).iter().map(|(class, _)| last.classes().name(class));
            let meant =
                nearest(&budget.name, names).map_or(String::new(), |name| format!("; the nearest is {name}"));
            return Err(GateError::MeasuresNothing(format!(
                "constructor {} has no objects in any of the snapshots{meant}",
                budget.name
            )));
        }
        let levels: Vec<(i64, i64)> = levels.into_iter().map(Option::unwrap_or_default).collect();
        let growth = |of: fn(&(i64, i64)) -> i64| {
            median(levels.windows(2).map(|pair| of(&pair[1]) - of(&pair[0])).collect())
        };
        let result = |what: &str, unit, limit, value| BudgetResult {
            key: format!("constructor.{}.{what}", budget.name),
            unit,
            limit,
            value,
            who: Some(budget.name.clone()),
            location: None,
        };
        let count =
            budget.count.map(|limit| result("count", BudgetUnit::Count, limit, levels[levels.len() - 1].0));
        let grown = budget.growth.map(|(limit, unit)| match unit {
            BudgetUnit::Count => result("growth", unit, limit, growth(|level| level.0)),
            BudgetUnit::Bytes => result("growth", unit, limit, growth(|level| level.1)),
        });
        Ok(count.into_iter().chain(grown).collect())
    }
}

/// The middle one; of two middle ones the smaller.
fn median(mut numbers: Vec<i64>) -> i64 {
    numbers.sort_unstable();
    numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

/// Counts and sums of bytes are far below 2^63.
fn number(number: u64) -> i64 {
    number.cast_signed()
}

/// The source position of the code that uses an object.
fn code_place(snapshot: &Snapshot, object: NodeIndex) -> Option<GatePosition> {
    let function = seeing_function(snapshot, object)?;
    let location = snapshot.graph().locations.get(function)?;
    let (line, column) = location.position()?;
    let scripts = snapshot.scripts();
    let script = scripts.of(snapshot.graph(), function)?;
    let url = scripts.get(script).url.clone();
    if url.is_empty() {
        return None;
    }
    let place = Place { script, position: Some(Position { line, column }) };
    let original = original(snapshot, place);
    Some(GatePosition { url, script_id: location.script_id, line, column, original })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_among_several_is_no_growth() {
        assert_eq!(median(vec![5]), 5);
        assert_eq!(median(vec![0, 1000]), 0, "one of two");
        assert_eq!(median(vec![0, 1000, 0]), 0);
        assert_eq!(median(vec![7, 1000, 9]), 9);
        assert_eq!(median(vec![]), 0);
    }
}
