//! Shortens names of snapshots: the parts that distinguish them stay.

use crate::ui::table::cells::clipped;
use egui::{Color32, Ui};

/// What nearly every name ends with.
const ENDINGS: [&str; 2] = [".heapsnapshot", ".heaptimeline"];

/// As much of `name` as fits into `room` points, always without the ending, so that names beside each other look
/// alike; then the middle goes, because dates and process numbers stand at both ends.
pub(crate) fn elide_middle(ui: &Ui, name: &str, room: f32) -> String {
    let fits = |text: &str| clipped(ui, &[(text, Color32::BLACK)], f32::INFINITY).size().x <= room;
    let stem = without_ending(name);
    let letters = stem.chars().count();
    let shorter = |kept: usize| without_middle(stem, kept);
    let kept = (1..letters).rev().find(|&kept| fits(&shorter(kept)));
    if fits(stem) { stem.to_owned() } else { shorter(kept.unwrap_or(1)) }
}

/// A name without what nearly every name ends with.
pub(crate) fn without_ending(name: &str) -> &str {
    let end = ENDINGS.iter().filter_map(|ending| name.find(ending)).find(|&end| end > 0);
    &name[..end.unwrap_or(name.len())]
}

/// `kept` letters of `text`, half of them from each end.
fn without_middle(text: &str, kept: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (first, last) = (kept.div_ceil(2), kept / 2);
    let begin: String = letters[..first].iter().collect();
    let end: String = letters[letters.len() - last..].iter().collect();
    format!("{begin}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_goes_first_and_then_the_middle() {
        assert_eq!(without_ending("Heap.20261123.17.heapsnapshot.gz"), "Heap.20261123.17");
        assert_eq!(without_ending("trace.heaptimeline"), "trace");
        assert_eq!(without_ending("notes.json"), "notes.json");
        assert_eq!(without_ending(".heapsnapshot"), ".heapsnapshot");
        assert_eq!(without_middle("Heap.20261123.17", 6), "Hea….17");
        assert_eq!(without_middle("Größe", 2), "G…e");
    }
}
