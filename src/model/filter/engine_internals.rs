//! Which constructors are V8's own machinery: what a person who looks for their own objects may leave out.

/// Kinds that are V8's alone.
const KINDS: [&str; 6] =
    ["(system)", "(compiled code)", "(array)", "(object shape)", "(synthetic)", "(hidden)"];
/// Scopes and realms are V8's records of what the program itself has made.
const OF_THE_PROGRAM: [&str; 2] = ["system / Context", "system / NativeContext"];

/// Whether objects of this constructor belong to the engine: bookkeeping, code, shapes and backing stores.
/// Values, scopes and whatever the program or the page made do not.
pub fn is_internal(class: &str) -> bool {
    let is_the_programs =
        OF_THE_PROGRAM.iter().any(|name| class == *name || class.starts_with(&format!("{name} / ")));
    KINDS.contains(&class) || (class.starts_with("system / ") && !is_the_programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookkeeping_is_internal_and_what_the_program_made_is_not() {
        for class in ["(system)", "(array)", "system / Map", "system / JSArrayBufferData"] {
            assert!(is_internal(class), "{class}");
        }
        for class in ["Array", "(string)", "(closure)", "system / Context", "system / Context / app.js"] {
            assert!(!is_internal(class), "{class}");
        }
    }
}
