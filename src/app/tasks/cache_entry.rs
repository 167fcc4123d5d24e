//! One slot of the query cache: its content, the query in flight and the last error.

use crate::app::files::open_file::FileId;
use crate::app::tasks::executor::Executor;
use crate::app::tasks::job::{Job, Poll};
use crate::app::tasks::log;
use crate::app::tasks::query_cache::{Query, Replaced, ResultPart, Value};
use crate::app::tasks::shared::Shared;
use crate::base::Progress;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The error of a task that the user has stopped.
pub(crate) const STOPPED: &str = "Stopped";

/// The content of a slot and the query for it.
pub struct CacheEntry<Q: Query> {
    /// The last value, for [`built_for`](Self::built_for).
    pub value: Q::Value,
    built_for: Option<Q>,
    is_partial: bool,
    /// The files that `value` may refer to.
    files: Vec<FileId>,
    pending: Option<Pending<Q>>,
    error: Option<(Q, String)>,
}

/// A query in flight.
struct Pending<Q: Query> {
    query: Q,
    job: Job<Option<Q::Output>>,
    partial: Receiver<Q::Output>,
}

/// Sends partial results while a task is still running.
pub struct PartialResults<T> {
    sender: Sender<T>,
    executor: Executor,
}

impl<T> PartialResults<T> {
    /// Shows `output` instead of earlier partial results.
    pub fn send(&self, output: T) {
        // The receiver is gone if the query was cancelled.
        if self.sender.send(output).is_ok() {
            self.executor.wake();
        }
    }
}

impl<Q: Query> Default for CacheEntry<Q> {
    fn default() -> Self {
        Self {
            value: Q::Value::default(),
            built_for: None,
            is_partial: false,
            files: Vec::new(),
            pending: None,
            error: None,
        }
    }
}

impl<Q: Query> CacheEntry<Q> {
    /// The query that the value answers.
    pub fn built_for(&self) -> Option<&Q> {
        self.built_for.as_ref()
    }

    /// Why the last requested query has no value.
    pub fn error(&self) -> Option<&str> {
        self.error.as_ref().map(|(_, error)| error.as_str())
    }

    /// Whether the failed query differs from the query of the value.
    pub fn is_outdated(&self) -> bool {
        self.error.as_ref().is_some_and(|(failed, _)| self.built_for.as_ref() != Some(failed))
    }

    /// Whether the value is partial.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// Whether a task is running.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// The label of the task, once it has run long enough to be shown.
    pub fn activity(&self) -> Option<&str> {
        self.pending.as_ref().and_then(|pending| pending.job.visible_label())
    }

    /// The files that the value may refer to.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }

    /// Whether `query` needs no task: it is answered, in flight or known to fail.
    pub fn is_for(&self, query: &Q) -> bool {
        if let Some(pending) = &self.pending {
            return pending.query == *query;
        }
        let is_built = !self.is_partial && self.built_for.as_ref() == Some(query);
        match &self.error {
            Some((failed, _)) => failed == query,
            None => is_built,
        }
    }

    /// Records that work on the value has failed.
    pub fn fail(&mut self, error: String) {
        log::line(format_args!("problem {error}"));
        self.error = self.built_for.clone().map(|query| (query, error));
    }

    pub(super) fn request(
        &mut self,
        query: Q,
        executor: &Executor,
        task: impl FnOnce(&Progress, &PartialResults<Q::Output>) -> Option<Q::Output> + Send + 'static,
    ) {
        if self.is_for(&query) {
            return;
        }
        (self.error, self.pending) = (None, None);
        if !self.is_partial && self.built_for.as_ref() == Some(&query) {
            return;
        }
        let (sender, partial) = channel();
        let results = PartialResults { sender, executor: executor.clone() };
        let job = Job::start(query.label(), executor, move |progress| task(progress, &results));
        self.pending = Some(Pending { query, job, partial });
    }

    pub(super) fn poll(&mut self) {
        let Some(pending) = &self.pending else { return };
        let output = match pending.job.poll() {
            Poll::Pending => {
                if let Some(output) = pending.partial.try_iter().last() {
                    let query = pending.query.clone();
                    self.accept(query, output, true);
                }
                return;
            }
            Poll::Ready(output) => output.ok_or_else(|| STOPPED.to_owned()),
            Poll::Failed(error) => Err(error),
        };
        let Some(Pending { query, .. }) = self.pending.take() else { return };
        match output {
            Ok(output) => self.accept(query, output, false),
            Err(error) => {
                log::line(format_args!("problem {error}"));
                self.error = Some((query, error));
            }
        }
    }

    fn accept(&mut self, query: Q, output: Q::Output, is_partial: bool) {
        let has_begun = self.is_partial && self.built_for.as_ref() == Some(&query);
        let part = match (has_begun, is_partial) {
            (true, _) => ResultPart::Next,
            (false, true) => ResultPart::First,
            (false, false) => ResultPart::Whole,
        };
        let files = query.files();
        match self.value.accept(output, part) {
            Replaced::All => self.files = files,
            Replaced::Some => self.files.extend(files),
        }
        self.files.sort_unstable();
        self.files.dedup();
        (self.built_for, self.is_partial) = (Some(query), is_partial);
    }

    pub(super) fn stop(&mut self) {
        if let Some(pending) = self.pending.take() {
            self.error = Some((pending.query, STOPPED.to_owned()));
        }
    }

    pub(super) fn forget(&mut self, file: FileId) {
        self.pending.take_if(|pending| pending.query.files().contains(&file));
        self.error.take_if(|(query, _)| query.files().contains(&file));
        if self.files.contains(&file) {
            (self.value, self.built_for, self.is_partial) = (Q::Value::default(), None, false);
            self.files.clear();
        }
    }

    /// Whether the entry can be dropped.
    pub(super) fn is_empty(&self) -> bool {
        self.built_for.is_none() && self.pending.is_none() && self.error.is_none()
    }
}

impl<T: 'static, Q: Query<Output = T, Value = Option<T>>> CacheEntry<Q> {
    /// The value with the query it answers.
    pub fn shown(&self) -> Option<(&Q, &T)> {
        self.built_for.as_ref().zip(self.value.as_ref())
    }

    /// The value or the error; `None` until one of them is known.
    pub fn result(&self) -> Option<Result<&T, &str>> {
        self.error().map(Err).or_else(|| self.value.as_ref().map(Ok))
    }

    pub(super) fn into_result(self) -> Option<(Q, Result<T, String>)> {
        if let Some((query, error)) = self.error {
            return Some((query, Err(error)));
        }
        self.built_for.zip(self.value.map(Ok))
    }
}

impl<T: Send + Sync + 'static, Q: Query<Output = T, Value = Shared<T>>> CacheEntry<Q> {
    pub(super) fn share(&mut self, query: Q) -> Shared<T> {
        if self.built_for.as_ref() != Some(&query) {
            (self.value, self.files) = (Shared::default(), query.files());
            self.built_for = Some(query);
        }
        self.value.clone()
    }
}
