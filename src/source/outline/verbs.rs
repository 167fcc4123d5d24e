//! Methods by what they do to the object they are called on.

use crate::source::outline::Action;

/// Methods that add to what they are called on.
const GROWS: [&str; 27] = [
    "push",
    "unshift",
    "add",
    "set",
    "append",
    "appendChild",
    "addEventListener",
    "addListener",
    "on",
    "once",
    "prependListener",
    "prependOnceListener",
    "subscribe",
    "register",
    "observe",
    "write",
    "enqueue",
    "insert",
    "put",
    "defer",
    "prepend",
    "insertBefore",
    "schedule",
    "then",
    "addCallback",
    "addHandler",
    "use",
];
/// Methods that remove from it.
const SHRINKS: [&str; 10] = [
    "pop",
    "shift",
    "delete",
    "clear",
    "removeEventListener",
    "removeListener",
    "off",
    "unsubscribe",
    "remove",
    "removeAllListeners",
];
/// Methods that only read.
const READS: [&str; 19] = [
    "get",
    "has",
    "keys",
    "values",
    "entries",
    "forEach",
    "map",
    "filter",
    "find",
    "some",
    "every",
    "includes",
    "indexOf",
    "join",
    "concat",
    "slice",
    "charCodeAt",
    "bind",
    "toString",
];

/// What calling `method` with so many arguments does; nothing if it only reads.
pub(super) fn action_of(method: &str, arguments: usize) -> Option<Action> {
    match method {
        "splice" if arguments > 2 => Some(Action::Grows),
        "splice" => Some(Action::Shrinks),
        name if GROWS.contains(&name) => Some(Action::Grows),
        name if SHRINKS.contains(&name) => Some(Action::Shrinks),
        name if READS.contains(&name) => None,
        _ => Some(Action::Calls),
    }
}
