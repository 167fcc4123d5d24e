//! Files of the right length with a part that was never written: a block of zeros, or junk. The part before
//! is opened on request, and the part after it is not guessed.

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::parse::{ChunkSizes, Input, Options, parse_with};
use heaplens::snapshot::{Snapshot, load_bytes, load_bytes_with};

use super::mutations::look_at_all;
use super::{dump, good, partly};

const NODES: usize = 2_000;

fn whole(number: u64) -> usize {
    usize::try_from(number).expect("small")
}

/// A chain of objects, each with a name of its own.
fn chain() -> Vec<u8> {
    let mut heap = GraphBuilder::new();
    let mut last = 0;
    for at in 0..NODES {
        let node = heap.node("object", &format!("Class {at}"), 8);
        heap.edge(last, "property", &format!("field {at}"), node);
        last = node;
    }
    heap.to_json().into_bytes()
}

/// The file with `length` bytes of `junk` at a part of a thousand of a section, and where that is.
fn with_hole(section: &str, part: usize, length: usize, junk: u8) -> (Vec<u8>, usize) {
    let mut file = chain();
    let text = String::from_utf8(file.clone()).expect("the builder writes text");
    let start = text.find(&format!("\"{section}\":[")).expect("it has all sections") + section.len() + 4;
    let end = start + text[start..].find(']').expect("it ends");
    let at = start + (end - start) * part / 1000;
    let length = length.min(end - 1 - at);
    file[at..at + length].fill(junk);
    (file, at)
}

/// What is refused and then opened in part; returns the error.
fn opened_partly(file: &[u8]) -> (String, std::sync::Arc<Snapshot>) {
    let error = load_bytes("file", file, &Progress::new()).err().expect("it is damaged");
    assert!(error.opens_partly(), "{error}");
    let opened = load_bytes_with("file", file, &partly(), &Progress::new());
    let snapshot = opened.unwrap_or_else(|again| panic!("{error}, then {again}"));
    look_at_all(&snapshot);
    (error.sentence(), snapshot)
}

#[test]
fn objects_before_a_hole_in_the_nodes_are_shown_with_their_names() {
    for (part, length, junk) in [(500, 1, 0), (500, 4096, 0), (100, 100, b'x'), (900, 64, 0xff)] {
        let (file, at) = with_hole("nodes", part, length, junk);
        let (said, snapshot) = opened_partly(&file);
        assert!(said.starts_with("in nodes at byte "), "{said}");
        let partial = snapshot.partial().expect("not all there");
        let (found, wanted) = (whole(partial.nodes), NODES * part / 1000);
        assert!(found.abs_diff(wanted) < NODES / 20, "{found} of {wanted}");
        assert!(whole(partial.offset).abs_diff(at) < 30, "{} {at}", partial.offset);
        // The last one's edge leads to an object that is lost.
        assert_eq!((partial.edges, partial.strings), (partial.nodes - 1, 4_001));
        let last = heaplens::base::NodeIndex::at(found - 1);
        assert_eq!(usize::try_from(snapshot.distance(last).0), Ok(found - 1));
        assert_eq!(snapshot.graph().edges_of(last).len(), 0);
        let name = snapshot.display_name(heaplens::base::NodeIndex::at(found - 1)).into_owned();
        assert_eq!(name, format!("Class {}", found - 2));
        let sentence = partial.sentence();
        assert!(sentence.contains("were read before the file is damaged in nodes at byte "), "{sentence}");
    }
}

#[test]
fn references_before_a_hole_in_the_edges_are_shown() {
    for (part, length, junk) in [(500, 1, 0), (300, 4096, 0), (700, 100, b'-')] {
        let (file, _) = with_hole("edges", part, length, junk);
        let (said, snapshot) = opened_partly(&file);
        assert!(said.starts_with("in edges at byte "), "{said}");
        let partial = snapshot.partial().expect("not all there");
        assert_eq!((partial.nodes, partial.strings), (2_001, 4_001));
        assert!(whole(partial.edges).abs_diff(NODES * part / 1000) < NODES / 20, "{partial:?}");
    }
}

