//! The history of visited rows, for Back and Forward.

use crate::app::files::open_file::FileId;
use crate::app::views::View;
use crate::model::Item;

const LONGEST: usize = 200;

/// A selected row: its view, its snapshots, and its position in the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryEntry {
    /// The view.
    pub view: View,
    /// The snapshot, or the newer one.
    pub current: FileId,
    /// The older one of a comparison.
    pub baseline: Option<FileId>,
    /// From the outermost row to the selected one.
    pub path: Vec<Item>,
}

/// The visited rows in order, and the current position among them.
#[derive(Default, Debug)]
pub struct History {
    places: Vec<HistoryEntry>,
    /// Number of entries up to the current one; 0 without one.
    now: usize,
}

impl History {
    /// Records a visit and drops the entries ahead.
    pub fn visit(&mut self, place: HistoryEntry) {
        if self.now > 0 && self.places[self.now - 1] == place {
            return;
        }
        self.places.truncate(self.now);
        self.places.push(place);
        if self.places.len() > LONGEST {
            self.places.remove(0);
        }
        self.now = self.places.len();
    }

    /// The entry visited last, even after the user has left it.
    pub fn present(&self) -> Option<&HistoryEntry> {
        self.places.get(self.now.checked_sub(1)?)
    }

    /// Whether Back is possible.
    pub fn can_go_back(&self) -> bool {
        self.now > 1
    }

    /// Whether Forward is possible.
    pub fn can_go_forward(&self) -> bool {
        self.now < self.places.len()
    }

    /// Goes one entry back.
    pub fn back(&mut self) -> Option<HistoryEntry> {
        if !self.can_go_back() {
            return None;
        }
        self.now -= 1;
        self.places.get(self.now - 1).cloned()
    }

    /// Goes one entry forward.
    pub fn forward(&mut self) -> Option<HistoryEntry> {
        let place = self.places.get(self.now).cloned()?;
        self.now += 1;
        Some(place)
    }

    /// Drops the entries that need a closed snapshot.
    pub fn forget(&mut self, file: FileId) {
        let needs = |place: &HistoryEntry| place.current == file || place.baseline == Some(file);
        let gone = self.places[..self.now].iter().filter(|place| needs(place)).count();
        self.places.retain(|place| !needs(place));
        self.now -= gone;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ClassIndex;

    fn place(file: u32, class: u32) -> HistoryEntry {
        HistoryEntry {
            view: View::Summary,
            current: FileId(file),
            baseline: None,
            path: vec![Item::Class(ClassIndex(class))],
        }
    }

    #[test]
    fn back_and_forward_walk_the_same_places() {
        let mut history = History::default();
        for class in 0..3 {
            history.visit(place(0, class));
        }
        assert_eq!(history.back(), Some(place(0, 1)));
        assert_eq!(history.back(), Some(place(0, 0)));
        assert_eq!(history.back(), None);
        assert_eq!(history.forward(), Some(place(0, 1)));
        history.visit(place(0, 9));
        assert_eq!(history.forward(), None);
        assert_eq!(history.back(), Some(place(0, 1)));
    }

    #[test]
    fn the_same_place_twice_is_one_place() {
        let mut history = History::default();
        history.visit(place(0, 1));
        history.visit(place(0, 1));
        assert!(!history.can_go_back());
    }

    #[test]
    fn places_in_a_closed_snapshot_are_forgotten() {
        let mut history = History::default();
        history.visit(place(0, 1));
        history.visit(place(1, 1));
        history.visit(place(0, 2));
        history.forget(FileId(1));
        assert_eq!(history.back(), Some(place(0, 1)));
        assert_eq!(history.back(), None);
    }
}
