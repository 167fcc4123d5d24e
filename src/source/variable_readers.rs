//! Which variables of a scope living functions read: by V8's own lists of scopes, else by the script's text.

use std::iter::successors;
use std::sync::Arc;

use crate::base::NodeIndex;
use crate::graph::{CodeScope, EdgeKind, EdgeName, Graph};
use crate::snapshot::Snapshot;
use crate::source::code::Code;
use crate::source::contexts::{is_context, only_functions_that_see};
use crate::source::places::{Place, place};
use crate::source::text::SourceOptions;

/// Scopes around a function that are looked at.
const CHAIN: usize = 64;

/// The functions that can read a scope's variables.
pub(super) enum Readers<'a> {
    /// As V8 lists them.
    Listed(ListedReaders<'a>),
    /// In the text of the script.
    InText(ReadersInText),
}

impl<'a> Readers<'a> {
    /// `None` if the snapshot and the text do not tell all of them.
    pub(super) fn find(snapshot: &'a Snapshot, context: NodeIndex, options: &SourceOptions) -> Option<Self> {
        let functions = only_functions_that_see(snapshot, context)?;
        let graph = snapshot.graph();
        let script = snapshot.scripts().get(snapshot.scripts().of(graph, *functions.first()?)?);
        let rows = graph.scopes.of(script.node);
        if rows.is_empty() {
            return ReadersInText::find(snapshot, &functions, context, options).map(Self::InText);
        }
        ListedReaders::find(snapshot, &functions, context, rows).map(Self::Listed)
    }

    /// Whether one of them reads or writes the variable; `None` if that is not known.
    pub(super) fn read(&self, snapshot: &Snapshot, name: &str) -> Option<bool> {
        match self {
            Self::Listed(readers) => readers.read(snapshot.graph(), name),
            Self::InText(readers) => readers.read(snapshot, name),
        }
    }
}

/// Functions in V8's list of scopes.
pub(super) struct ListedReaders<'a> {
    /// All scopes of the script.
    rows: &'a [CodeScope],
    /// The scope whose variables are asked for.
    declaring: &'a CodeScope,
    /// The scopes of the functions.
    living: Vec<i32>,
}

impl<'a> ListedReaders<'a> {
    fn find(
        snapshot: &Snapshot,
        functions: &[NodeIndex],
        context: NodeIndex,
        rows: &'a [CodeScope],
    ) -> Option<Self> {
        let graph = snapshot.graph();
        let number = |node, name| -> Option<i32> {
            let value = graph.internal_target(graph.internal_target(node, name)?, "value")?;
            graph.raw_name(value).parse().ok()
        };
        let script = rows.first()?.script;
        let living = functions.iter().map(|&function| {
            let shared = graph.internal_target(function, "shared")?;
            let is_same = graph.internal_target(shared, "script") == Some(script);
            number(shared, "scope_id").filter(|_| is_same)
        });
        let living = living.collect::<Option<_>>()?;
        let id = number(graph.internal_target(context, "scope_info")?, "scope_id")?;
        let declaring = rows.iter().find(|row| row.id == id)?;
        Some(Self { rows, declaring, living })
    }

    fn read(&self, graph: &Graph, name: &str) -> Option<bool> {
        let scopes = &graph.scopes;
        let slot = scopes.variables(self.declaring).iter().position(|&other| graph.text(other) == name)?;
        let is_it = |row: &CodeScope| {
            let mut uses = scopes.uses(row).iter();
            uses.any(|used| used.declared_in == self.declaring.id && used.slot as usize == slot)
        };
        // Whether a living function is around, by depth: what stands in one may come to life.
        let mut around: Vec<bool> = Vec::new();
        Some(self.rows.iter().any(|row| {
            around.truncate(row.depth as usize);
            let lives = around.last().copied().unwrap_or(false) || self.living.contains(&row.id);
            around.push(lives);
            lives && is_it(row)
        }))
    }
}

/// Functions in the text of their script.
pub(super) struct ReadersInText {
    code: Arc<Code>,
    /// The scope in the text.
    scope: usize,
    /// From where to where each of them stands.
    spans: Vec<(u32, u32)>,
}

impl ReadersInText {
    fn find(
        snapshot: &Snapshot,
        functions: &[NodeIndex],
        context: NodeIndex,
        options: &SourceOptions,
    ) -> Option<Self> {
        let places: Vec<Place> =
            functions.iter().map(|&function| place(snapshot, function)).collect::<Option<_>>()?;
        let script = places.first()?.script;
        if places.iter().any(|place| place.script != script) {
            return None;
        }
        let code = Code::find(snapshot, script, options)?;
        let starts: Vec<u32> =
            places.iter().map(|place| code.offset(place.position?)).collect::<Option<_>>()?;
        let spans =
            starts.iter().map(|&start| Some(code.outline.function_at(start)?.span)).collect::<Option<_>>()?;
        let scope = functions
            .iter()
            .zip(&starts)
            .find_map(|(&function, &start)| scope_in_text(snapshot, &code, function, start, context))?;
        Some(Self { code, scope, spans })
    }

    fn read(&self, snapshot: &Snapshot, name: &str) -> Option<bool> {
        let outline = &self.code.outline;
        let declared = outline.declared_in(self.scope, name)?;
        let mut uses = self.code.uses(snapshot)?.of(name)?.iter();
        Some(uses.any(|&offset| {
            let scope = outline.scope_at(offset);
            scope.and_then(|scope| outline.resolve(name, scope)) == Some(declared)
                && self.spans.iter().any(|&(start, end)| (start..end).contains(&offset))
        }))
    }
}

/// The scope of the text whose variables are in `context`: outwards from a function that sees it, each scope
/// of the heap is the next one of the text that declares all its variables.
fn scope_in_text(
    snapshot: &Snapshot,
    code: &Code,
    function: NodeIndex,
    start: u32,
    context: NodeIndex,
) -> Option<usize> {
    let graph = snapshot.graph();
    let outline = &code.outline;
    let mut scope = outline.parent(outline.scope_at(start)?);
    let mut around = graph.internal_target(function, "context")?;
    for _ in 0..CHAIN {
        let names = names(graph, around);
        if !names.is_empty() {
            let declares_all =
                |&scope: &usize| names.iter().all(|name| outline.declared_in(scope, name).is_some());
            scope = successors(scope, |&scope| outline.parent(scope)).find(declares_all);
        }
        if around == context {
            return scope.filter(|_| !names.is_empty());
        }
        if !names.is_empty() {
            scope = outline.parent(scope?);
        }
        around = graph.internal_target(around, "previous").filter(|&around| is_context(graph, around))?;
    }
    None
}

/// The variables of a scope that have a declaration: not `this`, and not what the engine adds.
fn names(graph: &Graph, context: NodeIndex) -> Vec<&str> {
    let is_declared = |name: &&str| !name.starts_with(['.', '#']) && !matches!(*name, "this" | "arguments");
    let names = graph.edges_of(context).filter_map(|edge| match edge.name {
        EdgeName::Text(name) if edge.kind == EdgeKind::Context => Some(graph.text(name)),
        _ => None,
    });
    names.filter(is_declared).collect()
}
