//! Where the map of a script is: the capture's sidecar, its address in the snapshot or at the end of the
//! text, the file beside the script, folders of the user. The first that fits the script is taken.

use std::path::{Path, PathBuf};

use crate::sidecar::{Sidecar, SidecarScript};
use crate::snapshot::scripts::{Script, file_name};
use crate::source::maps::check::{self, MapCheck, check};
use crate::source::maps::encoding::data_address;
use crate::source::maps::files::{Allowed, MapFolders, script_path};
use crate::source::maps::source_map::{MAP_LIMIT, SourceMap, map_comment};
use crate::source::maps::source_names::path_of;

/// Bytes of a source that is read from the disk.
const SOURCE_LIMIT: usize = 16 << 20;
/// Sources of one map that are read from the disk or have maps of their own.
const SOURCES: usize = 2000;
/// Maps of maps' sources.
const CHAIN: usize = 3;
/// Maps in folders whose ids are compared.
const IDS: usize = 256;

/// Everything that maps are looked for in.
pub struct Places<'a> {
    /// What was captured with the snapshot.
    pub sidecar: Option<&'a Sidecar>,
    /// The user's folders.
    pub folders: &'a [PathBuf],
    /// The maps in them.
    pub maps: &'a MapFolders,
}

/// A map that fits.
#[derive(Debug)]
pub struct FoundMap {
    /// The map.
    pub map: SourceMap,
    /// Where it was.
    pub origin: String,
    /// Why it is believed.
    pub check: MapCheck,
}

/// A map that was found and is not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rejected {
    /// Where it is.
    pub origin: String,
    /// Why not.
    pub reason: String,
}

/// Whether there is reason to look for a map: without one no file is read.
pub(super) fn has_hint(script: &Script, places: &Places<'_>) -> bool {
    let is_captured = |sidecar: &Sidecar| {
        let is_it = |other: &SidecarScript| script.id.is_some_and(|id| u64::from(id) == other.id);
        sidecar.scripts.iter().any(|other| is_it(other) && other.source_map_url.is_some())
    };
    let name = format!("{}.map", file_name(&script.url));
    let is_beside = || script_path(&script.url).is_some_and(|path| path.with_file_name(&name).is_file());
    script.source_map_url.is_some()
        || places.sidecar.is_some_and(is_captured)
        || script.debug_id.is_some() && !places.folders.is_empty()
        || places.maps.has(&name)
        || is_beside()
}

/// Looks for the map of one script.
pub(super) struct Search<'a> {
    script: &'a Script,
    known: &'a check::Script<'a>,
    places: &'a Places<'a>,
    path: Option<PathBuf>,
    allowed: Allowed,
    rejected: Option<Rejected>,
}

/// A map as it was read, with the folder that its sources' paths begin at.
struct Candidate {
    origin: String,
    map: Result<SourceMap, String>,
    folder: Option<PathBuf>,
}

impl<'a> Search<'a> {
    /// For one script, of which `known` is known.
    pub(super) fn new(script: &'a Script, known: &'a check::Script<'a>, places: &'a Places<'a>) -> Self {
        let path = script_path(&script.url);
        let own = path.as_deref().and_then(Path::parent);
        let folders = own.into_iter().chain(places.folders.iter().map(PathBuf::as_path));
        let allowed = Allowed::new(folders);
        Self { script, known, places, path, allowed, rejected: None }
    }

    /// The first map that fits; else the first one that does not, if there is one.
    pub(super) fn run(mut self) -> Result<FoundMap, Option<Rejected>> {
        let steps = [Self::captured, Self::addressed, Self::beside, Self::in_folders];
        for step in steps {
            if let Some(found) = step(&mut self) {
                return Ok(found);
            }
        }
        Err(self.rejected)
    }

    /// Takes the candidate if it fits; remembers why the first one did not.
    fn take(&mut self, candidate: Candidate, is_certain: bool) -> Option<FoundMap> {
        let Candidate { origin, map, folder } = candidate;
        let checked = map.and_then(|mut map| {
            self.complete(&mut map, folder.as_deref(), CHAIN);
            let check = check(&map, self.known)?;
            if check == MapCheck::NotChecked && !is_certain {
                return Err("nothing tells that it is of this script".to_owned());
            }
            Ok((map, check))
        });
        match checked {
            Ok((map, check)) => Some(FoundMap { map, origin, check }),
            Err(reason) => {
                self.rejected.get_or_insert(Rejected { origin, reason });
                None
            }
        }
    }

    fn captured(&mut self) -> Option<FoundMap> {
        let is_it = |other: &&SidecarScript| {
            self.script.id.is_some_and(|id| u64::from(id) == other.id) && other.url == self.script.url
        };
        let map = self.places.sidecar?.scripts.iter().find(is_it)?.map.as_ref()?;
        let folder = self.path.as_deref().and_then(Path::parent).map(Path::to_owned);
        let origin = "the file beside the snapshot".to_owned();
        self.take(Candidate { origin, map: SourceMap::from_value(map), folder }, true)
    }

