//! Every place of a text that names a variable, to tell which functions read it.

use oxc_ast::ast::{CallExpression, IdentifierReference, WithStatement};
use oxc_ast_visit::{Visit, walk};
use rustc_hash::FxHashMap;

use crate::source::syntax::with_program;

/// Where each name stands as that of a variable.
#[derive(Default)]
pub struct Uses {
    /// Byte offsets by name, ascending.
    by_name: FxHashMap<Box<str>, Vec<u32>>,
    /// Whether code can name variables in a way that the text does not show.
    is_dynamic: bool,
}

impl Uses {
    /// Parses the text; `name` tells JavaScript from TypeScript.
    pub(super) fn find(text: &str, name: &str) -> Result<Self, String> {
        with_program(text, name, |program| {
            let mut uses = Self::default();
            uses.visit_program(program);
            uses
        })
    }

    /// Where a variable of this name is read or written; `None` if the text does not tell.
    pub fn of(&self, name: &str) -> Option<&[u32]> {
        (!self.is_dynamic).then(|| self.by_name.get(name).map_or(&[][..], Vec::as_slice))
    }
}

impl<'a> Visit<'a> for Uses {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        match self.by_name.get_mut(it.name.as_str()) {
            Some(offsets) => offsets.push(it.span.start),
            None => {
                self.by_name.insert(it.name.as_str().into(), vec![it.span.start]);
            }
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.is_dynamic |= it.callee.is_specific_id("eval");
        walk::walk_call_expression(self, it);
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        self.is_dynamic = true;
        walk::walk_with_statement(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_are_uses_and_declarations_and_properties_are_not() {
        let uses = Uses::find("let a = 1; a = b.a; f({ a }); ({ a: 2 });", "x.js").unwrap();
        assert_eq!(uses.of("a"), Some(&[11, 24][..]));
        assert_eq!(uses.of("c"), Some(&[][..]));
    }

    #[test]
    fn of_code_that_is_made_when_it_runs_nothing_is_said() {
        assert_eq!(Uses::find("let a; eval(s)", "x.js").unwrap().of("a"), None);
        assert_eq!(Uses::find("with (o) { a }", "x.js").unwrap().of("a"), None);
        assert_eq!(Uses::find("o.eval(s)", "x.js").unwrap().of("a"), Some(&[][..]));
    }
}
