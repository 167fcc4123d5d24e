//! Files that are another version of a script: how much of it is still there, and where.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::NodeIndex;
use crate::graph::NodeKind;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::{ScriptIndex, located};
use crate::source::lines::Lines;
use crate::source::outline::{FunctionStart, Outline};
use crate::source::places::Position;
use crate::source::syntax::outline;
use crate::source::text::{ScriptText, SourceOptions, other_text};

/// With fewer functions, they alone do not tell that a text is the same.
const FEW: usize = 3;

/// How many of a script's functions whose place is known a text has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FunctionsFound {
    /// Those it has.
    pub found: usize,
    /// All of them.
    pub of: usize,
}

impl FunctionsFound {
    /// Whether all are where they were, and they are enough to tell.
    pub(super) fn is_all(self) -> bool {
        self.of >= FEW && self.found == self.of
    }
}

/// A file at the script's path whose text is not the one that ran.
#[derive(Debug)]
pub struct OtherVersion {
    /// Its text.
    pub text: ScriptText,
    /// How many of the script's functions it has, wherever they stand.
    pub functions: FunctionsFound,
    outline: Outline,
}

impl OtherVersion {
    /// `None` if there is no such file, or it cannot be parsed.
    pub fn find(snapshot: &Snapshot, script: ScriptIndex, options: &SourceOptions) -> Option<Self> {
        let text = other_text(snapshot, script, options)?;
        let outline = outline(&text.text, &snapshot.scripts().get(script).url).ok()?;
        let lines = Lines::new(&text.text);
        let known = functions_of(snapshot, script);
        let is_there = |function: &&KnownFunction| match &*function.name {
            "" => stands_at(&outline, &lines, function),
            name => outline.functions().iter().any(|other| is_called(other, name)),
        };
        let functions = FunctionsFound { found: known.iter().filter(is_there).count(), of: known.len() };
        Some(Self { text, functions, outline })
    }

    /// Where the function or class that `node` is called by stands in it, if that is clear.
    pub fn position_of(&self, snapshot: &Snapshot, node: NodeIndex) -> Option<Position> {
        let name = snapshot.graph().raw_name(node);
        let mut named = self.outline.functions().iter().filter(|function| is_called(function, name));
        let only = named.next().filter(|_| !name.is_empty() && named.next().is_none())?;
        Some(Lines::new(&self.text.text).position(only.start as usize))
    }
}

/// How many of the script's functions stand in `text` where V8 says, with the same names.
pub(super) fn functions_in_place(snapshot: &Snapshot, script: ScriptIndex, text: &str) -> FunctionsFound {
    let known = functions_of(snapshot, script);
    let none = FunctionsFound { found: 0, of: known.len() };
    let Ok(outline) = outline(text, &snapshot.scripts().get(script).url) else { return none };
    let lines = Lines::new(text);
    let found = known.iter().filter(|function| stands_at(&outline, &lines, function)).count();
    FunctionsFound { found, ..none }
}

fn stands_at(outline: &Outline, lines: &Lines<'_>, known: &KnownFunction) -> bool {
    let offset = lines.offset(known.position).and_then(|offset| u32::try_from(offset).ok());
    let found = offset.and_then(|offset| outline.function_at(offset));
    found.is_some_and(|found| {
        found.name.as_deref().is_none_or(|name| known.name.is_empty() || *known.name == *name)
    })
}

/// Whether it has the name, or is the method or property of that name.
fn is_called(function: &FunctionStart, name: &str) -> bool {
    let own = function.name.as_deref().or(function.inferred.as_deref());
    own.is_some_and(|own| own == name || own.rsplit(['.', '#']).next() == Some(name))
}

/// A function whose place V8 tells.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct KnownFunction {
    position: Position,
    name: Arc<str>,
}

type FunctionsByScript = FxHashMap<ScriptIndex, Vec<KnownFunction>>;

/// The functions of each script, kept with the snapshot.
#[derive(Default)]
struct KnownFunctions {
    by_script: OnceLock<FunctionsByScript>,
}

fn functions_of(snapshot: &Snapshot, script: ScriptIndex) -> Vec<KnownFunction> {
    let known = snapshot.memo::<KnownFunctions>();
    let by_script = known.by_script.get_or_init(|| all_functions(snapshot));
    by_script.get(&script).cloned().unwrap_or_default()
}

fn all_functions(snapshot: &Snapshot) -> FunctionsByScript {
    let (graph, scripts) = (snapshot.graph(), snapshot.scripts());
    let mut seen = FxHashSet::default();
    let mut found = FunctionsByScript::default();
    for (node, location) in located(graph) {
        if graph.nodes.kind(node) == NodeKind::CLOSURE
            && let Some(script) = scripts.with_id(location.script_id)
            && let Some((line, column)) = location.position()
            // The code of a script or module as a whole.
            && (line, column) != (1, 1)
            && seen.insert(location)
        {
            let function =
                KnownFunction { position: Position { line, column }, name: graph.raw_name(node).into() };
            found.entry(script).or_default().push(function);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use crate::source::text::{Check, script_text};

    const TEXT: &str = "function add(x) { return x; }\nconst go = () => add(1);\nclass Cart {}\n";

    /// A heap with the functions of [`TEXT`], of which it keeps nothing, and a folder with `text` in its place.
    fn heap(text: &str) -> (Arc<Snapshot>, tempfile::TempDir, SourceOptions) {
        let mut heap = GraphBuilder::new();
        let script = heap.node("code", "/app/x.js", 1);
        for (at, (name, start)) in [("add", "(x)"), ("go", "() =>"), ("Cart", "class")].iter().enumerate() {
            let (function, shared) = (heap.node("closure", name, 1), heap.node("code", name, 1));
            heap.edge(0, "element", &(at + 1).to_string(), function);
            heap.edge(function, "internal", "shared", shared).edge(shared, "internal", "script", script);
            let position = Lines::new(TEXT).position(TEXT.find(start).unwrap());
            heap.location(function, 7, position.line as usize - 1, position.column as usize - 1);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x.js"), text).unwrap();
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let options = SourceOptions { own_paths: false, roots: vec![folder.path().into()] };
        (snapshot, folder, options)
    }

    #[test]
    fn a_text_of_which_nothing_is_kept_is_the_same_if_all_functions_stand_where_they_did() {
        let (snapshot, _folder, options) = heap(TEXT);
        let (script, _) = snapshot.scripts().iter().next().unwrap();
        assert_eq!(script_text(&snapshot, script, &options).unwrap().check, Check::SameText);
        assert!(OtherVersion::find(&snapshot, script, &options).is_none());
    }

    #[test]
    fn another_version_tells_how_much_of_it_is_there_and_where() {
        let (snapshot, _folder, options) =
            heap("// A new line.\nfunction add(x) { return x; }\nclass Cart {}\n");
        let (script, _) = snapshot.scripts().iter().next().unwrap();
        assert_eq!(script_text(&snapshot, script, &options).unwrap().check, Check::AnotherVersion);
        let other = OtherVersion::find(&snapshot, script, &options).unwrap();
        assert_eq!(other.functions, FunctionsFound { found: 2, of: 3 });
        let of = |name: &str| {
            let graph = snapshot.graph();
            let node = graph
                .node_indices()
                .find(|&node| graph.nodes.kind(node) == NodeKind::CLOSURE && graph.raw_name(node) == name);
            other.position_of(&snapshot, node.unwrap()).map(|position| (position.line, position.column))
        };
        assert_eq!((of("add"), of("go"), of("Cart")), (Some((2, 13)), None, Some((3, 1))));
    }
}
