//! Heaps written as text, for the tests of the analyses.
//!
//! ```text
//! cache: object Map 20            a node: label, kind, name, self size; the root is there already
//! root -> cache shortcut global   an edge: its kind and name
//! ```
//! Kinds of two words have an underscore, and `-` is no name. Ids are 3, 5, 7, … in the order of the nodes.

use std::collections::HashMap;

use rustc_hash::FxHashSet;

use crate::analysis::classes::Classes;
use crate::analysis::distances::{DistanceColumn, DistanceRules, distances};
use crate::analysis::dom_state::DomStates;
use crate::analysis::dominators::{DepthFirst, Dominators, EssentialEdges};
use crate::analysis::interface_definitions::{InterfaceDefinition, ObjectShapes};
use crate::analysis::page_objects::page_objects;
use crate::analysis::retainers::Retainers;
use crate::analysis::shallow_sizes::shallow_sizes;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{BitSet, NodeIndex, Progress, SizeColumn};
use crate::graph::{Graph, GraphBuilder};
use crate::parse::{Input, parse};

/// A graph whose nodes have labels, with its analyses.
pub(super) struct TestHeap {
    pub graph: Graph,
    labels: Vec<String>,
}

impl TestHeap {
    pub(super) fn new(text: &str) -> Self {
        Self::changed(text, |_| {})
    }

    /// With properties that the text cannot express: locations, DOM states, other ids.
    pub(super) fn changed(text: &str, change: impl FnOnce(&mut GraphBuilder)) -> Self {
        Self::read(text, change, str::to_owned)
    }

    /// From a file that has no field for DOM states.
    pub(super) fn without_detachedness(text: &str) -> Self {
        Self::read(text, |_| {}, |file| file.replace("\"detachedness\"", "\"other\""))
    }

    fn read(
        text: &str,
        change: impl FnOnce(&mut GraphBuilder),
        rewrite: impl FnOnce(&str) -> String,
    ) -> Self {
        let mut builder = GraphBuilder::new();
        let mut labels = HashMap::from([("root", 0)]);
        let mut edges = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split(' ').collect();
            if let Some(label) = words[0].strip_suffix(':') {
                let (size, name) = words[2..].split_last().expect("a size");
                let name = if name == ["-"] { String::new() } else { name.join(" ") };
                let node = builder.node(&words[1].replace('_', " "), &name, size.parse().expect("a size"));
                assert_eq!(labels.insert(label, node), None, "{label} twice");
            } else {
                assert_eq!(words[1], "->", "{line}");
                edges.push((words[0], words[2], words[3], words[4..].join(" ")));
            }
        }
        for (from, to, kind, name) in edges {
            builder.edge(labels[from], kind, &name, labels[to]);
        }
        change(&mut builder);
        let file = rewrite(&builder.to_json());
        let graph = parse(Input::new(file.as_bytes()), &Progress::new()).expect("a well-formed file").graph;
        let mut by_position: Vec<_> =
            labels.into_iter().map(|(label, node)| (node, label.to_owned())).collect();
        by_position.sort();
        Self { graph, labels: by_position.into_iter().map(|(_, label)| label).collect() }
    }

    pub(super) fn node(&self, label: &str) -> NodeIndex {
        NodeIndex::at(self.labels.iter().position(|other| other == label).expect("a label"))
    }

    pub(super) fn label(&self, node: NodeIndex) -> &str {
        &self.labels[node.position()]
    }

    /// The labels of the nodes in `set`, in file order, with blanks between.
    pub(super) fn labels(&self, set: &BitSet) -> String {
        set.iter().map(|node| self.labels[node].as_str()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn weak_maps(&self) -> WeakMapNames {
        WeakMapNames::find(&self.graph.strings)
    }

    pub(super) fn dom(&self) -> DomStates {
        DomStates::find(&self.graph)
    }

    pub(super) fn page(&self) -> BitSet {
        page_objects(&self.graph, &Progress::new()).expect("not cancelled")
    }

    pub(super) fn retainers(&self) -> Retainers {
        Retainers::find(&self.graph, &self.weak_maps(), &Progress::new()).expect("not cancelled")
    }

    pub(super) fn distances_ignoring(&self, ignored: &FxHashSet<NodeIndex>) -> DistanceColumn {
        let weak_maps = self.weak_maps();
        let rules = DistanceRules::new(&self.graph, &weak_maps);
        distances(&rules, ignored, &Progress::new()).expect("not cancelled")
    }

    pub(super) fn distance(&self, label: &str) -> i32 {
        self.distances_ignoring(&FxHashSet::default()).get(self.node(label)).0
    }

    pub(super) fn shallow_sizes(&self) -> SizeColumn<NodeIndex> {
        let sizes = shallow_sizes(&self.graph, &self.dom(), &Progress::new()).expect("not cancelled");
        sizes.unwrap_or_else(|| self.graph.nodes.self_sizes().iter().collect())
    }

    pub(super) fn shallow(&self, label: &str) -> u64 {
        self.shallow_sizes().get(self.node(label))
    }

    pub(super) fn dominators(&self) -> Dominators {
        let (weak_maps, page) = (self.weak_maps(), self.page());
        let edges = EssentialEdges { graph: &self.graph, weak_maps: &weak_maps, page: &page };
        let progress = Progress::new();
        let walk = DepthFirst::from_root(edges, &progress).expect("not cancelled");
        walk.finish(edges, &self.retainers(), &progress).expect("not cancelled")
    }

    /// The label of the immediate dominator.
    pub(super) fn dominator(&self, label: &str) -> String {
        self.label(NodeIndex(self.dominators().idom[self.node(label)])).to_owned()
    }

    pub(super) fn retained(&self, label: &str) -> u64 {
        self.dominators().tree.retained_sizes(&self.shallow_sizes()).get(self.node(label))
    }

    pub(super) fn shapes(&self) -> ObjectShapes {
        ObjectShapes::find(&self.graph, &Progress::new()).expect("not cancelled")
    }

    pub(super) fn definitions(&self) -> Vec<InterfaceDefinition> {
        self.shapes().infer(&self.graph)
    }

    pub(super) fn classes(&self) -> Classes {
        let (shapes, progress) = (self.shapes(), Progress::new());
        Classes::group(&self.graph, &self.dom(), &shapes, &self.definitions(), &progress)
            .expect("not cancelled")
    }

    /// The key of the class of `label`.
    pub(super) fn class_key(&self, label: &str) -> String {
        let classes = self.classes();
        classes.key(classes.of(self.node(label)))
    }
}
