//! Merged paths: the shortest paths to a whole group of objects, as a tree of edges and classes from the
//! objects up to the roots. `9,812 of 10,000` is the number of objects whose shortest path goes that way.
//!
//! A row stores the objects on its paths, each with the number of the group's objects behind it, so the
//! parents of a row are found when it is expanded, in as many steps as there are objects. Repeated steps, as
//! along a linked list, are one row.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{ClassIndex, NodeIndex, ObjectId, StringIndex};
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::model::filter::object_filter::Internals;
use crate::model::format;
use crate::model::format::code_place::{CodePlaces, named_spans, says_place};
use crate::model::format::object_text::{class_spans, edge_label, span};
use crate::model::glossary;
use crate::model::table::cells::size_cell;
use crate::model::table::column::{OBJECTS, group_columns};
use crate::model::table::order::sorted;
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, RowPlace, Side, Sort, Span, Tone,
    TreeSource,
};
use crate::snapshot::{EdgeText, NearestEdges, SizeMode, Snapshot};
use crate::source::contexts::is_context;

/// The key of a step of a path, by which steps of many objects are merged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Step {
    /// An element, whatever its number.
    Element,
    /// A numbered internal slot of V8.
    Slot,
    /// A console message of the developer tools, whatever its number.
    Console,
    /// An entry of a WeakMap, whatever its key.
    WeakMapEntry,
    /// A property, a variable or an internal link of V8.
    Named(EdgeKind, StringIndex),
}

/// Equal steps lead to objects of one class; V8's synthetic groups, such as the roots, are distinguished by
/// name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    step: Step,
    class: ClassIndex,
    name: Option<StringIndex>,
}

/// An object on the paths, and the part of the group behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Member {
    node: NodeIndex,
    count: u64,
    shallow: u64,
    retained: u64,
}

impl Member {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.shallow += other.shallow;
        self.retained += other.retained;
    }
}

/// A row that was found.
#[derive(Clone)]
struct Found {
    key: Key,
    members: Arc<[Member]>,
    sum: Member,
    /// Whether several steps of this kind follow each other.
    repeats: bool,
}

/// The merged paths of a group.
pub struct MergedPaths {
    snapshot: Arc<Snapshot>,
    nearest: Arc<NearestEdges>,
    objects: Arc<[Member]>,
    all: Member,
    internals: Internals,
    columns: [ColumnSpec; 4],
    places: CodePlaces,
    /// The rows found so far, and the number of each by its child row.
    found: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    list: Vec<Found>,
    number_of: FxHashMap<(Option<u32>, Key), u32>,
}

impl MergedPaths {
    /// The paths of `objects`. `O(nodes)`.
    pub fn new(
        snapshot: Arc<Snapshot>,
        mode: SizeMode,
        nearest: Arc<NearestEdges>,
        objects: &[NodeIndex],
    ) -> Self {
        let outermost = snapshot.outermost(objects);
        let member = |&node: &NodeIndex| Member {
            node,
            count: 1,
            shallow: snapshot.shallow(mode, node),
            retained: match outermost.contains(node.position()) {
                true => snapshot.retained(mode, node).unwrap_or(0),
                false => 0,
            },
        };
        let objects: Arc<[Member]> = objects.iter().map(member).collect();
        let all = sum(&objects);
        let columns = group_columns("Held through");
        Self {
            snapshot,
            nearest,
            objects,
            all,
            internals: Internals::Shown,
            columns,
            places: CodePlaces::default(),
            found: Mutex::default(),
        }
    }

    /// The same with V8's internal objects folded: a step leads from holder to object.
    #[must_use]
    pub fn folding(self, internals: Internals) -> Self {
        Self { internals, ..self }
    }

