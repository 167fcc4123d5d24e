//! What the Object pane tells of functions and of objects whose constructor's place is known.

use heaplens::base::{NodeIndex, Progress};
use heaplens::graph::GraphBuilder;
use heaplens::model::ObjectCard;
use heaplens::snapshot::{SizeMode, load_bytes};

/// The cards of a function in a script of three lines and of an object that a class of this script made.
fn cards() -> [ObjectCard; 2] {
    let mut heap = GraphBuilder::new();
    let function = heap.node("closure", "handler", 10);
    let shared = heap.node("code", "handler", 10);
    let script = heap.node("code", "system / Script / app.js", 10);
    let source = heap.node("string", "// app\nfunction handler() {\n}", 10);
    let object = heap.node("object", "Session", 10);
    heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
    heap.edge(shared, "internal", "script", script).edge(script, "internal", "source", source);
    heap.edge(function, "property", "session", object);
    heap.location(function, 7, 1, 16).location(object, 7, 0, 3);
    let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
    [function, object].map(|node| {
        ObjectCard::find(&snapshot, SizeMode::Chrome, NodeIndex::at(node), &Progress::new()).unwrap()
    })
}

fn fact<'a>(card: &'a ObjectCard, label: &str) -> Option<&'a str> {
    card.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.as_str())
}

#[test]
fn a_function_knows_its_place() {
    let [function, _] = cards();
    assert_eq!(fact(&function, "Script"), Some("app.js:2:17"));
}

#[test]
fn an_object_knows_the_script_of_its_constructor() {
    let [_, object] = cards();
    assert_eq!(fact(&object, "Script"), Some("app.js:1:4"));
    assert_eq!(fact(&object, "Distance"), Some("2"));
}
