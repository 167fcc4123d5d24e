//! What the code says about something that grows: lines, and how they are ranked.

use crate::source::code::Code;
use crate::source::maps::Original;
use crate::source::outline::{ANY, Action, Member, Site};
use crate::source::places::Place;
use crate::source::text::Check;

/// Lines of one kind in a finding.
pub const LINES: usize = 20;
/// Units of a line's text in a finding.
const LINE_LIMIT: usize = 200;

/// A line of code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// Where it stands in the code that ran.
    pub place: Place,
    /// Where it stands in the code that was written, if a source map tells it: the text is that one's then.
    pub original: Option<Original>,
    /// What stands there, without the space around it, cut to 200 characters.
    pub text: String,
}

impl CodeLine {
    /// Its number in the text that is shown.
    pub fn line(&self) -> Option<u32> {
        let original = self.original.as_ref().map(|original| original.position);
        original.or(self.place.position).map(|position| position.line)
    }

    /// The original file; none if that is the script itself.
    pub fn file(&self) -> Option<&str> {
        self.original.as_ref().map(|original| &*original.url)
    }
}

/// What the code says about something that grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFinding {
    /// The variable or property; empty if only the place of the new entries is known.
    pub variable: String,
    /// Where it is declared or first assigned.
    pub declared: Option<CodeLine>,
    /// What adds to it, the likeliest first.
    pub grows: Vec<CodeLine>,
    /// What removes from it, in the same file.
    pub shrinks: Vec<CodeLine>,
    /// Whether the text is the one that ran.
    pub check: Check,
}

/// The part of a path behind its variable.
#[derive(Clone, Default, Debug)]
pub struct Steps<'a> {
    /// Properties, and [`ANY`] for entries of containers.
    pub path: Vec<&'a str>,
    /// The class of what has the last property.
    pub class: Option<&'a str>,
}

impl Steps<'_> {
    fn named(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path.iter().copied().filter(|&step| step != ANY)
    }

    /// The last property.
    pub fn last_property(&self) -> Option<&str> {
        self.named().next_back()
    }
}

/// Offsets in one text, of which lines are made.
#[derive(Default)]
pub struct Offsets {
    /// Of the declaration.
    pub declared: Option<u32>,
    /// Of what adds, the likeliest first.
    pub grows: Vec<u32>,
    /// Of what removes.
    pub shrinks: Vec<u32>,
}

impl Code {
    /// The lines of the variable declared at `variable`. A place that goes on from it as the path does is
    /// likelier than one that does not, if there is one; of these one that puts in what came.
    pub fn lines_of_variable(
        &self,
        name: &str,
        variable: u32,
        steps: &Steps<'_>,
        puts_in: &dyn Fn(&Site) -> bool,
    ) -> SourceFinding {
        let outline = &self.outline;
        let sites = || outline.sites().iter().filter(|site| outline.variable_of(site) == Some(variable));
        let follows = |site: &Site| {
            let mut named = site.chain.path.iter().map(String::as_str).filter(|&step| step != ANY);
            steps
                .named()
                .next()
                .is_none_or(|first| named.next().is_some_and(|step| outline.reads(step, first)))
        };
        let any_follows = sites().any(|site| site.action <= Action::Replaces && follows(site));
        let mut found: Vec<Rank> = Vec::new();
        let mut shrinks = Vec::new();
        for site in sites().filter(|site| !any_follows || follows(site)) {
            match site.action {
                Action::Shrinks => shrinks.push(site.offset),
                _ => {
                    let is_other_depth = !site.chain.path.iter().eq(&steps.path);
                    let rank = self.rank(site, is_other_depth, puts_in(site));
                    found.push(Rank { is_indirect: !any_follows, ..rank });
                }
            }
        }
        let mut declared = None;
        if let Some(member) = steps.last_property() {
            declared = self.declared_member(member, Some(variable), steps.class);
            if !any_follows {
                for site in self.sites_of_member(member, steps.class, Action::Replaces) {
                    let rank = self.rank(site, false, puts_in(site));
                    found.push(Rank { action: Action::Grows, ..rank });
                }
                let removes = self.sites_of_member(member, steps.class, Action::Shrinks).into_iter();
                let removes = removes.filter(|site| site.action == Action::Shrinks);
                shrinks.extend(removes.map(|site| site.offset));
            }
        }
        found.sort_unstable();
        let grows = found.into_iter().map(|rank| rank.offset).collect();
        let declared = Some(declared.unwrap_or(variable));
        self.finding(name, Offsets { declared, grows, shrinks })
    }

