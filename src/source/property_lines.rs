//! The lines of code of a property that no variable leads to: of the global object, or of any object.

use crate::source::code::Code;
use crate::source::finding::{Offsets, SourceFinding, Steps};
use crate::source::outline::{ANY, Action, Site};

/// What the code, and the heap, call the global object.
pub(super) const GLOBALS: [&str; 5] = ["globalThis", "global", "window", "Window", "self"];

impl Code {
    /// Of the property `name` of the global object, written with or without that; without a name, of
    /// properties whose names are known when the code runs.
    pub(super) fn lines_of_global(&self, name: Option<&str>, steps: &Steps<'_>) -> SourceFinding {
        let sites = self.outline.sites();
        // What follows the property, where a site is one of it.
        let rest = |site: &'_ Site| -> Option<Vec<String>> {
            let root = site.chain.root.as_deref()?;
            let declared = self.outline.variable_of(site);
            let path = &site.chain.path;
            match name {
                Some(name) if root == name => {
                    let is_outermost = declared.is_none() || declared == self.outline.resolve(root, 0);
                    is_outermost.then(|| path.clone())
                }
                _ if declared.is_some() || !GLOBALS.contains(&root) => None,
                Some(name) => path.first().filter(|&first| first == name).map(|_| path[1..].to_vec()),
                None if path.first().is_none_or(|first| first == ANY) => Some(Vec::new()),
                None => None,
            }
        };
        let is_named = |site: &Site| {
            name.is_none()
                && sites.iter().any(|other| {
                    other.offset == site.offset && other.chain.path.first().is_some_and(|step| step != ANY)
                })
        };
        let first_step = steps.path.iter().copied().find(|&step| step != ANY);
        let follows = |rest: &[String]| {
            let first = rest.iter().map(String::as_str).find(|&step| step != ANY);
            first.is_none() || first_step.is_none() || first == first_step
        };
        let mut grows = Vec::new();
        let mut shrinks = Vec::new();
        let mut declared = name.and_then(|name| self.outline.resolve(name, 0));
        for site in sites {
            let Some(rest) = rest(site).filter(|rest| follows(rest)) else { continue };
            let is_assigned = rest.is_empty() && matches!(site.action, Action::Replaces | Action::Shrinks);
            if declared.is_none() && is_assigned {
                declared = Some(site.offset);
            }
            match site.action {
                Action::Shrinks => shrinks.push(site.offset),
                action if action <= Action::Replaces && !is_named(site) => {
                    grows.push((self.outline.runs_once(site.scope), action, site.offset));
                }
                _ => {}
            }
        }
        grows.sort_unstable();
        let grows: Vec<u32> = grows.into_iter().map(|(.., offset)| offset).collect();
        let declared = declared.or_else(|| grows.first().copied());
        self.finding(name.unwrap_or("globalThis"), Offsets { declared, grows, shrinks })
    }

    /// Of the property `name` of any object, of those of this class if there are such.
    pub(super) fn lines_of_member(&self, name: &str, class: Option<&str>) -> SourceFinding {
        let sites = self.sites_of_member(name, class, Action::Shrinks);
        let offsets = |is_it: &dyn Fn(Action) -> bool| {
            sites.iter().filter(|site| is_it(site.action)).map(|site| site.offset).collect()
        };
        let declared = self.declared_member(name, None, class);
        let declared = declared.or_else(|| self.outline.members_of(name).map(|member| member.offset).min());
        let grows = offsets(&|action| action == Action::Grows);
        self.finding(name, Offsets { declared, grows, shrinks: offsets(&|action| action == Action::Shrinks) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::snapshot::scripts::ScriptIndex;
    use crate::source::finding::CodeLine;
    use crate::source::syntax::outline;
    use crate::source::text::{Check, ScriptText};

    #[test]
    fn globals_are_found_with_and_without_a_declaration() {
        let of = |text: &str, name: Option<&str>| {
            let outline = outline(text, "x.js").unwrap();
            let text = ScriptText { text: text.into(), is_whole: true, check: Check::SameText, path: None };
            let found = Code::new(ScriptIndex::default(), Arc::new(text), Arc::new(outline));
            let found = found.lines_of_global(name, &Steps::default());
            let line = |code: &CodeLine| code.place.position.unwrap().line;
            (found.declared.as_ref().map(line), found.grows.iter().map(line).collect::<Vec<_>>())
        };
        assert_eq!(of("seen = [];\nfunction f() {\n  seen.push(1);\n}", Some("seen")), (Some(1), vec![3]));
        assert_eq!(
            of("window.all = {};\nfunction f(k) {\n  all[k] = 1;\n}", Some("all")),
            (Some(1), vec![3])
        );
        let text = "function f(i) {\n  globalThis.one = i;\n  globalThis['result_' + i] = i;\n}";
        assert_eq!(of(text, None), (Some(3), vec![3]));
    }
}
