//! Classes: which constructor, kind or shape every node belongs to.
//!
//! Classes are distinguished by name and, for objects whose constructor's position is known, by that
//! position: two classes of one name from different files are two rows. Classes of equal key are one here,
//! also where Chrome would lose one of them.

use std::io;

use rustc_hash::FxHashMap;

use crate::analysis::class_names::class_name;
use crate::analysis::dom_state::DomStates;
use crate::analysis::interface_definitions::{InterfaceDefinition, ObjectShapes};
use crate::base::{
    Cancelled, ClassIndex, Column, Damaged, NodeIndex, Progress, StoreReader, StoreWriter, Stored,
    StringIndex,
};
use crate::graph::{Graph, Location, NodeKind, PlaceIndex};

/// One class.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Class {
    /// The displayed name.
    pub name: String,
    /// Where its constructor is declared.
    pub location: Option<Location>,
}

impl Class {
    /// Chrome's key: `script,line,column,name`, or `,name` without a position.
    pub fn key(&self) -> String {
        match self.location {
            Some(Location { script_id, line, column }) => {
                format!("{script_id},{line},{column},{}", self.name)
            }
            None => format!(",{}", self.name),
        }
    }
}

/// The classes in order of first appearance, and each node's.
pub struct Classes {
    list: Column<ClassIndex, Class>,
    of_node: ClassColumn,
}

/// Two bytes a node suffice unless there are very many classes.
enum ClassColumn {
    Narrow(Column<NodeIndex, u16>),
    Wide(Column<NodeIndex, u32>),
}

enum ClassColumnBuilder {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl ClassColumnBuilder {
    #[inline]
    fn push(&mut self, class: ClassIndex) {
        match self {
            Self::Narrow(column) => match u16::try_from(class.0) {
                Ok(class) => column.push(class),
                Err(_) => {
                    let mut wide = Vec::with_capacity(column.capacity());
                    wide.extend(column.iter().copied().map(u32::from));
                    wide.push(class.0);
                    *self = Self::Wide(wide);
                }
            },
            Self::Wide(column) => column.push(class.0),
        }
    }
}

impl From<ClassColumnBuilder> for ClassColumn {
    fn from(builder: ClassColumnBuilder) -> Self {
        match builder {
            ClassColumnBuilder::Narrow(column) => Self::Narrow(column.into()),
            ClassColumnBuilder::Wide(column) => Self::Wide(column.into()),
        }
    }
}

impl Classes {
    /// Groups all nodes; plain objects by `definitions`, which may come from another snapshot.
    pub fn group(
        graph: &Graph,
        dom: &DomStates,
        shapes: &ObjectShapes,
        definitions: &[InterfaceDefinition],
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let definition_of = shapes.apply(definitions);
        let mut grouping = Grouping::new(graph, dom, definitions);
        let mut of_node = ClassColumnBuilder::Narrow(Vec::with_capacity(graph.node_count()));
        let mut plain_objects = shapes.objects.iter().peekable();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let shape = plain_objects.next_if(|(at, _)| *at == node);
            let kind = graph.nodes.kind(node);
            let definition = shape.and_then(|&(_, list)| definition_of[list as usize]);
            let place = if kind == NodeKind::OBJECT { graph.locations.place(node) } else { None };
            of_node.push(grouping.class(node, kind, definition, place));
        }
        Ok(Self { list: grouping.list.into(), of_node: of_node.into() })
    }

    /// From groups made by any rule, and the number of each node's.
    pub fn from_groups(list: Vec<Class>, of_node: Vec<u32>) -> Self {
        let mut column = ClassColumnBuilder::Narrow(Vec::with_capacity(of_node.len()));
        for group in of_node {
            column.push(ClassIndex(group));
        }
        Self { list: list.into(), of_node: column.into() }
    }

    /// The number of classes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All classes in order.
    pub fn iter(&self) -> impl Iterator<Item = (ClassIndex, &Class)> {
        self.list.iter()
    }

    /// The class of `node`.
    #[inline]
    pub fn of(&self, node: NodeIndex) -> ClassIndex {
        match &self.of_node {
            ClassColumn::Narrow(of_node) => ClassIndex(u32::from(of_node[node])),
            ClassColumn::Wide(of_node) => ClassIndex(of_node[node]),
        }
    }

    /// A class's name.
    pub fn name(&self, class: ClassIndex) -> &str {
        &self.list[class].name
    }

    /// A class's key, as Chrome spells it.
    pub fn key(&self, class: ClassIndex) -> String {
        self.list[class].key()
    }

    /// Bytes of the columns.
    pub fn bytes(&self) -> u64 {
        match &self.of_node {
            ClassColumn::Narrow(of_node) => of_node.bytes(),
            ClassColumn::Wide(of_node) => of_node.bytes(),
        }
    }
}

/// Finds classes, by the cheapest key first.
struct Grouping<'a> {
    graph: &'a Graph,
    dom: &'a DomStates,
    definitions: &'a [InterfaceDefinition],
    list: Vec<Class>,
    index_of: FxHashMap<Class, ClassIndex>,
    /// Kinds that are one class each.
    of_kind: Vec<Option<ClassIndex>>,
    /// Objects and natives without position or prefix, by the index of their name.
    of_name: Vec<Option<ClassIndex>>,
    of_definition: Vec<Option<ClassIndex>>,
    of_place: FxHashMap<(PlaceIndex, Named), ClassIndex>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Definition(usize),
    Name(StringIndex),
}

