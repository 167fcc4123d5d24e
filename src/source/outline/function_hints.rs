//! What functions without a name can be called, from where they stand.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, AssignmentTarget, CallExpression, Expression, MemberExpression, ObjectProperty,
    PropertyDefinition,
};
use oxc_span::{GetSpan, Span};
use rustc_hash::FxHashMap;

/// Characters of a callee in a name.
const CALLEE_LIMIT: usize = 40;
/// Characters of the first argument in a name.
const ARGUMENT_LIMIT: usize = 40;
/// Methods that register a handler for a path.
const ROUTES: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "all"];

/// Hints by the span of the function.
#[derive(Default)]
pub(super) struct FunctionHints {
    hints: FxHashMap<(u32, u32), String>,
}

impl FunctionHints {
    /// The hint for the function of this span.
    pub(super) fn take(&mut self, span: Span) -> Option<String> {
        self.hints.remove(&(span.start, span.end))
    }

    /// Looks at a node that may have functions as its parts.
    pub(super) fn look_at(&mut self, kind: &AstKind<'_>, text: &str) {
        match kind {
            AstKind::VariableDeclarator(it) => {
                if let (Some(init), Some(name)) = (&it.init, it.id.get_identifier_name()) {
                    self.hint(init, || name.to_string());
                }
            }
            AstKind::AssignmentExpression(it) => self.hint(&it.right, || target_text(&it.left, text)),
            AstKind::ObjectProperty(it) => self.property(it),
            AstKind::PropertyDefinition(it) => self.field(it),
            AstKind::CallExpression(it) => self.call(it, text),
            AstKind::NewExpression(it) => {
                let callee = callee_text(&it.callee, text);
                for argument in it.arguments.iter().filter_map(Argument::as_expression) {
                    self.hint(argument, || format!("callback of new {callee}"));
                }
            }
            _ => {}
        }
    }

    /// The function of this span is a method.
    pub(super) fn method(&mut self, span: Span, name: String) {
        self.hints.insert((span.start, span.end), name);
    }

    /// `value` is returned by the function that is called `outer`.
    pub(super) fn returned(&mut self, value: &Expression<'_>, outer: &str) {
        self.hint(value, || format!("returned by {outer}"));
    }

    fn hint(&mut self, value: &Expression<'_>, name: impl FnOnce() -> String) {
        let value = value.get_inner_expression();
        let is_function = matches!(
            value,
            Expression::FunctionExpression(_)
                | Expression::ArrowFunctionExpression(_)
                | Expression::ClassExpression(_)
        );
        if is_function {
            let span = value.span();
            self.hints.entry((span.start, span.end)).or_insert_with(name);
        }
    }

    fn property(&mut self, it: &ObjectProperty<'_>) {
        if let Some(name) = it.key.static_name() {
            self.hint(&it.value, || name.into_owned());
        }
    }

    fn field(&mut self, it: &PropertyDefinition<'_>) {
        if let (Some(value), Some(name)) = (&it.value, it.key.name()) {
            self.hint(value, || name.into_owned());
        }
    }

    fn call(&mut self, it: &CallExpression<'_>, text: &str) {
        self.hint(&it.callee, || "called at once".to_owned());
        if it.arguments.is_empty() {
            return;
        }
        let said = call_text(it, text);
        for argument in it.arguments.iter().filter_map(Argument::as_expression) {
            self.hint(argument, || said.clone());
        }
    }
}

/// `GET /x handler`, `callback of bus.on("change")`, `callback of setInterval`.
fn call_text(call: &CallExpression<'_>, text: &str) -> String {
    let first = call.arguments.first().and_then(Argument::as_expression);
    let first = first.and_then(|argument| match argument.get_inner_expression() {
        Expression::StringLiteral(text) => Some(cut(&text.value, ARGUMENT_LIMIT)),
        _ => None,
    });
    let method = call.callee.as_member_expression().and_then(MemberExpression::static_property_name);
    let callee = callee_text(&call.callee, text);
    match (method.filter(|method| ROUTES.contains(method)), first) {
        (Some(method), Some(path)) if path.starts_with('/') => {
            format!("{} {path} handler", method.to_uppercase())
        }
        (_, Some(first)) => format!("callback of {callee}(\"{first}\")"),
        (_, None) => format!("callback of {callee}"),
    }
}

/// What is called, as the text has it; of a long one the end.
fn callee_text(callee: &Expression<'_>, text: &str) -> String {
    let span = callee.span();
    let whole = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    if whole.chars().count() <= CALLEE_LIMIT && !whole.contains(['\n', '\r', '(', '{']) {
        return whole.to_owned();
    }
    match callee.as_member_expression().and_then(MemberExpression::static_property_name) {
        Some(name) => cut(name, CALLEE_LIMIT),
        None => "a function".to_owned(),
    }
}

fn target_text(target: &AssignmentTarget<'_>, text: &str) -> String {
    let span = target.span();
    let whole = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let name = target.as_member_expression().and_then(MemberExpression::static_property_name);
    if whole.chars().count() <= CALLEE_LIMIT && !whole.contains(['\n', '\r', '(', '{']) {
        whole.to_owned()
    } else {
        cut(name.unwrap_or("a property"), CALLEE_LIMIT)
    }
}

fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
