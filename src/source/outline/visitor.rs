//! What each part of a syntax tree adds to the tables of a text.

use std::borrow::Cow;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, AssignmentExpression, AssignmentOperator, BindingPattern,
    CallExpression, Class, ClassElement, Expression, FormalParameters, MemberExpression,
    MethodDefinitionKind, ObjectPropertyKind, Program, PropertyKey,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use crate::source::outline::aliases::{Names, resolve_names};
use crate::source::outline::chain::{ANY, Chain, chain, is_empty, is_nothing, step};
use crate::source::outline::expressions::{class_name, first_parameter, literal, rests_on};
use crate::source::outline::function_hints::FunctionHints;
use crate::source::outline::verbs::action_of;
use crate::source::outline::{Action, FunctionStart, Member, Outline, Site, Value};

impl Outline {
    /// The tables of a parsed text.
    pub(in crate::source) fn of_program(program: &Program<'_>, text: &str) -> Self {
        let mut visitor = Visitor { text, ..Visitor::default() };
        visitor.visit_program(program);
        let Visitor { mut outline, names, .. } = visitor;
        outline.functions.sort_by_key(|function| function.start);
        outline.functions.dedup_by_key(|function| function.start);
        resolve_names(&mut outline, names);
        outline
    }
}

/// What is known in the midst of the walk.
#[derive(Default)]
pub(super) struct Visitor<'t> {
    pub(super) outline: Outline,
    pub(super) names: Names,
    pub(super) hints: FunctionHints,
    pub(super) text: &'t str,
    /// The scopes around, the innermost last.
    pub(super) stack: Vec<usize>,
    /// The classes around.
    pub(super) classes: Vec<Option<String>>,
    /// The functions around, by name.
    pub(super) functions: Vec<String>,
    /// The end of the declaration around, and whether it is of `var`.
    pub(super) declaration: Option<(u32, bool)>,
}

