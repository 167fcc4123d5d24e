//! The text of a script: from the snapshot if it is whole there, else from the disk, checked against what
//! the snapshot keeps of it.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::graph::NodeKind;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::{Script, ScriptIndex, percent_decoded};
use crate::source::maps::SourceMaps;
use crate::source::versions::functions_in_place;

/// UTF-16 units of a text that V8 writes before Chrome 156.
const KEPT_UNITS: usize = 1024;
/// Bytes by which a string may be larger than its text needs.
const SLACK: u64 = 16;
/// Bytes of a file that is read.
const FILE_LIMIT: u64 = 32 << 20;
/// Folders of the user and components of a path that are tried.
const TRIED: usize = 64;

/// Whether a text is the one that ran.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// It is: all that the snapshot keeps of it agrees.
    SameText,
    /// It is not.
    AnotherVersion,
    /// The snapshot keeps nothing of it to compare with.
    NotChecked,
}

impl Check {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::SameText => "same text",
            Self::AnotherVersion => "another version",
            Self::NotChecked => "not checked",
        }
    }
}

/// Where texts may come from beside the snapshot itself.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct SourceOptions {
    /// Whether a script's own path on this disk is read.
    pub own_paths: bool,
    /// Folders that the longest fitting end of a script's path is looked for in.
    pub roots: Vec<PathBuf>,
}

impl SourceOptions {
    /// The scripts' own paths, and the folders that the user has named for maps and texts.
    pub fn of(snapshot: &Snapshot) -> Self {
        let roots = SourceMaps::of(snapshot).map_or_else(Vec::new, |maps| maps.text_folders());
        Self { own_paths: true, roots }
    }
}

/// A script's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptText {
    /// The text, whole or its beginning.
    pub text: String,
    /// Whether nothing is missing at its end.
    pub is_whole: bool,
    /// Whether it is the text that ran.
    pub check: Check,
    /// The file it was read from, if not the snapshot.
    pub path: Option<PathBuf>,
}

/// The best text there is: whole in the snapshot, else from the disk if it is the same, else as it was captured,
/// else the beginning that is kept.
/// A file that is another version is taken only if nothing is kept.
pub fn script_text(snapshot: &Snapshot, script: ScriptIndex, options: &SourceOptions) -> Option<ScriptText> {
    let index = script;
    let script = snapshot.scripts().get(index);
    let kept = script.kept_text(snapshot);
    let kept_units = kept.as_ref().map_or(0, |text| text.encode_utf16().count());
    // A character past U+FFFF was one of two units and is one now: then fewer are kept of a text that was cut.
    let may_be_cut = |text: &str| {
        kept_units == KEPT_UNITS
            || (KEPT_UNITS / 2..KEPT_UNITS).contains(&kept_units) && !fits_length(snapshot, script, text)
    };
    if let Some(text) = kept.as_ref().filter(|text| !may_be_cut(text)) {
        let text = text.clone();
        return Some(ScriptText { text, is_whole: true, check: Check::SameText, path: None });
    }
    let mut another = None;
    for path in candidates(script, options) {
        let Some(text) = read(&path) else { continue };
        let check = check(snapshot, index, kept.as_deref(), &text);
        let found = ScriptText { text, is_whole: true, check, path: Some(path) };
        if check == Check::SameText {
            return Some(found);
        }
        another.get_or_insert(found);
    }
    let captured = SourceMaps::of(snapshot).and_then(|maps| maps.captured_text(snapshot, script));
    if let Some(text) = captured {
        return Some(ScriptText { text, is_whole: true, check: Check::SameText, path: None });
    }
    if let Some(found) = another.take_if(|found| found.check == Check::NotChecked) {
        return Some(found);
    }
    let beginning = kept.map(|text| ScriptText { text, is_whole: false, check: Check::SameText, path: None });
    beginning.or(another)
}

