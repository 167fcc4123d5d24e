//! The lines of code of a suspect, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Suspect, suspect_finding};
use crate::snapshot::Snapshot;
use crate::source::finding::CodeLine;
use crate::source::maps::Original;

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
    /// `same text`, `another version` or `not checked`: how the text compares with the script that ran.
    checked: &'static str,
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

/// A place in the code that a source map leads to.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OriginalLocation {
    /// The source.
    url: String,
    /// Line, from 1.
    line: u32,
    /// Column, from 1.
    column: u32,
    /// Its name there, if the map has it.
    name: Option<String>,
}

impl From<Original> for OriginalLocation {
    fn from(original: Original) -> Self {
        let Original { url, position, name, .. } = original;
        Self {
            url: url.to_string(),
            line: position.line,
            column: position.column,
            name: name.map(|name| name.to_string()),
        }
    }
}

impl Source {
    /// The lines of code for each suspect: by its named object, else by the path from a root. Reads files at
    /// the paths of scripts.
    pub(crate) fn find(snapshot: &Snapshot, suspect: &Suspect) -> Option<Self> {
        let found = suspect_finding(snapshot, suspect)?;
        let all = |lines: &[CodeLine]| lines.iter().map(|line| location(snapshot, line)).collect();
        Some(Self {
            declared: found.declared.as_ref().map(|line| location(snapshot, line)),
            grows: all(&found.grows),
            shrinks: all(&found.shrinks),
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
