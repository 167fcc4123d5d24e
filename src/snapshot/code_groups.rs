//! Groups by the code that created objects or holds them: script, package or function.

use rustc_hash::FxHashMap;

use crate::analysis::classes::Class;
use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{Location, NodeKind};
use crate::snapshot::scripts::Script;
use crate::snapshot::{Classes, Snapshot};

/// The group of all code of the runtime itself.
const RUNTIME: &str = "(runtime)";
/// The group of all code outside of packages.
const OWN_CODE: &str = "(own code)";
/// Maximum characters of a function's name.
const NAME_LIMIT: usize = 200;

/// The path or address of a script; V8's number for an unnamed one.
pub(super) fn script_name(script: &Script) -> String {
    if script.url.is_empty() { script.file_name().into() } else { script.url.clone() }
}

/// The npm package that a script belongs to, `(own code)` or `(runtime)`.
pub(super) fn package_name(script: &Script) -> String {
    let url = script.url.replace('\\', "/");
    if let Some((_, inside)) = url.rsplit_once("/node_modules/") {
        let inside = inside.strip_prefix(".vite/deps/").unwrap_or(inside);
        let mut parts = inside.split(['/', '?']);
        let first = parts.next().unwrap_or_default();
        let scoped = parts.next().filter(|_| first.starts_with('@'));
        return scoped.map_or_else(|| first.to_owned(), |name| format!("{first}/{name}"));
    }
    let is_runtime = ["node:", "internal/", "ext:", "native ", "extensions::"];
    let is_old_runtime = url.ends_with(".js") && !url.contains(['/', ' ']) && !url.contains("eval");
    if is_old_runtime || is_runtime.iter().any(|start| url.starts_with(start)) {
        RUNTIME.to_owned()
    } else {
        OWN_CODE.to_owned()
    }
}

/// Groups by name; number 0 is for objects without one.
struct Named {
    list: Vec<String>,
    number_of: FxHashMap<String, u32>,
}

impl Named {
    fn new(none: &str) -> Self {
        Self { list: vec![none.to_owned()], number_of: FxHashMap::default() }
    }

    fn number(&mut self, name: String) -> u32 {
        let list = &mut self.list;
        *self.number_of.entry(name).or_insert_with_key(|name| {
            list.push(name.clone());
            u32::try_from(list.len() - 1).expect("fewer groups than nodes")
        })
    }

    fn finish(self, own: Vec<u32>) -> Classes {
        let list = self.list.into_iter().map(|name| Class { name, location: None }).collect();
        Classes::from_groups(list, own)
    }
}

impl Snapshot {
    /// Groups by `name_of` the script that created an object or holds it.
    pub(super) fn by_script(
        &self,
        progress: &Progress,
        name_of: fn(&Script) -> String,
    ) -> Result<Classes, Cancelled> {
        let graph = self.graph();
        let scripts = self.scripts();
        // Unnamed scripts are distinguished by V8's number.
        let mut named = Named::new("(no script)");
        let groups: Vec<u32> = scripts.iter().map(|(_, script)| named.number(name_of(script))).collect();
        let mut own = vec![0; graph.node_count()];
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let is_code = matches!(graph.nodes.kind(node), NodeKind::CODE | NodeKind::CLOSURE);
            let location = graph.locations.get(node);
            if !is_code && location.is_none() {
                continue;
            }
            own[node.position()] = match (scripts.of(graph, node), location) {
                (Some(script), _) => groups[script.position()],
                (None, Some(location)) => named.number(format!("script {}", location.script_id)),
                (None, None) => continue,
            };
        }
        self.inherit(&mut own);
        Ok(named.finish(own))
    }

    /// Groups by the function or class that an object is, was created by or is held by. All closures of one
    /// text are one group, which includes their shared data.
    pub(super) fn by_function(&self, progress: &Progress) -> Result<Classes, Cancelled> {
        let graph = self.graph();
        let mut named = Named::new("(no function)");
        let mut groups: FxHashMap<Location, u32> = FxHashMap::default();
        let mut own = vec![0; graph.node_count()];
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let Some(location) = graph.locations.get(node) else { continue };
            let is_function = graph.nodes.kind(node) == NodeKind::CLOSURE;
            let group =
                *groups.entry(location).or_insert_with(|| named.number(self.code_name(node, location)));
            own[node.position()] = group;
            let shared = graph.internal_target(node, "shared").filter(|_| is_function);
            if let Some(shared) = shared.filter(|&shared| graph.nodes.kind(shared) == NodeKind::CODE) {
                own[shared.position()] = group;
            }
        }
        self.inherit(&mut own);
        Ok(named.finish(own))
    }

    /// `handle at server.js:10`.
    fn code_name(&self, node: NodeIndex, location: Location) -> String {
        let name = self.graph().raw_name(node);
        let name: String = match name.char_indices().nth(NAME_LIMIT) {
            Some((end, _)) => format!("{}…", &name[..end]),
            None if name.is_empty() => "anonymous".to_owned(),
            None => name.to_owned(),
        };
        let script =
            self.scripts().of(self.graph(), node).map(|script| self.scripts().get(script).file_name());
        let script = script.unwrap_or_else(|| format!("script {}", location.script_id).into());
        match location.position() {
            Some((line, _)) => format!("{name} at {script}:{line}"),
            None => format!("{name} at {script}"),
        }
    }
}
