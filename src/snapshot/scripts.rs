//! Scripts: every file or piece of code that V8 has loaded, in one table per snapshot.
//!
//! The table has two keys: V8's number of a script, which locations contain, and the script's node, which
//! functions refer to. It is built on first use, in `O(nodes)`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::base::{NodeIndex, StringIndex};
use crate::graph::{EdgeKind, EdgeName, Graph, Location, NodeKind};
use crate::snapshot::Snapshot;

/// Names of the link from a function's shared data to its script, by version of V8.
pub const LINKS: [&str; 2] = ["script", "script_or_debug_info"];
/// V8's prefix of a script's path in the name of its node.
const PREFIX: &str = "system / Script / ";
/// V8 15's name of an unnamed script.
const NAMELESS: &str = "system / Script";
/// Maximum bytes of a source map's or a script's address.
const ADDRESS_LIMIT: usize = 4096;

/// A script's row in the table.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ScriptIndex(u32);

impl ScriptIndex {
    /// Its position in the table.
    pub fn position(self) -> usize {
        self.0 as usize
    }
}

/// A script as the snapshot describes it. All text comes from the file: untrusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    /// Its node.
    pub node: NodeIndex,
    /// V8's number of it, if any function refers to it.
    pub id: Option<u32>,
    /// Path or address; empty for `eval` and `new Function` without a `sourceURL`.
    pub url: String,
    /// Address of its source map, relative to `url`. A long `data:` address is cut to 1,024 units.
    pub source_map_url: Option<String>,
    /// The debug id, which its source map has as well.
    pub debug_id: Option<String>,
    /// Number of lines that precede it in an enclosing text, as far as the snapshot has them.
    pub line_offset: u32,
    /// Number of units that precede its first line in an enclosing text.
    pub column_offset: u32,
    /// The string with its text.
    text: Option<NodeIndex>,
}

impl Script {
    /// Its text as far as the file has it: before Chrome 156, V8 writes the first 1,024 units of it.
    pub fn kept_text(&self, snapshot: &Snapshot) -> Option<String> {
        let graph = snapshot.graph();
        let text = self.text?;
        // A flattened concatenated text: all of it is in the first half.
        let flat = graph.internal_target(text, "first").filter(|&first| {
            graph.nodes.kind(first) == NodeKind::STRING
                && graph.internal_target(text, "second").is_none_or(|rest| graph.raw_name(rest).is_empty())
        });
        let text = flat.map_or_else(|| snapshot.display_name(text), |flat| graph.raw_name(flat).into());
        Some(text.into_owned()).filter(|text| !text.is_empty())
    }

    /// The node of its text, for its size.
    pub fn text_node(&self) -> Option<NodeIndex> {
        self.text
    }

    /// The file's name without folders, query and fragment; `script 81` if it has no name.
    pub fn file_name(&self) -> Cow<'_, str> {
        if self.url.is_empty() {
            return match self.id {
                Some(id) => format!("script {id}").into(),
                None => "script without a name".into(),
            };
        }
        file_name(&self.url)
    }
}

/// The part of `url` after the last slash, without query and fragment, percent-decoded if it is a `file:`
/// address. For a `data:` address its type.
pub fn file_name(url: &str) -> Cow<'_, str> {
    if let Some(data) = url.strip_prefix("data:") {
        let kind = data.split([',', ';']).next().unwrap_or_default();
        return format!("data:{}", kind.chars().take(40).collect::<String>()).into();
    }
    if url.starts_with("node:") {
        return url.into();
    }
    let (path, is_address) = match url.split_once("://") {
        Some((_, path)) => (path.split(['?', '#']).next().unwrap_or_default(), true),
        None => (url, false),
    };
    let trimmed = path.trim_end_matches(['/', '\\']);
    let name = trimmed.rsplit(['/', '\\']).next().unwrap_or(trimmed);
    if name.is_empty() {
        return url.into();
    }
    if is_address { percent_decoded(name) } else { name.into() }
}

/// `text` percent-decoded, if the result is UTF-8.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or_else(|_| text.into(), Cow::Owned)
}

/// All scripts of a snapshot.
#[derive(Default)]
pub struct ScriptTable {
    scripts: Vec<Script>,
    by_node: FxHashMap<NodeIndex, ScriptIndex>,
    by_id: FxHashMap<u32, ScriptIndex>,
    links: Links,
}

/// The names of the edges from functions to scripts.
#[derive(Default)]
struct Links {
    shared: Vec<StringIndex>,
    script: Vec<StringIndex>,
}

