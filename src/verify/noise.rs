//! The differences between containers of one program from run to run.

/// The tolerance for differences between two runs of a program without a leak.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NoiseBand {
    /// Bytes of any container.
    pub bytes: u64,
    /// A part of a container's bytes.
    pub share: f64,
}

/// Ten runs of a server without a leak differ by 4,336 bytes in one container, a buffer of Node, and by less
/// in all others: `tests/gate_runs/run.mjs` measures it. The tolerance is about twice as wide.
pub const NOISE: NoiseBand = NoiseBand { bytes: 8192, share: 0.05 };

/// What the runtime made itself, such as Node's table of its modules, differs by up to 270,032 bytes: it is set up on
/// first use, and what several parts share belongs now to one and now to none. The band is about twice as wide.
pub const RUNTIME_NOISE: NoiseBand = NoiseBand { bytes: 524_288, share: 0.25 };

impl NoiseBand {
    /// The tolerance for a container of the program, or of one that the runtime created.
    pub fn for_container(is_runtime: bool) -> Self {
        if is_runtime { RUNTIME_NOISE } else { NOISE }
    }

    /// For a container of so many bytes: tables and arrays grow in larger steps than their contents.
    pub fn of(self, bytes: u64) -> u64 {
        // A share below 1 of a number of bytes.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let share = (bytes as f64 * self.share) as u64;
        self.bytes.max(share)
    }
}
