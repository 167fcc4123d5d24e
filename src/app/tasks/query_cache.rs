//! Caches the results of background queries, and is the only place that runs them.
//!
//! Every query names its slot: the content that it replaces. An entry keeps the last value of its slot until
//! the next one arrives, the query in flight and the last error. Every entry knows the files its value refers
//! to, so that [`QueryCache::forget`] is all that closing a file needs.

use crate::app::files::open_file::FileId;
use crate::app::tasks::cache_entry::{CacheEntry, PartialResults};
use crate::app::tasks::executor::Executor;
use crate::app::tasks::shared::Shared;
use crate::base::Progress;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::Hash;

/// A question that a background task answers. Equal queries have equal results.
pub trait Query: Clone + PartialEq + 'static {
    /// Identifies the content that the result replaces; queries of other slots do not affect it.
    type Slot: Clone + Eq + Hash + 'static;
    /// What the task returns.
    type Output: Send + 'static;
    /// What is stored.
    type Value: Value<Self::Output>;

    /// The slot of this query.
    fn slot(&self) -> Self::Slot;
    /// What is shown in the status bar while the task runs.
    fn label(&self) -> &'static str;
    /// The files that task and result refer to.
    fn files(&self) -> Vec<FileId>;
}

/// The content of a slot, which accepts results.
pub trait Value<T>: Default + 'static {
    /// Accepts a result, or the first part of one.
    fn accept(&mut self, output: T, part: ResultPart) -> Replaced;
}

/// Whether a result is complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultPart {
    /// All of it.
    Whole,
    /// The first of several results of one query.
    First,
    /// A later part of one result, or the whole result after parts of it.
    Next,
}

/// How much of the previous content a result has replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaced {
    /// All of it.
    All,
    /// The content may still refer to what it was built from before.
    Some,
}

impl<T: 'static> Value<T> for Option<T> {
    fn accept(&mut self, output: T, _part: ResultPart) -> Replaced {
        *self = Some(output);
        Replaced::All
    }
}

/// All background work of the window and its results.
pub(crate) struct QueryCache {
    executor: Executor,
    /// One [`Store`] for each type of query, in the order of their first use.
    stores: Vec<(TypeId, Box<dyn AnyStore>)>,
}

impl QueryCache {
    /// An empty cache whose tasks run on `executor`.
    pub(crate) fn new(executor: Executor) -> Self {
        Self { executor, stores: Vec::new() }
    }

    /// Where tasks run.
    pub(crate) fn executor(&self) -> &Executor {
        &self.executor
    }

    /// The entry of a slot, if it was ever requested.
    pub(crate) fn entry<Q: Query>(&self, slot: &Q::Slot) -> Option<&CacheEntry<Q>> {
        self.store()?.entries.get(slot)
    }

    /// The mutable content of a slot.
    pub(crate) fn value_mut<Q: Query>(&mut self, slot: Q::Slot) -> &mut Q::Value {
        &mut self.store_mut::<Q>().entries.entry(slot).or_default().value
    }

    /// All entries of one type of query.
    pub(crate) fn entries_mut<Q: Query>(&mut self) -> impl Iterator<Item = (&Q::Slot, &mut CacheEntry<Q>)> {
        self.store_mut::<Q>().entries.iter_mut()
    }

    /// Runs `task` to answer `query`, unless it is answered, in flight or known to fail. Cancels the previous
    /// query of the slot. `task` returns `None` if it was cancelled.
    pub(crate) fn request<Q: Query>(
        &mut self,
        query: Q,
        task: impl FnOnce(&Progress, &PartialResults<Q::Output>) -> Option<Q::Output> + Send + 'static,
    ) {
        let executor = self.executor.clone();
        let entry = self.store_mut::<Q>().entries.entry(query.slot()).or_default();
        entry.request(query, &executor, task);
    }

    /// The shared result of `query`, which the first task that needs it computes.
    pub(crate) fn shared<T, Q>(&mut self, query: Q) -> Shared<T>
    where
        T: Send + Sync + 'static,
        Q: Query<Output = T, Value = Shared<T>>,
    {
        self.store_mut::<Q>().entries.entry(query.slot()).or_default().share(query)
    }

    /// Takes the results of queries that end in an action instead of content, with their entries.
    pub(crate) fn take_finished<T: 'static, Q>(&mut self) -> Vec<(Q, Result<T, String>)>
    where
        Q: Query<Output = T, Value = Option<T>>,
    {
        let store = self.store_mut::<Q>();
        let finished = store.entries.extract_if(|_, entry| !entry.is_pending());
        finished.filter_map(|(_, entry)| entry.into_result()).collect()
    }

    /// Records that work on the content of a slot has failed.
    pub(crate) fn fail<Q: Query>(&mut self, slot: &Q::Slot, error: String) {
        if let Some(entry) = self.store_mut::<Q>().entries.get_mut(slot) {
            entry.fail(error);
        }
    }

    /// Drops the content of a slot and cancels its task.
    pub(crate) fn clear<Q: Query>(&mut self, slot: &Q::Slot) {
        self.store_mut::<Q>().entries.remove(slot);
    }

