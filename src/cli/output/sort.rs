//! `--sort COLUMN[:asc|desc]`.

use crate::cli::Failure;
use crate::model::{ColumnId, ColumnSpec, Direction};

/// A column's name on the command line, the column, and its default direction.
pub(crate) type SortColumn<C> = (&'static str, C, Direction);

/// The sortable columns of a table.
pub(crate) fn columns<'a>(specs: impl Iterator<Item = &'a ColumnSpec>) -> Vec<SortColumn<ColumnId>> {
    specs.map(|spec| (spec.id.0, spec.id, spec.first_direction)).collect()
}

/// Help of `--sort` for these columns.
pub(crate) fn help<C>(columns: &[SortColumn<C>]) -> String {
    let keys: Vec<&str> = columns.iter().map(|&(key, ..)| key).collect();
    format!(
        "Order: a column, followed by :asc or :desc. The columns are {}; the start of a name is enough",
        keys.join(", ")
    )
}

/// The column named `name`, or starting with it.
fn find<'a, C>(name: &str, columns: &'a [SortColumn<C>]) -> Option<&'a SortColumn<C>> {
    let name = name.replace('-', "_");
    let is = columns.iter().find(|(key, ..)| *key == name);
    is.or_else(|| columns.iter().find(|(key, ..)| !name.is_empty() && key.starts_with(&name)))
}

/// The column and direction in `text`.
pub(crate) fn parse<C: Copy>(text: &str, columns: &[SortColumn<C>]) -> Result<(C, Direction), Failure> {
    let (name, direction) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let Some(&(_, column, first)) = find(name, columns) else {
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
