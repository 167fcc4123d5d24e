//! The rules, one a file. Those that explain a row add what they know to its evidence; those that look at
//! the whole heap return evidence of their own.

mod browser;
mod console;
pub mod container;
mod detached_dom;
mod page_callbacks;
mod spread;
#[cfg(test)]
mod test_page;

use crate::base::{Cancelled, Progress};
use crate::growth::Growth;
use crate::suspects::Scene;
use crate::suspects::evidence::Evidence;

/// Adds to the evidence of a row what a rule knows of it.
type RowRule = fn(&Scene<'_>, &mut Evidence);

/// Looks at the whole heap.
type HeapRule = fn(&Scene<'_>) -> Vec<Evidence>;

const ROW_RULES: [RowRule; 2] = [browser::explain, detached_dom::explain];
const HEAP_RULES: [HeapRule; 3] = [console::find, page_callbacks::find, detached_dom::find];

/// What the rules find in the whole heap.
pub fn find_in_heap(scene: &Scene<'_>, progress: &Progress) -> Result<Vec<Evidence>, Cancelled> {
    let mut found = Vec::new();
    for rule in HEAP_RULES {
        progress.check()?;
        found.extend(rule(scene));
    }
    Ok(found)
}

/// What is known of the row at `at`: evidence of the same bytes.
pub fn explain_row(scene: &Scene<'_>, growth: &Growth, at: usize) -> Vec<Evidence> {
    let spread = spread::explain(scene, growth, at);
    let mut found = if spread.is_empty() { vec![container::explain(scene, growth, at)] } else { spread };
    for evidence in &mut found {
        for rule in ROW_RULES {
            rule(scene, evidence);
        }
    }
    found
}
