//! Formats evidence for window, text and JSON: the suspect, its new contents and the mechanism that keeps
//! them.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::EdgeKind;
use crate::model::format::holder_text::{Entries, HolderText, holder_text};
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::{format_count, format_size, sanitize};
use crate::model::object::function_names::{function_name, place_of};
use crate::model::object_label;
use crate::snapshot::Snapshot;
use crate::suspects::Scene;
use crate::suspects::contents::{Content, ContentKind};
use crate::suspects::evidence::{Evidence, Mechanism, PageCallback, Who};
use crate::suspects::holder::{HolderPath, Start};

/// Maximum characters of a class's name.
const NAME_LIMIT: usize = 120;
/// Maximum characters of a text.
const TEXT_LIMIT: usize = 40;
/// Maximum number of functions in a sentence.
const FUNCTIONS: usize = 3;

/// `1,990 closures anonymous at leak.js:4, each keeping Logger (920 B)`.
pub(crate) fn content_text(snapshot: &Snapshot, content: &Content) -> String {
    let noun = content_noun(snapshot, content, content.count);
    match keeps_text(snapshot, content) {
        Some(keeps) => format!("{} {noun}, {keeps}", format_count(content.count)),
        None => format!("{} {noun} ({})", format_count(content.count), format_size(content.bytes)),
    }
}

/// `each keeping Logger (920 B)`.
pub(crate) fn keeps_text(snapshot: &Snapshot, content: &Content) -> Option<String> {
    let keeps = content.keeps?;
    let class = sanitize(snapshot.classes().name(keeps.class), NAME_LIMIT);
    let each = if content.count == 1 { "keeping" } else { "each keeping" };
    Some(format!("{each} {class} ({})", format_size(keeps.bytes)))
}

/// `closures sendAgain at retry.js:7`, `Logger`.
pub(crate) fn content_noun(snapshot: &Snapshot, content: &Content, number: u64) -> String {
    let plural = if number == 1 { "" } else { "s" };
    let named = |function: NodeIndex| {
        let name = function_name(snapshot, function);
        match place_of(snapshot, function).filter(|_| !name.contains(" at ")) {
            Some(place) => format!("{name} at {place}"),
            None => name,
        }
    };
    match (content.kind, content.function) {
        (ContentKind::Class(class), _) => sanitize(snapshot.classes().name(class), NAME_LIMIT),
        (ContentKind::Realm, _) => format!("native context{plural}"),
        (ContentKind::Text, _) => {
            let text = snapshot.display_name(content.example);
            format!("cop{} of \"{}\"", if number == 1 { "y" } else { "ies" }, sanitize(&text, TEXT_LIMIT))
        }
        (_, None) => format!("closure{plural}"),
        (ContentKind::Function, Some(function)) => format!("closure{plural} {}", named(function)),
        (ContentKind::Bound, Some(function)) => format!("closure{plural} bound {}", named(function)),
        (ContentKind::ClassFunction, Some(function)) => {
            format!("class{} {}", if number == 1 { "" } else { "es" }, named(function))
        }
        (ContentKind::Suspended, Some(function)) => {
            let inner: Vec<String> =
                content.callers.iter().take(FUNCTIONS).map(|&caller| named(caller)).collect();
            let waiting =
                if inner.is_empty() { String::new() } else { format!(", waiting in {}", inner.join(", ")) };
            format!("suspended call{plural} of {}{waiting}", named(function))
        }
    }
}

/// The suspect, as code; its source position; and the path to it, without the browser's own objects.
pub(crate) fn who_text(scene: &Scene<'_>, evidence: &Evidence) -> HolderText {
    let holder = whole_text(scene, evidence);
    let is_browsers =
        |part: &str| part.contains("blink::") || part.contains("cppgc::") || part.ends_with("EventListener");
    if !holder.path.contains("blink::") {
        return holder;
    }
    let parts: Vec<&str> = holder.path.split(" → ").filter(|part| !is_browsers(part)).collect();
    HolderText { path: parts.join(" → "), ..holder }
}