    /// Whether a task runs for any slot of one type of query.
    pub(crate) fn is_pending<Q: Query>(&self) -> bool {
        self.store::<Q>().is_some_and(AnyStore::is_busy)
    }

    /// Takes the results of all finished tasks. Never blocks.
    pub(crate) fn poll(&mut self) {
        for (_, store) in &mut self.stores {
            store.poll();
        }
    }

    /// Whether any task runs.
    pub(crate) fn is_busy(&self) -> bool {
        self.stores.iter().any(|(_, store)| store.is_busy())
    }

    /// The label of a task that has run long enough to be noticed.
    pub(crate) fn activity(&self) -> Option<&str> {
        self.stores.iter().find_map(|(_, store)| store.activity())
    }

    /// Cancels all tasks. Their queries count as failed, so that they are not requested again.
    pub(crate) fn stop(&mut self) {
        for (_, store) in &mut self.stores {
            store.stop();
        }
    }

    /// Cancels every task and drops every result that refers to `file`.
    pub(crate) fn forget(&mut self, file: FileId) {
        for (_, store) in &mut self.stores {
            store.forget(file);
        }
    }

    fn store<Q: Query>(&self) -> Option<&Store<Q>> {
        let (_, store) = self.stores.iter().find(|(id, _)| *id == TypeId::of::<Q>())?;
        (&**store as &dyn Any).downcast_ref()
    }

    fn store_mut<Q: Query>(&mut self) -> &mut Store<Q> {
        let id = TypeId::of::<Q>();
        let at = self.stores.iter().position(|(other, _)| *other == id).unwrap_or_else(|| {
            self.stores.push((id, Box::new(Store::<Q> { entries: HashMap::new() })));
            self.stores.len() - 1
        });
        let store: &mut dyn Any = &mut *self.stores[at].1;
        store.downcast_mut().expect("stores are found by the type of their queries")
    }
}

/// The entries of one type of query.
struct Store<Q: Query> {
    entries: HashMap<Q::Slot, CacheEntry<Q>>,
}

/// Operations on all stores alike.
trait AnyStore: Any {
    fn poll(&mut self);
    fn is_busy(&self) -> bool;
    fn activity(&self) -> Option<&str>;
    fn stop(&mut self);
    fn forget(&mut self, file: FileId);
}

impl<Q: Query> AnyStore for Store<Q> {
    fn poll(&mut self) {
        self.entries.values_mut().for_each(CacheEntry::poll);
    }

    fn is_busy(&self) -> bool {
        self.entries.values().any(CacheEntry::is_pending)
    }

    fn activity(&self) -> Option<&str> {
        self.entries.values().find_map(CacheEntry::activity)
    }

    fn stop(&mut self) {
        self.entries.values_mut().for_each(CacheEntry::stop);
    }

