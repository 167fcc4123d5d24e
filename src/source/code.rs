//! Texts of scripts with their tables, read and parsed once per snapshot.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::lines::{Lines, line_starts};
use crate::source::maps::mapped_script::Written;
use crate::source::maps::{MappedScript, SourceMaps};
use crate::source::outline::Outline;
use crate::source::places::Position;
use crate::source::syntax::outline;
use crate::source::text::{ScriptText, SourceOptions, script_text};
use crate::source::uses::Uses;

/// Parsed scripts that are remembered.
const REMEMBERED: usize = 256;

/// A script's text with its tables.
pub struct Code {
    /// The script.
    pub script: ScriptIndex,
    /// Its text.
    pub text: Arc<ScriptText>,
    /// What a parser finds in it.
    pub outline: Arc<Outline>,
    starts: Vec<usize>,
    is_ascii: bool,
    /// Where what is written there stands in the original code.
    mapped: Option<Arc<MappedScript>>,
    uses: OnceLock<Option<Uses>>,
}

type Slot = Arc<OnceLock<Option<Arc<Code>>>>;

/// The parsed scripts of a snapshot.
#[derive(Default)]
struct ParsedScripts {
    slots: Mutex<FxHashMap<(ScriptIndex, SourceOptions), Slot>>,
}

impl Code {
    /// Of a text that is already there.
    pub fn new(script: ScriptIndex, text: Arc<ScriptText>, outline: Arc<Outline>) -> Self {
        let starts = line_starts(&text.text);
        let is_ascii = text.text.is_ascii();
        Self { script, text, outline, starts, is_ascii, mapped: None, uses: OnceLock::new() }
    }

    /// Reads and parses the text of a script, or remembers what it was. `None` without a text that can be
    /// parsed.
    pub fn find(snapshot: &Snapshot, script: ScriptIndex, options: &SourceOptions) -> Option<Arc<Self>> {
        let mapped = SourceMaps::of(snapshot).and_then(|maps| maps.state(snapshot, script));
        if let Some(code) = mapped.as_deref().and_then(MappedScript::generated) {
            let code = Self::new(script, Arc::clone(&code.text), Arc::clone(&code.outline));
            return Some(Arc::new(Self { mapped, ..code }));
        }
        let parsed = snapshot.memo::<ParsedScripts>();
        let slot = {
            let mut slots = parsed.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.len() >= REMEMBERED {
                slots.clear();
            }
            Arc::clone(slots.entry((script, options.clone())).or_default())
        };
        let find = || {
            let text = script_text(snapshot, script, options)?;
            let outline = outline(&text.text, &snapshot.scripts().get(script).url).ok()?;
            Some(Arc::new(Self::new(script, Arc::new(text), Arc::new(outline))))
        };
        slot.get_or_init(find).clone()
    }

    /// What the original code says at an offset, if a source map leads there.
    pub(super) fn written(&self, offset: u32) -> Option<Written<'_>> {
        self.mapped.as_ref()?.written(self.lines().position(offset as usize))
    }

    /// Where the text reads or writes its variables: parses it a second time when that is first asked.
    pub fn uses(&self, snapshot: &Snapshot) -> Option<&Uses> {
        let url = &snapshot.scripts().get(self.script).url;
        self.uses.get_or_init(|| Uses::find(&self.text.text, url).ok()).as_ref()
    }

    /// Whether what is written there is the user's own, as far as a source map tells.
    pub fn is_own_at(&self, offset: u32) -> bool {
        self.written(offset).is_none_or(|written| written.original().is_own())
    }

    /// The lines of the text.
    pub fn lines(&self) -> Lines<'_> {
        Lines::with_starts(&self.text.text, &self.starts, self.is_ascii)
    }

    /// The byte offset of a position.
    pub fn offset(&self, position: Position) -> Option<u32> {
        u32::try_from(self.lines().offset(position)?).ok()
    }
}
