//! Tooltips for V8 terms, two sentences each.

/// Term and meaning, ascending by term.
const WORDS: &[(&str, &str)] = &[
    ("(GC roots)", "Where the garbage collector starts. Whatever it reaches from here stays alive."),
    (
        "(Global handles)",
        "References from native code, such as Node or the browser, to JavaScript objects. What only they hold is freed when the native code releases it.",
    ),
    (
        "(Handle scope)",
        "References that native code holds for the moment, while one of its functions runs. They rarely explain a leak.",
    ),
    (
        "(Stack roots)",
        "Local variables of functions that ran while the snapshot was taken. They are gone when these functions return.",
    ),
    (
        "(array)",
        "Storage that V8 uses behind objects: elements of arrays, tables of Maps and Sets, lists of properties. Look at its retainers to see its owner.",
    ),
    ("(bigint)", "Whole numbers of any length, such as 10n. The longer the number, the larger the object."),
    (
        "(bytecode offset table)",
        "Maps positions in compiled code to positions in the byte code. It belongs to that code.",
    ),
    (
        "(closure)",
        "Functions together with the variables they can see. A closure keeps all variables of its context alive, also those it does not use itself.",
    ),
    (
        "(compiled code)",
        "Byte code, machine code and what V8 notes about functions. It grows while new functions run for the first time, and then stays.",
    ),
    (
        "(concatenated string)",
        "Text made with + that V8 has not copied into one piece yet. It keeps both of its parts alive.",
    ),
    (
        "(constant pool)",
        "Strings, numbers and functions that a function's byte code refers to. It lives as long as that byte code.",
    ),
    ("(handler table)", "Where the try blocks of a function are. It belongs to the function's byte code."),
    ("(internal array)", "A list that V8 keeps for itself. Look at its retainers to see its owner."),
    (
        "(map descriptors)",
        "The names and kinds of the properties that objects of one shape have. Shared by all of them.",
    ),
    (
        "(number)",
        "Numbers that do not fit into a reference: fractions and integers beyond 31 bits. Usually each belongs to one property.",
    ),
    (
        "(object elements)",
        "The elements of an array or of an object with numbered properties. It belongs to that one object.",
    ),
    (
        "(object properties)",
        "The properties of an object that do not fit into the object itself. It belongs to that one object.",
    ),
    (
        "(object shape)",
        "V8's hidden classes: which properties objects of one kind have, and where. Many of them hint at objects used as dictionaries.",
    ),
    ("(regexp)", "Regular expressions with their compiled form. The source is shown between slashes."),
    (
        "(shared function info)",
        "What all closures made from one function in the source share: code, name, place. It is not one of these closures.",
    ),
    (
        "(sliced string)",
        "A part of another string, as slice and match make it. It keeps the whole of that string alive, however short the part is.",
    ),
    (
        "(source position table)",
        "Maps positions in the byte code to lines of the source. It belongs to that byte code.",
    ),
    ("(string)", "Text. Equal texts may exist many times over: each counts."),
    (
        "(symbol)",
        "Symbols, which name properties without colliding with others. V8 and Node use them for hidden state.",
    ),
    ("(synthetic)", "Groups that V8 creates for the snapshot, such as the roots. They take no memory."),
    (
        "(system)",
        "V8's bookkeeping, which JavaScript cannot see. It belongs to functions, objects and modules that do show.",
    ),
    ("(wasm object)", "Objects of WebAssembly. They are managed by V8 like JavaScript's own."),
    (
        "Detached",
        "A DOM node that is in no document any more, but which JavaScript still holds. The retainers say which variable to clear.",
    ),
    (
        "FeedbackCell",
        "Ties a function to what V8 has recorded about its calls. It is freed with the function.",
    ),
    (
        "FeedbackVector",
        "What V8 has recorded about the calls and types in one function, so that it can be compiled well. It is freed with the function.",
    ),
    (
        "InternalNode",
        "An object of the browser or of Node that has no name in JavaScript. Look at its retainers to see what it belongs to.",
    ),
    (
        "system / AccessorPair",
        "The getter and setter of one property. It belongs to the shape or object that has the property.",
    ),
    (
        "system / AllocationSite",
        "What V8 has recorded about the objects created at one place in the code. One for each such place.",
    ),
    (
        "system / ArrayBoilerplateDescription",
        "The pattern of an array literal in the source. One for each place in the code.",
    ),
    (
        "system / BytecodeArray",
        "A function in the form V8's interpreter runs. Dropped when the function has not run for a while.",
    ),
    (
        "system / Context",
        "The variables of a function that functions inside it can see. It lives as long as any of these inner functions does.",
    ),
    (
        "system / ExternalStringData",
        "The characters of a string that are kept outside V8's heap. They belong to the string that refers to them.",
    ),
    (
        "system / FeedbackCell",
        "Ties a function to what V8 has recorded about its calls. It is freed with the function.",
    ),
    (
        "system / FeedbackMetadata",
        "How a function's feedback vector is laid out. One for each function in the source.",
    ),
    (
        "system / FeedbackVector",
        "What V8 has recorded about the calls and types in one function, so that it can be compiled well. It is freed with the function.",
    ),
    (
        "system / FunctionTemplateInfo",
        "A pattern from which native code makes functions for JavaScript. One for each class of the embedder.",
    ),
    (
        "system / JSArrayBufferData",
        "The bytes of an ArrayBuffer, a typed array or a Buffer, outside V8's heap. They are freed with the buffer that refers to them.",
    ),
    (
        "system / Map",
        "A hidden class: which properties objects of one kind have, and where. Shared by all objects of that shape.",
    ),
    (
        "system / NativeContext",
        "The global objects of one page, frame or vm context. If there are more than expected, frames or contexts leak.",
    ),
    (
        "system / ObjectBoilerplateDescription",
        "The pattern of an object literal in the source. One for each place in the code.",
    ),
    (
        "system / PropertyArray",
        "The properties of an object that do not fit into the object itself. It belongs to that one object.",
    ),
    (
        "system / PropertyCell",
        "Holds one global variable, so that code can refer to it directly. It belongs to the global object.",
    ),
    (
        "system / ScopeInfo",
        "Which variables a function has and where they are kept. One for each function in the source.",
    ),
    ("system / Script", "A source file that V8 has loaded. It lives as long as any of its functions."),
    (
        "system / SharedFunctionInfo",
        "What all closures made from one function in the source share: code, name, place. It is not one of these closures.",
    ),
    (
        "system / UncompiledDataWithPreparseData",
        "What V8 knows of a function that has not run yet. It is replaced by byte code at the first call.",
    ),
    (
        "system / UncompiledDataWithoutPreparseData",
        "What V8 knows of a function that has not run yet. It is replaced by byte code at the first call.",
    ),
    (
        "system / WeakCell",
        "A reference that does not keep its target alive, of a WeakRef or a FinalizationRegistry. It is no leak in itself.",
    ),
];

