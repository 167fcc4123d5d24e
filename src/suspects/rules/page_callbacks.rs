//! Callbacks that a browser keeps for a page: event listeners, timers, observers, animation frames.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{ClassIndex, NodeIndex};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::Content;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, PageCallback, Who};
use crate::suspects::page::{interface, is_detached_element, is_dom_node};
use crate::suspects::rules::page_claims::{claim_of, shared_top};
use crate::suspects::rules::page_registrations::{Callback, callbacks};

/// How far above an object its dominators are looked at.
const DOMINATORS: usize = 32;
/// Callbacks of one place on one target that nobody adds on purpose.
const CROWD: usize = 5;
/// Kinds of detached elements that are told.
const ELEMENTS: usize = 2;

/// Callbacks that are alike: of one kind, with one class of target, written at one place.
type Likeness = (PageCallback, Option<ClassIndex>, NodeIndex);

/// One piece of evidence for each group of callbacks that came.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let mut groups: FxHashMap<Likeness, Vec<Callback>> = FxHashMap::default();
    for callback in callbacks(scene) {
        groups.entry(likeness(scene, &callback)).or_default().push(callback);
    }
    let mut groups: Vec<(Likeness, Vec<Callback>)> = groups.into_iter().collect();
    groups.sort_by_key(|&(likeness, _)| likeness);
    let mut claimed = FxHashSet::default();
    let mut found = Vec::new();
    for ((kind, _, _), callbacks) in groups {
        let crowded = crowded_targets(&callbacks);
        let is_cause = |callback: &Callback| match scene.growth {
            Some(_) => is_new_cause(scene, callback),
            None => {
                kind != PageCallback::Listener
                    || callback.target.is_none_or(|target| crowded.contains(&target))
            }
        };
        let (fresh, old): (Vec<Callback>, Vec<Callback>) = callbacks.into_iter().partition(is_cause);
        if !fresh.is_empty() {
            found.push(evidence(scene, kind, &fresh, old.len() as u64, &mut claimed));
        }
    }
    tell_elements(scene, &mut found);
    found
}

fn likeness(scene: &Scene<'_>, callback: &Callback) -> Likeness {
    let graph = scene.graph();
    let target = match callback.kind {
        PageCallback::Timer | PageCallback::Frame => None,
        _ => callback.target.map(|target| scene.snapshot.class_of(target)),
    };
    let function = graph.internal_target(callback.function, "bound_function").unwrap_or(callback.function);
    let code = graph.internal_target(function, "shared");
    let class = || scene.contents().property(function, "__proto__");
    (callback.kind, target, code.or_else(class).unwrap_or(function))
}

/// Targets with several of the callbacks: of one that has a single callback it is a part.
fn crowded_targets(callbacks: &[Callback]) -> FxHashSet<NodeIndex> {
    let mut number: FxHashMap<NodeIndex, usize> = FxHashMap::default();
    for target in callbacks.iter().filter_map(|callback| callback.target) {
        *number.entry(target).or_default() += 1;
    }
    number.into_iter().filter(|&(_, number)| number >= CROWD).map(|(target, _)| target).collect()
}

/// Whether a callback is new, and not just a part of a target that came itself.
fn is_new_cause(scene: &Scene<'_>, callback: &Callback) -> bool {
    let comes_with_target = callback.kind == PageCallback::Listener
        && callback.target.is_some_and(|target| scene.is_fresh(target));
    scene.is_fresh(callback.function) && !comes_with_target
}

fn evidence(
    scene: &Scene<'_>,
    kind: PageCallback,
    fresh: &[Callback],
    old: u64,
    claimed: &mut FxHashSet<NodeIndex>,
) -> Evidence {
    let functions: Vec<NodeIndex> = fresh.iter().map(|callback| callback.function).collect();
    let contents = scene.contents().group(&functions);
    let mut claims = Vec::new();
    for callback in fresh {
        let own = claim_of(scene, callback);
        let shared = scene.contents().kept(callback.function).and_then(|kept| shared_top(scene, kept, own));
        claims.extend([Some(own), shared].into_iter().flatten().filter(|&claim| claimed.insert(claim)));
    }
    let bytes: u64 = claims.iter().map(|&claim| scene.retained(claim)).sum();
    let count = fresh.len() as u64;
    let who = match contents.first().and_then(|content: &Content| content.function) {
        Some(_) => Who::Function,
        None => Who::Class(Vec::new()),
    };
    Evidence {
        rule: "page callbacks",
        kind: if who == Who::Function { ContainerKind::Function } else { ContainerKind::Class },
        who,
        object: contents.first().map_or(fresh[0].function, |content| content.example),
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: scene.growth.map(|_| old),
        entries_after: Some(old + count),
        contents,
        mechanism: Some(mechanism(scene, kind, fresh, old + count)),
        confidence: if count > 1 { Confidence::Certain } else { Confidence::Likely },
        claims,
        row: None,
    }
}