/// The first file that may have the text and is another version of it.
pub(super) fn other_text(
    snapshot: &Snapshot,
    script: ScriptIndex,
    options: &SourceOptions,
) -> Option<ScriptText> {
    let index = script;
    let script = snapshot.scripts().get(index);
    let kept = script.kept_text(snapshot);
    candidates(script, options).into_iter().find_map(|path| {
        let text = read(&path)?;
        let check = check(snapshot, index, kept.as_deref(), &text);
        let found = ScriptText { text, is_whole: true, check, path: Some(path) };
        (check == Check::AnotherVersion).then_some(found)
    })
}

/// Compares the beginning and the length, after the damage that V8 does to what it writes; where these do not
/// tell, whether the functions stand where V8 says.
fn check(snapshot: &Snapshot, index: ScriptIndex, kept: Option<&str>, text: &str) -> Check {
    let script = snapshot.scripts().get(index);
    let functions = || functions_in_place(snapshot, index, text);
    let Some(kept) = kept else {
        return match functions() {
            found if found.is_all() => Check::SameText,
            found if found.of > found.found => Check::AnotherVersion,
            _ => Check::NotChecked,
        };
    };
    let mut kept_units = kept.encode_utf16();
    // V8 writes the low 16 bits of a character past U+FFFF, and `???` for U+FFFD.
    let written = text.chars().flat_map(|c| {
        let code = u32::from(c);
        match code {
            0xFFFD => vec![u16::from(b'?'); 3],
            _ => vec![u16::try_from(code & 0xFFFF).unwrap_or(0)],
        }
    });
    let units = kept_units.by_ref().count();
    let is_same = written.take(units).eq(kept.encode_utf16());
    match length_misfit(snapshot, script, text) {
        0 if is_same => Check::SameText,
        // Of some texts V8 keeps a few bytes more than they need.
        1..=SLACK if is_same && functions().is_all() => Check::SameText,
        _ => Check::AnotherVersion,
    }
}

fn fits_length(snapshot: &Snapshot, script: &Script, text: &str) -> bool {
    length_misfit(snapshot, script, text) == 0
}

/// By how many bytes the script's string is larger or smaller than one of this text. A flat string's size tells
/// its length; other strings' sizes say nothing.
fn length_misfit(snapshot: &Snapshot, script: &Script, text: &str) -> u64 {
    let graph = snapshot.graph();
    let Some(node) = script.text_node().filter(|&node| graph.nodes.kind(node) == NodeKind::STRING) else {
        return 0;
    };
    let units = text.encode_utf16().count() as u64;
    let size = graph.nodes.self_size(node);
    if size <= KEPT_UNITS as u64 {
        return 0;
    }
    let rounded = |bytes: u64| (bytes + 7) & !7;
    let sizes = [12, 16].into_iter().flat_map(|header| [1, 2].map(|width| rounded(header + units * width)));
    sizes.map(|other| other.abs_diff(size)).min().unwrap_or(0)
}

/// Files that may have the text: the script's own path, then its longest ends below the user's folders.
fn candidates(script: &Script, options: &SourceOptions) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Some(path) = path_of(&script.url) else { return found };
    if options.own_paths && Path::new(&path).is_absolute() {
        found.push(PathBuf::from(&path));
    }
    let parts: Vec<&str> =
        path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    for root in options.roots.iter().take(TRIED) {
        let Ok(root) = root.canonicalize() else { continue };
        let ends = (0..parts.len()).skip(parts.len().saturating_sub(TRIED));
        let below = ends.map(|first| root.join(parts[first..].iter().collect::<PathBuf>()));
        found.extend(
            below.filter_map(|path| path.canonicalize().ok()).filter(|path| path.starts_with(&root)).take(4),
        );
    }
    found
}

