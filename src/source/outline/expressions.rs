//! Small questions about expressions.

use std::borrow::Cow;

use oxc_ast::ast::{BindingPattern, Expression, ObjectExpression, ObjectPropertyKind};
use oxc_span::Span;

use crate::source::outline::Value;

/// Keys of an object literal that are remembered.
const KEYS: usize = 24;
/// Bytes of a value that are searched for what it is assigned to.
const VALUE_LIMIT: u32 = 2000;

/// The class in `new X` and `new module.X`.
pub(super) fn class_name(callee: &Expression<'_>) -> Option<String> {
    match callee.get_inner_expression() {
        Expression::Identifier(name) => Some(name.name.to_string()),
        other => Some(other.as_member_expression()?.static_property_name()?.to_owned()),
    }
}

/// The keys of an object literal.
pub(super) fn literal(object: &ObjectExpression<'_>) -> Value {
    let properties = object.properties.iter().filter_map(ObjectPropertyKind::as_property);
    let keys = properties.filter_map(|property| property.key.static_name());
    Value::Literal(keys.take(KEYS).map(Cow::into_owned).collect())
}

/// The first parameter of a function, by where it is declared.
pub(super) fn first_parameter(function: &Expression<'_>) -> Option<u32> {
    let parameters = match function.get_inner_expression() {
        Expression::FunctionExpression(it) => &it.params,
        Expression::ArrowFunctionExpression(it) => &it.params,
        _ => return None,
    };
    match &parameters.items.first()?.pattern {
        BindingPattern::BindingIdentifier(name) => Some(name.span.start),
        _ => None,
    }
}

/// Whether `value` is made from what it is assigned to, which stands at `target`: `list = [...list, x]`.
pub(super) fn rests_on(value: Span, target: Span, text: &str) -> bool {
    let piece = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
    let name = piece(target.start, target.end);
    let value = piece(value.start, value.end.min(value.start.saturating_add(VALUE_LIMIT)));
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    !name.is_empty()
        && value.match_indices(name).any(|(at, _)| {
            let before = value[..at].chars().next_back();
            let after = value[at + name.len()..].chars().next();
            !before.is_some_and(|c| is_part(c) || (c == '.' && !value[..at].ends_with("...")))
                && !after.is_some_and(is_part)
        })
}
