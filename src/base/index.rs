//! Dense indices: a position in one table of one snapshot, with a type for each table.
//!
//! An index is four bytes. The loader refuses files with more rows than that can count, so every
//! conversion from a length happens once, here.

use std::fmt;

/// A position in a table. Converting to and from `usize` is free on 64-bit machines.
pub trait Index: Copy + Ord {
    /// The index of row `position`.
    ///
    /// # Panics
    /// If `position` does not fit 32 bits: the loader has checked that no table is that long.
    fn at(position: usize) -> Self;
    /// The position of this index.
    fn position(self) -> usize;
}

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The index of row `position`.
            ///
            /// # Panics
            /// If `position` does not fit 32 bits.
            #[inline]
            pub fn at(position: usize) -> Self {
                <Self as Index>::at(position)
            }

            /// The position of this index.
            #[inline]
            pub fn position(self) -> usize {
                self.0 as usize
            }
        }

        impl Index for $name {
            #[inline]
            fn at(position: usize) -> Self {
                Self(u32::try_from(position).expect("the loader limits tables to 2^32 rows"))
            }

            #[inline]
            fn position(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

index!(
    /// A node's position in the file, counted from 0.
    NodeIndex
);
index!(
    /// An edge's position in the file, counted from 0.
    EdgeIndex
);
index!(
    /// A string's position in the string table.
    StringIndex
);
index!(
    /// A class's position in a snapshot's class list: in order of first appearance.
    ClassIndex
);

/// V8's id of an object, shown as `@123`. The same object keeps it across the snapshots of one process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct ObjectId(pub u64);

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}
