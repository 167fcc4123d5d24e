//! The source code for an object: the text around its source position, or around the variable that holds it,
//! with the lines that declare it and those that make it grow.

use std::path::PathBuf;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::format::code_place::CodePlace;
use crate::model::format::path_text::shortest_path;
use crate::model::format::sanitize;
use crate::model::object::captured_lines::{CapturedLine, captured_lines};
use crate::model::object::original_text::{OriginalText, map_note};
use crate::model::object::source_tokens::Highlighter;
use crate::model::table::{Span, Tone};
use crate::snapshot::Snapshot;
use crate::source::finding::{CodeLine, SourceFinding};
use crate::source::lines::Lines;
use crate::source::places::{Place, Position};
use crate::source::text::{Check, ScriptText, SourceOptions, script_text};
use crate::source::variable_lines::source_finding;
use crate::source::versions::{FunctionsFound, OtherVersion};

/// Lines that are kept before and after the line of interest.
const AROUND: usize = 5000;
/// Maximum characters of a line.
const LINE_LIMIT: usize = 500;
/// Characters that are kept before the position in a line that is cut at its start.
const BEFORE: usize = 80;
/// Maximum characters of names and paths.
const NAME_LIMIT: usize = 300;
/// Maximum number of lines listed of one kind.
const LISTED: usize = 5;

/// The code of an object, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceView {
    /// The source position of the object's code, or the declaration of the variable that holds it.
    pub place: CodePlace,
    /// Facts about the variable: `leaks: declared line 8, grows at line 12`.
    pub finding: Option<String>,
    /// The variables of the scope around, those kept for nothing first.
    pub captured: Vec<CapturedLine>,
    /// Whether the text is the one that ran, and what is missing.
    pub note: String,
    /// Whether the text that ran is missing or cut, so that a folder with it would help.
    pub is_lacking: bool,
    /// The lines that are kept.
    pub lines: Vec<SourceLine>,
    /// The number of the first of them, from 1.
    pub first: u32,
    /// The line to scroll to.
    pub focus: u32,
    /// The path of the text's file.
    pub path: Option<PathBuf>,
}

/// A line of code.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceLine {
    /// Its coloured text.
    pub spans: Vec<Span>,
    /// Its relation to the object.
    pub mark: LineMark,
}

/// The relation of a line to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LineMark {
    /// Nothing.
    #[default]
    None,
    /// Its code is here.
    Place,
    /// The variable is declared here.
    Declared,
    /// The variable grows here.
    Grows,
}

impl SourceView {
    /// The code of `node`. Facts about a variable are about the one that holds `held`. `None` if neither has
    /// a script.
    pub fn find(
        snapshot: &Snapshot,
        node: NodeIndex,
        held: NodeIndex,
        options: &SourceOptions,
        progress: &Progress,
    ) -> Result<Option<Self>, Cancelled> {
        let own = CodePlace::find(snapshot, node);
        let path = shortest_path(snapshot, held, progress)?;
        let finding = source_finding(snapshot, &[&path], &[], options);
        progress.check()?;
        let of_finding = || Some(CodePlace::at(snapshot, place_of(finding.as_ref()?)?));
        let Some(place) = own.clone().or_else(of_finding) else { return Ok(None) };
        let script = place.place.script;
        let finding = finding.filter(|finding| place_of(finding).is_some_and(|place| place.script == script));
        let written = OriginalText::find(snapshot, own.as_ref(), finding.as_ref(), script);
        let mapped = written.is_some();
        let (mut text, url, mut own_position) = match written {
            Some(written) => (Some(written.text), Some(written.url), written.position),
            None => (
                script_text(snapshot, script, options),
                None,
                own.as_ref().and_then(|own| own.place.position),
            ),
        };
        progress.check()?;
        let lacks_place = |text: &ScriptText| !text.is_whole && !has_line(text, own_position);
        let other = if mapped || text.as_ref().is_some_and(|text| !lacks_place(text)) {
            None
        } else {
            OtherVersion::find(snapshot, script, options)
        };
        if let Some(other) = &other {
            text = Some(other.text.clone());
            own_position = other.position_of(snapshot, node);
        }
        let mut marks = Marks { place: own_position.map(|position| position.line), ..Marks::default() };
        // Another version has other lines.
        if let Some(finding) = finding.as_ref().filter(|_| other.is_none()) {
            let line = |line: &CodeLine| line_in(line, place.place, url.as_deref());
            marks.declared = finding.declared.as_ref().and_then(line);
            marks.grows = finding.grows.iter().filter_map(line).collect();
        }
        let focus = marks.place.or(marks.grows.first().copied()).or(marks.declared).unwrap_or(1);
        let column = own_position.filter(|position| position.line == focus);
        let column = column.map_or(1, |position| position.column);
        let (first, lines) = match &text {
            Some(text) => lines(&text.text, &marks, (focus, column), progress)?,
            None => (1, Vec::new()),
        };
        Ok(Some(Self {
            finding: finding.as_ref().map(|finding| finding_text(finding, &marks)),
            captured: captured_lines(snapshot, node, &path, options),
            note: match (map_note(snapshot, script), &other) {
                (Some(said), _) if mapped => said,
                (_, Some(other)) => other_note(other, marks.place.is_some()),
                (Some(said), None) => format!("{}; {said}", note(text.as_ref(), focus, first, lines.len())),
                (None, None) => note(text.as_ref(), focus, first, lines.len()),
            },
            is_lacking: other.is_some() || !mapped && text.as_ref().is_none_or(|text| !text.is_whole),
            path: text.and_then(|text| text.path),
            place,
            lines,
            first,
            focus,
        }))
    }
}

