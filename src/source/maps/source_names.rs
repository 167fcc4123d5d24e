//! The addresses of sources in maps: joined, made readable, and turned into paths.

use crate::snapshot::scripts::percent_decoded;

/// Bytes of an address that are kept.
const ADDRESS_LIMIT: usize = 1000;
/// What bundlers put before a path.
const SCHEMES: [&str; 7] =
    ["webpack-internal://", "webpack://", "turbopack://", "rollup://", "meteor://", "ng://", "parcel://"];

/// `root` and `name` in one.
pub(super) fn joined(root: &str, name: &str) -> String {
    let name = &name[..name.floor_char_boundary(ADDRESS_LIMIT)];
    let root = &root[..root.floor_char_boundary(ADDRESS_LIMIT)];
    if root.is_empty() || name.starts_with('/') || name.contains("://") {
        return name.to_owned();
    }
    format!("{}/{name}", root.trim_end_matches('/'))
}

/// The address for readers: `webpack://app/./src/x.ts?1234` and `../src/x.ts` are `src/x.ts`.
pub(super) fn display_url(address: &str) -> String {
    let path = without_scheme(address);
    let is_absolute = path.starts_with('/') || path.contains("://");
    if is_absolute {
        return path;
    }
    let parts = normalized(&path);
    let first = parts.iter().position(|&part| part != "..").unwrap_or(parts.len());
    parts[first..].join("/")
}

/// The path that `address` means, relative to the folder of the map if it is not absolute. None for what is
/// no file: other machines, pages, devices.
pub(super) fn path_of(address: &str) -> Option<String> {
    if address.contains(|c: char| c.is_control()) || address.starts_with("\\\\") || address.starts_with("//")
    {
        return None;
    }
    let path = match address.strip_prefix("file://") {
        Some(path) if path.starts_with('/') => percent_decoded(path).into_owned(),
        Some(_) => return None,
        None => without_scheme(address),
    };
    let is_file = !path.is_empty() && !path.contains("://") && !path.starts_with("//");
    (is_file && !path.starts_with("data:")).then_some(path)
}

/// Without a bundler's scheme, the name of its project and its query.
fn without_scheme(address: &str) -> String {
    if let Some(path) = address.strip_prefix("file://") {
        return percent_decoded(path.split(['?', '#']).next().unwrap_or_default()).into_owned();
    }
    let Some(rest) = SCHEMES.iter().find_map(|scheme| address.strip_prefix(scheme)) else {
        return match address.split_once('?') {
            // A loader's query; a question mark in a file's name has no such end.
            Some((path, query)) if !query.contains(['/', '.']) => path.to_owned(),
            _ => address.to_owned(),
        };
    };
    // `webpack://project/./src/x` and `webpack:///./src/x`.
    let path = rest.split_once('/').map_or(rest, |(_, path)| path);
    let path = path.split('?').next().unwrap_or_default();
    path.trim_start_matches("[project]/").to_owned()
}

/// The parts of a path, `.` and what `..` takes back left out.
fn normalized(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_readable() {
        for (address, url) in [
            ("webpack://app/./src/x.ts?1234", "src/x.ts"),
            ("webpack:///./src/x.js", "src/x.js"),
            ("webpack-internal:///./src/x.js", "src/x.js"),
            ("turbopack://[project]/src/x.ts", "src/x.ts"),
            ("../../src/a/../x.ts", "src/x.ts"),
            ("./x.ts", "x.ts"),
            ("/home/app/x.ts", "/home/app/x.ts"),
            ("file:///app/my%20x.ts", "/app/my x.ts"),
            ("https://cdn/x.ts", "https://cdn/x.ts"),
            ("C:\\app\\x.ts", "C:/app/x.ts"),
            ("what?.ts", "what?.ts"),
            ("", ""),
        ] {
            assert_eq!(display_url(address), url, "{address}");
        }
        assert_eq!(joined("src/", "x.ts"), "src/x.ts");
        assert_eq!(joined("src", "/x.ts"), "/x.ts");
        assert_eq!(joined("", &"x".repeat(10_000_000)).len(), ADDRESS_LIMIT);
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for address in
            ["https://cdn/x.ts", "\\\\host\\x", "//host/x", "file://host/x", "data:text/plain,1", "", "a\nb"]
        {
            assert_eq!(path_of(address), None, "{address}");
        }
        assert_eq!(path_of("../src/x.ts").as_deref(), Some("../src/x.ts"));
        assert_eq!(path_of("webpack://app/./src/x.ts").as_deref(), Some("./src/x.ts"));
    }
}
