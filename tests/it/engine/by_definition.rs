//! Every number of the engine against its definition, on thousands of small random heaps: a retained size is
//! what becomes unreachable when the node is removed, and so on, with slow and simple code.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use heaplens::base::{NodeIndex, Progress};
use heaplens::compare::{ComparisonRow, compare};
use heaplens::snapshot::{SizeMode, Snapshot};

use crate::support::random_heap::{Edge, Heap, Seed, seeds};

const HEAPS: u64 = 2_000;

/// Looks at each of many heaps: as data, and as the engine sees it.
fn on_random_heaps(check: impl Fn(&Heap, &Snapshot)) {
    for Seed(seed) in seeds(HEAPS) {
        let _says_which = Seed(seed);
        let heap = Heap::random(seed);
        check(&heap, &heap.load());
    }
}

/// Asserts that `found` and `expected` are the same for every node.
#[track_caller]
fn same_for_every_node<T: PartialEq + std::fmt::Debug>(
    heap: &Heap,
    found: impl Fn(NodeIndex) -> T,
    expected: impl Fn(usize) -> T,
) {
    for node in 0..heap.nodes.len() {
        assert_eq!(found(NodeIndex::at(node)), expected(node), "node {node} of {heap:#?}");
    }
}

#[test]
fn storage_belongs_to_whoever_alone_leads_to_it() {
    on_random_heaps(|heap, snapshot| {
        let sizes = heap.shallow_sizes();
        same_for_every_node(heap, |node| snapshot.shallow(SizeMode::Chrome, node), |node| sizes[node]);
        same_for_every_node(heap, |node| snapshot.shallow(SizeMode::Raw, node), |node| heap.nodes[node].size);
    });
}

#[test]
fn a_dominator_is_on_every_way_from_the_root() {
    on_random_heaps(|heap, snapshot| {
        let dominators = Dominators::of(heap);
        same_for_every_node(
            heap,
            |node| snapshot.dominator(node).map(NodeIndex::position),
            |node| Some(dominators.immediate(node)),
        );
    });
}

#[test]
fn retained_size_is_what_becomes_unreachable() {
    on_random_heaps(|heap, snapshot| {
        let dominators = Dominators::of(heap);
        for (mode, sizes) in [(SizeMode::Chrome, heap.shallow_sizes()), (SizeMode::Raw, heap.raw_sizes())] {
            same_for_every_node(
                heap,
                |node| snapshot.retained(mode, node),
                |node| Some(dominators.retained(node, &sizes)),
            );
        }
    });
}

#[test]
fn the_root_retains_everything() {
    on_random_heaps(|heap, snapshot| {
        let sum: u64 = heap.raw_sizes().iter().sum();
        for mode in [SizeMode::Chrome, SizeMode::Raw] {
            assert_eq!(snapshot.retained(mode, NodeIndex(0)), Some(sum));
        }
        assert_eq!(snapshot.total_size(), sum);
    });
}

#[test]
fn distance_is_the_shortest_way_from_a_user_root() {
    on_random_heaps(|heap, snapshot| {
        let distances = heap.distances();
        same_for_every_node(heap, |node| snapshot.distance(node).0, |node| distances[node]);
    });
}

#[test]
fn retainers_are_all_edges_that_lead_to_a_node() {
    on_random_heaps(|heap, snapshot| {
        same_for_every_node(
            heap,
            |node| {
                let retainers = snapshot.retainers(node);
                assert_eq!(retainers.len(), snapshot.retainer_count(node));
                retainers.iter().map(|by| (by.source.position(), by.edge.position())).collect::<Vec<_>>()
            },
            |node| {
                let all = heap
                    .nodes
                    .iter()
                    .enumerate()
                    .flat_map(|(from, node)| node.edges.iter().map(move |edge| (from, edge.to)));
                let mut into: Vec<_> = all
                    .enumerate()
                    .filter(|&(_, (_, to))| to == node)
                    .map(|(edge, (from, _))| (from, edge))
                    .collect();
                into.reverse();
                into
            },
        );
    });
}

#[test]
fn what_a_detached_node_leads_to_is_detached_unless_it_is_attached() {
    on_random_heaps(|heap, snapshot| {
        let states = heap.dom_states();
        same_for_every_node(heap, |node| snapshot.detachedness(node) as u8, |node| states[node]);
    });
}

