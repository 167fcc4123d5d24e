//! A result that several tasks need: the first one computes it, the others share it.

use crate::app::tasks::query_cache::{Replaced, ResultPart, Value};
use std::sync::{Arc, OnceLock};

/// A value, known or not yet. Clones share it.
pub struct Shared<T> {
    value: Arc<OnceLock<Arc<T>>>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value) }
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { value: Arc::default() }
    }
}

impl<T> Shared<T> {
    /// The value, once it is known.
    pub fn get(&self) -> Option<&T> {
        self.value.get().map(AsRef::as_ref)
    }

    /// A reference to the value, once it is known.
    pub fn known(&self) -> Option<Arc<T>> {
        self.value.get().cloned()
    }

    /// The value; computed by `make` if it is not known yet.
    pub fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(value) = self.value.get() {
            return Ok(Arc::clone(value));
        }
        let made = Arc::new(make()?);
        Ok(Arc::clone(self.value.get_or_init(|| made)))
    }
}

impl<T: Send + Sync + 'static> Value<T> for Shared<T> {
    fn accept(&mut self, output: T, _part: ResultPart) -> Replaced {
        self.value = Arc::new(OnceLock::from(Arc::new(output)));
        Replaced::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_worked_out_once() {
        let first: Shared<u32> = Shared::default();
        let second = first.clone();
        assert_eq!(first.get_or_try_init(|| Err("not yet")), Err("not yet"));
        assert_eq!(first.get_or_try_init(|| Ok::<_, ()>(10)).map(|value| *value), Ok(10));
        assert_eq!(second.get(), Some(&10));
        assert_eq!(second.get_or_try_init(|| Err("known")).map(|value| *value), Ok(10));
    }
}
