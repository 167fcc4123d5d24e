//! The lines of a trend's charts: the whole heap, and the fastest-growing containers.

use std::sync::Arc;

use crate::growth::trend::Trend;
use crate::model::format::sanitize;
use crate::model::views::trend::report::TrendView;

/// Maximum number of containers drawn.
const LINES: usize = 5;
/// Maximum characters of a name.
const NAME_LIMIT: usize = 60;

/// The data of a trend's charts, the oldest snapshot first.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TrendLines {
    /// The names of the snapshots.
    pub snapshots: Vec<String>,
    /// The number of the process of each.
    pub processes: Vec<usize>,
    /// Bytes of each heap.
    pub totals: Vec<u64>,
    /// Containers with their bytes in each snapshot, the steepest first.
    pub containers: Vec<(String, Vec<u64>)>,
}

impl TrendLines {
    /// The charts of `trend`.
    pub fn new(trend: &Arc<Trend>) -> Self {
        let view = TrendView::new(Arc::clone(trend), LINES);
        Self {
            snapshots: trend
                .snapshots
                .iter()
                .map(|snapshot| sanitize(&snapshot.source().name(), NAME_LIMIT))
                .collect(),
            processes: trend.processes.clone(),
            totals: trend.snapshots.iter().map(|snapshot| snapshot.total_size()).collect(),
            containers: view
                .containers
                .into_iter()
                .map(|line| (sanitize(&line.name, NAME_LIMIT), line.bytes))
                .collect(),
        }
    }
}