#[test]
fn class_rows_count_every_object_with_a_size() {
    on_random_heaps(|heap, snapshot| {
        let keys = heap.class_keys();
        let dominators = Dominators::of(heap);
        let distances = heap.distances();
        for (mode, sizes) in [(SizeMode::Chrome, heap.shallow_sizes()), (SizeMode::Raw, heap.raw_sizes())] {
            let mut expected: BTreeMap<&str, (u64, u64, u64, i32, usize)> = BTreeMap::new();
            for node in (0..heap.nodes.len()).filter(|&node| sizes[node] > 0) {
                let row = expected.entry(&keys[node]).or_insert((0, 0, 0, i32::MAX, node));
                row.0 += 1;
                row.1 += sizes[node];
                let covered =
                    dominators.above(node).any(|above| sizes[above] > 0 && keys[above] == keys[node]);
                row.2 += if covered { 0 } else { dominators.retained(node, &sizes) };
                row.3 = row.3.min(distances[node]);
            }
            let found: Vec<_> = snapshot
                .class_totals(mode)
                .iter()
                .filter(|(_, totals)| totals.count > 0)
                .map(|(class, totals)| {
                    let retained = totals.retained.expect("a complete snapshot");
                    let distance = totals.distance.expect("a complete snapshot").0;
                    let row = (totals.count, totals.shallow, retained, distance, totals.first.position());
                    (snapshot.classes().key(class), row)
                })
                .collect();
            assert_eq!(found.len(), expected.len(), "one row a key");
            for (key, row) in &found {
                assert_eq!(Some(row), expected.get(key.as_str()), "{key} {mode:?} of {heap:#?}");
            }
        }
    });
}

#[test]
fn a_class_lists_its_objects_with_a_size_in_file_order() {
    on_random_heaps(|heap, snapshot| {
        let (keys, sizes) = (heap.class_keys(), heap.shallow_sizes());
        for (class, _) in snapshot.classes().iter() {
            let key = snapshot.classes().key(class);
            let expected: Vec<_> =
                (0..heap.nodes.len()).filter(|&node| keys[node] == key && sizes[node] > 0).collect();
            let found: Vec<_> = snapshot
                .group_nodes(snapshot.classes(), SizeMode::Chrome, class)
                .into_iter()
                .map(NodeIndex::position)
                .collect();
            assert_eq!(found, expected, "{key}");
        }
    });
}

#[test]
fn comparison_rows_are_differences_of_sets_of_ids() {
    for Seed(seed) in seeds(HEAPS) {
        let _says_which = Seed(seed);
        let before = Heap::random(seed);
        let after = before.later(seed + HEAPS);
        let (baseline, current) = (before.load(), after.load());
        for (mode, old, new) in [
            (SizeMode::Chrome, before.counted(before.shallow_sizes()), after.counted(after.shallow_sizes())),
            (SizeMode::Raw, before.counted(before.raw_sizes()), after.counted(after.raw_sizes())),
        ] {
            let found = compare(Arc::clone(&baseline), Arc::clone(&current), mode, &Progress::new())
                .expect("not cancelled");
            let mut expected: BTreeMap<&str, [u64; 8]> = BTreeMap::new();
            for (id, (key, size)) in &new {
                let was = old.get(id).filter(|(was, _)| was == key).map(|&(_, was)| was);
                let (column, bytes) = match was {
                    None => (0, *size),
                    Some(was) if was < *size => (4, size - was),
                    Some(was) if was > *size => (6, was - size),
                    Some(_) => continue,
                };
                add(&mut expected, key, column, bytes);
            }
            for (id, (key, size)) in &old {
                if new.get(id).is_none_or(|(is, _)| is != key) {
                    add(&mut expected, key, 2, *size);
                }
            }
            let rows: BTreeMap<&str, [u64; 8]> = found
                .rows
                .iter()
                .map(|row| {
                    let counts = [&row.new, &row.deleted].map(|nodes| nodes.len() as u64);
                    let changed = [&row.grown, &row.shrunk].map(|pairs| pairs.len() as u64);
                    let numbers = [
                        counts[0],
                        row.new_size,
                        counts[1],
                        row.deleted_size,
                        changed[0],
                        row.grown_size,
                        changed[1],
                        row.shrunk_size,
                    ];
                    (row.key.as_str(), numbers)
                })
                .collect();
            assert_eq!(rows, expected, "{mode:?}");
            let sum: i64 = found.rows.iter().map(ComparisonRow::size_delta).sum();
            assert_eq!(sum, found.totals.delta, "rows add up to the heap's change");
        }
    }
}

/// One more of `bytes` in a pair of columns.
fn add<'a>(rows: &mut BTreeMap<&'a str, [u64; 8]>, key: &'a str, column: usize, bytes: u64) {
    let row = rows.entry(key).or_default();
    row[column] += 1;
    row[column + 1] += bytes;
}

