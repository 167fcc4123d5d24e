//! Entries of WeakMaps: V8 writes two internal edges to each value, one from the table and one from the
//! key, and says in their names which key, value and table belong together:
//! `7 / part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @9)`.
//! The two names are alike but for the number in front.

use rustc_hash::FxHashMap;

use crate::base::{BitSet, StringIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, Strings};

/// What the name of a WeakMap entry's edge tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WeakMapEntry {
    /// The same for the edge from the table and the edge from the key.
    pub pair: u32,
    /// The id of the table.
    pub table: u64,
}

/// The names in the string table that are names of WeakMap entries.
#[derive(Default)]
pub struct WeakMapNames {
    is_entry: Option<BitSet>,
    entries: FxHashMap<StringIndex, WeakMapEntry>,
}

impl WeakMapNames {
    /// Looks at the first byte of every string, and closer at few.
    pub fn find(strings: &Strings) -> Self {
        let mut entries = FxHashMap::default();
        let mut pairs: FxHashMap<&str, u32> = FxHashMap::default();
        for (index, text) in strings.iter() {
            if let Some((rest, table)) = parse_entry(text) {
                let next = u32::try_from(pairs.len()).expect("fewer than strings");
                let pair = *pairs.entry(rest).or_insert(next);
                entries.insert(index, WeakMapEntry { pair, table });
            }
        }
        let is_entry = (!entries.is_empty()).then(|| {
            let mut bits = BitSet::new(strings.len());
            entries.keys().for_each(|index| {
                bits.insert(index.position());
            });
            bits
        });
        Self { is_entry, entries }
    }

    /// What `edge` tells if it leads to the value of a WeakMap entry.
    #[inline]
    pub fn entry(&self, edge: &Edge) -> Option<WeakMapEntry> {
        let is_entry = self.is_entry.as_ref()?;
        match (edge.kind, edge.name) {
            (EdgeKind::Internal, EdgeName::Text(name)) if is_entry.contains(name.position()) => {
                self.entries.get(&name).copied()
            }
            _ => None,
        }
    }
}

/// The name without the number in front, and the table's id.
fn parse_entry(text: &str) -> Option<(&str, u64)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(" / part of key (").filter(|_| digits > 0)?;
    let (pair, table) = rest.rsplit_once(" pair in WeakMap (table @")?;
    let table = table.strip_suffix(')').filter(|id| is_number(id))?;
    let value = ends_with_id(pair)?;
    let is_entry = value.match_indices(") -> value (").any(|(at, _)| ends_with_id(&value[..=at]).is_some());
    let is_one_line = !text.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
    (is_entry && is_one_line).then(|| Some((&text[digits..], table.parse().ok()?))).flatten()
}

/// `text` without the ` @123)` it ends with.
fn ends_with_id(text: &str) -> Option<&str> {
    let (rest, id) = text.strip_suffix(')')?.rsplit_once(" @")?;
    is_number(id).then_some(rest)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
