//! The verdict on a fix, container by container, as text.

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{EdgeKind, NodeKind};
use crate::growth::{Growth, growth};
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::{format_size, signed_size};
use crate::model::views::suspects::{Suspect, SuspectsReport};
use crate::snapshot::{SizeMode, Snapshot};
use crate::suspects::fingerprint::fingerprint;
use crate::verify::noise::NOISE;
use crate::verify::rate::{Counted, Rates};
use crate::verify::{ContainerSize, Traced, Tracer, Verdict};

/// One container of the leaking pair, or one that is new in the fixed pair.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerVerdict {
    /// Its name, as code: `leaks`.
    pub who: String,
    /// The source position of the code that uses it.
    pub place: Option<String>,
    /// The same for the same leak in another run or build.
    pub fingerprint: String,
    /// Its object: in the leaking snapshot, or in the last fixed one if it is new there.
    pub object: NodeIndex,
    /// Its size after the leak; for a new one, before it grew.
    pub before: Option<ContainerSize>,
    /// Its size in the fixed program; `None` if it is absent.
    pub after: Option<ContainerSize>,
    /// Its state.
    pub verdict: Verdict,
    /// Growth per unit in the leaking pair, in bytes.
    pub leaking_rate: Option<f64>,
    /// Growth per unit in the fixed pair, in bytes.
    pub fixed_rate: Option<f64>,
    /// A summary in one line.
    pub text: String,
}

/// The verdict on a fix.
pub struct VerifyReport {
    /// The leaking pair.
    pub growth: Arc<Growth>,
    /// One snapshot of the fixed program, or a pair.
    pub fixed: Vec<Arc<Snapshot>>,
    /// The running times of the programs.
    pub rates: Rates,
    /// Container by container, those of the leaking pair first.
    pub containers: Vec<ContainerVerdict>,
}

/// Why a fix cannot be verified.
#[derive(Debug)]
pub enum VerifyError {
    /// Stopped.
    Cancelled,
    /// A message for the user.
    NothingToVerify(String),
}

