//! The additional data of an allocation timeline: functions, call stacks, and the times at which ids were
//! assigned.

use std::io;

use crate::base::{Damaged, StoreReader, StoreWriter, Stored, StringIndex};

/// A function that allocated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceFunction {
    /// Its name.
    pub name: StringIndex,
    /// The script's name.
    pub script_name: StringIndex,
    /// V8's number of the script.
    pub script_id: u32,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1.
    pub column: u32,
}

/// One frame of the tree of call stacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceNode {
    /// The number that nodes refer to.
    pub id: u32,
    /// Position in [`Trace::functions`].
    pub function: u32,
    /// Allocations made directly in this frame.
    pub count: u64,
    /// Bytes allocated directly in this frame.
    pub size: u64,
    /// Position of the caller's frame in [`Trace::nodes`]; the root has none.
    pub parent: Option<u32>,
}

/// Functions and the tree of call stacks.
#[derive(Default, Debug)]
pub struct Trace {
    /// In file order.
    pub functions: Vec<TraceFunction>,
    /// In preorder: a parent precedes its children.
    pub nodes: Vec<TraceNode>,
}

/// All ids up to `last_assigned_id` were assigned by `timestamp_us`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Microseconds since the start of the recording.
    pub timestamp_us: u64,
    /// The largest id so far.
    pub last_assigned_id: u64,
}

impl Stored for Trace {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        let functions = self.functions.iter().map(|function| {
            let TraceFunction { name, script_name, script_id, line, column } = *function;
            [name.0, script_name.0, script_id, line, column]
        });
        out.values(&functions.collect::<Vec<_>>())?;
        // A parent is stored as its position and one more.
        let nodes = self.nodes.iter().map(|node| {
            let parent = node.parent.map_or(0, |parent| u64::from(parent) + 1);
            [u64::from(node.id), u64::from(node.function), node.count, node.size, parent]
        });
        out.values(&nodes.collect::<Vec<_>>())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let functions = input.values::<[u32; 5]>()?.into_iter();
        let functions = functions.map(|[name, script_name, script_id, line, column]| TraceFunction {
            name: StringIndex(name),
            script_name: StringIndex(script_name),
            script_id,
            line,
            column,
        });
        let nodes = input.values::<[u64; 5]>()?.into_iter();
        let nodes = nodes.map(|[id, function, count, size, parent]| {
            let small = |number: u64| u32::try_from(number).map_err(|_| Damaged);
            let parent = parent.checked_sub(1).map(small).transpose()?;
            Ok::<_, Damaged>(TraceNode { id: small(id)?, function: small(function)?, count, size, parent })
        });
        Ok(Self { functions: functions.collect(), nodes: nodes.collect::<Result<_, _>>()? })
    }
}
