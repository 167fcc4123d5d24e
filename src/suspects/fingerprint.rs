//! A fingerprint of a leak: the same in another run, on another machine and in another build of the same source.

use crate::compare::name_folding::{fold_name, fold_script};

/// The fingerprint of what `owner`, a path as code, keeps alive by `mechanism`; `place` is where code sees it, such
/// as `seen by handler at server.js:10`. Indexes, ids, generated names, folders, lines and the names of functions
/// without one do not count. 16 hexadecimal digits.
pub fn fingerprint(mechanism: &str, owner: &str, place: Option<&str>) -> String {
    let script = place.and_then(script_in).unwrap_or_default();
    let text = format!("{}\0{}\0{script}", fold_name(mechanism), fold_name(owner));
    format!("{:016x}", fnv(text.as_bytes()))
}

/// The script that a place names, without its line: the text behind the last ` at ` or ` in `.
fn script_in(place: &str) -> Option<String> {
    let start = [" at ", " in "].iter().filter_map(|word| Some(place.rfind(word)? + word.len())).max()?;
    let mut script = &place[start..];
    while let Some((before, number)) = script.rsplit_once(':')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        script = before;
    }
    Some(fold_script(script).into_owned())
}

/// FNV-1a: stable across versions of the program.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_leak_in_other_runs_and_builds_has_one_fingerprint() {
        let of = |owner, place| fingerprint("array", owner, Some(place));
        let first = of("router.stack[0].handlers", "seen by anonymous at main.3f2a9c1b.js:10");
        assert_eq!(first, of("router.stack[7].handlers", "seen by anonymous at main.77aa01fe.js:4812"));
        assert_eq!(first, of("router.stack[7].handlers", "seen by getStack in /srv/app/main.00ff12ab.js"));
        assert_eq!(first.len(), 16);
    }

    #[test]
    fn different_leaks_have_different_fingerprints() {
        let mut found: Vec<String> = Vec::new();
        for mechanism in ["array", "Map"] {
            for owner in ["sessions", "sessions.byToken", "leaks", "cache", "globalThis.cache"] {
                found
                    .extend(["a.js:1", "b.js:1"].map(|script| {
                        fingerprint(mechanism, owner, Some(&format!("seen by f at {script}")))
                    }));
            }
        }
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!((all, found.len()), (20, 20));
    }

    #[test]
    fn the_fingerprints_of_known_leaks_stay_what_they_are() {
        assert_eq!(fingerprint("", "", None), "08328807b4eb6fed");
        let place = Some("seen by anonymous at server-leaky.js:10");
        assert_eq!(
            fingerprint("array", "leaks", place),
            fingerprint("array", "leaks", Some("seen by f at server-leaky.js"))
        );
    }
}
