//! Leak suspects in plain words: what holds a large part of one heap, or of the growth between two.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, ObjectId, Progress};
use crate::growth::{ClassEntries, Growth};
use crate::model::format;
use crate::model::format::holder_text::{HolderText, said};
use crate::model::format::javascript_path::code;
use crate::model::format::{count, percent, plain_spaces, sanitize, signed_size, size};
use crate::model::views::evidence_text::content_text;
use crate::model::views::growth::report::{GrowthLine, line};
use crate::snapshot::{ContainerKind, SizeMode, Snapshot};
use crate::suspects::contents::Content;
use crate::suspects::evidence::{Evidence, Mechanism, Who};
use crate::suspects::holdings::{Holding, ObjectHolding};
use crate::suspects::rules::container::new_entries;
use crate::suspects::{Scene, gross};

/// Classes that a suspect's contents are told by.
const CLASSES: usize = 3;
/// What else grew that is listed.
const ALSO: usize = 5;
/// Characters of a class's name.
const NAME_LIMIT: usize = 120;

/// One suspect.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// Who, as code: `leaks`.
    pub owner: String,
    /// What it holds or has grown by, in one sentence.
    pub claim: String,
    /// Where the code sees it: `seen by handler at server.js:10`.
    pub place: Option<String>,
    /// What came or is held, by constructor or function.
    pub what: Option<String>,
    /// What keeps it.
    pub why: Option<String>,
    /// How sure that is: certain, likely or possible.
    pub confidence: &'static str,
    /// The same for the same leak in another run or build.
    pub fingerprint: String,
    /// Entries before, where they were counted.
    pub entries_before: Option<u64>,
    /// Entries now.
    pub entries_after: Option<u64>,
    /// What else is known, a sentence each.
    pub facts: Vec<String>,
    /// The whole way to it as code.
    pub path: String,
    /// The object to look at, in the current snapshot.
    pub object: NodeIndex,
    /// The references from what names it to the object, where they are known.
    pub holder: Vec<EdgeIndex>,
    /// What is new in it: an example of each kind, and the functions behind them.
    pub new_entries: Vec<NodeIndex>,
    /// Its line in a growth; nothing in a heap by itself.
    pub line: Option<u32>,
    /// Its id.
    pub id: ObjectId,
    /// Bytes held, or by which it grew.
    pub bytes: u64,
    /// Its part of the heap or of the growth, 0 to 1.
    pub share: f32,
}

/// All suspects, and what to say if there are none.
#[derive(Clone, Debug, PartialEq)]
pub struct SuspectsReport {
    /// What was looked at, in one sentence.
    pub verdict: String,
    /// What to know of the two snapshots before anything else.
    pub note: Option<&'static str>,
    /// The suspects, the gravest first.
    pub suspects: Vec<Suspect>,
    /// What also grew, too little to be accused.
    pub also_growing: Vec<Suspect>,
}

impl SuspectsReport {
    /// Who holds more than a tenth of one heap. `O(nodes)`.
    pub fn of_heap(snapshot: &Snapshot, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let total = snapshot.retained(mode, snapshot.graph().root).unwrap_or(0);
        let scene = Scene::of_heap(snapshot, mode);
        let suspects: Vec<Suspect> = snapshot
            .suspects(mode, progress)?
            .iter()
            .map(|holding| match holding {
                Holding::Object(object) => object_suspect(&scene, object, total),
                Holding::Class(class) => class_suspect(&scene, *class, total),
            })
            .collect();
        let verdict = match suspects.len() {
            0 => format!("Nothing holds a tenth of the heap's {} or more.", size(total)),
            1 => format!("One suspect holds a tenth of the heap's {} or more.", size(total)),
            many => format!("{many} suspects hold a tenth of the heap's {} or more each.", size(total)),
        };
        Ok(Self { verdict, note: None, suspects, also_growing: Vec::new() })
    }

