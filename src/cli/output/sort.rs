//! `--sort COLUMN[:asc|desc]`.

use crate::cli::Failure;
use crate::model::Direction;

/// A column's name on the command line, what it is, and its direction if none is said.
pub type Column<C> = (&'static str, C, Direction);

/// The column and direction that `text` says.
pub fn parse<C: Copy>(text: &str, columns: &[Column<C>]) -> Result<(C, Direction), Failure> {
    let (name, direction) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let Some(&(_, column, first)) = columns.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = columns.iter().map(|&(name, ..)| name).collect();
        return Err(Failure::Argument(format!(
            "there is no column \"{name}\" to sort by; there are {}",
            known.join(", ")
        )));
    };
    let direction = match direction {
        None => first,
        Some("asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(other) => {
            return Err(Failure::Argument(format!(
                "a direction is asc or desc, not \"{other}\", as in --sort {name}:asc"
            )));
        }
    };
    Ok((column, direction))
}
