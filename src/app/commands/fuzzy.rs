//! Fuzzy matching of names by some of their letters, in order but not adjacent: `cts` finds *Copy table as…*.

/// Score of a letter directly after the previous one.
const BESIDE: i32 = 5;
/// Score of a letter at the start of a word.
const BEGINS: i32 = 4;
/// Score of any letter.
const LETTER: i32 = 1;

/// The positions of the letters of a search in a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FuzzyMatch {
    /// Higher is better.
    pub score: i32,
    /// Positions in characters, ascending.
    pub at: Vec<usize>,
}

/// The best match of the letters of `typed` in `name`, ignoring case and spaces in `typed`. `O(typed ·
/// name²)`: for names, not for texts.
pub(crate) fn fuzzy_match(typed: &str, name: &str) -> Option<FuzzyMatch> {
    let lower = |text: &str| -> Vec<char> { text.chars().flat_map(|c| c.to_lowercase().next()).collect() };
    let letters: Vec<char> = lower(typed).into_iter().filter(|c| !c.is_whitespace()).collect();
    let name = lower(name);
    let begins = |at: usize| at == 0 || !name[at - 1].is_alphanumeric();
    // For each letter and position the best score that ends there, and the position of the previous letter.
    let mut best: Vec<Vec<Option<(i32, usize)>>> = Vec::with_capacity(letters.len());
    for (number, &letter) in letters.iter().enumerate() {
        let place = |at: usize| -> Option<(i32, usize)> {
            if name[at] != letter {
                return None;
            }
            let own = LETTER + if begins(at) { BEGINS } else { 0 };
            if number == 0 {
                return Some((own, at));
            }
            let before = (0..at).filter_map(|from| {
                let (score, _) = best[number - 1][from]?;
                Some((score + if from + 1 == at { BESIDE } else { 0 }, from))
            });
            before.max_by_key(|&(score, _)| score).map(|(score, from)| (score + own, from))
        };
        let row: Vec<_> = (0..name.len()).map(place).collect();
        best.push(row);
    }
    let Some(last) = best.last() else { return Some(FuzzyMatch { score: 0, at: Vec::new() }) };
    let ends = last.iter().enumerate().filter_map(|(at, found)| Some((found.as_ref()?.0, at)));
    let (score, mut at) = ends.rev().max_by_key(|&(score, _)| score)?;
    let mut places = vec![at];
    for row in best.iter().skip(1).rev() {
        at = row[at].map_or(0, |(_, from)| from);
        places.push(at);
    }
    places.reverse();
    Some(FuzzyMatch { score, at: places })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_order_and_where_words_begin() {
        let at = |typed, name| fuzzy_match(typed, name).map(|found| found.at);
        assert_eq!(at("cts", "Copy table as TSV"), Some(vec![0, 14, 15]));
        assert_eq!(at("as tsv", "Copy table as TSV"), Some(vec![11, 12, 14, 15, 16]));
        assert_eq!(at("", "anything"), Some(Vec::new()));
        assert_eq!(at("vst", "TSV"), None);
        assert_eq!(at("x", ""), None);
    }

    #[test]
    fn letters_side_by_side_and_beginnings_of_words_are_better() {
        let score = |typed, name| fuzzy_match(typed, name).map_or(0, |found| found.score);
        assert!(score("sum", "Summary") > score("sum", "Show under map"));
        assert!(score("con", "Containment") > score("con", "Allocation"));
    }
}
