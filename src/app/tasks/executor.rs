//! Where background tasks run: each on its own thread, or inline, so that tests need not wait.

use std::io;
use std::sync::Arc;
use std::thread;

/// Called from a task's thread when it has a result to show.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Runs background tasks. A clone runs them in the same way.
#[derive(Clone)]
pub struct Executor {
    waker: Waker,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Threads,
    Inline,
}

impl Executor {
    /// Runs every task on its own thread, which calls `waker` when there is something to show.
    pub fn threads(waker: Waker) -> Self {
        Self { waker, mode: Mode::Threads }
    }

    /// Runs every task to its end before the call that starts it returns.
    pub fn inline() -> Self {
        Self { waker: Arc::new(|| {}), mode: Mode::Inline }
    }

    /// Requests a frame.
    pub fn wake(&self) {
        (self.waker)();
    }

    /// Runs `work`; `name` is the thread's name in a debugger.
    pub(crate) fn run(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        match self.mode {
            Mode::Inline => work(),
            Mode::Threads => drop(thread::Builder::new().name(name.to_owned()).spawn(work)?),
        }
        Ok(())
    }
}
