//! Chunks may end at any byte of the file: the heap is the same.

use std::path::Path;

use heaplens::base::Progress;
use heaplens::parse::{ChunkSizes, Input, Options, parse_with};

use super::{dump, good, partly};

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
