//! A few lines of the code for an object, for a report.

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::object::source_view::{LineMark, SourceView};
use crate::snapshot::Snapshot;
use crate::source::text::SourceOptions;

/// Lines before and after the line of interest.
const AROUND: u32 = 4;

/// The lines around a source position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportedCode {
    /// The source position, and facts about the variable.
    pub title: String,
    /// Number, text, and whether the object or its variable is on this line.
    pub lines: Vec<(u32, String, bool)>,
}

/// The code of `node`: from the snapshot, the script's own path on this disk or the user's folders. `None` if
/// there is none.
pub fn reported_code(
    snapshot: &Snapshot,
    node: NodeIndex,
    progress: &Progress,
) -> Result<Option<ReportedCode>, Cancelled> {
    let options = SourceOptions::of(snapshot);
    let Some(view) = SourceView::find(snapshot, node, node, &options, progress)? else { return Ok(None) };
    let numbered = (view.first..).zip(&view.lines);
    let near = numbered.filter(|(number, _)| number.abs_diff(view.focus) <= AROUND);
    let lines: Vec<_> = near
        .map(|(number, line)| {
            let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
            (number, text, line.mark != LineMark::None)
        })
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let title = view.finding.unwrap_or(view.place.text);
    Ok(Some(ReportedCode { title, lines }))
}