    fn rows(&self) -> std::sync::MutexGuard<'_, Rows> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row_of(&self, item: Item) -> Option<Found> {
        match item {
            Item::Group(number) => self.rows().list.get(usize::try_from(number).ok()?).cloned(),
            _ => None,
        }
    }

    /// The previous node on the shortest path to `node`, and the step.
    fn above(&self, node: NodeIndex) -> Option<(Key, NodeIndex)> {
        let graph = self.snapshot.graph();
        let mut edge = graph.edges.get(self.nearest.get(node)?);
        let mut source = graph.source(edge.index);
        while self.internals == Internals::Hidden && graph.nodes.kind(source).is_machinery() {
            edge = graph.edges.get(self.nearest.get(source)?);
            source = graph.source(edge.index);
        }
        let step = match (edge.kind, edge.name) {
            (EdgeKind::Element, _) => Step::Element,
            (_, EdgeName::Number(_)) => Step::Slot,
            (EdgeKind::Internal, EdgeName::Text(name)) => match graph.text(name) {
                text if text.bytes().all(|byte| byte.is_ascii_digit()) => Step::Slot,
                text if text.ends_with(" / DevTools console") => Step::Console,
                text if text.contains(" pair in WeakMap (table @") => Step::WeakMapEntry,
                _ => Step::Named(edge.kind, name),
            },
            (kind, EdgeName::Text(name)) => Step::Named(kind, name),
        };
        let is_made_up = graph.nodes.kind(source) == NodeKind::SYNTHETIC;
        let name = is_made_up.then(|| graph.nodes.name(source));
        Some((Key { step, class: self.snapshot.class_of(source), name }, source))
    }

    /// The rows above `members`.
    fn above_all(&self, members: &[Member]) -> Vec<Found> {
        let mut groups: FxHashMap<Key, FxHashMap<NodeIndex, Member>> = FxHashMap::default();
        for member in members {
            let Some((key, source)) = self.above(member.node) else { continue };
            let merged = groups.entry(key).or_default().entry(source);
            merged.or_insert(Member { node: source, ..Member::default() }).add(member);
        }
        groups.into_iter().map(|(key, members)| self.past_repeats(key, members.into_values())).collect()
    }

    /// Follows repeated equal steps to their end.
    fn past_repeats(&self, key: Key, members: impl Iterator<Item = Member>) -> Found {
        let mut end_of: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
        let mut ends: FxHashMap<NodeIndex, Member> = FxHashMap::default();
        let mut repeats = false;
        let mut passed = Vec::new();
        for member in members {
            let mut at = member.node;
            let end = loop {
                if let Some(&end) = end_of.get(&at) {
                    break end;
                }
                match self.above(at) {
                    Some((again, source)) if again == key => {
                        passed.push(at);
                        at = source;
                    }
                    _ => break at,
                }
            };
            repeats |= end != member.node;
            for node in passed.drain(..) {
                end_of.insert(node, end);
            }
            ends.entry(end).or_insert(Member { node: end, ..Member::default() }).add(&member);
        }
        let mut members: Vec<Member> = ends.into_values().collect();
        members.sort_unstable_by_key(|member| member.node);
        Found { key, sum: sum(&members), members: members.into(), repeats }
    }

    fn place(&self, node: NodeIndex) -> Option<RowPlace> {
        let code = self.places.get(&self.snapshot, node)?;
        Some(RowPlace { code, is_in_name: says_place(&self.snapshot, node) })
    }

    fn name(&self, found: &Found) -> Vec<Span> {
        let graph = self.snapshot.graph();
        let (text, tone) = match found.key.step {
            Step::Element => ("[…]".to_owned(), Tone::Property),
            Step::Slot => ("(slots)".to_owned(), Tone::Internal),
            Step::Console => ("(DevTools console)".to_owned(), Tone::Internal),
            Step::WeakMapEntry => ("(WeakMap entries)".to_owned(), Tone::Internal),
            Step::Named(kind, name) => {
                let is_own = matches!(kind, EdgeKind::Property | EdgeKind::Context);
                let tone = if is_own { Tone::Property } else { Tone::Internal };
                (edge_label(kind, EdgeText::Text(graph.text(name))), tone)
            }
        };
        let mut name = vec![span(text, tone), span(" in ", Tone::Quiet)];
        if let [only] = *found.members
            && only.node == graph.root
        {
            name.push(span("(root)", Tone::Plain));
            return name;
        }
        if let [only] = *found.members
            && is_context(graph, only.node)
        {
            let place = self.places.get(&self.snapshot, only.node);
            let mut scope = named_spans(&self.snapshot, only.node, place.as_deref());
            let is_variable = matches!(found.key.step, Step::Named(EdgeKind::Context, _));
            if let Some(first) = scope.first_mut().filter(|_| is_variable) {
                // The step names the variable: the other variables of the scope hold something else.
                *first = span("scope", Tone::Class);
            }
            name.extend(scope);
            return with_repeats(name, found);
        }
        let class = self.snapshot.classes().name(found.key.class);
        match found.key.name {
            Some(made_up) => name.extend(class_spans(graph.text(made_up), found.members.len() as u64)),
            None => name.extend(class_spans(class, found.members.len() as u64)),
        }
        if let [only] = *found.members {
            name.push(span(format!(" {}", ObjectId(graph.nodes.id(only.node))), Tone::Quiet));
        }
        with_repeats(name, found)
    }
}

