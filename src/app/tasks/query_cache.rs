//! Questions that are answered on a thread, one at a time; what was answered is kept.

use crate::app::tasks::job::{Job, Poll, Waker};
use crate::base::Progress;
use std::collections::HashMap;
use std::hash::Hash;

/// Answers by question.
pub struct QueryCache<K, T> {
    known: HashMap<K, Result<T, String>>,
    asking: Option<(K, Job<Option<T>>)>,
}

impl<K, T> Default for QueryCache<K, T> {
    fn default() -> Self {
        Self { known: HashMap::new(), asking: None }
    }
}

impl<K: Clone + Eq + Hash, T: Send + 'static> QueryCache<K, T> {
    /// The answer, or why there is none; nothing as long as it is not known.
    pub fn get(&self, key: &K) -> Option<&Result<T, String>> {
        self.known.get(key)
    }

    /// Begins to `find` the answer, unless it is known or another question is being answered. `find` gives
    /// nothing when it is stopped.
    pub fn ask(
        &mut self,
        key: K,
        label: &str,
        waker: &Waker,
        find: impl FnOnce(&Progress) -> Option<T> + Send + 'static,
    ) {
        if self.asking.is_none() && !self.known.contains_key(&key) {
            self.asking = Some((key, Job::start(label, waker, find)));
        }
    }

    /// Takes what was found.
    pub fn poll(&mut self) {
        let Some((_, job)) = &self.asking else { return };
        let found = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(found) => found.ok_or_else(stopped),
            Poll::Lost(sentence) => Err(sentence),
        };
        if let Some((key, _)) = self.asking.take() {
            self.known.insert(key, found);
        }
    }

    /// Stops looking; the question counts as answered.
    pub fn stop(&mut self) {
        if let Some((key, _)) = self.asking.take() {
            self.known.insert(key, Err(stopped()));
        }
    }

    /// Forgets what `is_about` says of.
    pub fn forget(&mut self, is_about: impl Fn(&K) -> bool) {
        self.known.retain(|key, _| !is_about(key));
        self.asking.take_if(|(key, _)| is_about(key));
    }

    /// Whether a thread is at work.
    pub fn is_busy(&self) -> bool {
        self.asking.is_some()
    }

    /// What it does, once it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        self.asking.as_ref().and_then(|(_, job)| job.noticed())
    }
}

fn stopped() -> String {
    "Stopped".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_question_is_answered_once() {
        let waker: Waker = Arc::new(|| {});
        let mut answers: QueryCache<u32, u32> = QueryCache::default();
        answers.ask(1, "adding", &waker, |_| Some(10));
        answers.ask(2, "adding", &waker, |_| panic!("one at a time"));
        while answers.is_busy() {
            answers.poll();
        }
        assert_eq!((answers.get(&1), answers.get(&2)), (Some(&Ok(10)), None));
        answers.ask(1, "adding", &waker, |_| panic!("it is known"));
        assert!(!answers.is_busy());
        answers.forget(|&key| key == 1);
        assert_eq!(answers.get(&1), None);
    }

    #[test]
    fn what_is_stopped_is_not_asked_again() {
        let waker: Waker = Arc::new(|| {});
        let mut answers: QueryCache<u32, u32> = QueryCache::default();
        answers.ask(1, "waiting", &waker, |progress| {
            while progress.check().is_ok() {
                std::thread::yield_now();
            }
            None
        });
        answers.stop();
        assert_eq!(answers.get(&1), Some(&Err("Stopped".to_owned())));
    }
}
