//! State shared by a capture and its observers: progress, cancellation, and permission to pause the target.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// A few atomics: the job writes progress, anyone reads it. Cancellation and permission go the other way.
#[derive(Debug)]
pub struct CaptureControl {
    started: Instant,
    phase: AtomicU8,
    objects_done: AtomicU64,
    objects_total: AtomicU64,
    bytes: AtomicU64,
    heard_ms: AtomicU64,
    cancelled: AtomicBool,
    may_pause: AtomicBool,
}

/// The current step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CapturePhase {
    /// Between captures.
    Idle,
    /// Connected; nothing of the snapshot has arrived.
    Asked,
    /// The target builds the snapshot and is paused.
    Preparing,
    /// Chunks of the file arrive.
    Receiving,
    /// A timeline or profile is recorded.
    Recording,
    /// Scripts are fetched.
    Sources,
    /// The target runs JavaScript without a pause: it has to be paused for the snapshot.
    Busy,
    /// The target does not answer: it is blocked outside JavaScript, or stopped.
    Blocked,
}

impl CapturePhase {
    const ALL: [Self; 8] = [
        Self::Idle,
        Self::Asked,
        Self::Preparing,
        Self::Receiving,
        Self::Recording,
        Self::Sources,
        Self::Busy,
        Self::Blocked,
    ];
}

impl Default for CaptureControl {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            phase: AtomicU8::new(0),
            objects_done: AtomicU64::new(0),
            objects_total: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            heard_ms: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            may_pause: AtomicBool::new(false),
        }
    }
}

impl CaptureControl {
    /// Asks the job to stop within a fraction of a second.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }

    /// Allows the job to pause a busy target with the debugger, which leaves a mark in its heap.
    pub fn allow_pause(&self) {
        self.may_pause.store(true, Relaxed);
    }

    /// Whether a busy target may be paused.
    pub fn may_pause(&self) -> bool {
        self.may_pause.load(Relaxed)
    }

    /// The current step.
    pub fn phase(&self) -> CapturePhase {
        CapturePhase::ALL[usize::from(self.phase.load(Relaxed))]
    }

    /// Objects that the target has processed, and their total.
    pub fn objects(&self) -> (u64, u64) {
        (self.objects_done.load(Relaxed), self.objects_total.load(Relaxed))
    }

    /// Bytes of the file that have arrived.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Seconds since the last message of the target.
    pub fn silent_seconds(&self) -> u64 {
        (self.now_ms().saturating_sub(self.heard_ms.load(Relaxed))) / 1000
    }

    pub(crate) fn enter(&self, phase: CapturePhase) {
        self.phase.store(phase as u8, Relaxed);
    }

    pub(crate) fn start(&self, phase: CapturePhase) {
        self.enter(phase);
        self.set_objects(0, 0);
        self.set_bytes(0);
        self.heard();
    }

    pub(crate) fn set_objects(&self, done: u64, total: u64) {
        self.objects_done.store(done, Relaxed);
        self.objects_total.store(total, Relaxed);
    }

    pub(crate) fn set_bytes(&self, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
    }

    pub(crate) fn heard(&self) {
        self.heard_ms.store(self.now_ms(), Relaxed);
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
