//! The functions of an allocation timeline with stacks: what each allocated, what of it is still alive, and
//! when.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{BitSet, NodeIndex, SizeColumn};
use crate::graph::{Graph, Trace, TraceFunction};

/// Numbers of a function, or of a function as called by others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AllocationTotals {
    /// Allocations.
    pub count: u64,
    /// Objects that are still alive.
    pub size: u64,
    /// Their bytes.
    pub live_count: u64,
    /// Bytes of them.
    pub live_size: u64,
}

impl std::ops::AddAssign for AllocationTotals {
    fn add_assign(&mut self, other: Self) {
        // The first two come from the file and are not checked.
        self.count = self.count.saturating_add(other.count);
        self.size = self.size.saturating_add(other.size);
        self.live_count += other.live_count;
        self.live_size += other.live_size;
    }
}

/// One row: a function, or a function as caller of the row above.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllocationRow {
    /// Position in the list of functions.
    pub function: u32,
    /// Its numbers.
    pub totals: AllocationTotals,
    /// Frames of this function, each with the frame that allocated: the same one in outermost rows.
    frames: Vec<(u32, u32)>,
}

/// The frames of all stacks with what lives of what was allocated in each.
pub struct Allocations<'a> {
    trace: &'a Trace,
    /// By frame.
    totals: Vec<AllocationTotals>,
    frame_of_id: FxHashMap<u32, u32>,
}

impl<'a> Allocations<'a> {
    /// Adds up the living objects of each frame: `O(nodes)`. `None` if no stacks were recorded.
    pub fn find(graph: &'a Graph, shallow: &SizeColumn<NodeIndex>) -> Option<Self> {
        let trace = graph.trace.as_ref()?;
        let frame_of_id: FxHashMap<u32, u32> =
            (0..).zip(&trace.nodes).map(|(frame, node)| (node.id, frame)).collect();
        let mut totals: Vec<_> = trace
            .nodes
            .iter()
            .map(|node| AllocationTotals { count: node.count, size: node.size, ..Default::default() })
            .collect();
        for (node, size) in graph.node_indices().zip(shallow.iter()) {
            if let Some(&frame) = frame_of_id.get(&graph.nodes.trace_node(node)) {
                totals[frame as usize].live_count += 1;
                totals[frame as usize].live_size += size;
            }
        }
        Some(Self { trace, totals, frame_of_id })
    }

    /// The functions that allocated, most bytes first, then in the order of the file.
    pub fn functions(&self) -> Vec<AllocationRow> {
        let allocating = (0..).zip(&self.trace.nodes).filter(|(_, node)| node.count > 0);
        self.group(allocating.map(|(frame, _)| (frame, frame)))
    }

    /// The callers of the function of `row`, each with its part of the numbers.
    pub fn callers(&self, row: &AllocationRow) -> Vec<AllocationRow> {
        let parent = |frame: u32| self.trace.nodes[frame as usize].parent;
        self.group(row.frames.iter().filter_map(|&(frame, origin)| Some((parent(frame)?, origin))))
    }

    /// The function of a row.
    pub fn function(&self, row: &AllocationRow) -> &TraceFunction {
        &self.trace.functions[row.function as usize]
    }

    /// The living objects that a row counts.
    pub fn live_objects(&self, graph: &Graph, row: &AllocationRow) -> BitSet {
        let ids: FxHashSet<u32> =
            row.frames.iter().map(|&(_, origin)| self.trace.nodes[origin as usize].id).collect();
        let mut live = BitSet::new(graph.node_count());
        for node in graph.node_indices().filter(|&node| ids.contains(&graph.nodes.trace_node(node))) {
            live.insert(node.position());
        }
        live
    }

    /// The functions on the stack that allocated `node`, innermost first.
    pub fn stack(&self, graph: &Graph, node: NodeIndex) -> Vec<&TraceFunction> {
        let innermost = self.frame_of_id.get(&graph.nodes.trace_node(node)).copied();
        std::iter::successors(innermost, |&frame| self.trace.nodes[frame as usize].parent)
            .map(|frame| &self.trace.functions[self.trace.nodes[frame as usize].function as usize])
            .collect()
    }

    fn group(&self, frames: impl Iterator<Item = (u32, u32)>) -> Vec<AllocationRow> {
        let mut rows: FxHashMap<u32, AllocationRow> = FxHashMap::default();
        for (frame, origin) in frames {
            let function = self.trace.nodes[frame as usize].function;
            let row = rows.entry(function).or_insert_with(|| AllocationRow {
                function,
                totals: AllocationTotals::default(),
                frames: Vec::new(),
            });
            row.totals += self.totals[origin as usize];
            row.frames.push((frame, origin));
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.totals.size), row.function));
        rows
    }
}

