//! The growth between two heaps, as steps from one size to the other that add up, with the lines of code
//! behind them.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::growth::Growth;
use crate::model::format::{format_size, percent, sanitize, share, signed_size};
use crate::model::object::source_view::{LineMark, SourceView};
use crate::model::table::Span;
use crate::model::views::growth::report::{GrowthLine, GrowthView};
use crate::model::views::overview::LABEL_LIMIT;
use crate::snapshot::Snapshot;
use crate::source::text::SourceOptions;

/// Maximum number of owners with a step.
const OWNERS: usize = 6;
/// Minimum share of all growth for a step: smaller ones would be invisible.
const LEAST_SHARE: f32 = 0.01;
/// Maximum number of constructors that shrank and have a step.
const SHRUNK: usize = 2;

/// The steps from one heap to a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthOverview {
    /// Bytes of the baseline.
    pub before: u64,
    /// Bytes now: `before` and all steps.
    pub after: u64,
    /// The steps, those of owners first.
    pub steps: Vec<GrowthStep>,
    /// A summary of the steps, one sentence.
    pub sentence: String,
    /// Whether steps are owners; otherwise constructors.
    pub is_by_owner: bool,
    /// Bytes that each suspect container held before and holds now, by its line in Growth.
    pub sizes: Vec<(u64, u64)>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthStep {
    /// Its name: code, or a constructor.
    pub label: String,
    /// Its source position.
    pub place: Option<String>,
    /// Further facts, for the tooltip.
    pub hover: String,
    /// The change of the heap by it.
    pub bytes: i64,
    /// What it stands for.
    pub kind: StepKind,
}

/// What a step stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A container that grew: the object, and its line in Growth.
    Owner(NodeIndex, u32),
    /// Objects of one constructor.
    Constructor,
    /// All other growth.
    Rest,
    /// Shrinkage.
    Freed,
}

impl GrowthOverview {
    /// The steps from the baseline to the current heap.
    pub fn new(growth: &Arc<Growth>) -> Self {
        let is_by_owner = growth.ids.is_one_process();
        let view = GrowthView::new(Arc::clone(growth), if is_by_owner { OWNERS } else { 0 });
        let mut steps = if is_by_owner { owner_steps(&view.lines) } else { constructor_steps(growth) };
        close(&mut steps, growth, is_by_owner);
        let sizes = view.lines.iter().map(|line| (line.bytes_before, line.bytes_after)).collect();
        let sentence = sentence(growth, &view, is_by_owner);
        Self { before: growth.baseline_size, after: growth.current_size, steps, sentence, is_by_owner, sizes }
    }
}

fn owner_steps(lines: &[GrowthLine]) -> Vec<GrowthStep> {
    let step = |(at, line): (u32, &GrowthLine)| {
        let place = line.place.as_ref().map_or_else(String::new, |place| format!("\n{place}"));
        GrowthStep {
            label: sanitize(&line.owner, LABEL_LIMIT),
            place: line.place.clone(),
            hover: format!("{}{place}\n{}", line.path, signed_size(line.growth)),
            bytes: line.growth,
            kind: StepKind::Owner(line.object, at),
        }
    };
    (0..).zip(lines).filter(|(_, line)| line.growth > 0 && line.share >= LEAST_SHARE).map(step).collect()
}

/// If ids do not match, the differences of each constructor.
fn constructor_steps(growth: &Growth) -> Vec<GrowthStep> {
    let mut bytes: FxHashMap<String, i64> = FxHashMap::default();
    for (snapshot, sign) in [(&growth.baseline, -1), (&growth.current, 1)] {
        for (class, totals) in snapshot.class_totals(growth.mode).iter() {
            let name = snapshot.classes().name(class).to_owned();
            *bytes.entry(name).or_default() += sign * totals.shallow.cast_signed();
        }
    }
    let mut changes: Vec<(String, i64)> = bytes.into_iter().filter(|&(_, bytes)| bytes != 0).collect();
    changes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let grown = changes.iter().filter(|(_, bytes)| *bytes > 0).take(OWNERS);
    let shrunk = changes.iter().rev().filter(|(_, bytes)| *bytes < 0).take(SHRUNK);
    let step = |(name, bytes): &(String, i64)| GrowthStep {
        label: sanitize(name, LABEL_LIMIT),
        place: None,
        hover: format!("{}\n{}", sanitize(name, LABEL_LIMIT), signed_size(*bytes)),
        bytes: *bytes,
        kind: StepKind::Constructor,
    };
    grown.chain(shrunk).map(step).collect()
}