fn whole_text(scene: &Scene<'_>, evidence: &Evidence) -> HolderText {
    let snapshot = scene.snapshot;
    match &evidence.who {
        Who::Container(path) => holder_text(&scene.holders, path, Entries::This),
        Who::Each(path) => holder_text(&scene.holders, path, Entries::Any),
        Who::Class(holders) => {
            let noun = evidence.contents.first().map_or_else(
                || sanitize(snapshot.classes().name(snapshot.class_of(evidence.object)), NAME_LIMIT),
                |content| content_noun(snapshot, content, 1),
            );
            let way = holder_text(&scene.holders, &scene.holders.find(evidence.object), Entries::Any);
            let one_kind = owners(scene, holders, Entries::Any);
            let owners = if one_kind.len() == 1 { one_kind } else { owners(scene, holders, Entries::This) };
            let owner = match owners.split_last() {
                None => noun,
                Some((only, [])) => format!("{noun} in {only}"),
                Some((last, others)) => format!("{noun} in {} and {last}", others.join(", ")),
            };
            HolderText { owner, ..way }
        }
        Who::Function => {
            let function = evidence.contents.first().and_then(|content| content.function);
            let function = function.unwrap_or(evidence.object);
            let owner = function_name(snapshot, function);
            let place = place_of(snapshot, function).map(|place| format!("at {place}"));
            let path = match &evidence.mechanism {
                Some(Mechanism::PageCallbacks { class, .. }) => {
                    format!("{} → {owner}", sanitize(class, NAME_LIMIT))
                }
                Some(Mechanism::Timers { .. }) => format!("timers of the runtime → {owner}"),
                _ => holder_text(&scene.holders, &scene.holders.find(evidence.object), Entries::Any).path,
            };
            HolderText { owner, place, path }
        }
        Who::GlobalProperties(pattern) => {
            let owner = format!("globalThis.{}", sanitize(pattern, NAME_LIMIT));
            HolderText { path: owner.clone(), owner, place: None }
        }
        Who::Named(name) | Who::Rest(name) => {
            HolderText { owner: (*name).into(), place: None, path: (*name).into() }
        }
        Who::Together(name, holders) => {
            let owner = match owners(scene, holders, Entries::Any).as_slice() {
                [] => (*name).to_owned(),
                owners => format!("{name} in {}", owners.join(" and ")),
            };
            match holders.first() {
                Some(holder) => HolderText { owner, ..holder_text(&scene.holders, holder, Entries::Any) },
                None => HolderText { path: owner.clone(), owner, place: None },
            }
        }
    }
}

fn owners(scene: &Scene<'_>, holders: &[HolderPath], entries: Entries) -> Vec<String> {
    let named = holders.iter().filter(|holder| holder.start != Start::Roots);
    let mut owners: Vec<String> =
        named.map(|holder| holder_text(&scene.holders, holder, entries).owner).collect();
    owners.dedup();
    owners
}

/// The mechanism, without a verb: `listeners of store for "change"`.
pub(crate) fn why_text(scene: &Scene<'_>, evidence: &Evidence) -> Option<String> {
    let snapshot = scene.snapshot;
    let number = evidence.newcomers();
    let text = match evidence.mechanism.as_ref()? {
        Mechanism::Listeners { target, class, event } => {
            listeners_text(scene, target.as_ref(), class, event.as_deref())
        }
        Mechanism::Timers { repeats, milliseconds } => timers_text(number, *repeats, *milliseconds),
        Mechanism::PageCallbacks { kind, number, target, class } => {
            let target = target.as_ref().map(|path| holder_text(&scene.holders, path, Entries::This).owner);
            page_callbacks_text(*kind, *number, target, class)
        }
        Mechanism::Detached { trees, elements } => {
            let elements = if elements > trees {
                format!(" with {} elements", format_count(*elements))
            } else {
                String::new()
            };
            format!("{} DOM trees{elements} that were removed from their document", format_count(*trees))
        }
        Mechanism::Reactions => {
            "reactions of a promise that is not settled: each caller that waits for it adds one".into()
        }
        Mechanism::Waiting => "calls that wait for a promise which is not settled".into(),
        Mechanism::HeldValues => {
            "held values of a FinalizationRegistry: one that leads back to its target keeps the target alive"
                .into()
        }
        Mechanism::CapturedStacks(functions) => {
            let names: Vec<String> =
                functions.iter().take(FUNCTIONS).map(|&function| function_name(snapshot, function)).collect();
            format!("stack frames captured by errors whose stack was never read keep {}", names.join(", "))
        }
        Mechanism::Chain { links, step } => {
            let step = step_text(scene, step);
            format!("a chain of {} links, each of which keeps the next: {step}", format_count(*links))
        }
        Mechanism::Spread { places, entries } => match entries {
            Some((before, after)) => {
                format!(
                    "{} of the same kind grew, one of them from {} to {} entries",
                    format_count(*places),
                    format_count(*before),
                    format_count(*after)
                )
            }
            None => format!("{} of the same kind grew a little each", format_count(*places)),
        },
        Mechanism::Globals => "properties added to the global object".into(),
        Mechanism::OpenHandles => "handles that are not closed".into(),
        Mechanism::Console => "the console keeps what was logged while developer tools are open".into(),
        Mechanism::Realms { before, after } => {
            let number = match before {
                Some(before) => format!("{} → {}", format_count(*before), format_count(*after)),
                None => format_count(*after),
            };
            format!(
                "native contexts {number}: each (of vm or a frame) has globals of its own, all kept while one function or object of it is"
            )
        }
        Mechanism::Copies => "the same text was created each time: one copy would be enough".into(),
        Mechanism::Stack => {
            "a local variable of a function that was running when the snapshot was taken".into()
        }
        Mechanism::Slices => "parts of texts: each keeps the whole text it was cut from".into(),
        Mechanism::AsyncResource => {
            "values that AsyncLocalStorage keeps on the resource of the callback that was running".into()
        }
        Mechanism::AsyncStorages => {
            "instances of AsyncLocalStorage that are not disabled: the runtime keeps a list of them".into()
        }
    };
    Some(text)
}

