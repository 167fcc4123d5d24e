//! Places, functions and variables of bundles, as their source maps tell them.
//!
//! `maps` has one small program as bundlers and minifiers write it, and what the reference library says of the
//! places of its functions in V8.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heaplens::base::{NodeIndex, Progress};
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Snapshot, load_bytes};
use heaplens::source::maps::{MapOptions, SourceMaps, original, original_name, original_variable_name};
use heaplens::source::places::place;
use serde_json::Value;

/// The functions of `leak.ts`, by the line on which each begins.
const NAMES: [(u64, &str); 6] = [
    (6, "SessionCache"),
    (9, "SessionCache"),
    (11, "remember"),
    (20, "handleRequest"),
    (25, "onTimer"),
    (29, "count"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/engine/maps")
}

/// A heap whose only functions are those of `script`, at these lines and columns from 1.
fn heap(script: &Path, functions: &[(u32, u32)], variable: &str) -> Arc<Snapshot> {
    let text = std::fs::read_to_string(script).unwrap_or_default();
    let mut heap = GraphBuilder::new();
    let url = script.to_string_lossy().into_owned();
    let (script, source) = (heap.node("code", &url, 1), heap.node("string", &cut(&text), 1));
    let address = heap.node("string", &format!("{}.map", script_name(&url)), 1);
    let (context, held) = (heap.node("object", "system / Context", 1), heap.node("object", "Array", 1));
    heap.edge(context, "context", variable, held);
    heap.edge(script, "internal", "source", source).edge(script, "internal", "source_mapping_url", address);
    for (at, &(line, column)) in functions.iter().enumerate() {
        let (function, shared) = (heap.node("closure", "e", 1), heap.node("code", "e", 1));
        heap.edge(0, "element", &(at + 1).to_string(), function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(function, "internal", "context", context);
        heap.location(function, 7, line as usize - 1, column as usize - 1);
    }
    load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap()
}

/// What V8 keeps of a text.
fn cut(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().take(1024).collect();
    String::from_utf16_lossy(&units)
}

fn script_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

fn functions(snapshot: &Snapshot) -> Vec<NodeIndex> {
    snapshot
        .graph()
        .node_indices()
        .filter(|&node| place(snapshot, node).is_some_and(|place| place.position.is_some()))
        .collect()
}

fn with_maps(snapshot: &Snapshot, folders: Vec<PathBuf>) -> Arc<SourceMaps> {
    SourceMaps::attach(snapshot, MapOptions { folders, waits: true, ..MapOptions::default() })
}

fn expected() -> Vec<(String, Vec<Value>)> {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let all: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    all.into_iter().map(|(name, places)| (name, places.as_array().unwrap().clone())).collect()
}

fn pair(value: &Value) -> (u32, u32) {
    let number = |at: usize| u32::try_from(value[at].as_u64().unwrap()).unwrap();
    (number(0), number(1))
}

#[test]
fn places_and_names_are_those_of_the_reference() {
    for (name, places) in expected() {
        let at: Vec<(u32, u32)> = places.iter().map(|place| pair(&place["generated"])).collect();
        let snapshot = heap(&folder().join(&name), &at, "unknown");
        with_maps(&snapshot, vec![folder()]);
        for (node, wanted) in functions(&snapshot).into_iter().zip(&places) {
            let found = original(&snapshot, place(&snapshot, node).unwrap())
                .unwrap_or_else(|| panic!("{name} {wanted}"));
            let wanted = &wanted["original"];
            let place = (found.url.rsplit('/').next().unwrap(), found.position.line, found.position.column);
            let number = |at: usize| u32::try_from(wanted[at].as_u64().unwrap()).unwrap();
            assert_eq!(place, (wanted[0].as_str().unwrap(), number(1), number(2)), "{name}");
            let line = wanted[1].as_u64().unwrap();
            // webpack has no segment of its own for the last function, but one for a name before it.
            if (number(1), number(2)) != (29, 29) {
                let (_, function) = NAMES.iter().find(|&&(other, _)| other == line).unwrap();
                assert_eq!(original_name(&snapshot, node).as_deref(), Some(*function), "{name}:{line}");
            }
        }
    }
}

#[test]
fn a_minified_variable_has_its_own_name() {
    for (name, variable) in [("chain.js", "s"), ("esbuild.js", "t"), ("webpack.js", "s"), ("tsc.js", "leaks")]
    {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let (_, places) = expected().into_iter().find(|(other, _)| other == name).unwrap();
        let at: Vec<(u32, u32)> = places.iter().map(|place| pair(&place["generated"])).collect();
        // The function that adds to the list sees it.
        let adding = at[at.len() - 3];
        assert!(text.contains(&format!("{variable}.push(")), "{name}: {text}");
        let snapshot = heap(&folder().join(name), &[adding], variable);
        with_maps(&snapshot, vec![folder()]);
        let graph = snapshot.graph();
        let names = graph.node_indices().flat_map(|node| graph.edges_of(node));
        let found: Vec<_> = names.filter_map(|edge| original_variable_name(&snapshot, edge.index)).collect();
        assert_eq!(found.iter().map(|name| &**name).collect::<Vec<_>>(), ["leaks"], "{name}");
    }
}

#[test]
fn a_map_of_another_build_is_not_used_and_that_is_said() {
    let copied = tempfile::tempdir().unwrap();
    let script = copied.path().join("esbuild.js");
    let text = std::fs::read_to_string(folder().join("esbuild.js")).unwrap();
    std::fs::write(&script, format!("const added = 'in another build, long before the others';{text}"))
        .unwrap();
    std::fs::copy(folder().join("esbuild.js.map"), copied.path().join("esbuild.js.map")).unwrap();
    let (_, places) = expected().into_iter().find(|(name, _)| name == "esbuild.js").unwrap();
    let at: Vec<(u32, u32)> = places
        .iter()
        .map(|place| pair(&place["generated"]))
        .map(|(line, column)| (line, column + 57))
        .collect();
    let snapshot = heap(&script, &at, "unknown");
    let maps = with_maps(&snapshot, Vec::new());
    for node in functions(&snapshot) {
        assert_eq!(original(&snapshot, place(&snapshot, node).unwrap()), None);
    }
    let said = maps.rejected();
    assert!(said.len() == 1 && said[0].contains("is not used"), "{said:?}");
}

#[test]
fn hostile_and_damaged_maps_end_in_a_sentence() {
    let copied = tempfile::tempdir().unwrap();
    let script = copied.path().join("esbuild.js");
    std::fs::copy(folder().join("esbuild.js"), &script).unwrap();
    let whole = std::fs::read_to_string(folder().join("esbuild.js.map")).unwrap();
    let long = format!(
        "{{\"version\":3,\"sources\":[\"{}\"],\"names\":[],\"mappings\":\"AAAA\"}}",
        "x".repeat(10 << 20)
    );
    let secret = r#"{"version":3,"sources":["../../../../../../etc/passwd","https://host/x","\\\\host\\x"],"names":[],
        "mappings":"AAAA,CCAA,CCAA"}"#;
    let negative = r#"{"version":3,"sources":["a"],"names":["b"],"mappings":"ADDDD,gggggggggggggB"}"#;
    let lines = format!(
        "{{\"version\":3,\"sources\":[\"a\"],\"names\":[],\"mappings\":\"{}AAAA\"}}",
        ";".repeat(1 << 20)
    );
    for text in [&whole[..whole.len() / 2], &long, secret, negative, &lines, "", "{", &"[".repeat(100_000)] {
        std::fs::write(copied.path().join("esbuild.js.map"), text).unwrap();
        let snapshot = heap(&script, &[(1, 7), (1, 24)], "o");
        let maps = with_maps(&snapshot, Vec::new());
        for node in functions(&snapshot) {
            let found = original(&snapshot, place(&snapshot, node).unwrap());
            assert!(found.is_none_or(|found| found.url.len() <= 1000 && found.name.is_none()));
        }
        drop(maps);
    }
}

#[test]
fn a_map_is_looked_for_beside_the_script_and_in_folders_of_the_user_alone() {
    let (elsewhere, user) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_, places) = expected().into_iter().find(|(name, _)| name == "rollup.js").unwrap();
    let at: Vec<(u32, u32)> = places.iter().map(|place| pair(&place["generated"])).collect();
    std::fs::create_dir(user.path().join("dist")).unwrap();
    std::fs::copy(folder().join("rollup.js.map"), user.path().join("dist/rollup.js.map")).unwrap();
    let known = |script: &Path, folders: Vec<PathBuf>| {
        let snapshot = heap(script, &at, "unknown");
        with_maps(&snapshot, folders);
        original(&snapshot, place(&snapshot, functions(&snapshot)[0]).unwrap()).is_some()
    };
    // Neither script nor map lie on this disk where they lay when the program ran.
    let script = elsewhere.path().join("app/dist/rollup.js");
    assert!(!known(&script, Vec::new()));
    assert!(known(&script, vec![user.path().to_owned()]));
    assert!(!known(&elsewhere.path().join("app/dist/other.js"), vec![user.path().to_owned()]));
}
