//! The form in which finished columns are kept on disk: blocks of a megabyte, compressed where that pays, and behind
//! them a directory with the length and the checksum of each.
//!
//! ```text
//! block block block …   directory   trailer: where the directory begins, its length, its checksum, MAGIC
//! ```
//!
//! The directory is a sequence of numbers, written and read in one order by each type's [`Stored`]; a column is its
//! length and one entry per block. Blocks are compressed, checked and decompressed on all cores. A block that was
//! changed in any way fails its checksum, so a reader gets either what was written or [`Damaged`].

use std::io::{self, Write};

use bytemuck::Pod;
use rayon::prelude::*;

/// Bytes of a block before it is compressed.
const BLOCK: usize = 1 << 20;
/// Blocks that are compressed before the first of them is written: bounds the writer's memory.
const BATCH: usize = 32;
/// Ends every file of this form.
const MAGIC: u64 = u64::from_le_bytes(*b"HLINDEX1");
/// Four numbers.
const TRAILER: usize = 32;

/// What was stored is not there as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Damaged;

impl From<io::Error> for Damaged {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// A type with a stored form.
pub trait Stored: Sized {
    /// Writes it.
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()>;
    /// Reads what [`store`](Self::store) has written.
    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged>;
}

/// Writes blocks as they come and gathers the directory.
pub struct StoreWriter<'a> {
    file: &'a mut dyn Write,
    is_wanted: &'a dyn Fn() -> bool,
    offset: u64,
    directory: Vec<u8>,
}

impl<'a> StoreWriter<'a> {
    /// Writes to `file` for as long as it `is_wanted`: then every write fails.
    pub fn new(file: &'a mut dyn Write, is_wanted: &'a dyn Fn() -> bool) -> Self {
        Self { file, is_wanted, offset: 0, directory: Vec::new() }
    }

    /// A number.
    pub fn number(&mut self, value: u64) {
        self.directory.extend_from_slice(&value.to_le_bytes());
    }

    /// A length or a position.
    pub fn len(&mut self, value: usize) {
        self.number(value as u64);
    }

    /// A short text; longer ones are columns of bytes.
    pub fn text(&mut self, text: &str) {
        self.len(text.len());
        self.directory.extend_from_slice(text.as_bytes());
    }

    /// A column.
    pub fn values<T: Pod>(&mut self, values: &[T]) -> io::Result<()> {
        self.len(values.len());
        let bytes: &[u8] = bytemuck::cast_slice(values);
        for batch in bytes.chunks(BLOCK * BATCH) {
            if !(self.is_wanted)() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let blocks: Vec<Option<Vec<u8>>> = batch.par_chunks(BLOCK).map(compressed).collect();
            for (plain, block) in batch.chunks(BLOCK).zip(&blocks) {
                let block = block.as_deref().unwrap_or(plain);
                self.file.write_all(block)?;
                self.offset += block.len() as u64;
                let length = u32::try_from(block.len()).expect("a block is a megabyte");
                self.directory.extend_from_slice(&length.to_le_bytes());
                self.directory.extend_from_slice(&crc32fast::hash(block).to_le_bytes());
            }
        }
        Ok(())
    }

    /// A column of pairs.
    pub fn pairs<A: Pod, B: Pod>(&mut self, pairs: &[(A, B)]) -> io::Result<()> {
        self.values(&pairs.iter().map(|&(first, _)| first).collect::<Vec<_>>())?;
        self.values(&pairs.iter().map(|&(_, second)| second).collect::<Vec<_>>())
    }

    /// Texts of any length.
    pub fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> io::Result<()> {
        let (mut joined, mut ends) = (String::new(), Vec::new());
        for text in texts {
            joined.push_str(text);
            ends.push(joined.len() as u64);
        }
        self.values(joined.as_bytes())?;
        self.values(&ends)
    }

    /// Writes the directory. Without it nothing that was written can be read.
    pub fn finish(self) -> io::Result<()> {
        self.file.write_all(&self.directory)?;
        let checksum = u64::from(crc32fast::hash(&self.directory));
        for number in [self.offset, self.directory.len() as u64, checksum, MAGIC] {
            self.file.write_all(&number.to_le_bytes())?;
        }
        self.file.flush()
    }
}

