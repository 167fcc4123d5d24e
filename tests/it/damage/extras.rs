//! Damage in optional sections: source positions, allocation times and stacks; and damage across the end of a
//! section, which hides the name of the next one.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::snapshot::{Snapshot, load_bytes, load_bytes_with};

use super::mutations::look_at_all;
use super::{dump, partly};

/// A heap with stacks and source positions, and a few allocation times added.
fn timeline() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers/r43-a.heapsnapshot");
    let file = std::fs::read_to_string(path).expect("part of the repository");
    let fields = "\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]";
    file.replace("\"sample_fields\":", &format!("{fields},\"sample_fields\":"))
        .replace("\"samples\":[]", "\"samples\":[0,13,\n1000,29,\n2000,55]")
}

/// The file with zeros over `length` bytes from `at` on: the error, and what opens all the same.
fn with_zeros(file: &str, at: usize, length: usize) -> (String, Arc<Snapshot>) {
    let mut bytes = file.as_bytes().to_vec();
    bytes[at..at + length].fill(0);
    let error = load_bytes("file", &bytes, &Progress::new()).err();
    let error = error.unwrap_or_else(|| panic!("{length} zeros at {at} are read"));
    assert!(error.opens_partly(), "{length} zeros at {at}: {error}");
    let opened = load_bytes_with("file", &bytes, &partly(), &Progress::new());
    let snapshot = opened.unwrap_or_else(|again| panic!("{length} zeros at {at}: {error}, then {again}"));
    look_at_all(&snapshot);
    (error.sentence(), snapshot)
}

#[test]
fn a_heap_opens_without_the_extras_that_are_damaged() {
    let file = timeline();
    let whole = load_bytes("file", file.as_bytes(), &Progress::new()).expect("a good file");
    assert!(whole.graph().trace.is_some() && whole.graph().samples.len() == 3);
    for (section, lost, summary) in [
        ("locations", "source positions", "Partial: no source positions"),
        ("samples", "allocation times", "Partial: no allocation times"),
        ("trace_tree", "allocation stacks", "Partial: no allocation stacks"),
        ("trace_function_infos", "allocation stacks", "Partial: no allocation stacks"),
    ] {
        let at = file.find(&format!("\"{section}\":[")).expect("it has all") + section.len() + 8;
        let (said, snapshot) = with_zeros(&file, at, 3);
        assert!(said.starts_with(&format!("in {section} at byte {at}: expected a ")), "{said}");
        assert!(said.ends_with("copy it again, or open everything else as a partial snapshot"), "{said}");
        let partial = snapshot.partial().expect("not all there");
        let at = heaplens::base::format_count(at as u64);
        assert_eq!(
            partial.sentence(),
            format!(
                "partial: all objects, references and names were read, but the file is damaged in {section} at byte {at}; {lost} are missing"
            )
        );
        assert_eq!(partial.summary(), summary);
        assert_eq!(snapshot.total_size(), whole.total_size());
        let (graph, good) = (snapshot.graph(), whole.graph());
        assert_eq!((graph.node_count(), graph.edge_count()), (good.node_count(), good.edge_count()));
        let has_location = graph.node_indices().any(|node| graph.locations.get(node).is_some());
        assert_eq!(
            (has_location, graph.samples.len(), graph.trace.is_some()),
            (section != "locations", if section == "samples" { 0 } else { 3 }, !section.starts_with("trace")),
        );
    }
}

#[test]
fn several_extras_may_be_damaged_at_once() {
    let file = timeline();
    let samples = file.find("\"samples\":[").expect("it has samples") + 14;
    let locations = file.find("\"locations\":[").expect("it has locations") + 16;
    let (_, snapshot) = with_zeros(&file, samples, locations - samples);
    let said = snapshot.partial().expect("not all there").sentence();
    let both = "; source positions and allocation times are missing";
    assert!(said.ends_with(both), "{said}");
    let holed =
        file.replace("\"samples\":[0,", "\"samples\":[?,").replace("\"locations\":[49,", "\"locations\":[?,");
    let (_, snapshot) = with_zeros(&holed, samples + 2, 1);
    let said = snapshot.partial().expect("not all there").sentence();
    assert!(said.ends_with(both), "{said}");
    assert_eq!(dump(snapshot.graph()).matches("Some(Location").count(), 0);
}

#[test]
fn damage_that_hides_the_name_of_a_section_costs_that_section() {
    let file = timeline();
    let whole = load_bytes("file", file.as_bytes(), &Progress::new()).expect("a good file");
    let place = |section: &str| file.find(&format!("\"{section}\":[")).expect("it has all");
    let sizes = |snapshot: &Snapshot| {
        let partial = snapshot.partial().expect("not all there");
        (partial.nodes, partial.edges, partial.strings)
    };
    let all = load_bytes("file", file.as_bytes(), &Progress::new()).expect("a good file");
    let strings = all.graph().strings.len() as u64;
    let (nodes, edges) = (whole.graph().node_count() as u64, whole.graph().edge_count() as u64);
    let (_, no_edges) = with_zeros(&file, place("edges") - 8, 20);
    assert_eq!(sizes(&no_edges), (nodes - 1, 0, strings));
    let (_, no_extras) = with_zeros(&file, place("trace_function_infos") - 10, 60);
    assert_eq!(sizes(&no_extras), (nodes, edges - 1, strings));
    let (_, no_names) = with_zeros(&file, place("strings") - 5, 8);
    assert_eq!(sizes(&no_names), (nodes, edges, 0));
}

#[test]
fn wherever_the_damage_lies_the_rest_opens() {
    let file = timeline();
    let first = file.find("\"nodes\":[").expect("it has nodes") + 30;
    let strings = file.find("\"strings\":[").expect("it has strings");
    for length in [1, 9, 40] {
        for at in (first..strings - length).step_by(3) {
            let (_, snapshot) = with_zeros(&file, at, length);
            let partial = snapshot.partial().expect("not all there");
            assert!(partial.nodes > 0 && partial.strings > 50, "{length} zeros at {at}: {partial:?}");
        }
    }
}
