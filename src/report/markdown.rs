//! A gate's result as Markdown, for the summary of a CI job.

use std::fmt::Write;

use crate::gate::{GateReport, GateSuspect};
use crate::report::{amount, plain};

/// The report.
pub fn markdown(gate: &GateReport) -> String {
    let mut out = String::new();
    write_all(gate, &mut out).expect("writing to a string");
    out
}

fn write_all(gate: &GateReport, out: &mut String) -> std::fmt::Result {
    let broken = gate.budgets.iter().filter(|budget| !budget.held()).count();
    let verdict = match broken {
        0 => "all budgets are kept".to_owned(),
        1 => "one budget is not kept".to_owned(),
        many => format!("{many} budgets are not kept"),
    };
    writeln!(out, "## Heap: {verdict}\n")?;
    writeln!(out, "| | Budget | Value | Limit | Who |\n|---|---|--:|--:|---|")?;
    for budget in &gate.budgets {
        let mark = if budget.held() { "✅" } else { "❌" };
        let (value, limit) =
            (amount(budget.unit, budget.value), amount(budget.unit, budget.limit.cast_signed()));
        let place = budget.location.as_ref().map_or(String::new(), |at| format!(" at {}", at.text()));
        let who = budget.who.as_ref().map_or(String::new(), |who| format!("{who}{place}"));
        writeln!(out, "| {mark} | {} | {value} | {limit} | {} |", escape(&budget.key), escape(&who))?;
    }
    suspects(out, "New suspects", gate.new.iter().map(|suspect| (suspect, None)))?;
    let known = gate.known.iter().map(|(suspect, leak)| (suspect, Some(leak.reason.as_str())));
    suspects(out, "Known leaks", known)?;
    if !gate.gone.is_empty() {
        writeln!(out, "\n### Known leaks that are gone\n")?;
        for leak in &gate.gone {
            writeln!(out, "- {} ({})", escape(&leak.who), escape(&leak.fingerprint))?;
        }
    }
    writeln!(out)?;
    for note in &gate.notes {
        writeln!(out, "{}.\n", escape(note))?;
    }
    Ok(())
}

fn suspects<'a>(
    out: &mut String,
    title: &str,
    suspects: impl Iterator<Item = (&'a GateSuspect, Option<&'a str>)>,
) -> std::fmt::Result {
    for (at, (suspect, reason)) in suspects.enumerate() {
        if at == 0 {
            writeln!(out, "\n### {title}\n")?;
        }
        writeln!(out, "- **{}**: {}", escape(&suspect.who), escape(&suspect.claim))?;
        if let Some(place) = &suspect.location {
            writeln!(out, "  - Seen at {}", escape(&place.text()))?;
        }
        for fact in &suspect.facts {
            writeln!(out, "  - {}", escape(fact))?;
        }
        writeln!(out, "  - Way to it: {}", escape(&suspect.path))?;
        writeln!(out, "  - Fingerprint: {}", escape(&suspect.fingerprint))?;
        if let Some(reason) = reason {
            writeln!(out, "  - Known: {}", escape(reason))?;
        }
    }
    Ok(())
}

/// Text escaped so that Markdown does not format, link or embed it.
pub fn escape(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len());
    let mut following = text.chars().skip(1);
    for c in text.chars() {
        let next = following.next();
        match c {
            // An entity in Markdown as in HTML: prevents tags, autolinks and mentions.
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            // Text that could be an address or the name of an image.
            ':' if next.is_some_and(|next| next == '/' || next.is_alphabetic() || next == '+') => {
                escaped.push_str("&#58;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' | '$' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    // Prevents bare addresses from becoming links.
    escaped.replace("www.", "www&#46;")
}
