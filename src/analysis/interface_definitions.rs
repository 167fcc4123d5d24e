//! Shapes of plain objects: `{name, age}` is a class of its own if enough objects look like that.
//!
//! *Inference*: the properties of every plain object, but `__proto__`, in order, as long as the text of
//! them stays short. A text that at least two objects and a thousandth of all plain objects have is a
//! definition. *Application*: an object belongs to the definition all of whose properties it has, the one
//! with most properties first, then the more frequent one.
//!
//! Objects are many, distinct lists of properties are few: both steps work on the distinct lists.

use std::collections::hash_map::Entry;
use std::io;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::names::{is_plain_object, property_text, utf16_len};
use crate::base::{Cancelled, Damaged, NodeIndex, Progress, StoreReader, StoreWriter, StringIndex};
use crate::graph::{EdgeKind, EdgeName, Graph};

/// No further property is added once the text would grow past this many UTF-16 units.
const TEXT_UNITS: usize = 120;

/// A shape that is a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceDefinition {
    /// `{a, b}`: the class's name.
    pub name: String,
    /// The properties' names; one may occur twice.
    pub properties: Vec<String>,
    /// Number of objects it was inferred from.
    pub count: usize,
}

/// The plain objects of a graph and their distinct lists of property names.
pub struct ObjectShapes {
    /// Every plain object in file order, and the position of its list in `lists`.
    pub objects: Vec<(NodeIndex, u32)>,
    /// Property names in order, without `__proto__`; names of equal text have one index. In order of first
    /// appearance.
    pub lists: Vec<Box<[StringIndex]>>,
    names: FxHashMap<String, StringIndex>,
}

impl ObjectShapes {
    /// `O(properties of plain objects)`.
    pub fn find(graph: &Graph, progress: &Progress) -> Result<Self, Cancelled> {
        let [object_names] = graph.strings.named(["Object"]);
        let mut canonical =
            CanonicalNames { graph, of_string: FxHashMap::default(), names: FxHashMap::default() };
        let mut objects = Vec::new();
        let mut list_of: FxHashMap<Box<[StringIndex]>, u32> = FxHashMap::default();
        let mut properties = Vec::new();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            if !object_names.contains(&graph.nodes.name(node)) || !is_plain_object(graph, node) {
                continue;
            }
            properties.clear();
            for edge in graph.edges_of(node) {
                if let (EdgeKind::Property, EdgeName::Text(name)) = (edge.kind, edge.name) {
                    properties.extend(canonical.get(name));
                }
            }
            let list = match list_of.get(properties.as_slice()) {
                Some(&list) => list,
                None => {
                    let list = u32::try_from(list_of.len()).expect("fewer lists than nodes");
                    list_of.insert(properties.as_slice().into(), list);
                    list
                }
            };
            objects.push((node, list));
        }
        let mut lists: Vec<Box<[StringIndex]>> = vec![Box::default(); list_of.len()];
        for (list, at) in list_of {
            lists[at as usize] = list;
        }
        Ok(Self { objects, lists, names: canonical.names })
    }

    /// The definitions, most frequent first; of equally frequent ones the earlier.
    pub fn infer(&self, graph: &Graph) -> Vec<InterfaceDefinition> {
        let mut objects_of = vec![0_usize; self.lists.len()];
        for &(_, list) in &self.objects {
            objects_of[list as usize] += 1;
        }
        // Lists are in order of first appearance, so their truncations are as well.
        let mut found: Vec<(&[StringIndex], usize)> = Vec::new();
        let mut found_at: FxHashMap<&[StringIndex], usize> = FxHashMap::default();
        for (list, &count) in self.lists.iter().zip(&objects_of) {
            let cut = cut_to_text(graph, list);
            if cut.is_empty() {
                continue;
            }
            // Empty names in front leave no trace in the text.
            let traced = cut.iter().position(|&name| !graph.text(name).is_empty()).unwrap_or(cut.len());
            match found_at.entry(&cut[traced..]) {
                Entry::Occupied(at) => found[*at.get()].1 += count,
                Entry::Vacant(at) => {
                    at.insert(found.len());
                    found.push((cut, count));
                }
            }
        }
        let enough = |count: usize| count >= 2 && count * 1000 >= self.objects.len();
        found.retain(|&(_, count)| enough(count));
        found.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        found
            .into_iter()
            .map(|(list, count)| {
                let properties: Vec<String> = list.iter().map(|&name| graph.text(name).to_owned()).collect();
                let texts: Vec<_> = properties
                    .iter()
                    .skip_while(|name| name.is_empty())
                    .map(|name| property_text(name))
                    .collect();
                InterfaceDefinition { name: format!("{{{}}}", texts.join(", ")), properties, count }
            })
            .collect()
    }

    /// The definition each list belongs to, as a position in `definitions`.
    pub fn apply(&self, definitions: &[InterfaceDefinition]) -> Vec<Option<usize>> {
        // Definitions in the names of this graph, found by their first property.
        let mut by_first: FxHashMap<StringIndex, Vec<(usize, Vec<StringIndex>)>> = FxHashMap::default();
        for (at, definition) in definitions.iter().enumerate() {
            let names: Option<Vec<_>> =
                definition.properties.iter().map(|name| self.names.get(name).copied()).collect();
            if let Some(names) = names
                && let Some(&first) = names.first()
            {
                by_first.entry(first).or_default().push((at, names));
            }
        }
        let mut counts: FxHashMap<StringIndex, usize> = FxHashMap::default();
        let mut tried: FxHashSet<StringIndex> = FxHashSet::default();
        self.lists
            .iter()
            .map(|list| {
                counts.clear();
                tried.clear();
                for &name in list {
                    *counts.entry(name).or_default() += 1;
                }
                let candidates =
                    list.iter().filter(|&&name| tried.insert(name)).filter_map(|name| by_first.get(name));
                candidates
                    .flatten()
                    .filter(|(_, names)| has_all(&counts, names))
                    .max_by_key(|(at, names)| (names.len(), std::cmp::Reverse(*at)))
                    .map(|&(at, _)| at)
            })
            .collect()
    }
}

