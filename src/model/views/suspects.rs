//! Leak suspects as text: what holds a large part of one heap, or of the growth between two.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, ObjectId, Progress};
use crate::graph::NodeKind;
use crate::growth::Growth;
use crate::model::format::javascript_path::code;
use crate::model::format::{format_count, format_size, percent, plain_spaces, sanitize, signed_size};
use crate::model::views::growth::report::{GrowthLine, line};
use crate::snapshot::{ContainerKind, SizeMode, Snapshot};
use crate::suspects::contents::Content;
use crate::suspects::evidence::{Evidence, Mechanism, Who};
use crate::suspects::rules::is_plain_class;
use crate::suspects::{Scene, gross};

/// Maximum characters of a class's name.
const NAME_LIMIT: usize = 120;
/// Maximum characters of a line of text.
const LINE_LIMIT: usize = 390;
/// Maximum number of classes listed for a suspect's contents.
const CLASSES: usize = 3;
/// Number of other growing containers listed,
const ALSO: usize = 5;
/// and their maximum, where many are about as large as the first.
const ALIKE: usize = 24;

/// One suspect.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// Its name, as code: `leaks`.
    pub owner: String,
    /// What it holds or has grown by, one sentence.
    pub claim: String,
    /// The code that uses it: `seen by handler at server.js:10`.
    pub place: Option<String>,
    /// Its new or held objects, by constructor or function.
    pub what: Option<String>,
    /// The mechanism that keeps it.
    pub why: Option<String>,
    /// The confidence: certain, likely or possible.
    pub confidence: &'static str,
    /// The same for the same leak in another run or build.
    pub fingerprint: String,
    /// Number of entries before, if they were counted.
    pub entries_before: Option<u64>,
    /// Number of entries now.
    pub entries_after: Option<u64>,
    /// Further facts, a sentence each.
    pub facts: Vec<String>,
    /// The whole path to it as code.
    pub path: String,
    /// The object to show, in the current snapshot.
    pub object: NodeIndex,
    /// The references from its named owner to the object, if they are known.
    pub holder: Vec<EdgeIndex>,
    /// Its new contents: an example of each kind, and the functions behind them.
    pub new_entries: Vec<NodeIndex>,
    /// Its line in a growth; `None` for suspects in one heap.
    pub line: Option<u32>,
    /// Its id.
    pub id: ObjectId,
    /// Bytes held, or growth in bytes.
    pub bytes: u64,
    /// Its share of the heap or of the growth, 0 to 1.
    pub share: f32,
}

/// All suspects, and the text to show if there are none.
#[derive(Clone, Debug, PartialEq)]
pub struct SuspectsReport {
    /// A summary, one sentence.
    pub verdict: String,
    /// The warning about the two snapshots to show first.
    pub notes: Vec<&'static str>,
    /// Whether it is about the growth between two heaps.
    pub is_growth: bool,
    /// The suspects, the most serious first.
    pub suspects: Vec<Suspect>,
    /// Other growing or large containers, below the threshold.
    pub also_growing: Vec<Suspect>,
}

impl SuspectsReport {
    /// The suspects of one heap: those with a tenth of it, or a fiftieth by a mechanism that leaks. `O(nodes
    /// + edges)`.
    pub fn of_heap(snapshot: &Snapshot, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let total = snapshot.retained(mode, snapshot.graph().root).unwrap_or(0);
        let scene = Scene::of_heap(snapshot, mode);
        let ranked = scene.ranked(0, progress)?;
        let shown = ranked.evidence.iter().take(ranked.suspects + ALSO);
        let mut suspects: Vec<Suspect> =
            shown.map(|evidence| heap_suspect(&scene, evidence, total)).collect();
        let also_growing = suspects.split_off(ranked.suspects.min(suspects.len()));
        let verdict = match suspects.len() {
            0 => healthy_verdict(total, also_growing.first()),
            1 => format!("One suspect holds much of the heap's {}.", format_size(total)),
            many => format!("{many} suspects hold much of the heap's {} each.", format_size(total)),
        };
        Ok(Self { verdict, notes: Vec::new(), is_growth: false, suspects, also_growing })
    }

