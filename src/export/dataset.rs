//! The files of a snapshot in the datasets: written under temporary names, then renamed together.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Cancelled, describe_io_error};
use crate::export::partition::DatasetPartition;
use crate::export::tables::TableKind;

/// Characters of a snapshot's name that are used in its file name.
const NAME_LIMIT: usize = 80;

/// Why a snapshot was not exported.
#[derive(Debug)]
pub enum ExportError {
    /// The user stopped it.
    Cancelled,
    /// A file or folder of the datasets.
    File {
        /// Its path.
        path: PathBuf,
        /// What happened, as in `cannot write PATH: the disk is full`.
        action: &'static str,
        /// Why.
        reason: String,
    },
    /// This program was built without Parquet.
    NotBuilt,
}

impl ExportError {
    /// An error of the file system.
    pub fn of_file(path: &Path, action: &'static str, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "a file is where a folder has to be".to_owned()
            }
            _ => describe_io_error(error),
        };
        Self::File { path: path.to_owned(), action, reason }
    }
}

impl From<Cancelled> for ExportError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("the export was cancelled"),
            Self::File { path, action, reason } => write!(f, "cannot {action} {}: {reason}", path.display()),
            Self::NotBuilt => f.write_str(
                "this build of heaplens cannot write Parquet: build it with `cargo build --release --features fleet`",
            ),
        }
    }
}

impl std::error::Error for ExportError {}

/// A file that is being written.
pub struct NewFile {
    /// The file.
    pub file: File,
    /// Its temporary path.
    pub path: PathBuf,
}

/// The files of one snapshot, one per table.
pub struct SnapshotFiles {
    folder: PathBuf,
    partition: PathBuf,
    file_name: String,
    /// Temporary path, and the path of the complete file.
    unfinished: Vec<(PathBuf, PathBuf)>,
}

impl SnapshotFiles {
    /// For the snapshot of this name in a partition.
    pub fn new(folder: &Path, partition: &DatasetPartition, name: &str) -> Result<Self, ExportError> {
        fs::create_dir_all(folder)
            .map_err(|error| ExportError::of_file(folder, "make the folder", &error))?;
        Ok(Self {
            folder: folder.to_owned(),
            partition: partition.folder(),
            file_name: file_name(name),
            unfinished: Vec::new(),
        })
    }

    /// Creates the file of a table. Readers of the dataset ignore it, because its name starts with a dot.
    pub fn create(&mut self, table: TableKind) -> Result<NewFile, ExportError> {
        let folder = self.folder.join(table.name()).join(&self.partition);
        fs::create_dir_all(&folder)
            .map_err(|error| ExportError::of_file(&folder, "make the folder", &error))?;
        let path = folder.join(format!(".{}.{}.partial", self.file_name, std::process::id()));
        let file = File::create(&path).map_err(|error| ExportError::of_file(&path, "write", &error))?;
        self.unfinished.push((path.clone(), folder.join(&self.file_name)));
        Ok(NewFile { file, path })
    }

    /// Renames all files to their final names.
    pub fn publish(mut self) -> Result<(), ExportError> {
        for (temporary, complete) in &self.unfinished {
            fs::rename(temporary, complete)
                .map_err(|error| ExportError::of_file(complete, "write", &error))?;
        }
        self.unfinished.clear();
        Ok(())
    }
}

impl Drop for SnapshotFiles {
    fn drop(&mut self) {
        for (temporary, _) in &self.unfinished {
            // A file that cannot be removed is never read, because of its name.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// `web-7_later-1a2b3c4d.parquet` for `web-7/later.heapsnapshot`: always the same for the same name.
fn file_name(name: &str) -> String {
    let stem = name.split_once(".heap").map_or(name, |(stem, _)| stem);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: String = stem.chars().take(NAME_LIMIT).map(|c| if is_plain(c) { c } else { '_' }).collect();
    let plain = plain.trim_start_matches(['.', '_']);
    format!("{plain}-{:08x}.parquet", name_hash(name) & 0xffff_ffff)
}

/// FNV-1a: stable across versions of the program.
pub fn name_hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names_that_readers_take() {
        assert!(file_name("web-7/later.heapsnapshot").starts_with("web-7_later-"));
        assert!(file_name("..__.heapsnapshot.gz").starts_with('-'));
        assert_ne!(file_name("a/b.heapsnapshot"), file_name("a_b.heapsnapshot"));
        let hostile = file_name(&"\u{202e}/../".repeat(1000));
        assert!(hostile.is_ascii() && hostile.len() < 120 && !hostile.contains('/'), "{hostile}");
    }

    #[test]
    fn files_are_there_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let partition = DatasetPartition::parse("host=a").unwrap();
        let left = |folder: &Path| fs::read_dir(folder.join("classes/host=a")).unwrap().count();
        let mut dropped = SnapshotFiles::new(folder.path(), &partition, "a").unwrap();
        dropped.create(TableKind::Classes).unwrap();
        assert_eq!(left(folder.path()), 1);
        drop(dropped);
        assert_eq!(left(folder.path()), 0);
        for _ in 0..2 {
            let mut files = SnapshotFiles::new(folder.path(), &partition, "a").unwrap();
            files.create(TableKind::Classes).unwrap();
            files.publish().unwrap();
        }
        assert_eq!(left(folder.path()), 1, "a second export replaces the first");
    }

    #[test]
    fn a_file_in_the_way_is_told_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        fs::write(&path, "").unwrap();
        let error =
            SnapshotFiles::new(&path, &DatasetPartition::default(), "a").map(drop).unwrap_err().to_string();
        assert!(error.contains("out: a file is where a folder has to be"), "{error}");
    }
}
