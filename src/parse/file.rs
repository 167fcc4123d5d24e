//! The file's bytes: mapped when it is plain, decompressed to memory when it is gzip or zstd (told by
//! its first bytes), read to memory when it cannot be mapped.
//!
//! The mapping lives only while a file is loaded. Whoever cuts the file short in that time makes the
//! pages behind the cut unreadable, which no program can catch in safe ways; afterwards nothing depends
//! on the file.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

use super::Input;
use super::error::{ErrorKind, LoadError};
use crate::base::{Progress, Stage};

/// What a compressed file may grow to: bytes. A snapshot shrinks to a fifth or a tenth.
pub const DECOMPRESSED_LIMIT: u64 = 64 << 30;

/// The bytes of a snapshot file, for as long as it is loaded.
pub enum FileBytes {
    /// A plain file, mapped.
    Mapped(Mmap),
    /// Everything else.
    Memory(Vec<u8>),
}

impl FileBytes {
    /// Opens `path`; `-` reads standard input. Decompresses with progress, in memory.
    pub fn open(path: &Path, progress: &Progress) -> Result<Self, LoadError> {
        progress.enter(Stage::Open, 0);
        if path == Path::new("-") {
            return read_all(std::io::stdin().lock(), 0, progress);
        }
        let mut file = File::open(path).map_err(|error| LoadError::io("open the file", &error))?;
        let metadata = file.metadata().map_err(|error| LoadError::io("open the file", &error))?;
        if metadata.is_dir() {
            return Err(ErrorKind::Io { action: "open the file", reason: "it is a folder".into() }.into());
        }
        if !metadata.is_file() || metadata.len() == 0 {
            return read_all(file, 0, progress);
        }
        let mut magic = [0; 4];
        let got = file.read(&mut magic).map_err(|error| LoadError::io("read the file", &error))?;
        if is_compressed(&magic[..got]) {
            std::io::Seek::rewind(&mut file).map_err(|error| LoadError::io("read the file", &error))?;
            return read_all(file, metadata.len(), progress);
        }
        match map(&file) {
            Ok(mapped) => Ok(Self::Mapped(mapped)),
            Err(_) => {
                std::io::Seek::rewind(&mut file).map_err(|error| LoadError::io("read the file", &error))?;
                read_all(file, metadata.len(), progress)
            }
        }
    }

    /// The whole text.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(mapped) => mapped,
            Self::Memory(bytes) => bytes,
        }
    }

    /// Gives the pages wholly inside `range` back to the system. They would be read again if touched.
    fn release(&self, range: Range<usize>) {
        const PAGE: usize = 4096;
        let Self::Mapped(mapped) = self else { return };
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
    // text is never handed on as `str` without a copy. A file cut short ends the program (see above).
    unsafe { Mmap::map(file) }
}

/// Drops pages from memory.
#[expect(unsafe_code, reason = "memmap2 marks every advice that can lose data as unsafe")]
fn release_pages(mapped: &Mmap, offset: usize, len: usize) {
    // SAFETY: the mapping is shared, read-only and backed by a file, so a dropped page is read from the
    // file again when it is touched: no data is lost. An error means only that memory stays in use.
    let _ = unsafe { mapped.unchecked_advise_range(UncheckedAdvice::DontNeed, offset, len) };
}

fn is_compressed(magic: &[u8]) -> bool {
    magic.starts_with(&[0x1f, 0x8b]) || magic == [0x28, 0xb5, 0x2f, 0xfd]
}

/// Reads everything, decompressing where the first bytes say so.
fn read_all(mut source: impl Read, length: u64, progress: &Progress) -> Result<FileBytes, LoadError> {
    let io = |error: std::io::Error| LoadError::io("read the file", &error);
    progress.enter(Stage::Open, length);
    let mut magic = Vec::with_capacity(4);
    source.by_ref().take(4).read_to_end(&mut magic).map_err(io)?;
    let compressed = is_compressed(&magic);
    let counted = Counted { inner: std::io::Cursor::new(magic.clone()).chain(source), progress };
    let bytes = if magic.starts_with(&[0x1f, 0x8b]) {
        read_limited(flate2::read::MultiGzDecoder::new(counted), progress)
    } else if compressed {
        let decoder = ruzstd::decoding::StreamingDecoder::new(counted).map_err(|error| {
            LoadError::from(ErrorKind::Io { action: "decompress the file", reason: error.to_string() })
        })?;
        read_limited(decoder, progress)
    } else {
        read_limited(counted, progress)
    };
    Ok(FileBytes::Memory(bytes?))
}

fn read_limited(mut source: impl Read, progress: &Progress) -> Result<Vec<u8>, LoadError> {
    let mut bytes = Vec::new();
    let mut block = vec![0; 1 << 18];
    loop {
        progress.check()?;
        let got = source.read(&mut block).map_err(|error| LoadError::io("read the file", &error))?;
        if got == 0 {
            return Ok(bytes);
        }
        if bytes.len() as u64 + got as u64 > DECOMPRESSED_LIMIT {
            return Err(
                ErrorKind::TooLarge { what: "the decompressed file", limit: DECOMPRESSED_LIMIT }.into()
            );
        }
        bytes.extend_from_slice(&block[..got]);
    }
}

/// Counts what is read of the compressed file.
struct Counted<'a, R> {
    inner: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(buffer)?;
        // A wish to stop is seen by the loop that asked for these bytes.
        let _ = self.progress.advance(got as u64);
        Ok(got)
    }
}
