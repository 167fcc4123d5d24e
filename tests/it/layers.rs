//! The layers of the crate, checked in the sources: which imports and outside crates each may use.

use std::path::{Path, PathBuf};

use regex::Regex;

/// What a module may import, from the crate and from outside.
struct Layer {
    name: &'static str,
    modules: &'static [&'static str],
    crates: &'static [&'static str],
}

/// Bottom to top; a layer may import those named in `modules` and nothing else of the crate.
const LAYERS: [Layer; 19] = [
    Layer {
        name: "base",
        modules: &[],
        crates: &["bytemuck", "crc32fast", "lz4_flex", "memchr", "rayon", "rustc_hash"],
    },
    Layer { name: "sidecar", modules: &["base"], crates: &["serde", "serde_json"] },
    Layer { name: "graph", modules: &["base"], crates: &["bytemuck", "memchr", "rustc_hash"] },
    Layer {
        name: "parse",
        modules: &["base", "sidecar", "graph"],
        crates: &[
            "flate2",
            "libc",
            "memchr",
            "memmap2",
            "rayon",
            "rustc_hash",
            "rustix",
            "ruzstd",
            "serde",
            "serde_json",
            "tempfile",
            "zip",
        ],
    },
    Layer { name: "analysis", modules: &["base", "graph"], crates: &["memchr", "rayon", "rustc_hash"] },
    Layer {
        name: "snapshot",
        modules: &["base", "graph", "parse", "analysis"],
        crates: &["dirs", "memchr", "rayon", "rustc_hash", "sha2", "tempfile"],
    },
    Layer {
        name: "source",
        modules: &["base", "sidecar", "graph", "analysis", "snapshot"],
        crates: &[
            "memchr",
            "oxc_allocator",
            "oxc_ast",
            "oxc_ast_visit",
            "oxc_parser",
            "oxc_span",
            "oxc_syntax",
            "rayon",
            "rustc_hash",
            "serde",
            "serde_json",
        ],
    },
    Layer {
        name: "compare",
        modules: &["base", "graph", "analysis", "snapshot"],
        crates: &["rayon", "rustc_hash"],
    },
    Layer {
        name: "growth",
        modules: &["base", "graph", "analysis", "snapshot", "compare"],
        crates: &["rayon", "rustc_hash"],
    },
    Layer {
        name: "suspects",
        modules: &["base", "graph", "analysis", "snapshot", "source", "compare", "growth"],
        crates: &["rayon", "rustc_hash", "serde"],
    },
    Layer {
        name: "verify",
        modules: &["base", "graph", "analysis", "snapshot", "compare", "growth", "suspects"],
        crates: &["rayon", "rustc_hash"],
    },
    Layer {
        name: "capture",
        modules: &["base", "sidecar"],
        crates: &["chrono", "memchr", "rustix", "serde", "serde_json", "tungstenite"],
    },
    Layer {
        name: "model",
        modules: &[
            "base", "sidecar", "graph", "snapshot", "source", "compare", "growth", "suspects", "verify",
        ],
        crates: &[
            "csv",
            "minijinja",
            "quick_junit",
            "rayon",
            "regex",
            "rustc_hash",
            "serde",
            "serde_json",
            "toml",
        ],
    },
    Layer {
        name: "gate",
        modules: &["base", "graph", "snapshot", "source", "compare", "growth", "suspects", "verify", "model"],
        crates: &["regex", "rustc_hash", "serde", "toml"],
    },
    Layer {
        name: "report",
        modules: &["base", "snapshot", "compare", "growth", "suspects", "verify", "model", "gate"],
        crates: &["minijinja", "quick_junit", "serde", "serde_json"],
    },
    Layer {
        name: "export",
        modules: &["base", "graph", "snapshot", "source", "compare", "growth", "suspects", "model"],
        crates: &["parquet", "rustc_hash", "sha2"],
    },
    Layer {
        name: "app",
        modules: &[
            "base", "sidecar", "snapshot", "source", "compare", "growth", "suspects", "verify", "capture",
            "model", "report",
        ],
        crates: &["rustc_hash", "serde", "serde_json"],
    },
    Layer {
        name: "ui",
        modules: &["base", "snapshot", "compare", "growth", "capture", "model", "app"],
        crates: &["eframe", "egui", "egui_extras", "env_logger", "pollster", "rfd", "winit"],
    },
    Layer {
        name: "cli",
        modules: &[
            "base", "sidecar", "graph", "snapshot", "source", "compare", "growth", "suspects", "verify",
            "capture", "model", "gate", "report", "export",
        ],
        crates: &[
            "chrono",
            "clap",
            "csv",
            "schemars",
            "serde",
            "serde_json",
            "signal_hook",
            "toml",
            "unicode_width",
        ],
    },
];

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn all() -> Vec<Self> {
        let mut sources = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
                let path = entry.expect("a readable folder").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") && !is_for_tests(&path)
                {
                    let text = std::fs::read_to_string(&path).expect("sources are text");
                    sources.push(Self { path, text });
                }
            }
        }
        assert!(sources.len() > 50, "the sources were found");
        sources
    }

    /// The path below `src`, with slashes.
    fn name(&self) -> String {
        let below = self.path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let parts = below.expect("all sources lie there").iter().map(|part| part.to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }

    fn layer(&self) -> Option<&'static Layer> {
        LAYERS.iter().find(|layer| self.name().split('/').next() == Some(layer.name))
    }

    /// The program itself, without comments and tests, which may use every layer.
    fn code(&self) -> String {
        let program = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = program.lines().map(|line| line.split("//").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Files of which all is test.
fn is_for_tests(path: &Path) -> bool {
    path.file_stem().is_some_and(|name| name == "tests" || name == "test_heap")
}

/// Every word that a pattern finds, with the file it stands in.
fn found(pattern: &str) -> Vec<(Source, Vec<String>)> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let words = |source: Source| {
        let code = source.code();
        let words = pattern.captures_iter(&code).map(|found| found[1].to_owned()).collect();
        (source, words)
    };
    Source::all().into_iter().filter(|source| source.layer().is_some()).map(words).collect()
}

#[track_caller]
fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn a_module_imports_only_what_lies_below() {
    let mut broken = Vec::new();
    for (source, words) in found(r"\bcrate::(\w+)") {
        let layer = source.layer().expect("only those are looked at");
        let own = |word: &str| word == layer.name || layer.modules.contains(&word);
        let mut above: Vec<_> = words.into_iter().filter(|word| !own(word)).collect();
        above.dedup();
        broken.extend(above.iter().map(|word| format!("{} must not import {word}", source.name())));
    }
    none(&broken);
}

#[test]
fn what_is_imported_is_imported_by_name() {
    let groups = found(r"\bcrate::(\{|\*)");
    let broken = groups.iter().filter(|(_, words)| !words.is_empty());
    none(&broken.map(|(source, _)| format!("{} hides what it imports", source.name())).collect::<Vec<_>>());
}

#[test]
fn an_outside_crate_stands_only_in_its_layer() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("a manifest");
    let (_, dependencies) = manifest.split_once("\n[dependencies]").expect("dependencies");
    let (dependencies, _) = dependencies.split_once("\n[dev-dependencies]").expect("more sections");
    let name = Regex::new(r"(?m)^(?:\[dependencies\.)?([a-z][\w-]*)(?: =|\]$)").expect("a pattern");
    let known: Vec<String> =
        name.captures_iter(dependencies).map(|found| found[1].replace('-', "_")).collect();
    for expected in ["rayon", "eframe", "winit", "serde_json"] {
        assert!(known.iter().any(|name| name == expected), "{expected} is among {known:?}");
    }
    let mut broken = Vec::new();
    for (source, words) in found(r"(?:^|[^\w:])([a-z]\w*)::") {
        let layer = source.layer().expect("only those are looked at");
        let mut foreign: Vec<_> = words
            .into_iter()
            .filter(|word| known.contains(word) && !layer.crates.contains(&word.as_str()))
            .collect();
        foreign.dedup();
        broken.extend(foreign.iter().map(|word| format!("{} must not use the crate {word}", source.name())));
    }
    none(&broken);
}

