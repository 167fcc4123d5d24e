//! Leak suspects.
