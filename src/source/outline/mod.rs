//! What the lines about variables need of a syntax tree: scopes, declarations, functions, and every place
//! that changes what a variable or property holds.

mod aliases;
mod chain;
mod expressions;
mod function_hints;
mod verbs;
mod visitor;
mod walk;

use std::iter::successors;

use rustc_hash::{FxHashMap, FxHashSet};

pub use crate::source::outline::chain::{ANY, Chain};

/// What a place in the code does to a variable or property.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// Adds to what it holds.
    Grows,
    /// Makes it hold something else.
    Replaces,
    /// Calls a method of it that may add to it.
    Calls,
    /// Hands it to a function, which may add to it.
    Escapes,
    /// Removes from what it holds.
    Shrinks,
}

/// A value as the code makes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// `new` of this class, or `this` in it.
    New(String),
    /// A function, by where V8 says it starts.
    Function(u32),
    /// An object literal, by its keys.
    Literal(Vec<String>),
    /// What a variable holds, until that is looked up.
    Variable(String),
}

/// A place that changes something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Byte offset.
    pub offset: u32,
    /// The scope it stands in.
    pub scope: usize,
    /// The scope that its variable is looked up from.
    pub seen_from: usize,
    /// The class around it.
    pub class: Option<String>,
    /// What is changed.
    pub chain: Chain,
    /// How.
    pub action: Action,
    /// What is put in or handed on, as far as that shows.
    pub values: Vec<Value>,
}

/// A function, class, block or file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<usize>,
    /// Byte offsets of its beginning and end.
    pub span: (u32, u32),
    /// Whether `var` ends here.
    pub is_function: bool,
}

/// Where a property gets its first value: a class's field, a key of a literal, an assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The property.
    pub name: String,
    /// Byte offset.
    pub offset: u32,
    /// The class around it.
    pub class: Option<String>,
    /// What is assigned to, with the property at its end.
    pub chain: Option<Chain>,
    /// Whether it gets no value yet.
    pub is_null: bool,
    /// The scope it stands in.
    pub scope: usize,
}

/// A function or class of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionStart {
    /// Where V8 says it starts.
    pub start: u32,
    /// Byte offsets of its beginning and end.
    pub span: (u32, u32),
    /// The name it has in the text.
    pub name: Option<String>,
    /// What it can be called where it has no name.
    pub inferred: Option<String>,
}

/// The tables of one text.
#[derive(Default, Debug)]
pub struct Outline {
    scopes: Vec<Scope>,
    declarations: FxHashMap<(usize, String), u32>,
    /// Where the statement of a declaration ends, by its offset.
    ends: FxHashMap<u32, u32>,
    values: FxHashMap<u32, Value>,
    members: Vec<Member>,
    sites: Vec<Site>,
    functions: Vec<FunctionStart>,
    /// `new X`: the class and the offset.
    news: Vec<(String, u32)>,
    /// Functions and new objects that are handed to calls, and where.
    handed: Vec<(u32, Value)>,
    /// Declarations of what other modules export.
    imports: FxHashSet<u32>,
    /// Properties that are read by another name, by that name.
    getters: FxHashMap<String, String>,
}

impl Outline {
    /// The offset where the variable `name` that `scope` sees is declared.
    pub fn resolve(&self, name: &str, scope: usize) -> Option<u32> {
        let mut scopes = successors(Some(scope), |&scope| self.scopes[scope].parent);
        scopes.find_map(|scope| self.declarations.get(&(scope, name.to_owned())).copied())
    }

    /// Whether the variable declared at `offset` is what another module exports.
    pub fn is_import(&self, offset: u32) -> bool {
        self.imports.contains(&offset)
    }

    /// Whether `step` reads the property `name`: by that name, or by a getter that returns it.
    pub fn reads(&self, step: &str, name: &str) -> bool {
        step == name || self.getters.get(step).is_some_and(|property| property == name)
    }

    /// The offset where `scope` itself declares the variable `name`.
    pub fn declared_in(&self, scope: usize, name: &str) -> Option<u32> {
        self.declarations.get(&(scope, name.to_owned())).copied()
    }

    /// The scope around `scope`.
    pub fn parent(&self, scope: usize) -> Option<usize> {
        self.scopes[scope].parent
    }

    /// The innermost scope that the text at `offset` stands in.
    pub fn scope_at(&self, offset: u32) -> Option<usize> {
        // In the order of their beginnings, those inside a scope follow it.
        let last = self.scopes.partition_point(|scope| scope.span.0 <= offset).checked_sub(1)?;
        successors(Some(last), |&scope| self.scopes[scope].parent)
            .find(|&scope| offset < self.scopes[scope].span.1 || self.scopes[scope].parent.is_none())
    }

    /// All offsets where a variable of this name is declared, ascending.
    pub fn declarations_of(&self, name: &str) -> Vec<u32> {
        let named = self.declarations.iter().filter(|((_, other), _)| other == name);
        let mut offsets: Vec<u32> = named.map(|(_, &offset)| offset).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }

    /// Where the statement ends that declares a variable at `offset`.
    pub fn declaration_end(&self, offset: u32) -> u32 {
        self.ends.get(&offset).copied().unwrap_or(offset)
    }

    /// What the variable declared at `offset` holds, as far as that shows.
    pub fn value_of(&self, offset: u32) -> Option<&Value> {
        self.values.get(&offset)
    }

    /// The scope around the function at `offset`.
    pub fn scope_around_function(&self, offset: u32) -> Option<usize> {
        let holds = |scope: &Scope| scope.is_function && scope.span.0 <= offset && offset < scope.span.1;
        let innermost = self.scopes.iter().rposition(holds)?;
        self.scopes[innermost].parent.or(Some(innermost))
    }

    /// Whether `scope` is in no function, so that its code runs once.
    pub fn runs_once(&self, scope: usize) -> bool {
        let mut scopes = successors(Some(scope), |&scope| self.scopes[scope].parent);
        scopes.all(|scope| !self.scopes[scope].is_function || self.scopes[scope].parent.is_none())
    }

    /// Where properties of this name get their first value.
    pub fn members_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |member| member.name == name)
    }

    /// All places that change something, in the text's order.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// All functions and classes, in the order of their starts.
    pub fn functions(&self) -> &[FunctionStart] {
        &self.functions
    }

    /// The function or class that V8 says starts at `offset`.
    pub fn function_at(&self, offset: u32) -> Option<&FunctionStart> {
        let at = self.functions.binary_search_by_key(&offset, |function| function.start).ok()?;
        self.functions.get(at)
    }

    /// Where `new` makes an object of this class.
    pub fn news_of<'a>(&'a self, class: &'a str) -> impl Iterator<Item = u32> + 'a {
        self.news.iter().filter(move |(other, _)| other == class).map(|&(_, offset)| offset)
    }

    /// Functions and new objects that are handed to calls of any kind, with the offset of the call.
    pub fn handed(&self) -> &[(u32, Value)] {
        &self.handed
    }

    /// The variable at the beginning of a site's chain, by where it is declared.
    pub fn variable_of(&self, site: &Site) -> Option<u32> {
        self.resolve(site.chain.root.as_deref()?, site.seen_from)
    }

    /// The variable at the beginning of what a member is assigned to.
    pub fn variable_of_member(&self, member: &Member) -> Option<u32> {
        self.resolve(member.chain.as_ref()?.root.as_deref()?, member.scope)
    }
}
