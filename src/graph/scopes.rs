//! The scopes of scripts as V8 15 lists them: which variables each has, and which scopes name them.

use std::io;
use std::ops::Range;

use crate::base::{Damaged, NodeIndex, StoreReader, StoreWriter, Stored, StringIndex};

/// A scope of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeScope {
    /// The node of the script.
    pub script: NodeIndex,
    /// Where it begins in the text, in units; below 0 for the script itself.
    pub id: i32,
    /// How many scopes of the script are around it.
    pub depth: u32,
    variables: Range<u32>,
    uses: Range<u32>,
}

/// A variable that the code of a scope reads or writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VariableUse {
    /// The scope that declares it.
    pub declared_in: i32,
    /// Its number among the variables there.
    pub slot: u32,
}

/// The scopes of all scripts; those of one script stand together, each before the scopes in it.
#[derive(Default)]
pub struct CodeScopes {
    scopes: Vec<CodeScope>,
    variables: Vec<StringIndex>,
    uses: Vec<VariableUse>,
}

impl CodeScopes {
    /// From the lists of a file. `counts` are of the variables and uses of each scope; what they leave out is
    /// left out here.
    pub fn new(
        scopes: impl IntoIterator<Item = (NodeIndex, i32, u32, [u32; 2])>,
        variables: Vec<StringIndex>,
        uses: Vec<VariableUse>,
    ) -> Self {
        let bound = |at: u32, length: usize| at.min(u32::try_from(length).unwrap_or(u32::MAX));
        let (mut variable, mut used) = (0_u32, 0_u32);
        let scope = |(script, id, depth, counts): (NodeIndex, i32, u32, [u32; 2])| {
            let next_variable = bound(variable.saturating_add(counts[0]), variables.len());
            let next_use = bound(used.saturating_add(counts[1]), uses.len());
            let scope =
                CodeScope { script, id, depth, variables: variable..next_variable, uses: used..next_use };
            (variable, used) = (next_variable, next_use);
            scope
        };
        Self { scopes: scopes.into_iter().map(scope).collect(), variables, uses }
    }

    /// Whether the file has none.
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty()
    }

    /// The scopes of a script, each before the scopes in it.
    pub fn of(&self, script: NodeIndex) -> &[CodeScope] {
        let Some(first) = self.scopes.iter().position(|scope| scope.script == script) else { return &[] };
        let rest = &self.scopes[first..];
        &rest[..rest.iter().position(|scope| scope.script != script).unwrap_or(rest.len())]
    }

    /// The names of its variables, by number.
    pub fn variables(&self, scope: &CodeScope) -> &[StringIndex] {
        &self.variables[scope.variables.start as usize..scope.variables.end as usize]
    }

    /// What its code reads or writes.
    pub fn uses(&self, scope: &CodeScope) -> &[VariableUse] {
        &self.uses[scope.uses.start as usize..scope.uses.end as usize]
    }

    /// Bytes of all lists.
    pub fn bytes(&self) -> u64 {
        (size_of_val(&*self.scopes) + size_of_val(&*self.variables) + size_of_val(&*self.uses)) as u64
    }
}

/// Numbers of a stored scope.
const STORED: usize = 5;

impl Stored for CodeScopes {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        let row = |scope: &CodeScope| -> [u32; STORED] {
            let counts = [&scope.variables, &scope.uses].map(|range| range.end - range.start);
            [scope.script.0, scope.id.cast_unsigned(), scope.depth, counts[0], counts[1]]
        };
        out.values(&self.scopes.iter().flat_map(row).collect::<Vec<u32>>())?;
        out.values(&self.variables.iter().map(|name| name.0).collect::<Vec<u32>>())?;
        let uses = self.uses.iter().map(|used| (used.declared_in.cast_unsigned(), used.slot));
        out.pairs(&uses.collect::<Vec<(u32, u32)>>())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let rows: Vec<u32> = input.values()?;
        let variables: Vec<u32> = input.values()?;
        let uses: Vec<(u32, u32)> = input.pairs()?;
        let scope = |row: &[u32]| (NodeIndex(row[0]), row[1].cast_signed(), row[2], [row[3], row[4]]);
        let used = |(scope, slot): (u32, u32)| VariableUse { declared_in: scope.cast_signed(), slot };
        Ok(Self::new(
            rows.chunks_exact(STORED).map(scope),
            variables.into_iter().map(StringIndex).collect(),
            uses.into_iter().map(used).collect(),
        ))
    }
}