/// The path that a script's address names; none for addresses that are no files anywhere.
fn path_of(url: &str) -> Option<String> {
    if url.contains(|c: char| c.is_control()) {
        return None;
    }
    let path = if let Some(path) = url.strip_prefix("file://") {
        if !path.starts_with('/') {
            return None;
        }
        percent_decoded(path.split(['?', '#']).next()?).into_owned()
    } else if let Some((scheme, rest)) = url.split_once("://") {
        if !matches!(scheme, "http" | "https" | "webpack" | "webpack-internal") {
            return None;
        }
        // The host is no folder.
        let (_, path) = rest.split_once('/')?;
        percent_decoded(path.split(['?', '#']).next()?).into_owned()
    } else if url.starts_with("node:") || url.starts_with("data:") || url.starts_with("blob:") {
        return None;
    } else {
        url.to_owned()
    };
    let is_odd = ["\\\\", "//", "/proc/", "/dev/", "/sys/"].iter().any(|start| path.starts_with(start));
    (!path.is_empty() && !is_odd).then_some(path)
}

/// A regular file of a size that is read, as text.
fn read(path: &Path) -> Option<String> {
    let is_fit = |metadata: &std::fs::Metadata| metadata.is_file() && metadata.len() <= FILE_LIMIT;
    // Looked at before it is opened: opening a pipe waits.
    std::fs::metadata(path).ok().filter(is_fit)?;
    let file = std::fs::File::open(path).ok()?;
    file.metadata().ok().filter(is_fit)?;
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn found(url: &str, kept: &str, size: usize, options: &SourceOptions) -> Option<ScriptText> {
        let mut heap = GraphBuilder::new();
        let shared = heap.node("code", "f", 1);
        let script = heap.node("code", url, 1);
        let source = heap.node("string", kept, size as u64);
        heap.edge(0, "element", "1", shared).edge(shared, "internal", "script", script);
        heap.edge(script, "internal", "source", source);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let (script, _) = snapshot.scripts().iter().next().unwrap();
        script_text(&snapshot, script, options)
    }

    #[test]
    fn a_file_is_taken_if_beginning_and_length_agree() {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("const a = 1;{}", "\n// more".repeat(200));
        std::fs::create_dir(folder.path().join("dist")).unwrap();
        std::fs::write(folder.path().join("dist/x.js"), &text).unwrap();
        let size = (16 + text.len() + 7) & !7;
        let options = SourceOptions { own_paths: false, roots: vec![folder.path().into()] };
        let whole = found("/app/dist/x.js", &text[..1024], size, &options).unwrap();
        assert_eq!((whole.check, whole.is_whole, &whole.text), (Check::SameText, true, &text));
        let other = format!("let b{}", &text[5..1024]);
        let cut = found("/app/dist/x.js", &other, size, &options).unwrap();
        assert_eq!((cut.is_whole, cut.path), (false, None), "another version is not taken for it");
        let longer = found("/app/dist/x.js", &text[..1024], size + 8, &options).unwrap();
        assert!(!longer.is_whole);
        let own = folder.path().join("dist/x.js").display().to_string();
        let options = SourceOptions { own_paths: true, roots: vec![] };
        assert!(found(&own, &text[..1024], size, &options).unwrap().is_whole);
        assert!(!found(&own, &text[..1024], size, &SourceOptions::default()).unwrap().is_whole);
    }

    #[test]
    fn a_short_text_is_whole_in_the_snapshot() {
        let text = found("/nowhere.js", "let a", 24, &SourceOptions::default()).unwrap();
        assert_eq!((text.is_whole, text.check, text.path), (true, Check::SameText, None));
    }

    #[test]
    fn addresses_that_are_no_files_are_not_looked_for() {
        for url in [
            "node:fs",
            "data:text/javascript,1",
            "file://host/x.js",
            "\\\\host\\x.js",
            "/proc/self/mem",
            "chrome-extension://id/x.js",
            "vscode://x/y.js",
            "a\nb.js",
        ] {
            assert_eq!(path_of(url), None, "{url}");
        }
        assert_eq!(path_of("file:///a%20b/c.js?x=1").as_deref(), Some("/a b/c.js"));
        assert_eq!(path_of("webpack:///./src/x.js").as_deref(), Some("./src/x.js"));
    }
}