    /// The suspects with a tenth of the growth between two heaps, if they grew by a hundredth.
    pub fn of_growth(growth: &Growth) -> Self {
        let change = signed_size(growth.delta);
        let before = format_size(growth.baseline_size);
        let order_note = growth.ids.order_note();
        let all = gross(growth);
        let scene = Scene::of_growth(growth);
        let ranked = scene.ranked(0, &Progress::new()).expect("not cancelled");
        let told = |(at, evidence): (u32, &Evidence)| {
            growth_suspect(&scene, at, evidence, line(&scene, evidence, all))
        };
        let smaller = &ranked.evidence[ranked.suspects..];
        let mut suspects: Vec<Suspect> =
            (0..).zip(ranked.evidence.iter().take(ranked.suspects + also(smaller))).map(told).collect();
        let also_growing = suspects.split_off(ranked.suspects.min(suspects.len()));
        let grown = match u64::try_from(growth.delta) {
            Ok(grown) => format!("The heap grew by {} on {before}", format_size(grown)),
            Err(_) => format!("The heap changed by {change} on {before} as other things were freed"),
        };
        let verdict = match suspects.len() {
            0 => format!("No growth worth a suspect: {change} on {before}."),
            1 => format!("{grown}, and there is one suspect."),
            many => format!("{grown}, and there are {many} suspects."),
        };
        let verdict = match growth.ids.note() {
            Some(_) if suspects.is_empty() => {
                "No container is clearly larger by name and holder, and ids mean nothing here: no suspect."
                    .to_owned()
            }
            Some(_) => format!(
                "Containers are matched by name and holder, and what differs need not be growth. {verdict}"
            ),
            None => verdict,
        };
        let notes = order_note.into_iter().chain(growth.ids.note()).collect();
        Self { verdict, notes, is_growth: true, suspects, also_growing }
    }

    /// The heading of the list of containers below the threshold.
    pub fn also_title(&self) -> &'static str {
        if self.is_growth { "Also growing, smaller:" } else { "Also large, but not suspect:" }
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.verdict);
        for note in &self.notes {
            text.push_str(&format!("Note: {note}.\n"));
        }
        for (at, suspect) in self.suspects.iter().enumerate() {
            text.push_str(&format!("\n{}. {}: {}\n", at + 1, suspect.owner, suspect.claim));
            for fact in &suspect.facts {
                text.push_str(&format!("   {fact}\n"));
            }
            text.push_str(&format!("   Way to it: {}\n", suspect.path));
        }
        if !self.also_growing.is_empty() {
            text.push_str(&format!("\n{}\n", self.also_title()));
        }
        for suspect in &self.also_growing {
            let word = if self.is_growth { "new" } else { "in it" };
            let what = suspect.what.as_ref().map_or_else(String::new, |what| format!(", {word}: {what}"));
            text.push_str(&format!("- {}: {}{what}\n", suspect.owner, suspect.claim));
        }
        clipped_lines(&plain_spaces(&text))
    }

    /// Formatted for an issue or a chat.
    pub fn markdown(&self) -> String {
        let mut text = format!("## Leak suspects\n\n{}\n", self.verdict);
        for note in &self.notes {
            text.push_str(&format!("\n{}.\n", plain_markdown(note)));
        }
        for (at, suspect) in self.suspects.iter().enumerate() {
            text.push_str(&format!("\n### {}. {}\n\n{}\n\n", at + 1, code(&suspect.owner), suspect.claim));
            for fact in &suspect.facts {
                text.push_str(&format!("- {}\n", plain_markdown(fact)));
            }
            text.push_str(&format!("- Way to it: {}\n", code(&suspect.path)));
        }
        if !self.also_growing.is_empty() {
            text.push_str(&format!("\n{}\n\n", self.also_title()));
        }
        for suspect in &self.also_growing {
            text.push_str(&format!("- {}: {}\n", code(&suspect.owner), plain_markdown(&suspect.claim)));
        }
        clipped_lines(&plain_spaces(&text))
    }
}

/// Lines that a user can read: the end of a longer one is left out.
fn clipped_lines(text: &str) -> String {
    let clipped = |line: &str| match line.char_indices().nth(LINE_LIMIT) {
        Some((end, _)) => format!("{}…\n", &line[..end]),
        None => format!("{line}\n"),
    };
    text.lines().map(clipped).collect()
}

/// Text escaped for Markdown.
fn plain_markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '!') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// How much of what is not accused is listed: a few, or all of many that are about as large as the first.
fn also(smaller: &[Evidence]) -> usize {
    let least = smaller.first().map_or(0, |first| first.growth / 2);
    let alike = smaller.iter().take(ALIKE).take_while(|evidence| evidence.growth > least).count();
    alike.max(ALSO)
}

/// Why there are no suspects.
fn healthy_verdict(total: u64, largest: Option<&Suspect>) -> String {
    let largest = largest.map_or_else(String::new, |largest| {
        format!(" The largest, {}, holds {}.", largest.owner, part(largest.share))
    });
    format!(
        "No suspect: nothing holds a tenth of the heap's {}, and no chain, listeners, timers, detached elements or contexts hold a fiftieth.{largest}",
        format_size(total)
    )
}