fn mechanism(scene: &Scene<'_>, kind: PageCallback, fresh: &[Callback], number: u64) -> Mechanism {
    let graph = scene.graph();
    let target = fresh[0].target;
    let is_one = fresh.iter().all(|callback| callback.target == target);
    let came = |callback: &Callback| callback.target.is_some_and(|target| scene.is_fresh(target));
    let is_active = match scene.growth {
        Some(_) => kind == PageCallback::Active && fresh.iter().all(came),
        None => kind == PageCallback::Active && !(is_one && fresh.len() > 1),
    };
    let kind = if kind == PageCallback::Active && !is_active { PageCallback::Listener } else { kind };
    let class = match target {
        Some(target) => interface(scene.snapshot.classes().name(scene.snapshot.class_of(target))).to_owned(),
        None => graph.raw_name(fresh[0].record).trim_start_matches("blink::").trim_start_matches("V8").into(),
    };
    let has_own_name =
        matches!(class.as_str(), "Window" | "HTMLDocument" | "Document") || is_dom_node(&class);
    let path = target.filter(|_| kind == PageCallback::Listener && is_one && !has_own_name);
    Mechanism::PageCallbacks { kind, number, target: path.map(|target| scene.holders.find(target)), class }
}

/// Adds to each piece of evidence the detached elements that it keeps.
fn tell_elements(scene: &Scene<'_>, found: &mut [Evidence]) {
    let mut owner: FxHashMap<NodeIndex, usize> = FxHashMap::default();
    for (at, evidence) in found.iter().enumerate() {
        owner.extend(evidence.claims.iter().map(|&claim| (claim, at)));
    }
    if owner.is_empty() {
        return;
    }
    let mut elements: Vec<Vec<NodeIndex>> = vec![Vec::new(); found.len()];
    let detached = scene.graph().node_indices().filter(|&node| is_detached_element(scene.snapshot, node));
    for element in detached.filter(|&node| scene.is_fresh(node)) {
        let mut at = Some(element);
        for _ in 0..DOMINATORS {
            let Some(node) = at else { break };
            if let Some(&evidence) = owner.get(&node) {
                elements[evidence].push(element);
                break;
            }
            at = scene.snapshot.dominator(node);
        }
    }
    for (evidence, elements) in found.iter_mut().zip(elements) {
        let mut contents = scene.contents().group(&elements);
        contents.retain(|content| evidence.contents.iter().all(|told| told.kind != content.kind));
        contents.sort_by_key(|content| (std::cmp::Reverse(content.count), content.example));
        evidence.contents.extend(contents.into_iter().take(ELEMENTS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suspects::rules::test_page::{Page, found, grown};

    fn listeners(page: &mut Page, number: usize) {
        let code = page.heap.node("code", "system / SharedFunctionInfo / update", 50);
        let data = page.native("blink::EventTargetData", page.window);
        let vector = page.native("blink::HeapVectorBacking<RegisteredEventListener>", data);
        for _ in 0..number {
            let registered = page.native("blink::RegisteredEventListener", vector);
            let listener = page.native("EventListener", registered);
            let record = page.native("V8EventListener", listener);
            let dialog = page.callback(record, code, "Dialog");
            let element = page.removed("<p>", 200);
            page.heap.edge(dialog, "property", "el", element);
        }
    }

    #[test]
    fn listeners_of_the_window_are_one_piece_of_evidence_with_what_they_keep() {
        let growth = grown(listeners);
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((evidence.entries_before, evidence.entries_after), (Some(2), Some(30)));
        let counts: Vec<u64> = evidence.contents.iter().map(|content| content.count).collect();
        assert_eq!(counts, [28, 28], "functions, and detached elements");
        assert_eq!(evidence.newcomers(), 28);
        let Some(Mechanism::PageCallbacks { kind: PageCallback::Listener, number: 30, class, target: None }) =
            &evidence.mechanism
        else {
            panic!("{:?}", evidence.mechanism)
        };
        assert_eq!(class, "Window");
        assert_eq!(evidence.growth, 28 * (3 * 40 + 32 + 24 + 3_000 + 200), "with the browser's records");
    }

    #[test]
    fn callbacks_that_share_an_object_account_for_it_once() {
        let growth = grown(|page, number| {
            let codes: Vec<usize> =
                (0..2).map(|_| page.heap.node("code", "system / SharedFunctionInfo", 50)).collect();
            let table = page.native("blink::HeapHashTableBacking<DOMTimer>", page.window);
            let data = page.native("blink::EventTargetData", page.window);
            for _ in 0..number {
                let listener = page.native("EventListener", data);
                let record = page.native("V8EventListener", listener);
                let timer = page.native("DOMTimer", table);
                let action = page.native("V8Function", timer);
                let panel = page.callback(record, codes[0], "Panel");
                page.callback(action, codes[1], "Clock");
                let function = page.heap.node("closure", "again", 32);
                page.heap.edge(action, "element", "2", function).edge(function, "internal", "x", panel);
            }
        });
        let all = found(find, &growth);
        let kinds: Vec<PageCallback> = all
            .iter()
            .filter_map(|evidence| match evidence.mechanism {
                Some(Mechanism::PageCallbacks { kind, .. }) => Some(kind),
                _ => None,
            })
            .collect();
        assert_eq!(kinds, [PageCallback::Listener, PageCallback::Timer]);
        let claims: Vec<NodeIndex> = all.iter().flat_map(|evidence| evidence.claims.clone()).collect();
        let different: FxHashSet<NodeIndex> = claims.iter().copied().collect();
        assert_eq!(claims.len(), different.len());
        assert!(all[0].growth >= 28 * 3_000, "{}", all[0].growth);
    }

    #[test]
    fn workers_that_still_run_are_told_with_what_their_listeners_keep() {
        let growth = grown(|page, number| {
            let code = page.heap.node("code", "system / SharedFunctionInfo", 50);
            let active = page.native("blink::HeapVectorBacking<ActiveScriptWrappableBase>", page.window);
            for _ in 0..number {
                let worker = page.native("Worker", active);
                let prototype = page.heap.node("object", "Worker", 28);
                page.heap.edge(worker, "property", "__proto__", prototype);
                let vector = page.native("blink::HeapVectorBacking<RegisteredEventListener>", worker);
                let record = page.native("V8EventHandlerNonNull", vector);
                let job = page.callback(record, code, "Job");
                page.heap.edge(job, "property", "worker", worker);
            }
        });
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert!(
            matches!(
                &evidence.mechanism,
                Some(Mechanism::PageCallbacks { kind: PageCallback::Active, number: 30, class, .. })
                    if class == "Worker"
            ),
            "{:?}",
            evidence.mechanism
        );
        assert!(evidence.growth > 28 * 3_000);
    }

    #[test]
    fn listeners_of_one_active_object_that_was_there_before_are_its_listeners() {
        let growth = grown(|page, number| {
            let code = page.heap.node("code", "system / SharedFunctionInfo", 50);
            let active = page.native("blink::HeapVectorBacking<ActiveScriptWrappableBase>", page.window);
            let query = page.native("MediaQueryList", active);
            let prototype = page.heap.node("object", "MediaQueryList", 28);
            page.heap.edge(query, "property", "__proto__", prototype);
            for _ in 0..number {
                let record = page.native("V8EventListener", query);
                page.callback(record, code, "Card");
            }
        });
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert!(
            matches!(
                &evidence.mechanism,
                Some(Mechanism::PageCallbacks { kind: PageCallback::Listener, target: Some(_), .. })
            ),
            "{:?}",
            evidence.mechanism
        );
    }

    #[test]
    fn an_element_that_listens_itself_is_told_by_its_class() {
        let growth = grown(|page, number| {
            let prototype = page.heap.node("object", "UserCard", 28);
            let method = page.heap.node("closure", "handleEvent", 32);
            page.heap.edge(prototype, "property", "handleEvent", method);
            let data = page.native("blink::EventTargetData", page.window);
            for _ in 0..number {
                let record = page.native("V8EventListener", data);
                let card = page.removed("<user-card>", 900);
                page.heap.edge(record, "element", "1", card).edge(card, "property", "__proto__", prototype);
            }
        });
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((evidence.who.clone(), evidence.contents[0].count), (Who::Class(Vec::new()), 28));
        assert_eq!(evidence.growth, 28 * 940);
    }

    #[test]
    fn a_listener_of_an_element_that_came_with_it_is_no_cause() {
        let growth = grown(|page, number| {
            let code = page.heap.node("code", "system / SharedFunctionInfo", 50);
            for _ in 0..number {
                let button = page.removed("<button>", 100);
                page.heap.edge(page.window, "element", "9", button);
                let record = page.native("V8EventListener", button);
                page.callback(record, code, "Row");
            }
        });
        assert_eq!(found(find, &growth), []);
    }
}
