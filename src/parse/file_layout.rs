//! First stage of a load: where the sections of a file are, what its header says, and how far its numbers can
//! be trusted.

use crate::base::Stage;
use crate::parse::Attempt;
use crate::parse::corruption::{first_damage, first_invalid_byte};
use crate::parse::error::{ErrorKind, LoadError, truncated};
use crate::parse::header::{Header, parse_header};
use crate::parse::numbers::NumberArray;
use crate::parse::sections::{Sections, Walker};
use crate::parse::strings::skip_strings;

/// The sections of a file, found but not yet read.
pub(crate) struct FileLayout<'a> {
    walker: Walker<'a>,
    /// All sections except nodes and edges.
    pub sections: Sections,
    pub header: Header,
    /// The numbers of the nodes, up to the first damage.
    pub nodes: NumberArray,
    /// The numbers of the edges, up to the first damage.
    pub edges: NumberArray,
    /// Where the inside of the string array begins.
    pub strings_start: Option<usize>,
}

impl<'a> FileLayout<'a> {
    /// Finds the sections. Normally the strings come last: then everything behind them is left to
    /// [`find_sections_behind_strings`](Self::find_sections_behind_strings).
    pub(crate) fn find(attempt: &Attempt<'a>) -> Result<Self, LoadError> {
        let Attempt { input, options, damage, progress } = *attempt;
        progress.enter(Stage::Sections, 0);
        let bytes = input.bytes;
        let mut sections = Sections::default();
        let mut walker = Walker::new(input, options.chunk.numbers, options.completeness, damage, progress)?;
        walker.walk(&mut sections)?;
        let strings_start = sections.strings;
        if strings_start.is_none() && sections.cut.is_none() && damage.first().is_none() {
            let swallowed = first_invalid_byte(bytes, sections.arrays(), &damage);
            return Err(swallowed.unwrap_or_else(|| missing("the section \"strings\"")));
        }
        if let (None, Some(start), None) = (&sections.snapshot, strings_start, sections.cut) {
            let end = skip_strings(bytes, start).ok_or_else(|| truncated(bytes, "strings"))?;
            walker.resume(end, &mut sections)?;
        }
        let snapshot =
            sections.take("the section \"snapshot\"", bytes, |sections| sections.snapshot.take())?;
        let header = parse_header(&bytes[snapshot.clone()], snapshot.start)?;
        let nodes = sections.take("the section \"nodes\"", bytes, |sections| sections.nodes.take())?;
        let nodes = trim_to_valid(attempt, nodes, &mut sections)?;
        let edges = find_edges(attempt, &nodes, &mut sections)?;
        Ok(Self { walker, sections, header, nodes, edges, strings_start })
    }

    /// Continues after the strings, which end at `strings_end`. Returns the number of bytes after the whole
    /// snapshot.
    pub(crate) fn find_sections_behind_strings(
        &mut self,
        strings_end: Option<usize>,
    ) -> Result<usize, LoadError> {
        match strings_end {
            Some(end) => {
                self.walker.resume(end, &mut self.sections).map_err(|error| error.with_partial_load(true))
            }
            None => {
                self.sections.cut = self.sections.cut.or(Some("strings"));
                Ok(0)
            }
        }
    }
}

fn find_edges(
    attempt: &Attempt<'_>,
    nodes: &NumberArray,
    sections: &mut Sections,
) -> Result<NumberArray, LoadError> {
    let damage = &attempt.damage;
    match sections.edges.take() {
        Some(edges) if nodes.whole || damage.is_in("nodes") => trim_to_valid(attempt, edges, sections),
        // Edges before truncated nodes: the borders of their rows are not known.
        _ if sections.cut.is_some() || damage.first().is_some() => {
            sections.cut = sections.cut.or(Some("edges"));
            Ok(NumberArray::cut_off("edges"))
        }
        _ => {
            let swallowed = first_invalid_byte(attempt.input.bytes, [nodes], damage);
            Err(swallowed.unwrap_or_else(|| missing("the section \"edges\"")))
        }
    }
}

/// `array` up to its first damaged number.
fn trim_to_valid(
    attempt: &Attempt<'_>,
    array: NumberArray,
    sections: &mut Sections,
) -> Result<NumberArray, LoadError> {
    if !attempt.damage.is_in(array.section) {
        return Ok(array);
    }
    Ok(match first_damage(attempt.input.bytes, &array, attempt.progress)? {
        Some((numbers, _)) => {
            sections.cut = sections.cut.or(Some(array.section));
            array.before(numbers)
        }
        None => array,
    })
}

fn missing(field: &'static str) -> LoadError {
    ErrorKind::Missing { field }.into()
}
