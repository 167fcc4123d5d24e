//! Bytes from a pipe, a network or a decompressor: read by a thread, so that a stalled source can be
//! abandoned, and stored in memory or, if large, in an unnamed temporary file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::base::{Progress, describe_io_error};
use crate::parse::error::{ErrorKind, LoadError};

const BLOCK_BYTES: usize = 1 << 18;
/// Blocks read ahead.
const AHEAD: usize = 4;
/// Maximum delay of a cancellation.
const PATIENCE: Duration = Duration::from_millis(50);
/// Bytes stored in memory; more goes to a temporary file.
const SPILL_BYTES: usize = 256 << 20;

/// Reads what a thread fetches. Every read returns an error soon after the load is cancelled; the thread
/// itself may stay blocked, such as on a pipe without a writer, until the program ends.
pub(crate) struct Stream<'a> {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    at: usize,
    progress: &'a Progress,
}

impl<'a> Stream<'a> {
    /// Starts to read from the result of `open`.
    pub(super) fn start<R: Read>(
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
        progress: &'a Progress,
    ) -> io::Result<Self> {
        let (sender, blocks) = sync_channel(AHEAD);
        std::thread::Builder::new().name("Reading".into()).spawn(move || {
            let mut source = match open() {
                Ok(source) => source,
                Err(error) => return drop(sender.send(Err(error))),
            };
            loop {
                let mut block = vec![0; BLOCK_BYTES];
                let got = match source.read(&mut block) {
                    Ok(got) => got,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return drop(sender.send(Err(error))),
                };
                block.truncate(got);
                // The receiver is gone once the load is over.
                if got == 0 || sender.send(Ok(block)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { blocks, block: Vec::new(), at: 0, progress })
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            self.block = match self.blocks.recv_timeout(PATIENCE) {
                Ok(block) => block?,
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
            self.at = 0;
            self.progress.advance(self.block.len() as u64).map_err(|_| io::Error::other("cancelled"))?;
        }
        let got = (&self.block[self.at..]).read(buffer)?;
        self.at += got;
        Ok(got)
    }
}

/// Collects an unknown number of bytes.
pub(crate) struct Spool {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    len: u64,
    spill_bytes: usize,
}

/// The collected bytes.
pub(crate) enum Spooled {
    Memory(Vec<u8>),
    /// A temporary file that is deleted when it is closed.
    File(File),
}

impl Spool {
    /// Reserves `expected` bytes in memory.
    pub(super) fn new(expected: usize) -> Self {
        Self { memory: Vec::with_capacity(expected), file: None, len: 0, spill_bytes: SPILL_BYTES }
    }

    /// Bytes collected so far.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Adds `bytes`.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), LoadError> {
        self.len += bytes.len() as u64;
        if self.file.is_none() {
            if self.memory.len() + bytes.len() <= self.spill_bytes {
                self.memory.extend_from_slice(bytes);
                return Ok(());
            }
            let file = tempfile::tempfile().map_err(|error| no_room(&error))?;
            let mut file = BufWriter::with_capacity(BLOCK_BYTES, file);
            file.write_all(&std::mem::take(&mut self.memory)).map_err(|error| no_room(&error))?;
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes).map_err(|error| no_room(&error)),
            None => Ok(()),
        }
    }

    /// Everything.
    pub(super) fn finish(self) -> Result<Spooled, LoadError> {
        match self.file {
            None => Ok(Spooled::Memory(self.memory)),
            Some(file) => match file.into_inner() {
                Ok(file) => Ok(Spooled::File(file)),
                Err(error) => Err(no_room(error.error())),
            },
        }
    }
}

fn no_room(error: &io::Error) -> LoadError {
    let folder = std::env::temp_dir();
    let advice = format!("{} needs room for it, or set TMPDIR to a folder that has it", folder.display());
    let reason = format!("{}; {advice}", describe_io_error(error));
    ErrorKind::Io { action: "keep the decompressed file", reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom};

    #[test]
    fn many_bytes_go_to_a_file_and_come_back() {
        for spill_bytes in [0, 10, 1000] {
            let mut spool = Spool { spill_bytes, ..Spool::new(0) };
            for block in [&b"12345"[..], b"", b"678901", b"2"] {
                spool.push(block).unwrap();
            }
            assert_eq!(spool.len(), 12);
            let mut text = Vec::new();
            match spool.finish().unwrap() {
                Spooled::Memory(memory) => text = memory,
                Spooled::File(mut file) => {
                    file.seek(SeekFrom::Start(0)).unwrap();
                    file.read_to_end(&mut text).unwrap();
                }
            }
            assert_eq!(text, b"123456789012");
        }
    }

    #[test]
    fn a_full_disk_is_told_with_a_way_out() {
        let said = no_room(&io::ErrorKind::StorageFull.into()).to_string();
        assert!(said.starts_with("cannot keep the decompressed file: the disk is full; "), "{said}");
        assert!(said.ends_with("needs room for it, or set TMPDIR to a folder that has it"), "{said}");
    }

    #[test]
    fn a_source_that_stalls_can_be_given_up() {
        struct Never;
        impl Read for Never {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                std::thread::sleep(Duration::from_secs(600));
                Ok(0)
            }
        }
        let progress = Progress::new();
        let mut stream = Stream::start(|| Ok(Never), &progress).unwrap();
        progress.cancel();
        assert!(stream.read(&mut [0; 8]).is_err());
    }
}
