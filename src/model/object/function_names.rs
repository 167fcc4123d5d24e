//! Names and source positions of functions.

use crate::base::NodeIndex;
use crate::model::format::sanitize;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::file_name;
use crate::source::inferred::{bound_name, inferred_name};
use crate::source::maps::{original_name, shown};
use crate::source::places::place;

/// Maximum characters of a name.
const NAME_LIMIT: usize = 80;

/// `bloat`, `bound bloat`, or `anonymous at server.js:12 (callback of setInterval)` for one without a name:
/// the part in parentheses is inferred from the text.
pub(crate) fn function_name(snapshot: &Snapshot, function: NodeIndex) -> String {
    if let Some(name) = original_name(snapshot, function) {
        return sanitize(&name, NAME_LIMIT);
    }
    if let Some(target) = bound_name(snapshot, function) {
        return format!("bound {}", sanitize(target, NAME_LIMIT));
    }
    let name = snapshot.graph().raw_name(function);
    if !name.is_empty() {
        return sanitize(name, NAME_LIMIT);
    }
    let Some(place) = place(snapshot, function) else { return "anonymous".into() };
    let at = format!("anonymous at {}", sanitize(&place.text(snapshot), NAME_LIMIT));
    match inferred_name(snapshot, function) {
        Some(inferred) => format!("{at} ({})", sanitize(&inferred, NAME_LIMIT)),
        None => at,
    }
}

/// The file of a function, without its folder.
pub(crate) fn script_of(snapshot: &Snapshot, function: NodeIndex) -> Option<String> {
    let place = place(snapshot, function)?;
    let shown = shown(snapshot, place).url;
    Some(sanitize(
        &shown.as_deref().map_or_else(|| place.script(snapshot).file_name(), file_name),
        NAME_LIMIT,
    ))
}

/// `server.js:10`.
pub(crate) fn place_of(snapshot: &Snapshot, function: NodeIndex) -> Option<String> {
    Some(sanitize(&place(snapshot, function)?.text(snapshot), NAME_LIMIT))
}

/// `bloat in server.js`.
pub(crate) fn located(snapshot: &Snapshot, function: NodeIndex) -> String {
    let name = function_name(snapshot, function);
    match script_of(snapshot, function) {
        Some(script) if !name.starts_with("anonymous") => format!("{name} in {script}"),
        _ => name,
    }
}