/// One index for all strings of equal text; none for `__proto__`.
struct CanonicalNames<'a> {
    graph: &'a Graph,
    of_string: FxHashMap<StringIndex, Option<StringIndex>>,
    names: FxHashMap<String, StringIndex>,
}

impl CanonicalNames<'_> {
    fn get(&mut self, name: StringIndex) -> Option<StringIndex> {
        *self.of_string.entry(name).or_insert_with(|| {
            let text = self.graph.text(name);
            (text != "__proto__").then(|| *self.names.entry(text.to_owned()).or_insert(name))
        })
    }
}

/// Whether every name occurs at least as often in `counts` as among `names`.
fn has_all(counts: &FxHashMap<StringIndex, usize>, names: &[StringIndex]) -> bool {
    names.iter().enumerate().all(|(at, name)| {
        let needed = 1 + names[..at].iter().filter(|&other| other == name).count();
        counts.get(name).is_some_and(|&count| count >= needed)
    })
}

/// The properties whose names fit.
fn cut_to_text<'a>(graph: &Graph, list: &'a [StringIndex]) -> &'a [StringIndex] {
    let mut units = 1;
    for (at, &name) in list.iter().enumerate() {
        let more = utf16_len(&property_text(graph.text(name)));
        if units > 1 && units + more > TEXT_UNITS {
            return &list[..at];
        }
        units += more + if units > 1 { 2 } else { 0 };
    }
    list
}

/// The definitions in their order.
pub fn store_definitions(definitions: &[InterfaceDefinition], out: &mut StoreWriter<'_>) -> io::Result<()> {
    out.texts(definitions.iter().map(|definition| definition.name.as_str()))?;
    out.texts(definitions.iter().flat_map(|definition| &definition.properties).map(String::as_str))?;
    let sizes = definitions.iter().map(|one| [one.properties.len() as u64, one.count as u64]);
    out.values(&sizes.collect::<Vec<_>>())
}

