//! The sections of an allocation timeline with stacks: functions, and the tree of call stacks as
//! nested arrays, read without recursion.

use std::ops::Range;

use crate::base::StringIndex;
use crate::graph::{Trace, TraceFunction, TraceNode};
use crate::parse::error::{ErrorKind, LoadError, found_at};
use crate::parse::header::{Header, position};
use crate::parse::numbers::NumberArray;
use crate::parse::side_tables::for_each_row;

const SECTION: &str = "trace_tree";

/// Reads functions and stacks. Omits references to missing functions or strings.
pub(crate) fn parse_trace(
    bytes: &[u8],
    functions: &NumberArray,
    tree: Option<Range<usize>>,
    header: &Header,
    string_count: usize,
) -> Result<Option<Trace>, LoadError> {
    let find = |name| position(&header.trace_function, name);
    let (Some(name), Some(script_name), Some(script_id), Some(line), Some(column)) =
        (find("name"), find("script_name"), find("script_id"), find("line"), find("column"))
    else {
        return Ok(None);
    };
    let mut trace = Trace::default();
    let string = |index: u64| match u32::try_from(index) {
        Ok(index) if (index as usize) < string_count => StringIndex(index),
        _ => StringIndex(0),
    };
    let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    for_each_row(bytes, functions, header.trace_function.len(), |row| {
        trace.functions.push(TraceFunction {
            name: string(row[name]),
            script_name: string(row[script_name]),
            script_id: small(row[script_id]),
            line: small(row[line]),
            column: small(row[column]),
        });
    })?;
    if trace.functions.is_empty() || string_count == 0 {
        return Ok(None);
    }
    if let Some(tree) = tree {
        trace.nodes = parse_tree(bytes, tree, &header.trace_node, trace.functions.len())?;
    }
    Ok(Some(trace))
}

/// One open array: the parent of its rows, and the row being read.
struct Level {
    parent: Option<u32>,
    row: Vec<u64>,
}

fn parse_tree(
    bytes: &[u8],
    tree: Range<usize>,
    fields: &[String],
    function_count: usize,
) -> Result<Vec<TraceNode>, LoadError> {
    let find = |name| position(fields, name);
    let (Some(id), Some(function), Some(count), Some(size), Some(children)) =
        (find("id"), find("function_info_index"), find("count"), find("size"), find("children"))
    else {
        return Ok(Vec::new());
    };
    let error = |at: usize, expected| -> LoadError {
        let found = found_at(bytes, at);
        ErrorKind::Syntax { offset: at as u64, section: SECTION, expected, found }.into()
    };
    let mut nodes: Vec<TraceNode> = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut at = tree.start;
    while at < tree.end {
        match bytes[at] {
            b'[' => {
                let parent = match levels.last_mut() {
                    None => None,
                    Some(level) if level.row.len() == children => {
                        let row = &level.row;
                        let small = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
                        let function = small(row[function]);
                        if function as usize >= function_count {
                            return Err(error(at, "a frame of a function that is listed"));
                        }
                        nodes.push(TraceNode {
                            id: small(row[id]),
                            function,
                            count: row[count],
                            size: row[size],
                            parent: level.parent,
                        });
                        level.row.push(0);
                        Some(small(nodes.len() as u64 - 1))
                    }
                    Some(_) => return Err(error(at, "the numbers of a frame")),
                };
                levels.push(Level { parent, row: Vec::with_capacity(fields.len()) });
                at += 1;
            }
            b']' => {
                levels.pop();
                at += 1;
            }
            b',' => {
                if let Some(level) = levels.last_mut()
                    && level.row.len() == fields.len()
                {
                    level.row.clear();
                }
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            b'0'..=b'9' => {
                let mut number: u64 = 0;
                while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
                    number = number.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
                    at += 1;
                }
                match levels.last_mut() {
                    Some(level) if level.row.len() < fields.len() => level.row.push(number),
                    _ => return Err(error(at, "a list of callees")),
                }
            }
            _ => return Err(error(at, "a number or a list")),
        }
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_arrays_become_parents_and_children() {
        let text = "[1,0,5,50,[2,1,3,30,[ ],\n3,1,2,20,[4,0,1,10,[]]]]";
        let fields = ["id", "function_info_index", "count", "size", "children"].map(String::from);
        let nodes = parse_tree(text.as_bytes(), 0..text.len(), &fields, 2).unwrap();
        let seen: Vec<_> =
            nodes.iter().map(|node| (node.id, node.function, node.size, node.parent)).collect();
        assert_eq!(seen, [(1, 0, 50, None), (2, 1, 30, Some(0)), (3, 1, 20, Some(0)), (4, 0, 10, Some(2))]);
    }

    #[test]
    fn a_deep_tree_takes_no_stack() {
        let text = "[1,0,0,0,".repeat(300_000) + "[]" + &"]".repeat(300_000);
        let fields = ["id", "function_info_index", "count", "size", "children"].map(String::from);
        assert_eq!(parse_tree(text.as_bytes(), 0..text.len(), &fields, 1).unwrap().len(), 300_000);
    }
}
