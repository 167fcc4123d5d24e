//! Commands: what the user can request, and the code that carries it out.

pub(crate) mod clipboard;
pub(crate) mod command;
pub(crate) mod command_palette;
pub(crate) mod dispatch;
pub(crate) mod fuzzy;
pub(crate) mod named;
pub(crate) mod option_commands;
pub(crate) mod registry;
pub(crate) mod reveal;