/// What [`store_definitions`] has written.
pub fn restore_definitions(input: &mut StoreReader<'_>) -> Result<Vec<InterfaceDefinition>, Damaged> {
    let names = input.texts()?;
    let mut properties = input.texts()?.into_iter();
    let sizes = input.values::<[u64; 2]>()?;
    let definitions = names.into_iter().zip(sizes).map(|(name, sizes)| {
        let [length, count] = sizes.map(|size| usize::try_from(size).map_err(|_| Damaged));
        Ok(InterfaceDefinition {
            name,
            properties: properties.by_ref().take(length?).collect(),
            count: count?,
        })
    });
    definitions.collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    /// A heap of plain objects with these properties, called `o0`, `o1`, …
    fn heap(objects: &[&[&str]]) -> TestHeap {
        let mut text = String::from("leaf: number n 0\n");
        for (number, properties) in objects.iter().enumerate() {
            text += &format!("o{number}: object Object 1\n");
            for property in *properties {
                text += &format!("o{number} -> leaf property {property}\n");
            }
        }
        TestHeap::new(&text)
    }

    fn classes(objects: &[&[&str]]) -> Vec<String> {
        let heap = heap(objects);
        (0..objects.len()).map(|number| heap.class_key(&format!("o{number}"))).collect()
    }

    #[test]
    fn two_objects_make_a_shape_and_one_does_not() {
        assert_eq!(classes(&[&["a", "b"], &["c"], &["a", "b"]]), [",{a, b}", ",Object", ",{a, b}"]);
    }

    #[test]
    fn the_order_of_properties_makes_another_shape_but_decides_nothing_else() {
        let objects: [&[&str]; 5] = [&["b", "a"], &["b", "a"], &["a", "b"], &["a", "b"], &["a", "b"]];
        assert_eq!(classes(&objects), [",{a, b}"; 5]);
    }

    #[test]
    fn more_properties_than_a_shape_has_do_not_matter() {
        assert_eq!(classes(&[&["a"], &["a"], &["x", "a", "y"], &["x"]])[2..], [",{a}", ",Object"]);
    }

    #[test]
    fn the_shape_with_most_properties_wins() {
        let objects: [&[&str]; 6] = [&["a"], &["a"], &["a"], &["b", "a"], &["b", "a"], &["c", "a", "b"]];
        assert_eq!(classes(&objects)[3..], [",{b, a}", ",{b, a}", ",{b, a}"]);
    }

    #[test]
    fn the_prototype_is_no_property() {
        assert_eq!(classes(&[&["__proto__", "a"], &["a"], &["__proto__"]]), [",{a}", ",{a}", ",Object"]);
    }

    #[test]
    fn a_shape_is_cut_where_its_text_gets_long() {
        let (long, longer) = ("p".repeat(100), "q".repeat(130));
        assert_eq!(classes(&[&[&long, "a", &long], &[&long, "a", &longer]])[0], format!(",{{{long}, a}}"));
        assert_eq!(
            classes(&[&[&longer, "a"], &[&longer, "b"]])[0],
            format!(",{{{longer}}}"),
            "the first always fits"
        );
    }

    #[test]
    fn a_shape_needs_a_thousandth_of_all_plain_objects() {
        let shapes = |often: usize| {
            let objects = [vec![&["rare"] as &[&str]; 2], vec![&["often"]; often]].concat();
            heap(&objects).definitions().len()
        };
        assert_eq!(shapes(1998), 2);
        assert_eq!(shapes(1999), 1);
    }

    #[test]
    fn other_classes_have_no_shape() {
        let heap = TestHeap::new(
            "leaf: number n 0
             a: object Foo 1
             b: object Foo 1
             a -> leaf property x
             b -> leaf property x",
        );
        assert_eq!(heap.definitions(), []);
    }
}