    fn rank(&self, site: &Site, is_other_depth: bool, puts_in: bool) -> Rank {
        Rank {
            escapes: site.action == Action::Escapes,
            is_indirect: false,
            runs_once: self.outline.runs_once(site.scope),
            puts_in_other: !puts_in,
            is_other_depth,
            action: site.action,
            offset: site.offset,
        }
    }

    /// Where a property of what `variable` holds gets its first value: by the variable's name, in the
    /// statement that declares it, in the class that has it, or else at the only place that names it.
    pub fn declared_member(&self, name: &str, variable: Option<u32>, class: Option<&str>) -> Option<u32> {
        let outline = &self.outline;
        let first = |is_it: &dyn Fn(&Member) -> bool| {
            outline.members_of(name).filter(|&member| is_it(member)).min_by_key(|member| member.offset)
        };
        let of_variable = variable.and_then(|variable| {
            let end = outline.declaration_end(variable);
            let is_its = |member: &Member| outline.variable_of_member(member) == Some(variable);
            first(&|member| (variable..end).contains(&member.offset))
                .or_else(|| first(&|member| is_its(member) && outline.runs_once(member.scope)))
        });
        let of_class = || class.and_then(|class| first(&|member| member.class.as_deref() == Some(class)));
        let found = of_variable.or_else(of_class).or_else(|| {
            let mut all = outline.members_of(name);
            let only = all.next()?;
            let line = |offset: u32| self.lines().position(offset as usize).line;
            all.all(|other| line(other.offset) == line(only.offset)).then_some(only)
        });
        // A field that begins as null declares nothing: what grows came later.
        found.filter(|member| !member.is_null).map(|member| member.offset)
    }

    /// Places that change a property of this name, of objects of this class if there are such.
    pub fn sites_of_member(&self, name: &str, class: Option<&str>, at_most: Action) -> Vec<&Site> {
        let is_it = |site: &&Site| {
            let mut steps = site.chain.path.iter().map(String::as_str);
            site.action <= at_most
                && steps.rfind(|&step| step != ANY).is_some_and(|step| self.outline.reads(step, name))
        };
        let all: Vec<&Site> = self.outline.sites().iter().filter(is_it).collect();
        let of_class: Vec<&Site> =
            all.iter().copied().filter(|site| class.is_some() && site.class.as_deref() == class).collect();
        if of_class.iter().any(|site| site.action <= Action::Replaces) { of_class } else { all }
    }

    /// A finding of the lines at these offsets.
    pub fn finding(&self, name: &str, offsets: Offsets) -> SourceFinding {
        let list = |offsets: Vec<u32>| {
            let mut found: Vec<CodeLine> = Vec::new();
            for code in offsets.into_iter().map(|offset| self.line(offset)) {
                let is_same = |other: &CodeLine| other.line() == code.line() && other.file() == code.file();
                if found.len() < LINES && !found.iter().any(is_same) {
                    found.push(code);
                }
            }
            found
        };
        let original = offsets.declared.and_then(|offset| self.written(offset)?.name());
        SourceFinding {
            variable: original.unwrap_or_else(|| name.to_owned()),
            declared: offsets.declared.map(|offset| self.line(offset)),
            grows: list(offsets.grows),
            shrinks: list(offsets.shrinks),
            check: self.text.check,
        }
    }

    fn line(&self, offset: u32) -> CodeLine {
        let lines = self.lines();
        let position = lines.position(offset as usize);
        let place = Place { script: self.script, position: Some(position) };
        let written = self.written(offset);
        let original_line = written.as_ref().map(|written| written.line().unwrap_or_default());
        let text = original_line.or_else(|| lines.line(position.line)).map(cut).unwrap_or_default();
        CodeLine { place, original: written.map(|written| written.original()), text }
    }
}

/// How likely a place is the one that makes it grow: what is less comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    escapes: bool,
    runs_once: bool,
    /// It changes something on the way to what grows.
    is_indirect: bool,
    puts_in_other: bool,
    is_other_depth: bool,
    action: Action,
    offset: u32,
}

/// A line for display.
pub fn cut(line: &str) -> String {
    line.trim().chars().take(LINE_LIMIT).collect()
}
