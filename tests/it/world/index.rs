//! The index of a snapshot: a second load gives what the first gave, and an index that is not whole gives nothing.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fastrand::Rng;
use heaplens::base::{EdgeIndex, Progress};
use heaplens::snapshot::index_cache::IndexCache;
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{Options, SizeMode, Snapshot, load_cached, load_with};
use tempfile::TempDir;

use crate::damage::mutations::look_at_all;
use crate::support::random_heap::{Heap, seeds};
use crate::support::samples::{AFTER, CONSTRUCTORS, DETACHED_DOM, START, TINY, sample};

fn cache() -> (TempDir, IndexCache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = IndexCache { folder: folder.path().join("indexes"), limit: u64::MAX, smallest: 0 };
    (folder, cache)
}

fn load(path: &Path) -> Arc<Snapshot> {
    load_with(path, &Options::default(), &Progress::new(), |_| {}).unwrap()
}

fn reload(cache: &IndexCache, path: &Path) -> Option<Arc<Snapshot>> {
    cache.load(path, &Progress::new(), |early| assert!(!early.is_complete()))
}

fn entry_count(cache: &IndexCache) -> usize {
    cache.entries().unwrap().len()
}

/// Every column, and what is derived from several.
fn assert_same(a: &Arc<Snapshot>, b: &Arc<Snapshot>) {
    let (one, other) = (a.graph(), b.graph());
    assert_eq!(a.source(), b.source());
    assert_eq!(a.warnings(), b.warnings());
    assert_eq!(
        (one.root, one.node_count(), one.edge_count()),
        (other.root, other.node_count(), other.edge_count())
    );
    assert_eq!(a.max_js_object_id(), b.max_js_object_id());
    assert_eq!(a.definitions(), b.definitions());
    for node in one.node_indices() {
        assert_eq!(a.display_name(node), b.display_name(node));
        let columns = |snapshot: &Snapshot| {
            let nodes = &snapshot.graph().nodes;
            (
                snapshot.id(node),
                nodes.kind(node),
                nodes.trace_node(node),
                snapshot.detachedness(node),
                snapshot.distance(node),
                snapshot.dominator(node),
                snapshot.class_of(node),
                snapshot.graph().locations.get(node),
                [SizeMode::Chrome, SizeMode::Raw]
                    .map(|mode| (snapshot.shallow(mode, node), snapshot.retained(mode, node))),
            )
        };
        assert_eq!(columns(a), columns(b));
        assert_eq!(a.retainer_count(node), b.retainer_count(node));
        assert!(a.strong_holders(node).eq(b.strong_holders(node)));
    }
    for edge in (0..one.edge_count()).map(EdgeIndex::at) {
        assert_eq!((one.edges.get(edge), one.source(edge)), (other.edges.get(edge), other.source(edge)));
        assert_eq!(a.edge_name(edge).to_string(), b.edge_name(edge).to_string());
    }
    assert!(one.strings.iter().eq(other.strings.iter()));
    assert_eq!(one.samples, other.samples);
    assert_eq!(
        one.trace.as_ref().map(|trace| (&trace.functions, &trace.nodes)),
        other.trace.as_ref().map(|trace| (&trace.functions, &trace.nodes))
    );
    for mode in [SizeMode::Chrome, SizeMode::Raw] {
        assert_eq!(a.class_totals(mode).as_slice(), b.class_totals(mode).as_slice());
    }
    assert_eq!(statistics(a), statistics(b));
}

#[test]
fn a_snapshot_reads_back_from_its_index() {
    let (_folder, cache) = cache();
    for name in [START, AFTER, DETACHED_DOM, CONSTRUCTORS, TINY] {
        let first = load(&sample(name));
        assert!(reload(&cache, &sample(name)).is_none());
        cache.save(&first, &|| true).unwrap();
        assert_same(&first, &reload(&cache, &sample(name)).unwrap());
    }
    assert_eq!(entry_count(&cache), 5);
}

#[test]
fn random_heaps_read_back() {
    let (folder, cache) = cache();
    for seed in seeds(200) {
        let path = folder.path().join(format!("{}.heapsnapshot", seed.0));
        fs::write(&path, Heap::random(seed.0).to_json()).unwrap();
        let first = load(&path);
        cache.save(&first, &|| true).unwrap();
        assert_same(&first, &reload(&cache, &path).unwrap());
    }
}