    /// Who has a tenth of the growth between two heaps, if they grew by a hundredth.
    pub fn of_growth(growth: &Growth) -> Self {
        let change = signed_size(growth.delta);
        let before = size(growth.baseline_size);
        let order_note = growth.ids.order_note();
        let all = gross(growth);
        let scene = Scene::of_growth(growth);
        let ranked = scene.ranked(0, &Progress::new()).expect("nobody stops it");
        let told = |(at, evidence): (u32, &Evidence)| {
            growth_suspect(&scene, growth, at, evidence, &line(&scene, evidence, all))
        };
        let mut suspects: Vec<Suspect> =
            (0..).zip(ranked.evidence.iter().take(ranked.suspects + ALSO)).map(told).collect();
        let also_growing = suspects.split_off(ranked.suspects.min(suspects.len()));
        let grown = match u64::try_from(growth.delta) {
            Ok(grown) => format!("The heap grew by {} on {before}", size(grown)),
            Err(_) => format!("The heap changed by {change} on {before} as other things were freed"),
        };
        let verdict = match suspects.len() {
            0 => format!("No growth worth a suspect: {change} on {before}."),
            1 => format!("{grown}, and there is one suspect."),
            many => format!("{grown}, and there are {many} suspects."),
        };
        let verdict = match growth.ids.note() {
            Some(note) if suspects.is_empty() => format!("{note}. Nobody can be accused of growth."),
            Some(note) => format!(
                "{note}. Containers are matched by name and holder, and what differs need not be growth. {verdict}"
            ),
            None => verdict,
        };
        Self { verdict, note: order_note, suspects, also_growing }
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.verdict);
        if let Some(note) = self.note {
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
            text.push_str("\nAlso growing, smaller:\n");
        }
        for suspect in &self.also_growing {
            let what = suspect.what.as_ref().map_or_else(String::new, |what| format!(", new: {what}"));
            text.push_str(&format!("- {}: {}{what}\n", suspect.owner, suspect.claim));
        }
        plain_spaces(&text)
    }

    /// For an issue or a chat.
    pub fn markdown(&self) -> String {
        let mut text = format!("## Leak suspects\n\n{}\n", self.verdict);
        if let Some(note) = self.note {
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
            text.push_str("\nAlso growing, smaller:\n\n");
        }
        for suspect in &self.also_growing {
            text.push_str(&format!("- {}: {}\n", code(&suspect.owner), plain_markdown(&suspect.claim)));
        }
        plain_spaces(&text)
    }
}

/// Text in which Markdown finds nothing to format.
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

fn object_suspect(scene: &Scene<'_>, holding: &ObjectHolding, total: u64) -> Suspect {
    let snapshot = scene.snapshot;
    let HolderText { owner, path, place } = said(&scene.holders, holding.node);
    let share = format::share(holding.bytes, total);
    let id = snapshot.id(holding.node);
    let entries = match holding.entries {
        Some(entries) if holding.kind.is_collection() => {
            format!(" in {}", number_of(entries, "entry", "entries"))
        }
        _ => String::new(),
    };
    let kind = holding.kind.label();
    let claim = format!(
        "{} {id} {} {}, {} of the heap{entries}",
        this(kind),
        verb(kind),
        size(holding.bytes),
        percent(share)
    );
    let contents = scene.contents().group(&new_entries(scene, holding.node, holding.kind));
    let mut facts: Vec<String> = Vec::new();
    let in_it: Vec<String> =
        contents.iter().take(CLASSES).map(|content| content_text(snapshot, content)).collect();
    let what = in_it.first().cloned();
    if in_it.is_empty() {
        let holds: Vec<String> =
            holding.holds.iter().take(CLASSES).map(|class| told(snapshot, *class)).collect();
        facts.extend((!holds.is_empty()).then(|| format!("Right below it: {}", holds.join(", "))));
    } else {
        facts.push(format!("In it: {}", in_it.join("; ")));
    }
    Suspect {
        owner,
        claim,
        place,
        what,
        why: None,
        confidence: "possible",
        fingerprint: String::new(),
        entries_before: None,
        entries_after: holding.entries,
        facts,
        path: path_or_none(&path),
        object: holding.node,
        holder: scene.holders.find(holding.node).edges,
        new_entries: examples(&contents),
        line: None,
        id,
        bytes: holding.bytes,
        share,
    }
}

fn class_suspect(scene: &Scene<'_>, class: ClassEntries, total: u64) -> Suspect {
    let snapshot = scene.snapshot;
    let share = format::share(class.bytes, total);
    let HolderText { path, place, .. } = said(&scene.holders, class.example);
    let id = snapshot.id(class.example);
    let owner = sanitize(snapshot.classes().name(class.class), NAME_LIMIT);
    Suspect {
        claim: format!(
            "{} of this class hold {} together, {} of the heap",
            number_of(class.count, "object", "objects"),
            size(class.bytes),
            percent(share)
        ),
        place,
        what: Some(format!("{} {owner}", count(class.count))),
        why: None,
        confidence: "possible",
        fingerprint: String::new(),
        entries_before: None,
        entries_after: Some(class.count),
        owner,
        facts: vec![format!("The largest of them is {id}")],
        path: path_or_none(&path),
        object: class.example,
        holder: Vec::new(),
        new_entries: vec![class.example],
        line: None,
        id,
        bytes: class.bytes,
        share,
    }
}

