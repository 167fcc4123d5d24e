//! Snapshots in the order in which they were taken, and the process of each.

use std::sync::Arc;

use crate::base::{Cancelled, Progress};
use crate::compare::id_matching::IdMatching;
use crate::snapshot::{CaptureInfo, Snapshot};

/// The evidence for the order of snapshots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderBasis {
    /// Ids: all are of one process.
    Ids,
    /// The times they were taken, or their files written.
    Times,
    /// None: processes are in the order in which the user gave them.
    Given,
}

/// Snapshots in order.
pub struct SnapshotOrder {
    /// The snapshots, the oldest first.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// The process of each, numbered from 0 in this order.
    pub processes: Vec<usize>,
    /// The evidence for the order.
    pub order: OrderBasis,
}

/// Files that were written within this many milliseconds were copied, not captured one after the other.
const COPIED_TOGETHER: u64 = 2000;

impl SnapshotOrder {
    /// Orders `snapshots`: by ids within a process, and processes by time if that is known. Compares each
    /// with one snapshot of every process.
    pub fn new(snapshots: &[Arc<Snapshot>], progress: &Progress) -> Result<Self, Cancelled> {
        let mut processes = processes(snapshots, progress)?;
        for members in &mut processes {
            members.sort_by_key(|&at| snapshots[at].max_js_object_id());
        }
        let captures: Vec<&CaptureInfo> =
            snapshots.iter().map(|snapshot| &snapshot.source().capture).collect();
        let (order, basis) = order(&processes, &captures);
        let process_of = |at: usize| processes.iter().position(|members| members.contains(&at)).unwrap_or(0);
        let processes = renumbered(&order.iter().map(|&at| process_of(at)).collect::<Vec<_>>());
        let snapshots = order.iter().map(|&at| Arc::clone(&snapshots[at])).collect();
        Ok(Self { snapshots, processes, order: basis })
    }

    /// Keeps the order of `snapshots`, and finds the process of each.
    pub fn as_given(snapshots: &[Arc<Snapshot>], progress: &Progress) -> Result<Self, Cancelled> {
        let found = processes(snapshots, progress)?;
        let process_of = |at: usize| found.iter().position(|members| members.contains(&at)).unwrap_or(0);
        let processes = renumbered(&(0..snapshots.len()).map(process_of).collect::<Vec<_>>());
        Ok(Self { snapshots: snapshots.to_vec(), processes, order: OrderBasis::Given })
    }
}

/// The snapshots of each process, by their positions.
fn processes(snapshots: &[Arc<Snapshot>], progress: &Progress) -> Result<Vec<Vec<usize>>, Cancelled> {
    let mut processes: Vec<Vec<usize>> = Vec::new();
    for at in 0..snapshots.len() {
        let mut found = None;
        for (process, members) in processes.iter().enumerate() {
            // The previous one is likely to be the nearest in time.
            let nearest = &snapshots[members[members.len() - 1]];
            if IdMatching::decide(nearest, &snapshots[at], progress)?.is_one_process() {
                found = Some(process);
                break;
            }
        }
        match found {
            Some(process) => processes[process].push(at),
            None => processes.push(vec![at]),
        }
    }
    Ok(processes)
}

/// The order of all, whose processes are each in the order of ids.
fn order(processes: &[Vec<usize>], captures: &[&CaptureInfo]) -> (Vec<usize>, OrderBasis) {
    let given = || processes.iter().flatten().copied().collect::<Vec<_>>();
    if processes.len() == 1 {
        return (given(), OrderBasis::Ids);
    }
    let clocks: [fn(&CaptureInfo) -> Option<u64>; 2] = [|capture| capture.taken, |capture| capture.written];
    for clock in clocks {
        let times: Option<Vec<u64>> = captures.iter().map(|capture| clock(capture)).collect();
        if let Some(times) = times.filter(|times| agrees_with_ids(times, processes)) {
            let mut order = given();
            order.sort_by_key(|&at| times[at]);
            return (order, OrderBasis::Times);
        }
    }
    (given(), OrderBasis::Given)
}

/// Whether times can be capture times: apart from each other, and consistent with the order of ids.
fn agrees_with_ids(times: &[u64], processes: &[Vec<usize>]) -> bool {
    let (first, last) = (times.iter().min(), times.iter().max());
    let are_apart = first.zip(last).is_some_and(|(first, last)| last - first > COPIED_TOGETHER);
    are_apart
        && processes.iter().all(|members| members.windows(2).all(|pair| times[pair[0]] <= times[pair[1]]))
}

/// Renumbers in the order of first appearance.
fn renumbered(numbers: &[usize]) -> Vec<usize> {
    let mut seen: Vec<usize> = Vec::new();
    let number = |&number: &usize| {
        seen.iter().position(|&other| other == number).unwrap_or_else(|| {
            seen.push(number);
            seen.len() - 1
        })
    };
    numbers.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(processes: &[Vec<usize>], taken: &[Option<u64>], written: &[u64]) -> (Vec<usize>, OrderBasis) {
        let capture = |(&taken, &written): (&Option<u64>, &u64)| CaptureInfo {
            taken,
            written: Some(written),
            ..CaptureInfo::default()
        };
        let captures: Vec<CaptureInfo> = taken.iter().zip(written).map(capture).collect();
        order(processes, &captures.iter().collect::<Vec<_>>())
    }

    #[test]
    fn times_order_processes_where_ids_agree_with_them() {
        let two = [vec![0, 1], vec![2]];
        let none = [None; 3];
        assert_eq!(ordered(&two, &none, &[9000, 12_000, 3000]), (vec![2, 0, 1], OrderBasis::Times));
        assert_eq!(
            ordered(&two, &none, &[9000, 8000, 3000]),
            (vec![0, 1, 2], OrderBasis::Given),
            "against ids"
        );
        assert_eq!(ordered(&two, &none, &[9000, 9100, 9050]), (vec![0, 1, 2], OrderBasis::Given), "copied");
        let recorded = [Some(0), Some(9000), Some(4000)];
        assert_eq!(ordered(&two, &recorded, &[1, 1, 1]), (vec![0, 2, 1], OrderBasis::Times));
        assert_eq!(ordered(&[vec![1, 0]], &none, &[0, 9000, 0]), (vec![1, 0], OrderBasis::Ids));
    }

    #[test]
    fn processes_are_numbered_as_they_appear() {
        assert_eq!(renumbered(&[4, 4, 0, 2, 0]), [0, 0, 1, 2, 1]);
    }
}
