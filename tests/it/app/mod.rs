//! The window's state without a window.

mod capture;
mod commands;
mod freeing;
mod navigation;
mod soak;
