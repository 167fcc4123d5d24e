//! The walk over a syntax tree.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BindingIdentifier,
    BindingPattern, CallExpression, Class, Expression, ForOfStatement, ForStatementLeft, Function,
    ImportDeclaration, MemberExpression, MethodDefinition, MethodDefinitionKind, NewExpression,
    ObjectProperty, PropertyDefinition, ReturnStatement, Statement, UnaryExpression, UnaryOperator,
    UpdateExpression, VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use crate::source::outline::chain::{ANY, COMPUTED, chain, step, symbol_description};
use crate::source::outline::expressions::class_name;
use crate::source::outline::visitor::Visitor;
use crate::source::outline::{Action, Scope, Value};

impl<'a> Visit<'a> for Visitor<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.hints.look_at(&kind, self.text);
        if let AstKind::Function(function) = kind
            && let Some(id) = function.id.as_ref().filter(|_| function.is_declaration())
        {
            let scope = self.here();
            self.declare(&id.name, id.span, scope);
            self.outline.values.insert(id.span.start, Value::Function(function.params.span.start));
        }
        if is_function(&kind) || opens_block(&kind) {
            let span = kind.span();
            let parent = self.stack.last().copied();
            self.stack.push(self.outline.scopes.len());
            let is_function = is_function(&kind);
            self.outline.scopes.push(Scope { parent, span: (span.start, span.end), is_function });
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if is_function(&kind) || opens_block(&kind) {
            self.stack.pop();
        }
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let mut scope = self.here();
        let is_var = self.declaration.is_some_and(|(_, is_var)| is_var);
        while is_var && !self.outline.scopes[scope].is_function {
            let Some(parent) = self.outline.scopes[scope].parent else { break };
            scope = parent;
        }
        self.declare(&it.name, it.span, scope);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let before = self.declaration.replace((it.span.end, it.kind.is_var()));
        walk::walk_variable_declaration(self, it);
        self.declaration = before;
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let Some(init) = &it.init {
            if let Some(chain) = chain(init) {
                self.destructured(&it.id, chain);
            }
            if is_require(init) {
                let imports = &mut self.outline.imports;
                it.id.get_binding_identifiers().iter().for_each(|name| {
                    imports.insert(name.span.start);
                });
            }
            if let BindingPattern::BindingIdentifier(name) = &it.id {
                let at = name.span.start;
                if !matches!(init, Expression::NullLiteral(_)) {
                    self.names.initialized.push(at);
                }
                if let Some(value) = self.value(init) {
                    self.outline.values.insert(at, value);
                }
                if let Some(description) = symbol_description(init) {
                    self.names.symbols.insert(format!("{COMPUTED}{}", name.name), description);
                }
            }
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let around = self.declaration.take();
        let name = it.id.as_ref().map(|id| id.name.as_str());
        self.function(it.params.span.start, it.span, name);
        self.parameters(it.params.span.start, &it.params);
        walk::walk_function(self, it, flags);
        self.functions.pop();
        self.declaration = around;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let around = self.declaration.take();
        self.function(it.span.start, it.span, None);
        self.parameters(it.span.start, &it.params);
        if let Some(body) = it.body.as_expression() {
            self.returned(body);
        }
        walk::walk_arrow_function_expression(self, it);
        self.functions.pop();
        self.declaration = around;
    }

    fn visit_return_statement(&mut self, it: &ReturnStatement<'a>) {
        if let Some(value) = &it.argument {
            self.returned(value);
        }
        walk::walk_return_statement(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let around = self.declaration.take();
        let own = it.id.as_ref().map(|id| id.name.to_string());
        if let Some(id) = &it.id {
            let scope = self.here();
            self.declare(&id.name, id.span, scope);
        }
        let inferred = self.hints.take(it.span);
        let name = own.or_else(|| inferred.clone());
        self.class_starts(it, name.as_deref(), inferred);
        self.classes.push(name);
        walk::walk_class(self, it);
        self.classes.pop();
        self.declaration = around;
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        for specifier in it.specifiers.iter().flatten() {
            self.outline.imports.insert(specifier.local().span.start);
        }
        walk::walk_import_declaration(self, it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        if let (MethodDefinitionKind::Get, Some(name)) = (it.kind, it.key.name())
            && let Some(property) = returned_property(&it.value)
        {
            self.outline.getters.insert(name.into_owned(), property);
        }
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.member_of_key(&it.key, it.value.as_ref());
        walk::walk_property_definition(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        self.member_of_key(&it.key, Some(&it.value));
        walk::walk_object_property(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if let (ForStatementLeft::VariableDeclaration(left), Some(of)) = (&it.left, chain(&it.right))
            && let Some(declarator) = left.declarations.first()
        {
            self.destructured(&declarator.id, of.then(ANY.to_owned()));
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let mut is_known = false;
        if let Some(callee) = it.callee.as_member_expression() {
            is_known = self.static_call(it, callee);
            if !is_known {
                self.method_call(it, callee);
            }
        } else if let Expression::Identifier(callee) = it.callee.get_inner_expression() {
            let arguments = it.arguments.iter().map(|it| it.as_expression().and_then(chain)).collect();
            let scope = self.here();
            self.names.calls.push((callee.name.to_string(), scope, arguments));
        }
        let values = self.values_of(&it.arguments);
        self.handed(callee_line(&it.callee), &values);
        let rest = usize::from(is_known);
        for argument in it.arguments.iter().skip(rest).filter_map(Argument::as_expression) {
            self.escapes(argument, &values);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if let Some(class) = class_name(&it.callee) {
            self.outline.news.push((class, it.span.start));
        }
        let values = self.values_of(&it.arguments);
        self.handed(it.span.start, &values);
        for argument in it.arguments.iter().filter_map(Argument::as_expression) {
            self.escapes(argument, &values);
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left {
            self.assigned_variable(it, &name.name, name.span);
        } else if let Some(member) = it.left.as_member_expression() {
            self.assigned_member(it, member);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let Some(member) = it.argument.as_member_expression() {
            self.site(it.span.start, chain(member.object()), Action::Calls, Vec::new());
        }
        walk::walk_update_expression(self, it);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if let (UnaryOperator::Delete, Some(member)) = (it.operator, it.argument.as_member_expression()) {
            self.site(it.span.start, chain(member.object()), Action::Shrinks, Vec::new());
        }
        walk::walk_unary_expression(self, it);
    }
}

/// Whether it is what another module exports.
fn is_require(value: &Expression<'_>) -> bool {
    match value.get_inner_expression() {
        Expression::CallExpression(call) => call.callee.is_specific_id("require"),
        Expression::ImportExpression(_) => true,
        Expression::AwaitExpression(awaited) => is_require(&awaited.argument),
        _ => false,
    }
}

/// The property of `this` that a function does nothing but return.
fn returned_property(function: &Function<'_>) -> Option<String> {
    let body = function.body.as_ref()?;
    let [Statement::ReturnStatement(returned)] = &body.statements[..] else { return None };
    let member = returned.argument.as_ref()?.get_inner_expression().as_member_expression()?;
    matches!(member.object(), Expression::ThisExpression(_)).then(|| step(member)).filter(|step| step != ANY)
}

/// Where the name of what is called stands: a chain of calls may go over many lines.
fn callee_line(callee: &Expression<'_>) -> u32 {
    let span = callee.span();
    let name = callee.as_member_expression().and_then(MemberExpression::static_property_name);
    match name.and_then(|name| u32::try_from(name.len()).ok()) {
        Some(length) => span.end.saturating_sub(length),
        None => span.start,
    }
}

fn is_function(kind: &AstKind<'_>) -> bool {
    matches!(kind, AstKind::Program(_) | AstKind::Function(_) | AstKind::ArrowFunctionExpression(_))
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
