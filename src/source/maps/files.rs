//! Files of maps and sources on this disk: which may be opened, and the maps in folders of the user.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::snapshot::scripts::percent_decoded;

/// Entries of a folder, and of those in it, that are looked at.
const ENTRIES: usize = 200_000;
/// Folders in folders.
const DEPTH: usize = 24;
/// Maps of one name that are tried.
const TRIED: usize = 8;
/// Folders whose files are no files of the user.
const SYSTEM: [&str; 3] = ["/proc", "/dev", "/sys"];

/// The path on this disk that a script's address means; nothing for pages and code without a file.
pub(super) fn script_path(url: &str) -> Option<PathBuf> {
    let path = match url.strip_prefix("file://") {
        Some(path) => percent_decoded(path.split(['?', '#']).next()?).into_owned(),
        None => url.to_owned(),
    };
    let path = PathBuf::from(path);
    let is_clean = path.is_absolute() && !url.contains(char::is_control) && !url.starts_with("\\\\");
    (is_clean && !url.starts_with("//") && !SYSTEM.iter().any(|system| path.starts_with(system)))
        .then_some(path)
}

/// Folders that files may be read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    folders: Vec<PathBuf>,
}

impl Allowed {
    /// Those of `folders` that exist.
    pub(super) fn new<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Self {
        Self { folders: folders.into_iter().filter_map(|folder| folder.canonicalize().ok()).collect() }
    }

    /// The text of a regular file of at most `limit` bytes below one of the folders, links followed.
    pub(super) fn read(&self, path: &Path, limit: usize) -> Option<Vec<u8>> {
        let path = path.canonicalize().ok()?;
        let is_below = self.folders.iter().any(|folder| path.starts_with(folder));
        let is_system = SYSTEM.iter().any(|system| path.starts_with(system));
        if !is_below || is_system {
            return None;
        }
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let is_fit = |metadata: &fs::Metadata| metadata.is_file() && metadata.len() <= limit;
        // Looked at before it is opened: opening a pipe waits.
        fs::metadata(&path).ok().filter(is_fit)?;
        let file = File::open(&path).ok()?;
        let size = file.metadata().ok().filter(is_fit)?.len();
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        file.take(limit).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The same as text.
    pub(super) fn read_text(&self, path: &Path, limit: usize) -> Option<String> {
        String::from_utf8(self.read(path, limit)?).ok()
    }

    /// The file below one of the folders whose path ends as `path` does, the longest end first.
    pub(super) fn read_end(&self, path: &str, limit: usize) -> Option<Vec<u8>> {
        let parts = parts(path);
        let first = parts.len().saturating_sub(DEPTH);
        let ends = (first..parts.len()).map(|first| parts[first..].iter().collect::<PathBuf>());
        ends.flat_map(|end| self.folders.iter().map(move |folder| folder.join(&end)))
            .find_map(|path| self.read(&path, limit))
    }
}

/// The parts of a path that name folders or files.
fn parts(path: &str) -> Vec<&str> {
    path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect()
}

/// The maps in folders of the user, by file name.
#[derive(Debug, Default)]
pub struct MapFolders {
    by_name: FxHashMap<String, Vec<PathBuf>>,
}

impl MapFolders {
    /// Looks through `folders`, links not followed.
    pub fn find(folders: &[PathBuf]) -> Self {
        let mut found = Self::default();
        let mut left = ENTRIES;
        let mut open: Vec<(PathBuf, usize)> =
            folders.iter().rev().map(|folder| (folder.clone(), 0)).collect();
        while let Some((folder, depth)) = open.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            let mut entries: Vec<_> = entries.filter_map(Result::ok).take(left).collect();
            left -= entries.len();
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_dir() && depth < DEPTH {
                    open.push((entry.path(), depth + 1));
                } else if kind.is_file()
                    && let Some(name) = entry.file_name().to_str().filter(|name| name.ends_with(".map"))
                {
                    found.by_name.entry(name.to_owned()).or_default().push(entry.path());
                }
            }
        }
        found
    }

    /// Maps that are called `name`, those first whose folders are called as those at the end of `path`.
    pub fn named(&self, name: &str, path: &str) -> Vec<&Path> {
        let mut wanted = parts(path);
        wanted.pop();
        let common = |candidate: &Path| {
            let folders = candidate.parent().map(Path::components).into_iter().flatten().rev();
            let texts = folders.filter_map(|part| match part {
                Component::Normal(part) => part.to_str(),
                _ => None,
            });
            texts.zip(wanted.iter().rev()).take_while(|(part, wanted)| part == *wanted).count()
        };
        let mut found: Vec<&Path> =
            self.by_name.get(name).into_iter().flatten().map(PathBuf::as_path).collect();
        found.sort_by_key(|candidate| std::cmp::Reverse(common(candidate)));
        found.truncate(TRIED);
        found
    }

    /// Whether a map is called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// All maps.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        let mut all: Vec<&Path> = self.by_name.values().flatten().map(PathBuf::as_path).collect();
        all.sort_unstable();
        all.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_folders_are_read() {
        let root = tempfile::tempdir().unwrap();
        let (own, other) = (root.path().join("dist"), root.path().join("secret"));
        fs::create_dir_all(own.join("deep")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(own.join("deep/a.js.map"), "map").unwrap();
        fs::write(other.join("b.map"), "secret").unwrap();
        let allowed = Allowed::new([own.as_path()]);
        let read = |path: &str| allowed.read_text(&own.join(path), 100);
        assert_eq!(read("deep/a.js.map").as_deref(), Some("map"));
        assert_eq!(read("deep/../deep/a.js.map").as_deref(), Some("map"));
        assert_eq!((read("../secret/b.map"), read("deep"), read("none")), (None, None, None));
        assert_eq!(allowed.read(&own.join("deep/a.js.map"), 2), None, "too long");
        assert_eq!(allowed.read_text(Path::new("/etc/passwd"), 1 << 20), None);
        assert_eq!(allowed.read_end("/app/dist/deep/a.js.map", 100).as_deref(), Some(&b"map"[..]));
        assert_eq!(allowed.read_end("../../secret/b.map", 100), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(other.join("b.map"), own.join("link.map")).unwrap();
            assert_eq!(read("link.map"), None);
        }
    }

    #[test]
    fn of_maps_with_one_name_that_with_the_same_folders_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a/dist", "b/dist"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("x.js.map"), "").unwrap();
        }
        let folders = MapFolders::find(&[root.path().to_owned()]);
        let found = folders.named("x.js.map", "/app/b/dist/x.js");
        assert_eq!(found[0], root.path().join("b/dist/x.js.map"));
        assert_eq!((found.len(), folders.all().count()), (2, 2));
        assert!(folders.named("y.js.map", "/y.js").is_empty());
    }

    #[test]
    fn scripts_with_a_file_have_a_path() {
        assert_eq!(script_path("file:///a%20b/c.js?x=1"), Some("/a b/c.js".into()));
        assert_eq!(script_path("/app/c.js"), Some("/app/c.js".into()));
        for url in [
            "http://localhost/c.js",
            "node:fs",
            "c.js",
            "//host/c.js",
            "/proc/self/x.js",
            "file://host/c.js",
            "",
        ] {
            assert_eq!(script_path(url), None, "{url}");
        }
    }
}