#[test]
fn names_before_a_hole_in_the_strings_are_shown() {
    // Of odd and even length, so that quotes are lost by one and by two.
    for (part, length) in [(500, 1), (500, 7), (300, 13), (300, 4096), (700, 100), (700, 111)] {
        let (file, at) = with_hole("strings", part, length, 0);
        let (said, snapshot) = opened_partly(&file);
        assert_eq!(
            said.split(';').next(),
            Some(&*format!("in strings at byte {at}: expected text, found byte 0x00"))
        );
        let partial = snapshot.partial().expect("not all there");
        assert_eq!((partial.nodes, partial.edges), (2_001, 2_000));
        let texts: Vec<&str> = snapshot.graph().strings.iter().map(|(_, text)| text).collect();
        let all = load_bytes("file", &chain(), &Progress::new()).expect("a good file");
        let known = whole(partial.strings);
        assert!(
            all.graph().strings.iter().map(|(_, text)| text).take(known).eq(texts[..known].iter().copied())
        );
        assert!(known.abs_diff(4_001 * part / 1000) < 200, "{known}");
    }
}

#[test]
fn the_first_fault_in_the_strings_counts_however_the_work_is_dealt_out() {
    let good = good();
    let (before, _) = good.split_once("\"\",\n\"(GC roots)\"").expect("a table");
    // Found by the fuzzer: junk and a control byte; a string with both an escape and a control byte.
    for text in [")zo\u{5}]}", "\"a\u{5}longer than a chunk\\x\"]}", "\"longer than a chunk\\x\u{5}\"]}"] {
        let file = format!("{before}\"\",\"Foo\",{text}");
        let read = |size| {
            let options = Options { chunk: ChunkSizes { numbers: 1 << 20, strings: size }, ..partly() };
            let parsed = parse_with(Input::new(file.as_bytes()), &options, &Progress::new());
            dump(&parsed.unwrap_or_else(|error| panic!("{text:?} in {size}: {error}")).graph)
        };
        let whole = read(1 << 20);
        for size in 1..50 {
            assert_eq!(read(size), whole, "{text:?} in chunks of {size}");
        }
    }
}

#[test]
fn holes_in_several_sections_are_one_partial_snapshot() {
    let (mut file, at) = with_hole("edges", 500, 100, 0);
    let (strings, _) = with_hole("strings", 500, 100, 0);
    let behind = strings.iter().rposition(|&byte| byte == 0).expect("the hole");
    file[at + 1000..=behind].copy_from_slice(&strings[at + 1000..=behind]);
    let (_, snapshot) = opened_partly(&file);
    let partial = snapshot.partial().expect("not all there");
    assert_eq!(partial.section, "edges");
    assert!(partial.edges < 1_100 && partial.strings < 2_200, "{partial:?}");
}

#[test]
fn what_is_damaged_from_the_start_is_not_offered_twice() {
    let (file, _) = with_hole("nodes", 0, 40, 0);
    let again = load_bytes_with("file", &file, &partly(), &Progress::new()).err().expect("nothing is left");
    assert!(!again.opens_partly());
    assert_eq!(
        again.sentence(),
        "the list of nodes is damaged (from its first node on): fetch or copy the file again"
    );
}

#[test]
fn bytes_that_are_missing_without_a_trace_are_refused() {
    let mut file = chain();
    let nodes = file.windows(7).position(|text| text == b"\"nodes\"").expect("it has nodes");
    // A whole number of the numbers is gone, and every one left can be read.
    let commas: Vec<usize> = (nodes..file.len()).filter(|&at| file[at] == b',').skip(700).take(4).collect();
    file.drain(commas[0]..commas[3]);
    let error = load_bytes("file", &file, &Progress::new()).err().expect("it does not add up");
    assert!(!error.opens_partly(), "{error}");
    assert!(error.sentence().contains("do not agree"), "{error}");
}
