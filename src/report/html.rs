//! A report as one HTML file: no script, no external resources, light and dark, printable.

use minijinja::{Environment, context};
use serde::Serialize;

use crate::base::Progress;
use crate::gate::{GateReport, GateSuspect};
use crate::report::contents::{BudgetLine, ReportContents, SuspectLine, code_lines, steps};
use crate::report::drawings::path_drawing;
use crate::report::{amount, plain};

const TEMPLATE: &str = include_str!("../../assets/report.html");

/// Width and height of the chart, without its labels.
const CHART: (f64, f64) = (640.0, 120.0);

/// A point of the chart.
#[derive(Serialize)]
struct Point {
    x: String,
    y: String,
    label: String,
    name: String,
}

impl ReportContents {
    /// Adds the result of a gate: its budgets, and suspects as new or known.
    pub fn add_gate(&mut self, gate: &GateReport) {
        let broken = gate.budgets.iter().filter(|budget| !budget.held()).count();
        self.is_good = Some(broken == 0);
        self.verdict = match broken {
            0 => "All budgets are kept".into(),
            1 => "One budget is not kept".into(),
            many => format!("{many} budgets are not kept"),
        };
        let lines = gate.budgets.iter().map(|budget| BudgetLine {
            key: plain(&budget.key),
            value: amount(budget.unit, budget.value),
            limit: amount(budget.unit, budget.limit.cast_signed()),
            who: plain(budget.who.as_deref().unwrap_or_default()),
            held: budget.held(),
        });
        self.budgets = lines.collect();
        let last = gate.snapshots.last();
        // A report without code is complete.
        let code_of =
            |suspect: &GateSuspect| code_lines(last?, suspect.object, &Progress::new()).ok().flatten();
        let new = gate.new.iter().map(|suspect| (suspect, "new".to_owned()));
        let known = gate.known.iter().map(|(suspect, leak)| (suspect, format!("known: {}", leak.reason)));
        let suspects = new.chain(known).map(|(suspect, state)| {
            let place = suspect.location.as_ref().map(|at| format!("Seen at {}", at.text()));
            SuspectLine {
                who: plain(&suspect.who),
                claim: plain(&suspect.claim),
                facts: place.iter().chain(&suspect.facts).map(|fact| plain(fact)).collect(),
                path: path_drawing(&steps(&suspect.path)),
                code: code_of(suspect),
                state: plain(&state),
                fingerprint: suspect.fingerprint.clone(),
            }
        });
        self.suspects = suspects.collect();
        self.notes.extend(gate.notes.iter().map(|note| plain(note)));
        self.notes.dedup();
    }
}

/// The report as a page.
pub fn html(contents: &ReportContents) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.add_template("report.html", TEMPLATE).map_err(|error| error.to_string())?;
    let template = environment.get_template("report.html").map_err(|error| error.to_string())?;
    let points = points(contents);
    let line = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect::<Vec<_>>().join(" ");
    let page =
        template.render(context! { report => contents, points, line, version => env!("CARGO_PKG_VERSION") });
    page.map_err(|error| error.to_string())
}

/// Total sizes from left to right; the axis starts at zero.
fn points(contents: &ReportContents) -> Vec<Point> {
    let snapshots = &contents.snapshots;
    let most = snapshots.iter().map(|snapshot| snapshot.bytes).max().unwrap_or(0).max(1) as f64;
    let step = CHART.0 / snapshots.len().saturating_sub(1).max(1) as f64;
    let point = |(at, snapshot): (usize, &crate::report::contents::SnapshotLine)| Point {
        x: format!("{:.1}", 40.0 + step * at as f64),
        y: format!("{:.1}", 20.0 + CHART.1 * (1.0 - snapshot.bytes as f64 / most)),
        label: snapshot.size.clone(),
        name: format!("{}. {}", at + 1, snapshot.name),
    };
    snapshots.iter().enumerate().map(point).collect()
}
