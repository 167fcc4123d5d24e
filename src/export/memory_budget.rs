//! Limits how many snapshots are loaded at once, by their estimated memory.

use std::sync::{Condvar, Mutex, PoisonError};

/// Memory shared by loads; a load waits until enough of it is free.
pub struct MemoryBudget {
    total: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

/// A part of the budget, returned when it is dropped.
pub struct Reserved<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl MemoryBudget {
    /// A budget of so many bytes.
    pub fn new(total: u64) -> Self {
        Self { total, free: Mutex::new(total), freed: Condvar::new() }
    }

    /// Waits until `bytes` are free and reserves them. A reservation larger than the budget waits until it is
    /// the only one.
    pub fn reserve(&self, bytes: u64) -> Reserved<'_> {
        let bytes = bytes.min(self.total);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.freed.wait_while(free, |free| *free < bytes).unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Reserved { budget: self, bytes }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn what_is_reserved_at_once_stays_within_the_budget() {
        let budget = MemoryBudget::new(10);
        let (used, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for bytes in [3, 7, 10, 4, 6, 25, 1] {
                let (budget, used, most) = (&budget, &used, &most);
                scope.spawn(move || {
                    let _reserved = budget.reserve(bytes);
                    let own = bytes.min(10);
                    most.fetch_max(used.fetch_add(own, Ordering::SeqCst) + own, Ordering::SeqCst);
                    std::thread::yield_now();
                    used.fetch_sub(own, Ordering::SeqCst);
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 10);
        assert_eq!(*budget.free.lock().unwrap(), 10);
    }
}
