//! By how much the containers of one program differ from run to run.

/// What two runs of a program differ by without a leak.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NoiseBand {
    /// Bytes of any container.
    pub bytes: u64,
    /// A part of a container's bytes.
    pub share: f64,
}

/// Ten runs of a server that does not leak differ by 4,336 bytes in one container, a buffer of Node's, and by less
/// in all others: `tests/gate_runs/run.mjs` measures it. The band is about twice as wide.
pub const NOISE: NoiseBand = NoiseBand { bytes: 8192, share: 0.05 };

/// What the runtime made itself, such as Node's `process`, differs by up to 62 kB: it is set up on first use, and
/// what several parts share belongs now to one and now to none. The band is four times as wide.
pub const RUNTIME_NOISE: NoiseBand = NoiseBand { bytes: 262_144, share: 0.25 };

impl NoiseBand {
    /// The band of a container of the program, or of one that the runtime made.
    pub fn for_container(is_runtime: bool) -> Self {
        if is_runtime { RUNTIME_NOISE } else { NOISE }
    }

    /// For a container of so many bytes: tables and arrays are enlarged by more than is put into them.
    pub fn of(self, bytes: u64) -> u64 {
        // A share below 1 of a number of bytes.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let share = (bytes as f64 * self.share) as u64;
        self.bytes.max(share)
    }
}
