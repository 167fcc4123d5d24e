//! Scripts: which file a function comes from, and its text as far as the snapshot has it.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::base::NodeIndex;
use crate::graph::{Graph, Location};
use crate::snapshot::Snapshot;

/// What V8's versions call the link from a function's shared part to its script.
pub const LINKS: [&str; 2] = ["script", "script_or_debug_info"];
/// What V8 puts before a script's path in the name of its node.
const PREFIX: &str = "system / Script / ";

/// A script's node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Script(pub NodeIndex);

impl Script {
    /// The script of a closure, or of what closures made from one function share.
    pub fn of(graph: &Graph, node: NodeIndex) -> Option<Self> {
        let shared = graph.internal_target(node, "shared").unwrap_or(node);
        LINKS.iter().find_map(|link| graph.internal_target(shared, link)).map(Self)
    }

    /// The script with V8's number `id`, if a function of it is there. Looks at
    /// nodes until one is found.
    pub fn with_id(graph: &Graph, id: u32) -> Option<Self> {
        let in_script = located(graph).filter(|(_, location)| location.script_id == id);
        in_script.map(|(node, _)| node).find_map(|node| Self::of(graph, node))
    }

    /// Its path or address.
    pub fn name(self, graph: &Graph) -> Option<&str> {
        let named = graph.internal_target(self.0, "name").map(|name| graph.raw_name(name));
        named.or_else(|| graph.raw_name(self.0).strip_prefix(PREFIX)).filter(|name| !name.is_empty())
    }

    /// Its text. V8 writes the first 1,024 characters of long ones.
    pub fn source(self, snapshot: &Snapshot) -> Option<Cow<'_, str>> {
        let source = snapshot.graph().internal_target(self.0, "source")?;
        let is_text = snapshot.graph().nodes.kind(source).is_string();
        is_text.then(|| snapshot.display_name(source)).filter(|text| !text.is_empty())
    }
}

/// The nodes whose place is known, in file order. Looks at all nodes.
pub fn located(graph: &Graph) -> impl Iterator<Item = (NodeIndex, Location)> + '_ {
    graph.node_indices().filter_map(|node| Some((node, graph.locations.get(node)?)))
}

/// The names of the scripts whose numbers stand in locations. `O(nodes)`.
pub fn names_by_id(graph: &Graph) -> FxHashMap<u32, &str> {
    let mut names = FxHashMap::default();
    for (node, location) in located(graph) {
        if !names.contains_key(&location.script_id)
            && let Some(name) = Script::of(graph, node).and_then(|script| script.name(graph))
        {
            names.insert(location.script_id, name);
        }
    }
    names
}
