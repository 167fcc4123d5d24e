//! Any bytes as a file that was cut short: what can be opened in part is analysed.
#![no_main]

use heaplens::base::Progress;
use heaplens::snapshot::{Completeness, Options, SizeMode, load_bytes, load_bytes_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let progress = Progress::new();
    let options = Options { completeness: Completeness::Partial, ..Options::default() };
    let Ok(snapshot) = load_bytes_with("file", bytes, &options, &progress) else { return };
    for node in snapshot.graph().node_indices() {
        let _ = (snapshot.display_name(node), snapshot.retained(SizeMode::Raw, node), snapshot.retainers(node));
    }
    if snapshot.partial().is_none() {
        let whole = load_bytes("file", bytes, &progress).expect("nothing is missing");
        assert_eq!(whole.warnings(), snapshot.warnings());
    }
});
