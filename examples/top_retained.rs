//! Prints the ten objects of a snapshot that retain the most: `cargo run --example top_retained -- FILE`.

use std::cmp::Reverse;
use std::path::Path;
use std::process::ExitCode;

use heaplens::base::Progress;
use heaplens::snapshot::{SizeMode, load};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: top_retained FILE");
        return ExitCode::from(2);
    };
    let snapshot = match load(Path::new(&path), &Progress::new(), |_| {}) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mode = SizeMode::Chrome;
    snapshot.prepare(mode);
    let root = snapshot.graph().root;
    let mut nodes: Vec<_> = snapshot.graph().node_indices().filter(|&node| node != root).collect();
    nodes.sort_by_key(|&node| Reverse(snapshot.retained(mode, node)));
    for &node in nodes.iter().take(10) {
        let retained = snapshot.retained(mode, node).unwrap_or(0);
        println!("{retained:>12}  {}", snapshot.classes().name(snapshot.class_of(node)));
    }
    ExitCode::SUCCESS
}
