//! The name of the class an object belongs to, before plain objects are divided by shape.

use std::borrow::Cow;

use crate::analysis::dom_state::{DETACHED_PREFIX, DomStates};
use crate::analysis::names::raw_name;
use crate::base::NodeIndex;
use crate::graph::{Graph, NodeKind};

/// Chrome's class name of `node`; plain objects are all `Object` here.
pub fn class_name<'a>(graph: &'a Graph, dom: &DomStates, node: NodeIndex) -> Cow<'a, str> {
    match graph.nodes.kind(node) {
        NodeKind::HIDDEN => "(system)".into(),
        NodeKind::CODE => "(compiled code)".into(),
        NodeKind::CLOSURE => "Function".into(),
        NodeKind::REGEXP => "RegExp".into(),
        NodeKind::OBJECT | NodeKind::NATIVE => match raw_name(graph, dom, node) {
            Cow::Borrowed(name) => without_attributes(name),
            Cow::Owned(name) => without_attributes(&name).into_owned().into(),
        },
        kind => format!("({})", graph.nodes.kind_name(kind)).into(),
    }
}

/// `<div class="x">` is of class `<div>`.
fn without_attributes(name: &str) -> Cow<'_, str> {
    let from = if name.starts_with('<') {
        0
    } else if name.strip_prefix(DETACHED_PREFIX).is_some_and(|name| name.starts_with('<')) {
        DETACHED_PREFIX.len() + 1
    } else {
        return name.into();
    };
    match name[from..].find(' ') {
        Some(space) => format!("{}>", &name[..from + space]).into(),
        None => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_attributes;

    #[test]
    fn tags_lose_their_attributes() {
        for (name, class) in [
            ("<div class=\"x y\">", "<div>"),
            ("<div>", "<div>"),
            ("Detached <p id=\"1\">", "Detached <p>"),
            ("Detached < p>", "Detached <>"),
            ("Detached HTMLDivElement x", "Detached HTMLDivElement x"),
            ("Object / x y", "Object / x y"),
        ] {
            assert_eq!(without_attributes(name), class, "{name}");
        }
    }
}