/// What of it grew, in one sentence.
fn growth_claim(scene: &Scene<'_>, evidence: &Evidence, line: &GrowthLine) -> String {
    let bytes = size(u64::try_from(line.growth).unwrap_or(0));
    let part = format!("{} of all growth", percent(line.share));
    let number = evidence.newcomers();
    match (&evidence.who, &evidence.mechanism) {
        (Who::Each(_), Some(Mechanism::Spread { places, entries })) => {
            let each = entries.map_or_else(String::new, |(before, after)| {
                format!(", from {} to {} each", count(before), number_of(after, "entry", "entries"))
            });
            format!("{} of these grew by {bytes} together{each}: {part}", many_of(line.kind, *places))
        }
        (Who::Function | Who::Named(_) | Who::Rest(_) | Who::GlobalProperties(_), _) if number > 0 => {
            let entries = match (line.entries_before, line.entries_after) {
                (Some(before), Some(after)) => format!(", from {} to {}", count(before), count(after)),
                _ => String::new(),
            };
            format!("{} new ones hold {bytes}: {part}{entries}", count(number))
        }
        (Who::Named(_) | Who::Rest(_), _) => {
            let values = line.entries_after.map_or_else(String::new, |number| {
                format!(", with {}", number_of(number, "value", "values"))
            });
            format!("it grew by {bytes}: {part}{values}")
        }
        _ if evidence.kind == ContainerKind::Text => format!(
            "this {} takes {} in place of {}, {bytes} more: {part}",
            line.kind,
            size(line.bytes_after),
            size(line.bytes_before),
        ),
        _ => {
            let class = scene.snapshot.classes().name(scene.snapshot.class_of(line.object));
            let noun = if evidence.kind == ContainerKind::Bytes { class } else { line.kind };
            let mut claim = format!(
                "{} grew by {bytes}, from {} to {}: {part}",
                this(&sanitize(noun, NAME_LIMIT)),
                size(line.bytes_before),
                size(line.bytes_after),
            );
            if let (Some(before), Some(after)) = (line.entries_before, line.entries_after)
                && after > before
            {
                let after = number_of(after, "entry", "entries");
                claim.push_str(&format!(", from {} to {after}", count(before)));
            }
            claim
        }
    }
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

/// `400 arrays`.
fn many_of(kind: &str, number: u64) -> String {
    let plural = match kind {
        kind if kind.ends_with('s') => kind.to_owned(),
        "dictionary" => "dictionaries".to_owned(),
        kind => format!("{kind}s"),
    };
    format!("{} {plural}", count(number))
}

fn growth_suspect(
    scene: &Scene<'_>,
    growth: &Growth,
    at: u32,
    evidence: &Evidence,
    line: &GrowthLine,
) -> Suspect {
    let mut facts = Vec::new();
    if let Some(place) = &line.place {
        let what = if matches!(evidence.who, Who::Function) { "The function" } else { "The variable" };
        facts.push(format!("{what} is {place}"));
    }
    if !line.what.is_empty() {
        let what: Vec<&str> = line.what.iter().take(CLASSES).map(String::as_str).collect();
        let is_known = growth.ids.is_one_process();
        facts.push(format!("{}: {}", if is_known { "New in it" } else { "In it" }, what.join("; ")));
    }
    if let Some(why) = &line.why {
        facts.push(format!("Why it is kept: {why}"));
    }
    if let Some(each) = line.bytes_per_entry.filter(|_| evidence.kind != ContainerKind::Text) {
        facts.push(format!("Each new entry takes {}", size(each)));
    }
    let id = growth.current.id(line.object);
    Suspect {
        owner: line.owner.clone(),
        claim: growth_claim(scene, evidence, line),
        place: line.place.clone(),
        what: line.what.first().cloned(),
        why: line.why.clone(),
        confidence: line.confidence,
        fingerprint: line.fingerprint.clone(),
        entries_before: line.entries_before,
        entries_after: line.entries_after,
        facts,
        path: line.path.clone(),
        object: line.object,
        holder: holder_of(&evidence.who),
        new_entries: examples(&evidence.contents),
        line: Some(at),
        id,
        bytes: u64::try_from(line.growth).unwrap_or(0),
        share: line.share,
    }
}

/// The references from the variable or property that names whom the evidence accuses.
fn holder_of(who: &Who) -> Vec<EdgeIndex> {
    match who {
        Who::Container(holder) | Who::Each(holder) => holder.edges.clone(),
        Who::Class(holders) => holders.first().map_or_else(Vec::new, |holder| holder.edges.clone()),
        _ => Vec::new(),
    }
}

/// Of each kind of content: the function, who calls it, and an example.
fn examples(contents: &[Content]) -> Vec<NodeIndex> {
    let of_one = |content: &Content| {
        let callers = content.callers.iter().copied();
        content.function.into_iter().chain(callers).chain([content.example]).collect::<Vec<_>>()
    };
    contents.iter().take(CLASSES).flat_map(of_one).collect()
}

fn told(snapshot: &Snapshot, class: ClassEntries) -> String {
    let name = sanitize(snapshot.classes().name(class.class), NAME_LIMIT);
    format!("{} {name} ({})", count(class.count), size(class.bytes))
}

fn number_of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

fn path_or_none(path: &str) -> String {
    if path.is_empty() { "no path from a root".into() } else { path.to_owned() }
}
