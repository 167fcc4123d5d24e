//! Oddities that are readable: loaded, with a warning where the user should know.

use super::{HARMLESS, STRINGS, all, good, with, with_foo};

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
