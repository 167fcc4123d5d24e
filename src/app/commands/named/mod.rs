//! Named commands by topic: text, tooltip, key, when each is enabled, and what it does.

pub(crate) mod files;
pub(crate) mod navigation;
pub(crate) mod selection;
pub(crate) mod window;
