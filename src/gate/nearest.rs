//! Suggests the name that a misspelled one was meant to be.

/// The one of `names` with the fewest letters different from `wrong`; `None` if there are none.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    names.into_iter().min_by_key(|name| distance(&wrong, &name.to_lowercase()))
}

/// Levenshtein's distance by the table of Wagner and Fischer, one row at a time; long names are cut.
fn distance(a: &str, b: &str) -> usize {
    const LIMIT: usize = 64;
    let b: Vec<char> = b.chars().take(LIMIT).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(LIMIT).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_changes_win() {
        assert_eq!(nearest("totl", ["total", "container"]), Some("total"));
        assert_eq!(nearest("UserSesion", ["Session", "UserSession", "User"]), Some("UserSession"));
        assert_eq!(nearest("x", []), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
