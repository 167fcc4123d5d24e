//! `heaplens suspects`: what holds a large part of one heap, or of the growth between two, in plain words.

use std::io::Write;

use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::cli::Failure;
use crate::cli::args::SuspectsArgs;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::growth::growth;
use crate::model::{Suspect, SuspectsReport};
use crate::snapshot::LoadError;

#[derive(Serialize)]
struct Answer<'a> {
    baseline: Option<json::Origin>,
    current: json::Origin,
    sizes: &'static str,
    ids: Option<json::IdsInfo>,
    note: Option<&'static str>,
    verdict: &'a str,
    suspects: Vec<AnswerSuspect<'a>>,
    also_growing: Vec<AnswerSuspect<'a>>,
}

#[derive(Serialize)]
struct AnswerSuspect<'a> {
    owner: &'a str,
    claim: &'a str,
    what: Option<&'a str>,
    why: Option<&'a str>,
    confidence: &'static str,
    fingerprint: &'a str,
    facts: &'a [String],
    path: &'a str,
    id: u64,
    bytes: u64,
    share: f32,
    entries_before: Option<u64>,
    entries_after: Option<u64>,
}

impl<'a> From<&'a Suspect> for AnswerSuspect<'a> {
    fn from(suspect: &'a Suspect) -> Self {
        Self {
            owner: &suspect.owner,
            claim: &suspect.claim,
            what: suspect.what.as_deref(),
            why: suspect.why.as_deref(),
            confidence: suspect.confidence,
            fingerprint: &suspect.fingerprint,
            facts: &suspect.facts,
            path: &suspect.path,
            id: suspect.id.0,
            bytes: suspect.bytes,
            share: suspect.share,
            entries_before: suspect.entries_before,
            entries_after: suspect.entries_after,
        }
    }
}

/// Prints the report.
pub fn print(args: &SuspectsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes.into();
    let chatter = Verbosity::unless(args.lines.output.quiet);
    let current = load_for(&args.file, mode, chatter)?;
    let baseline = args.baseline.as_ref().map(|path| load_for(path, mode, chatter)).transpose()?;
    let progress = Progress::new();
    let stopped = |Cancelled| Failure::from(LoadError::from(Cancelled));
    let (mut report, ids) = match &baseline {
        Some(baseline) => {
            let growth = growth(baseline, &current, mode, &progress).map_err(stopped)?;
            (SuspectsReport::of_growth(&growth), Some(growth.ids))
        }
        None => (SuspectsReport::of_heap(&current, mode, &progress).map_err(stopped)?, None),
    };
    report.suspects.truncate(args.lines.limit());
    if args.lines.output.json {
        let answer = Answer {
            baseline: baseline.as_deref().map(json::Origin::from),
            current: json::Origin::from(&*current),
            sizes: args.lines.sizes.name(),
            ids: ids.map(json::IdsInfo::from),
            note: ids.and_then(|ids| ids.note()),
            verdict: &report.verdict,
            suspects: report.suspects.iter().map(AnswerSuspect::from).collect(),
            also_growing: report.also_growing.iter().map(AnswerSuspect::from).collect(),
        };
        return json::write(out, &answer);
    }
    let text = if args.markdown { report.markdown() } else { report.text() };
    out.write_all(text.as_bytes())?;
    Ok(())
}