impl ScriptTable {
    /// Built from the functions' positions and links. `O(nodes)`, and the edges of code.
    pub(crate) fn find(snapshot: &Snapshot) -> Self {
        let graph = snapshot.graph();
        let [shared, first, second] = graph.strings.named(["shared", LINKS[0], LINKS[1]]);
        let links = Links { shared, script: first.into_iter().chain(second).collect() };
        let mut table = Self { links, ..Self::default() };
        for node in graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::CODE) {
            if let Some(script) = table.links.script_of_shared(graph, node) {
                table.add(snapshot, script);
            }
        }
        for (node, location) in located(graph) {
            let is_news = !table.by_id.contains_key(&location.script_id);
            if is_news
                && graph.nodes.kind(node) == NodeKind::CLOSURE
                && let Some(script) = table.links.script_of(graph, node)
            {
                let index = table.add(snapshot, script);
                table.number(index, location.script_id);
            }
        }
        table
    }

    fn add(&mut self, snapshot: &Snapshot, node: NodeIndex) -> ScriptIndex {
        if let Some(&index) = self.by_node.get(&node) {
            return index;
        }
        let index = ScriptIndex(u32::try_from(self.scripts.len()).expect("fewer scripts than nodes"));
        let script = read(snapshot, node);
        self.by_node.insert(node, index);
        let id = script.id;
        self.scripts.push(script);
        if let Some(id) = id {
            self.number(index, id);
        }
        index
    }

    fn number(&mut self, index: ScriptIndex, id: u32) {
        self.by_id.entry(id).or_insert(index);
        self.scripts[index.position()].id.get_or_insert(id);
    }

    /// All scripts in file order.
    pub fn iter(&self) -> impl Iterator<Item = (ScriptIndex, &Script)> {
        (0..).map(ScriptIndex).zip(&self.scripts)
    }

    /// How many scripts there are.
    pub fn len(&self) -> usize {
        self.scripts.len()
    }

    /// Whether no function refers to a script.
    pub fn is_empty(&self) -> bool {
        self.scripts.is_empty()
    }

    /// The script of this row.
    pub fn get(&self, index: ScriptIndex) -> &Script {
        &self.scripts[index.position()]
    }

    /// The script with V8's number `id`.
    pub fn with_id(&self, id: u32) -> Option<ScriptIndex> {
        self.by_id.get(&id).copied()
    }

    /// The script whose node is `node`.
    pub fn at(&self, node: NodeIndex) -> Option<ScriptIndex> {
        self.by_node.get(&node).copied()
    }

    /// The script of a function, of the shared data of functions, or of an object with a known position.
    pub fn of(&self, graph: &Graph, node: NodeIndex) -> Option<ScriptIndex> {
        self.linked_from(graph, node)
            .or_else(|| self.with_id(graph.locations.get(node)?.script_id))
            .or_else(|| self.at(node))
    }

    fn linked_from(&self, graph: &Graph, node: NodeIndex) -> Option<ScriptIndex> {
        let found = match graph.nodes.kind(node) {
            NodeKind::CLOSURE => self.links.script_of(graph, node),
            NodeKind::CODE => self.links.script_of_shared(graph, node),
            _ => None,
        };
        self.at(found?)
    }
}

impl Links {
    fn target(graph: &Graph, node: NodeIndex, names: &[StringIndex]) -> Option<NodeIndex> {
        let edges = &graph.edges;
        let is_wanted = |edge| {
            edges.kind(edge) == EdgeKind::Internal
                && matches!(edges.name(edge), EdgeName::Text(text) if names.contains(&text))
        };
        graph.edge_indices_of(node).find(|&edge| is_wanted(edge)).map(|edge| edges.target(edge))
    }

    fn script_of(&self, graph: &Graph, function: NodeIndex) -> Option<NodeIndex> {
        self.script_of_shared(graph, Self::target(graph, function, &self.shared)?)
    }

    /// With debugging on, another node is between the two.
    fn script_of_shared(&self, graph: &Graph, shared: NodeIndex) -> Option<NodeIndex> {
        let mut found = Self::target(graph, shared, &self.script)?;
        if graph.raw_name(found) == "system / DebugInfo" {
            found = Self::target(graph, found, &self.script)?;
        }
        let name = graph.raw_name(found);
        let is_script = !name.starts_with("system / ") || name.starts_with(NAMELESS);
        (is_script && graph.nodes.kind(found) == NodeKind::CODE).then_some(found)
    }
}