/// The contents of the rest.
const REST_HELP: &str =
    "Compiled code, V8's own records, and containers that changed by too little for a step of their own";

/// Adds the rest, so that the steps add up to the change of the heap.
fn close(steps: &mut Vec<GrowthStep>, growth: &Growth, is_by_owner: bool) {
    let rest = growth.delta - steps.iter().map(|step| step.bytes).sum::<i64>();
    let freed: i64 = if is_by_owner {
        growth.rows.iter().map(|row| row.growth).filter(|&bytes| bytes < 0).sum()
    } else {
        0
    };
    let parts = if rest - freed >= 0 && freed < 0 {
        [
            ("Everything else that grew", rest - freed, StepKind::Rest),
            ("What was freed", freed, StepKind::Freed),
        ]
    } else {
        [("Everything else", rest, StepKind::Rest), ("", 0, StepKind::Freed)]
    };
    for (label, bytes, kind) in parts.into_iter().filter(|&(_, bytes, _)| bytes != 0) {
        let hover = format!("{label}: {}\n{REST_HELP}", signed_size(bytes));
        steps.push(GrowthStep { label: label.to_owned(), place: None, hover, bytes, kind });
    }
}

fn sentence(growth: &Growth, view: &GrowthView, is_by_owner: bool) -> String {
    let change = match growth.delta {
        0 => "The heap is as large as it was".to_owned(),
        1.. => format!("The heap grew by {}", format_size(growth.delta.unsigned_abs())),
        _ => format!("The heap shrank by {}", format_size(growth.delta.unsigned_abs())),
    };
    let largest = view.lines.iter().max_by_key(|line| (line.growth, Reverse(line.object)));
    match largest.filter(|line| line.growth > 0) {
        _ if !is_by_owner => {
            format!("{change}; the snapshots are of two processes, so steps are constructors")
        }
        Some(line) => {
            let part = percent(share(line.growth.unsigned_abs(), view.gross));
            format!("{change}; {} is {part} of all that grew", sanitize(&line.owner, LABEL_LIMIT))
        }
        None => format!("{change}; no container grew by much"),
    }
}

/// A line of source code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeExcerpt {
    /// File and line: `server.js:10`.
    pub place: String,
    /// The role of the line, if known: `grows here, declared at line 8`.
    pub role: String,
    /// Its coloured text, without leading space.
    pub spans: Vec<Span>,
}

/// The line of code for each of `objects`, if the text of its script is known.
pub fn code_excerpts(
    snapshot: &Snapshot,
    objects: &[NodeIndex],
    options: &SourceOptions,
    progress: &Progress,
) -> Result<Vec<Option<CodeExcerpt>>, Cancelled> {
    let excerpt = |&object: &NodeIndex| {
        let view = SourceView::find(snapshot, object, object, options, progress)?;
        Ok(view.and_then(|view| line_in_focus(snapshot, &view)))
    };
    objects.iter().map(excerpt).collect()
}

/// The number of the line that declares the variable, if it is another one than is seen first.
fn declared_line(view: &SourceView) -> Option<u32> {
    let mut numbered = (view.first..).zip(&view.lines);
    numbered.find(|(_, line)| line.mark == LineMark::Declared).map(|(number, _)| number)
}

