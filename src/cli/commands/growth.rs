//! `heaplens growth`: which containers grew between two snapshots, and where every byte of growth belongs.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::cli::Failure;
use crate::cli::args::GrowthArgs;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::growth::growth;
use crate::model::format::{NONE, count, percent, signed_size, size};
use crate::model::{BranchLine, EntriesLine, GrowthLine, GrowthView};
use crate::snapshot::LoadError;

#[derive(Serialize)]
struct Answer<'a> {
    baseline: json::Origin,
    current: json::Origin,
    sizes: &'static str,
    is_one_process: bool,
    ids: json::IdsInfo,
    note: Option<&'static str>,
    delta: i64,
    gross: u64,
    rows: Vec<AnswerRow<'a>>,
    rest: i64,
    attribution: Vec<AnswerBranch<'a>>,
}

/// One container.
#[derive(Serialize)]
pub struct AnswerRow<'a> {
    owner: &'a str,
    place: Option<&'a str>,
    path: &'a str,
    kind: &'a str,
    id: u64,
    entries_before: Option<u64>,
    entries_after: Option<u64>,
    bytes_before: u64,
    bytes_after: u64,
    growth: i64,
    bytes_per_entry: Option<u64>,
    share: f32,
    what: Option<&'a str>,
    why: Option<&'a str>,
    confidence: &'static str,
    fingerprint: &'a str,
    new_entries: Vec<AnswerEntries<'a>>,
}

#[derive(Serialize)]
struct AnswerEntries<'a> {
    class: &'a str,
    keeps: Option<&'a str>,
    count: u64,
    retained: u64,
    example: u64,
}

#[derive(Serialize)]
struct AnswerBranch<'a> {
    depth: usize,
    owner: &'a str,
    id: Option<u64>,
    growth: i64,
    share: f32,
}

impl<'a> From<&'a GrowthLine> for AnswerRow<'a> {
    fn from(line: &'a GrowthLine) -> Self {
        let entries = |of: &'a EntriesLine| AnswerEntries {
            class: &of.class,
            keeps: of.keeps.as_deref(),
            count: of.count,
            retained: of.bytes,
            example: of.example_id.0,
        };
        Self {
            owner: &line.owner,
            place: line.place.as_deref(),
            path: &line.path,
            kind: line.kind,
            id: line.id.0,
            entries_before: line.entries_before,
            entries_after: line.entries_after,
            bytes_before: line.bytes_before,
            bytes_after: line.bytes_after,
            growth: line.growth,
            bytes_per_entry: line.bytes_per_entry,
            share: line.share,
            what: line.what.first().map(String::as_str),
            why: line.why.as_deref(),
            confidence: line.confidence,
            fingerprint: &line.fingerprint,
            new_entries: line.new_entries.iter().map(entries).collect(),
        }
    }
}

/// Prints lines and tree.
pub fn print(args: &GrowthArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes.into();
    let chatter = Verbosity::unless(args.lines.output.quiet);
    let baseline = load_for(&args.baseline, mode, chatter)?;
    let current = load_for(&args.current, mode, chatter)?;
    let growth = growth(&baseline, &current, mode, &Progress::new())
        .map_err(|Cancelled| Failure::from(LoadError::from(Cancelled)))?;
    let limit = args.lines.limit();
    let view = GrowthView::new(Arc::new(growth), limit);
    let tree = view.tree(limit);
    if args.lines.output.json { print_json(args, &view, &tree, out) } else { print_text(&view, &tree, out) }
}

fn print_json(
    args: &GrowthArgs,
    view: &GrowthView,
    tree: &[BranchLine],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let growth = view.growth();
    let ids = &growth.current.graph().nodes;
    let branch = |line| {
        let BranchLine { depth, owner, total, share, object }: &BranchLine = line;
        let id = object.map(|node| ids.id(node));
        AnswerBranch { depth: *depth, owner, id, growth: *total, share: *share }
    };
    let answer = Answer {
        baseline: json::Origin::from(&*growth.baseline),
        current: json::Origin::from(&*growth.current),
        sizes: args.lines.sizes.name(),
        is_one_process: growth.ids.is_one_process(),
        ids: json::IdsInfo::from(growth.ids),
        note: growth.ids.note(),
        delta: growth.delta,
        gross: view.gross,
        rows: view.lines.iter().map(AnswerRow::from).collect(),
        rest: view.rest,
        attribution: tree.iter().map(branch).collect(),
    };
    json::write(out, &answer)
}

fn print_text(view: &GrowthView, tree: &[BranchLine], out: &mut dyn Write) -> Result<(), Failure> {
    let growth = view.growth();
    let plain = |text: String| text.replace('\u{a0}', " ");
    writeln!(out, "Baseline: {}", head_line(&growth.baseline))?;
    writeln!(out, "Current:  {}", head_line(&growth.current))?;
    writeln!(out, "Change:   {}\n", plain(signed_size(growth.delta)))?;
    if let Some(note) = growth.ids.note() {
        writeln!(out, "{note}.")?;
        writeln!(out, "{}.", growth.ids.evidence.text())?;
        writeln!(
            out,
            "heaplens compare tells how their constructors differ, heaplens verify whether a leak is fixed."
        )?;
        return Ok(());
    }
    let mut table = TextTable::new(&["Growth", "Share", "Entries", "Size", "Per entry", "Kind", "Who"]);
    for line in &view.lines {
        table.row(cells(line), &who(line));
    }
    table.print(out, 0)?;
    writeln!(out, "{} is everything else\n", plain(signed_size(view.rest)))?;
    writeln!(out, "Where every byte belongs")?;
    let mut table = TextTable::new(&["Growth", "Share", "Held by"]);
    for line in tree {
        let indent = "  ".repeat(line.depth);
        table.row([signed_size(line.total), percent(line.share)], &format!("{indent}{}", line.owner));
    }
    table.print(out, 0)?;
    Ok(())
}

/// The numbers of a line.
pub fn cells(line: &GrowthLine) -> [String; 6] {
    let number = |number: Option<u64>| number.map_or_else(|| NONE.to_owned(), count);
    let entries = match (line.entries_before, line.entries_after) {
        (None, None) => NONE.to_owned(),
        (before, after) => format!("{} → {}", number(before), number(after)),
    };
    [
        signed_size(line.growth),
        percent(line.share),
        entries,
        format!("{} → {}", size(line.bytes_before), size(line.bytes_after)),
        line.bytes_per_entry.map_or_else(|| NONE.to_owned(), size),
        line.kind.to_owned(),
    ]
}

/// Owner, place and the largest class of new entries.
fn who(line: &GrowthLine) -> String {
    let mut who = format!("{} @{}", line.owner, line.id.0);
    if let Some(place) = &line.place {
        who.push_str(&format!(", {place}"));
    }
    if let Some(what) = line.what.first() {
        who.push_str(&format!(", new: {what}"));
    }
    who
}