/// `listeners of store (EventTarget) for "change"`.
fn listeners_text(
    scene: &Scene<'_>,
    target: Option<&HolderPath>,
    class: &str,
    event: Option<&str>,
) -> String {
    let target = match target {
        Some(path) => {
            let owner = holder_text(&scene.holders, path, Entries::This).owner;
            if class.is_empty() || owner.contains(class) { owner } else { format!("{owner} ({class})") }
        }
        None => class.to_owned(),
    };
    let event = event.map_or_else(String::new, |event| format!(" for \"{}\"", sanitize(event, NAME_LIMIT)));
    format!("listeners of {target}{event}")
}

/// `20 intervals of 1,000 ms that are not cleared`.
fn timers_text(number: u64, repeats: Option<bool>, milliseconds: Option<u64>) -> String {
    let noun = match repeats {
        Some(true) => "intervals",
        Some(false) => "timeouts",
        None => "timers",
    };
    let every = milliseconds.map_or_else(String::new, |ms| format!(" of {} ms", format_count(ms)));
    format!("{} {noun}{every} that are not cleared", format_count(number))
}

/// How one link of a chain keeps the next: `Job.next`, `closure render → previous`.
fn step_text(scene: &Scene<'_>, step: &HolderPath) -> String {
    let text = holder_text(&scene.holders, step, Entries::Any).path;
    let is_property = |&edge: &EdgeIndex| scene.graph().edges.kind(edge) == EdgeKind::Property;
    if !step.edges.first().is_some_and(is_property) {
        return text;
    }
    let behind = JavaScriptPath::behind(scene.snapshot, &step.edges, true, true);
    format!("{}{}", object_label(scene.snapshot, step.from), behind.text())
}

/// `62 event listeners of Window that are not removed`.
fn page_callbacks_text(kind: PageCallback, number: u64, target: Option<String>, class: &str) -> String {
    let class = sanitize(class, NAME_LIMIT);
    let plural = if number == 1 { "" } else { "s" };
    let (are, have) = if number == 1 { ("is", "has") } else { ("are", "have") };
    let number = format_count(number);
    match kind {
        PageCallback::Listener => {
            let target = match target {
                Some(owner) if !owner.contains(&class) => format!("{owner} ({class})"),
                Some(owner) => owner,
                None => class,
            };
            format!("{number} event listener{plural} of {target} that {are} not removed")
        }
        PageCallback::Observer => format!("{number} {class}{plural} that {are} not disconnected"),
        PageCallback::Active => format!("{number} {class}{plural} that {are} not closed"),
        PageCallback::Timer => {
            format!("{number} timer{plural} (setInterval or setTimeout) that {are} not cleared")
        }
        PageCallback::Frame => {
            format!("{number} callback{plural} of requestAnimationFrame that {have} not run")
        }
        PageCallback::Other => format!("{number} callback{plural} that the browser keeps for {class}"),
    }
}
