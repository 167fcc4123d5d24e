//! Groups other than constructors: the objects of a snapshot by kind, script, shape or native context.
//!
//! For all code that adds up or lists objects, a group is a class. The assignment to scripts is our own: a
//! function and an object whose constructor's position is known belong to that script, and everything else to
//! the script of its dominator.

use rustc_hash::FxHashMap;

use crate::analysis::classes::Class;
use crate::base::{Cancelled, NodeIndex, ObjectId, Progress, StringIndex};
use crate::graph::{EdgeKind, EdgeName};
use crate::snapshot::code_groups::{package_name, script_name};
use crate::snapshot::{Attribution, Classes, Snapshot};

/// The grouping of objects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum GroupBy {
    /// Chrome's classes.
    #[default]
    Constructor,
    /// The script that created them or holds them.
    Script,
    /// The function or class that they are, or that created them or holds them.
    Function,
    /// The npm package of that script.
    Package,
    /// V8's kind.
    Kind,
    /// V8's hidden class.
    Shape,
    /// The page, frame or realm they belong to.
    NativeContext,
}

impl GroupBy {
    /// All of them, in the order shown to the user.
    pub const ALL: [Self; 7] = [
        Self::Constructor,
        Self::Script,
        Self::Function,
        Self::Package,
        Self::Kind,
        Self::Shape,
        Self::NativeContext,
    ];

    /// One sentence for tooltips and `--help`.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Constructor => "As Chrome groups objects",
            Self::Script => {
                "The script of a function or constructor; everything else is grouped with what keeps it alive"
            }
            Self::Function => {
                "The function or class, with its place; everything else is grouped with what keeps it alive"
            }
            Self::Package => "The npm package of the script, your own code, or the runtime",
            Self::Kind => "V8's own word for what an object is",
            Self::Shape => "V8's hidden class: objects with the same properties in the same order",
            Self::NativeContext => "The page, frame or realm that objects belong to",
        }
    }

    /// Whether groups are distinguished only by V8's ids, so that groups of two snapshots can only be matched
    /// if ids match.
    pub fn goes_by_ids(self) -> bool {
        matches!(self, Self::Shape | Self::NativeContext)
    }
}

/// Groups in order of first appearance.
struct GroupList<K> {
    number_of: FxHashMap<K, u32>,
    list: Vec<Class>,
    of_node: Vec<u32>,
}

impl<K: std::hash::Hash + Eq> GroupList<K> {
    fn new(nodes: usize) -> Self {
        Self { number_of: FxHashMap::default(), list: Vec::new(), of_node: Vec::with_capacity(nodes) }
    }

    /// Adds the next node to the group of this key.
    fn push(&mut self, key: K, name: impl FnOnce() -> String) {
        let list = &mut self.list;
        let number = *self.number_of.entry(key).or_insert_with(|| {
            list.push(Class { name: name(), location: None });
            u32::try_from(list.len() - 1).expect("fewer groups than nodes")
        });
        self.of_node.push(number);
    }

    fn finish(self) -> Classes {
        Classes::from_groups(self.list, self.of_node)
    }
}

impl Snapshot {
    /// All objects in groups; `None` for constructors, which are [`classes`](Self::classes). `O(nodes +
    /// edges)` at most; the snapshot must be complete.
    pub fn grouped(&self, by: GroupBy, progress: &Progress) -> Result<Option<Classes>, Cancelled> {
        self.grouped_beside(by, self.classes(), progress)
    }

    /// The same with these constructors instead of the snapshot's own, for a comparison.
    pub(crate) fn grouped_beside(
        &self,
        by: GroupBy,
        constructors: &Classes,
        progress: &Progress,
    ) -> Result<Option<Classes>, Cancelled> {
        Ok(Some(match by {
            GroupBy::Constructor => return Ok(None),
            GroupBy::Script => self.by_script(progress, script_name)?,
            GroupBy::Function => self.by_function(progress)?,
            GroupBy::Package => self.by_script(progress, package_name)?,
            GroupBy::Kind => self.by_kind(progress)?,
            GroupBy::Shape => self.by_shape(constructors, progress)?,
            GroupBy::NativeContext => self.by_context(progress)?,
        }))
    }