fn line_in_focus(snapshot: &Snapshot, view: &SourceView) -> Option<CodeExcerpt> {
    let at = usize::try_from(view.focus.checked_sub(view.first)?).ok()?;
    let line = view.lines.get(at)?;
    let mut spans = line.spans.clone();
    while let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
        if !first.text.is_empty() {
            break;
        }
        spans.remove(0);
    }
    for span in &mut spans {
        // Text far to the right would not be visible.
        while span.text.contains("   ") {
            span.text = span.text.replace("   ", "  ");
        }
    }
    if spans.is_empty() {
        return None;
    }
    let script = snapshot.scripts().get(view.place.place.script);
    let role = match line.mark {
        LineMark::Grows => match declared_line(view) {
            Some(line) => format!("grows here, declared at line {line}"),
            None => "grows here".to_owned(),
        },
        LineMark::Declared => "declared here".to_owned(),
        LineMark::Place | LineMark::None => String::new(),
    };
    // For original code, the file of the text.
    let original =
        view.place.generated.as_ref().map(|_| view.place.text.split(':').next().unwrap_or_default());
    let file = original.map_or_else(|| script.file_name(), Into::into);
    let place = format!("{}:{}", sanitize(&file, LABEL_LIMIT), view.focus);
    Some(CodeExcerpt { place, role, spans })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::growth::growth;
    use crate::snapshot::{SizeMode, load_bytes};

    /// A global list that grows, and a cache that shrinks.
    fn heap(items: u64, cached: u64, id: u64) -> Arc<Snapshot> {
        let mut heap = GraphBuilder::new();
        let mut next = id;
        let mut known = |heap: &mut GraphBuilder, node: usize| {
            heap.id(node, next);
            next += 2;
            node
        };
        let global = heap.node("object", "global", 10);
        known(&mut heap, global);
        heap.edge(0, "shortcut", "globalThis", global);
        for (name, bytes) in [("list", items), ("cache", cached)] {
            let owner = heap.node("object", "Holder", 16);
            known(&mut heap, owner);
            heap.edge(global, "property", name, owner);
            let content = heap.node("object", "Content", bytes);
            known(&mut heap, content);
            heap.edge(owner, "property", "content", content);
        }
        for at in 0..40 {
            let other = heap.node("object", "Other", 100);
            known(&mut heap, other);
            heap.edge(global, "property", &format!("other{at}"), other);
        }
        load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap()
    }

    fn overview(older: &Arc<Snapshot>, newer: &Arc<Snapshot>) -> GrowthOverview {
        let growth = growth(older, newer, SizeMode::Chrome, &Progress::new()).unwrap();
        GrowthOverview::new(&Arc::new(growth))
    }

    fn sum(overview: &GrowthOverview) -> i64 {
        overview.before.cast_signed() + overview.steps.iter().map(|step| step.bytes).sum::<i64>()
    }

    #[test]
    fn steps_add_up_to_the_size_now() {
        let found = overview(&heap(1_000, 90_000, 1), &heap(500_000, 2_000, 1));
        assert_eq!(sum(&found), found.after.cast_signed());
        assert!(found.steps.iter().any(|step| matches!(step.kind, StepKind::Owner(..))), "{found:?}");
        assert!(found.steps.iter().any(|step| step.bytes < 0), "{found:?}");
    }

    #[test]
    fn heaps_of_two_processes_are_compared_by_constructor() {
        let found = overview(&heap(1_000, 1_000, 1), &heap(500_000, 1_000, 100_001));
        if !found.is_by_owner {
            assert!(found.steps.iter().all(|step| !matches!(step.kind, StepKind::Owner(..))));
            assert_eq!(found.steps[0].label, "Content");
        }
        assert_eq!(sum(&found), found.after.cast_signed());
    }

    #[test]
    fn equal_heaps_have_no_steps() {
        let same = heap(1_000, 1_000, 1);
        let found = overview(&same, &same);
        assert_eq!((found.steps.len(), found.before), (0, found.after));
        assert!(found.sentence.starts_with("The heap is as large as it was"));
    }
}
