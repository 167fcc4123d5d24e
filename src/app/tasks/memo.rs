//! What is worked out once on some thread and shared from then on.

use std::sync::{Arc, OnceLock};

/// A value that belongs to a key, known or not yet. Clones share the value.
pub struct Memo<K, T> {
    key: K,
    value: Arc<OnceLock<Arc<T>>>,
}

impl<K: Clone, T> Clone for Memo<K, T> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), value: Arc::clone(&self.value) }
    }
}

impl<K: Clone + PartialEq, T> Memo<K, T> {
    /// The one for `key` in `slot`; another key's gives way to it.
    pub fn of(slot: &mut Option<Self>, key: K) -> Self {
        let same = slot.take().filter(|known| known.key == key);
        slot.insert(same.unwrap_or_else(|| Self { key, value: Arc::default() })).clone()
    }

    /// Whose it is.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The value, once it is known.
    pub fn get(&self) -> Option<&T> {
        self.value.get().map(AsRef::as_ref)
    }

    /// The value, made if it is not known yet.
    pub fn get_or<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(value) = self.value.get() {
            return Ok(Arc::clone(value));
        }
        let made = Arc::new(make()?);
        Ok(Arc::clone(self.value.get_or_init(|| made)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_for_a_key() {
        let mut slot: Option<Memo<u32, u32>> = None;
        let first = Memo::of(&mut slot, 1);
        assert_eq!(first.get_or(|| Err("not yet")), Err("not yet"));
        assert_eq!(first.get_or(|| Ok::<_, ()>(10)).map(|value| *value), Ok(10));
        assert_eq!(Memo::of(&mut slot, 1).get(), Some(&10));
        assert_eq!(Memo::of(&mut slot, 2).get(), None);
    }
}
