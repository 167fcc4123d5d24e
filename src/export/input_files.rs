//! The input of an export: snapshot files, and all snapshots below folders.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of snapshots.
const ENDINGS: [&str; 2] = ["heapsnapshot", "heaptimeline"];
/// Extensions of compressed files.
const COMPRESSED: [&str; 3] = ["gz", "zip", "zst"];
/// Maximum depth of folders.
const DEPTH: usize = 32;

/// A snapshot to export.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputFile {
    /// Its path; `-` for standard input.
    pub path: PathBuf,
    /// Its name: the file name, or the path below the given folder.
    pub name: String,
    /// The path below that folder, whose parts may define the partition.
    pub below: Option<PathBuf>,
}

/// The files, and the snapshots in folders in the order of their paths. Does not follow links to folders.
pub fn input_files(paths: &[PathBuf]) -> Result<Vec<InputFile>, (PathBuf, io::Error)> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut found = Vec::new();
            collect(path, &mut found).map_err(|error| (path.clone(), error))?;
            found.sort();
            files.extend(found.into_iter().map(|found| {
                let below = found.strip_prefix(path).unwrap_or(&found).to_owned();
                InputFile { name: below.to_string_lossy().into_owned(), path: found, below: Some(below) }
            }));
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let name = if name == "-" { "standard-input".to_owned() } else { name.into_owned() };
            files.push(InputFile { path: path.clone(), name, below: None });
        }
    }
    Ok(files)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() && depth < DEPTH {
                folders.push((path, depth + 1));
            } else if !kind.is_dir() && is_snapshot(&path) {
                found.push(path);
            }
        }
    }
    Ok(())
}

/// Whether the name is that of a snapshot, compressed or not.
fn is_snapshot(path: &Path) -> bool {
    let ends = |path: &Path, endings: &[&str]| {
        let ending = path.extension().and_then(OsStr::to_str);
        ending.is_some_and(|ending| endings.iter().any(|it| it.eq_ignore_ascii_case(ending)))
    };
    ends(path, &ENDINGS)
        || (ends(path, &COMPRESSED) && path.file_stem().is_some_and(|stem| ends(Path::new(stem), &ENDINGS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_snapshots_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("host=a");
        fs::create_dir(&inner).unwrap();
        for name in ["b.heapsnapshot", "a.heapsnapshot.gz", "a.heapsnapshot.gz.json", "notes.txt", "x.zip"] {
            fs::write(inner.join(name), "").unwrap();
        }
        let one = folder.path().join("one.json");
        let found = input_files(&[folder.path().to_owned(), one.clone(), "-".into()]).unwrap();
        let names: Vec<&str> = found.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            ["host=a/a.heapsnapshot.gz", "host=a/b.heapsnapshot", "one.json", "standard-input"]
        );
        assert_eq!(found[0].below, Some("host=a/a.heapsnapshot.gz".into()));
        assert_eq!(found[2].path, one);
    }
}
