//! Whether equal ids in two snapshots mean the same object: the one rule of comparison, growth and trend.
//!
//! V8 counts ids up in one process and never gives one out again, so nearly all of its oldest objects
//! (builtins, roots) are in every later snapshot of that process. Another process of the same V8 has them
//! under the same ids too, but from then on an id is something else there. Bun numbers anew in each snapshot,
//! and hardly any id is found again.

/// What the ids of two snapshots have to do with each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdStability {
    /// One process: an id is the same object in both.
    SameProcess,
    /// Two processes of one engine: ids meet by chance.
    DifferentProcess,
    /// The engine does not keep ids from one snapshot to the next.
    IdsNotStable,
}

/// Objects that are looked at to tell whether ids last.
pub const SAMPLE: usize = 4096;
/// Smaller heaps are made by hand, and their ids are meant.
const SMALLEST_SAMPLE: usize = 50;

/// Whether ids last from one snapshot to the other: a tenth of the baseline's oldest objects is found again.
/// `found_again` says so of each, the oldest first; `others` is the number of the current snapshot's objects.
pub fn ids_last(found_again: impl Iterator<Item = bool>, others: usize) -> bool {
    let (mut looked_at, mut found) = (0, 0);
    for is_found in found_again.take(SAMPLE) {
        looked_at += 1;
        found += usize::from(is_found);
    }
    looked_at.min(others) < SMALLEST_SAMPLE || found * 10 >= looked_at
}

impl IdStability {
    /// Of two snapshots in which `same` objects agree in id, kind and name, and `others` in the id alone.
    pub fn of(ids_last: bool, same: usize, others: usize) -> Self {
        match ids_last {
            false => Self::IdsNotStable,
            true if others * 5 <= same + others => Self::SameProcess,
            true => Self::DifferentProcess,
        }
    }

    /// What a person should know who wants to be told which objects grew.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::SameProcess => None,
            Self::DifferentProcess => Some(
                "An id means another object in each of these two snapshots: they are of different processes, or of a Node before 12",
            ),
            Self::IdsNotStable => Some(
                "The engine numbers objects anew in each snapshot, as Bun does, so that none is known again",
            ),
        }
    }

    /// Whether an id is the same object in both.
    pub fn is_one_process(self) -> bool {
        self == Self::SameProcess
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_oldest_has_to_be_found_again() {
        let last = |found: usize, of: usize| ids_last((0..of).map(|at| at < found), of);
        assert!(last(10, 100) && !last(9, 100));
        assert!(last(0, 49), "too few to say anything");
        assert!(!ids_last((0..2 * SAMPLE).map(|at| at >= SAMPLE), 2 * SAMPLE), "the oldest count");
    }

    #[test]
    fn one_process_has_few_objects_that_agree_in_the_id_alone() {
        assert_eq!(IdStability::of(true, 80, 20), IdStability::SameProcess);
        assert_eq!(IdStability::of(true, 79, 21), IdStability::DifferentProcess);
        assert_eq!(IdStability::of(false, 0, 0), IdStability::IdsNotStable);
    }
}
