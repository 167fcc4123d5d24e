//! Source maps of real bundlers, against the reference library: `cargo test --test source_maps`.
//!
//! Not run with the other tests: it installs the bundlers with npm into a temporary folder, or into the folder
//! that the variable `HEAPLENS_MATRIX` names, where they stay. Needs `node` and `npm`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use heaplens::base::Progress;
use heaplens::graph::NodeKind;
use heaplens::snapshot::scripts::located;
use heaplens::snapshot::{Snapshot, load};
use heaplens::source::maps::{MapOptions, SourceMaps, original, original_variable};
use heaplens::source::places::{Place, Position};
use serde_json::{Value, json};

/// Fraction of the positions that must equal the reference's.
const WANTED: f64 = 0.99;
/// Variables of the app that live on the heap, however a bundler calls them.
const VARIABLES: [&str; 3] = ["leaks", "kept", "listeners"];

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {said}", arguments.join(" "));
    output.stdout
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A place of the snapshot, and what both say of it.
struct Compared {
    map: String,
    generated: Position,
    own: Option<(String, u32, u32)>,
    name: Option<String>,
    v8_name: String,
}

/// All places in the files of `folder`.
fn places(snapshot: &Snapshot, folder: &Path) -> Vec<Compared> {
    let scripts = snapshot.scripts();
    let mut found = BTreeMap::new();
    for (node, location) in located(snapshot.graph()) {
        let Some(script) = scripts.with_id(location.script_id) else { continue };
        let url = &scripts.get(script).url;
        let Some((line, column)) = location.position().filter(|_| Path::new(url).starts_with(folder)) else {
            continue;
        };
        let position = Position { line, column };
        let own = original(snapshot, Place { script, position: Some(position) });
        let name = own.as_ref().and_then(|own| own.name.as_ref()).map(ToString::to_string);
        let own = own.map(|own| (own.url.to_string(), own.position.line, own.position.column));
        let is_function = snapshot.graph().nodes.kind(node) == NodeKind::CLOSURE;
        let v8_name = if is_function { snapshot.graph().raw_name(node) } else { "" }.to_owned();
        let map = format!("{url}.map");
        found.insert((map.clone(), line, column), Compared { map, generated: position, own, name, v8_name });
    }
    found.into_values().collect()
}

/// How many of the app's variables have their own names.
fn variables(snapshot: &Snapshot) -> usize {
    let graph = snapshot.graph();
    let mut found = std::collections::BTreeSet::new();
    for node in graph.node_indices() {
        for edge in graph.edges_of(node) {
            let name = original_variable(snapshot, edge.index).map(|variable| variable.name);
            let name = name.as_deref().map(str::to_owned).unwrap_or_else(|| match edge.name {
                heaplens::graph::EdgeName::Text(text) => graph.text(text).to_owned(),
                heaplens::graph::EdgeName::Number(_) => String::new(),
            });
            if edge.kind == heaplens::graph::EdgeKind::Context && VARIABLES.contains(&name.as_str()) {
                found.insert(name);
            }
        }
    }
    found.len()
}

/// `src/x.ts` of `webpack://name/./src/x.ts` and `../../src/x.ts`: the end that all spellings have.
fn file(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn compare(root: &Path, case: &Path) -> (usize, usize) {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let file_of_snapshot = root.join(format!("{name}.heapsnapshot"));
    run(root, "node", &[&case.join("main.js").to_string_lossy(), &file_of_snapshot.to_string_lossy()]);
    let snapshot = load(&file_of_snapshot, &Progress::new(), |_| {}).unwrap();
    let options = MapOptions { folders: vec![root.to_owned()], waits: true, ..MapOptions::default() };
    SourceMaps::attach(&snapshot, options);
    let places = places(&snapshot, case);
    let asked: Vec<Value> = places
        .iter()
        .map(
            |place| json!({"map": place.map, "line": place.generated.line, "column": place.generated.column}),
        )
        .collect();
    let questions = root.join("questions.json");
    fs::write(&questions, serde_json::to_vec(&asked).unwrap()).unwrap();
    let answers = run(root, "node", &["reference.mjs", &questions.to_string_lossy()]);
    let answers: Vec<Value> = serde_json::from_slice(&answers).unwrap();
    let (mut same, mut of, mut named) = (0, 0, 0);
    for (place, answer) in places.iter().zip(&answers) {
        let reference = answer.as_object().map(|answer| {
            let number = |key: &str| u32::try_from(answer[key].as_u64().unwrap()).unwrap();
            (file(answer["url"].as_str().unwrap()).to_owned(), number("line"), number("column"))
        });
        let own = place.own.as_ref().map(|(url, line, column)| (file(url).to_owned(), *line, *column));
        if own.is_none() && reference.is_none() {
            continue;
        }
        of += 1;
        same += usize::from(own == reference);
        named += usize::from(place.name.is_some());
        if own != reference {
            println!("  {} {:?} {}: {own:?}, reference {reference:?}", name, place.generated, place.v8_name);
        }
    }
    let vars = variables(&snapshot);
    println!("{name:24} {same:3} of {of:3} places, {named:3} named, {vars} of {} variables", VARIABLES.len());
    fs::remove_file(file_of_snapshot).unwrap();
    (same, of)
}

fn main() -> ExitCode {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/source_maps/app");
    let kept = std::env::var_os("HEAPLENS_MATRIX").map(PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let root = kept.unwrap_or_else(|| temporary.path().join("app"));
    copy(&app, &root);
    let root = root.canonicalize().unwrap();
    if !root.join("node_modules").exists() {
        run(&root, "npm", &["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]);
    }
    run(&root, "node", &["build.mjs"]);
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root.join("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| !case.file_name().unwrap().to_string_lossy().starts_with("modules"));
    cases.sort();
    let (mut same, mut of) = (0, 0);
    for case in cases {
        let (case_same, case_of) = compare(&root, &case);
        same += case_same;
        of += case_of;
    }
    let share = same as f64 / of.max(1) as f64;
    println!("{same} of {of} places as the reference has them: {:.2} %", share * 100.0);
    if of > 0 && share >= WANTED { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
