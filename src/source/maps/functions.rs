//! Functions and classes of an original text: where they stand and what they are called there.

use std::borrow::Cow;

use oxc_ast::AstKind;
use oxc_ast::ast::{AssignmentTarget, Expression, MemberExpression, MethodDefinition, MethodDefinitionKind};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};
use rustc_hash::FxHashMap;

use crate::source::lines::Lines;
use crate::source::places::Position;
use crate::source::syntax::with_program;

/// Bytes of a line in which each column is counted anew.
const LONG_LINE: usize = 1 << 16;

/// A function or class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Where it begins, its key or name in front included.
    pub begin: Position,
    /// Where its body begins.
    pub body: Position,
    /// Where it ends.
    pub end: Position,
    /// What it is called; a constructor by its class.
    pub name: Option<String>,
    /// Whether it is a class.
    pub is_class: bool,
}

/// All definitions of one text, in the order in which they begin.
#[derive(Default, Debug)]
pub struct Definitions {
    found: Vec<Definition>,
}

/// Walks a tree.
struct Finder<'a> {
    lines: &'a Lines<'a>,
    found: Vec<Definition>,
    /// Of functions and classes that are values: by where they begin, where their key begins and its name.
    keys: FxHashMap<u32, (u32, Option<String>)>,
    /// Of declarations, where the word before them begins: `export`, `const`.
    words: FxHashMap<u32, u32>,
    /// The names of the classes around.
    classes: Vec<Option<String>>,
}

impl Definitions {
    /// Parses `text`; `name` tells JavaScript from TypeScript.
    pub fn find(text: &str, name: &str) -> Result<Self, String> {
        let lines = Lines::new(text);
        if !text.is_ascii() && lines.longest() > LONG_LINE {
            return Err("its lines are too long".to_owned());
        }
        with_program(text, name, |program| {
            let mut finder = Finder {
                lines: &lines,
                found: Vec::new(),
                keys: FxHashMap::default(),
                words: FxHashMap::default(),
                classes: Vec::new(),
            };
            finder.visit_program(program);
            let mut found = finder.found;
            found.sort_by_key(|definition| (definition.begin, std::cmp::Reverse(definition.end)));
            Self { found }
        })
    }

    /// The innermost definition around a place.
    pub fn around(&self, position: Position) -> Option<&Definition> {
        let behind = self.found.partition_point(|definition| definition.begin <= position);
        self.found[..behind].iter().rev().find(|definition| position < definition.end)
    }

    /// Whether a function or class begins at a place: it lies between its first letter and its body, or
    /// beside the methods of a class.
    pub fn begins_at(&self, position: Position) -> bool {
        self.around(position).is_some_and(|definition| definition.is_class || position <= definition.body)
    }
}

impl Finder<'_> {
    fn define(&mut self, span: Span, body: u32, own: Option<String>, is_class: bool) -> Option<String> {
        let (begin, key) = self.keys.remove(&span.start).unwrap_or((span.start, None));
        let name = own.or(key);
        let at = |offset: u32| self.lines.position(offset as usize);
        let (begin, body, end) = (at(begin.min(self.with_word(span.start))), at(body), at(span.end));
        self.found.push(Definition { begin, body, end, name: name.clone(), is_class });
        name
    }

    /// Where a declaration begins with the word before it.
    fn with_word(&self, start: u32) -> u32 {
        self.words.get(&start).copied().unwrap_or(start)
    }

    fn key(&mut self, value: &Expression<'_>, begin: u32, name: Option<String>) {
        self.keys.insert(value.get_inner_expression().span().start, (begin, name));
    }

    fn method(&mut self, it: &MethodDefinition<'_>) {
        let name = match it.kind {
            MethodDefinitionKind::Constructor => self.classes.last().cloned().flatten(),
            _ => it.key.name().map(Cow::into_owned),
        };
        self.keys.insert(it.value.span.start, (it.span.start, name));
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::Function(it) => {
                let own = it.id.as_ref().map(|id| id.name.to_string());
                if let Some(body) = &it.body {
                    self.define(it.span, body.span.start, own, false);
                }
            }
            AstKind::ArrowFunctionExpression(it) => {
                self.define(it.span, it.body.span().start, None, false);
            }
            AstKind::Class(it) => {
                let own = it.id.as_ref().map(|id| id.name.to_string());
                let name = self.define(it.span, it.body.span.start, own, true);
                self.classes.push(name);
            }
            AstKind::MethodDefinition(it) => self.method(it),
            AstKind::PropertyDefinition(it) => {
                if let Some(value) = &it.value {
                    self.key(value, it.span.start, it.key.name().map(Cow::into_owned));
                }
            }
            AstKind::ObjectProperty(it) => {
                self.key(&it.value, it.span.start, it.key.name().map(Cow::into_owned));
            }
            AstKind::ExportDeclaration(it) => {
                self.words.insert(it.declaration.span().start, it.span.start);
            }
            AstKind::ExportDefaultDeclaration(it) => {
                self.words.insert(it.declaration.span().start, it.span.start);
            }
            AstKind::VariableDeclaration(it) => {
                if let Some(first) = it.declarations.first() {
                    self.words.insert(first.span.start, self.with_word(it.span.start));
                }
            }
            AstKind::VariableDeclarator(it) => {
                if let Some(init) = &it.init {
                    let name = it.id.get_identifier_name().map(|name| name.to_string());
                    self.key(init, self.with_word(it.span.start), name);
                }
            }
            AstKind::AssignmentExpression(it) => {
                let name = match &it.left {
                    AssignmentTarget::AssignmentTargetIdentifier(name) => Some(name.name.as_str()),
                    left => left.as_member_expression().and_then(MemberExpression::static_property_name),
                };
                self.key(&it.right, it.span.start, name.map(str::to_owned));
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if let AstKind::Class(_) = kind {
            self.classes.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, at: &str) -> Option<String> {
        let definitions = Definitions::find(text, "x.ts").unwrap();
        let position = Lines::new(text).position(text.find(at).unwrap());
        assert!(definitions.begins_at(position), "{at}");
        definitions.around(position)?.name.clone()
    }

    #[test]
    fn definitions_have_the_names_that_people_see() {
        let text = "export class Cache<T> {\n  private list: T[] = [];\n  constructor(a: T) { this.list.push(a); }\n\
                    get size(): number { return 1; }\n  #hide = (b: T) => b;\n}\nconst make = async (c: number) => c;\n\
                    module.exports.go = function (d) {};\nconst o = { run(e) {}, key: (f) => f };\n\
                    app.get('/', (g) => g);\nconst Other = class { constructor(h) {} };\n";
        for (at, name) in [
            ("export class", "Cache"),
            ("get size", "size"),
            ("const make", "make"),
            ("list:", "Cache"),
            ("(a: T)", "Cache"),
            ("size", "size"),
            ("(b: T)", "hide"),
            ("async (c", "make"),
            ("(d)", "go"),
            ("(e)", "run"),
            ("(f)", "key"),
            ("(h)", "Other"),
        ] {
            assert_eq!(named(text, at).as_deref(), Some(name), "{at}");
        }
        assert_eq!(named(text, "(g)"), None);
    }

    #[test]
    fn the_body_of_a_function_is_not_its_beginning() {
        let text = "function f(a) { return a; }\nf(1);";
        let definitions = Definitions::find(text, "x.js").unwrap();
        let at = |part: &str| Lines::new(text).position(text.find(part).unwrap());
        assert!(definitions.begins_at(at("(a)")) && !definitions.begins_at(at("return")));
        assert!(!definitions.begins_at(at("f(1)")));
    }
}