    fn by_kind(&self, progress: &Progress) -> Result<Classes, Cancelled> {
        let graph = self.graph();
        let mut groups = GroupList::new(graph.node_count());
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let kind = graph.nodes.kind(node);
            groups.push(kind, || graph.nodes.kind_name(kind).to_owned());
        }
        Ok(groups.finish())
    }

    fn by_shape(&self, constructors: &Classes, progress: &Progress) -> Result<Classes, Cancelled> {
        let graph = self.graph();
        let [links] = graph.strings.named(["map"]);
        let mut groups = GroupList::new(graph.node_count());
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let shape = self.linked(node, &links);
            groups.push(shape, || match shape {
                Some(shape) => {
                    let id = ObjectId(graph.nodes.id(shape));
                    format!("{} of shape {id}", constructors.name(constructors.of(node)))
                }
                None => "(no shape)".into(),
            });
        }
        Ok(groups.finish())
    }

    /// The target of the first internal edge with one of these names.
    fn linked(&self, node: NodeIndex, links: &[StringIndex]) -> Option<NodeIndex> {
        let mut edges = self.graph().edges_of(node);
        let is_link = |name| matches!(name, EdgeName::Text(text) if links.contains(&text));
        edges.find(|edge| edge.kind == EdgeKind::Internal && is_link(edge.name)).map(|edge| edge.target)
    }

    fn by_context(&self, progress: &Progress) -> Result<Classes, Cancelled> {
        let graph = self.graph();
        let contexts = self.native_contexts(progress)?;
        let mut groups = GroupList::new(graph.node_count());
        for node in graph.node_indices() {
            let owner = contexts.of(node);
            groups.push(owner, || match owner {
                Attribution::Context(context) => {
                    format!("{} {}", self.raw_name(context), ObjectId(graph.nodes.id(context)))
                }
                Attribution::Shared => "(shared between native contexts)".into(),
                Attribution::None => "(no native context)".into(),
            });
        }
        Ok(groups.finish())
    }

    /// Replaces each node's 0 by the value of its dominator.
    pub(super) fn inherit(&self, own: &mut [u32]) {
        let mut chain = Vec::new();
        let mut is_known = crate::base::BitSet::new(own.len());
        is_known.insert(self.graph().root.position());
        for node in self.graph().node_indices() {
            let mut at = node;
            while own[at.position()] == 0 && is_known.insert(at.position()) {
                chain.push(at);
                match self.dominator(at) {
                    Some(above) => at = above,
                    None => break,
                }
            }
            let inherited = own[at.position()];
            for below in chain.drain(..) {
                own[below.position()] = inherited;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    /// The name of the group of every node but the root.
    fn groups(by: GroupBy, build: impl FnOnce(&mut GraphBuilder)) -> Vec<String> {
        let mut builder = GraphBuilder::new();
        build(&mut builder);
        let snapshot = load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap();
        let classes = snapshot.grouped(by, &Progress::new()).unwrap().expect("not by constructor");
        snapshot
            .graph()
            .node_indices()
            .skip(1)
            .map(|node| classes.name(classes.of(node)).to_owned())
            .collect()
    }

    #[test]
    fn what_a_function_alone_keeps_belongs_to_its_script() {
        let found = groups(GroupBy::Script, |heap| {
            let function = heap.node("closure", "f", 1);
            let shared = heap.node("code", "f", 1);
            let script = heap.node("code", "system / Script / app.js", 1);
            let kept = heap.node("object", "Cache", 1);
            let unnamed = heap.node("closure", "g", 1);
            let nobodys = heap.node("object", "Other", 1);
            heap.location(function, 7, 0, 0).location(unnamed, 8, 0, 0);
            heap.edge(0, "element", "1", function).edge(0, "element", "2", unnamed);
            heap.edge(0, "element", "3", nobodys);
            heap.edge(function, "internal", "shared", shared).edge(shared, "internal", "script", script);
            heap.edge(function, "property", "cache", kept);
        });
        assert_eq!(found, ["app.js", "app.js", "app.js", "app.js", "script 8", "(no script)"]);
    }

    #[test]
    fn what_a_function_keeps_belongs_to_it_and_to_its_package() {
        let build = |heap: &mut GraphBuilder| {
            let function = heap.node("closure", "handle", 1);
            let shared = heap.node("code", "handle", 1);
            let script = heap.node("code", "/app/node_modules/@org/http/lib/x.js", 1);
            let kept = heap.node("object", "Cache", 1);
            let twin = heap.node("closure", "handle", 1);
            let nobodys = heap.node("object", "Other", 1);
            heap.location(function, 7, 4, 2).location(twin, 7, 4, 2);
            heap.edge(0, "element", "1", function).edge(0, "element", "2", twin);
            heap.edge(0, "element", "3", nobodys);
            heap.edge(function, "internal", "shared", shared).edge(shared, "internal", "script", script);
            heap.edge(function, "property", "cache", kept);
        };
        let own = "handle at x.js:5";
        let by_function = groups(GroupBy::Function, build);
        assert_eq!(by_function, [own, own, own, own, own, "(no function)"]);
        let package = "@org/http";
        let by_package = groups(GroupBy::Package, build);
        assert_eq!(by_package, [package, package, package, package, package, "(no script)"]);
    }

    #[test]
    fn objects_of_one_hidden_class_are_one_group() {
        let found = groups(GroupBy::Shape, |heap| {
            let first = heap.node("object", "Point", 1);
            let second = heap.node("object", "Point", 1);
            let map = heap.node("object shape", "system / Map", 1);
            heap.id(map, 99);
            heap.edge(0, "element", "1", first).edge(0, "element", "2", second);
            heap.edge(first, "internal", "map", map).edge(second, "internal", "map", map);
        });
        assert_eq!(found, ["Point of shape @99", "Point of shape @99", "(no shape)"]);
    }

    #[test]
    fn kinds_are_v8s_words() {
        let found = groups(GroupBy::Kind, |heap| {
            heap.node("sliced string", "x", 1);
            heap.node("closure", "f", 1);
        });
        assert_eq!(found, ["sliced string", "closure"]);
    }
}