    fn forget(&mut self, file: FileId) {
        self.entries.retain(|_, entry| {
            entry.forget(file);
            !entry.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tasks::cache_entry::STOPPED;

    /// A number that is computed from two files.
    #[derive(Clone, PartialEq, Debug)]
    struct Sum {
        slot: u32,
        of: (u32, u32),
    }

    impl Query for Sum {
        type Slot = u32;
        type Output = u32;
        type Value = Option<u32>;

        fn slot(&self) -> u32 {
            self.slot
        }

        fn label(&self) -> &'static str {
            "Adding"
        }

        fn files(&self) -> Vec<FileId> {
            vec![FileId(self.of.0), FileId(self.of.1)]
        }
    }

    /// The same, shared by several tasks.
    #[derive(Clone, PartialEq, Debug)]
    struct Product((u32, u32));

    impl Query for Product {
        type Slot = ();
        type Output = u32;
        type Value = Shared<u32>;

        fn slot(&self) {}

        fn label(&self) -> &'static str {
            "Multiplying"
        }

        fn files(&self) -> Vec<FileId> {
            vec![FileId(self.0.0), FileId(self.0.1)]
        }
    }

    fn sum(slot: u32, of: (u32, u32)) -> Sum {
        Sum { slot, of }
    }

    fn add(cache: &mut QueryCache, query: &Sum) {
        let of = query.of;
        cache.request(query.clone(), move |_, _| Some(of.0 + of.1));
    }

    /// Runs until it is cancelled.
    fn wait(cache: &mut QueryCache, query: &Sum) {
        cache.request(query.clone(), |progress, _| {
            while progress.check().is_ok() {
                std::thread::yield_now();
            }
            None
        });
    }

    fn result(cache: &QueryCache, slot: u32) -> Option<Result<&u32, &str>> {
        cache.entry::<Sum>(&slot)?.result()
    }

    fn threads() -> QueryCache {
        QueryCache::new(Executor::threads(std::sync::Arc::new(|| {})))
    }

    #[test]
    fn an_answer_is_worked_out_once_and_stays_until_the_next_one_arrives() {
        let mut cache = QueryCache::new(Executor::inline());
        add(&mut cache, &sum(0, (1, 2)));
        cache.poll();
        cache.request(sum(0, (1, 2)), |_, _| panic!("it is known"));
        assert!(!cache.is_busy());
        add(&mut cache, &sum(0, (3, 4)));
        assert_eq!((cache.is_busy(), result(&cache, 0)), (true, Some(Ok(&3))));
        cache.poll();
        assert_eq!((cache.is_busy(), result(&cache, 0)), (false, Some(Ok(&7))));
        assert_eq!(result(&cache, 1), None);
    }

    #[test]
    fn an_answer_that_is_there_cancels_the_query_in_flight() {
        let mut cache = threads();
        add(&mut cache, &sum(0, (1, 2)));
        while cache.is_busy() {
            cache.poll();
        }
        wait(&mut cache, &sum(0, (3, 4)));
        assert!(cache.is_pending::<Sum>());
        add(&mut cache, &sum(0, (1, 2)));
        assert_eq!((cache.is_busy(), result(&cache, 0)), (false, Some(Ok(&3))));
    }

    #[test]
    fn a_failed_query_is_not_tried_again_until_another_one_was() {
        let mut cache = QueryCache::new(Executor::inline());
        cache.request(sum(0, (1, 2)), |_, _| panic!("no such file"));
        cache.poll();
        assert!(result(&cache, 0).is_some_and(|error| error.unwrap_err().contains("no such file")));
        add(&mut cache, &sum(0, (1, 2)));
        assert!(!cache.is_busy());
        add(&mut cache, &sum(0, (5, 6)));
        cache.poll();
        assert_eq!(result(&cache, 0), Some(Ok(&11)));
    }

    #[test]
    fn stopping_cancels_every_task_and_keeps_what_is_there() {
        let mut cache = threads();
        add(&mut cache, &sum(0, (1, 2)));
        while cache.is_busy() {
            cache.poll();
        }
        wait(&mut cache, &sum(0, (3, 4)));
        wait(&mut cache, &sum(1, (3, 4)));
        cache.stop();
        assert!(!cache.is_busy());
        assert_eq!((result(&cache, 0), result(&cache, 1)), (Some(Err(STOPPED)), Some(Err(STOPPED))));
        assert_eq!(cache.entry::<Sum>(&0).unwrap().value, Some(3));
        wait(&mut cache, &sum(1, (3, 4)));
        assert!(!cache.is_busy(), "the user has stopped this query");
    }

    #[test]
    fn forgetting_a_file_drops_what_refers_to_it_and_nothing_else() {
        let mut cache = threads();
        for query in [sum(0, (1, 2)), sum(1, (2, 3)), sum(2, (3, 4))] {
            add(&mut cache, &query);
        }
        while cache.is_busy() {
            cache.poll();
        }
        wait(&mut cache, &sum(2, (1, 5)));
        let shared = cache.shared(Product((2, 5)));
        assert_eq!(shared.get_or_try_init(|| Ok::<_, ()>(10)).map(|product| *product), Ok(10));
        cache.forget(FileId(1));
        assert!(!cache.is_busy());
        assert_eq!((result(&cache, 0), result(&cache, 1)), (None, Some(Ok(&5))));
        assert_eq!(result(&cache, 2), Some(Ok(&7)), "the old value does not refer to the file");
        assert_eq!(cache.shared(Product((2, 5))).get(), Some(&10));
        cache.forget(FileId(2));
        assert_eq!(result(&cache, 1), None);
        assert_eq!(cache.shared(Product((2, 5))).get(), None);
    }

    #[test]
    fn finished_actions_are_taken_once() {
        let mut cache = QueryCache::new(Executor::inline());
        add(&mut cache, &sum(0, (1, 2)));
        cache.request(sum(1, (1, 3)), |_, _| None);
        assert_eq!(cache.take_finished::<u32, Sum>(), []);
        cache.poll();
        let mut finished = cache.take_finished::<u32, Sum>();
        finished.sort_by_key(|(query, _)| query.slot);
        assert_eq!(finished, [(sum(0, (1, 2)), Ok(3)), (sum(1, (1, 3)), Err(STOPPED.to_owned()))]);
        assert_eq!(cache.take_finished::<u32, Sum>(), []);
    }

    #[test]
    fn first_results_are_shown_until_the_whole_arrives() {
        let mut cache = threads();
        let (go, gate) = std::sync::mpsc::channel::<()>();
        cache.request(sum(0, (1, 2)), move |_, partial| {
            partial.send(1);
            gate.recv().ok().map(|()| 3)
        });
        while result(&cache, 0).is_none() {
            cache.poll();
        }
        assert_eq!((result(&cache, 0), cache.entry::<Sum>(&0).unwrap().is_partial()), (Some(Ok(&1)), true));
        go.send(()).unwrap();
        while cache.is_busy() {
            cache.poll();
        }
        assert_eq!((result(&cache, 0), cache.entry::<Sum>(&0).unwrap().is_partial()), (Some(Ok(&3)), false));
    }
}
