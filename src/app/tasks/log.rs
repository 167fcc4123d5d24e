//! Log lines on standard error for scripts that drive the window, enabled by `HEAPLENS_LOG=1`.

use std::env;
use std::fmt::Arguments;
use std::sync::LazyLock;

static WANTED: LazyLock<bool> =
    LazyLock::new(|| env::var_os("HEAPLENS_LOG").is_some_and(|value| value == "1"));

/// Prints one line, if the log is enabled.
pub(crate) fn line(text: Arguments<'_>) {
    if *WANTED {
        eprintln!("{text}");
    }
}
