//! The header: counts, and the layout of rows. Fields are found by name, never by position.

use serde::Deserialize;
use serde_json::Value;

use crate::graph::{EdgeKind, NodeKind};
use crate::parse::error::{ErrorKind, LoadError, found_at};

/// Wider rows are rejected; V8 has had up to eight fields.
pub(crate) const MAX_FIELDS: usize = 32;

/// Up to version 6.2 (Node 8) V8 wrote symbols with a number that its list of types lacked.
const UNLISTED: [&str; 1] = ["symbol"];
const UNLISTED_FROM: usize = 12;

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawHeader {
    meta: RawMeta,
    node_count: Value,
    edge_count: Value,
    root_index: Value,
    extra_native_bytes: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawMeta {
    node_fields: Vec<String>,
    node_types: Vec<Value>,
    edge_fields: Vec<String>,
    edge_types: Vec<Value>,
    trace_function_info_fields: Vec<String>,
    trace_node_fields: Vec<String>,
    sample_fields: Vec<String>,
    location_fields: Vec<String>,
    scope_fields: Vec<String>,
    scope_context_var_fields: Vec<String>,
    scope_use_fields: Vec<String>,
}

/// The position of a field in a row.
pub(crate) type FieldPosition = Option<usize>;

/// The layout of all rows, and the counts in the header.
pub(crate) struct Header {
    pub node_count: Option<u64>,
    pub edge_count: Option<u64>,
    pub root_index: u64,
    pub extra_native_bytes: u64,
    pub node: NodeLayout,
    pub edge: EdgeLayout,
    pub trace_function: Vec<String>,
    pub trace_node: Vec<String>,
    pub sample: Vec<String>,
    pub location: Vec<String>,
    pub scopes: ScopeLayout,
}

/// Which number of a row about scopes is what.
pub(crate) struct ScopeLayout {
    pub scope: Vec<String>,
    pub variable: Vec<String>,
    pub variable_use: Vec<String>,
}

/// The positions of a node's fields.
pub(crate) struct NodeLayout {
    pub fields: usize,
    pub kind: usize,
    pub name: usize,
    pub id: FieldPosition,
    pub self_size: usize,
    pub edge_count: usize,
    pub trace_node_id: FieldPosition,
    pub detachedness: FieldPosition,
    /// The file's numbers of kinds.
    pub kinds: Vec<NodeKind>,
    /// Names of kinds that V8 does not have.
    pub foreign_kinds: Vec<Box<str>>,
}

/// The positions of an edge's fields.
pub(crate) struct EdgeLayout {
    pub fields: usize,
    pub kind: usize,
    pub name: usize,
    pub target: usize,
    /// The file's numbers of kinds.
    pub kinds: Vec<EdgeKind>,
}

/// The position of `name` among `fields`.
pub(crate) fn position(fields: &[String], name: &str) -> FieldPosition {
    fields.iter().position(|field| field == name)
}

fn required(fields: &[String], name: &str, missing: &'static str) -> Result<usize, LoadError> {
    position(fields, name).ok_or_else(|| ErrorKind::Missing { field: missing }.into())
}

fn type_names(types: &[Value], position: usize) -> Vec<&str> {
    match types.get(position) {
        Some(Value::Array(names)) => names.iter().map(|name| name.as_str().unwrap_or_default()).collect(),
        _ => Vec::new(),
    }
}

/// Reads the header, which is at `offset` of the file.
pub(crate) fn parse_header(bytes: &[u8], offset: usize) -> Result<Header, LoadError> {
    let raw: RawHeader = serde_json::from_slice(bytes).map_err(|error| {
        let line_start: usize = bytes
            .split_inclusive(|&b| b == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let at = (line_start + error.column().saturating_sub(1)).min(bytes.len());
        ErrorKind::Syntax {
            offset: (offset + at) as u64,
            section: "the header",
            expected: "a JSON object that describes the fields",
            found: found_at(bytes, at),
        }
    })?;
    let meta = raw.meta;
    for (what, fields) in [("node", &meta.node_fields), ("edge", &meta.edge_fields)] {
        if fields.len() > MAX_FIELDS {
            let what = if what == "node" { "a row of node fields" } else { "a row of edge fields" };
            return Err(ErrorKind::TooLarge { what, limit: MAX_FIELDS as u64 }.into());
        }
    }
    let fields = &meta.node_fields;
    let kind = required(fields, "type", "the node field \"type\"")?;
    let mut foreign_kinds: Vec<Box<str>> = Vec::new();
    let mut kind_names = type_names(&meta.node_types, kind);
    if kind_names.len() == UNLISTED_FROM && kind_names.last() == Some(&"sliced string") {
        kind_names.extend(UNLISTED);
    }
    let kinds = kind_names
        .into_iter()
        .map(|name| {
            NodeKind::named(name).unwrap_or_else(|| {
                let known = foreign_kinds.iter().position(|known| **known == *name).unwrap_or_else(|| {
                    foreign_kinds.push(name.into());
                    foreign_kinds.len() - 1
                });
                // The last code stands for all kinds that have no code of their own.
                let code = usize::from(NodeKind::FIRST_FOREIGN) + known;
                NodeKind::from_code(u8::try_from(code).unwrap_or(u8::MAX).min(NodeKind::LIMIT - 1))
            })
        })
        .collect();
    let node = NodeLayout {
        fields: fields.len(),
        kind,
        name: required(fields, "name", "the node field \"name\"")?,
        id: position(fields, "id"),
        self_size: required(fields, "self_size", "the node field \"self_size\"")?,
        edge_count: required(fields, "edge_count", "the node field \"edge_count\"")?,
        trace_node_id: position(fields, "trace_node_id"),
        detachedness: position(fields, "detachedness"),
        kinds,
        foreign_kinds,
    };
    let fields = &meta.edge_fields;
    let kind = required(fields, "type", "the edge field \"type\"")?;
    let edge = EdgeLayout {
        fields: fields.len(),
        kind,
        name: required(fields, "name_or_index", "the edge field \"name_or_index\"")?,
        target: required(fields, "to_node", "the edge field \"to_node\"")?,
        kinds: type_names(&meta.edge_types, kind).into_iter().map(EdgeKind::named).collect(),
    };
    Ok(Header {
        node_count: raw.node_count.as_u64(),
        edge_count: raw.edge_count.as_u64(),
        root_index: raw.root_index.as_u64().unwrap_or(0),
        extra_native_bytes: raw.extra_native_bytes.as_u64().unwrap_or(0),
        node,
        edge,
        trace_function: meta.trace_function_info_fields,
        trace_node: meta.trace_node_fields,
        sample: meta.sample_fields,
        location: meta.location_fields,
        scopes: ScopeLayout {
            scope: meta.scope_fields,
            variable: meta.scope_context_var_fields,
            variable_use: meta.scope_use_fields,
        },
    })
}
