//! Broken or odd files: the message for each, and that none causes a panic.

mod chunk_borders;
mod cut_short;
mod extras;
mod holes;
mod layout;
pub(crate) mod mutations;
mod oddities;
mod refusals;

use std::fmt::Write as _;

use heaplens::base::{NodeIndex, Progress};
use heaplens::graph::{Graph, GraphBuilder};
use heaplens::snapshot::{Completeness, Options, SizeMode, load_bytes};

/// The root refers to its groups and to Global; a group holds Foo, which holds a text.
pub(super) fn good() -> String {
    let mut heap = GraphBuilder::new();
    let group = heap.node("synthetic", "(GC roots)", 0);
    let holder = heap.node("object", "Foo", 100);
    let text = heap.node("string", "text", 40);
    let global = heap.node("object", "Global", 60);
    heap.edge(0, "element", "1", group).edge(0, "shortcut", "global", global);
    heap.edge(group, "element", "1", holder);
    heap.edge(holder, "property", "prop", text).edge(holder, "weak", "w", global);
    heap.location(holder, 1, 2, 3);
    heap.to_json()
}

/// [`good`] with one place changed.
#[track_caller]
pub(super) fn with(from: &str, to: &str) -> String {
    let good = good();
    assert_eq!(good.matches(from).count(), 1, "{from:?} stands once in {good}");
    good.replace(from, to)
}

/// [`good`] with the row of Foo changed.
#[track_caller]
pub(super) fn with_foo(row: &str) -> String {
    with(FOO, &format!(",{row}\n"))
}

pub(super) const FOO: &str = ",3,2,5,100,2,0,0\n";

pub(super) const NODES: &str =
    "\"nodes\":[9,0,1,0,2,0,0\n,9,1,3,0,1,0,0\n,3,2,5,100,2,0,0\n,2,3,7,40,0,0,0\n,3,4,9,60,0,0,0\n]";

pub(super) const EDGES: &str = "\"edges\":[1,1,7\n,5,5,28\n,1,1,14\n,2,6,21\n,6,7,28\n]";

pub(super) const STRINGS: &str =
    "\"strings\":[\"\",\n\"(GC roots)\",\n\"Foo\",\n\"text\",\n\"Global\",\n\"global\",\n\"prop\",\n\"w\"]";

pub(super) const HARMLESS: &str = "200 bytes, Foo 100/140";

/// The advice for every file that can be opened up to the damage.
const ADVICE: &str = "; the file is damaged there, or V8 has not written it: copy it again, or open the part before it as a partial snapshot";

/// The advice for every file that contradicts itself.
const AGAIN: &str = "; fetch or copy the file again, or take the snapshot again";

/// The output for the user: sizes and warnings, or the error. Offsets are shown as the text at that position.
pub(super) fn outcome(file: &str) -> String {
    match load_bytes("file", file.as_bytes(), &Progress::new()) {
        Err(error) => {
            let said = error.to_string();
            let advised = [ADVICE, AGAIN].into_iter().find_map(|advice| said.strip_suffix(advice));
            with_places(file, advised.unwrap_or(&said))
        }
        Ok(snapshot) => {
            let name = |node: &NodeIndex| snapshot.graph().raw_name(*node) == "Foo";
            let holder = snapshot.graph().node_indices().find(name);
            let sizes = holder.map(|node| {
                let retained = snapshot.retained(SizeMode::Chrome, node).expect("a complete snapshot");
                format!(", Foo {}/{retained}", snapshot.shallow(SizeMode::Chrome, node))
            });
            let mut said = format!("{} bytes{}", snapshot.total_size(), sizes.unwrap_or_default());
            for warning in snapshot.warnings() {
                write!(said, "; {}", warning.0).expect("writing to a string");
            }
            said
        }
    }
}

/// `at byte 123` as `at «,100»`.
fn with_places(file: &str, message: &str) -> String {
    let Some((before, rest)) = message.split_once("byte ") else { return message.into() };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let Ok(offset) = rest[..digits].parse::<usize>() else { return message.into() };
    let there: String = file[offset.min(file.len())..].chars().take(6).collect();
    format!("{before}«{}»{}", there.replace('\n', "⏎"), &rest[digits..])
}

#[track_caller]
pub(super) fn all(cases: &[(&str, String, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, file, expected)| {
            let said = outcome(file);
            (said != *expected).then(|| format!("{what}\n  expected: {expected}\n  found:    {said}\n"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

pub(super) fn partly() -> Options {
    Options { completeness: Completeness::Partial, ..Options::default() }
}

/// Everything a graph holds, as text.
pub(crate) fn dump(graph: &Graph) -> String {
    let mut out = String::new();
    for node in graph.node_indices() {
        let nodes = &graph.nodes;
        let place = graph.locations.get(node);
        writeln!(
            out,
            "{:?} {} {} {} {:?} {} {place:?}",
            nodes.kind(node),
            graph.raw_name(node),
            nodes.id(node),
            nodes.self_size(node),
            nodes.file_detachedness(node),
            nodes.trace_node(node),
        )
        .expect("writing to a string");
        for edge in graph.edges_of(node) {
            writeln!(out, "  {edge:?}").expect("writing to a string");
        }
    }
    for (index, text) in graph.strings.iter() {
        writeln!(out, "{index:?} {text:?} {}", graph.text(index) == text).expect("writing to a string");
    }
    writeln!(out, "{:?} {:?} {:?}", graph.root, graph.samples, graph.trace).expect("writing to a string");
    out
}
