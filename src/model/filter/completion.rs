//! How a condition that is being typed can go on.

use crate::graph::NodeKind;

/// How many ways are offered.
const OFFERS: usize = 8;
/// How many constructors are looked at for each letter that is typed.
const CONSTRUCTORS: usize = 50_000;
/// Fewer letters than this are the begin of too many constructors.
const LETTERS: usize = 2;

/// The words that a condition begins with.
const WORDS: [(&str, &str); 9] = [
    ("class:", "the constructor contains a text or matches a /regex/"),
    ("class=", "the constructor has this name"),
    ("kind:", "V8's word for what an object is"),
    ("retained>=", "bytes that would be freed with it: 500, 20kB, 1MB"),
    ("shallow>=", "bytes of the object alone: 500, 20kB, 1MB"),
    ("distance<=", "references from a root: 3"),
    ("distance>=", "references from a root: 3"),
    ("detached", "a DOM node outside any document"),
    ("!", "the opposite of what follows"),
];

/// One way to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// The whole text with it.
    pub text: String,
    /// What it means, if its word does not say.
    pub help: &'static str,
}

/// The ways in which `typed` can go on, for a snapshot with these constructors.
pub fn completions<'a>(typed: &str, constructors: impl Iterator<Item = &'a str>) -> Vec<Completion> {
    let typed = typed.trim_start();
    let (not, rest) = typed.strip_prefix('!').map_or(("", typed), |rest| ("!", rest.trim_start()));
    let offer = |text: String, help| Completion { text: format!("{not}{text}"), help };
    if let Some(kind) = rest.strip_prefix("kind:") {
        let names = NodeKind::names().iter().filter(|name| name.contains(kind) && **name != kind);
        return names.take(OFFERS).map(|name| offer(format!("kind:{name}"), "")).collect();
    }
    if let Some(name) = rest.strip_prefix("class:").or_else(|| rest.strip_prefix("class=")) {
        return named(name, constructors).map(|name| offer(format!("class={name}"), "")).collect();
    }
    if rest.contains(['<', '>']) {
        let is_size = !rest.starts_with("distance") && rest.ends_with(|last: char| last.is_ascii_digit());
        let units = ["kB", "MB"].into_iter().filter(|_| is_size);
        return units.map(|unit| offer(format!("{rest}{unit}"), "")).collect();
    }
    let words = WORDS.iter().filter(|(word, _)| word.starts_with(rest) && *word != rest);
    let words = words.filter(|(word, _)| !(*word == "!" && not == "!"));
    let mut offers: Vec<Completion> = words.map(|&(word, help)| offer(word.to_owned(), help)).collect();
    if rest.len() >= LETTERS && !rest.starts_with('/') {
        offers.extend(named(rest, constructors).map(|name| offer(format!("class={name}"), "")));
    }
    offers.truncate(OFFERS.max(WORDS.len()));
    offers
}

/// The constructors with `part` in their name, whatever its case; those that begin with it first.
fn named<'a>(part: &str, constructors: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let part = part.trim().to_lowercase();
    let (mut first, mut then) = (Vec::new(), Vec::new());
    for name in constructors.take(CONSTRUCTORS) {
        let list = match name.to_lowercase().find(&part) {
            Some(0) => &mut first,
            Some(_) => &mut then,
            None => continue,
        };
        if list.len() < OFFERS && name.to_lowercase() != part {
            list.push(name);
        }
        if first.len() == OFFERS {
            break;
        }
    }
    first.into_iter().chain(then).take(OFFERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(typed: &str) -> Vec<String> {
        let constructors = ["(string)", "Layer", "Map", "WeakMap", "LayerCache"].into_iter();
        completions(typed, constructors).into_iter().map(|offer| offer.text).collect()
    }

    #[test]
    fn words_kinds_and_constructors_are_completed() {
        assert_eq!(texts("").len(), WORDS.len());
        assert_eq!(texts("ret"), ["retained>="]);
        assert_eq!(texts("kind:clo"), ["kind:closure"]);
        assert_eq!(texts("class:map"), ["class=WeakMap"]);
        assert_eq!(texts("Lay"), ["class=Layer", "class=LayerCache"]);
        assert_eq!(texts("retained>=20"), ["retained>=20kB", "retained>=20MB"]);
        assert_eq!(texts("distance<=3"), [""; 0]);
    }

    #[test]
    fn the_opposite_is_completed_too() {
        assert_eq!(texts("!kind:clo"), ["!kind:closure"]);
        assert_eq!(texts("!det"), ["!detached"]);
        assert_eq!(texts("!").len(), WORDS.len() - 1);
    }
}
