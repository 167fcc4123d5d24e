//! A gate's findings as SARIF 2.1.0: broken budgets and suspects with a known source position.

use serde::Serialize;

use crate::gate::{GatePosition, GateReport};
use crate::report::{budget_text, plain};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
struct Run {
    tool: Tool,
    results: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: [Rule; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "heaplens/v1")]
    fingerprint: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

/// A suspect of the growth.
const SUSPECT: &str = "heap-growth";
/// A broken budget.
const BUDGET: &str = "heap-budget";

/// The findings as JSON.
pub fn sarif(gate: &GateReport) -> Result<String, String> {
    let suspect = |suspect: &crate::gate::GateSuspect, level, suppressions| {
        Some(Finding {
            rule_id: SUSPECT,
            level,
            message: Message { text: plain(&format!("{}: {}", suspect.who, suspect.claim)) },
            locations: [location(suspect.location.as_ref()?)],
            partial_fingerprints: Fingerprints { fingerprint: suspect.fingerprint.clone() },
            suppressions,
        })
    };
    let new = gate.new.iter().filter_map(|new| suspect(new, "warning", Vec::new()));
    let known = gate.known.iter().filter_map(|(known, leak)| {
        let justification = plain(&leak.reason);
        suspect(known, "note", vec![Suppression { kind: "external", justification }])
    });
    let broken = gate.budgets.iter().filter(|budget| !budget.held()).filter_map(|budget| {
        Some(Finding {
            rule_id: BUDGET,
            level: "error",
            message: Message { text: budget_text(budget) },
            locations: [location(budget.location.as_ref()?)],
            partial_fingerprints: Fingerprints { fingerprint: plain(&budget.key) },
            suppressions: Vec::new(),
        })
    });
    let rule = |id, text: &str| Rule { id, short_description: Message { text: text.to_owned() } };
    let driver = Driver {
        name: "heaplens",
        version: env!("CARGO_PKG_VERSION"),
        rules: [
            rule(SUSPECT, "Something that this code holds grew from one heap snapshot to the next"),
            rule(BUDGET, "A budget for the heap is not kept"),
        ],
    };
    let results = broken.chain(new).chain(known).collect();
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [Run { tool: Tool { driver }, results }] };
    serde_json::to_string_pretty(&log).map_err(|error| error.to_string())
}

fn location(place: &GatePosition) -> Location {
    let (url, start_line) = place.shown();
    let start_column = place.original.as_ref().map_or(place.column, |original| original.position.column);
    Location {
        physical_location: PhysicalLocation {
            artifact_location: Artifact { uri: uri(url) },
            region: Region { start_line, start_column },
        },
    }
}

/// A script's name as a URI reference: invalid characters are percent-encoded.
fn uri(name: &str) -> String {
    let name = plain(name).replace('\\', "/");
    let mut uri = String::with_capacity(name.len());
    let has_scheme = name.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let colons = if has_scheme { ":" } else { "" };
    for byte in name.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~/@!$&'()*+,;=".contains(c) || colons.contains(c) {
            uri.push(c);
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_scripts_become_references() {
        assert_eq!(uri("file:///app/a b.js"), "file:///app/a%20b.js");
        assert_eq!(uri("C:\\app\\x.js"), "C%3A/app/x.js");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert(1)");
        assert_eq!(uri("src/é.ts"), "src/%C3%A9.ts");
    }
}
