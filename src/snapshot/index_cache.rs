//! The folder with the index files of snapshots that were opened before: found by key, written whole or not at all,
//! and the one that was not used for longest dropped when there are too many.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::base::Progress;
use crate::snapshot::index_file::{FileKey, read_index, write_index};
use crate::snapshot::{Snapshot, bytes_of};

/// Where the indexes go: a folder, or `off` for none.
pub const CACHE_VARIABLE: &str = "HEAPLENS_CACHE";
/// How much all of them may take together.
pub const CACHE_LIMIT_VARIABLE: &str = "HEAPLENS_CACHE_LIMIT";

const LIMIT: u64 = 10_000_000_000;
/// Smaller files load in a fraction of a second.
const SMALLEST: u64 = 50_000_000;
const EXTENSION: &str = "heapindex";

/// The index files of this user.
#[derive(Clone, Debug)]
pub struct IndexCache {
    /// Where they are; need not be there yet.
    pub folder: PathBuf,
    /// Bytes that all of them may take.
    pub limit: u64,
    /// Snapshot files with fewer bytes get none.
    pub smallest: u64,
}

/// One index file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexEntry {
    /// The file.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// When it was written or last read.
    pub used: SystemTime,
}

impl IndexCache {
    /// The cache that the environment asks for: [`CACHE_VARIABLE`] and [`CACHE_LIMIT_VARIABLE`]. `None` if it is off or
    /// this user has no folder for caches.
    pub fn from_environment() -> Option<Self> {
        let folder = match std::env::var_os(CACHE_VARIABLE) {
            Some(off) if off == "off" => return None,
            Some(folder) if !folder.is_empty() => folder.into(),
            _ => dirs::cache_dir()?.join("heaplens"),
        };
        let limit = std::env::var(CACHE_LIMIT_VARIABLE).ok().and_then(|limit| bytes_of(&limit));
        Some(Self { folder, limit: limit.unwrap_or(LIMIT), smallest: SMALLEST })
    }

    /// The key of the snapshot at `path`, if it is of the kind that gets an index.
    pub fn key(&self, path: &Path) -> Option<FileKey> {
        FileKey::of(path).filter(|key| key.bytes >= self.smallest)
    }

    /// Reads the snapshot at `path` from its index, if there is one. An index that cannot be used is deleted.
    pub fn load(
        &self,
        path: &Path,
        progress: &Progress,
        early: impl FnOnce(Arc<Snapshot>),
    ) -> Option<Arc<Snapshot>> {
        let key = self.key(path)?;
        let index_path = self.path(&key);
        let index = File::open(&index_path).ok()?;
        match read_index(path, &key, &index, progress, early) {
            Ok(snapshot) => {
                // Only the order in which indexes are dropped depends on it.
                let _ = File::options()
                    .append(true)
                    .open(index_path)
                    .map(|file| file.set_modified(SystemTime::now()));
                Some(snapshot)
            }
            Err(_) => {
                if progress.check().is_ok() {
                    let _ = fs::remove_file(index_path);
                }
                None
            }
        }
    }

    /// Writes the index of a snapshot unless it is there, for as long as it `is_wanted`, and drops old ones over the
    /// limit. Does nothing for a snapshot that is not whole or whose file has changed since it was loaded.
    pub fn save(&self, snapshot: &Snapshot, is_wanted: &dyn Fn() -> bool) -> io::Result<()> {
        let path = &snapshot.source().path;
        let Some(key) = self.key(path) else { return Ok(()) };
        let index_path = self.path(&key);
        let is_as_loaded =
            source_stamp(path) == snapshot.source().capture.written && key.bytes == snapshot.source().bytes;
        if !is_as_loaded || !snapshot.is_complete() || snapshot.partial().is_some() || index_path.exists() {
            return Ok(());
        }
        create_private_folder(&self.folder)?;
        let mut builder = tempfile::Builder::new();
        // Only the user may read it: it holds what the snapshot holds.
        let mut file = builder.prefix(".").suffix(".part").tempfile_in(&self.folder)?;
        write_index(snapshot, &key, &mut BufWriter::with_capacity(1 << 20, file.as_file_mut()), is_wanted)?;
        if file.as_file().metadata()?.len() > self.limit {
            return Ok(());
        }
        file.persist(index_path).map_err(|error| error.error)?;
        self.evict();
        Ok(())
    }

    /// All of them, the one used last first.
    pub fn entries(&self) -> io::Result<Vec<IndexEntry>> {
        let files = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        let mut entries: Vec<IndexEntry> = files
            .filter_map(|file| {
                let path = file.ok()?.path();
                let metadata = fs::symlink_metadata(&path).ok().filter(Metadata::is_file)?;
                let is_index =
                    path.extension().is_some_and(|extension| extension == EXTENSION || extension == "part");
                is_index.then_some(())?;
                Some(IndexEntry { path, bytes: metadata.len(), used: metadata.modified().ok()? })
            })
            .collect();
        entries.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.path.cmp(&b.path)));
        Ok(entries)
    }

    /// Deletes all of them; how many there were, and their bytes.
    pub fn clear(&self) -> io::Result<(usize, u64)> {
        let entries = self.entries()?;
        for entry in &entries {
            fs::remove_file(&entry.path)?;
        }
        Ok((entries.len(), entries.iter().map(|entry| entry.bytes).sum()))
    }

    fn evict(&self) {
        let mut bytes = 0;
        for entry in self.entries().unwrap_or_default() {
            bytes += entry.bytes;
            if bytes > self.limit {
                // Another process may have deleted it already.
                let _ = fs::remove_file(&entry.path);
            }
        }
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        self.folder.join(&key.name).with_extension(EXTENSION)
    }
}

/// When the file was last written, in milliseconds since 1970, as a load notes it.
fn source_stamp(path: &Path) -> Option<u64> {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