/// The marked lines of one script.
#[derive(Default)]
struct Marks {
    place: Option<u32>,
    declared: Option<u32>,
    grows: Vec<u32>,
}

impl Marks {
    fn of(&self, line: u32) -> LineMark {
        if self.grows.contains(&line) {
            LineMark::Grows
        } else if self.declared == Some(line) {
            LineMark::Declared
        } else if self.place == Some(line) {
            LineMark::Place
        } else {
            LineMark::None
        }
    }
}

/// The position of the first line of a finding.
fn place_of(finding: &SourceFinding) -> Option<Place> {
    finding.declared.iter().chain(&finding.grows).next().map(|line| line.place)
}

/// The number of a line in the shown text: that of the original file `url`, or of the script.
fn line_in(line: &CodeLine, place: Place, url: Option<&str>) -> Option<u32> {
    match url {
        Some(url) => line.line().filter(|_| line.file() == Some(url)),
        None => {
            let position = line.place.position.filter(|_| line.place.script == place.script);
            position.map(|position| position.line)
        }
    }
}

/// `leaks: declared line 8, grows at line 12`.
fn finding_text(finding: &SourceFinding, marks: &Marks) -> String {
    let mut parts = Vec::new();
    if let Some(line) = marks.declared {
        parts.push(format!("declared line {line}"));
    }
    let mut grows = marks.grows.clone();
    grows.sort_unstable();
    grows.dedup();
    let listed: Vec<String> = grows.iter().take(LISTED).map(u32::to_string).collect();
    match (&listed[..], grows.len() > LISTED) {
        ([], _) => {}
        ([line], _) => parts.push(format!("grows at line {line}")),
        (lines, is_cut) => {
            parts.push(format!("grows at lines {}{}", lines.join(", "), if is_cut { ", …" } else { "" }));
        }
    }
    let name = sanitize(&finding.variable, NAME_LIMIT);
    if name.is_empty() {
        format!("New entries: {}", parts.join(", "))
    } else {
        format!("{name}: {}", parts.join(", "))
    }
}

/// Whether the text has the line.
fn has_line(text: &ScriptText, position: Option<Position>) -> bool {
    let count = || u32::try_from(Lines::new(&text.text).count()).unwrap_or(u32::MAX);
    position.is_some_and(|position| position.line < count())
}

/// What a file is that is another version, and whether the object's code was found in it.
fn other_note(other: &OtherVersion, is_placed: bool) -> String {
    let FunctionsFound { found, of } = other.functions;
    let place = if is_placed {
        "this one is shown where it stands now"
    } else {
        "where this one stands now is not known"
    };
    format!("The file on this disk is another version ({found} of {of} functions found): {place}")
}

/// Describes the text, and what would help if it lacks the line.
fn note(text: Option<&ScriptText>, focus: u32, first: u32, count: usize) -> String {
    const HELP: &str = "the snapshot keeps its first 1,024 characters, and no file at its path has the same \
                        text. To see all of it, add a folder that has the file, capture with sources, or start \
                        the program with node --heap-snapshot-string-limit=1000000";
    let Some(text) = text else {
        return "The snapshot has no text of this script, and no file at its path has it: add a folder that \
                has the file, or capture with sources"
            .to_owned();
    };
    let is_there = usize::try_from(focus.saturating_sub(first)).is_ok_and(|at| at < count);
    match (text.is_whole, text.check) {
        (true, Check::AnotherVersion) => {
            "Another version: this file has changed since, lines may differ".to_owned()
        }
        (true, check) => {
            let from = if text.path.is_some() { "the file on this disk" } else { "the snapshot" };
            format!("From {from}, {}", check.text())
        }
        (false, _) if is_there => format!("The beginning alone: {HELP}"),
        (false, _) => format!("Line {focus} is not in the text: {HELP}"),
    }
}