    fn addressed(&mut self) -> Option<FoundMap> {
        let in_text = self.known.text.filter(|_| self.known.is_whole).and_then(map_comment);
        let in_text = in_text.map(std::borrow::Cow::into_owned);
        let in_snapshot = self.script.source_map_url.clone();
        in_text.into_iter().chain(in_snapshot).find_map(|address| self.at(&address))
    }

    /// The map at an address that the script gives.
    fn at(&mut self, address: &str) -> Option<FoundMap> {
        let folder = self.path.as_deref().and_then(Path::parent).map(Path::to_owned);
        if address.starts_with("data:") {
            // What was cut ends within a number or without its last bracket.
            let map = SourceMap::parse(&data_address(address)?).ok()?;
            return self
                .take(Candidate { origin: "the script itself".to_owned(), map: Ok(map), folder }, true);
        }
        let path = folder?.join(path_of(address)?);
        self.file(&path, true)
    }

    fn beside(&mut self) -> Option<FoundMap> {
        let path = self.path.clone()?;
        let name = path.file_name()?.to_str()?;
        self.file(&path.with_file_name(format!("{name}.map")), true)
    }

    fn file(&mut self, path: &Path, is_certain: bool) -> Option<FoundMap> {
        let bytes = self.allowed.read(path, MAP_LIMIT)?;
        let folder = path.parent().map(Path::to_owned);
        let origin = path.display().to_string();
        self.take(Candidate { origin, map: SourceMap::parse(&bytes), folder }, is_certain)
    }

    fn in_folders(&mut self) -> Option<FoundMap> {
        let maps = self.places.maps;
        if let Some(id) = self.known.debug_id {
            let has_id = |path: &&Path| {
                let bytes = self.allowed.read(path, MAP_LIMIT).unwrap_or_default();
                memchr::memmem::find(&bytes, id.as_bytes()).is_some()
            };
            let with_id = maps.all().take(IDS).find(has_id).map(Path::to_owned);
            if let Some(found) = with_id.and_then(|path| self.file(&path, false)) {
                return Some(found);
            }
        }
        let own = file_name(&self.script.url).into_owned();
        let addressed = self.script.source_map_url.as_deref().filter(|url| !url.starts_with("data:"));
        let addressed = addressed.map(|url| file_name(url).into_owned());
        let names = addressed.into_iter().chain([format!("{own}.map")]);
        let mut tried: Vec<&Path> = Vec::new();
        for name in names {
            for path in maps.named(&name, &self.script.url) {
                if tried.contains(&path) {
                    continue;
                }
                tried.push(path);
                if let Some(found) = self.file(path, false) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Reads the texts of sources that the map lacks, and the maps of sources that were generated.
    fn complete(&self, map: &mut SourceMap, folder: Option<&Path>, chain: usize) {
        for source in map.sources.iter_mut().take(SOURCES) {
            let Some(path) = path_of(&source.address) else { continue };
            let on_disk = folder.map(|folder| folder.join(&path));
            if source.content.is_none() {
                let read = on_disk.as_deref().and_then(|path| self.allowed.read_text(path, SOURCE_LIMIT));
                let in_folders = || String::from_utf8(self.in_user_folders(&path, SOURCE_LIMIT)?).ok();
                source.content = read.or_else(in_folders);
            }
            let is_script = ["js", "mjs", "cjs"].iter().any(|end| path.rsplit('.').next() == Some(end));
            if chain > 0 && is_script {
                let inner = self.inner(source.content.as_deref(), &path, on_disk.as_deref());
                source.inner = inner.map(|(mut inner, folder)| {
                    self.complete(&mut inner, folder.as_deref(), chain - 1);
                    Box::new(inner)
                });
            }
        }
    }

    fn in_user_folders(&self, path: &str, limit: usize) -> Option<Vec<u8>> {
        (!self.places.folders.is_empty()).then(|| self.allowed.read_end(path, limit)).flatten()
    }

    /// The map of a source that was generated itself: `path` as the map has it, and on this disk.
    fn inner(
        &self,
        text: Option<&str>,
        path: &str,
        on_disk: Option<&Path>,
    ) -> Option<(SourceMap, Option<PathBuf>)> {
        let folder = on_disk.and_then(Path::parent);
        let address = text.and_then(map_comment);
        let named = || {
            let name = on_disk?.file_name()?.to_str()?;
            self.allowed.read(&on_disk?.with_file_name(format!("{name}.map")), MAP_LIMIT)
        };
        let in_user_folders = || self.in_user_folders(&format!("{path}.map"), MAP_LIMIT);
        let bytes = match address.as_deref() {
            Some(address) if address.starts_with("data:") => data_address(address)?.into_owned(),
            Some(address) => {
                let beside = || self.allowed.read(&folder?.join(path_of(address)?), MAP_LIMIT);
                beside().or_else(in_user_folders)?
            }
            None => named().or_else(in_user_folders)?,
        };
        let map = SourceMap::parse(&bytes).ok()?;
        let script = check::Script { debug_id: None, functions: &[], text, is_whole: true };
        check(&map, &script).ok()?;
        Some((map, folder.map(Path::to_owned)))
    }
}
