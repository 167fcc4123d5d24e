//! The bundled sample snapshots, if they can be found.

use std::env;
use std::path::{Path, PathBuf};

const FOLDER: &str = "sample-snapshots";

/// The two snapshots of the leaking server, the older first.
const PAIR: [&str; 2] = ["heapDumpAtServerStart.heapsnapshot", "heapDump-after.heapsnapshot"];

/// The folder of the pair: beside the program, above it, in the current folder or in the sources.
pub fn find_pair() -> Option<[PathBuf; 2]> {
    let beside = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let installed = beside.as_ref().map(|folder| folder.join("../share/heaplens"));
    let sources = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let built = beside.as_ref().map(|folder| folder.join("../.."));
    let here = env::current_dir().ok();
    [beside, installed, here, sources, built].into_iter().flatten().find_map(|folder| pair_in(&folder))
}

fn pair_in(folder: &Path) -> Option<[PathBuf; 2]> {
    let pair = PAIR.map(|name| folder.join(FOLDER).join(name));
    pair.iter().all(|path| path.is_file()).then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_needs_both_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        std::fs::write(folder.path().join(FOLDER).join(PAIR[0]), "{}").unwrap();
        assert_eq!(pair_in(folder.path()), None);
        std::fs::write(folder.path().join(FOLDER).join(PAIR[1]), "{}").unwrap();
        assert!(pair_in(folder.path()).is_some_and(|[first, _]| first.ends_with(PAIR[0])));
    }
}
