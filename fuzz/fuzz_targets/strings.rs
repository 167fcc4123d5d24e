//! Any bytes inside the string table of a good file, read in chunks of many sizes, which must agree.
#![no_main]

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::parse::{ChunkSizes, Completeness, Input, Options, parse_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut heap = GraphBuilder::new();
    heap.node("object", "Foo", 8);
    let good = heap.to_json();
    let (before, _) = good.rsplit_once("\"\"").expect("a table");
    let Some((&size, text)) = bytes.split_first() else { return };
    let file = [before.as_bytes(), b"\"\",\"Foo\",", text, b"]}"].concat();
    let read = |size, completeness| {
        let chunk = ChunkSizes { numbers: 1 << 20, strings: size };
        let options = Options { chunk, completeness, ..Options::default() };
        let parsed = parse_with(Input::new(&file), &options, &Progress::new());
        parsed.ok().map(|parsed| {
            let all: Vec<_> = parsed.graph.strings.iter().map(|(_, text)| text.to_owned()).collect();
            (all, parsed.warnings)
        })
    };
    for completeness in [Completeness::Whole, Completeness::Partial] {
        assert_eq!(read(usize::from(size) + 1, completeness), read(1 << 20, completeness));
    }
});
