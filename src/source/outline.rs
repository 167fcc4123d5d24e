//! What the lines about variables need of a syntax tree: scopes, declarations, and every place that changes
//! what a variable or property holds.

use std::mem::take;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTarget, BindingIdentifier, BindingPattern,
    CallExpression, Class, Expression, MemberExpression, NewExpression, ObjectProperty, PropertyDefinition,
    PropertyKey, UnaryExpression, UnaryOperator, UpdateExpression, VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use rustc_hash::FxHashMap;

/// Methods that add to what they are called on.
const GROWS: [&str; 23] = [
    "push",
    "unshift",
    "add",
    "set",
    "append",
    "appendChild",
    "addEventListener",
    "addListener",
    "on",
    "once",
    "prependListener",
    "subscribe",
    "register",
    "observe",
    "write",
    "enqueue",
    "insert",
    "put",
    "defer",
    "concat",
    "prepend",
    "insertBefore",
    "schedule",
];
/// Methods that remove from it.
const SHRINKS: [&str; 10] = [
    "pop",
    "shift",
    "delete",
    "clear",
    "removeEventListener",
    "removeListener",
    "off",
    "unsubscribe",
    "remove",
    "removeAllListeners",
];
/// Methods that only read.
const READS: [&str; 14] = [
    "get", "has", "keys", "values", "entries", "forEach", "map", "filter", "find", "some", "every",
    "includes", "indexOf", "join",
];
/// A step whose name is known only when the code runs.
pub const ANY: &str = "*";
/// How a step begins whose name is a variable's value, until it is known whether that is a symbol.
const COMPUTED: &str = "[";
/// Steps of an expression that are followed.
const STEPS: usize = 64;

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

/// `cache.entries.get(k)`: a variable and the steps from it. Without a variable it begins at `this` or a call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chain {
    /// The variable.
    pub root: Option<String>,
    /// Properties; [`ANY`] for computed ones.
    pub path: Vec<String>,
}

/// A place that changes something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Byte offset.
    pub offset: u32,
    /// The scope it stands in.
    pub scope: usize,
    /// What is changed.
    pub chain: Chain,
    /// How.
    pub action: Action,
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

/// The tables of one text.
#[derive(Default)]
pub struct Outline {
    scopes: Vec<Scope>,
    declarations: FxHashMap<(usize, String), u32>,
    /// Where properties get their first value: class fields, keys of literals, assignments.
    members: Vec<(String, u32)>,
    sites: Vec<Site>,
    aliases: Vec<(u32, usize, Chain)>,
    /// Variables that hold a symbol, by the step that their use is.
    symbols: FxHashMap<String, String>,
    stack: Vec<usize>,
    is_var: bool,
}

impl Outline {
    /// Replaces names of other variables' values by the values: after `const d = cache.get(k)`, `d` is
    /// `cache.*`.
    pub(super) fn finish(mut self) -> Self {
        let aliases: FxHashMap<u32, (usize, Chain)> =
            take(&mut self.aliases).into_iter().map(|(at, scope, chain)| (at, (scope, chain))).collect();
        let mut sites = take(&mut self.sites);
        let symbols = take(&mut self.symbols);
        for (name, _) in &mut self.members {
            name_symbol(&symbols, name);
        }
        for site in &mut sites {
            site.chain.path.iter_mut().for_each(|step| name_symbol(&symbols, step));
        }
        for site in &mut sites {
            for _ in 0..4 {
                let declared = site.chain.root.as_ref().and_then(|name| self.resolve(name, site.scope));
                let Some((scope, chain)) = declared.and_then(|at| aliases.get(&at)) else { break };
                if site.action == Action::Replaces && site.chain.path.is_empty() {
                    break;
                }
                site.scope = *scope;
                site.chain.root.clone_from(&chain.root);
                site.chain.path.splice(0..0, chain.path.iter().cloned());
            }
        }
        self.sites = sites;
        self
    }