impl From<Cancelled> for VerifyError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl VerifyReport {
    /// Looks for the suspects of the pair in `fixed`, one snapshot or two. `counted` is how long each pair ran, if
    /// the user knows.
    pub fn new(
        [baseline, leaking]: [&Arc<Snapshot>; 2],
        fixed: &[Arc<Snapshot>],
        counted: Option<Counted>,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<Self, VerifyError> {
        let found = growth(baseline, leaking, mode, progress)?;
        if let Some(note) = found.ids.note() {
            let sentence = format!("the leaking pair has to be of one process: {note}");
            return Err(VerifyError::NothingToVerify(sentence));
        }
        let suspects = SuspectsReport::of_growth(&found);
        if suspects.suspects.is_empty() {
            let sentence = format!("the leaking pair shows no leak to verify: {}", suspects.verdict);
            return Err(VerifyError::NothingToVerify(sentence));
        }
        let pair = match fixed {
            [first, second] => Some([first, second]),
            _ => None,
        };
        let rates =
            Rates::of([baseline, leaking], pair.map(|[first, second]| [&**first, &**second]), counted);
        let tracer = Tracer::find([baseline, leaking], fixed, mode, progress)?;
        let mut report =
            Self { growth: Arc::new(found), fixed: fixed.to_vec(), rates, containers: Vec::new() };
        for suspect in &suspects.suspects {
            report
                .containers
                .extend(tracer.trace(suspect.object).map(|traced| report.judged(suspect, &traced)));
        }
        if let Some([first, second]) = pair {
            report.add_new([first, second], &tracer, mode, progress)?;
        }
        Ok(report)
    }

    /// Whether the leak is fixed.
    pub fn is_fixed(&self) -> bool {
        self.containers.iter().all(|container| container.verdict.is_fixed())
    }

    /// In one line.
    pub fn verdict(&self) -> String {
        let left = self.containers.iter().filter(|container| !container.verdict.is_fixed()).count();
        match (left, self.containers.len()) {
            (0, 1) => "Fixed: the container that leaked does not grow any more".into(),
            (0, all) => format!("Fixed: the {all} containers that leaked do not grow any more"),
            (left, all) => format!("Not fixed: {left} of {all} containers still grow"),
        }
    }

    /// The differences between identical programs.
    pub fn noise() -> String {
        format!(
            "Differences up to {} or {:.0} % of a container are those of two runs of one program",
            format_size(NOISE.bytes),
            NOISE.share * 100.0
        )
    }

    fn is_pair(&self) -> bool {
        self.fixed.len() == 2
    }

    fn judged(&self, suspect: &Suspect, traced: &Traced) -> ContainerVerdict {
        let verdict = traced.verdict(self.is_pair(), &self.rates);
        let after = traced.last(self.is_pair());
        let is_rated = self.is_pair() && after.is_some();
        ContainerVerdict {
            who: suspect.owner.clone(),
            place: suspect.place.clone(),
            fingerprint: fingerprint_of(&self.growth.current, suspect),
            object: suspect.object,
            before: Some(traced.leaking),
            after,
            verdict,
            leaking_rate: self.rates.of_leaking(traced.leak()),
            fixed_rate: self.rates.of_fixed(traced.remaining()).filter(|_| is_rated),
            text: self.summary(suspect, traced, verdict),
        }
    }

    /// `leaks 407 kB → 224 B: fixed`.
    fn summary(&self, suspect: &Suspect, traced: &Traced, verdict: Verdict) -> String {
        let after = traced.last(self.is_pair());
        let level = after.map_or_else(|| "not there".to_owned(), |level| format_size(level.bytes));
        let begin = format!("{} {} → {level}", suspect.owner, format_size(traced.leaking.bytes));
        let growing = match self.rates.of_fixed(traced.remaining()).filter(|_| self.is_pair()) {
            Some(rate) => format!("growing at {} per {}", rate_text(rate), self.rates.unit.name()),
            None if self.is_pair() => format!("growing by {}", signed_size(traced.remaining())),
            None => {
                format!(
                    "{} more than before the leak",
                    format_size(u64::try_from(traced.remaining()).unwrap_or(0))
                )
            }
        };
        let still = if self.is_pair() { "still " } else { "" };
        match verdict {
            Verdict::Fixed | Verdict::Gone => format!("{begin}: fixed"),
            Verdict::Smaller => format!("{begin}: smaller, but {still}{growing}"),
            Verdict::Unchanged | Verdict::New => format!("{begin}: {still}{growing}"),
            Verdict::Larger => format!("{begin}: larger, {growing}"),
        }
    }

    /// Containers that grow in the fixed pair and did not in the leaking one.
    fn add_new(
        &mut self,
        [first, second]: [&Arc<Snapshot>; 2],
        tracer: &Tracer,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let grown = growth(first, second, mode, progress)?;
        let known: Vec<NodeIndex> = self.containers.iter().map(|container| container.object).collect();
        for suspect in SuspectsReport::of_growth(&grown).suspects {
            if tracer.is_known(suspect.object, &known) {
                continue;
            }
            let bytes = second.retained(mode, suspect.object).unwrap_or(0);
            let before = bytes.saturating_sub(suspect.bytes);
            let level = |bytes| Some(ContainerSize { bytes, entries: None });
            let rate = self.rates.of_fixed(suspect.bytes.cast_signed());
            self.containers.push(ContainerVerdict {
                text: format!(
                    "{} {} → {}: new, it grew by {}",
                    suspect.owner,
                    format_size(before),
                    format_size(bytes),
                    format_size(suspect.bytes)
                ),
                fingerprint: fingerprint_of(second, &suspect),
                who: suspect.owner,
                place: suspect.place,
                object: suspect.object,
                before: level(before),
                after: level(bytes),
                verdict: Verdict::New,
                leaking_rate: None,
                fixed_rate: rate,
            });
        }
        Ok(())
    }
}

/// The fingerprint of a suspect of `snapshot`.
pub fn fingerprint_of(snapshot: &Snapshot, suspect: &Suspect) -> String {
    if !suspect.fingerprint.is_empty() {
        return suspect.fingerprint.clone();
    }
    let scripts = snapshot.scripts();
    let script =
        seeing_function(snapshot, suspect.object).and_then(|function| scripts.of(snapshot.graph(), function));
    let place = script.map(|script| format!(" in {}", scripts.get(script).url));
    fingerprint("", &suspect.owner, place.as_deref())
}

/// A function that uses the variable at the end of the path to `object`: the one on the path, or else the
/// first in the program that has the variable's scope.
pub fn seeing_function(snapshot: &Snapshot, object: NodeIndex) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    let path = JavaScriptPath::new(snapshot, object);
    if let Some(function) = path.seen_by() {
        return Some(function);
    }
    let variable = path.steps.iter().rev().find(|step| graph.edges.kind(step.edge) == EdgeKind::Context)?;
    let scope = graph.source(variable.edge);
    let sources = snapshot.retainers(scope).into_iter().map(|retainer| retainer.source);
    let sees = |&source: &NodeIndex| {
        graph.nodes.kind(source) == NodeKind::CLOSURE
            && graph.internal_target(source, "context") == Some(scope)
    };
    sources.filter(sees).min_by_key(|&function| graph.locations.get(function).map(|at| (at.line, at.column)))
}

/// Bytes per unit, signed.
fn rate_text(rate: f64) -> String {
    // Far below 2^63.
    #[expect(clippy::cast_possible_truncation)]
    let bytes = rate.round() as i64;
    if bytes < 0 { signed_size(bytes) } else { format_size(bytes.unsigned_abs()) }
}
