//! The source maps of one snapshot: each script's is looked for once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{Location, NodeKind};
use crate::sidecar::Sidecar;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::{Script, ScriptIndex, located};
use crate::source::maps::discovery::Places;
use crate::source::maps::files::MapFolders;
use crate::source::maps::mapped_script::{MappedScript, Original};
use crate::source::maps::names::{ScopeNames, find_scopes, scope_names};
use crate::source::places::{Place, Position};

/// Scopes whose names are kept.
const SCOPES: usize = 1 << 20;
/// Scripts of packages whose maps are looked for before anybody asks for them.
const OF_PACKAGES: usize = 500;

/// Where maps are looked for, and when.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct MapOptions {
    /// Folders of the user, for maps and for the texts that they name.
    pub folders: Vec<PathBuf>,
    /// Folders of the user for texts alone.
    pub roots: Vec<PathBuf>,
    /// Whether a question waits until the script's map was looked for; else it is answered by what is known.
    pub waits: bool,
    /// Whether generated code is shown at first.
    pub is_off: bool,
}

/// The maps of a snapshot, kept with it.
pub struct SourceMaps {
    options: MapOptions,
    is_off: AtomicBool,
    maps: OnceLock<MapFolders>,
    sidecar: OnceLock<Option<Sidecar>>,
    positions: OnceLock<FxHashMap<ScriptIndex, Vec<Position>>>,
    scripts: Mutex<FxHashMap<ScriptIndex, Arc<OnceLock<Arc<MappedScript>>>>>,
    /// Names of variables by what the scopes of one text have in common.
    scopes: Mutex<FxHashMap<NodeIndex, Arc<ScopeNames>>>,
}

impl SourceMaps {
    /// Keeps maps with `snapshot` from now on, in place of those before.
    pub fn attach(snapshot: &Snapshot, options: MapOptions) -> Arc<Self> {
        let maps = Arc::new(Self {
            is_off: AtomicBool::new(options.is_off),
            options,
            maps: OnceLock::new(),
            sidecar: OnceLock::new(),
            positions: OnceLock::new(),
            scripts: Mutex::default(),
            scopes: Mutex::default(),
        });
        snapshot.set_companion(Some(maps.clone()));
        maps
    }

    /// Those that are kept with `snapshot`.
    pub fn of(snapshot: &Snapshot) -> Option<Arc<Self>> {
        snapshot.companion()?.downcast().ok()
    }

    /// Shows generated code instead of original code, or not.
    pub fn set_off(&self, is_off: bool) {
        self.is_off.store(is_off, Ordering::Relaxed);
    }

    /// Whether a question waits until what it asks for was looked for.
    pub fn waits(&self) -> bool {
        self.options.waits
    }

