//! Names without what changes from run to run or build to build: indexes, ids, generated suffixes, hashes.

use std::borrow::Cow;

/// Digits and letters from which on a part of a name counts as generated.
const GENERATED: usize = 6;

/// `name` with every index, id and hash replaced by `#`; what people write stays.
///
/// A part is what stands between characters that no identifier has, and `_`, `$`. It is an index if it consists
/// of digits, and an id or a hash if it is long and has digits as well as letters, or is hexadecimal.
pub fn fold_name(name: &str) -> Cow<'_, str> {
    if !name.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(name);
    }
    let mut folded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(from.len());
        let (part, after) = from.split_at(end);
        folded.push_str(before);
        folded.push_str(&fold_part(part));
        rest = after;
    }
    folded.push_str(rest);
    Cow::Owned(folded)
}

fn fold_part(part: &str) -> Cow<'_, str> {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if digits == part.len() {
        return Cow::Borrowed("#");
    }
    let is_hexadecimal = part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mixed = part.len() >= GENERATED && digits * 4 >= part.len();
    if digits > 0 && (is_mixed || is_hexadecimal && part.len() >= GENERATED) {
        return Cow::Borrowed("#");
    }
    // `user17` and `user18` are one name.
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() < part.len() { Cow::Owned(format!("{stem}#")) } else { Cow::Borrowed(part) }
}

/// The file of `path` without folders, query and hash: `main.#.js`. Folders differ from machine to machine.
pub fn fold_script(path: &str) -> Cow<'_, str> {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let path = &path[..end];
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    match fold_name(stem) {
        Cow::Borrowed(_) => Cow::Borrowed(file),
        Cow::Owned(stem) => Cow::Owned(format!("{stem}.{extension}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_and_what_is_generated_goes() {
        let same = ["sessions", "byToken", "<symbol kState>", "cafe", "Facade"];
        for name in same {
            assert_eq!(fold_name(name), name);
        }
        let folded = [
            ("17", "#"),
            ("user17", "user#"),
            ("session-8f3a2b9c", "session-#"),
            ("k_12_34", "k_#_#"),
            ("tok3n9x8y7", "#"),
            ("0b1c2d3e-aaaa-4bbb-8ccc-123456789abc", "#-aaaa-4bbb-8ccc-#"),
        ];
        for (name, expected) in folded {
            assert_eq!(fold_name(name), expected);
        }
    }

    #[test]
    fn scripts_lose_folders_and_hashes() {
        assert_eq!(fold_script("file:///app/dist/main.3f2a9c1b.js?v=3"), "main.#.js");
        assert_eq!(fold_script("/home/me/server.js"), "server.js");
        assert_eq!(fold_script("C:\\app\\server.js"), "server.js");
        assert_eq!(fold_script("node:internal/timers"), "timers");
        assert_eq!(fold_script("chunk-5Q7WX3LB.mjs"), "chunk-#.mjs");
    }
}
