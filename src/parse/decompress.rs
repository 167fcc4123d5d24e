//! Decompresses gzip, zstd and zip, detected by their first bytes, block by block; limits the output.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Chain, Cursor, Read, Seek};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::base::Progress;
use crate::parse::error::{ErrorKind, LoadError};
use crate::parse::stream::{Spool, Spooled};
use crate::parse::{Completeness, Options};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const ZIP: &[u8] = b"PK\x03\x04";
const BLOCK_BYTES: usize = 1 << 18;
/// Bytes read of a file that is not a JSON object, for diagnosis.
const ENOUGH_BYTES: u64 = 1 << 12;

/// Default limits: a size that any file may reach, and a multiple of the compressed size beyond that.
/// Snapshots shrink to a fifth or a tenth; a gzip bomb to a thousandth.
const FREE_BYTES: u64 = 1_000_000_000;
const FREE_RATIO: u64 = 100;

/// The compression of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
    Zip,
}

impl Compression {
    /// From a file's first four bytes.
    pub(super) fn of(magic: &[u8]) -> Self {
        match magic {
            magic if magic.starts_with(GZIP) => Self::Gzip,
            magic if magic.starts_with(ZSTD) => Self::Zstd,
            magic if magic.starts_with(ZIP) => Self::Zip,
            _ => Self::None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "file",
            Self::Gzip => "gzip data",
            Self::Zstd => "zstd data",
            Self::Zip => "zip archive",
        }
    }
}

/// Up to four bytes of `source`.
pub(crate) fn read_magic(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut magic = Vec::with_capacity(4);
    source.take(4).read_to_end(&mut magic)?;
    Ok(magic)
}

/// Reads and decompresses all of `source`. `length` is a hint for plain files.
pub(crate) fn decompress(
    mut source: impl Read,
    length: usize,
    options: &Options,
    progress: &Progress,
) -> Result<Spooled, LoadError> {
    let magic = read_magic(&mut source).map_err(|error| read_error(&error, progress))?;
    let compression = Compression::of(&magic);
    let whole = Cursor::new(magic).chain(source);
    match compression {
        // The directory of a zip archive is at its end.
        Compression::Zip => match copy(whole, Compression::Zip, None, length, options, progress)? {
            Spooled::Memory(bytes) => decompress_zip(Cursor::new(bytes), options, progress),
            Spooled::File(file) => decompress_zip(file, options, progress),
        },
        compression => copy(whole, compression, None, length, options, progress),
    }
}

/// Reads the only snapshot in a zip archive.
pub(crate) fn decompress_zip(
    source: impl Read + Seek,
    options: &Options,
    progress: &Progress,
) -> Result<Spooled, LoadError> {
    let broken = |error: ZipError| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            archive("it is encrypted: extract the snapshot first")
        }
        ZipError::UnsupportedArchive(reason) => archive(&format!("{reason}: extract the snapshot first")),
        ZipError::Io(error) => archive(&error.to_string()),
        _ => archive("its list of files at the end is missing or damaged: fetch or copy it again"),
    };
    let mut files = ZipArchive::new(BufReader::new(source)).map_err(broken)?;
    // macOS adds its own folder.
    let names: Vec<String> = files
        .file_names()
        .flatten()
        .filter(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"))
        .map(Cow::into_owned)
        .collect();
    let is_snapshot = |name: &&String| {
        let name = name.to_ascii_lowercase();
        let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
        name.ends_with(".heapsnapshot") || name.ends_with(".heaptimeline")
    };
    let mut snapshots: Vec<&String> = names.iter().filter(is_snapshot).collect();
    if snapshots.is_empty() {
        snapshots = names.iter().collect();
    }
    let [only] = snapshots[..] else {
        let reason = if snapshots.is_empty() {
            "it holds no file".to_owned()
        } else {
            format!(
                "it holds {} files, such as {} and {}: extract the one to open",
                snapshots.len(),
                quoted(snapshots[0]),
                quoted(snapshots[1])
            )
        };
        return Err(archive(&reason));
    };
    let mut entry = files.by_name(only).map_err(broken)?;
    let magic = read_magic(&mut entry).map_err(|error| archive(&error.to_string()))?;
    let compression = Compression::of(&magic);
    if compression == Compression::Zip {
        return Err(archive("it holds another zip archive: extract that first"));
    }
    let stored = entry.compressed_size();
    copy(Cursor::new(magic).chain(entry), compression, Some(stored), 0, options, progress)
}

fn archive(reason: &str) -> LoadError {
    ErrorKind::Archive { reason: reason.to_owned() }.into()
}

/// A name from the archive, shortened and sanitised.
fn quoted(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    format!("{short:?}")
}

