//! What an expression refers to: a variable and the steps from it.

use oxc_ast::ast::{Argument, AssignmentTarget, CallExpression, Expression, MemberExpression};
use rustc_hash::FxHashMap;

/// A step whose name is known only when the code runs.
pub const ANY: &str = "*";
/// How a step begins whose name is a variable's value, until it is known whether that is a symbol.
pub(super) const COMPUTED: &str = "[";
/// Steps of an expression that are followed.
const STEPS: usize = 64;

/// `cache.entries.get(k)`: a variable and the steps from it. Without a variable it begins at `this` or a call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chain {
    /// The variable.
    pub root: Option<String>,
    /// Properties; [`ANY`] for computed ones.
    pub path: Vec<String>,
}

impl Chain {
    /// The variable `name` itself.
    pub(super) fn variable(name: &str) -> Self {
        Self { root: Some(name.to_owned()), path: Vec::new() }
    }

    /// With one more step.
    pub(super) fn then(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }
}

/// What `expression` refers to.
pub(super) fn chain(expression: &Expression<'_>) -> Option<Chain> {
    let mut path = Vec::new();
    let mut at = expression;
    for _ in 0..STEPS {
        at = match at.get_inner_expression() {
            Expression::Identifier(name) => {
                path.reverse();
                return Some(Chain { root: Some(name.name.to_string()), path });
            }
            Expression::CallExpression(call) => match read_by(call) {
                Some(object) => {
                    path.push(ANY.into());
                    object
                }
                None => break,
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

/// The object of a call that returns an entry of it.
fn read_by<'a>(call: &'a CallExpression<'_>) -> Option<&'a Expression<'a>> {
    const ENTRIES: [&str; 3] = ["get", "at", "find"];
    let callee = call.callee.as_member_expression()?;
    let method = callee.static_property_name()?;
    ENTRIES.contains(&method).then_some(callee.object())
}

/// The name that a member expression ends in.
pub(super) fn step(member: &MemberExpression<'_>) -> String {
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
pub(super) fn name_symbol(symbols: &FxHashMap<String, String>, step: &mut String) {
    if step.starts_with(COMPUTED) {
        *step = symbols.get(step.as_str()).map_or_else(|| ANY.to_owned(), |name| format!("<symbol {name}>"));
    }
}

/// The description in `Symbol("…")` and `Symbol.for("…")`.
pub(super) fn symbol_description(value: &Expression<'_>) -> Option<String> {
    let Expression::CallExpression(call) = value else { return None };
    let is_symbol =
        |callee: &Expression<'_>| matches!(callee, Expression::Identifier(name) if name.name == "Symbol");
    let is_call = is_symbol(&call.callee)
        || call.callee.as_member_expression().is_some_and(|member| is_symbol(member.object()));
    match call.arguments.first().and_then(Argument::as_expression)? {
        Expression::StringLiteral(text) if is_call => Some(text.value.to_string()),
        _ => None,
    }
}

/// Whether `value` is `null` or `undefined`.
pub(super) fn is_nothing(value: &Expression<'_>) -> bool {
    match value {
        Expression::NullLiteral(_) => true,
        Expression::Identifier(name) => name.name == "undefined",
        _ => false,
    }
}

/// Whether assigning `value` lets go of what was there.
pub(super) fn is_empty(value: &Expression<'_>) -> bool {
    match value {
        value if is_nothing(value) => true,
        Expression::StringLiteral(text) => text.value.is_empty(),
        Expression::ArrayExpression(array) => array.elements.is_empty(),
        Expression::ObjectExpression(object) => object.properties.is_empty(),
        Expression::NewExpression(new) => {
            const CONTAINERS: [&str; 6] = ["Map", "Set", "WeakMap", "WeakSet", "Array", "Object"];
            let is_container = |callee: &Expression<'_>| matches!(callee, Expression::Identifier(name) if CONTAINERS.contains(&name.name.as_str()));
            new.arguments.is_empty() && is_container(&new.callee)
        }
        _ => false,
    }
}
