//! Entries of WeakMaps: V8 writes two internal edges to each value, one from the table and one from the
//! key, and says in their names which key, value and table belong together:
//! `7 / part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @9)`.
//! The two names are alike but for the number in front.

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;
use std::io;

use crate::base::{BitSet, Damaged, RankedSet, StoreReader, StoreWriter, Stored, StringIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, Strings};

/// What the name of a WeakMap entry's edge encodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WeakMapEntry {
    /// The same for the edge from the table and the edge from the key.
    pub pair: u32,
    /// The id of the table.
    pub table: u64,
}

/// The names in the string table that are names of WeakMap entries: there may be millions.
#[derive(Default)]
pub struct WeakMapNames {
    names: Option<RankedSet>,
    /// Pair and table of each name, the table as a position in `tables`.
    entries: Vec<(u32, u32)>,
    tables: Vec<u64>,
}

impl WeakMapNames {
    /// Checks the first byte of every string, and parses few of them.
    pub fn find(strings: &Strings) -> Self {
        let runs: Vec<_> = strings.runs().collect();
        let found: Vec<Vec<_>> = runs
            .into_par_iter()
            .map(|run| {
                let entries = run.filter_map(|(index, text)| {
                    let (rest, table) = parse_entry(text)?;
                    Some((index, rest, table, FxBuildHasher.hash_one(rest)))
                });
                entries.collect()
            })
            .collect();
        let count = found.iter().map(Vec::len).sum();
        if count == 0 {
            return Self::default();
        }
        let mut names = BitSet::new(strings.len());
        let mut pairs = Pairs { known: FxHashMap::default(), texts: Vec::with_capacity(count / 2) };
        let mut tables = Vec::new();
        let mut table_at: FxHashMap<u64, u32> = FxHashMap::default();
        let mut entries = Vec::with_capacity(count);
        for (index, rest, table, hash) in found.into_iter().flatten() {
            names.insert(index.position());
            let table = *table_at.entry(table).or_insert_with(|| {
                tables.push(table);
                u32::try_from(tables.len() - 1).expect("fewer than strings")
            });
            entries.push((pairs.of(rest, hash), table));
        }
        Self { names: Some(names.into()), entries, tables }
    }

    /// What `edge` encodes if it leads to the value of a WeakMap entry.
    #[inline]
    pub fn entry(&self, edge: &Edge) -> Option<WeakMapEntry> {
        let names = self.names.as_ref()?;
        match (edge.kind, edge.name) {
            (EdgeKind::Internal, EdgeName::Text(name)) => self.named(names, name),
            _ => None,
        }
    }

    #[inline]
    fn named(&self, names: &RankedSet, name: StringIndex) -> Option<WeakMapEntry> {
        let (pair, table) = self.entries[names.rank(name.position())?];
        Some(WeakMapEntry { pair, table: self.tables[table as usize] })
    }
}

/// Numbers texts; equal texts get equal numbers. Hashes are computed by the caller, on many threads.
struct Pairs<'a> {
    known: FxHashMap<u64, u32>,
    texts: Vec<&'a str>,
}

impl<'a> Pairs<'a> {
    fn of(&mut self, text: &'a str, mut hash: u64) -> u32 {
        loop {
            match self.known.entry(hash) {
                Entry::Occupied(known) if self.texts[*known.get() as usize] == text => return *known.get(),
                // Another text of the same hash: it gets the next number.
                Entry::Occupied(_) => hash = hash.wrapping_add(1),
                Entry::Vacant(vacant) => {
                    let number = u32::try_from(self.texts.len()).expect("fewer than strings");
                    self.texts.push(text);
                    return *vacant.insert(number);
                }
            }
        }
    }
}

/// The name without the number in front, and the table's id.
fn parse_entry(text: &str) -> Option<(&str, u64)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(" / part of key (").filter(|_| digits > 0)?;
    let (pair, table) = number_at_end(rest.strip_suffix(')')?)?;
    let pair = pair.strip_suffix(" pair in WeakMap (table @")?;
    let value = without_id(pair)?;
    let is_entry = value.match_indices(") -> value (").any(|(at, _)| without_id(&value[..=at]).is_some());
    let is_one_line = !text.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
    (is_entry && is_one_line).then(|| Some((&text[digits..], table.parse().ok()?))).flatten()
}

/// `text` without a trailing ` @123)`.
fn without_id(text: &str) -> Option<&str> {
    let (rest, _) = number_at_end(text.strip_suffix(')')?)?;
    rest.strip_suffix(" @")
}

/// The digits at the end of `text`, and what precedes them.
fn number_at_end(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then(|| text.split_at(rest.len()))
}

impl Stored for WeakMapNames {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.names.store(out)?;
        out.pairs(&self.entries)?;
        out.values(&self.tables)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self { names: Option::restore(input)?, entries: input.pairs()?, tables: input.values()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_names_of_a_pair_belong_together() {
        let name = "7 / part of key (Foo @11) -> value (Bar (x) @13) pair in WeakMap (table @9)";
        let (rest, table) = parse_entry(name).unwrap();
        assert_eq!(table, 9);
        assert_eq!(parse_entry(&name.replace("7 /", "12 /")), Some((rest, 9)));
    }

    #[test]
    fn other_names_are_no_entries() {
        for name in [
            "part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @9)",
            "7 / part of key (Foo) -> value (Bar @13) pair in WeakMap (table @9)",
            "7 / part of key (Foo @11) -> value (Bar @x) pair in WeakMap (table @9)",
            "7 / part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @)",
            "7 / part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @9) ",
            "7 / part of key (F\no @11) -> value (Bar @13) pair in WeakMap (table @9)",
            "7",
            "",
        ] {
            assert_eq!(parse_entry(name), None, "{name}");
        }
    }
}
