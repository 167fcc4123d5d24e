//! A gate for builds: budgets for a heap and its growth, and suspects that are not known leaks.

pub mod budget;
pub mod known_leaks;
mod measure;
pub mod nearest;

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::gate::budget::{BudgetUnit, Budgets};
use crate::gate::known_leaks::{KnownLeak, KnownLeaks};
use crate::gate::measure::Measurements;
use crate::model::VerifyReport;
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::maps::Original;

/// The result of a gate.
pub struct GateReport {
    /// The snapshots, the oldest first.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// Every budget with its measurement.
    pub budgets: Vec<BudgetResult>,
    /// Suspects that are not known leaks.
    pub new: Vec<GateSuspect>,
    /// Suspects that are known leaks.
    pub known: Vec<(GateSuspect, KnownLeak)>,
    /// Known leaks that are no longer suspects.
    pub gone: Vec<KnownLeak>,
    /// Warnings to read first.
    pub notes: Vec<String>,
}

/// One budget with its measurement.
#[derive(Clone, PartialEq, Debug)]
pub struct BudgetResult {
    /// The key in the budget file: `growth.container`, `container.sessions.*`.
    pub key: String,
    /// Its unit.
    pub unit: BudgetUnit,
    /// The limit.
    pub limit: u64,
    /// The measured value.
    pub value: i64,
    /// The object or container that has this value, if there is one.
    pub who: Option<String>,
    /// The source position of the code that uses it.
    pub location: Option<GatePosition>,
}

impl BudgetResult {
    /// Whether the budget is kept.
    pub fn held(&self) -> bool {
        self.value <= self.limit.cast_signed()
    }
}

/// A source position, counted from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GatePosition {
    /// Script, as the runtime names it.
    pub url: String,
    /// V8's number of it.
    pub script_id: u32,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// The original source position, if a source map has it.
    pub original: Option<Original>,
}

impl GatePosition {
    /// The file and line to show: of the original code if it is known.
    pub fn shown(&self) -> (&str, u32) {
        match &self.original {
            Some(original) => (&original.url, original.position.line),
            None => (&self.url, self.line),
        }
    }

    /// `server.js:10`, with the whole path.
    pub fn text(&self) -> String {
        let (url, line) = self.shown();
        format!("{url}:{line}")
    }
}

/// A suspect in the result of a gate.
#[derive(Clone, PartialEq, Debug)]
pub struct GateSuspect {
    /// Its name, as code.
    pub who: String,
    /// Its growth, in a sentence.
    pub claim: String,
    /// Further facts.
    pub facts: Vec<String>,
    /// The whole path to it.
    pub path: String,
    /// Bytes by which it grew.
    pub bytes: u64,
    /// The same for the same leak in another run or build.
    pub fingerprint: String,
    /// The source position of the code that uses it.
    pub location: Option<GatePosition>,
    /// Its object in the last snapshot.
    pub object: NodeIndex,
}

/// Why there is no verdict.
#[derive(Debug)]
pub enum GateError {
    /// Stopped.
    Cancelled,
    /// A budget that cannot be measured: an error message.
    MeasuresNothing(String),
}

impl From<Cancelled> for GateError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl GateReport {
    /// Measures `snapshots`, two or more and the oldest first, against `budgets` on the day `today`.
    pub fn new(
        snapshots: &[Arc<Snapshot>],
        budgets: &Budgets,
        known: &KnownLeaks,
        today: &str,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<Self, GateError> {
        let measure = Measurements::new(snapshots, mode, progress)?;
        let (mut new, mut accepted) = (Vec::new(), Vec::new());
        for suspect in measure.suspects(progress)? {
            match known.accepted(&suspect.fingerprint, today) {
                Some(leak) => accepted.push((suspect, leak.clone())),
                None => new.push(suspect),
            }
        }
        let is_there = |leak: &&KnownLeak| {
            let suspects = new.iter().chain(accepted.iter().map(|(suspect, _)| suspect));
            suspects.into_iter().any(|suspect: &GateSuspect| suspect.fingerprint == leak.fingerprint)
        };
        let gone = known.leaks.iter().filter(|leak| !is_there(leak)).cloned().collect();
        let mut results = Vec::new();
        for &(single, limit) in &budgets.single {
            results.push(measure.single(single, limit, new.len(), progress)?);
        }
        for budget in &budgets.containers {
            results.push(measure.container(budget, progress)?);
        }
        for budget in &budgets.constructors {
            results.extend(measure.constructor(budget)?);
        }
        let mut notes = measure.notes();
        notes.push(VerifyReport::noise());
        Ok(Self { snapshots: snapshots.to_vec(), budgets: results, new, known: accepted, gone, notes })
    }

    /// Whether every budget is kept.
    pub fn held(&self) -> bool {
        self.budgets.iter().all(BudgetResult::held)
    }
}
