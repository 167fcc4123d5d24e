//! The vocabulary of every layer: indices, columns, sizes, bit sets, progress.

pub(crate) mod bit_set;
mod column;
mod csr;
pub(crate) mod id_column;
mod index;
pub(crate) mod io_error_text;
mod memo;
pub(crate) mod number_format;
pub(crate) mod prefetch;
mod progress;
pub(crate) mod size_column;
mod stored;

pub use crate::base::bit_set::{BitSet, RankedSet};
pub use crate::base::column::Column;
pub use crate::base::csr::Csr;
pub use crate::base::id_column::IdColumn;
pub use crate::base::index::{ClassIndex, EdgeIndex, Index, NodeIndex, ObjectId, StringIndex};
pub use crate::base::io_error_text::describe_io_error;
pub use crate::base::memo::Memo;
pub use crate::base::number_format::{NBSP, format_count, format_size, plain_spaces};
pub use crate::base::prefetch::prefetch;
pub use crate::base::progress::{CHECK_EVERY, Cancelled, Progress, Stage};
pub use crate::base::size_column::{SizeColumn, SizeColumnMut};
pub use crate::base::stored::{Damaged, ReadAt, StoreReader, StoreWriter, Stored, read_directory};
