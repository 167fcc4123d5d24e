//! The words every layer speaks: indices, columns, sizes, bit sets, progress.

mod bits;
mod column;
mod csr;
mod ids;
mod index;
mod print;
mod progress;
mod reason;
mod sizes;
mod touch;

pub use bits::{BitSet, RankedSet};
pub use column::Column;
pub use csr::Csr;
pub use ids::IdColumn;
pub use index::{ClassIndex, EdgeIndex, Index, NodeIndex, ObjectId, StringIndex};
pub use print::{NBSP, count, size};
pub use progress::{CHECK_EVERY, Cancelled, Progress, Stage};
pub use reason::reason;
pub use sizes::{SizeChanges, SizeColumn};
pub use touch::touch;
