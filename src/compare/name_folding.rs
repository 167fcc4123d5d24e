//! Names without the parts that change from run to run or build to build: indexes, ids, generated suffixes,
//! hashes.

use std::borrow::Cow;

/// Minimum length of a part of a name that counts as generated.
const GENERATED: usize = 6;
/// Where the hyphens of a UUID are.
const UUID_HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// Characters of a UUID.
const UUID: usize = 36;

/// `name` with every index, id and hash replaced by `#`; what programmers write stays.
///
/// A part is a run of digits and letters. It is generated if it begins with a digit, or if it is long and a quarter
/// of it is digits among letters; digits at the end of a word are an index.
pub fn fold_name(name: &str) -> Cow<'_, str> {
    if !name.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(name);
    }
    let mut folded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, from) = rest.split_at(start);
        folded.push_str(before);
        if is_uuid(from.as_bytes()) {
            folded.push('#');
            rest = &from[UUID..];
            continue;
        }
        let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (part, after) = from.split_at(end);
        folded.push_str(&fold_part(part));
        rest = after;
    }
    folded.push_str(rest);
    Cow::Owned(folded)
}

fn is_uuid(text: &[u8]) -> bool {
    let is_right = |(at, &byte): (usize, &u8)| {
        if UUID_HYPHENS.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    text.get(..UUID).is_some_and(|text| text.iter().enumerate().all(is_right))
}

fn fold_part(part: &str) -> Cow<'_, str> {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if part.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed("#");
    }
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_mixed = stem.bytes().any(|byte| byte.is_ascii_digit());
    if is_mixed && part.len() >= GENERATED && digits * 4 >= part.len() {
        return Cow::Borrowed("#");
    }
    // `user17` and `user18` are one name.
    if stem.len() < part.len() { Cow::Owned(format!("{stem}#")) } else { Cow::Borrowed(part) }
}

/// The file of `path` without folders, query and hash: `main.js` for `dist/main.3f2a9c1b.js`. Folders differ from
/// machine to machine, and a build without hashes is the same program.
pub fn fold_script(path: &str) -> Cow<'_, str> {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let path = &path[..end];
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    match fold_name(stem) {
        Cow::Borrowed(_) => Cow::Borrowed(file),
        Cow::Owned(folded) => {
            let named = folded.trim_end_matches(['#', '.', '-', '_']);
            let stem = if named.is_empty() { &*folded } else { named };
            Cow::Owned(format!("{stem}.{extension}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_and_what_is_generated_goes() {
        let same = ["sessions", "byToken", "<symbol kState>", "cafe", "base64Cache", "h2o"];
        for name in same {
            assert_eq!(fold_name(name), name);
        }
        let folded = [
            ("17", "#"),
            ("user17", "user#"),
            ("session-8f3a2b9c", "session-#"),
            ("k_12_34", "k_#_#"),
            ("tok3n9x8y7", "#"),
            ("id-0b1c2d3e-aaaa-4bbb-8ccc-123456789abc.x", "id-#.x"),
        ];
        for (name, expected) in folded {
            assert_eq!(fold_name(name), expected);
        }
    }

    #[test]
    fn scripts_lose_folders_and_hashes() {
        assert_eq!(fold_script("file:///app/dist/main.3f2a9c1b.js?v=3"), "main.js");
        assert_eq!(fold_script("/home/me/server.js"), "server.js");
        assert_eq!(fold_script("C:\\app\\server.js"), "server.js");
        assert_eq!(fold_script("node:internal/timers"), "timers");
        assert_eq!(fold_script("chunk-5Q7WX3LB.mjs"), "chunk.mjs");
        assert_eq!(fold_script("/dist/4711.js"), "#.js");
    }
}
