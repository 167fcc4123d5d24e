//! Trend report: classes and containers through several snapshots, the steepest first.

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::growth::trend::{Series, Trend, allocated_between};
use crate::model::format::{format_size, sanitize};
use crate::model::views::growth::report::row_owner;
use crate::snapshot::Snapshot;
use crate::suspects::Scene;

/// Maximum characters of a class's name.
const NAME_LIMIT: usize = 120;
/// Eighths of a line's height.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One class or container through all snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendLine {
    /// The class's name, or the container as code.
    pub name: String,
    /// The container in the last snapshot; nothing for a class.
    pub object: Option<NodeIndex>,
    /// Objects or entries in each snapshot.
    pub counts: Vec<Option<u64>>,
    /// Bytes in each.
    pub bytes: Vec<u64>,
    /// Growth per snapshot in bytes.
    pub slope: f64,
    /// The fraction of steps that go up.
    pub steadiness: f32,
}

/// Objects of a class that were allocated between two snapshots and are still in a third.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLine {
    /// The class's name.
    pub class: String,
    /// How many.
    pub count: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Their retained bytes.
    pub retained: u64,
}

/// The lines of a trend.
pub struct TrendView {
    trend: Arc<Trend>,
    /// Containers that grow.
    pub containers: Vec<TrendLine>,
    /// Classes that grow.
    pub classes: Vec<TrendLine>,
}

impl TrendView {
    /// At most `limit` lines of each kind.
    pub fn new(trend: Arc<Trend>, limit: usize) -> Self {
        let growth = &trend.growth;
        let scene = Scene::of_growth(growth);
        let find = if trend.is_one_process() { steepest } else { highest };
        let containers = find(&trend.containers, limit)
            .into_iter()
            .map(|series| {
                let row = &growth.rows[series.of];
                trend_line(row_owner(&scene, row), Some(row.container), series)
            })
            .collect();
        let classes = steepest(&trend.classes, limit)
            .into_iter()
            .map(|series| trend_line(sanitize(&series.of, NAME_LIMIT), None, series))
            .collect();
        Self { trend, containers, classes }
    }

    /// What the lines are of.
    pub fn trend(&self) -> &Arc<Trend> {
        &self.trend
    }
}

/// The steepest growing ones; ties by steadiness.
fn steepest<T>(all: &[Series<T>], limit: usize) -> Vec<&Series<T>> {
    let mut lines: Vec<&Series<T>> = all.iter().filter(|series| series.slope() > 0.0).collect();
    lines.sort_by(|a, b| {
        let by_slope = b.slope().total_cmp(&a.slope());
        by_slope.then_with(|| b.steadiness().total_cmp(&a.steadiness()))
    });
    lines.truncate(limit);
    lines
}

/// Those that rose from one snapshot to a later one, largest first, even if they are gone in the last
/// process.
fn highest<T>(all: &[Series<T>], limit: usize) -> Vec<&Series<T>> {
    let mut lines: Vec<&Series<T>> = all.iter().filter(|series| series.rise() > 0).collect();
    lines.sort_by_key(|series| std::cmp::Reverse(series.rise()));
    lines.truncate(limit);
    lines
}

/// The history of a container if its snapshots come from several processes: `32 B → 407 kB, in another
/// process 0 B`.
pub fn story(line: &TrendLine, processes: &[usize]) -> String {
    let mut text = String::new();
    for (at, (&bytes, process)) in line.bytes.iter().zip(processes).enumerate() {
        let before = at.checked_sub(1).map(|before| processes[before]);
        let join = match before {
            None => "",
            Some(before) if before == *process => " → ",
            Some(_) => ", in another process ",
        };
        text.push_str(&format!("{join}{}", format_size(bytes)));
    }
    text
}

fn trend_line<T>(name: String, object: Option<NodeIndex>, series: &Series<T>) -> TrendLine {
    TrendLine {
        name,
        object,
        counts: series.counts.clone(),
        bytes: series.bytes.clone(),
        slope: series.slope(),
        steadiness: series.steadiness(),
    }
}

/// Objects allocated between the first two and still in the third, by class, largest first.
pub fn kept_between(
    [first, second, third]: [&Snapshot; 3],
    trend: &Trend,
    progress: &Progress,
) -> Result<Vec<KeptLine>, Cancelled> {
    let kept = allocated_between(first, second, third, progress)?;
    let totals = third.class_totals_of(trend.mode, &kept);
    let mut lines: Vec<KeptLine> = totals
        .iter()
        .filter(|(_, totals)| totals.count > 0)
        .map(|(class, totals)| KeptLine {
            class: sanitize(third.classes().name(class), NAME_LIMIT),
            count: totals.count,
            shallow: totals.shallow,
            retained: totals.retained.unwrap_or(0),
        })
        .collect();
    lines.sort_by(|a, b| b.retained.cmp(&a.retained).then_with(|| a.class.cmp(&b.class)));
    Ok(lines)
}

/// A line of bars, one per number, scaled to the largest.
pub fn sparkline(numbers: &[u64]) -> String {
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let level = |number: u64| {
        let eighth = u128::from(number) * (BARS.len() as u128 - 1) / u128::from(most);
        usize::try_from(eighth).unwrap_or(0)
    };
    numbers.iter().map(|&number| BARS[level(number)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_tells_where_another_process_begins() {
        let line = TrendLine {
            name: "leaks".into(),
            object: None,
            counts: vec![None; 3],
            bytes: vec![32, 406_888, 0],
            slope: 0.0,
            steadiness: 0.5,
        };
        assert_eq!(story(&line, &[0, 0, 1]).replace('\u{a0}', " "), "32 B → 407 kB, in another process 0 B");
    }

    #[test]
    fn a_sparkline_ends_at_its_largest() {
        assert_eq!(sparkline(&[0, 50, 100]), "▁▄█");
        assert_eq!(sparkline(&[0, 0]), "▁▁");
        assert_eq!(sparkline(&[u64::MAX]), "█");
    }
}
