//! Growth of the browser's own objects: nobody's class is accused, the part of the page that grew is told.

use crate::base::NodeIndex;
use crate::graph::NodeKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Who};
use crate::suspects::page::is_browsers_own;

/// Leaves out the browser's classes, and names the browser where nothing else is left to name.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let graph = scene.graph();
    let is_own = |node: NodeIndex| is_browsers_own(graph, node);
    let all = evidence.contents.len();
    evidence.contents.retain(|content| content.function.is_some() || !is_own(content.example));
    let is_emptied = all > 0 && evidence.contents.is_empty();
    let is_native = graph.nodes.kind(evidence.object) == NodeKind::NATIVE;
    if is_own(evidence.object) || is_native && is_emptied {
        evidence.who = Who::Rest("objects of the browser itself");
        evidence.confidence = Confidence::Possible;
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Progress;
    use crate::suspects::Scene;
    use crate::suspects::evidence::Who;
    use crate::suspects::rules::test_page::grown;

    #[test]
    fn no_class_of_the_browser_is_accused_or_told() {
        let growth = grown(|page, number| {
            let list = page.native("blink::ResourceFetcher", page.window);
            for _ in 0..number {
                page.native("blink::ImageResource", list);
            }
        });
        let ranked = Scene::of_growth(&growth).ranked(0, &Progress::new()).expect("not cancelled");
        assert!(!ranked.evidence.is_empty());
        for evidence in ranked.evidence {
            assert!(matches!(evidence.who, Who::Rest(_)), "{evidence:?}");
            assert_eq!(evidence.contents, []);
        }
    }
}