/// A million: `HEAP_MUTATIONS=1000000 cargo test --release --no-default-features --test it index`.
#[test]
fn a_changed_index_is_deleted_and_not_believed() {
    let (_folder, cache) = cache();
    let path = sample(TINY);
    cache.save(&load(&path), &|| true).unwrap();
    let index = cache.entries().unwrap().remove(0).path;
    let whole = fs::read(&index).unwrap();
    let count = std::env::var("HEAP_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let mut random = Rng::with_seed(11);
    for _ in 0..count {
        let mut changed = whole.clone();
        match random.u8(..5) {
            0 => changed.truncate(random.usize(..whole.len())),
            1 => changed.extend((0..random.usize(1..100)).map(|_| random.u8(..))),
            2 => drop(changed.drain(..random.usize(1..whole.len()))),
            3 => {
                let at = random.usize(..whole.len());
                let end = whole.len().min(at + random.usize(1..64));
                changed[at..end].iter_mut().for_each(|byte| *byte = random.u8(..));
            }
            _ => changed[random.usize(..whole.len())] ^= 1 << random.u8(..8),
        }
        if changed == whole {
            continue;
        }
        fs::write(&index, &changed).unwrap();
        assert!(reload(&cache, &path).is_none());
        assert!(!index.exists());
    }
    fs::write(&index, whole).unwrap();
    look_at_all(&reload(&cache, &path).unwrap());
}

#[test]
fn the_index_of_another_file_is_not_used() {
    let (_folder, cache) = cache();
    cache.save(&load(&sample(START)), &|| true).unwrap();
    let start = cache.entries().unwrap().remove(0).path;
    cache.save(&load(&sample(TINY)), &|| true).unwrap();
    let tiny = cache.entries().unwrap().into_iter().find(|entry| entry.path != start).unwrap().path;
    fs::copy(&start, &tiny).unwrap();
    let (path, progress) = (sample(TINY), Progress::new());
    let loaded = load_cached(&path, &Options::default(), Some(&cache), &progress, |_| {}).unwrap();
    assert_same(&loaded, &load(&path));
    assert!(!tiny.exists());
}

#[test]
fn a_file_that_was_written_anew_is_loaded_anew() {
    let (folder, cache) = cache();
    let path = folder.path().join("a.heapsnapshot");
    fs::copy(sample(START), &path).unwrap();
    let first = load(&path);
    cache.save(&first, &|| true).unwrap();
    fs::copy(sample(AFTER), &path).unwrap();
    assert!(reload(&cache, &path).is_none());
    // The index of what was loaded before would carry the name of the new file.
    cache.save(&first, &|| true).unwrap();
    assert_eq!(entry_count(&cache), 1);
}

#[test]
fn a_write_that_is_no_longer_wanted_leaves_nothing() {
    let (_folder, cache) = cache();
    cache.save(&load(&sample(START)), &|| false).unwrap_err();
    assert_eq!(entry_count(&cache), 0);
}

#[test]
fn small_files_get_none_and_the_least_used_goes_first() {
    let (_folder, mut cache) = cache();
    cache.smallest = u64::MAX;
    cache.save(&load(&sample(START)), &|| true).unwrap();
    assert_eq!(entry_count(&cache), 0);
    cache.smallest = 0;
    for name in [START, TINY] {
        cache.save(&load(&sample(name)), &|| true).unwrap();
    }
    let [tiny, start] = &cache.entries().unwrap()[..] else { panic!("two") };
    assert!(tiny.used >= start.used && tiny.bytes < start.bytes);
    assert!(reload(&cache, &sample(START)).is_some());
    cache.limit = start.bytes + tiny.bytes;
    cache.save(&load(&sample(CONSTRUCTORS)), &|| true).unwrap();
    assert!(reload(&cache, &sample(TINY)).is_none());
    assert!(reload(&cache, &sample(CONSTRUCTORS)).is_some());
    let count = entry_count(&cache);
    assert_eq!(cache.clear().unwrap().0, count);
    assert_eq!(entry_count(&cache), 0);
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, cache) = cache();
    cache.save(&load(&sample(TINY)), &|| true).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cache.folder), 0o700);
    assert_eq!(mode(&cache.entries().unwrap()[0].path), 0o600);
}