/// The definitions.
impl Heap {
    fn raw_sizes(&self) -> Vec<u64> {
        self.nodes.iter().map(|node| node.size).collect()
    }

    fn is_user_root(&self, node: usize) -> bool {
        self.nodes[node].kind != "synthetic" || self.nodes[node].name == "(Document DOM trees)"
    }

    /// The nodes reachable from `starts` over the edges that `follows` lets pass.
    fn reached(
        &self,
        starts: impl IntoIterator<Item = usize>,
        follows: impl Fn(usize, &Edge) -> bool,
    ) -> BTreeSet<usize> {
        let mut seen: BTreeSet<usize> = starts.into_iter().collect();
        let mut work: Vec<usize> = seen.iter().copied().collect();
        while let Some(node) = work.pop() {
            for edge in &self.nodes[node].edges {
                if follows(node, edge) && seen.insert(edge.to) {
                    work.push(edge.to);
                }
            }
        }
        seen
    }

    fn page_objects(&self) -> BTreeSet<usize> {
        let begins = |edge: &Edge| {
            let target = &self.nodes[edge.to];
            edge.kind == "shortcut"
                || edge.kind == "element"
                    && target.kind == "synthetic"
                    && target.name == "(Document DOM trees)"
        };
        let roots = self.nodes[0].edges.iter().filter(|edge| begins(edge)).map(|edge| edge.to);
        self.reached(roots, |_, edge| edge.kind != "weak")
    }

    fn dom_states(&self) -> Vec<u8> {
        let mut states: Vec<u8> = self.nodes.iter().map(|node| node.detachedness).collect();
        let natives = |node: usize| self.nodes[node].kind == "native";
        for state in [1, 2] {
            let starts = (0..states.len()).filter(|&node| natives(node) && states[node] == state);
            let spread = self.reached(starts.collect::<Vec<_>>(), |_, edge| {
                !matches!(edge.kind, "weak" | "hidden")
                    && natives(edge.to)
                    && (states[edge.to] == 0 || states[edge.to] == state)
            });
            spread.into_iter().for_each(|node| states[node] = state);
        }
        states
    }

    fn raw_names(&self) -> Vec<String> {
        let states = self.dom_states();
        let is_prefixed = |node: usize| self.nodes[node].kind == "native" && states[node] == 2;
        let names = self.nodes.iter().map(|node| node.name.as_str()).enumerate();
        names
            .map(|(node, name)| ["", "Detached "][usize::from(is_prefixed(node))].to_owned() + name)
            .collect()
    }

    fn class_keys(&self) -> Vec<String> {
        let names = self.raw_names();
        let key = |(node, raw): (&crate::support::random_heap::Node, &String)| {
            let name = match node.kind {
                "hidden" => "(system)".into(),
                "code" => "(compiled code)".into(),
                "closure" => "Function".into(),
                "object" | "native" => match raw.split_once(" id=") {
                    Some((tag, _)) => format!("{tag}>"),
                    None => raw.clone(),
                },
                kind => format!("({kind})"),
            };
            match node.place {
                Some((line, column)) => format!("5,{line},{column},{name}"),
                None => format!(",{name}"),
            }
        };
        self.nodes.iter().zip(&names).map(key).collect()
    }

    fn shallow_sizes(&self) -> Vec<u64> {
        let mut sizes = self.raw_sizes();
        if !self.nodes[0].edges.iter().any(|edge| self.is_user_root(edge.to)) {
            return sizes;
        }
        let names = self.raw_names();
        let ownable = |node: usize| match self.nodes[node].kind {
            "hidden" | "array" => true,
            "native" => names[node] == "system / ExternalStringData",
            _ => false,
        };
        // Every owner that some chain of ownable nodes leads back to.
        let mut owners: Vec<BTreeSet<usize>> = (0..sizes.len())
            .map(|node| if ownable(node) { BTreeSet::new() } else { BTreeSet::from([node]) })
            .collect();
        loop {
            let before = owners.clone();
            for (from, node) in self.nodes.iter().enumerate() {
                for edge in node.edges.iter().filter(|edge| edge.kind != "weak" && ownable(edge.to)) {
                    owners[edge.to].extend(&before[from]);
                }
            }
            if owners == before {
                break;
            }
        }
        for node in (0..sizes.len()).filter(|&node| ownable(node)) {
            if let [owner] = owners[node].iter().copied().collect::<Vec<_>>()[..]
                && self.nodes[owner].kind != "synthetic"
            {
                sizes[owner] += std::mem::take(&mut sizes[node]);
            }
        }
        sizes
    }