    /// The offset where the variable `name` that `scope` sees is declared.
    pub fn resolve(&self, name: &str, scope: usize) -> Option<u32> {
        let mut scopes = std::iter::successors(Some(scope), |&scope| self.scopes[scope].parent);
        scopes.find_map(|scope| self.declarations.get(&(scope, name.to_owned())).copied())
    }

    /// All offsets where a variable of this name is declared, ascending.
    pub fn declarations_of(&self, name: &str) -> Vec<u32> {
        let named = self.declarations.iter().filter(|((_, other), _)| other == name);
        let mut offsets: Vec<u32> = named.map(|(_, &offset)| offset).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }

    /// The scope around the function at `offset`.
    pub fn scope_around_function(&self, offset: u32) -> Option<usize> {
        let holds = |scope: &Scope| scope.is_function && scope.span.0 <= offset && offset < scope.span.1;
        let innermost = self.scopes.iter().rposition(holds)?;
        self.scopes[innermost].parent.or(Some(innermost))
    }

    /// Whether `scope` is in no function, so that its code runs once.
    pub fn runs_once(&self, scope: usize) -> bool {
        let mut scopes = std::iter::successors(Some(scope), |&scope| self.scopes[scope].parent);
        scopes.all(|scope| !self.scopes[scope].is_function || self.scopes[scope].parent.is_none())
    }

    /// Where properties of this name get their first value.
    pub fn members_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = u32> + 'a {
        self.members.iter().filter(move |(other, _)| other == name).map(|&(_, offset)| offset)
    }

    /// All places that change something, in the text's order.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    fn here(&self) -> usize {
        self.stack.last().copied().unwrap_or(0)
    }

    fn declare(&mut self, name: &str, offset: u32, scope: usize) {
        self.declarations.entry((scope, name.to_owned())).or_insert(offset);
    }

    fn site(&mut self, offset: u32, chain: Option<Chain>, action: Action) {
        if let Some(chain) = chain {
            let scope = self.here();
            self.sites.push(Site { offset, scope, chain, action });
        }
    }

    fn assigned_member(&mut self, it: &AssignmentExpression<'_>, member: &MemberExpression<'_>) {
        let offset = it.span.start;
        let object = chain(member.object());
        let name = step(member);
        if name == "length" {
            return self.site(offset, object, Action::Shrinks);
        }
        if it.operator == AssignmentOperator::Assign && is_empty(&it.right) {
            self.members.push((name.clone(), offset));
            let whole = object.map(|chain| chain.then(name));
            return self.site(offset, whole, Action::Shrinks);
        }
        self.members.push((name.clone(), offset));
        let grows = if it.operator == AssignmentOperator::Assign { Action::Replaces } else { Action::Grows };
        self.site(offset, object.clone(), Action::Grows);
        if name != ANY {
            self.site(offset, object.map(|chain| chain.then(name)), grows);
        }
    }
}

impl Chain {
    fn then(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }
}

/// What `expression` refers to.
fn chain(expression: &Expression<'_>) -> Option<Chain> {
    let mut path = Vec::new();
    let mut at = expression;
    for _ in 0..STEPS {
        at = match at {
            Expression::Identifier(name) => {
                path.reverse();
                return Some(Chain { root: Some(name.name.to_string()), path });
            }
            Expression::CallExpression(call) => match call.callee.as_member_expression() {
                Some(callee) if callee.static_property_name() == Some("get") => {
                    path.push(ANY.into());
                    callee.object()
                }
                _ => break,
            },
            Expression::AssignmentExpression(assignment) => {
                let AssignmentTarget::AssignmentTargetIdentifier(name) = &assignment.left else {
                    let member = assignment.left.as_member_expression()?;
                    path.push(step(member));
                    at = member.object();
                    continue;
                };
                path.reverse();
                return Some(Chain { root: Some(name.name.to_string()), path });
            }
            Expression::LogicalExpression(logical) => &logical.left,
            Expression::AwaitExpression(awaited) => &awaited.argument,
            Expression::TSNonNullExpression(inner) => &inner.expression,
            Expression::TSAsExpression(inner) => &inner.expression,
            Expression::ChainExpression(inner) => {
                let Some(member) = inner.expression.as_member_expression() else { break };
                path.push(step(member));
                member.object()
            }
            other => {
                let Some(member) = other.as_member_expression() else { break };
                path.push(step(member));
                member.object()
            }
        };
    }
    path.reverse();
    (!path.is_empty()).then_some(Chain { root: None, path })
}