fn with_repeats(mut name: Vec<Span>, found: &Found) -> Vec<Span> {
    if found.repeats {
        name.push(span(", over and over", Tone::Quiet));
    }
    name
}

fn sum(members: &[Member]) -> Member {
    members.iter().fold(Member::default(), |mut sum, member| {
        sum.add(member);
        sum
    })
}

/// `9,812 of 10,000`, with the fraction as a share.
pub(crate) fn part_cell(count: u64, all: u64) -> Cell {
    Cell {
        text: format!("{} of {}", format::format_count(count), format::format_count(all)),
        number: i64::try_from(count).ok(),
        hover: Some(format::percent(format::share(count, all))),
        ..Cell::default()
    }
}

impl TreeSource for MergedPaths {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: OBJECTS, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        let Some(item) = item else { return self.objects.len() };
        let Some(found) = self.row_of(item) else { return 0 };
        let is_held = |member: &Member| self.nearest.get(member.node).is_some();
        if found.members.iter().any(is_held) { found.members.len() } else { 0 }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let below = path.last().copied();
        let members = match below {
            None => Arc::clone(&self.objects),
            Some(item) => self.row_of(item).map_or_else(Arc::default, |found| found.members),
        };
        let below = match below {
            Some(Item::Group(number)) => Some(number),
            _ => None,
        };
        let above = self.above_all(&members);
        let mut rows = self.rows();
        let mut numbered: Vec<(u32, Member)> = Vec::with_capacity(above.len());
        for found in above {
            let next = u32::try_from(rows.list.len()).expect("fewer rows than nodes");
            let (key, sum) = (found.key, found.sum);
            let number = *rows.number_of.entry((below, key)).or_insert(next);
            if number == next {
                rows.list.push(found);
            }
            numbered.push((number, sum));
        }
        let text = |number: u32| rows.list.get(number as usize).map(|found| self.name(found));
        let text =
            |number| text(number).unwrap_or_default().into_iter().map(|span| span.text).collect::<String>();
        let sorted = match column {
            ColumnId::NAME => {
                sorted(&numbered, direction, |(number, sum)| (text(number), Reverse(sum.count)))
            }
            ColumnId::SHALLOW => sorted(&numbered, direction, |(number, sum)| (sum.shallow, text(number))),
            ColumnId::RETAINED => sorted(&numbered, direction, |(number, sum)| (sum.retained, text(number))),
            _ => sorted(&numbered, direction, |(number, sum)| (sum.count, text(number))),
        };
        sorted.into_iter().map(|(number, _)| Item::Group(number)).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let found = self.row_of(item).expect("a row that was found");
        let total = self.snapshot.total_size();
        let made_up = found.key.name.and_then(|name| glossary::explain(self.snapshot.graph().text(name)));
        let class = || glossary::explain(self.snapshot.classes().name(found.key.class));
        let only = match *found.members {
            [only] => Some(only.node),
            _ => None,
        };
        Row {
            item,
            depth: path.len() - 1,
            disclosure,
            name: self.name(&found),
            hover: made_up.or_else(class).map(str::to_owned),
            cells: vec![
                part_cell(found.sum.count, self.all.count),
                size_cell(found.sum.shallow, total),
                size_cell(found.sum.retained, total),
            ],
            object: only.map(|node| (Side::Current, node)),
            is_dimmed: false,
            kind: None,
            place: only.and_then(|node| self.place(node)),
        }
    }

    /// Towards the roots along the most frequent holders.
    fn auto_expand(&self, path: &[Item]) -> bool {
        let found = path.last().and_then(|&item| self.row_of(item));
        found.is_some_and(|found| found.sum.count * 2 >= self.all.count)
    }
}