fn read_error(error: &io::Error, progress: &Progress) -> LoadError {
    match progress.check() {
        Err(cancelled) => cancelled.into(),
        Ok(()) => LoadError::io("read the file", error),
    }
}

/// Reads `source` to its end, or until it is clear that it is not a JSON object. `stored` is the compressed
/// size.
fn copy(
    source: impl Read,
    compression: Compression,
    stored: Option<u64>,
    length: usize,
    options: &Options,
    progress: &Progress,
) -> Result<Spooled, LoadError> {
    let (packed_bytes, ended) = (Cell::new(0), Cell::new(false));
    let counted = CountingReader { inner: source, bytes: &packed_bytes, ended: &ended };
    let counted = BufReader::with_capacity(BLOCK_BYTES, counted);
    let mut decompressed: Box<dyn Read + '_> = match compression {
        Compression::Gzip => Box::new(MultiGzDecoder::new(counted)),
        Compression::Zstd => Box::new(ZstdFrames::new(counted)),
        Compression::None | Compression::Zip => Box::new(counted),
    };
    let mut spool = Spool::new(length);
    let mut block = vec![0; BLOCK_BYTES];
    // Whether it starts like JSON; an archive need not.
    let mut is_json = (compression == Compression::Zip).then_some(true);
    loop {
        progress.check()?;
        let got = match decompressed.read(&mut block) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                progress.check()?;
                if options.completeness == Completeness::Partial && spool.len() > 0 {
                    break;
                }
                return Err(match compression {
                    Compression::None | Compression::Zip => LoadError::io("read the file", &error),
                    _ if ended.get() => {
                        let section = "the compressed data";
                        let opens_partly = spool.len() > 0;
                        ErrorKind::Truncated { section, length: packed_bytes.get(), opens_partly }.into()
                    }
                    _ => ErrorKind::Damaged { what: compression.name(), reason: error.to_string() }.into(),
                });
            }
        };
        spool.push(&block[..got])?;
        let small = stored.unwrap_or_else(|| packed_bytes.get());
        let limit =
            options.max_decompressed.unwrap_or_else(|| FREE_BYTES.max(small.saturating_mul(FREE_RATIO)));
        let grows = compression != Compression::None || stored.is_some();
        if grows && spool.len() > limit {
            return Err(ErrorKind::DecompressionBomb { limit }.into());
        }
        if is_json.is_none() {
            is_json = first_letter(&block[..got]).map(|letter| letter == b'{');
        }
        if is_json == Some(false) && spool.len() >= ENOUGH_BYTES {
            break;
        }
    }
    spool.finish()
}

/// The first character of a text after white space and a byte order mark.
fn first_letter(text: &[u8]) -> Option<u8> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// Counts the bytes read, and detects the end.
struct CountingReader<'a, R> {
    inner: R,
    bytes: &'a Cell<u64>,
    ended: &'a Cell<bool>,
}

impl<R: Read> Read for CountingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + got as u64);
        self.ended.set(got == 0);
        Ok(got)
    }
}

/// Reads all frames of a zstd file, which may have several, including skippable ones.
struct ZstdFrames<R: Read> {
    source: SharedReader<R>,
    frame: Option<Frame<R>>,
}

type Frame<R> = StreamingDecoder<Chain<Cursor<Vec<u8>>, SharedReader<R>>, FrameDecoder>;

/// A source that outlives the decoder of a frame.
struct SharedReader<R>(Rc<RefCell<R>>);

impl<R: Read> Read for SharedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl<R: Read> ZstdFrames<R> {
    fn new(source: R) -> Self {
        Self { source: SharedReader(Rc::new(RefCell::new(source))), frame: None }
    }

    /// The next frame with content, if there is one.
    fn next_frame(&mut self) -> io::Result<Option<Frame<R>>> {
        loop {
            let magic = read_magic(&mut self.source)?;
            if magic.is_empty() {
                return Ok(None);
            }
            if let [0x50..=0x5f, 0x2a, 0x4d, 0x18] = magic[..] {
                let mut length = [0; 4];
                self.source.read_exact(&mut length)?;
                let length = u64::from(u32::from_le_bytes(length));
                io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
                continue;
            }
            let source = Cursor::new(magic).chain(SharedReader(Rc::clone(&self.source.0)));
            return StreamingDecoder::new(source).map(Some).map_err(io::Error::other);
        }
    }
}

impl<R: Read> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let got = frame.read(buffer)?;
                if got > 0 {
                    return Ok(got);
                }
            }
            self.frame = self.next_frame()?;
            if self.frame.is_none() {
                return Ok(0);
            }
        }
    }
}
