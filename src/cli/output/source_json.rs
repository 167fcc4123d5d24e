//! The lines of code of a suspect, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::output::location::OriginalLocation;
use crate::model::{SuspectCode, UnreadVariable};
use crate::snapshot::Snapshot;
use crate::source::finding::CodeLine;

/// The lines that declare and change what grows.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Source {
    /// The variable or property.
    variable: String,
    /// Where it is declared.
    declared: Option<CodeLocation>,
    /// The lines that add to it.
    grows: Vec<CodeLocation>,
    /// The lines that remove from it.
    shrinks: Vec<CodeLocation>,
    /// Variables of the scope that holds it which alone keep what they hold and which no living function reads.
    unread: Vec<OutputVariable>,
    /// `same text`, `another version` or `not checked`: how the text compares with the script that ran.
    checked: &'static str,
}

/// A variable that is kept for nothing.
#[derive(Serialize, JsonSchema)]
struct OutputVariable {
    /// Its name.
    name: String,
    /// The id of what it holds.
    id: u64,
    /// Bytes that would be freed with that.
    retained: u64,
}

/// A line of code.
#[derive(Serialize, JsonSchema)]
struct CodeLocation {
    /// The script.
    url: String,
    /// V8's number of the script.
    script_id: Option<u32>,
    /// Line, from 1.
    line: Option<u32>,
    /// Column, from 1.
    column: Option<u32>,
    /// The original source position, if a source map has it; the text is from there.
    original: Option<OriginalLocation>,
    /// The text of the line.
    text: String,
}

impl Source {
    /// What was found of a suspect.
    pub(crate) fn new(snapshot: &Snapshot, code: SuspectCode) -> Option<Self> {
        let SuspectCode { finding, unread } = code;
        let found = finding?;
        let all = |lines: &[CodeLine]| lines.iter().map(|line| location(snapshot, line)).collect();
        let variable = |variable: &UnreadVariable| OutputVariable {
            name: variable.name.clone(),
            id: snapshot.id(variable.object).0,
            retained: variable.retained,
        };
        Some(Self {
            declared: found.declared.as_ref().map(|line| location(snapshot, line)),
            grows: all(&found.grows),
            shrinks: all(&found.shrinks),
            unread: unread.iter().map(variable).collect(),
            checked: found.check.text(),
            variable: found.variable,
        })
    }
}

fn location(snapshot: &Snapshot, code: &CodeLine) -> CodeLocation {
    let script = code.place.script(snapshot);
    CodeLocation {
        url: script.url.clone(),
        script_id: script.id,
        line: code.place.position.map(|position| position.line),
        column: code.place.position.map(|position| position.column),
        original: code.original.clone().map(OriginalLocation::from),
        text: code.text.clone(),
    }
}
