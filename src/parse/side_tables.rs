//! The small flat sections: locations and samples.

use crate::base::NodeIndex;
use crate::graph::{Location, Locations, LocationsBuilder, Sample};
use crate::parse::error::LoadError;
use crate::parse::header::{Header, position};
use crate::parse::numbers::NumberArray;

/// Calls `each` with every complete row of `array`.
pub(crate) fn for_each_row(
    bytes: &[u8],
    array: &NumberArray,
    fields: usize,
    mut each: impl FnMut(&[u64]),
) -> Result<(), LoadError> {
    let mut row = vec![0; fields];
    let mut cursor = array.cursor(bytes, array.range.start);
    for _ in 0..array.len.checked_div(fields).unwrap_or(0) {
        cursor.row(&mut row)?;
        each(&row);
    }
    // An incomplete row is ignored, but may contain damage.
    for _ in 0..array.len.checked_rem(fields).unwrap_or(0) {
        cursor.number()?;
    }
    Ok(())
}

/// Omits rows for missing nodes, and numbers above 32 bits, as Chrome does.
pub(crate) fn parse_locations(
    bytes: &[u8],
    array: &NumberArray,
    header: &Header,
    node_count: usize,
) -> Result<Locations, LoadError> {
    let find = |name| position(&header.location, name);
    let (Some(object), Some(script), Some(line), Some(column)) =
        (find("object_index"), find("script_id"), find("line"), find("column"))
    else {
        return Ok(Locations::default());
    };
    let mut locations = LocationsBuilder::new(node_count);
    for_each_row(bytes, array, header.location.len(), |row| {
        let small = |at: usize| u32::try_from(row[at]).ok();
        let node = usize::try_from(row[object]).unwrap_or(usize::MAX) / header.node.fields;
        if let (true, Some(script_id), Some(line), Some(column)) =
            (node < node_count, small(script), small(line), small(column))
        {
            locations.add(NodeIndex::at(node), Location { script_id, line, column });
        }
    })?;
    Ok(locations.finish())
}

/// The times at which ids were assigned, in file order.
pub(crate) fn parse_samples(
    bytes: &[u8],
    array: &NumberArray,
    header: &Header,
) -> Result<Vec<Sample>, LoadError> {
    let find = |name| position(&header.sample, name);
    let (Some(timestamp), Some(last_id)) = (find("timestamp_us"), find("last_assigned_id")) else {
        return Ok(Vec::new());
    };
    let mut samples = Vec::new();
    for_each_row(bytes, array, header.sample.len(), |row| {
        samples.push(Sample { timestamp_us: row[timestamp], last_assigned_id: row[last_id] });
    })?;
    Ok(samples)
}
