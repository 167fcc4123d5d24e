//! The original text of a script, from its source map.

use std::sync::Arc;

use crate::model::format::code_place::CodePlace;
use crate::model::format::sanitize;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::finding::SourceFinding;
use crate::source::maps::{SourceMaps, original};
use crate::source::places::Position;
use crate::source::text::{Check, ScriptText};

/// Maximum characters of a message about a map.
const NOTE_LIMIT: usize = 300;

/// The original text of an object.
pub(crate) struct OriginalText {
    /// The file.
    pub url: Arc<str>,
    /// Its text.
    pub text: ScriptText,
    /// The position of the object's code in it.
    pub position: Option<Position>,
}

impl OriginalText {
    /// That of the object's own position; else of the first line of the finding.
    pub(crate) fn find(
        snapshot: &Snapshot,
        own: Option<&CodePlace>,
        finding: Option<&SourceFinding>,
        script: ScriptIndex,
    ) -> Option<Self> {
        let mapped = SourceMaps::of(snapshot)?.state(snapshot, script)?;
        let own = own.and_then(|own| original(snapshot, own.place));
        let position = own.as_ref().map(|own| own.position);
        let of_finding =
            || finding?.declared.iter().chain(&finding?.grows).find_map(|line| line.original.clone());
        let url = own.or_else(of_finding)?.url;
        let text = mapped.source_text(&url)?.to_owned();
        let text = ScriptText { text, is_whole: true, check: Check::SameText, path: None };
        Some(Self { url, text, position })
    }
}

/// The message about the script's source map.
pub(crate) fn map_note(snapshot: &Snapshot, script: ScriptIndex) -> Option<String> {
    let maps = SourceMaps::of(snapshot).filter(|maps| !maps.is_off())?;
    let note = maps.known(script)?.note()?;
    let mut letters = note.chars();
    let first = letters.next()?.to_uppercase();
    Some(sanitize(&first.chain(letters).collect::<String>(), NOTE_LIMIT))
}
