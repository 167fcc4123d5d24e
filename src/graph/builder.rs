//! A hand-made heap for tests and benchmarks: it produces the text of a `.heapsnapshot`, which goes through
//! the parser like a real file.

use std::collections::HashMap;
use std::fmt::Write;

/// The fields of V8 11 (Node 20).
const META: &str = r#"{"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],"node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","concatenated string","sliced string","symbol","bigint","object shape"],"string","number","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],"trace_function_info_fields":[],"trace_node_fields":[],"sample_fields":[],"location_fields":["object_index","script_id","line","column"],"scope_fields":["script_node_index","scope_id","depth","scope_context_vars_count","scope_uses_count"],"scope_context_var_fields":["name"],"scope_use_fields":["declaring_scope_id","slot_index"]}"#;
const NODE_TYPES: [&str; 15] = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "regexp",
    "number",
    "native",
    "synthetic",
    "concatenated string",
    "sliced string",
    "symbol",
    "bigint",
    "object shape",
];
const EDGE_TYPES: [&str; 7] = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

struct Node {
    kind: usize,
    name: usize,
    id: u64,
    self_size: u64,
    detachedness: u8,
    edges: Vec<(usize, usize, usize)>,
}

/// Nodes and edges in file order; node 0 is the root.
#[derive(Default)]
pub struct GraphBuilder {
    nodes: Vec<Node>,
    strings: Vec<String>,
    string_of: HashMap<String, usize>,
    locations: Vec<[usize; 4]>,
    scopes: Vec<String>,
    scope_variables: Vec<usize>,
    scope_uses: Vec<String>,
}

impl GraphBuilder {
    /// With the root alone: a synthetic node without a name.
    pub fn new() -> Self {
        let mut builder = Self::default();
        builder.node("synthetic", "", 0);
        builder
    }

    fn string(&mut self, text: &str) -> usize {
        if let Some(&index) = self.string_of.get(text) {
            return index;
        }
        self.strings.push(text.to_owned());
        self.string_of.insert(text.to_owned(), self.strings.len() - 1);
        self.strings.len() - 1
    }

    /// Adds a node of V8's kind `kind` and returns its position. Its id is `2 * position + 1`.
    pub fn node(&mut self, kind: &str, name: &str, self_size: u64) -> usize {
        let kind = NODE_TYPES.iter().position(|&known| known == kind).expect("a kind of V8's");
        let name = self.string(name);
        let id = 2 * self.nodes.len() as u64 + 1;
        self.nodes.push(Node { kind, name, id, self_size, detachedness: 0, edges: Vec::new() });
        self.nodes.len() - 1
    }

    /// Gives `node` another id.
    pub fn id(&mut self, node: usize, id: u64) -> &mut Self {
        self.nodes[node].id = id;
        self
    }

    /// Marks `node` attached (1) or detached (2).
    pub fn detachedness(&mut self, node: usize, state: u8) -> &mut Self {
        self.nodes[node].detachedness = state;
        self
    }

    /// Sets the location of `node`.
    pub fn location(&mut self, node: usize, script_id: usize, line: usize, column: usize) -> &mut Self {
        self.locations.push([node, script_id, line, column]);
        self
    }

    /// Adds a scope of a script, in preorder: its number, its depth, its variables, and what it uses as the
    /// number of the declaring scope and that of the variable.
    pub fn scope(
        &mut self,
        script: usize,
        (id, depth): (i32, u32),
        variables: &[&str],
        uses: &[(i32, u32)],
    ) -> &mut Self {
        let row = format!("{},{id},{depth},{},{}", script * 7, variables.len(), uses.len());
        self.scopes.push(row);
        for variable in variables {
            let name = self.string(variable);
            self.scope_variables.push(name);
        }
        self.scope_uses.extend(uses.iter().map(|(scope, slot)| format!("{scope},{slot}")));
        self
    }

    /// Adds an edge of V8's kind `kind`; element and hidden edges have a number for a name.
    pub fn edge(&mut self, from: usize, kind: &str, name: &str, to: usize) -> &mut Self {
        let kind = EDGE_TYPES.iter().position(|&known| known == kind).expect("a kind of V8's");
        let name = match EDGE_TYPES[kind] {
            "element" | "hidden" => name.parse().expect("a number"),
            _ => self.string(name),
        };
        self.nodes[from].edges.push((kind, name, to));
        self
    }

    /// The text of the snapshot, one node a line as Node 20 writes it.
    pub fn to_json(&self) -> String {
        let edge_count: usize = self.nodes.iter().map(|node| node.edges.len()).sum();
        let mut out = format!(
            "{{\"snapshot\":{{\"meta\":{META},\"node_count\":{},\"edge_count\":{edge_count},\"trace_function_count\":0}},\n\"nodes\":[",
            self.nodes.len()
        );
        let mut separator = "";
        for Node { kind, name, id, self_size, detachedness, edges } in &self.nodes {
            writeln!(out, "{separator}{kind},{name},{id},{self_size},{},0,{detachedness}", edges.len())
                .expect("writing to a string");
            separator = ",";
        }
        out.push_str("],\n\"edges\":[");
        separator = "";
        for (kind, name, to) in self.nodes.iter().flat_map(|node| &node.edges) {
            writeln!(out, "{separator}{kind},{name},{}", to * 7).expect("writing to a string");
            separator = ",";
        }
        out.push_str(
            "],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[",
        );
        separator = "";
        for [node, script_id, line, column] in &self.locations {
            writeln!(out, "{separator}{},{script_id},{line},{column}", node * 7)
                .expect("writing to a string");
            separator = ",";
        }
        if !self.scopes.is_empty() {
            let variables: Vec<String> = self.scope_variables.iter().map(usize::to_string).collect();
            let lists = [
                ("scopes", &self.scopes),
                ("scope_context_vars", &variables),
                ("scope_uses", &self.scope_uses),
            ];
            for (name, list) in lists {
                write!(out, "],\n\"{name}\":[{}", list.join(",")).expect("writing to a string");
            }
        }
        out.push_str("],\n\"strings\":[");
        separator = "";
        for text in &self.strings {
            out.push_str(separator);
            push_json_string(&mut out, text);
            separator = ",\n";
        }
        out.push_str("]}");
        out
    }
}

fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string"),
            c => out.push(c),
        }
    }
    out.push('"');
}
