//! Progress of a long task, and its cancellation: a few relaxed atomics that the worker writes and anyone
//! reads.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

/// How many steps a loop takes between two calls of [`Progress::check`].
pub const CHECK_EVERY: usize = 1 << 16;

/// The user stopped the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident, $label:literal, $weight:literal;)*) => {
        /// A stage of loading, in the order in which they are shown.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[repr(u8)]
        pub enum Stage {
            $($(#[$doc])* $name,)*
        }

        impl Stage {
            /// Every stage in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The label for the user.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }

            /// Share of the whole load, in percent: measured on files of 90 to 700 MB.
            pub fn weight(self) -> u32 {
                match self { $(Self::$name => $weight),* }
            }
        }
    };
}

stages! {
    /// Opening, and decompressing where needed.
    Open, "Opening", 2;
    /// Finding the sections and reading the header.
    Sections, "Finding sections", 3;
    /// Numbers to node columns.
    Nodes, "Reading nodes", 10;
    /// Numbers to edge columns.
    Edges, "Reading edges", 22;
    /// The string table.
    Strings, "Reading strings", 5;
    /// Constructors and shapes.
    Classes, "Grouping by constructor", 10;
    /// References in reverse.
    Retainers, "Finding retainers", 12;
    /// Shallow sizes and the distance from the roots.
    Distances, "Measuring distances", 12;
    /// The dominator tree.
    Dominators, "Building the dominator tree", 20;
    /// Retained sizes and the sums per class.
    Retained, "Adding up retained sizes", 4;
}

/// Shared between a worker and its observers. Cheap to write, not exact to the step.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    bytes: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters `stage`, which takes `total` steps.
    pub fn enter(&self, stage: Stage, total: u64) {
        self.done.store(0, Relaxed);
        self.total.store(total, Relaxed);
        self.stage.store(stage as u8, Relaxed);
    }

    /// Adds `steps` done of this stage. Stops the work if it was cancelled.
    pub fn advance(&self, steps: u64) -> Result<(), Cancelled> {
        self.done.fetch_add(steps, Relaxed);
        self.check()
    }

    /// Adds `bytes` read of the file.
    pub fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Relaxed);
    }

    /// Bytes of the file read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// `Err` once [`cancel`](Self::cancel) was called.
    #[inline]
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.cancelled.load(Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// Calls [`check`](Self::check) every [`CHECK_EVERY`] steps of a loop that counts `step`.
    #[inline]
    pub fn tick(&self, step: usize) -> Result<(), Cancelled> {
        if step.is_multiple_of(CHECK_EVERY) { self.check() } else { Ok(()) }
    }

    /// Asks the worker to stop at its next check.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
    }

    /// The current stage.
    pub fn stage(&self) -> Stage {
        Stage::ALL[usize::from(self.stage.load(Relaxed))]
    }

    /// The completed fraction of the whole, 0 to 1: the weights of the stages before, and the part of this
    /// one.
    pub fn fraction(&self) -> f32 {
        let stage = self.stage();
        let behind: u32 = Stage::ALL.iter().filter(|&&other| other < stage).map(|s| s.weight()).sum();
        let all: u32 = Stage::ALL.iter().map(|s| s.weight()).sum();
        let total = self.total.load(Relaxed);
        let part = match total {
            0 => 0.0,
            total => (self.done.load(Relaxed) as f32 / total as f32).min(1.0),
        };
        (behind as f32 + stage.weight() as f32 * part) / all as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_counts_finished_stages_and_part_of_this_one() {
        let progress = Progress::new();
        assert_eq!(progress.fraction(), 0.0);
        progress.enter(Stage::Nodes, 200);
        progress.advance(100).unwrap();
        let all: u32 = Stage::ALL.iter().map(|s| s.weight()).sum();
        assert_eq!(all, 100);
        assert!((progress.fraction() - 0.10).abs() < 1e-6);
    }

    #[test]
    fn cancelling_stops_the_next_step() {
        let progress = Progress::new();
        assert_eq!(progress.advance(1), Ok(()));
        progress.cancel();
        assert_eq!(progress.advance(1), Err(Cancelled));
    }
}
