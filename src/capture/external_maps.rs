//! Source maps in separate files, read from this disk for scripts of a local program.
//!
//! The target's data is untrusted: only files ending in `.map` are read, and only if the script's own file on
//! this disk has exactly the text that the target runs. The file may be from a later build, and a program in
//! a container has other files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::capture::scripts::decode_percent;
use crate::sidecar::SidecarScript;

/// Maximum bytes of one file.
const LARGEST_FILE: u64 = 64 << 20;
/// Maximum bytes of all maps.
const MOST_BYTES: usize = 256 << 20;

/// Adds the maps found on this disk to `scripts`.
pub(crate) fn add(scripts: &mut [SidecarScript]) {
    let mut bytes = 0;
    for script in scripts.iter_mut().filter(|script| script.map.is_none()) {
        if bytes > MOST_BYTES {
            return;
        }
        if let Some((map, length)) = find(script) {
            bytes += length;
            script.map = Some(map);
        }
    }
}

/// The map of a script, and its length.
fn find(script: &SidecarScript) -> Option<(Value, usize)> {
    let (source, address) = (script.source.as_ref()?, script.source_map_url.as_ref()?);
    let own = path_of(&script.url)?;
    let path = map_path(&own, address)?;
    if read(&own)? != *source {
        return None;
    }
    let text = read(&path)?;
    let map: Value = serde_json::from_str(&text).ok()?;
    let is_of_script = match (&script.debug_id, map.get("debugId").or_else(|| map.get("debug_id"))) {
        (Some(own), Some(other)) => other.as_str() == Some(own),
        _ => true,
    };
    (map.is_object() && is_of_script).then_some((map, text.len()))
}

/// The file of a `file:` address.
fn path_of(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("file://")?;
    let decoded = String::from_utf8(decode_percent(path.split(['?', '#']).next()?)?).ok()?;
    let has_drive = decoded.as_bytes().get(2) == Some(&b':');
    let path = if cfg!(windows) && has_drive { decoded.trim_start_matches('/') } else { &decoded };
    let path = PathBuf::from(path);
    path.is_absolute().then_some(path)
}

/// The path of the map of the script at `own`.
fn map_path(own: &Path, address: &str) -> Option<PathBuf> {
    let path = if address.starts_with("file:") {
        path_of(address)?
    } else if address.contains("://") || address.starts_with("//") {
        return None;
    } else {
        let decoded = decode_percent(address.split(['?', '#']).next()?)?;
        own.parent()?.join(String::from_utf8(decoded).ok()?)
    };
    path.extension().is_some_and(|extension| extension == "map").then_some(path)
}

fn read(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST_FILE {
        return None;
    }
    let mut text = String::new();
    file.take(LARGEST_FILE).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn script(folder: &Path, address: &str, source: &str) -> SidecarScript {
        SidecarScript {
            url: format!("file://{}/app%20dir/server.js", folder.display()),
            source: Some(source.to_owned()),
            source_map_url: Some(address.to_owned()),
            ..SidecarScript::default()
        }
    }

    #[test]
    fn a_map_is_taken_where_the_script_on_the_disk_is_the_one_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app dir");
        fs::create_dir(&app).unwrap();
        fs::write(app.join("server.js"), "let a = 1;").unwrap();
        fs::write(app.join("server.js.map"), "{\"version\":3,\"debugId\":\"d1\"}").unwrap();
        fs::write(app.join("secrets.json"), "{\"version\":3}").unwrap();
        fs::write(app.join("broken.map"), "{").unwrap();
        let found = |address: &str, source: &str, debug_id: Option<&str>| {
            let mut scripts = [script(folder.path(), address, source)];
            scripts[0].debug_id = debug_id.map(str::to_owned);
            add(&mut scripts);
            scripts[0].map.is_some()
        };
        assert!(found("server.js.map", "let a = 1;", None));
        assert!(found("server.js.map?v=1", "let a = 1;", Some("d1")));
        assert!(!found("server.js.map", "let a = 1;", Some("d2")), "of another build");
        assert!(!found("server.js.map", "let a = 2;", None), "another text runs");
        for address in
            ["secrets.json", "broken.map", "gone.map", "https://host/server.js.map", "//host/a.map"]
        {
            assert!(!found(address, "let a = 1;", None), "{address}");
        }
    }
}
