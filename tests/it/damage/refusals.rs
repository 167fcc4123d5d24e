//! Unreadable files, and the error message with the position and the reason.

use super::{EDGES, NODES, STRINGS, all, with, with_foo};

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
        ("a list", with_foo("3,2,5,[1],2,0,0"), "in nodes at «[1],2,»: expected a whole number, found '['"),
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
            "in the snapshot at «{9,0,1»: expected '[', found '{'",
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
