//! Several heaps in the order of time: total size, and the size of the fastest-growing containers.

use std::sync::Arc;

use crate::base::NodeIndex;
use crate::growth::trend::Trend;
use crate::model::format::{format_size, percent, sanitize, share, signed_size};
use crate::model::views::overview::LABEL_LIMIT;
use crate::model::views::trend::report::{TrendLine, TrendView};

/// Maximum number of containers with a line.
const CONTAINERS: usize = 5;

/// Lines over all snapshots, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendChart {
    /// The files' names.
    pub names: Vec<String>,
    /// Bytes of each heap.
    pub totals: Vec<u64>,
    /// The containers that grow most.
    pub lines: Vec<ChartLine>,
    /// The warning to show first.
    pub note: Option<String>,
    /// A summary of the lines, one sentence.
    pub sentence: String,
}

/// A container through all snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    /// Who, as code.
    pub label: String,
    /// Bytes in each.
    pub bytes: Vec<u64>,
    /// The object, in the last snapshot.
    pub object: Option<NodeIndex>,
}

impl TrendChart {
    /// The chart of a trend.
    pub fn new(trend: &Arc<Trend>) -> Self {
        let view = TrendView::new(Arc::clone(trend), CONTAINERS);
        let source = &trend.snapshots;
        let totals: Vec<u64> =
            source.iter().map(|snapshot| snapshot.shallow_sizes(trend.mode).iter().sum()).collect();
        let lines: Vec<ChartLine> = view.containers.iter().map(line).collect();
        let names = source.iter().map(|snapshot| sanitize(&snapshot.source().name(), LABEL_LIMIT)).collect();
        let sentence = sentence(&totals, view.containers.first());
        Self { names, totals, lines, note: trend.note(), sentence }
    }

    /// Bytes of a container in each snapshot, if it has a line.
    pub fn bytes_of(&self, object: NodeIndex) -> Option<&[u64]> {
        self.lines.iter().find(|line| line.object == Some(object)).map(|line| &*line.bytes)
    }
}

fn line(line: &TrendLine) -> ChartLine {
    ChartLine { label: sanitize(&line.name, LABEL_LIMIT), bytes: line.bytes.clone(), object: line.object }
}

fn sentence(totals: &[u64], steepest: Option<&TrendLine>) -> String {
    let (Some(&first), Some(&last)) = (totals.first(), totals.last()) else { return String::new() };
    let change = last.cast_signed() - first.cast_signed();
    let all = format!("{} from the first to the last of {} snapshots", signed_size(change), totals.len());
    let Some(line) = steepest else { return format!("{all}; no container grows") };
    let name = sanitize(&line.name, LABEL_LIMIT);
    let (now, most) = (*line.bytes.last().unwrap_or(&0), line.bytes.iter().copied().max().unwrap_or(0));
    if now < most / 2 {
        return format!(
            "{all}; {name} rose to {} and is at {} in the last",
            format_size(most),
            format_size(now)
        );
    }
    let rise = now.saturating_sub(*line.bytes.first().unwrap_or(&0));
    match u64::try_from(change) {
        Ok(change) if change > 0 && rise <= change => {
            format!("{all}; {name} has {} of it", percent(share(rise, change)))
        }
        _ => format!("{all}; {name} grows most"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_steepest_and_its_part() {
        let line = |bytes: &[u64]| TrendLine {
            name: "leaks".into(),
            object: None,
            counts: vec![None; bytes.len()],
            bytes: bytes.to_vec(),
            slope: 1.0,
            steadiness: 1.0,
        };
        let text = |totals: &[u64], of: Option<&TrendLine>| sentence(totals, of).replace('\u{a0}', " ");
        assert_eq!(
            text(&[1_000, 1_200, 1_500], Some(&line(&[0, 100, 250]))),
            "+500 B from the first to the last of 3 snapshots; leaks has 50 % of it"
        );
        assert!(
            text(&[1_000, 1_900, 1_000], Some(&line(&[0, 900, 0])))
                .ends_with("leaks rose to 900 B and is at 0 B in the last")
        );
        assert!(text(&[1_000, 900], None).ends_with("no container grows"));
        assert!(text(&[1_000, 900], Some(&line(&[1, 5]))).ends_with("leaks grows most"));
    }
}
