//! Who is to blame: for the growth between two snapshots, or for a large part of one.
//!
//! Rules look at rows of the growth or at the whole heap and return [`Evidence`]: who, what came, why it is
//! kept. One ranking decides which of it accuses, and one writer, in `model`, makes the sentences.

pub mod accumulations;
pub mod contents;
pub mod evidence;
pub mod fingerprint;
pub mod holder;
mod named_paths;
pub(crate) mod one_heap;
pub mod page;
mod ranking;
pub(crate) mod rules;
pub mod scopes;

use std::cell::OnceCell;

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::graph::Graph;
use crate::growth::Growth;
use crate::snapshot::{SizeMode, Snapshot};
use crate::suspects::contents::ContentReader;
pub use crate::suspects::evidence::Evidence;
use crate::suspects::holder::Holders;
pub use crate::suspects::ranking::{Ranked, gross};

/// What rules look at: a snapshot, and what of it is new.
pub struct Scene<'a> {
    /// The snapshot that is asked about.
    pub snapshot: &'a Snapshot,
    /// The growth since a baseline, if there is one.
    pub growth: Option<&'a Growth>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Finds who holds an object.
    pub holders: Holders<'a>,
    /// All native contexts and the new ones, once a rule has looked for them.
    contexts: OnceCell<rules::Contexts>,
}

impl<'a> Scene<'a> {
    /// For the growth between two snapshots of one process.
    pub fn of_growth(growth: &'a Growth) -> Self {
        let snapshot = &*growth.current;
        let fresh = Some(&growth.fresh);
        Self {
            snapshot,
            growth: Some(growth),
            mode: growth.mode,
            holders: Holders::new(snapshot, fresh),
            contexts: OnceCell::new(),
        }
    }

    /// For one snapshot by itself.
    pub fn of_heap(snapshot: &'a Snapshot, mode: SizeMode) -> Self {
        Self {
            snapshot,
            growth: None,
            mode,
            holders: Holders::new(snapshot, None),
            contexts: OnceCell::new(),
        }
    }

    /// The heap.
    pub fn graph(&self) -> &'a Graph {
        self.snapshot.graph()
    }

    /// The objects that the baseline does not have; all, where there is none.
    pub fn fresh(&self) -> Option<&'a BitSet> {
        self.growth.map(|growth| &growth.fresh)
    }

    /// Whether `node` is new.
    pub fn is_fresh(&self, node: NodeIndex) -> bool {
        self.fresh().is_none_or(|fresh| fresh.contains(node.position()))
    }

    /// What `node` retains.
    pub fn retained(&self, node: NodeIndex) -> u64 {
        self.snapshot.retained(self.mode, node).unwrap_or(0)
    }

    /// Reads what came into containers.
    pub fn contents(&self) -> ContentReader<'_> {
        ContentReader {
            snapshot: self.snapshot,
            scopes: &self.holders.scopes,
            fresh: self.fresh(),
            mode: self.mode,
        }
    }

    /// The growth's rows as evidence, with what rules know of each, and what rules found in the heap;
    /// the most bytes first. Of one heap by itself: what holds much of it, those that accuse first.
    pub fn ranked(&self, limit: usize, progress: &Progress) -> Result<Ranked, Cancelled> {
        match self.growth {
            Some(growth) => ranking::rank(self, growth, limit, progress),
            None => one_heap::rank(self, progress),
        }
    }
}