/// Living bytes of the objects that were allocated between each sample and the one before. Embedder objects
/// (even ids) and objects younger than the last sample are left out.
pub fn live_sizes_by_sample(graph: &Graph, shallow: &SizeColumn<NodeIndex>) -> Vec<u64> {
    let mut sizes = vec![0; graph.samples.len()];
    for (id, size) in graph.nodes.ids().zip(shallow.iter()).filter(|(id, _)| id % 2 == 1) {
        let sample = graph.samples.partition_point(|sample| sample.last_assigned_id < id);
        if let Some(sum) = sizes.get_mut(sample) {
            *sum += size;
        }
    }
    sizes
}

/// Of the objects that got their ids up to each sample and after the one before: how many live, and how many
/// there were. V8 counts ids of JavaScript objects in twos. Before the first sample ids may have gone to
/// objects that had died before the recording began.
pub fn objects_by_sample(graph: &Graph) -> Vec<SampleObjects> {
    const STEP: u64 = 2;
    let samples = &graph.samples;
    let mut objects = vec![SampleObjects::default(); samples.len()];
    for id in graph.nodes.ids().filter(|id| id % STEP == 1) {
        let sample = samples.partition_point(|sample| sample.last_assigned_id < id);
        if let Some(sum) = objects.get_mut(sample) {
            sum.live += 1;
        }
    }
    let mut before = 0;
    for (sum, sample) in objects.iter_mut().zip(samples) {
        sum.all = (sample.last_assigned_id.saturating_sub(before) / STEP).max(sum.live);
        before = sample.last_assigned_id;
    }
    objects
}

/// The objects that got their ids between two samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SampleObjects {
    /// Those that live.
    pub live: u64,
    /// All of them.
    pub all: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::parse::{Input, parse};

    /// `main` calls `make` twice and `other` once, which calls `make`; objects of 10 bytes live in each.
    fn recorded() -> Graph {
        let mut builder = GraphBuilder::new();
        for name in ["(root)", "main", "make", "other"] {
            builder.node("string", name, 10);
        }
        let file = builder
            .to_json()
            .replace("\"trace_function_info_fields\":[]", "\"trace_function_info_fields\":[\"function_id\",\"name\",\"script_name\",\"script_id\",\"line\",\"column\"]")
            .replace("\"trace_node_fields\":[]", "\"trace_node_fields\":[\"id\",\"function_info_index\",\"count\",\"size\",\"children\"]")
            .replace("\"sample_fields\":[]", "\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"]")
            .replace("\"trace_function_infos\":[]", "\"trace_function_infos\":[0,1,0,0,0,0, 1,2,0,1,1,1, 2,3,0,1,2,1, 3,4,0,1,3,1]")
            .replace("\"trace_tree\":[]", "\"trace_tree\":[1,0,0,0,[2,1,0,0,[3,2,5,50,[],4,3,1,70,[5,2,2,20,[]]]]]")
            .replace("\"samples\":[]", "\"samples\":[1000,3,2000,7]")
            .replace(",2,1,3,10,0,0,0", ",2,1,3,10,0,3,0")
            .replace(",2,2,5,10,0,0,0", ",2,2,5,10,0,5,0")
            .replace(",2,3,7,10,0,0,0", ",2,3,7,10,0,4,0");
        parse(Input::new(file.as_bytes()), &Progress::new()).unwrap().graph
    }

    #[test]
    fn a_function_sums_its_frames_and_its_callers_share_them() {
        let graph = recorded();
        let allocations = Allocations::find(&graph, graph.nodes.self_sizes()).unwrap();
        let name = |row: &AllocationRow| graph.text(allocations.function(row).name).to_owned();
        let numbers = |row: &AllocationRow| (name(row), row.totals.size, row.totals.live_size);
        let functions = allocations.functions();
        let found: Vec<_> = functions.iter().map(numbers).collect();
        assert_eq!(found, [("make".into(), 70, 20), ("other".into(), 70, 10)]);
        let callers: Vec<_> = allocations.callers(&functions[0]).iter().map(numbers).collect();
        assert_eq!(callers, [("main".into(), 50, 10), ("other".into(), 20, 10)]);
        let live = allocations.live_objects(&graph, &functions[0]);
        assert_eq!(live.iter().collect::<Vec<_>>(), [1, 2]);
        let stack = allocations.stack(&graph, NodeIndex(2));
        let stack: Vec<_> = stack.iter().map(|function| graph.text(function.name)).collect();
        assert_eq!(stack, ["make", "other", "main", "(root)"]);
        assert!(allocations.stack(&graph, NodeIndex(4)).is_empty());
    }

    #[test]
    fn an_object_belongs_to_the_sample_that_first_covers_its_id() {
        let graph = recorded();
        assert_eq!(
            live_sizes_by_sample(&graph, graph.nodes.self_sizes()),
            [10, 20],
            "@9 is younger than all"
        );
    }

    #[test]
    fn the_ids_between_two_samples_count_the_objects_there_were() {
        let of = |live, all| SampleObjects { live, all };
        assert_eq!(objects_by_sample(&recorded()), [of(2, 2), of(2, 2)], "the root is among the first");
        let mut graph = recorded();
        graph.samples[1].last_assigned_id = 27;
        assert_eq!(objects_by_sample(&graph)[1], of(3, 12), "@9 is among them now");
    }
}