/// The data in the edges of a script's node.
fn read(snapshot: &Snapshot, node: NodeIndex) -> Script {
    let graph = snapshot.graph();
    let is_text = |node: &NodeIndex| graph.nodes.kind(*node).is_string();
    let text = |name| graph.internal_target(node, name).filter(is_text).and_then(|at| address(snapshot, at));
    let number = |name| {
        let value = graph.internal_target(graph.internal_target(node, name)?, "value")?;
        graph.raw_name(value).parse::<u32>().ok()
    };
    let raw = graph.raw_name(node);
    let own = match raw.strip_prefix(PREFIX) {
        Some(url) => url,
        None if raw == NAMELESS => "",
        None => raw,
    };
    let mut script = Script {
        node,
        id: number("id"),
        url: text("name").unwrap_or_else(|| own.to_owned()),
        source_map_url: text("source_mapping_url"),
        debug_id: text("debug_id"),
        line_offset: number("line_offset").unwrap_or(0),
        column_offset: number("column_offset").unwrap_or(0),
        text: graph.internal_target(node, "source").filter(is_text),
    };
    let mut source_url = text("source_url");
    // Before V8 15 these fields have no names: the text of each shows what it is.
    let hidden = graph.edges_of(node).filter(|edge| edge.kind == EdgeKind::Hidden);
    for text in hidden.filter(|edge| is_text(&edge.target)).filter_map(|edge| address(snapshot, edge.target))
    {
        let field = if is_debug_id(&text) {
            &mut script.debug_id
        } else if is_source_map(&text) {
            &mut script.source_map_url
        } else {
            &mut source_url
        };
        field.get_or_insert(text);
    }
    if script.url.is_empty() {
        script.url = source_url.unwrap_or_default();
    }
    script
}

/// The text of a string, joined if it is a concatenated one; `None` if empty.
fn address(snapshot: &Snapshot, string: NodeIndex) -> Option<String> {
    let text = snapshot.display_name(string);
    let end = text.floor_char_boundary(ADDRESS_LIMIT.min(text.len()));
    Some(text[..end].to_owned()).filter(|text| !text.is_empty())
}

fn is_debug_id(text: &str) -> bool {
    let is_part = |part: &str, len| part.len() == len && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, len)| is_part(part, len))
}

fn is_source_map(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    text.starts_with("data:application/json") || path.ends_with(".map")
}

/// The nodes with a known position, in file order. Scans all nodes.
pub fn located(graph: &Graph) -> impl Iterator<Item = (NodeIndex, Location)> + '_ {
    graph.node_indices().filter_map(|node| Some((node, graph.locations.get(node)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn a_script_is_found_by_number_node_and_function() {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "f", 1);
        let shared = heap.node("code", "f", 1);
        let script = heap.node("code", "/app/server.js", 1);
        let (first, second) = (heap.node("string", "/app/", 1), heap.node("string", "server.js", 1));
        let name = heap.node("concatenated string", "(concatenated string)", 1);
        let map = heap.node("string", "server.js.map", 1);
        let source = heap.node("string", "let a", 1);
        let instance = heap.node("object", "Session", 1);
        heap.edge(0, "element", "1", function).edge(0, "element", "2", instance);
        heap.edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script_or_debug_info", script);
        heap.edge(script, "internal", "name", name).edge(script, "internal", "source", source);
        heap.edge(script, "hidden", "6", map);
        heap.edge(name, "internal", "first", first).edge(name, "internal", "second", second);
        heap.location(function, 81, 4, 2).location(instance, 81, 0, 2);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let scripts = snapshot.scripts();
        let index = scripts.with_id(81).unwrap();
        for node in [function, shared, script, instance] {
            assert_eq!(scripts.of(snapshot.graph(), NodeIndex::at(node)), Some(index), "node {node}");
        }
        let found = scripts.get(index);
        assert_eq!((&*found.url, &*found.file_name()), ("/app/server.js", "server.js"));
        assert_eq!(found.source_map_url.as_deref(), Some("server.js.map"));
        assert_eq!(found.kept_text(&snapshot).as_deref(), Some("let a"));
        assert_eq!(scripts.len(), 1);
    }

    #[test]
    fn a_nameless_script_of_v8_15_is_called_by_its_number() {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "f", 1);
        let shared = heap.node("code", "system / SharedFunctionInfo / f", 1);
        let script = heap.node("code", NAMELESS, 1);
        let (id, value) = (heap.node("number", "int", 1), heap.node("string", "7", 1));
        heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(script, "internal", "id", id);
        heap.edge(id, "internal", "value", value);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let script = snapshot.scripts().get(snapshot.scripts().with_id(7).unwrap());
        assert_eq!((&*script.url, &*script.file_name()), ("", "script 7"));
    }

    #[test]
    fn file_names_of_every_kind_of_address() {
        for (url, name) in [
            ("/app/dist/server.js", "server.js"),
            ("C:\\app\\server.js", "server.js"),
            ("file:///app/my%20server.mjs", "my server.mjs"),
            ("http://localhost:5173/src/App.tsx?t=17#x", "App.tsx"),
            ("http://localhost/", "localhost"),
            ("webpack-internal:///./src/x.js", "x.js"),
            ("node:internal/timers", "node:internal/timers"),
            ("internal/timers.js", "timers.js"),
            ("data:text/javascript,let%20a", "data:text/javascript"),
            ("100%.js", "100%.js"),
        ] {
            assert_eq!(file_name(url), name, "{url}");
        }
        assert_eq!(percent_decoded("%zz%e2%82%ac%"), "%zz€%");
        assert!(is_debug_id("85314830-023f-4cf1-a267-535f4e37bb17"));
        assert!(!is_debug_id("85314830-023f-4cf1-a267-535f4e37bb1"));
    }
}
