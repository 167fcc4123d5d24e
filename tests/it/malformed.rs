//! Files that are broken or odd: what is said of each, and that none makes the program fall over.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use fastrand::Rng;
use heaplens::base::{EdgeIndex, NodeIndex, Progress};
use heaplens::graph::{Graph, GraphBuilder};
use heaplens::parse::{ChunkSizes, Completeness, Input, Options, parse_with};
use heaplens::snapshot::comparison::compare;
use heaplens::snapshot::filter::Filter;
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{
    Query, SizeMode, Snapshot, live_sizes_by_sample, load, load_bytes, load_bytes_with,
};

use crate::random_heap::{Seed, seeds};

/// The root refers to its groups and to Global; a group holds Foo, which holds a text.
fn good() -> String {
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
fn with(from: &str, to: &str) -> String {
    let good = good();
    assert_eq!(good.matches(from).count(), 1, "{from:?} stands once in {good}");
    good.replace(from, to)
}

/// [`good`] with the row of Foo changed.
#[track_caller]
fn with_foo(row: &str) -> String {
    with(FOO, &format!(",{row}\n"))
}

const FOO: &str = ",3,2,5,100,2,0,0\n";
const NODES: &str =
    "\"nodes\":[9,0,1,0,2,0,0\n,9,1,3,0,1,0,0\n,3,2,5,100,2,0,0\n,2,3,7,40,0,0,0\n,3,4,9,60,0,0,0\n]";
const EDGES: &str = "\"edges\":[1,1,7\n,5,5,28\n,1,1,14\n,2,6,21\n,6,7,28\n]";
const STRINGS: &str =
    "\"strings\":[\"\",\n\"(GC roots)\",\n\"Foo\",\n\"text\",\n\"Global\",\n\"global\",\n\"prop\",\n\"w\"]";
const HARMLESS: &str = "200 bytes, Foo 100/140";

/// What a person is told: sizes and warnings, or why not. Offsets are shown as the text that stands there.
fn outcome(file: &str) -> String {
    match load_bytes("file", file.as_bytes(), &Progress::new()) {
        Err(error) => with_places(file, &error.to_string()),
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
fn all(cases: &[(&str, String, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, file, expected)| {
            let said = outcome(file);
            (said != *expected).then(|| format!("{what}\n  expected: {expected}\n  found:    {said}\n"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn layout_does_not_matter() {
    let good = good();
    let pretty: serde_json::Value = serde_json::from_str(&good).expect("JSON");
    let moved = |section: &str, to: &str| {
        let without =
            good.replacen(&format!("{section},\n"), "", 1).replacen(&format!(",\n{section}"), "", 1);
        without.replacen(to, &format!("{section},{to}"), 1)
    };
    all(&[
        ("as it is", good.clone(), HARMLESS),
        ("pretty printed", serde_json::to_string_pretty(&pretty).expect("JSON"), HARMLESS),
        ("sorted keys, one line", pretty.to_string(), HARMLESS),
        ("byte order mark", format!("\u{feff}{good}"), HARMLESS),
        ("carriage returns", good.replace('\n', "\r\n"), HARMLESS),
        ("white space in front and behind", format!(" \n\t{good}\r\n "), HARMLESS),
        ("blanks around a colon", with("\"nodes\":", "\"nodes\" : "), HARMLESS),
        ("blanks around the header's colon", with("\"snapshot\":", "\"snapshot\"\n:\t"), HARMLESS),
        ("strings first", moved(STRINGS, "\"snapshot\":"), HARMLESS),
        ("edges before nodes", moved(EDGES, "\"nodes\":"), HARMLESS),
        ("nodes before the header", moved(NODES, "\"snapshot\":"), HARMLESS),
        ("strings before edges", moved(STRINGS, "\"edges\":"), HARMLESS),
        (
            "another key in front",
            with("{\"snapshot\"", "{\"first\":[1,{\"a\":\"]}\"}],\"snapshot\""),
            HARMLESS,
        ),
        ("another key behind the strings", with("\"w\"]}", "\"w\"],\"last\":[1]}"), HARMLESS),
        ("other values", with("\"nodes\":", "\"a\":null,\"b\":-1.5e-3,\"c\":true,\"nodes\":"), HARMLESS),
        ("negative numbers elsewhere", with("\"nodes\":", "\"scopes\":[-1,2,-3],\"nodes\":"), HARMLESS),
        ("zeros in front of numbers", with_foo("3,0002,5,0000000000100,2,0,0"), HARMLESS),
        ("deep nesting elsewhere", with("\"nodes\":", &deep("\"deep\":", 100_000)), HARMLESS),
    ]);
}

/// A key with `depth` lists in each other, and the nodes behind it.
fn deep(key: &str, depth: usize) -> String {
    format!("{key}{}{},\"nodes\":", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn what_is_odd_but_clear_is_read_with_a_warning() {
    let behind = |text: &str| good() + text;
    all(&[
        (
            "garbage behind the end",
            behind("] garbage"),
            "200 bytes, Foo 100/140; 9 bytes after the end of the snapshot are ignored",
        ),
        (
            "fewer nodes promised",
            with("\"node_count\":5", "\"node_count\":4"),
            "200 bytes, Foo 100/140; the header says 4 nodes, the file holds 5",
        ),
        (
            "billions of nodes promised",
            with("\"node_count\":5", "\"node_count\":4000000000"),
            "200 bytes, Foo 100/140; the header says 4000000000 nodes, the file holds 5",
        ),
        (
            "no number of nodes",
            with("\"node_count\":5,", ""),
            "200 bytes, Foo 100/140; the header does not say how many nodes there are",
        ),
        (
            "more edges promised",
            with("\"edge_count\":5", "\"edge_count\":7"),
            "200 bytes, Foo 100/140; the header says 7 edges, the file holds 5",
        ),
        (
            "edges of nobody",
            with(",2,6,21\n,6,7,28\n]", ",2,6,21\n,6,7,28\n,2,6,0]"),
            "200 bytes, Foo 100/140; the header says 5 edges, the file holds 6; 1 edges belong to no node and are left out",
        ),
        (
            "a type without a name",
            with_foo("77,2,5,100,2,0,0"),
            "200 bytes, Foo 100/140; 1 nodes have a type the file does not list",
        ),
        (
            "nodes twice",
            with("\"edges\":", "\"nodes\":[1,2,3],\"edges\":"),
            "200 bytes, Foo 100/140; the section \"nodes\" occurs more than once; the first counts",
        ),
        (
            "the header twice",
            with("\"edges\":", "\"snapshot\":{},\"edges\":"),
            "200 bytes, Foo 100/140; the section \"snapshot\" occurs more than once; the first counts",
        ),
        (
            "strings twice",
            with("\"w\"]}", "\"w\"],\"strings\":[\"]\"]}"),
            "200 bytes, Foo 100/140; the section \"strings\" occurs more than once; the first counts",
        ),
        (
            "strings first and last",
            with("{\"snapshot\"", &format!("{{{STRINGS},\"snapshot\"")),
            "200 bytes, Foo 100/140; the section \"strings\" occurs more than once; the first counts",
        ),
        (
            "strings first, garbage behind the end",
            with("{\"snapshot\"", &format!("{{{STRINGS},\"snapshot\"")).replacen(
                &format!(",\n{STRINGS}}}"),
                "} x",
                1,
            ),
            "200 bytes, Foo 100/140; 1 bytes after the end of the snapshot are ignored",
        ),
    ]);
}

#[test]
fn what_is_harmless_is_not_talked_about() {
    all(&[
        ("an edge of a type without a name", with(",2,6,21\n", ",77,6,21\n"), HARMLESS),
        ("a location for nobody", with("\"locations\":[14,", "\"locations\":[1400,"), HARMLESS),
        ("detachedness 3", with_foo("3,2,5,100,2,0,3"), HARMLESS),
        ("a huge trace node", with_foo("3,2,5,100,2,99999999999,0"), HARMLESS),
        ("two nodes of one id", with_foo("3,2,7,100,2,0,0"), HARMLESS),
        ("no locations", with("\"locations\":[14,1,2,3\n],\n", ""), HARMLESS),
        ("no samples", with("\"samples\":[],\n", ""), HARMLESS),
        ("no id field", with("\"id\"", "\"other\""), HARMLESS),
        ("half a surrogate pair", with("\"text\"", "\"\\ud83d\""), HARMLESS),
        (
            "a root in the middle",
            with("\"node_count\"", "\"root_index\":14,\"node_count\""),
            "200 bytes, Foo 100/200",
        ),
    ]);
}

#[test]
fn large_numbers_are_read_exactly() {
    let size = (1_u64 << 53) + 1;
    let sized = |size: u64| with_foo(&format!("3,2,5,{size},2,0,0"));
    all(&[
        ("4 GiB and 8", sized((1 << 32) + 8), "4294967404 bytes, Foo 4294967304/4294967344"),
        ("4 GiB less one", sized((1 << 32) - 1), "4294967395 bytes, Foo 4294967295/4294967335"),
        ("past 2^53", sized(size), "9007199254741093 bytes, Foo 9007199254740993/9007199254741033"),
    ]);
    let file = with_foo("3,2,1099511627781,100,2,0,0");
    let snapshot = load_bytes("file", file.as_bytes(), &Progress::new()).expect("a good file");
    assert_eq!(snapshot.graph().nodes.id(NodeIndex(2)), (1 << 40) + 5);
    assert_eq!(snapshot.max_js_object_id(), (1 << 40) + 5);
}

#[test]
fn what_is_missing_is_named() {
    let without = |section: &str| with(&format!("{section},\n"), "");
    all(&[
        (
            "empty",
            String::new(),
            "not a V8 heap snapshot: the file is empty; fetch or copy the snapshot again",
        ),
        (
            "no JSON",
            "hello".into(),
            "not a V8 heap snapshot: it begins with 'h'; expected a .heapsnapshot file, which begins with {\"snapshot\":",
        ),
        ("no nodes", without(NODES), "the section \"nodes\" is missing, which every heap snapshot has"),
        ("no edges", without(EDGES), "the section \"edges\" is missing, which every heap snapshot has"),
        (
            "no strings",
            with(STRINGS, "\"x\":1"),
            "the section \"strings\" is missing, which every heap snapshot has",
        ),
        (
            "no header",
            with("\"snapshot\":", "\"other\":"),
            "the section \"snapshot\" is missing, which every heap snapshot has",
        ),
        (
            "no meta",
            with("\"meta\":", "\"other\":"),
            "the node field \"type\" is missing, which every heap snapshot has",
        ),
        (
            "no self_size",
            with("\"self_size\"", "\"other\""),
            "the node field \"self_size\" is missing, which every heap snapshot has",
        ),
        (
            "no edge_count",
            with("\"edge_count\",", "\"other\","),
            "the node field \"edge_count\" is missing, which every heap snapshot has",
        ),
        (
            "no to_node",
            with("\"to_node\"", "\"other\""),
            "the edge field \"to_node\" is missing, which every heap snapshot has",
        ),
    ]);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let no_nodes = with(NODES, "\"nodes\":[]").replace(EDGES, "\"edges\":[]");
    all(&[
        ("no nodes at all", no_nodes, "the numbers of nodes do not agree: expected 1, found 0"),
        (
            "half a node",
            with(",3,4,9,60,0,0,0\n]", ",3,4,9]"),
            "the numbers in \"nodes\" and the fields of a node do not agree: expected 35, found 31",
        ),
        (
            "half an edge",
            with(",6,7,28\n]", ",6]"),
            "the numbers in \"edges\" and the fields of an edge do not agree: expected 15, found 13",
        ),
        (
            "more edges than there are",
            with_foo("3,2,5,100,3,0,0"),
            "the edges listed and the sum of the nodes' edge counts do not agree: expected 6, found 5",
        ),
        (
            "billions of edges",
            with_foo("3,2,5,100,4294967295,0,0"),
            "too large: the number of edges, the limit is 4294967295",
        ),
        (
            "sizes past 2^63",
            with_foo("3,2,5,9223372036854775808,2,0,0"),
            "too large: the sum of all sizes, the limit is 9223372036854775807",
        ),
        (
            "sizes past 2^64 together",
            with_foo("3,2,5,18446744073709551615,2,0,0"),
            "too large: the sum of all sizes, the limit is 9223372036854775807",
        ),
        (
            "bytes without nodes past 2^63",
            with("\"node_count\"", "\"extra_native_bytes\":9223372036854775807,\"node_count\""),
            "too large: the sum of all sizes, the limit is 9223372036854775807",
        ),
        (
            "an edge count past 32 bits",
            with_foo("3,2,5,100,4294967296,0,0"),
            "the edge count 4294967296 at node 2, «3,2,5,» is out of range: expected less than 4294967296",
        ),
        (
            "a target between two nodes",
            with(",2,6,21\n", ",2,6,22\n"),
            "in edges at «2,6,22»: expected a to_node that is a multiple of the number of node fields, found 22",
        ),
        (
            "a target past the nodes",
            with(",2,6,21\n", ",2,6,35\n"),
            "to_node 35 at edge 3, «2,6,35» is out of range: expected less than 35",
        ),
        (
            "a name past the strings",
            with_foo("3,99,5,100,2,0,0"),
            "the string index 99 at node 2 is out of range: expected less than 8",
        ),
        (
            "an edge's name past the strings",
            with(",2,6,21\n", ",2,99,21\n"),
            "the string index 99 at edge 3 is out of range: expected less than 8",
        ),
        (
            "a name past 32 bits",
            with(",2,6,21\n", ",2,4294967296,21\n"),
            "the name or index 4294967296 at edge 3, «2,4294» is out of range: expected less than 4294967296",
        ),
        (
            "a root past the nodes",
            with("\"node_count\"", "\"root_index\":35,\"node_count\""),
            "root_index 35 at the header is out of range: expected less than 35",
        ),
        (
            "a name but no strings",
            with(STRINGS, "\"strings\":[]"),
            "the string index 4 at node 4 is out of range: expected less than 0",
        ),
    ]);
}

#[test]
fn what_is_no_number_is_shown_with_its_place() {
    all(&[
        (
            "negative",
            with_foo("3,2,5,-100,2,0,0"),
            "in nodes at «-100,2»: expected a whole number, found '-'",
        ),
        (
            "fraction",
            with_foo("3,2,5,1.5,2,0,0"),
            "in nodes at «.5,2,0»: expected a comma or the end of the list, found '.'",
        ),
        (
            "exponent",
            with_foo("3,2,5,1e2,2,0,0"),
            "in nodes at «e2,2,0»: expected a comma or the end of the list, found 'e'",
        ),
        (
            "text",
            with_foo("3,2,5,\"a1b\",2,0,0"),
            "in nodes at «\"a1b\",»: expected a whole number, found '\"'",
        ),
        ("null", with_foo("3,2,5,null,2,0,0"), "in nodes at «null,2»: expected a whole number, found 'n'"),
        (
            "a list",
            with_foo("3,2,5,[1],2,0,0"),
            "in the snapshot at «2,0,0⏎»: expected a section's name in double quotes, found '2'",
        ),
        ("nothing", with_foo("3,2,5,,2,0,0"), "in nodes at «,2,0,0»: expected a whole number, found ','"),
        (
            "a blank inside",
            with_foo("3,2,5,1 00,2,0,0"),
            "in nodes at «00,2,0»: expected a comma or the end of the list, found '0'",
        ),
        (
            "past 2^64",
            with_foo("3,2,5,18446744073709551616,2,0,0"),
            "in nodes at «184467»: expected a number below 2^64, found '1'",
        ),
        (
            "a comma at the end",
            with(",6,7,28\n]", ",6,7,]"),
            "in edges at «],⏎\"tr»: expected a whole number, found ']'",
        ),
        (
            "nodes are an object",
            with("\"nodes\":[", "\"nodes\":{"),
            "in nodes at «{9,0,1»: expected '[', found '{'",
        ),
        (
            "a number among the strings",
            with("\"Foo\"", "17"),
            "in strings at «17,⏎\"t»: expected a string in double quotes, found '1'",
        ),
        (
            "null among the strings",
            with("\"Foo\"", "null"),
            "in strings at «null,⏎»: expected a string in double quotes, found 'n'",
        ),
        (
            "an escape that is none",
            with("\"Foo\"", "\"\\x41\""),
            "in strings at «\\x41\",»: expected a JSON escape, found '\\x41'",
        ),
        (
            "no colon",
            with("\"nodes\":", "\"nodes\" "),
            "in the snapshot at «[9,0,1»: expected a colon, found '['",
        ),
        (
            "no key",
            with("\"nodes\":", "7:"),
            "in the snapshot at «7:[9,0»: expected a section's name in double quotes, found '7'",
        ),
        (
            "a header that is a list",
            with("{\"meta\"", "[\"meta\"")
                .replace("\"trace_function_count\":0}", "\"trace_function_count\":0]"),
            "in the header at «\":{\"no»: expected a JSON object that describes the fields, found '\"'",
        ),
    ]);
}

#[test]
fn a_file_cut_short_anywhere_says_so() {
    let good = good();
    for length in 0..good.len() {
        let error = load_bytes("file", &good.as_bytes()[..length], &Progress::new())
            .err()
            .unwrap_or_else(|| panic!("loads with {length} of {} bytes", good.len()));
        let expected = if length == 0 { "not a V8 heap snapshot: the file is empty" } else { "cut short: " };
        assert!(error.to_string().starts_with(expected), "{length} bytes: {error}");
    }
}

fn partly() -> Options {
    Options { completeness: Completeness::Partial, ..Options::default() }
}

#[test]
fn what_is_whole_of_a_file_cut_short_anywhere_can_be_opened() {
    let good = good();
    let nodes_begin = good.find("\"nodes\":[").expect("it has nodes") + "\"nodes\":".len();
    let first_node = nodes_begin + "[9,0,1,0,2,0,0\n,".len();
    let mut before = (0, 0, 0);
    for length in 0..=good.len() {
        let bytes = &good.as_bytes()[..length];
        let error = load_bytes("file", bytes, &Progress::new()).err();
        let offered = error.as_ref().is_some_and(heaplens::snapshot::LoadError::is_truncated);
        assert_eq!(offered, (nodes_begin..good.len()).contains(&length), "{length}: {error:?}");
        let opened = load_bytes_with("file", bytes, &partly(), &Progress::new());
        let Ok(snapshot) = opened else {
            assert!(length < first_node, "{length} of {} bytes: {:?}", good.len(), opened.err());
            continue;
        };
        assert!(length >= first_node, "{length}");
        look_at_all(&snapshot);
        let graph = snapshot.graph();
        let texts = graph.strings.iter().filter(|(_, text)| *text != "(missing)").count();
        let now = (graph.node_count(), graph.edge_count(), texts);
        assert!(now.0 >= before.0 && now.1 >= before.1 && now.2 >= before.2, "{before:?} {now:?}");
        before = now;
        assert_eq!(snapshot.partial().is_none(), length == good.len());
        assert_eq!(snapshot.warnings().len(), usize::from(length < good.len()));
    }
    assert_eq!(before, (5, 5, 8));
}

#[test]
fn a_partial_snapshot_says_how_much_there_is() {
    let good = good();
    let said = |end: &str, behind: &str| {
        let length = good.find(end).expect("it stands there") + behind.len();
        let snapshot = load_bytes_with("file", &good.as_bytes()[..length], &partly(), &Progress::new());
        let snapshot = snapshot.unwrap_or_else(|error| panic!("{error}"));
        let names: Vec<_> =
            snapshot.graph().node_indices().map(|node| snapshot.graph().raw_name(node).to_owned()).collect();
        let warning = snapshot.warnings()[0].0.replace(&length.to_string(), "…");
        let (warning, _) = warning.split_once(';').expect("two sentences");
        format!("{warning}: {}", names.join(","))
    };
    assert_eq!(
        said(",2,3,7,40,0,0,0", ",2,3,7,4"),
        "partial: 3 of 5 objects, 0 of 5 references and 0 names were read before the file ends in nodes at byte …: (missing),(missing),(missing)"
    );
    assert_eq!(
        said(",1,1,14", ",1,1,1"),
        "partial: 5 of 5 objects, 2 of 5 references and 0 names were read before the file ends in edges at byte …: (missing),(missing),(missing),(missing),(missing)"
    );
    assert_eq!(
        said("\"text\"", "\"text\""),
        "partial: 5 of 5 objects, 5 of 5 references and 4 of 8 names were read before the file ends in strings at byte …: ,(GC roots),Foo,text,(missing)"
    );
}

#[test]
fn a_partial_load_of_a_whole_file_is_an_ordinary_load() {
    for file in [good(), with("{\"snapshot\"", &format!("{{{STRINGS},\"snapshot\""))] {
        let load = |options| load_bytes_with("file", file.as_bytes(), &options, &Progress::new());
        let (whole, part) = (load(Options::default()).expect("good"), load(partly()).expect("good"));
        assert!(part.partial().is_none());
        assert_eq!(dump(whole.graph()), dump(part.graph()));
        assert_eq!(whole.warnings(), part.warnings());
    }
}

#[test]
fn a_cut_may_fall_on_every_chunk_border() {
    let good = good();
    for length in (900..good.len()).step_by(7) {
        let graph_in = |size| {
            let chunk = ChunkSizes { numbers: size, strings: size };
            let parsed = parse_with(
                Input::new(&good.as_bytes()[..length]),
                &Options { chunk, ..partly() },
                &Progress::new(),
            );
            parsed.map(|parsed| dump(&parsed.graph)).map_err(|error| error.to_string())
        };
        let whole = graph_in(1 << 20);
        for size in 1..60 {
            assert_eq!(graph_in(size), whole, "{length} bytes in chunks of {size}");
        }
    }
}

/// Asks for everything that can be asked.
fn look_at_all(snapshot: &Arc<Snapshot>) {
    let graph = snapshot.graph();
    for node in graph.node_indices() {
        let _ =
            (snapshot.display_name(node), snapshot.retained(SizeMode::Raw, node), snapshot.retainers(node));
    }
    for edge in (0..graph.edge_count()).map(EdgeIndex::at) {
        let _ = (snapshot.edge_name(edge).to_string(), graph.source(edge));
    }
    let _ = statistics(snapshot);
    let progress = Progress::new();
    let contexts = snapshot.native_contexts(&progress).expect("nobody cancels").contexts;
    let filters = [
        Filter::DuplicatedStrings,
        Filter::RetainedByDetachedDom,
        Filter::RetainedByContexts,
        Filter::RetainedByConsole,
        Filter::RetainedByEventHandlers,
        Filter::SharedNativeContext,
        Filter::NoNativeContext,
        Filter::allocated_before(snapshot),
    ];
    for filter in filters.into_iter().chain(contexts.iter().map(|&(node, _)| Filter::NativeContext(node))) {
        let kept = snapshot.filter(filter, &progress).expect("nobody cancels");
        let _ = snapshot.class_totals_of(SizeMode::Chrome, &kept);
    }
    let ignored = graph.node_indices().filter(|node| node.0 % 3 == 2).collect();
    let _ = snapshot.ignoring(ignored, &progress).expect("nobody cancels");
    let _ = snapshot.search(&Query::new("o", false), None, &progress).expect("nobody cancels");
    let _ = live_sizes_by_sample(graph, snapshot.shallow_sizes(SizeMode::Chrome));
    if let Some(allocations) = snapshot.allocations() {
        for row in allocations.functions() {
            let _ = (allocations.callers(&row), allocations.live_objects(graph, &row).count());
        }
        let _ = graph.node_indices().map(|node| allocations.stack(graph, node).len()).max();
    }
    let same = compare(Arc::clone(snapshot), Arc::clone(snapshot), SizeMode::Chrome, &Progress::new());
    assert_eq!(same.expect("nobody cancels").totals.delta, 0);
}

/// A few bytes changed, as a bad disk or a bad tool would.
fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    const TOKENS: [&str; 16] = [
        "0",
        "9",
        ",",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        ":",
        "-",
        "4294967295",
        "18446744073709551615",
        "\\ud800",
        "\u{feff}",
        "null",
    ];
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(0..bytes.len());
        let end = (at + rng.usize(0..12)).min(bytes.len());
        match rng.u8(0..6) {
            0 => bytes[at] = rng.u8(..),
            1 => bytes[at] ^= 1 << rng.u8(0..8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => drop(bytes.splice(at..at, rng.choice(TOKENS).expect("some").bytes())),
            _ => drop(bytes.splice(at..end, rng.choice(TOKENS).expect("some").bytes())),
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
}

#[test]
fn no_damage_makes_it_panic_or_hang() {
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let file = |name: &str| std::fs::read(answers.join(name)).expect("part of the repository");
    let originals = [good().into_bytes(), file("r43-a.heapsnapshot"), file("r189-b.heapsnapshot")];
    static AT: AtomicU64 = AtomicU64::new(0);
    let (done, ended) = channel();
    std::thread::spawn(move || {
        // A few seconds either way.
        for Seed(seed) in seeds(if cfg!(debug_assertions) { 20_000 } else { 100_000 }) {
            AT.store(seed, Ordering::Relaxed);
            let _says_which = Seed(seed);
            let mut rng = Rng::with_seed(seed);
            let mut bytes = rng.choice(&originals).expect("three").clone();
            mutate(&mut bytes, &mut rng);
            let whole = load_bytes("file", &bytes, &Progress::new());
            if let Ok(snapshot) = &whole {
                look_at_all(snapshot);
            }
            if whole.is_err_and(|error| error.is_truncated())
                && let Ok(snapshot) = load_bytes_with("file", &bytes, &partly(), &Progress::new())
            {
                look_at_all(&snapshot);
            }
        }
        done.send(()).expect("the test waits");
    });
    match ended.recv_timeout(Duration::from_secs(120)) {
        Ok(()) => {}
        Err(RecvTimeoutError::Timeout) => panic!("hangs with HEAP_SEED={}", AT.load(Ordering::Relaxed)),
        Err(RecvTimeoutError::Disconnected) => panic!("panics with HEAP_SEED={}", AT.load(Ordering::Relaxed)),
    }
}

/// Everything a graph holds, as text.
fn dump(graph: &Graph) -> String {
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

#[test]
fn chunk_borders_may_fall_on_every_byte() {
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let random = std::fs::read(answers.join("r43-a.heapsnapshot")).expect("part of the repository");
    for file in [good().into_bytes(), random] {
        let graph_in = |chunk| {
            let options = Options { chunk, ..Options::default() };
            let parsed = parse_with(Input::new(&file), &options, &Progress::new());
            dump(&parsed.expect("a good file").graph)
        };
        let whole = graph_in(ChunkSizes::default());
        for size in 1..=1_500 {
            let chunked = graph_in(ChunkSizes { numbers: size, strings: size });
            assert_eq!(chunked, whole, "in chunks of {size} bytes");
        }
    }
}

fn saved(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("room for a small file");
    (folder, path)
}

#[track_caller]
fn loads_from_disk(bytes: &[u8]) {
    let (_folder, path) = saved("any-name", bytes);
    let snapshot = load(&path, &Progress::new(), |_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(snapshot.total_size(), 200);
    assert_eq!(snapshot.source().bytes, bytes.len() as u64);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_files_are_told_by_their_first_bytes() {
    let good = good().into_bytes();
    loads_from_disk(&good);
    loads_from_disk(&gzip(&good));
    loads_from_disk(&zstd(&good));
    let (one, two) = good.split_at(700);
    loads_from_disk(&[gzip(one), gzip(two)].concat());
}

#[test]
fn a_compressed_file_cut_short_is_refused() {
    for compressed in [gzip(good().as_bytes()), zstd(good().as_bytes())] {
        for length in [5, 40, compressed.len() / 2, compressed.len() - 1] {
            let (_folder, path) = saved("any-name", &compressed[..length]);
            let error = load(&path, &Progress::new(), |_| {}).err().map(|error| error.to_string());
            let error = error.unwrap_or_else(|| panic!("loads with {length} of {}", compressed.len()));
            let begins = ["cannot read the file: ", "cannot decompress the file: ", "cut short: "];
            assert!(begins.iter().any(|begin| error.starts_with(begin)), "{length}: {error}");
        }
    }
}

#[test]
fn an_error_ends_with_the_path() {
    let (folder, path) = saved("broken.heapsnapshot", b"hello");
    let message = |path: &Path| load(path, &Progress::new(), |_| {}).err().expect("no snapshot").to_string();
    assert!(message(&path).ends_with(&format!(" ({})", path.display())), "{}", message(&path));
    assert!(message(&folder.path().join("none")).starts_with("cannot open the file: "));
    let message = message(folder.path());
    assert!(
        message.starts_with("cannot open the file: it is a folder; choose the snapshot in it ("),
        "{message}"
    );
}

#[test]
fn nothing_depends_on_the_file_once_it_is_loaded() {
    let (_folder, path) = saved("live.heapsnapshot", good().as_bytes());
    let snapshot = load(&path, &Progress::new(), |_| {}).expect("a good file");
    let before = dump(snapshot.graph());
    std::fs::write(&path, b"").expect("the file can be cut short");
    std::fs::remove_file(&path).expect("the file can be removed");
    look_at_all(&snapshot);
    assert_eq!(dump(snapshot.graph()), before);
}

#[test]
fn a_cancelled_load_says_so() {
    let progress = Progress::new();
    progress.cancel();
    let error = load_bytes("file", good().as_bytes(), &progress).err().expect("cancelled");
    assert!(error.is_cancelled());
    assert_eq!(error.sentence(), "cancelled");
}

#[test]
fn the_first_rows_come_before_the_retained_sizes() {
    let (_folder, path) = saved("early.heapsnapshot", good().as_bytes());
    let mut early = None;
    let snapshot = load(&path, &Progress::new(), |snapshot| early = Some(snapshot)).expect("a good file");
    let early = early.expect("called once");
    assert!(!early.is_complete() && snapshot.is_complete());
    let rows = |snapshot: &Snapshot| -> Vec<_> {
        snapshot.class_totals(SizeMode::Chrome).iter().map(|(_, row)| (row.count, row.shallow)).collect()
    };
    assert_eq!(rows(&early), rows(&snapshot));
    assert_eq!(early.retained(SizeMode::Chrome, NodeIndex(2)), None);
    assert_eq!(early.dominator(NodeIndex(2)), None);
}
