//! One file per subcommand.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod gate;
pub(crate) mod growth;
pub(crate) mod nodes;
pub(crate) mod object;
pub(crate) mod report;
pub(crate) mod statistics;
pub(crate) mod summary;
pub(crate) mod suspects;
pub(crate) mod table_args;
pub(crate) mod tables;
pub(crate) mod trend;
pub(crate) mod verify;