/// The coloured lines around the line of interest.
fn lines(
    text: &str,
    marks: &Marks,
    (focus, column): (u32, u32),
    progress: &Progress,
) -> Result<(u32, Vec<SourceLine>), Cancelled> {
    const CHECK_EVERY: u32 = 1024;
    let around = u32::try_from(AROUND).unwrap_or(u32::MAX);
    let first = focus.saturating_sub(around).max(1);
    let last = focus.saturating_add(around);
    let mut highlighter = Highlighter::new();
    let mut lines = Vec::new();
    for (number, line) in (1_u32..=last).zip(text.split(['\n', '\u{2028}', '\u{2029}'])) {
        if number % CHECK_EVERY == 0 {
            progress.check()?;
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        let pieces = highlighter.line(line);
        if number >= first {
            let from = if number == focus { begin_of(line, column) } else { 0 };
            lines.push(SourceLine { spans: spans(line, &pieces, from), mark: marks.of(number) });
        }
    }
    Ok((first, lines))
}

/// The byte at which a line is cut so that its column can be seen.
fn begin_of(line: &str, column: u32) -> usize {
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    if column <= LINE_LIMIT - BEFORE {
        return 0;
    }
    line.char_indices().nth(column - BEFORE).map_or(0, |(at, _)| at)
}

fn spans(line: &str, pieces: &[(Tone, usize)], from: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    if from > 0 {
        spans.push(Span { text: "…".to_owned(), tone: Tone::Quiet });
    }
    let mut room = LINE_LIMIT;
    let mut at = 0;
    for &(tone, length) in pieces {
        let (begin, end) = (at.max(from), at + length);
        at = end;
        if begin >= end {
            continue;
        }
        let text = sanitize(&line[begin..end].replace('\t', "    "), room);
        room = room.saturating_sub(text.chars().count());
        spans.push(Span { text, tone });
        if room == 0 {
            break;
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    const TEXT: &str = "const leaks = [];\n\nfunction bloat() {\n\tleaks.push(1);\n}\n";

    fn view_of(pick: impl FnOnce([usize; 2]) -> usize) -> SourceView {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "bloat", 1);
        let shared = heap.node("code", "bloat", 1);
        let script = heap.node("code", "/app/server.js", 1);
        let source = heap.node("string", TEXT, 1);
        let context = heap.node("object", "system / Context", 1);
        let leaks = heap.node("object", "Array", 1);
        heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(script, "internal", "source", source);
        heap.edge(function, "internal", "context", context).edge(context, "context", "leaks", leaks);
        heap.location(function, 81, 2, 14);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let (node, held) = (NodeIndex::at(pick([function, leaks])), NodeIndex::at(leaks));
        let options = SourceOptions::default();
        SourceView::find(&snapshot, node, held, &options, &Progress::new()).unwrap().unwrap()
    }

    #[test]
    fn a_variable_is_shown_where_it_is_declared_and_grows() {
        let view = view_of(|[_, leaks]| leaks);
        assert_eq!(view.finding.as_deref(), Some("leaks: declared line 1, grows at line 4"));
        let marks: Vec<LineMark> = view.lines.iter().map(|line| line.mark).collect();
        assert_eq!((marks[0], marks[3]), (LineMark::Declared, LineMark::Grows));
        assert_eq!(
            (view.focus, &*view.place.text, &*view.note),
            (4, "server.js:1", "From the snapshot, same text")
        );
        let text = |line: &SourceLine| line.spans.iter().map(|span| &*span.text).collect::<String>();
        assert_eq!(text(&view.lines[3]), "    leaks.push(1);");
    }

    #[test]
    fn a_function_is_shown_at_its_own_line() {
        let view = view_of(|[function, _]| function);
        assert_eq!((view.focus, view.lines[2].mark, &*view.place.text), (3, LineMark::Place, "server.js:3"));
        assert_eq!(view.lines[3].mark, LineMark::Grows, "what is held keeps its lines");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}here();{}", "a;".repeat(5000), "b;".repeat(5000));
        let (first, lines) = lines(&line, &Marks::default(), (1, 10_001), &Progress::new()).unwrap();
        let text: String = lines[0].spans.iter().map(|span| &*span.text).collect();
        assert!(first == 1 && text.starts_with('…') && text.contains("here();"), "{text}");
        assert!(text.chars().count() < LINE_LIMIT + 10);
    }

    #[test]
    fn only_the_lines_around_the_place_are_kept() {
        let text = "x\n".repeat(30_000);
        let (first, lines) = lines(&text, &Marks::default(), (20_000, 1), &Progress::new()).unwrap();
        assert_eq!((first, lines.len()), (15_000, 10_001));
    }
}
