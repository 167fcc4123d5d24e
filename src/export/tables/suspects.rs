//! The table `suspects`: the suspects, and what else grew.

use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Boolean, Integer, Name, Number, Text};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput, script_and_line};
use crate::model::{Suspect, SuspectsReport, suspect_finding};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::finding::CodeLine;

pub(super) const TABLE: Table = Table {
    name: "suspects",
    help: "The suspects of `suspects`: of the growth since the baseline, or without one of the heap by itself.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 19] = [
    SNAPSHOT,
    column(
        "fingerprint",
        Text,
        "The same for the same leak in another run, on another host, in another build.",
    ),
    column("rank", Integer, "1 for the gravest."),
    column("is_accused", Boolean, "False for what also grew, too little to be accused."),
    column("confidence", Text, "certain, likely or possible."),
    column("owner", Name, "Who, as JavaScript."),
    column("path", Name, "The path to it from a root, as JavaScript."),
    column("place", Name, "The function that sees it.").or_null(),
    column("script", Name, "The script of that function.").or_null(),
    column("line", Integer, "Its line.").or_null(),
    column("what", Name, "What came or is held, by constructor or function.").or_null(),
    column("mechanism", Name, "What keeps it, in a sentence.").or_null(),
    column("bytes", Integer, "Bytes by which it grew, or that it holds."),
    column("share", Number, "Its part of the growth or of the heap, 0 to 1."),
    column("entries", Integer, "Entries, where they can be counted.").or_null(),
    column("baseline_entries", Integer, "Entries in the baseline.").or_null(),
    column("source_file", Name, "The script whose line makes it grow, where the snapshot has its text.")
        .or_null(),
    column("source_line", Integer, "That line.").or_null(),
    column("object_id", Integer, "Its object id in this snapshot."),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let snapshot = scene.snapshot();
    let report = match (scene.growth()?, &scene.input.baseline) {
        (Some(growth), _) => SuspectsReport::of_growth(growth),
        // Ids of another process are no evidence of growth.
        (None, Some(_)) => return Ok(()),
        (None, None) => SuspectsReport::of_heap(snapshot, SizeMode::Chrome, scene.progress)?,
    };
    let all = report.suspects.iter().map(|suspect| (suspect, true));
    let all = all.chain(report.also_growing.iter().map(|suspect| (suspect, false)));
    for (rank, (suspect, is_accused)) in (1_u64..).zip(all) {
        scene.progress.check()?;
        let [what, why] = [&suspect.what, &suspect.why].map(|text| text.as_deref().map(plain));
        let line = suspect_finding(snapshot, suspect).and_then(|found| found.grows.into_iter().next());
        let (file, number) = line.as_ref().map_or((None, None), |line| source_place(snapshot, line));
        let place = (file.as_deref(), number);
        sink.row(row(scene, (rank, is_accused), suspect, [what.as_deref(), why.as_deref()], place))?;
    }
    Ok(())
}

/// The file and the line, of the original code where a source map leads to it.
fn source_place(snapshot: &Snapshot, line: &CodeLine) -> (Option<String>, Option<u32>) {
    match &line.original {
        Some(original) => (Some(original.url.to_string()), Some(original.position.line)),
        None => {
            let url = line.place.script(snapshot).url.clone();
            (Some(url), line.place.position.map(|position| position.line))
        }
    }
}

/// Text with ordinary spaces.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

fn row<'a>(
    scene: &'a TableInput<'_>,
    (rank, is_accused): (u64, bool),
    suspect: &'a Suspect,
    [what, why]: [Option<&'a str>; 2],
    (source_file, source_line): (Option<&'a str>, Option<u32>),
) -> [Value<'a>; 19] {
    let (script, line) = suspect.place.as_deref().map_or((None, None), script_and_line);
    [
        scene.id(),
        Value::from(&suspect.fingerprint),
        rank.into(),
        is_accused.into(),
        suspect.confidence.into(),
        Value::from(&suspect.owner),
        Value::from(&suspect.path),
        suspect.place.as_deref().into(),
        script.into(),
        line.into(),
        what.into(),
        why.into(),
        suspect.bytes.into(),
        f64::from(suspect.share).into(),
        suspect.entries_after.into(),
        suspect.entries_before.into(),
        source_file.into(),
        source_line.into(),
        suspect.id.0.into(),
    ]
}
