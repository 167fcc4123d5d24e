//! Chrome's names of nodes and edges.

use std::borrow::Cow;
use std::fmt;

use crate::analysis::dom_state::{DETACHED_PREFIX, DomStates};
use crate::base::NodeIndex;
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, NodeKind};

/// The length in UTF-16 units, the unit of JavaScript.
pub fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The integer at the start of `text`, as JavaScript's `parseInt` reads it.
pub fn leading_integer(text: &str) -> Option<i64> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    // Beyond 18 digits the value only has to stay large.
    let value: i64 = digits[..end].parse().unwrap_or(i64::MAX);
    Some(if negative { -value } else { value })
}

/// An edge's name: a name, or a number that sorts after all names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EdgeText<'a> {
    /// The name of a property, variable or internal link.
    Text(&'a str),
    /// The index of an element or hidden edge, or of a shortcut whose name begins with a number.
    Number(i64),
}

impl fmt::Display for EdgeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Chrome's name of `edge`.
pub fn edge_text<'a>(graph: &'a Graph, edge: &Edge) -> EdgeText<'a> {
    match edge.name {
        EdgeName::Number(number) => EdgeText::Number(i64::from(number)),
        EdgeName::Text(text) => {
            let text = graph.text(text);
            match edge.kind {
                EdgeKind::Shortcut => leading_integer(text).map_or(EdgeText::Text(text), EdgeText::Number),
                _ => EdgeText::Text(text),
            }
        }
    }
}

/// The node's name in the file, with "Detached " before it where it has become detached.
pub fn raw_name<'a>(graph: &'a Graph, dom: &DomStates, node: NodeIndex) -> Cow<'a, str> {
    let name = graph.raw_name(node);
    if dom.has_prefix(graph, node) { format!("{DETACHED_PREFIX}{name}").into() } else { name.into() }
}

/// A plain object: created by a literal or `new Object`.
pub fn is_plain_object(graph: &Graph, node: NodeIndex) -> bool {
    graph.nodes.kind(node) == NodeKind::OBJECT && graph.raw_name(node) == "Object"
}

/// The displayed name of a node: joined text of a concatenated string, property names of a plain object,
/// otherwise the name in the file. At least the first 1024 characters of long texts.
pub fn display_name<'a>(graph: &'a Graph, dom: &DomStates, node: NodeIndex) -> Cow<'a, str> {
    match graph.nodes.kind(node) {
        NodeKind::CONCATENATED_STRING => concatenated_text(graph, dom, node).into(),
        NodeKind::OBJECT if graph.raw_name(node) == "Object" => plain_object_name(graph, node).into(),
        _ => raw_name(graph, dom, node),
    }
}

/// Leaves from left to right until there are 1024 units. Stops at parts that refer back to themselves: no
/// more parts are visited than text can come from.
fn concatenated_text(graph: &Graph, dom: &DomStates, node: NodeIndex) -> String {
    const UNITS: usize = 1024;
    const PARTS: usize = 1 << 16;
    let mut text = String::new();
    let mut units = 0;
    let mut stack = vec![node];
    for _ in 0..PARTS {
        let Some(part) = stack.pop().filter(|_| units < UNITS) else { break };
        if graph.nodes.kind(part) != NodeKind::CONCATENATED_STRING {
            let leaf = raw_name(graph, dom, part);
            units += utf16_len(&leaf);
            text.push_str(&leaf);
            continue;
        }
        let (mut first, mut second) = (None, None);
        for edge in graph.edges_of(part) {
            if first.is_some() && second.is_some() {
                break;
            }
            if let (EdgeKind::Internal, EdgeName::Text(name)) = (edge.kind, edge.name) {
                match graph.text(name) {
                    "first" => first = Some(edge.target),
                    "second" => second = Some(edge.target),
                    _ => {}
                }
            }
        }
        stack.extend(second);
        stack.extend(first);
    }
    text
}

/// A property's name in `{a, b}`, quoted where it would be ambiguous.
pub fn property_text(name: &str) -> Cow<'_, str> {
    if !name.contains([',', '\'', '"', '{', '}']) {
        return name.into();
    }
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for c in name.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted.into()
}

