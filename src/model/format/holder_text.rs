//! Formats the holder of an object as code: `leaks`, `require("prom-client").register`,
//! `process._events.message`.

use crate::base::NodeIndex;
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::path_text::quoted;
use crate::model::format::sanitize;
use crate::model::object::function_names::{function_name, located, script_of};
use crate::model::object_label;
use crate::snapshot::Snapshot;
use crate::suspects::holder::{HolderPath, Holders, Start};
use crate::suspects::rules::is_plain_class;
use crate::suspects::scopes::{Origin, is_scope};

/// Maximum characters of a name.
const NAME_LIMIT: usize = 120;
/// The property by which a browser's window knows its document.
const DOCUMENT: &str = "[Symbol(Window#DocumentCachedAccessor)]";

/// A holder as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HolderText {
    /// As the code that uses it would write it: `leaks`.
    pub owner: String,
    /// Where that code is: `seen by bloat in server.js`.
    pub place: Option<String>,
    /// The path to it, from something the user can find.
    pub path: String,
}

/// Whether entries of collections on the path are written with their key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entries {
    /// `.get("key")`.
    This,
    /// `.get(…)`.
    Any,
}

/// Formats `path`.
pub(crate) fn holder_text(holders: &Holders<'_>, path: &HolderPath, entries: Entries) -> HolderText {
    let snapshot = holders.snapshot();
    let general = entries == Entries::Any;
    let behind = |skip: usize| {
        JavaScriptPath::behind(snapshot, path.edges.get(skip..).unwrap_or(&[]), true, general)
            .text()
            .to_owned()
    };
    let mut place = None;
    let (mut owner, before) = match path.start {
        Start::Variable => {
            let function = holders.scopes.function(path.from);
            place = function.map(|function| format!("seen by {}", located(snapshot, function)));
            let whole = JavaScriptPath::behind(snapshot, &path.edges, false, general).text().to_owned();
            let whole = this_by_class(snapshot, path, &whole).unwrap_or(whole);
            (whole, function.map(|function| format!("closure {} → ", function_name(snapshot, function))))
        }
        Start::Export => {
            let exported = holders.export(path.from);
            let function = exported.and_then(|(module, _)| holders.function_of_module(module));
            place = function
                .and_then(|function| script_of(snapshot, function))
                .map(|script| format!("exported by {script}"));
            let name = exported.map_or_else(String::new, |(_, name)| sanitize(name, NAME_LIMIT));
            (format!("{name}{}", behind(1)), None)
        }
        Start::Global => {
            let behind = behind(0);
            let owner = behind.strip_prefix(DOCUMENT).map(|rest| format!("document{rest}"));
            (owner.unwrap_or_else(|| format!("globalThis{behind}")), None)
        }
        Start::Process => (format!("process{}", behind(0)), None),
        Start::Module => {
            let module =
                holders.module_path(path.from).map_or_else(String::new, |module| match path.origin {
                    Origin::Runtime => format!("node:{module}"),
                    _ => module_name(module),
                });
            (format!("require({}){}", quoted(&sanitize(&module, NAME_LIMIT)), behind(1)), None)
        }
        Start::Function => (format!("{}{}", function_name(snapshot, path.from), behind(0)), None),
        Start::Stack => {
            (object_label(snapshot, path.target), Some("local variable of a running function → ".into()))
        }
        Start::Console => (object_label(snapshot, path.target), Some("DevTools console → ".into())),
        Start::Roots => {
            let whole = JavaScriptPath::behind(snapshot, &path.edges, false, general).text().to_owned();
            (if whole.is_empty() { object_label(snapshot, path.target) } else { whole }, None)
        }
    };
    if is_scope(snapshot.graph(), path.target) {
        owner = scope_text(holders, path.target);
    }
    let text = format!("{}{owner}", before.unwrap_or_default());
    HolderText { owner, place, path: text }
}

/// `Dialog.el` in place of `this.el`, where the class says more.
fn this_by_class(snapshot: &Snapshot, path: &HolderPath, text: &str) -> Option<String> {
    let rest = text.strip_prefix("this")?;
    let this = snapshot.graph().edges.target(*path.edges.first()?);
    let class = snapshot.graph().raw_name(this);
    let is_telling = !is_plain_class(class) && (rest.is_empty() || rest.starts_with(['.', '[', ' ']));
    is_telling.then(|| format!("{}{rest}", sanitize(class, NAME_LIMIT)))
}

/// `variables seen by bloat in server.js`.
fn scope_text(holders: &Holders<'_>, scope: NodeIndex) -> String {
    match holders.scopes.function(scope) {
        Some(function) => format!("variables seen by {}", located(holders.snapshot(), function)),
        None => "variables of a function".into(),
    }
}

/// The argument of `require`: the name of a package, or of a file of the program.
fn module_name(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let package = parts.iter().rposition(|&part| part == "node_modules").and_then(|at| {
        let name = *parts.get(at + 1)?;
        Some(if name.starts_with('@') { format!("{name}/{}", parts.get(at + 2)?) } else { name.to_owned() })
    });
    package.unwrap_or_else(|| format!("./{}", parts.last().copied().unwrap_or(path)))
}

/// An object by itself, found by its best holder.
pub(crate) fn best_holder_text(holders: &Holders<'_>, node: NodeIndex) -> HolderText {
    holder_text(holders, &holders.find(node), Entries::This)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_named_as_code_requires_them() {
        assert_eq!(module_name("/app/node_modules/prom-client/index.js"), "prom-client");
        assert_eq!(module_name("/app/node_modules/@nestjs/core/index.js"), "@nestjs/core");
        assert_eq!(module_name("/app/src/cache.js"), "./cache.js");
    }
}
