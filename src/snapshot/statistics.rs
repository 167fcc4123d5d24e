//! Chrome's Statistics: the composition of the heap in bytes.

use crate::graph::NodeKind;
use crate::snapshot::{SizeMode, Snapshot};

/// Bytes of each slice. `total` is the sum of the slices from `code` to `other_non_js`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// All bytes, including those that V8 reports without nodes.
    pub total: u64,
    /// Byte code, machine code, scripts.
    pub code: u64,
    /// Strings of any representation.
    pub strings: u64,
    /// Arrays and the stores that only they use.
    pub js_arrays: u64,
    /// Storage of typed arrays and buffers.
    pub typed_arrays: u64,
    /// V8's own bookkeeping.
    pub system: u64,
    /// Every other object of the JavaScript heap.
    pub other_js: u64,
    /// Every other native object.
    pub other_non_js: u64,
    /// Native objects, storage of typed arrays, and what V8 reports without nodes.
    pub native_total: u64,
    /// The rest.
    pub v8_heap_total: u64,
}

/// One pass over all nodes; the first matching rule counts.
pub fn statistics(snapshot: &Snapshot) -> Statistics {
    let graph = snapshot.graph();
    let sizes = snapshot.shallow_sizes(SizeMode::Chrome);
    let [array_names] = graph.strings.named(["Array"]);
    let mut sum = Statistics { native_total: graph.extra_native_bytes, ..Statistics::default() };
    let mut heap = 0;
    for (node, size) in graph.node_indices().zip(sizes.iter()) {
        heap += size;
        match graph.nodes.kind(node) {
            NodeKind::HIDDEN => sum.system += size,
            NodeKind::NATIVE => {
                sum.native_total += size;
                if size > 0 && snapshot.raw_name(node) == "system / JSArrayBufferData" {
                    sum.typed_arrays += size;
                }
            }
            NodeKind::CODE => sum.code += size,
            kind if kind.is_string() => sum.strings += size,
            _ if array_names.contains(&graph.nodes.name(node)) => {
                let elements = graph.internal_target(node, "elements");
                let own_store = elements.filter(|&store| snapshot.retainer_count(store) == 1);
                sum.js_arrays += size + own_store.map_or(0, |store| sizes.get(store));
            }
            _ => {}
        }
    }
    sum.total = heap + graph.extra_native_bytes;
    sum.v8_heap_total = sum.total - sum.native_total;
    let named = sum.code + sum.strings + sum.js_arrays + sum.system;
    sum.other_js = sum.v8_heap_total.saturating_sub(named);
    sum.other_non_js = sum.native_total - sum.typed_arrays;
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    /// The statistics of what `build` creates, with 1000 additional bytes.
    fn counted(build: impl FnOnce(&mut GraphBuilder)) -> Statistics {
        let mut builder = GraphBuilder::new();
        build(&mut builder);
        let file = builder.to_json().replace("\"node_count\"", "\"extra_native_bytes\":1000,\"node_count\"");
        statistics(&load_bytes("test", file.as_bytes(), &Progress::new()).unwrap())
    }

    #[test]
    fn every_byte_is_in_one_slice() {
        let sums = counted(|heap| {
            for (kind, name, size) in [
                ("hidden", "system / Map", 1),
                ("code", "(code)", 2),
                ("string", "text", 4),
                ("sliced string", "text", 8),
                ("native", "HTMLDivElement", 16),
                ("native", "system / JSArrayBufferData", 32),
                ("object", "Foo", 64),
                ("object", "Array", 128),
                ("number", "heap number", 256),
            ] {
                heap.node(kind, name, size);
            }
        });
        assert_eq!([sums.system, sums.code, sums.strings], [1, 2, 12]);
        assert_eq!([sums.typed_arrays, sums.other_non_js, sums.native_total], [32, 1016, 1048]);
        assert_eq!([sums.js_arrays, sums.other_js], [128, 320]);
        assert_eq!([sums.total, sums.v8_heap_total], [1511, 463]);
    }

    #[test]
    fn the_store_of_an_array_counts_if_it_is_the_arrays_alone() {
        let arrays = |shared: bool| {
            counted(|heap| {
                let array = heap.node("object", "Array", 16);
                let store = heap.node("array", "(object elements)", 100);
                heap.edge(array, "internal", "elements", store);
                let other = heap.node("number", "other", 0);
                if shared {
                    heap.edge(other, "weak", "w", store);
                }
            })
            .js_arrays
        };
        assert_eq!([arrays(false), arrays(true)], [116, 16]);
    }
}