/// The name that a member expression ends in.
fn step(member: &MemberExpression<'_>) -> String {
    match member {
        MemberExpression::PrivateFieldExpression(private) => format!("#{}", private.field.name),
        MemberExpression::ComputedMemberExpression(computed) => match &computed.expression {
            Expression::Identifier(key) => format!("{COMPUTED}{}", key.name),
            _ => member.static_property_name().map_or_else(|| ANY.to_owned(), str::to_owned),
        },
        member => member.static_property_name().map_or_else(|| ANY.to_owned(), str::to_owned),
    }
}

/// Makes the step of a computed name the symbol that the variable holds, as the heap writes it.
fn name_symbol(symbols: &FxHashMap<String, String>, step: &mut String) {
    if step.starts_with(COMPUTED) {
        *step = symbols.get(step.as_str()).map_or_else(|| ANY.to_owned(), |name| format!("<symbol {name}>"));
    }
}

/// The description in `Symbol("…")` and `Symbol.for("…")`.
fn symbol_description(value: &Expression<'_>) -> Option<String> {
    let Expression::CallExpression(call) = value else { return None };
    let is_symbol =
        |callee: &Expression<'_>| matches!(callee, Expression::Identifier(name) if name.name == "Symbol");
    let is_call = is_symbol(&call.callee)
        || call.callee.as_member_expression().is_some_and(|member| is_symbol(member.object()));
    match call.arguments.first()?.as_expression()? {
        Expression::StringLiteral(text) if is_call => Some(text.value.to_string()),
        _ => None,
    }
}

/// Whether assigning `value` lets go of what was there.
fn is_empty(value: &Expression<'_>) -> bool {
    match value {
        Expression::NullLiteral(_) => true,
        Expression::Identifier(name) => name.name == "undefined",
        Expression::ArrayExpression(array) => array.elements.is_empty(),
        Expression::ObjectExpression(object) => object.properties.is_empty(),
        Expression::NewExpression(new) => new.arguments.is_empty(),
        _ => false,
    }
}

