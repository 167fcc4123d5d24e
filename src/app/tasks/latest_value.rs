//! What is shown of something that is made on a thread: the old one until the new one is there. Where making
//! it failed or was stopped, that is said until something else is wanted.

use crate::app::tasks::job::{Job, Poll, Waker};
use crate::base::Progress;

/// The latest `T`, made for a `K` that says what it depends on.
pub struct LatestValue<K, T> {
    shown: Option<(K, T)>,
    making: Option<(K, Job<Option<T>>)>,
    failed: Option<(K, String)>,
}

impl<K, T> Default for LatestValue<K, T> {
    fn default() -> Self {
        Self { shown: None, making: None, failed: None }
    }
}

impl<K, T> LatestValue<K, T> {
    /// What is shown, and what it was made for.
    pub fn shown(&self) -> Option<(&K, &T)> {
        self.shown.as_ref().map(|(key, made)| (key, made))
    }

    /// Why what is wanted is not there, and will not come.
    pub fn problem(&self) -> Option<&str> {
        self.failed.as_ref().map(|(_, why)| why.as_str())
    }

    /// Whether a thread is at work for it.
    pub fn is_busy(&self) -> bool {
        self.making.is_some()
    }

    /// What it does, once it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        self.making.as_ref().and_then(|(_, job)| job.noticed())
    }

    /// Forgets everything; work is stopped.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets what `is_about` says of.
    pub fn forget(&mut self, is_about: impl Fn(&K) -> bool) {
        self.shown.take_if(|(key, _)| is_about(key));
        self.making.take_if(|(key, _)| is_about(key));
        self.failed.take_if(|(key, _)| is_about(key));
    }

    /// Stops the work; it begins anew when something else was wanted in between.
    pub fn stop(&mut self) {
        if let Some((key, _)) = self.making.take() {
            self.failed = Some((key, "Stopped".to_owned()));
        }
    }
}

impl<K: PartialEq, T: Send + 'static> LatestValue<K, T> {
    /// Wants the one for `key`: has it made unless it is there, under way, or has failed. `make` gives
    /// nothing when it is stopped.
    pub fn want(
        &mut self,
        key: K,
        label: &str,
        waker: &Waker,
        make: impl FnOnce(&Progress) -> Option<T> + Send + 'static,
    ) {
        if self.making.as_ref().is_some_and(|(other, _)| *other == key) {
            return;
        }
        let has_failed = self.failed.as_ref().is_some_and(|(other, _)| *other == key);
        if has_failed && self.making.is_none() {
            return;
        }
        self.failed = None;
        let is_shown = self.shown.as_ref().is_some_and(|(other, _)| *other == key);
        self.making = (!is_shown).then(|| (key, Job::start(label, waker, make)));
    }

    /// Takes what was made.
    pub fn poll(&mut self) {
        let Some((_, job)) = &self.making else { return };
        let made = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(made) => made.ok_or_else(|| "Stopped".to_owned()),
            Poll::Lost(sentence) => Err(sentence),
        };
        let Some((key, _)) = self.making.take() else { return };
        match made {
            Ok(made) => self.shown = Some((key, made)),
            Err(why) => self.failed = Some((key, why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn settle(latest: &mut LatestValue<u32, u32>) {
        while latest.is_busy() {
            latest.poll();
        }
    }

    #[test]
    fn the_old_one_is_shown_until_the_new_one_is_there() {
        let waker: Waker = Arc::new(|| {});
        let mut latest = LatestValue::default();
        latest.want(1, "adding", &waker, |_| Some(10));
        settle(&mut latest);
        latest.want(1, "adding", &waker, |_| panic!("it is there"));
        assert!(!latest.is_busy());
        latest.want(2, "adding", &waker, |_| Some(20));
        assert_eq!(latest.shown(), Some((&1, &10)));
        settle(&mut latest);
        assert_eq!(latest.shown(), Some((&2, &20)));
    }

    #[test]
    fn what_has_failed_is_told_and_not_tried_again() {
        let waker: Waker = Arc::new(|| {});
        let mut latest = LatestValue::default();
        latest.want(1, "failing", &waker, |_| panic!("no such map"));
        settle(&mut latest);
        assert!(latest.problem().is_some_and(|why| why.contains("no such map")));
        latest.want(1, "failing", &waker, |_| panic!("again"));
        assert!(!latest.is_busy());
        latest.want(2, "adding", &waker, |_| Some(20));
        assert_eq!(latest.problem(), None);
        settle(&mut latest);
        latest.want(3, "waiting", &waker, |progress| {
            while progress.check().is_ok() {
                std::thread::yield_now();
            }
            None
        });
        latest.stop();
        assert_eq!((latest.problem(), latest.shown()), (Some("Stopped"), Some((&2, &20))));
    }
}