/// `{a, b, …, y, z}`: properties alternately from the front and the back, while there is room.
fn plain_object_name(graph: &Graph, node: NodeIndex) -> String {
    const UNITS: usize = 100;
    let (mut front, mut back) = (String::from("{"), String::new());
    let (mut front_units, mut back_units) = (1, 1);
    let mut edges = graph.edges_of(node);
    let mut from_back = false;
    let mut left_over = false;
    while let Some(edge) = if from_back { edges.next_back() } else { edges.next() } {
        let (EdgeKind::Property, EdgeName::Text(name)) = (edge.kind, edge.name) else { continue };
        let name = graph.text(name);
        if name == "__proto__" {
            continue;
        }
        let name = property_text(name);
        let units = utf16_len(&name);
        if front_units > 1 && front_units + back_units + units > UNITS {
            left_over = true;
            break;
        }
        if from_back {
            let separator = if back.is_empty() { "" } else { ", " };
            back_units += separator.len() + units;
            back.insert_str(0, separator);
            back.insert_str(0, &name);
        } else {
            let separator = if front_units == 1 { "" } else { ", " };
            front_units += separator.len() + units;
            front.push_str(separator);
            front.push_str(&name);
        }
        from_back = !from_back;
    }
    if left_over {
        front.push_str(", …");
    }
    if !back.is_empty() {
        front.push_str(", ");
    }
    front.push_str(&back);
    front.push('}');
    front
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn integers_are_parsed_as_javascript_does() {
        for (text, expected) in [
            ("12abc", Some(12)),
            (" -3", Some(-3)),
            ("+4.9", Some(4)),
            ("abc", None),
            ("", None),
            ("-", None),
            ("007", Some(7)),
        ] {
            assert_eq!(leading_integer(text), expected, "{text:?}");
        }
    }

    #[test]
    fn property_names_are_quoted_only_when_they_must_be() {
        assert_eq!(property_text("a b"), "a b");
        assert_eq!(property_text("a,b"), "\"a,b\"");
        assert_eq!(property_text("it's \"x\"\n"), "\"it's \\\"x\\\"\\n\"");
    }

    fn shown(text: &str, label: &str) -> String {
        let heap = TestHeap::new(text);
        display_name(&heap.graph, &heap.dom(), heap.node(label)).into_owned()
    }

    #[test]
    fn a_concatenated_string_shows_its_halves() {
        let text = "a: string one 1
             b: string two 1
             inner: concatenated_string - 1
             outer: concatenated_string - 1
             half: concatenated_string - 1
             inner -> b internal second
             inner -> a internal first
             outer -> inner internal first
             outer -> inner internal second
             half -> a internal second";
        assert_eq!(shown(text, "inner"), "onetwo");
        assert_eq!(shown(text, "outer"), "onetwoonetwo");
        assert_eq!(shown(text, "half"), "one");
    }

    #[test]
    fn a_concatenated_string_may_contain_itself() {
        let text = "a: string x 1
             loop: concatenated_string - 1
             loop -> loop internal first
             loop -> a internal second";
        assert_eq!(shown(text, "loop"), "", "its first character is never come to");
    }

    #[test]
    fn a_long_concatenated_string_ends_with_the_leaf_that_makes_it_long() {
        let half = "x".repeat(700);
        let text = format!(
            "a: string {half} 1
             b: concatenated_string - 1
             c: concatenated_string - 1
             b -> a internal first
             b -> a internal second
             c -> b internal first
             c -> b internal second"
        );
        assert_eq!(shown(&text, "c").len(), 1400);
    }

    /// The name of a plain object with these properties.
    fn plain(properties: &[&str]) -> String {
        let mut text = String::from("leaf: number n 0\nobject: object Object 1\n");
        for property in properties {
            text += &format!("object -> leaf property {property}\n");
        }
        shown(&text, "object")
    }

    #[test]
    fn a_plain_object_shows_its_properties_from_both_ends() {
        assert_eq!(plain(&[]), "{}");
        assert_eq!(plain(&["a"]), "{a}");
        assert_eq!(plain(&["a", "b", "__proto__", "c"]), "{a, b, c}");
        let long = "p".repeat(48);
        let named = |first: &str| format!("{first}{long}");
        let properties = ["a", "b", "y", "z"].map(named);
        let properties: Vec<&str> = properties.iter().map(String::as_str).collect();
        assert_eq!(plain(&properties), format!("{{a{long}, \u{2026}, z{long}}}"));
        let huge = "q".repeat(300);
        assert_eq!(plain(&[&huge, "b"]), format!("{{{huge}, \u{2026}}}"), "the first is never left out");
    }

    #[test]
    fn only_objects_named_object_show_their_properties() {
        let text = "leaf: number n 0
             foo: object Foo 1
             closure: closure Object 1
             foo -> leaf property a
             closure -> leaf property a";
        assert_eq!([shown(text, "foo"), shown(text, "closure")], ["Foo", "Object"]);
    }

    #[test]
    fn a_shortcut_that_begins_like_a_number_is_one() {
        let heap = TestHeap::new(
            "a: object A 1
             root -> a shortcut 12abc
             root -> a shortcut abc
             root -> a property 12
             root -> a element 7",
        );
        let texts: Vec<_> =
            heap.graph.edges_of(heap.graph.root).map(|edge| edge_text(&heap.graph, &edge)).collect();
        let expected =
            [EdgeText::Number(12), EdgeText::Text("abc"), EdgeText::Text("12"), EdgeText::Number(7)];
        assert_eq!(texts, expected);
    }
}