/// The meaning of a V8 term: a constructor's, an object's or an edge's name as in the file.
pub fn explain(word: &str) -> Option<&'static str> {
    let found =
        |word: &str| WORDS.binary_search_by_key(&word, |&(known, _)| known).ok().map(|at| WORDS[at].1);
    if word.starts_with("Detached ") {
        return found("Detached");
    }
    found(word).or_else(|| {
        let mut parts = word.splitn(3, " / ");
        match (parts.next(), parts.next(), parts.next()) {
            (Some(first), Some(second), Some(_)) => found(&format!("{first} / {second}")),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order_so_that_they_are_found() {
        assert!(WORDS.is_sorted_by_key(|&(word, _)| word));
        for (word, meaning) in WORDS {
            assert_eq!(explain(word), Some(*meaning));
        }
    }

    #[test]
    fn a_word_is_found_with_what_stands_behind_it() {
        assert_eq!(explain("system / Context / app.js"), explain("system / Context"));
        assert_eq!(explain("Detached <div>"), explain("Detached"));
        assert_eq!(explain("Array"), None);
    }

    #[test]
    fn meanings_are_two_sentences() {
        for (word, meaning) in WORDS {
            assert_eq!(meaning.matches(['.', ':']).count() - meaning.matches(": ").count(), 2, "{word}");
            assert!(meaning.ends_with('.'));
        }
    }
}
