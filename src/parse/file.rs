//! The file's bytes: a large plain file is mapped, everything else is read to memory, decompressed where
//! its first bytes say so.
//!
//! The mapping lives only while a file is loaded. Whoever cuts the file short in that time makes the
//! pages behind the cut unreadable, which no program can catch in safe ways and which ends this one. That
//! is why only files of [`MAP_BYTES`] and more are mapped: the smaller ones, which are rewritten most
//! often, are not at risk. A file that changes in another way is noticed when it has been read.

use std::fs::{File, Metadata};
use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;

use memmap2::{Mmap, UncheckedAdvice};

use super::decompress::{Packing, read_magic, unpack, unpack_zip};
use super::error::{ErrorKind, LoadError};
use super::stream::{Spooled, Stream};
use super::{Input, Options};
use crate::base::{Progress, Stage};

/// Smaller files are read, larger ones mapped.
pub const MAP_BYTES: u64 = 64 << 20;

/// The bytes of a snapshot file, for as long as it is loaded.
pub struct FileBytes {
    content: Content,
    /// The file that was opened, and what it was then; pipes have no such thing.
    opened: Option<(File, Stamp)>,
}

enum Content {
    Mapped(Mmap),
    Memory(Vec<u8>),
}

#[derive(PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl FileBytes {
    /// Opens `path`; `-` reads standard input. Decompresses with progress, in memory or, what is large,
    /// in a temporary file.
    pub fn open(path: &Path, options: &Options, progress: &Progress) -> Result<Self, LoadError> {
        progress.enter(Stage::Open, 0);
        let cannot_open = |error: std::io::Error| LoadError::io("open the file", &error);
        if path == Path::new("-") {
            let stream = Stream::start(|| Ok(std::io::stdin()), progress).map_err(cannot_open)?;
            return Self::new(unpack(stream, 0, options, progress)?, None);
        }
        let metadata = std::fs::metadata(path).map_err(cannot_open)?;
        if metadata.is_dir() {
            let reason = "it is a folder; choose the snapshot in it".into();
            return Err(ErrorKind::Io { action: "open the file", reason }.into());
        }
        if !metadata.is_file() {
            // Opening a pipe waits for somebody to write to it.
            let path = path.to_owned();
            let stream = Stream::start(move || File::open(path), progress).map_err(cannot_open)?;
            return Self::new(unpack(stream, 0, options, progress)?, None);
        }
        let mut file = File::open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        let opened = Some((file.try_clone().map_err(cannot_open)?, Stamp::of(&metadata)));
        progress.enter(Stage::Open, metadata.len());
        let cannot_read = |error: std::io::Error| LoadError::io("read the file", &error);
        let packing = Packing::of(&read_magic(&mut file).map_err(cannot_read)?);
        std::io::Seek::rewind(&mut file).map_err(cannot_read)?;
        if packing == Packing::Zip {
            return Self::new(unpack_zip(file, options, progress)?, opened);
        }
        if packing == Packing::None
            && metadata.len() >= MAP_BYTES
            && let Ok(mapped) = map(&file)
        {
            return Ok(Self { content: Content::Mapped(mapped), opened });
        }
        let room = if packing == Packing::None { metadata.len().min(MAP_BYTES) } else { 0 };
        let room = usize::try_from(room).unwrap_or(0);
        let stream = Stream::start(move || Ok(file), progress).map_err(cannot_open)?;
        Self::new(unpack(stream, room, options, progress)?, opened)
    }

    fn new(spooled: Spooled, opened: Option<(File, Stamp)>) -> Result<Self, LoadError> {
        let content = match spooled {
            Spooled::Memory(bytes) => Content::Memory(bytes),
            Spooled::File(file) => Content::Mapped(
                map(&file).map_err(|error| LoadError::io("read the decompressed file", &error))?,
            ),
        };
        Ok(Self { content, opened })
    }

    /// Refuses what was read from a file that is no longer as it was when it was opened.
    pub fn check_unchanged(&self) -> Result<(), LoadError> {
        let Some((file, stamp)) = &self.opened else { return Ok(()) };
        match file.metadata() {
            Ok(metadata) if Stamp::of(&metadata) != *stamp => Err(ErrorKind::Changed.into()),
            _ => Ok(()),
        }
    }

    /// The whole text.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(mapped) => mapped,
            Content::Memory(bytes) => bytes,
        }
    }

    /// Gives the pages wholly inside `range` back to the system. They would be read again if touched.
    fn release(&self, range: Range<usize>) {
        const PAGE: usize = 4096;
        let Content::Mapped(mapped) = &self.content else { return };
        let (start, end) = (range.start.next_multiple_of(PAGE), range.end / PAGE * PAGE);
        if start < end {
            release_pages(mapped, start, end - start);
        }
    }

    /// Calls `read` with the bytes; pages that it has done with are given back as it goes.
    pub fn with_input<T>(&self, read: impl FnOnce(Input<'_>) -> T) -> T {
        let release = |range| self.release(range);
        read(Input::releasing(self.bytes(), &release))
    }
}

/// Maps the file.
#[expect(unsafe_code, reason = "a file can only be mapped on the promise below")]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the promise is that nobody changes the file while it is mapped, which no program can give
    // for a file. Bytes that change under us are checked like all others, or else give wrong numbers; the
    // text is never handed on as `str` without a copy. A file cut short ends the program (see above); our
    // own temporary file has no name that others could open it by.
    unsafe { Mmap::map(file) }
}

/// Drops pages from memory.
#[expect(unsafe_code, reason = "memmap2 marks every advice that can lose data as unsafe")]
fn release_pages(mapped: &Mmap, offset: usize, len: usize) {
    // SAFETY: the mapping is shared, read-only and backed by a file, so a dropped page is read from the
    // file again when it is touched: no data is lost. An error means only that memory stays in use.
    let _ = unsafe { mapped.unchecked_advise_range(UncheckedAdvice::DontNeed, offset, len) };
}
