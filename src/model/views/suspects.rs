//! Leak suspects in plain words: what holds a large part of one heap, or of the growth between two.

use crate::base::{Cancelled, NodeIndex, ObjectId, Progress};
use crate::growth::{ClassEntries, Growth};
use crate::model::format;
use crate::model::format::javascript_path::{JavaScriptPath, code};
use crate::model::format::{count, percent, sanitize, signed_size, size};
use crate::model::views::growth::report::{GrowthLine, gross, is_engines_own, line, said};
use crate::snapshot::{SizeMode, Snapshot};
use crate::suspects::{Holding, ObjectHolding, PART};

/// Growth below this part of the baseline accuses nobody: a hundredth.
const LEAST_GROWTH: u64 = 100;
/// Classes that a suspect's contents are told by.
const CLASSES: usize = 3;
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
    /// What else is known, a sentence each.
    pub facts: Vec<String>,
    /// The whole way to it as code.
    pub path: String,
    /// The object to look at, in the current snapshot.
    pub object: NodeIndex,
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
    /// The suspects, the gravest first.
    pub suspects: Vec<Suspect>,
}

impl SuspectsReport {
    /// Who holds more than a tenth of one heap. `O(nodes)`.
    pub fn of_heap(snapshot: &Snapshot, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let total = snapshot.retained(mode, snapshot.graph().root).unwrap_or(0);
        let suspects: Vec<Suspect> = snapshot
            .suspects(mode, progress)?
            .iter()
            .map(|holding| match holding {
                Holding::Object(object) => object_suspect(snapshot, object, total),
                Holding::Class(class) => class_suspect(snapshot, *class, total),
            })
            .collect();
        let verdict = match suspects.len() {
            0 => format!("Nothing holds a tenth of the heap's {} or more.", size(total)),
            1 => format!("One suspect holds a tenth of the heap's {} or more.", size(total)),
            many => format!("{many} suspects hold a tenth of the heap's {} or more each.", size(total)),
        };
        Ok(Self { verdict, suspects })
    }

