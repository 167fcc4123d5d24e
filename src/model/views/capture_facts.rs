//! Facts that a capture recorded about its process: whether the process's memory is in the heap.

use crate::base::format_size;
use crate::sidecar::MemoryFigures;
use crate::snapshot::Snapshot;

/// A heap that is a smaller part of its process than this says little about the process.
const SMALL_PART: u64 = 2;

/// The facts in a snapshot's sidecar about its process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureFacts {
    /// What was captured: `server.js, node.js/v24.21.0, process 4711`.
    pub target: String,
    /// Capture time in milliseconds since 1970.
    pub taken: Option<u64>,
    /// The process's memory compared with its heap, in a sentence.
    pub memory: Option<String>,
    /// Whether most of the process's memory is outside of the snapshot.
    pub is_mostly_outside: bool,
    /// The memory limit of the process's container, in a sentence.
    pub limit: Option<String>,
}

/// The facts about the process of `snapshot`; `None` without a sidecar.
pub fn capture_facts(snapshot: &Snapshot) -> Option<CaptureFacts> {
    let capture = &snapshot.source().capture;
    capture.connection.as_ref().or(capture.runtime.as_ref())?;
    let process = capture.pid.map(|pid| format!("process {pid}"));
    let parts = [capture.title.clone(), capture.runtime.clone(), process];
    let target = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    // Taking the snapshot enlarges the process, so the figures from before are used.
    let figures = capture.memory.before.or(capture.memory.after);
    let (memory, is_mostly_outside) = figures.map(memory_text).unwrap_or_default();
    let resident = figures.and_then(|figures| figures.rss);
    let limit = capture.memory.limit.map(|limit| match resident {
        Some(resident) => {
            format!("{} of the {} that its container may take", format_size(resident), format_size(limit))
        }
        None => format!("Its container may take {}", format_size(limit)),
    });
    Some(CaptureFacts { target, taken: capture.taken, memory, is_mostly_outside, limit })
}

/// The figures in a sentence, and whether the heap is the smaller part.
fn memory_text(figures: MemoryFigures) -> (Option<String>, bool) {
    let buffers = figures.backing_storage.filter(|&bytes| bytes > 0);
    match (figures.rss, figures.heap_used) {
        (Some(rss), Some(heap)) => {
            let is_outside = heap.saturating_add(buffers.unwrap_or(0)) < rss / SMALL_PART;
            let buffers =
                buffers.map_or_else(String::new, |bytes| format!(", buffers {}", format_size(bytes)));
            let end = if is_outside { ": most is outside what a snapshot can show" } else { "" };
            (Some(format!("RSS {}, heap {}{buffers}{end}", format_size(rss), format_size(heap))), is_outside)
        }
        (Some(rss), None) => (Some(format!("RSS {}", format_size(rss))), false),
        (None, Some(heap)) => (Some(format!("Heap {}", format_size(heap))), false),
        (None, None) => (None, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heap_that_is_a_small_part_of_its_process_is_told() {
        let of = |rss, heap_used, backing_storage| {
            memory_text(MemoryFigures { rss, heap_used, backing_storage, heap_total: None })
        };
        let (text, is_outside) = of(Some(1_900_000_000), Some(300_000_000), None);
        assert!(is_outside && text.unwrap().ends_with("most is outside what a snapshot can show"));
        assert!(!of(Some(1_900_000_000), Some(300_000_000), Some(800_000_000)).1, "buffers are shown");
        assert!(!of(Some(500_000_000), Some(300_000_000), None).1);
        assert_eq!(of(None, None, None), (None, false));
    }
}