impl<'a> Visit<'a> for Outline {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        if let AstKind::Function(function) = kind
            && let Some(id) = function.id.as_ref().filter(|_| function.is_declaration())
        {
            let scope = self.here();
            self.declare(&id.name, id.span.start, scope);
        }
        let is_function =
            matches!(kind, AstKind::Program(_) | AstKind::Function(_) | AstKind::ArrowFunctionExpression(_));
        if is_function || opens_block(&kind) {
            let span = kind.span();
            let parent = self.stack.last().copied();
            self.stack.push(self.scopes.len());
            self.scopes.push(Scope { parent, span: (span.start, span.end), is_function });
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        let is_function =
            matches!(kind, AstKind::Program(_) | AstKind::Function(_) | AstKind::ArrowFunctionExpression(_));
        if is_function || opens_block(&kind) {
            self.stack.pop();
        }
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let mut scope = self.here();
        while self.is_var && !self.scopes[scope].is_function {
            let Some(parent) = self.scopes[scope].parent else { break };
            scope = parent;
        }
        self.declare(&it.name, it.span.start, scope);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let before = std::mem::replace(&mut self.is_var, it.kind.is_var());
        walk::walk_variable_declaration(self, it);
        self.is_var = before;
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(name), Some(init)) = (&it.id, &it.init)
            && let Some(chain) = chain(init).filter(|chain| chain.root.is_some())
        {
            let scope = self.here();
            self.aliases.push((name.span.start, scope, chain));
        }
        if let (BindingPattern::BindingIdentifier(name), Some(description)) =
            (&it.id, it.init.as_ref().and_then(symbol_description))
        {
            self.symbols.insert(format!("{COMPUTED}{}", name.name), description);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if let Some(id) = &it.id {
            let scope = self.here();
            self.declare(&id.name, id.span.start, scope);
        }
        walk::walk_class(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.member(&it.key);
        walk::walk_property_definition(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        self.member(&it.key);
        walk::walk_object_property(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(callee) = it.callee.as_member_expression() {
            let name = callee.static_property_name().unwrap_or_default();
            let action = match name {
                "splice" if it.arguments.len() > 2 => Some(Action::Grows),
                "splice" => Some(Action::Shrinks),
                name if GROWS.contains(&name) => Some(Action::Grows),
                name if SHRINKS.contains(&name) => Some(Action::Shrinks),
                name if READS.contains(&name) => None,
                _ => Some(Action::Calls),
            };
            // The line of the method: a chain of calls may go over many lines.
            let offset = callee.span().end.saturating_sub(u32::try_from(name.len()).unwrap_or(0));
            if let Some(action) = action {
                self.site(offset, chain(callee.object()), action);
            }
        }
        for argument in it.arguments.iter().filter_map(oxc_ast::ast::Argument::as_expression) {
            self.escapes(argument);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        for argument in it.arguments.iter().filter_map(oxc_ast::ast::Argument::as_expression) {
            self.escapes(argument);
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left {
            let action = match it.operator {
                AssignmentOperator::Assign if is_empty(&it.right) => Action::Shrinks,
                AssignmentOperator::Assign => Action::Replaces,
                _ => Action::Grows,
            };
            let chain = Chain { root: Some(name.name.to_string()), path: Vec::new() };
            self.site(it.span.start, Some(chain), action);
        } else if let Some(member) = it.left.as_member_expression() {
            self.assigned_member(it, member);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let Some(member) = it.argument.as_member_expression() {
            self.site(it.span.start, chain(member.object()), Action::Grows);
        }
        walk::walk_update_expression(self, it);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if let (UnaryOperator::Delete, Some(member)) = (it.operator, it.argument.as_member_expression()) {
            self.site(it.span.start, chain(member.object()), Action::Shrinks);
        }
        walk::walk_unary_expression(self, it);
    }
}

impl Outline {
    /// What is handed to a function, alone or in a list or object.
    fn escapes(&mut self, argument: &Expression<'_>) {
        match argument {
            Expression::ArrayExpression(list) => {
                for item in
                    list.elements.iter().filter_map(oxc_ast::ast::ArrayExpressionElement::as_expression)
                {
                    self.site(item.span().start, chain(item), Action::Escapes);
                }
            }
            Expression::ObjectExpression(object) => {
                for property in &object.properties {
                    if let oxc_ast::ast::ObjectPropertyKind::ObjectProperty(property) = property {
                        let value = &property.value;
                        self.site(value.span().start, chain(value), Action::Escapes);
                    }
                }
            }
            other => self.site(other.span().start, chain(other), Action::Escapes),
        }
    }

    fn member(&mut self, key: &PropertyKey<'_>) {
        let name = match key {
            PropertyKey::PrivateIdentifier(private) => Some(format!("#{}", private.name)),
            key => key.static_name().map(std::borrow::Cow::into_owned),
        };
        self.members.extend(name.map(|name| (name, key.span().start)));
    }
}

fn opens_block(kind: &AstKind<'_>) -> bool {
    matches!(
        kind,
        AstKind::BlockStatement(_)
            | AstKind::ForStatement(_)
            | AstKind::ForInStatement(_)
            | AstKind::ForOfStatement(_)
            | AstKind::CatchClause(_)
            | AstKind::Class(_)
            | AstKind::StaticBlock(_)
            | AstKind::SwitchStatement(_)
    )
}