#[test]
fn only_some_files_touch_the_world() {
    const TOUCHES: [(&str, &str, &[&str]); 4] = [
        (
            r"\b(std::fs|File::open)\b",
            "files",
            &[
                "parse/capture_info.rs",
                "parse/file.rs",
                "parse/mapping.rs",
                "parse/memory.rs",
                "parse/stream.rs",
                "sidecar/",
                "snapshot/index_cache.rs",
                "snapshot/index_file.rs",
                "snapshot/mod.rs",
                "source/",
                "capture/",
                "export/",
                "app/",
                "cli/",
            ],
        ),
        (
            r"\b(std::thread|thread::spawn)\b",
            "threads",
            &[
                "app/files/editor.rs",
                "app/tasks/executor.rs",
                "capture/",
                "cli/",
                "parse/stream.rs",
                "source/",
                "ui/overlays/file_dialog.rs",
            ],
        ),
        (r"\b(e?println)!", "the terminal", &["cli/", "app/tasks/log.rs"]),
        (r"\b(std::process)\b", "processes", &["capture/", "cli/", "export/", "app/", "ui/"]),
    ];
    let mut broken = Vec::new();
    for (pattern, what, allowed) in TOUCHES {
        for (source, words) in found(pattern) {
            let name = source.name();
            if !words.is_empty() && !allowed.iter().any(|place| name.starts_with(place)) {
                broken.push(format!("{name} must not touch {what}"));
            }
        }
    }
    none(&broken);
}

#[test]
fn unsafe_code_stands_in_one_file() {
    let unsafe_blocks = found(r"\b(unsafe)\s*(?:\{|fn|impl|trait|extern)");
    let broken = unsafe_blocks
        .iter()
        .filter(|(source, words)| !words.is_empty() && source.name() != "parse/mapping.rs")
        .map(|(source, _)| format!("{} must not be unsafe", source.name()));
    none(&broken.collect::<Vec<_>>());
}

#[test]
fn a_file_begins_with_what_it_is() {
    let sources = Source::all();
    let broken = sources.iter().filter(|source| !source.text.starts_with("//! "));
    none(&broken.map(|source| format!("{} does not say what it is", source.name())).collect::<Vec<_>>());
}

#[test]
fn no_file_is_two_ideas_long() {
    const LINES: usize = 600;
    let sources = Source::all();
    let broken = sources.iter().filter(|source| source.code().lines().count() > LINES);
    none(&broken.map(|source| format!("{} has more than {LINES} lines", source.name())).collect::<Vec<_>>());
}

#[test]
fn every_module_has_a_layer() {
    let sources = Source::all();
    let broken = sources
        .iter()
        .filter(|source| source.layer().is_none() && !["lib.rs", "main.rs"].contains(&&*source.name()));
    none(&broken.map(|source| format!("{} belongs to no layer", source.name())).collect::<Vec<_>>());
}
