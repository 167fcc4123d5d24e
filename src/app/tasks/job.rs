//! A background task: polled once a frame, cancelled when dropped. A panic in it is an ordinary error.

use crate::app::tasks::executor::Executor;
use crate::app::tasks::panic_log;
use crate::base::Progress;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

/// How long a task runs before its label is shown.
const VISIBLE_AFTER: Duration = Duration::from_millis(250);

/// The state of a [`Job`].
#[derive(Debug, PartialEq)]
pub enum Poll<T> {
    /// The task still runs.
    Pending,
    /// The result. Returned once.
    Ready(T),
    /// The task panicked, or its result was already taken: a message for the user.
    Failed(String),
}

/// A task that returns a `T`. Dropping it asks the task to stop.
pub struct Job<T> {
    label: String,
    started: Instant,
    progress: Arc<Progress>,
    result: Receiver<Result<T, String>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work`; `label` is shown in the status bar and in a debugger.
    pub fn start(
        label: &str,
        executor: &Executor,
        work: impl FnOnce(&Progress) -> T + Send + 'static,
    ) -> Self {
        let progress = Arc::new(Progress::new());
        let (sender, result) = channel();
        let (shared, waking) = (Arc::clone(&progress), executor.clone());
        let failed = sender.clone();
        panic_log::install_hook();
        let name = label.to_owned();
        let started = Instant::now();
        let spawned = executor.run(label, move || {
            let result = catch_unwind(AssertUnwindSafe(|| work(&shared)));
            // The receiver is gone if the job was dropped.
            let _ = sender.send(result.map_err(|panic| panic_log::record(&name, panic.as_ref())));
            waking.wake();
        });
        if let Err(error) = spawned {
            let _ = failed.send(Err(format!("No thread could be started: {error}")));
        }
        Self { label: label.to_owned(), started, progress, result }
    }

    /// Takes the result, if it has arrived. Never blocks.
    pub fn poll(&self) -> Poll<T> {
        match self.result.try_recv() {
            Ok(Ok(value)) => Poll::Ready(value),
            Ok(Err(error)) => Poll::Failed(error),
            Err(TryRecvError::Empty) => Poll::Pending,
            Err(TryRecvError::Disconnected) => Poll::Failed("The task ended without a result".to_owned()),
        }
    }
}

impl<T> Job<T> {
    /// Status label; `None` during the first 250 ms.
    pub fn visible_label(&self) -> Option<&str> {
        (self.started.elapsed() >= VISIBLE_AFTER).then_some(self.label.as_str())
    }

    /// Progress of the task.
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
    use std::thread;
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

    fn silent() -> Executor {
        Executor::threads(Arc::new(|| {}))
    }

    #[test]
    fn the_result_arrives_and_the_waker_is_called() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let waker = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let job = Job::start("adding", &Executor::threads(waker), |_| 2 + 2);
        assert_eq!(wait(&job), Poll::Ready(4));
        let limit = Instant::now() + Duration::from_secs(10);
        while calls.load(Ordering::SeqCst) == 0 && Instant::now() < limit {
            thread::yield_now();
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_panic_fails_with_its_message_and_source_line() {
        let first = line!() + 1;
        let here: Job<()> = Job::start("Failing", &silent(), |_| panic!("no such row"));
        let pooled: Job<()> = Job::start("Failing in a pool", &silent(), |_| {
            let worker: thread::JoinHandle<()> = thread::spawn(|| panic!("no such column"));
            resume_unwind(worker.join().expect_err("it panicked"));
        });
        for (job, message, line) in [(here, "no such row", first), (pooled, "no such column", first + 2)] {
            let sentence =
                format!("Internal error, a fault of Heaplens: {message} (src/app/tasks/job.rs:{line})");
            assert_eq!(wait(&job), Poll::Failed(sentence));
            let report = panic_log::report();
            assert!(report.starts_with(&panic_log::program()), "{report}");
            assert!(report.contains(&format!(": {message} (src/app/tasks/job.rs:{line})")), "{report}");
        }
        assert!(
            panic_log::report().contains("\nFailing in a pool: no such column"),
            "{}",
            panic_log::report()
        );
    }

    #[test]
    fn an_inline_task_is_done_when_it_is_started() {
        let job = Job::start("adding", &Executor::inline(), |_| 2 + 2);
        assert_eq!(job.poll(), Poll::Ready(4));
    }

    #[test]
    fn dropping_a_job_cancels_its_task() {
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
