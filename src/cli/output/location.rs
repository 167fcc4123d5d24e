//! Where the code of an object stands, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::NodeIndex;
use crate::snapshot::Snapshot;
use crate::source::maps::{Original, original};
use crate::source::places::{Place, place};

/// A place in code.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Location {
    /// The script.
    url: String,
    /// V8's number of the script.
    script_id: Option<u32>,
    /// Line, from 1.
    line: Option<u32>,
    /// Column, from 1.
    column: Option<u32>,
    /// The place in the code that was written, if a source map tells it.
    original: Option<OriginalLocation>,
}

/// A place in the code that was written.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OriginalLocation {
    /// The file.
    url: String,
    /// Line, from 1.
    line: u32,
    /// Column, from 1.
    column: u32,
    /// The name that it has there, if the map tells it.
    name: Option<String>,
}

impl Location {
    /// Of a function its text, of an object its class, of a scope its function; `None` where the snapshot does
    /// not say.
    pub(crate) fn of(snapshot: &Snapshot, node: NodeIndex) -> Option<Self> {
        Some(Self::at(snapshot, place(snapshot, node)?))
    }

    /// The place itself.
    pub(crate) fn at(snapshot: &Snapshot, place: Place) -> Self {
        let script = place.script(snapshot);
        Self {
            url: script.url.clone(),
            script_id: script.id,
            line: place.position.map(|position| position.line),
            column: place.position.map(|position| position.column),
            original: original(snapshot, place).map(OriginalLocation::from),
        }
    }
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