impl<'a> Grouping<'a> {
    fn new(graph: &'a Graph, dom: &'a DomStates, definitions: &'a [InterfaceDefinition]) -> Self {
        Self {
            graph,
            dom,
            definitions,
            list: Vec::new(),
            index_of: FxHashMap::default(),
            of_kind: vec![None; usize::from(NodeKind::LIMIT)],
            of_name: vec![None; graph.strings.len()],
            of_definition: vec![None; definitions.len()],
            of_place: FxHashMap::default(),
        }
    }

    #[inline]
    fn class(
        &mut self,
        node: NodeIndex,
        kind: NodeKind,
        definition: Option<usize>,
        place: Option<PlaceIndex>,
    ) -> ClassIndex {
        let name = self.graph.nodes.name(node);
        let is_named = matches!(kind, NodeKind::OBJECT | NodeKind::NATIVE);
        let known = if let Some(place) = place {
            let named = definition.map_or(Named::Name(name), Named::Definition);
            self.of_place.get(&(place, named)).copied()
        } else if let Some(definition) = definition {
            self.of_definition[definition]
        } else if !is_named {
            self.of_kind[usize::from(kind.code())]
        } else if self.dom.has_prefix(self.graph, node) {
            None
        } else {
            self.of_name[name.position()]
        };
        known.unwrap_or_else(|| self.new_class(node, kind, definition, place))
    }

    #[cold]
    fn new_class(
        &mut self,
        node: NodeIndex,
        kind: NodeKind,
        definition: Option<usize>,
        place: Option<PlaceIndex>,
    ) -> ClassIndex {
        let name = match definition {
            Some(definition) => self.definitions[definition].name.clone(),
            None => class_name(self.graph, self.dom, node).into_owned(),
        };
        let class = Class { name, location: place.map(|place| self.graph.locations.at(place)) };
        let list = &mut self.list;
        let index = *self.index_of.entry(class).or_insert_with_key(|class| {
            list.push(class.clone());
            ClassIndex::at(list.len() - 1)
        });
        let name = self.graph.nodes.name(node);
        if let Some(place) = place {
            let named = definition.map_or(Named::Name(name), Named::Definition);
            self.of_place.insert((place, named), index);
        } else if let Some(definition) = definition {
            self.of_definition[definition] = Some(index);
        } else if !matches!(kind, NodeKind::OBJECT | NodeKind::NATIVE) {
            self.of_kind[usize::from(kind.code())] = Some(index);
        } else if !self.dom.has_prefix(self.graph, node) {
            self.of_name[name.position()] = Some(index);
        }
        index
    }
}

impl Stored for Classes {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.texts(self.list.iter().map(|(_, class)| class.name.as_str()))?;
        let location_of = |class: ClassIndex| self.list[class].location;
        let located = self.list.iter().filter_map(|(index, _)| Some((index.0, location_of(index)?)));
        out.pairs(&located.collect::<Vec<_>>())?;
        match &self.of_node {
            ClassColumn::Narrow(column) => {
                out.number(0);
                column.store(out)
            }
            ClassColumn::Wide(column) => {
                out.number(1);
                column.store(out)
            }
        }
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let names = input.texts()?.into_iter();
        let mut list: Vec<Class> = names.map(|name| Class { name, location: None }).collect();
        for (class, location) in input.pairs::<u32, Location>()? {
            list.get_mut(class as usize).ok_or(Damaged)?.location = Some(location);
        }
        let of_node = match input.number()? {
            0 => ClassColumn::Narrow(Column::restore(input)?),
            1 => ClassColumn::Wide(Column::restore(input)?),
            _ => return Err(Damaged),
        };
        Ok(Self { list: list.into(), of_node })
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn two_classes_of_one_name_from_different_places_are_two() {
        let heap = TestHeap::changed(
            "a: object Item 1
             b: object Item 1
             c: object Item 1
             f: closure Item 1",
            |builder| {
                builder.location(1, 7, 2, 3).location(2, 7, 2, 4).location(4, 7, 2, 3);
            },
        );
        let keys = ["a", "b", "c", "f"].map(|label| heap.class_key(label));
        assert_eq!(keys, ["7,2,3,Item", "7,2,4,Item", ",Item", ",Function"]);
    }

    #[test]
    fn of_two_places_the_last_counts() {
        let heap = TestHeap::changed("a: object Item 1", |builder| {
            builder.location(1, 1, 1, 1).location(1, 2, 2, 2);
        });
        assert_eq!(heap.class_key("a"), "2,2,2,Item");
    }

    #[test]
    fn an_object_named_function_and_a_closure_are_of_one_class() {
        let heap = TestHeap::new(
            "a: object Function 1
             b: closure f 1",
        );
        let classes = heap.classes();
        assert_eq!(classes.of(heap.node("a")), classes.of(heap.node("b")));
    }

    #[test]
    fn kinds_are_classes_in_brackets() {
        let heap = TestHeap::new(
            "a: string text 1
             b: concatenated_string - 1
             c: hidden system / Map 1
             d: code (code) 1
             e: regexp x 1
             f: object_shape Map 1
             g: native <p class=\"x\"> 1",
        );
        let keys = ["a", "b", "c", "d", "e", "f", "g"].map(|label| heap.class_key(label));
        let expected = [
            ",(string)",
            ",(concatenated string)",
            ",(system)",
            ",(compiled code)",
            ",RegExp",
            ",(object shape)",
            ",<p>",
        ];
        assert_eq!(keys, expected);
    }
}