    fn distances(&self) -> Vec<i32> {
        let mut distances = vec![-5; self.nodes.len()];
        let mut met: Vec<&str> = Vec::new();
        let mut search = |distances: &mut Vec<i32>, mut queue: VecDeque<usize>| {
            while let Some(from) = queue.pop_front() {
                for edge in &self.nodes[from].edges {
                    if distances[edge.to] == -5 && self.leads_on(from, edge, &mut met) {
                        distances[edge.to] = distances[from] + 1;
                        queue.push_back(edge.to);
                    }
                }
            }
        };
        let roots: VecDeque<usize> =
            self.nodes[0].edges.iter().map(|edge| edge.to).filter(|&node| self.is_user_root(node)).collect();
        roots.iter().for_each(|&root| distances[root] = 1);
        let system = if roots.is_empty() { 0 } else { 100_000_000 };
        search(&mut distances, roots);
        distances[0] = system;
        search(&mut distances, VecDeque::from([0]));
        distances
    }

    /// Whether a search follows `edge`; `met` are the WeakMap entries of which one edge has been met.
    fn leads_on<'a>(&self, from: usize, edge: &'a Edge, met: &mut Vec<&'a str>) -> bool {
        let source = &self.nodes[from];
        let is = |kind, name| source.kind == kind && source.name == name;
        if edge.kind == "weak" || is("hidden", "system / NativeContext") && edge.name == "sloppy_function_map"
        {
            return false;
        }
        if is("array", "(map descriptors)") {
            let digits: String = edge.name.chars().take_while(char::is_ascii_digit).collect();
            return !digits.parse::<u64>().is_ok_and(|index| index >= 2 && index % 3 == 1);
        }
        match &edge.entry {
            None => true,
            Some(entry) => match met.iter().position(|&pair| pair == entry.pair) {
                Some(at) => {
                    met.remove(at);
                    true
                }
                None => {
                    met.push(&entry.pair);
                    false
                }
            },
        }
    }

    fn keeps_alive(&self, page: &BTreeSet<usize>, from: usize, edge: &Edge) -> bool {
        let is_table = edge.entry.as_ref().is_some_and(|entry| entry.table == self.nodes[from].id);
        edge.kind != "weak"
            && edge.to != from
            && !is_table
            && (from == 0 || edge.kind != "shortcut")
            && (from == 0 || page.contains(&from) || !page.contains(&edge.to))
    }

    /// Id to class key and size, of what has a size.
    fn counted(&self, sizes: Vec<u64>) -> BTreeMap<u64, (String, u64)> {
        let rows = self.nodes.iter().zip(self.class_keys()).zip(sizes);
        rows.filter(|&(_, size)| size > 0).map(|((node, key), size)| (node.id, (key, size))).collect()
    }
}

/// For every node, what can no longer be reached once it is gone, itself included.
struct Dominators {
    dominated: Vec<BTreeSet<usize>>,
}

impl Dominators {
    fn of(heap: &Heap) -> Self {
        let page = heap.page_objects();
        let all = 0..heap.nodes.len();
        let leads = |from: usize, to: usize| {
            heap.nodes[from].edges.iter().any(|edge| edge.to == to && heap.keeps_alive(&page, from, edge))
        };
        let begins: Vec<usize> =
            all.clone().filter(|&node| node == 0 || !all.clone().any(|from| leads(from, node))).collect();
        let reached_without = |gone: Option<usize>| {
            let starts = begins.iter().copied().filter(|&start| Some(start) != gone);
            heap.reached(starts, |from, edge| heap.keeps_alive(&page, from, edge) && Some(edge.to) != gone)
        };
        let connected = reached_without(None);
        let dominated = all
            .clone()
            .map(|node| {
                let left = reached_without(Some(node));
                match node {
                    0 => all.clone().collect(),
                    // Nodes on no path from the root are attached to the root alone.
                    _ if !connected.contains(&node) => BTreeSet::from([node]),
                    _ => connected.difference(&left).copied().collect(),
                }
            })
            .collect();
        Self { dominated }
    }

    /// The proper dominators of `node`.
    fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        (0..self.dominated.len()).filter(move |&other| other != node && self.dominated[other].contains(&node))
    }

    /// The lowest proper dominator; the root's is itself.
    fn immediate(&self, node: usize) -> usize {
        self.above(node).min_by_key(|&above| self.dominated[above].len()).unwrap_or(0)
    }

    fn retained(&self, node: usize, sizes: &[u64]) -> u64 {
        self.dominated[node].iter().map(|&lost| sizes[lost]).sum()
    }
}