/// What it holds of one heap, one sentence.
fn heap_claim(evidence: &Evidence, line: &GrowthLine) -> String {
    let bytes = format_size(line.bytes_after);
    let part = format!("{} of the heap", part(line.share));
    match (&evidence.who, evidence.entries_after) {
        (Who::Class(_), Some(number)) => {
            format!("{} of this class hold {bytes} together, {part}", number_of(number, "object", "objects"))
        }
        (Who::Function | Who::Named(_) | Who::GlobalProperties(_) | Who::Together(..), Some(number)) => {
            format!("{} of them hold {bytes}, {part}", format_count(number))
        }
        (_, entries) => {
            let entries = match (&evidence.mechanism, entries) {
                (Some(Mechanism::Chain { links, .. }), _) => {
                    format!(" in {}", number_of(*links, "link", "links"))
                }
                (_, Some(entries)) => format!(" in {}", number_of(entries, "entry", "entries")),
                _ => String::new(),
            };
            format!("{} {} {} {bytes}, {part}{entries}", this(line.kind), line.id, verb(line.kind))
        }
    }
}

fn heap_suspect(scene: &Scene<'_>, evidence: &Evidence, total: u64) -> Suspect {
    let line = line(scene, evidence, total);
    let mut facts = place_facts(evidence, &line);
    if !line.what.is_empty() {
        let what: Vec<&str> = line.what.iter().take(CLASSES).map(String::as_str).collect();
        facts.push(format!("In it: {}", what.join("; ")));
    }
    facts.extend(line.why.as_ref().map(|why| format!("Why it is kept: {why}")));
    facts.push(confidence_fact(evidence));
    suspect(scene, evidence, line.clone(), heap_claim(evidence, &line), facts, None)
}

/// How much of it grew, one sentence.
fn growth_claim(scene: &Scene<'_>, evidence: &Evidence, line: &GrowthLine) -> String {
    let bytes = format_size(u64::try_from(line.growth).unwrap_or(0));
    let part = format!("{} of all growth", part(line.share));
    let number = evidence.newcomers();
    match (&evidence.who, &evidence.mechanism) {
        (Who::Each(_), Some(Mechanism::Spread { places, entries })) => {
            let each = entries.map_or_else(String::new, |(before, after)| {
                format!(", from {} to {} each", format_count(before), number_of(after, "entry", "entries"))
            });
            let around = class_around(scene, line.object)
                .map_or_else(String::new, |class| format!(", each in a {class},"));
            format!(
                "{} like this{around} grew by {bytes} together{each}: {part}",
                many_of(line.kind, *places)
            )
        }
        (Who::Function | Who::Named(_) | Who::Rest(_) | Who::GlobalProperties(_), _) if number > 0 => {
            let entries = match (line.entries_before, line.entries_after) {
                (Some(before), Some(after)) if before != after => {
                    format!(", from {} to {}", format_count(before), format_count(after))
                }
                _ => String::new(),
            };
            let verb = if number == 1 { "holds" } else { "hold" };
            format!("{} {verb} {bytes}: {part}{entries}", number_of(number, "new one", "new ones"))
        }
        (Who::Rest(_), _) => format!("grew by {bytes}: {part}"),
        (Who::Named(_), _) => {
            let values = line.entries_after.map_or_else(String::new, |number| {
                format!(", with {}", number_of(number, "value", "values"))
            });
            format!("it grew by {bytes}: {part}{values}")
        }
        _ if evidence.kind == ContainerKind::Text => format!(
            "this {} takes {} in place of {}, {bytes} more: {part}",
            line.kind,
            format_size(line.bytes_after),
            format_size(line.bytes_before),
        ),
        _ => {
            let class = scene.snapshot.classes().name(scene.snapshot.class_of(line.object));
            let noun = if evidence.kind == ContainerKind::Bytes { class } else { line.kind };
            let mut claim = format!(
                "{} grew by {bytes}, from {} to {}: {part}",
                this(&sanitize(noun, NAME_LIMIT)),
                format_size(line.bytes_before),
                format_size(line.bytes_after),
            );
            if let (Some(before), Some(after)) = (line.entries_before, line.entries_after)
                && after > before
            {
                let after = number_of(after, "entry", "entries");
                claim.push_str(&format!(", from {} to {after}", format_count(before)));
            }
            claim
        }
    }
}

