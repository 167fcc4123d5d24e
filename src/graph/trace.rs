//! What an allocation timeline adds: functions, call stacks, and the times ids were handed out.

use crate::base::StringIndex;

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
    /// What nodes refer to.
    pub id: u32,
    /// Position in [`Trace::functions`].
    pub function: u32,
    /// Allocations made right here.
    pub count: u64,
    /// Bytes allocated right here.
    pub size: u64,
    /// Position of the caller's frame in [`Trace::nodes`]; the root has none.
    pub parent: Option<u32>,
}

/// Functions and the tree of call stacks.
#[derive(Default, Debug)]
pub struct Trace {
    /// In file order.
    pub functions: Vec<TraceFunction>,
    /// In preorder: a parent stands before its children.
    pub nodes: Vec<TraceNode>,
}

/// All ids up to `last_assigned_id` were handed out by `timestamp_us`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Microseconds since the recording began.
    pub timestamp_us: u64,
    /// The largest id so far.
    pub last_assigned_id: u64,
}
