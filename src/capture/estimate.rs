//! Estimated cost of a snapshot for its target, from the heap's size.
//!
//! Measured on Node 6 to 26 and Chrome: 225 to 330 additional bytes per object, 1.6 to 8.5 times the used
//! heap, and a pause of 2.7 to 6 seconds per million objects. The number of objects is not known beforehand.

/// The size of V8's heap, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapUsage {
    /// Used by objects.
    pub used: u64,
    /// Reserved for objects.
    pub total: u64,
    /// Array buffers and similar memory outside the heap.
    pub backing_storage: u64,
}

/// The cost of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureEstimate {
    /// The heap now.
    pub usage: HeapUsage,
    /// Seconds that the target pauses: minimum, maximum.
    pub pause_seconds: (u64, u64),
    /// Additional bytes that the target needs: minimum, maximum.
    pub extra_bytes: (u64, u64),
    /// Resident memory of the process, if it runs on this machine.
    pub resident: Option<u64>,
    /// The memory limit of its container.
    pub limit: Option<u64>,
}

/// A larger heap is only captured after confirmation.
const ASK_ABOVE: u64 = 100_000_000;

impl CaptureEstimate {
    pub(crate) fn new(usage: HeapUsage, resident: Option<u64>, limit: Option<u64>) -> Self {
        let used = usage.used;
        let (fewest, most) = (used / 194, used / 28);
        Self {
            usage,
            pause_seconds: (fewest * 27 / 10_000_000, most * 6 / 1_000_000 + 1),
            extra_bytes: (used.saturating_mul(16) / 10, used.saturating_mul(17) / 2),
            resident,
            limit,
        }
    }

    /// Whether the container may kill the process for it.
    pub fn may_exceed_limit(&self) -> bool {
        match (self.limit, self.resident) {
            (Some(limit), Some(resident)) => limit.saturating_sub(resident) < self.extra_bytes.1,
            _ => false,
        }
    }

    /// Whether the user should confirm first.
    pub fn needs_consent(&self) -> bool {
        self.usage.used > ASK_ABOVE || self.may_exceed_limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_heaps_lie_within() {
        // Used heap, extra memory and pause of Node 24, Node 20 and a heap of syntax trees.
        for (used, extra, seconds) in [(109, 697, 9), (348, 2479, 36), (109, 863, 15), (73, 122, 2)] {
            let usage = HeapUsage { used: used * 1_000_000, ..HeapUsage::default() };
            let found = CaptureEstimate::new(usage, None, None);
            let (least, most) = found.extra_bytes;
            assert!((least..=most).contains(&(extra * 1_000_000)), "{found:?}");
            assert!((found.pause_seconds.0..=found.pause_seconds.1).contains(&seconds), "{found:?}");
        }
    }

    #[test]
    fn large_heaps_and_tight_containers_are_asked_about() {
        let usage = HeapUsage { used: 10_000_000, ..HeapUsage::default() };
        let found = |resident, limit| CaptureEstimate::new(usage, resident, limit).needs_consent();
        assert!(!found(None, None) && !found(Some(50_000_000), Some(500_000_000)));
        assert!(found(Some(50_000_000), Some(100_000_000)));
        let large = HeapUsage { used: 200_000_000, ..usage };
        assert!(CaptureEstimate::new(large, None, None).needs_consent());
    }
}