/// A share in a sentence: `12 %`, `less than 1 %`.
fn part(share: f32) -> String {
    const ROUNDS_TO_NOTHING: f32 = 0.005;
    if share > 0.0 && share < ROUNDS_TO_NOTHING {
        return format!("less than {}", percent(0.01));
    }
    percent(share)
}

/// `this array`, `these variables`.
fn this(kind: &str) -> String {
    format!("{} {kind}", if is_plural(kind) { "these" } else { "this" })
}

fn verb(kind: &str) -> &'static str {
    if is_plural(kind) { "hold" } else { "holds" }
}

fn is_plural(kind: &str) -> bool {
    matches!(kind, "bytes" | "listeners" | "promises" | "roots" | "variables")
}

/// The class of the program whose object keeps `node`.
fn class_around(scene: &Scene<'_>, node: NodeIndex) -> Option<String> {
    let above = scene.snapshot.dominator(node)?;
    let name = scene.graph().raw_name(above);
    let is_own = scene.graph().nodes.kind(above) == NodeKind::OBJECT && !is_plain_class(name);
    is_own.then(|| sanitize(name, NAME_LIMIT))
}

/// `400 arrays`.
fn many_of(kind: &str, number: u64) -> String {
    let plural = match kind {
        kind if kind.ends_with('s') => kind.to_owned(),
        "dictionary" => "dictionaries".to_owned(),
        kind => format!("{kind}s"),
    };
    format!("{} {plural}", format_count(number))
}

fn growth_suspect(scene: &Scene<'_>, at: u32, evidence: &Evidence, line: GrowthLine) -> Suspect {
    let mut facts = place_facts(evidence, &line);
    if !line.what.is_empty() {
        let what: Vec<&str> = line.what.iter().take(CLASSES).map(String::as_str).collect();
        let is_known = scene.growth.is_none_or(|growth| growth.ids.is_one_process());
        facts.push(format!("{}: {}", if is_known { "New in it" } else { "In it" }, what.join("; ")));
    }
    facts.extend(line.why.as_ref().map(|why| format!("Why it is kept: {why}")));
    let each = line.bytes_per_entry.filter(|_| evidence.kind != ContainerKind::Text);
    facts.extend(each.map(|each| format!("Each new entry takes {}", format_size(each))));
    facts.push(confidence_fact(evidence));
    let claim = growth_claim(scene, evidence, &line);
    suspect(scene, evidence, line, claim, facts, Some(at))
}

fn place_facts(evidence: &Evidence, line: &GrowthLine) -> Vec<String> {
    let what = if matches!(evidence.who, Who::Function) { "The function" } else { "The variable" };
    line.place.iter().map(|place| format!("{what} is {place}")).collect()
}

/// The confidence, and its reason.
fn confidence_fact(evidence: &Evidence) -> String {
    let (confidence, reason) = (evidence.confidence, evidence.confidence.reason());
    format!("Confidence: {} ({reason})", confidence.label())
}

fn suspect(
    scene: &Scene<'_>,
    evidence: &Evidence,
    line: GrowthLine,
    claim: String,
    facts: Vec<String>,
    at: Option<u32>,
) -> Suspect {
    Suspect {
        claim,
        place: line.place,
        what: line.what.into_iter().next(),
        why: line.why,
        confidence: line.confidence,
        fingerprint: line.fingerprint,
        entries_before: line.entries_before,
        entries_after: line.entries_after,
        facts,
        path: if line.path.is_empty() { "no path from a root".into() } else { line.path },
        owner: line.owner,
        object: line.object,
        holder: holder_of(&evidence.who),
        new_entries: examples(&evidence.contents),
        line: at,
        id: ObjectId(scene.graph().nodes.id(line.object)),
        bytes: u64::try_from(line.growth).unwrap_or(0),
        share: line.share,
    }
}

/// The references from the variable or property that names the suspect.
fn holder_of(who: &Who) -> Vec<EdgeIndex> {
    match who {
        Who::Container(holder) | Who::Each(holder) => holder.edges.clone(),
        Who::Class(holders) => holders.first().map_or_else(Vec::new, |holder| holder.edges.clone()),
        _ => Vec::new(),
    }
}

/// For each kind of contents: the function, its caller, and an example.
fn examples(contents: &[Content]) -> Vec<NodeIndex> {
    let of_one = |content: &Content| {
        let callers = content.callers.iter().copied();
        content.function.into_iter().chain(callers).chain([content.example]).collect::<Vec<_>>()
    };
    contents.iter().take(CLASSES).flat_map(of_one).collect()
}

fn number_of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", format_count(number), if number == 1 { one } else { many })
}