    /// Whether generated code is shown.
    pub fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Relaxed)
    }

    /// What is known of the script's map. Looks for it if that was not done yet: reads files.
    pub fn script(&self, snapshot: &Snapshot, script: ScriptIndex) -> Arc<MappedScript> {
        let cell = Arc::clone(self.scripts().entry(script).or_default());
        cell.get_or_init(|| Arc::new(self.look(snapshot, script))).clone()
    }

    /// The same, if it was looked for: costs nothing.
    pub fn known(&self, script: ScriptIndex) -> Option<Arc<MappedScript>> {
        self.scripts().get(&script)?.get().cloned()
    }

    /// The script's map, if it is wanted and, as the options say, known or found now.
    pub fn state(&self, snapshot: &Snapshot, script: ScriptIndex) -> Option<Arc<MappedScript>> {
        if self.is_off() { None } else { self.current(snapshot, script) }
    }

    /// The same, wanted or not.
    pub fn current(&self, snapshot: &Snapshot, script: ScriptIndex) -> Option<Arc<MappedScript>> {
        let mapped =
            if self.options.waits { Some(self.script(snapshot, script)) } else { self.known(script) };
        mapped.filter(|mapped| mapped.map().is_some())
    }

    fn scripts(&self) -> MutexGuard<'_, FxHashMap<ScriptIndex, Arc<OnceLock<Arc<MappedScript>>>>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Folders of the user that have texts.
    pub fn text_folders(&self) -> Vec<PathBuf> {
        self.options.roots.iter().chain(&self.options.folders).cloned().collect()
    }

    /// The text that was captured with the snapshot: of the script with the same number and address.
    pub fn captured_text(&self, snapshot: &Snapshot, script: &Script) -> Option<String> {
        let id = u64::from(script.id?);
        let scripts = &self.sidecar(snapshot)?.scripts;
        let same = scripts.iter().find(|other| other.id == id).filter(|other| other.url == script.url)?;
        // Of scripts with one text, one has it.
        let shared = || {
            let hash = same.hash.as_ref()?;
            scripts
                .iter()
                .filter(|other| other.hash.as_ref() == Some(hash))
                .find_map(|other| other.source.clone())
        };
        same.source.clone().or_else(shared)
    }

    fn sidecar(&self, snapshot: &Snapshot) -> Option<&Sidecar> {
        // A file that is damaged has been told of when the snapshot was opened.
        let read = || Sidecar::beside(&snapshot.source().path).ok().flatten();
        self.sidecar.get_or_init(read).as_ref()
    }

    fn look(&self, snapshot: &Snapshot, script: ScriptIndex) -> MappedScript {
        let maps = self.maps.get_or_init(|| MapFolders::find(&self.options.folders));
        let sidecar = self.sidecar(snapshot);
        let positions = self.positions.get_or_init(|| positions(snapshot));
        let own = positions.get(&script).map_or(&[][..], Vec::as_slice);
        let places = Places { sidecar, folders: &self.text_folders(), maps };
        MappedScript::find(snapshot, script, own, &places)
    }

    /// The original names of a scope's variables, as far as they are known or the options let them be found.
    pub fn scope(&self, snapshot: &Snapshot, context: NodeIndex) -> Option<Arc<ScopeNames>> {
        let known = self.scopes().get(&scope_key(snapshot, context)).cloned();
        match known {
            None if self.options.waits => Some(self.find_scope(snapshot, context)),
            known => known,
        }
    }

    /// The same; looks for them. All scopes of one text have the same names.
    pub(super) fn find_scope(&self, snapshot: &Snapshot, context: NodeIndex) -> Arc<ScopeNames> {
        let key = scope_key(snapshot, context);
        if let Some(known) = self.scopes().get(&key) {
            return Arc::clone(known);
        }
        let found = Arc::new(scope_names(snapshot, self, context));
        let mut scopes = self.scopes();
        if scopes.len() < SCOPES {
            scopes.insert(key, Arc::clone(&found));
        }
        found
    }

    /// What is to be said of maps that were found and are not used.
    pub fn rejected(&self) -> Vec<String> {
        let looked_for: Vec<_> = self.scripts().values().filter_map(|cell| cell.get().cloned()).collect();
        let rejected = looked_for.iter().filter(|mapped| mapped.is_rejected());
        let mut notes: Vec<String> = rejected.filter_map(|mapped| mapped.note()).collect();
        notes.sort_unstable();
        notes.dedup();
        notes
    }

    fn scopes(&self) -> MutexGuard<'_, FxHashMap<NodeIndex, Arc<ScopeNames>>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for the maps of all scripts: the user's own, and some of packages. Whether any was found.
    pub fn find_all(&self, snapshot: &Snapshot, progress: &Progress) -> Result<bool, Cancelled> {
        let scripts = snapshot.scripts();
        let is_file = |url: &str| {
            let is_runtime = ["node:", "internal/", "wasm:", "ext:", "evalmachine"];
            !url.is_empty() && !is_runtime.iter().any(|start| url.starts_with(start))
        };
        let is_package = |url: &str| url.contains("/node_modules/");
        let all = || scripts.iter().filter(|(_, script)| is_file(&script.url));
        let own = all().filter(|(_, script)| !is_package(&script.url));
        let others = all().filter(|(_, script)| is_package(&script.url)).take(OF_PACKAGES);
        let mut found = false;
        for (script, _) in own.chain(others) {
            progress.check()?;
            found |= self.script(snapshot, script).map().is_some();
        }
        if found {
            find_scopes(snapshot, self, progress)?;
        }
        Ok(found)
    }
}

/// What scopes of one text have in common; else the scope itself.
fn scope_key(snapshot: &Snapshot, context: NodeIndex) -> NodeIndex {
    snapshot.graph().internal_target(context, "scope_info").unwrap_or(context)
}

/// Where each script's functions, and the classes of its objects, stand.
fn positions(snapshot: &Snapshot) -> FxHashMap<ScriptIndex, Vec<Position>> {
    let scripts = snapshot.scripts();
    let mut seen: FxHashSet<Location> = FxHashSet::default();
    let mut found: FxHashMap<ScriptIndex, Vec<Position>> = FxHashMap::default();
    for (node, location) in located(snapshot.graph()) {
        if snapshot.graph().nodes.kind(node) != NodeKind::REGEXP
            && let Some(script) = scripts.with_id(location.script_id)
            && let Some((line, column)) = location.position()
            && seen.insert(location)
        {
            found.entry(script).or_default().push(Position { line, column });
        }
    }
    found
}

/// Where a place comes from, as far as maps are kept with the snapshot.
pub fn original(snapshot: &Snapshot, place: Place) -> Option<Original> {
    let maps = SourceMaps::of(snapshot)?;
    let mapped = maps.state(snapshot, place.script)?;
    let position = place.position?;
    if maps.options.waits { mapped.original(position) } else { mapped.original_at_once(position) }
}

/// What short texts say of a place.
pub struct Shown {
    /// The original file; none for the script itself.
    pub url: Option<Arc<str>>,
    /// Where in that file, or in the script.
    pub position: Option<Position>,
}

/// The original place; of a script as a whole the original file, if it was made from one.
pub fn shown(snapshot: &Snapshot, place: Place) -> Shown {
    if let Some(original) = original(snapshot, place) {
        return Shown { url: Some(original.url), position: Some(original.position) };
    }
    let whole = || {
        let mapped = SourceMaps::of(snapshot)?.state(snapshot, place.script)?;
        mapped.only_file().map(Arc::from)
    };
    let url = if place.position.is_none() { whole() } else { None };
    Shown { url, position: place.position }
}