/// The block in fewer bytes, if it takes an eighth less.
fn compressed(block: &[u8]) -> Option<Vec<u8>> {
    let compressed = lz4_flex::block::compress(block);
    (compressed.len() < block.len() / 8 * 7).then_some(compressed)
}

/// Where stored bytes are read from, by many threads.
pub trait ReadAt: Sync {
    /// How many bytes there are.
    fn byte_count(&self) -> io::Result<u64>;
    /// Fills `bytes` with those from `offset` on.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
}

/// Reads a file that [`StoreWriter`] has written.
pub struct StoreReader<'a> {
    file: &'a dyn ReadAt,
    /// What is left of it.
    directory: &'a [u8],
    /// Where the next block begins.
    offset: u64,
}

/// Reads and checks the directory of a stored file.
pub fn read_directory(file: &dyn ReadAt) -> Result<Vec<u8>, Damaged> {
    let length = file.byte_count()?;
    let mut trailer = [0; TRAILER];
    file.read_at(&mut trailer, length.checked_sub(TRAILER as u64).ok_or(Damaged)?)?;
    let mut numbers = &trailer[..];
    let mut number = || take_number(&mut numbers);
    let (start, directory_len, checksum, magic) = (number()?, number()?, number()?, number()?);
    let is_all =
        start.checked_add(directory_len).and_then(|end| end.checked_add(TRAILER as u64)) == Some(length);
    if magic != MAGIC || !is_all {
        return Err(Damaged);
    }
    let mut directory = vec![0; usize::try_from(directory_len).map_err(|_| Damaged)?];
    file.read_at(&mut directory, start)?;
    if u64::from(crc32fast::hash(&directory)) != checksum {
        return Err(Damaged);
    }
    Ok(directory)
}

impl<'a> StoreReader<'a> {
    /// Reads the columns of `file`, whose directory this is.
    pub fn new(file: &'a dyn ReadAt, directory: &'a [u8]) -> Self {
        Self { file, directory, offset: 0 }
    }

    /// A number.
    pub fn number(&mut self) -> Result<u64, Damaged> {
        take_number(&mut self.directory)
    }

    /// A length, a position, or another number of that type.
    pub fn integer<T: TryFrom<u64>>(&mut self) -> Result<T, Damaged> {
        T::try_from(self.number()?).map_err(|_| Damaged)
    }

    /// A short text.
    pub fn text(&mut self) -> Result<String, Damaged> {
        let len = self.integer()?;
        let (text, rest) = self.directory.split_at_checked(len).ok_or(Damaged)?;
        self.directory = rest;
        String::from_utf8(text.to_vec()).map_err(|_| Damaged)
    }

    /// A column.
    pub fn values<T: Pod>(&mut self) -> Result<Vec<T>, Damaged> {
        let len: usize = self.integer()?;
        let bytes = len.checked_mul(size_of::<T>()).ok_or(Damaged)?;
        let blocks = bytes.div_ceil(BLOCK);
        let (entries, rest) = self.directory.split_at_checked(blocks * 8).ok_or(Damaged)?;
        self.directory = rest;
        let places: Vec<(u64, usize, u32)> = entries
            .chunks_exact(8)
            .map(|entry| {
                let [length, checksum] = [0, 4]
                    .map(|at| u32::from_le_bytes(entry[at..at + 4].try_into().expect("four bytes of eight")));
                let place = (self.offset, length as usize, checksum);
                self.offset += u64::from(length);
                place
            })
            .collect();
        let mut values = vec![T::zeroed(); len];
        bytemuck::cast_slice_mut(&mut values)
            .par_chunks_mut(BLOCK)
            .zip(places)
            .try_for_each_init(Vec::new, |scratch, (plain, place)| self.read_block(plain, place, scratch))?;
        Ok(values)
    }

    /// A column of pairs.
    pub fn pairs<A: Pod, B: Pod>(&mut self) -> Result<Vec<(A, B)>, Damaged> {
        let (first, second) = (self.values()?, self.values()?);
        if first.len() != second.len() {
            return Err(Damaged);
        }
        Ok(first.into_iter().zip(second).collect())
    }