impl Visitor<'_> {
    pub(super) fn here(&self) -> usize {
        self.stack.last().copied().unwrap_or(0)
    }

    pub(super) fn class(&self) -> Option<String> {
        self.classes.last().cloned().flatten()
    }

    pub(super) fn declare(&mut self, name: &str, span: Span, scope: usize) {
        self.outline.declarations.entry((scope, name.to_owned())).or_insert(span.start);
        if let Some((end, _)) = self.declaration {
            self.outline.ends.insert(span.start, end);
        }
    }

    pub(super) fn site(&mut self, offset: u32, chain: Option<Chain>, action: Action, values: Vec<Value>) {
        if let Some(chain) = chain {
            let scope = self.here();
            let class = self.class();
            self.outline.sites.push(Site { offset, scope, seen_from: scope, class, chain, action, values });
        }
    }

    pub(super) fn member(&mut self, name: String, offset: u32, chain: Option<Chain>, is_null: bool) {
        let (class, scope) = (self.class(), self.here());
        self.outline.members.push(Member { name, offset, class, chain, is_null, scope });
    }

    pub(super) fn member_of_key(&mut self, key: &PropertyKey<'_>, value: Option<&Expression<'_>>) {
        let name = match key {
            PropertyKey::PrivateIdentifier(private) => Some(format!("#{}", private.name)),
            PropertyKey::Identifier(name) => Some(format!("[{}", name.name)),
            key => key.static_name().map(Cow::into_owned),
        };
        if let Some(name) = name {
            self.member(name, key.span().start, None, value.is_some_and(is_nothing));
        }
    }

    /// What `expression` makes, as far as that shows.
    pub(super) fn value(&self, expression: &Expression<'_>) -> Option<Value> {
        match expression.get_inner_expression() {
            Expression::NewExpression(it) => class_name(&it.callee).map(Value::New),
            Expression::ThisExpression(_) => self.class().map(Value::New),
            Expression::Identifier(name) => Some(Value::Variable(name.name.to_string())),
            Expression::ObjectExpression(it) => Some(literal(it)),
            Expression::FunctionExpression(it) => Some(Value::Function(it.params.span.start)),
            Expression::ArrowFunctionExpression(it) => Some(Value::Function(it.span.start)),
            Expression::AssignmentExpression(it) => self.value(&it.right),
            Expression::AwaitExpression(it) => self.value(&it.argument),
            Expression::CallExpression(it) => {
                // A bound function is its target.
                let callee = it.callee.as_member_expression()?;
                let is_bind = callee.static_property_name() == Some("bind");
                self.value(callee.object()).filter(|_| is_bind)
            }
            _ => None,
        }
    }

    /// What `expression` makes, and what stands in a list or literal that it is.
    pub(super) fn values(&self, expression: &Expression<'_>) -> Vec<Value> {
        let mut found: Vec<Value> = self.value(expression).into_iter().collect();
        match expression.get_inner_expression() {
            Expression::ArrayExpression(list) => {
                let items = list.elements.iter().filter_map(ArrayExpressionElement::as_expression);
                found.extend(items.filter_map(|item| self.value(item)));
            }
            Expression::ObjectExpression(object) => found.extend(
                object.properties.iter().filter_map(ObjectPropertyKind::as_property).filter_map(|property| {
                    self.value(&property.value).filter(|value| !matches!(value, Value::Literal(_)))
                }),
            ),
            _ => {}
        }
        found
    }

    pub(super) fn values_of(&self, arguments: &[Argument<'_>]) -> Vec<Value> {
        arguments.iter().filter_map(Argument::as_expression).flat_map(|value| self.values(value)).collect()
    }

    pub(super) fn assigned_member(&mut self, it: &AssignmentExpression<'_>, member: &MemberExpression<'_>) {
        let offset = it.span.start;
        let object = chain(member.object());
        let name = step(member);
        if name == "length" {
            return self.site(offset, object, Action::Shrinks, Vec::new());
        }
        let whole = object.clone().map(|chain| chain.then(name.clone()));
        let mut value = &it.right;
        while let Expression::AssignmentExpression(inner) = value {
            value = &inner.right;
        }
        self.member(name.clone(), offset, whole.clone(), is_nothing(value));
        if it.operator == AssignmentOperator::Assign && is_empty(&it.right) {
            return self.site(offset, whole, Action::Shrinks, Vec::new());
        }
        let action = match it.operator {
            AssignmentOperator::Assign if !rests_on(it.right.span(), member.span(), self.text) => {
                Action::Replaces
            }
            _ => Action::Grows,
        };
        let values = self.values(&it.right);
        self.site(offset, object, Action::Grows, values.clone());
        if name != ANY {
            self.site(offset, whole, action, values);
        }
    }

    pub(super) fn assigned_variable(&mut self, it: &AssignmentExpression<'_>, name: &str, span: Span) {
        let action = match it.operator {
            AssignmentOperator::Assign if is_empty(&it.right) => Action::Shrinks,
            AssignmentOperator::Assign if !rests_on(it.right.span(), span, self.text) => Action::Replaces,
            _ => Action::Grows,
        };
        let values = self.values(&it.right);
        if it.operator == AssignmentOperator::Assign {
            let known = (name.to_owned(), self.here(), chain(&it.right), self.value(&it.right));
            self.names.assigned.push(known);
        }
        self.site(it.span.start, Some(Chain::variable(name)), action, values);
    }

    /// What is handed to a function, alone or in a list or object.
    pub(super) fn escapes(&mut self, argument: &Expression<'_>, beside: &[Value]) {
        match argument.get_inner_expression() {
            Expression::ArrayExpression(list) => {
                for item in list.elements.iter().filter_map(ArrayExpressionElement::as_expression) {
                    self.site(item.span().start, chain(item), Action::Escapes, beside.to_vec());
                }
            }
            Expression::ObjectExpression(object) => {
                for property in object.properties.iter().filter_map(ObjectPropertyKind::as_property) {
                    let value = &property.value;
                    self.site(value.span().start, chain(value), Action::Escapes, beside.to_vec());
                }
            }
            other => self.site(other.span().start, chain(other), Action::Escapes, beside.to_vec()),
        }
    }

    /// `values` are arguments of the call at `offset`.
    pub(super) fn handed(&mut self, offset: u32, values: &[Value]) {
        let scope = self.here();
        self.names.handed.extend(values.iter().map(|value| (offset, scope, value.clone())));
    }

    /// `Object.assign(target, …)` and its kind, which add to their first argument.
    pub(super) fn static_call(&mut self, it: &CallExpression<'_>, callee: &MemberExpression<'_>) -> bool {
        const ADDING: [&str; 6] = ["assign", "defineProperty", "defineProperties", "set", "apply", "call"];
        let Expression::Identifier(object) = callee.object() else { return false };
        let is_static = matches!(object.name.as_str(), "Object" | "Reflect");
        let method = callee.static_property_name().unwrap_or_default();
        let Some(target) = it.arguments.first().and_then(Argument::as_expression) else { return false };
        if !is_static || !ADDING.contains(&method) {
            return false;
        }
        let values = self.values_of(&it.arguments[1..]);
        self.site(it.span.start, chain(target), Action::Grows, values);
        true
    }

    pub(super) fn method_call(&mut self, it: &CallExpression<'_>, callee: &MemberExpression<'_>) {
        let mut method = callee.static_property_name().unwrap_or_default();
        let mut object = callee.object();
        // `list.push.apply(list, batch)`.
        if matches!(method, "apply" | "call")
            && let Some(inner) = object.as_member_expression()
        {
            method = inner.static_property_name().unwrap_or_default();
            object = inner.object();
        }
        // The line of the method: a chain of calls may go over many lines.
        let end = callee.span().end;
        let offset = end.saturating_sub(u32::try_from(method.len()).unwrap_or(0));
        if let Some(action) = action_of(method, it.arguments.len()) {
            let values = self.values_of(&it.arguments);
            self.site(offset, chain(object), action, values);
        }
        if let Some(chain) = chain(callee.object()) {
            // Each entry is the first parameter of what is called for it.
            let callback = it.arguments.first().and_then(Argument::as_expression);
            if let Some(at) = callback.and_then(first_parameter) {
                let scope = self.here();
                self.names.aliases.push((at, scope, chain.then(ANY.to_owned())));
            }
        }
    }

    pub(super) fn function(&mut self, start: u32, span: Span, name: Option<&str>) {
        let inferred = self.hints.take(span);
        self.functions.push(name.map(str::to_owned).or_else(|| inferred.clone()).unwrap_or_default());
        self.outline.functions.push(FunctionStart {
            start,
            span: (span.start, span.end),
            name: name.map(str::to_owned),
            inferred,
        });
    }

    /// Names the methods of a class, and says where one without a constructor starts.
    pub(super) fn class_starts(&mut self, it: &Class<'_>, name: Option<&str>, inferred: Option<String>) {
        let mut has_constructor = false;
        for element in &it.body.body {
            let ClassElement::MethodDefinition(method) = element else { continue };
            let span = method.value.span;
            match (method.kind, name, method.key.name()) {
                (MethodDefinitionKind::Constructor, ..) => {
                    has_constructor = true;
                    self.hints.method(span, name.unwrap_or("class").to_owned());
                }
                (_, Some(class), Some(method)) => self.hints.method(span, format!("{class}.{method}")),
                (_, None, Some(method)) => self.hints.method(span, method.into_owned()),
                _ => {}
            }
        }
        if !has_constructor {
            let own = it.id.as_ref().map(|id| id.name.to_string());
            let span = (it.span.start, it.span.end);
            self.outline.functions.push(FunctionStart { start: it.span.start, span, name: own, inferred });
        }
    }

    pub(super) fn parameters(&mut self, start: u32, parameters: &FormalParameters<'_>) {
        let items = parameters.items.iter().map(|item| match &item.pattern {
            BindingPattern::BindingIdentifier(name) => Some(name.span.start),
            _ => None,
        });
        self.names.parameters.insert(start, items.collect());
    }

    /// The names that a pattern takes out of `chain`.
    pub(super) fn destructured(&mut self, pattern: &BindingPattern<'_>, chain: Chain) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                let scope = self.here();
                self.names.aliases.push((name.span.start, scope, chain));
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let key = property.key.static_name().map_or(ANY.to_owned(), Cow::into_owned);
                    self.destructured(&property.value, chain.clone().then(key));
                }
            }
            BindingPattern::ArrayPattern(list) => {
                for element in list.elements.iter().flatten() {
                    self.destructured(element, chain.clone().then(ANY.to_owned()));
                }
            }
            BindingPattern::AssignmentPattern(inner) => self.destructured(&inner.left, chain),
        }
    }

    pub(super) fn returned(&mut self, value: &Expression<'_>) {
        if let Some(outer) = self.functions.last().filter(|name| !name.is_empty()).cloned() {
            self.hints.returned(value, &outer);
        }
    }
}
