//! A piece of work on a thread of its own: polled once a frame, cancelled when dropped, and a panic in
//! it is an answer like any other.

use crate::app::tasks::panic_log;
use crate::base::Progress;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Work that is done sooner than this is not worth a word.
const NOTICED: Duration = Duration::from_millis(250);

/// Called by a worker that has something to show, from its own thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// What has become of a [`Job`].
#[derive(Debug, PartialEq)]
pub enum Poll<T> {
    /// It is still at work.
    Pending,
    /// It is done. Said once.
    Ready(T),
    /// It panicked, or its answer was taken already: one sentence for a person.
    Lost(String),
}

/// A thread that works out a `T`. Dropping it asks the work to stop.
pub struct Job<T> {
    label: String,
    begun: Instant,
    progress: Arc<Progress>,
    answer: Receiver<Result<T, String>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a thread; `label` names it on the screen and in a debugger.
    pub fn start(label: &str, waker: &Waker, work: impl FnOnce(&Progress) -> T + Send + 'static) -> Self {
        let progress = Arc::new(Progress::new());
        let (sender, answer) = channel();
        let (shared, waker) = (Arc::clone(&progress), Arc::clone(waker));
        let failed = sender.clone();
        panic_log::watch();
        let doing = label.to_owned();
        let started = thread::Builder::new().name(label.to_owned()).spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&shared)));
            // Nobody listens any more when the job was dropped.
            let _ = sender.send(outcome.map_err(|panic| panic_log::note(&doing, panic.as_ref())));
            waker();
        });
        if let Err(error) = started {
            let _ = failed.send(Err(format!("No thread could be started: {error}")));
        }
        Self { label: label.to_owned(), begun: Instant::now(), progress, answer }
    }

    /// Whether it is done. Never waits.
    pub fn poll(&self) -> Poll<T> {
        match self.answer.try_recv() {
            Ok(Ok(value)) => Poll::Ready(value),
            Ok(Err(sentence)) => Poll::Lost(sentence),
            Err(TryRecvError::Empty) => Poll::Pending,
            Err(TryRecvError::Disconnected) => Poll::Lost("The work ended without a result".to_owned()),
        }
    }
}

impl<T> Job<T> {
    /// What it does, for a person; nothing as long as nobody would notice.
    pub fn noticed(&self) -> Option<&str> {
        (self.begun.elapsed() >= NOTICED).then_some(self.label.as_str())
    }

    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.progress.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::resume_unwind;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    fn wait<T: Send + 'static>(job: &Job<T>) -> Poll<T> {
        let limit = Instant::now() + Duration::from_secs(10);
        while Instant::now() < limit {
            match job.poll() {
                Poll::Pending => thread::yield_now(),
                done => return done,
            }
        }
        Poll::Pending
    }

    fn silent() -> Waker {
        Arc::new(|| {})
    }

    #[test]
    fn the_answer_comes_and_the_waker_is_called() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let waker: Waker = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let job = Job::start("adding", &waker, |_| 2 + 2);
        assert_eq!(wait(&job), Poll::Ready(4));
        let limit = Instant::now() + Duration::from_secs(10);
        while calls.load(Ordering::SeqCst) == 0 && Instant::now() < limit {
            thread::yield_now();
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_panic_is_lost_with_its_words_and_place() {
        let first = line!() + 1;
        let here: Job<()> = Job::start("Failing", &silent(), |_| panic!("no such row"));
        let pooled: Job<()> = Job::start("Failing in a pool", &silent(), |_| {
            let worker: thread::JoinHandle<()> = thread::spawn(|| panic!("no such column"));
            resume_unwind(worker.join().expect_err("it panicked"));
        });
        for (job, said, line) in [(here, "no such row", first), (pooled, "no such column", first + 2)] {
            let sentence =
                format!("Internal error, a fault of Heaplens: {said} (src/app/tasks/job.rs:{line})");
            assert_eq!(wait(&job), Poll::Lost(sentence));
            let report = panic_log::report();
            assert!(report.starts_with(&panic_log::program()), "{report}");
            assert!(report.contains(&format!(": {said} (src/app/tasks/job.rs:{line})")), "{report}");
        }
        assert!(
            panic_log::report().contains("\nFailing in a pool: no such column"),
            "{}",
            panic_log::report()
        );
    }

    #[test]
    fn dropping_it_cancels_the_work() {
        let (sender, receiver) = channel();
        let job = Job::start("endless", &silent(), move |progress| {
            while progress.check().is_ok() {
                thread::yield_now();
            }
            let _ = sender.send("stopped");
        });
        drop(job);
        assert_eq!(receiver.recv_timeout(Duration::from_secs(10)), Ok("stopped"));
    }
}
