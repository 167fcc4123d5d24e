//! Everything drawn above the views.

pub(crate) mod about;
pub(crate) mod command_palette;
pub(crate) mod drop_target;
pub(crate) mod file_dialog;
pub(crate) mod frame_times;
pub(crate) mod help;
pub(crate) mod path_prompt;