    /// Texts of any length.
    pub fn texts(&mut self) -> Result<Vec<String>, Damaged> {
        let joined = String::from_utf8(self.values()?).map_err(|_| Damaged)?;
        let mut start = 0;
        let ends = self.values::<u64>()?.into_iter().map(|end| {
            let end = usize::try_from(end).map_err(|_| Damaged)?;
            let text = joined.get(start..end).ok_or(Damaged)?;
            start = end;
            Ok(text.to_owned())
        });
        ends.collect()
    }

    fn read_block(
        &self,
        plain: &mut [u8],
        (offset, length, checksum): (u64, usize, u32),
        scratch: &mut Vec<u8>,
    ) -> Result<(), Damaged> {
        if length > plain.len() {
            return Err(Damaged);
        }
        let is_plain = length == plain.len();
        let block = if is_plain {
            &mut *plain
        } else {
            scratch.resize(length, 0);
            &mut scratch[..]
        };
        self.file.read_at(block, offset)?;
        if crc32fast::hash(block) != checksum {
            return Err(Damaged);
        }
        if is_plain {
            return Ok(());
        }
        match lz4_flex::block::decompress_into(scratch, plain) {
            Ok(decompressed) if decompressed == plain.len() => Ok(()),
            _ => Err(Damaged),
        }
    }
}

fn take_number(from: &mut &[u8]) -> Result<u64, Damaged> {
    let (number, rest) = from.split_first_chunk().ok_or(Damaged)?;
    *from = rest;
    Ok(u64::from_le_bytes(*number))
}

impl<T: Stored> Stored for Option<T> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.number(u64::from(self.is_some()));
        self.as_ref().map_or(Ok(()), |value| value.store(out))
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        match input.number()? {
            0 => Ok(None),
            1 => T::restore(input).map(Some),
            _ => Err(Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that compress, values that do not, and none.
    fn columns() -> [Vec<u32>; 3] {
        let mut random = fastrand::Rng::with_seed(5);
        [(0..700_000).map(|at| at / 1000).collect(), (0..300_000).map(|_| random.u32(..)).collect(), vec![]]
    }

    fn write(columns: &[Vec<u32>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = StoreWriter::new(&mut bytes, &|| true);
        out.text("name");
        for column in columns {
            out.values(column).unwrap();
        }
        out.finish().unwrap();
        bytes
    }

    impl ReadAt for Vec<u8> {
        fn byte_count(&self) -> io::Result<u64> {
            Ok(self.len() as u64)
        }

        fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
            let start = usize::try_from(offset).unwrap();
            let found = self.get(start..start + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            bytes.copy_from_slice(found);
            Ok(())
        }
    }

    fn read(bytes: &Vec<u8>) -> Result<Vec<Vec<u32>>, Damaged> {
        let directory = read_directory(bytes)?;
        let mut input = StoreReader::new(bytes, &directory);
        assert_eq!(input.text()?, "name");
        (0..3).map(|_| input.values()).collect()
    }

    #[test]
    fn columns_read_back() {
        let columns = columns();
        let bytes = write(&columns);
        assert!(bytes.len() < 1_300_000, "{}", bytes.len());
        assert_eq!(read(&bytes).unwrap(), columns);
    }

    #[test]
    fn any_change_is_damage() {
        let bytes = write(&columns());
        let mut random = fastrand::Rng::with_seed(9);
        for _ in 0..100 {
            let mut changed = bytes.clone();
            match random.u8(..4) {
                0 => changed.truncate(random.usize(..bytes.len())),
                1 => changed.push(0),
                2 => changed.drain(..random.usize(1..bytes.len())).for_each(drop),
                _ => changed[random.usize(..bytes.len())] ^= 1 << random.u8(..8),
            }
            assert_eq!(read(&changed), Err(Damaged));
        }
        assert_eq!(read(&Vec::new()), Err(Damaged));
    }

    #[test]
    fn what_is_no_longer_wanted_is_not_written() {
        let mut bytes = Vec::new();
        let mut out = StoreWriter::new(&mut bytes, &|| false);
        assert_eq!(out.values(&[1_u8]).unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert!(bytes.is_empty());
    }
}
