//! The window's state without a window.

mod commands;
mod freeing;
mod navigation;
mod soak;
