//! The index file: everything a load computes, in the form of [`Stored`], so that a file that was opened before opens
//! at once. It holds the program and the file it was made for, and is of use only to these two.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::analysis::classes::Classes;
use crate::analysis::distances::DistanceColumn;
use crate::analysis::dom_state::DomStates;
use crate::analysis::interface_definitions::{restore_definitions, store_definitions};
use crate::analysis::retainers::Retainers;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{
    Column, Damaged, Progress, ReadAt, SizeColumn, StoreReader, StoreWriter, Stored, read_directory,
};
use crate::graph::Graph;
use crate::parse::Warning;
use crate::snapshot::load::Clock;
use crate::snapshot::{FileData, FirstRows, ReachabilityData, Snapshot, Source, Sums, source_of};

/// Raised whenever the order of what is stored changes.
const FORMAT: u64 = 2;
/// Bytes of the snapshot that are looked at in each of three places.
const SAMPLE: u64 = 64 << 10;

/// What a snapshot file is recognised by: its length, its time, and some of its bytes. Renaming it changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileKey {
    /// 16 bytes in hexadecimal: the name of the index.
    pub name: String,
    /// Length of the file.
    pub bytes: u64,
}

impl FileKey {
    /// The key of the file at `path`. Reads 192 kB. `None` for what is no ordinary file.
    pub fn of(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let mut hash = Sha256::new();
        hash.update(metadata.len().to_le_bytes());
        hash.update(modified.as_nanos().to_le_bytes());
        let last = metadata.len().saturating_sub(SAMPLE);
        for start in [0, last / 2, last] {
            let mut sample = Vec::new();
            io::Seek::seek(&mut file, io::SeekFrom::Start(start)).ok()?;
            io::Read::read_to_end(&mut io::Read::take(&mut file, SAMPLE), &mut sample).ok()?;
            hash.update(&sample);
        }
        let name = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(Self { name, bytes: metadata.len() })
    }
}

impl ReadAt for File {
    fn byte_count(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, bytes, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(self, rest, offset)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            offset += read as u64;
            rest = &mut rest[read..];
        }
        Ok(())
    }
}

/// Which program an index belongs to: another build may compute other figures.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let metadata = std::env::current_exe().and_then(std::fs::metadata).ok();
        let built = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        let built =
            built.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |time| time.as_nanos());
        let bytes = metadata.map_or(0, |metadata| metadata.len());
        format!("{} {bytes} {built}", env!("CARGO_PKG_VERSION"))
    })
}

/// Writes the index of a complete snapshot, for as long as it `is_wanted`.
pub(crate) fn write_index(
    snapshot: &Snapshot,
    key: &FileKey,
    file: &mut dyn Write,
    is_wanted: &dyn Fn() -> bool,
) -> io::Result<()> {
    let Some(reached) = &snapshot.reached else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut out = StoreWriter::new(file, is_wanted);
    out.number(FORMAT);
    out.text(program());
    out.text(&key.name);
    let FileData { warnings, graph, dom, max_js_object_id, total_size, source: _, partial: _ } =
        &*snapshot.heap;
    out.texts(warnings.iter().map(|warning| warning.0.as_str()))?;
    graph.store(&mut out)?;
    dom.store(&mut out)?;
    out.number(*max_js_object_id);
    out.number(*total_size);
    let FirstRows { definitions, classes, chrome_sizes, early_totals } = &*snapshot.groups;
    store_definitions(definitions, &mut out)?;
    classes.store(&mut out)?;
    chrome_sizes.store(&mut out)?;
    early_totals.store(&mut out)?;
    let ReachabilityData { weak_maps, retainers, distances, idom, chrome } = reached;
    weak_maps.store(&mut out)?;
    retainers.store(&mut out)?;
    distances.store(&mut out)?;
    idom.store(&mut out)?;
    chrome.retained.store(&mut out)?;
    chrome.totals.store(&mut out)?;
    out.finish()
}

/// Reads the snapshot at `path` from its index. `early` is called as by a load.
pub(crate) fn read_index(
    path: &Path,
    key: &FileKey,
    index: &File,
    progress: &Progress,
    early: impl FnOnce(Arc<Snapshot>),
) -> Result<Arc<Snapshot>, Damaged> {
    let clock = Clock::start();
    let directory = read_directory(index)?;
    let mut input = StoreReader::new(index, &directory);
    if input.number()? != FORMAT || input.text()? != program() || input.text()? != key.name {
        return Err(Damaged);
    }
    let check = || progress.check().map_err(|_| Damaged);
    let heap = FileData {
        source: Source { bytes: key.bytes, ..source_of(path) },
        warnings: input.texts()?.into_iter().map(Warning).collect(),
        partial: None,
        graph: Graph::restore(&mut input)?,
        dom: DomStates::restore(&mut input)?,
        max_js_object_id: input.number()?,
        total_size: input.number()?,
    };
    check()?;
    let groups = FirstRows {
        definitions: restore_definitions(&mut input)?,
        classes: Classes::restore(&mut input)?,
        chrome_sizes: Option::<SizeColumn<_>>::restore(&mut input)?,
        early_totals: Column::restore(&mut input)?,
    };
    check()?;
    let (heap, groups) = (Arc::new(heap), Arc::new(groups));
    clock.note_first_rows();
    early(Snapshot::assemble(&heap, &groups, None, &clock));
    let reached = ReachabilityData {
        weak_maps: WeakMapNames::restore(&mut input)?,
        retainers: Retainers::restore(&mut input)?,
        distances: DistanceColumn::restore(&mut input)?,
        idom: Column::restore(&mut input)?,
        chrome: Sums { retained: SizeColumn::restore(&mut input)?, totals: Column::restore(&mut input)? },
    };
    check()?;
    Ok(Snapshot::assemble(&heap, &groups, Some(reached), &clock))
}
