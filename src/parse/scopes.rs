//! The lists of scopes that V8 15 writes. What is odd in them leaves them out: they explain, and nothing depends
//! on them.

use std::ops::Range;

use crate::base::{NodeIndex, StringIndex};
use crate::graph::{CodeScopes, VariableUse};
use crate::parse::header::{Header, position};

/// Where the lists stand, brackets and all.
#[derive(Clone, Default)]
pub(crate) struct ScopeSections {
    pub scopes: Option<Range<usize>>,
    pub variables: Option<Range<usize>>,
    pub uses: Option<Range<usize>>,
}

/// Nothing if a list is not there, or not what the header says.
pub(crate) fn parse_scopes(
    bytes: &[u8],
    sections: &ScopeSections,
    header: &Header,
    (nodes, strings): (usize, usize),
) -> CodeScopes {
    find(bytes, sections, header, (nodes, strings)).unwrap_or_default()
}

fn find(
    bytes: &[u8],
    sections: &ScopeSections,
    header: &Header,
    (nodes, strings): (usize, usize),
) -> Option<CodeScopes> {
    let rows = |section: &Option<Range<usize>>| numbers(bytes.get(section.clone()?)?);
    let fields = &header.scopes;
    let field = |name| position(&fields.scope, name);
    let (script, id, depth) = (field("script_node_index")?, field("scope_id")?, field("depth")?);
    let counts = [field("scope_context_vars_count")?, field("scope_uses_count")?];
    let scopes = rows(&sections.scopes)?;
    let scope = |row: &[i64]| {
        let node = usize::try_from(row[script]).ok()? / header.node.fields;
        let small = |at: usize| u32::try_from(row[at]).ok();
        let counts = [small(counts[0])?, small(counts[1])?];
        let id = i32::try_from(row[id]).ok()?;
        (node < nodes).then_some((NodeIndex::at(node), id, small(depth)?, counts))
    };
    let scopes: Vec<_> = scopes.chunks_exact(fields.scope.len()).map(scope).collect::<Option<_>>()?;
    let name = position(&fields.variable, "name")?;
    let variable = |row: &[i64]| {
        let index = u32::try_from(row[name]).ok().filter(|&index| (index as usize) < strings)?;
        Some(StringIndex(index))
    };
    let variables = rows(&sections.variables)?;
    let variables = variables.chunks_exact(fields.variable.len()).map(variable).collect::<Option<_>>()?;
    let (scope, slot) = (
        position(&fields.variable_use, "declaring_scope_id")?,
        position(&fields.variable_use, "slot_index")?,
    );
    let of_use = |row: &[i64]| {
        let (declared_in, slot) = (i32::try_from(row[scope]).ok()?, u32::try_from(row[slot]).ok()?);
        Some(VariableUse { declared_in, slot })
    };
    let uses = rows(&sections.uses)?;
    let uses = uses.chunks_exact(fields.variable_use.len()).map(of_use).collect::<Option<_>>()?;
    Some(CodeScopes::new(scopes, variables, uses))
}

/// The whole numbers of a list, some of which are below 0.
fn numbers(list: &[u8]) -> Option<Vec<i64>> {
    let inside = std::str::from_utf8(list).ok()?.trim().strip_prefix('[')?.strip_suffix(']')?;
    if inside.trim().is_empty() {
        return Some(Vec::new());
    }
    inside.split(',').map(|number| number.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_whole_numbers_are_read_and_others_are_not() {
        assert_eq!(numbers(b" [1, -2,\n3]"), Some(vec![1, -2, 3]));
        assert_eq!(numbers(b"[ ]"), Some(vec![]));
        for odd in [&b"[1,,2]"[..], b"[1.5]", b"[[1]]", b"{}", b"[99999999999999999999]", b"\"[1]\"", b""] {
            assert_eq!(numbers(odd), None, "{}", String::from_utf8_lossy(odd));
        }
    }
}
