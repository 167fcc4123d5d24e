//! What functions are called, and where they stand.

use crate::base::NodeIndex;
use crate::model::format::sanitize;
use crate::snapshot::Snapshot;

/// Characters of a name.
const NAME_LIMIT: usize = 80;

/// `bloat`, or `anonymous function at server.js:12` for one without a name.
pub fn function_name(snapshot: &Snapshot, function: NodeIndex) -> String {
    let name = snapshot.graph().raw_name(function);
    if !name.is_empty() {
        return sanitize(name, NAME_LIMIT);
    }
    match (script_of(snapshot, function), snapshot.graph().locations.get(function)) {
        (Some(script), Some(place)) => format!("anonymous at {script}:{}", place.line + 1),
        (Some(script), None) => format!("anonymous in {script}"),
        (None, _) => "anonymous".into(),
    }
}

/// The file that a function stands in, without its folder.
pub fn script_of(snapshot: &Snapshot, function: NodeIndex) -> Option<String> {
    let graph = snapshot.graph();
    let shared = graph.internal_target(function, "shared")?;
    let script =
        ["script_or_debug_info", "script"].iter().find_map(|name| graph.internal_target(shared, name))?;
    let path = graph.raw_name(script);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    (!file.is_empty() && !file.starts_with("system")).then(|| sanitize(file, NAME_LIMIT))
}

/// `bloat in server.js`.
pub fn located(snapshot: &Snapshot, function: NodeIndex) -> String {
    let name = function_name(snapshot, function);
    match script_of(snapshot, function) {
        Some(script) if !snapshot.graph().raw_name(function).is_empty() => format!("{name} in {script}"),
        _ => name,
    }
}
