//! The window's state without a window.

mod arrangement;
mod capture;
mod commands;
mod freeing;
mod navigation;
mod soak;
