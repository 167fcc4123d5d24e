//! Values that AsyncLocalStorage leaves on the resource of the callback that was running.

use crate::base::NodeIndex;
use crate::graph::EdgeName;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::HolderPath;

/// The list in which Node keeps the resources of the callbacks that run.
const STACK: &str = "execution_async_resources";

/// The list in which Node keeps the instances of AsyncLocalStorage that are enabled.
const STORAGES: &str = "storageList";

/// Names the resource itself where the runtime's list of those that run grew.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let (Who::Container(path) | Who::Each(path)) = &evidence.who else { return };
    if leads_through(scene, path, STORAGES) {
        evidence.mechanism = Some(Mechanism::AsyncStorages);
        evidence.confidence = Confidence::Certain;
    }
    if !leads_through(scene, path, STACK) {
        return;
    }
    let examples = evidence.contents.iter().map(|content| content.example);
    if let Some((number, resource)) = examples.map(|node| (stores(scene, node), node)).max() {
        evidence.object = resource;
        evidence.object_before = None;
        evidence.entries_after = Some(number).filter(|&number| number > 0);
        evidence.entries_before = None;
        evidence.contents.clear();
    }
    evidence.who = Who::Named("resource of the callback that was running");
    evidence.mechanism = Some(Mechanism::AsyncResource);
    evidence.confidence = Confidence::Possible;
}

/// How many instances of AsyncLocalStorage have a value on a resource, each under a symbol of its own.
fn stores(scene: &Scene<'_>, resource: NodeIndex) -> u64 {
    let graph = scene.graph();
    let is_store =
        |name: EdgeName| matches!(name, EdgeName::Text(text) if graph.text(text).contains("kResourceStore"));
    graph.edges_of(resource).filter(|edge| is_store(edge.name)).count() as u64
}

fn leads_through(scene: &Scene<'_>, path: &HolderPath, name: &str) -> bool {
    let graph = scene.graph();
    path.edges.iter().any(|&edge| match graph.edges.get(edge).name {
        EdgeName::Text(text) => graph.text(text) == name,
        EdgeName::Number(_) => false,
    })
}
