//! Unusual layouts of other writers, and sizes that few heaps have.

use heaplens::base::{NodeIndex, Progress};
use heaplens::snapshot::load_bytes;

use super::{EDGES, HARMLESS, NODES, STRINGS, all, good, with, with_foo};

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
