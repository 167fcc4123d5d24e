//! Values that later layers derive from a value and store beside it, one of each type.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, PoisonError};

type Slot = (TypeId, Arc<dyn Any + Send + Sync>);

/// At most one value of each type, created on first use.
#[derive(Default)]
pub struct Memo {
    slots: Mutex<Vec<Slot>>,
}

impl Memo {
    /// The value of type `T`.
    pub fn get<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = TypeId::of::<T>();
        let known = slots.iter().find(|(id, _)| *id == wanted).map(|(_, slot)| Arc::clone(slot));
        if let Some(Ok(known)) = known.map(Arc::downcast::<T>) {
            return known;
        }
        let made = Arc::new(T::default());
        let slot: Arc<dyn Any + Send + Sync> = made.clone();
        slots.push((wanted, slot));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn each_type_has_one_value() {
        let memo = Memo::default();
        memo.get::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(memo.get::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert_eq!(memo.get::<Mutex<u8>>().lock().map(|value| *value).unwrap(), 0);
    }
}