    /// Who has a tenth of the growth between two heaps, if they grew by a hundredth.
    pub fn of_growth(growth: &Growth) -> Self {
        let change = signed_size(growth.delta);
        let before = size(growth.baseline_size);
        if let Some(note) = growth.ids.note() {
            let verdict = format!("{note}. Nobody can be accused of growth.");
            return Self { verdict, suspects: Vec::new() };
        }
        let all = gross(growth);
        let least = (all / PART).max(growth.baseline_size / LEAST_GROWTH).max(growth.threshold);
        let grown = u64::try_from(growth.delta).unwrap_or(0);
        let suspects: Vec<Suspect> = if grown * LEAST_GROWTH < growth.baseline_size {
            Vec::new()
        } else {
            let rows = growth.rows.iter().filter(|row| !is_engines_own(growth, row));
            let large = (0..).zip(rows).take_while(|(_, row)| row.growth >= least.cast_signed());
            large.map(|(at, row)| growth_suspect(growth, at, &line(growth, row, all))).collect()
        };
        let verdict = match suspects.len() {
            0 => format!("No growth worth a suspect: {change} on {before}."),
            1 => format!("The heap grew by {} on {before}, and there is one suspect.", size(grown)),
            many => {
                format!("The heap grew by {} on {before}, and there are {many} suspects.", size(grown))
            }
        };
        Self { verdict, suspects }
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.verdict);
        for (at, suspect) in self.suspects.iter().enumerate() {
            text.push_str(&format!("\n{}. {}: {}\n", at + 1, suspect.owner, suspect.claim));
            for fact in &suspect.facts {
                text.push_str(&format!("   {fact}\n"));
            }
            text.push_str(&format!("   Way to it: {}\n", suspect.path));
        }
        text.replace('\u{a0}', " ")
    }

    /// For an issue or a chat.
    pub fn markdown(&self) -> String {
        let mut text = format!("## Leak suspects\n\n{}\n", self.verdict);
        for (at, suspect) in self.suspects.iter().enumerate() {
            text.push_str(&format!("\n### {}. {}\n\n{}\n\n", at + 1, code(&suspect.owner), suspect.claim));
            for fact in &suspect.facts {
                text.push_str(&format!("- {}\n", plain_markdown(fact)));
            }
            text.push_str(&format!("- Way to it: {}\n", code(&suspect.path)));
        }
        text.replace('\u{a0}', " ")
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

fn object_suspect(snapshot: &Snapshot, holding: &ObjectHolding, total: u64) -> Suspect {
    let (owner, path) = said(snapshot, holding.node);
    let share = format::share(holding.bytes, total);
    let id = ObjectId(snapshot.graph().nodes.id(holding.node));
    let entries = match holding.entries {
        Some(entries) if holding.kind.is_collection() => {
            format!(" in {}", number_of(entries, "entry", "entries"))
        }
        _ => String::new(),
    };
    let kind = holding.kind.label();
    let claim =
        format!("this {kind} {id} holds {}, {} of the heap{entries}", size(holding.bytes), percent(share));
    let holds = holding.holds.iter().take(CLASSES).map(|class| told(snapshot, *class)).collect::<Vec<_>>();
    let facts =
        if holds.is_empty() { Vec::new() } else { vec![format!("Right below it: {}", holds.join(", "))] };
    Suspect {
        owner,
        claim,
        place: None,
        facts,
        path: path_or_none(&path),
        object: holding.node,
        line: None,
        id,
        bytes: holding.bytes,
        share,
    }
}

fn class_suspect(snapshot: &Snapshot, class: ClassEntries, total: u64) -> Suspect {
    let share = format::share(class.bytes, total);
    let path = JavaScriptPath::new(snapshot, class.example);
    let id = ObjectId(snapshot.graph().nodes.id(class.example));
    Suspect {
        owner: sanitize(snapshot.classes().name(class.class), NAME_LIMIT),
        claim: format!(
            "{} of this class hold {} together, {} of the heap",
            number_of(class.count, "object", "objects"),
            size(class.bytes),
            percent(share)
        ),
        place: None,
        facts: vec![format!("The largest of them is {id}")],
        path: path_or_none(&path),
        object: class.example,
        line: None,
        id,
        bytes: class.bytes,
        share,
    }
}

fn growth_suspect(growth: &Growth, at: u32, line: &GrowthLine) -> Suspect {
    let bytes = u64::try_from(line.growth).unwrap_or(0);
    let mut claim = format!(
        "this {} grew by {}, from {} to {}: {} of all growth",
        line.kind,
        size(bytes),
        size(line.bytes_before),
        size(line.bytes_after),
        percent(line.share)
    );
    if let (Some(before), Some(after)) = (line.entries_before, line.entries_after)
        && after > before
    {
        claim.push_str(&format!(", from {} to {}", count(before), number_of(after, "entry", "entries")));
    }
    let mut facts = Vec::new();
    if let Some(place) = &line.place {
        facts.push(format!("The variable is {place}"));
    }
    if let Some(each) = line.bytes_per_entry {
        facts.push(format!("Each new entry takes {}", size(each)));
    }
    if !line.new_entries.is_empty() {
        let told =
            line.new_entries.iter().take(CLASSES).map(|entries| {
                format!("{} {} ({})", count(entries.count), entries.class, size(entries.bytes))
            });
        facts.push(format!("New in it: {}", told.collect::<Vec<_>>().join(", ")));
    }
    let id = ObjectId(growth.current.graph().nodes.id(line.object));
    Suspect {
        owner: line.owner.clone(),
        claim,
        place: line.place.clone(),
        facts,
        path: line.path.clone(),
        object: line.object,
        line: Some(at),
        id,
        bytes,
        share: line.share,
    }
}

fn told(snapshot: &Snapshot, class: ClassEntries) -> String {
    let name = sanitize(snapshot.classes().name(class.class), NAME_LIMIT);
    format!("{} {name} ({})", count(class.count), size(class.bytes))
}

fn number_of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

fn path_or_none(path: &JavaScriptPath) -> String {
    if path.text().is_empty() { "only V8 knows it".into() } else { path.text().to_owned() }
}
