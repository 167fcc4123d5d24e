//! Any bytes as a whole file: read with two choices of chunks, which must agree, then analysed.
#![no_main]

use heaplens::base::Progress;
use heaplens::parse::{ChunkSizes, Input, Options, parse_with};
use heaplens::snapshot::{SizeMode, load_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let progress = Progress::new();
    let read = |size| {
        let options = Options { chunk: ChunkSizes { numbers: size, strings: size }, ..Options::default() };
        parse_with(Input::new(bytes), &options, &progress).map(|parsed| parsed.warnings).map_err(|error| error.to_string())
    };
    let size = usize::from(bytes.last().copied().unwrap_or(0)) + 1;
    let (small, large) = (read(size), read(1 << 20));
    // Errors come from whichever thread meets one first.
    assert_eq!(small.is_ok(), large.is_ok());
    if let Ok(warnings) = small {
        assert_eq!(Ok(warnings), large);
        let snapshot = load_bytes("file", bytes, &progress).expect("it was read before");
        for node in snapshot.graph().node_indices() {
            let _ = (snapshot.display_name(node), snapshot.retained(SizeMode::Raw, node), snapshot.retainers(node));
        }
    }
});
