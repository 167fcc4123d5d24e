//! The file's bytes: a large plain file is mapped, everything else is read to memory, decompressed if its
//! first bytes say so. Changes of the file during the load are detected afterwards.

use std::fs::{File, Metadata};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::SystemTime;

use crate::base::{Progress, Stage};
use crate::parse::decompress::{Compression, decompress, decompress_zip, read_magic};
use crate::parse::error::{ErrorKind, LoadError};
use crate::parse::mapping::Mapping;
use crate::parse::stream::{Spooled, Stream};
use crate::parse::{Input, Options};

/// Smaller files are read, larger ones mapped.
pub const MAP_BYTES: u64 = 64 << 20;

/// The bytes of a snapshot file, for as long as it is loaded.
pub struct FileBytes {
    content: Content,
    /// The opened file with its size and time; `None` for pipes.
    opened: Option<(File, FileStamp)>,
}

enum Content {
    Mapped(Mapping),
    Memory(Vec<u8>),
}

/// Size and time of a file: they tell whether it has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileStamp {
    /// Its length.
    pub bytes: u64,
    /// When it was written.
    pub modified: Option<SystemTime>,
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    /// Reads the file at `path`; the defaults if that fails. May block on the file system.
    pub fn read(path: &Path) -> Self {
        path.metadata().map(|metadata| Self::of(&metadata)).unwrap_or_default()
    }
}

impl FileBytes {
    /// Opens `path`; `-` reads standard input. Decompresses with progress, in memory or, for large files, in
    /// a temporary file.
    pub fn open(path: &Path, options: &Options, progress: &Progress) -> Result<Self, LoadError> {
        progress.enter(Stage::Open, 0);
        let cannot_open = |error: std::io::Error| LoadError::io("open the file", &error);
        if path == Path::new("-") {
            let stream = Stream::start(|| Ok(std::io::stdin()), progress).map_err(cannot_open)?;
            return Self::new(decompress(stream, 0, options, progress)?, None);
        }
        let metadata = std::fs::metadata(path).map_err(cannot_open)?;
        if metadata.is_dir() {
            let reason = "it is a folder; choose the snapshot in it".into();
            return Err(ErrorKind::Io { action: "open the file", reason }.into());
        }
        if !metadata.is_file() {
            // Opening a pipe waits for a writer.
            let path = path.to_owned();
            let stream = Stream::start(move || File::open(path), progress).map_err(cannot_open)?;
            return Self::new(decompress(stream, 0, options, progress)?, None);
        }
        let mut file = File::open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        let opened = Some((file.try_clone().map_err(cannot_open)?, FileStamp::of(&metadata)));
        progress.enter(Stage::Open, metadata.len());
        let cannot_read = |error: std::io::Error| LoadError::io("read the file", &error);
        let compression = Compression::of(&read_magic(&mut file).map_err(cannot_read)?);
        std::io::Seek::rewind(&mut file).map_err(cannot_read)?;
        if compression == Compression::Zip {
            return Self::new(decompress_zip(file, options, progress)?, opened);
        }
        if compression == Compression::None
            && metadata.len() >= MAP_BYTES
            && !is_remote(&file)
            && let Ok(mapped) = Mapping::of(&file)
        {
            return Ok(Self { content: Content::Mapped(mapped), opened });
        }
        let room = if compression == Compression::None { metadata.len().min(MAP_BYTES) } else { 0 };
        let room = usize::try_from(room).unwrap_or(0);
        let stream = Stream::start(move || Ok(file), progress).map_err(cannot_open)?;
        Self::new(decompress(stream, room, options, progress)?, opened)
    }

    fn new(spooled: Spooled, opened: Option<(File, FileStamp)>) -> Result<Self, LoadError> {
        let content = match spooled {
            Spooled::Memory(bytes) => Content::Memory(bytes),
            Spooled::File(file) => Content::Mapped(
                Mapping::of(&file).map_err(|error| LoadError::io("read the decompressed file", &error))?,
            ),
        };
        Ok(Self { content, opened })
    }

    /// Rejects data read from a file that has changed since it was opened.
    pub fn check_unchanged(&self) -> Result<(), LoadError> {
        let now = self.opened.as_ref().and_then(|(file, stamp)| Some((stamp, file.metadata().ok()?)));
        if now.is_some_and(|(stamp, now)| FileStamp::of(&now) != *stamp) {
            return Err(ErrorKind::Changed.into());
        }
        match &self.content {
            Content::Mapped(mapped) if mapped.lacked_pages() => {
                let reason = "the disk or the network did not give all of it; try again, or copy it first";
                Err(ErrorKind::Io { action: "read the file", reason: reason.into() }.into())
            }
            _ => Ok(()),
        }
    }

    /// The whole text.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(mapped) => mapped.bytes(),
            Content::Memory(bytes) => bytes,
        }
    }

    /// Calls `read` with the bytes; releases pages as they are processed. If the file has changed in the
    /// meantime, any result, even a panic, is reported as that.
    pub fn read<T>(&self, read: impl FnOnce(Input<'_>) -> Result<T, LoadError>) -> Result<T, LoadError> {
        let release = |range| {
            if let Content::Mapped(mapped) = &self.content {
                mapped.release(range);
            }
        };
        let input = Input::releasing(self.bytes(), &release);
        match catch_unwind(AssertUnwindSafe(|| read(input))) {
            Ok(Err(error)) if error.is_cancelled() => Err(error),
            Ok(outcome) => self.check_unchanged().and(outcome),
            Err(panic) => {
                self.check_unchanged()?;
                resume_unwind(panic)
            }
        }
    }
}

/// Whether the file is on another machine. Such a file is not mapped: if the network stalls, a thread that
/// waits for a page cannot be cancelled, but one that reads for us can be abandoned.
#[cfg(target_os = "linux")]
fn is_remote(file: &File) -> bool {
    /// NFS, SMB, CIFS, SMB 2, AFS, Ceph, and FUSE for SSH mounts.
    const REMOTE: [u32; 7] =
        [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x00c3_6400, 0x6573_5546];
    let kind = rustix::fs::fstatfs(file).ok().and_then(|facts| u32::try_from(facts.f_type).ok());
    kind.is_some_and(|kind| REMOTE.contains(&kind))
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_: &File) -> bool {
    false
}
