//! Scripts of a target and their source maps, fetched after the last snapshot.
//!
//! `Debugger.enable` changes the heap, so none of this may precede a snapshot.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::capture::control::{CaptureControl, CapturePhase};
use crate::capture::session::{Received, Session, SessionEnd};
use crate::sidecar::SidecarScript;

const ANSWER: Duration = Duration::from_secs(30);
const MOST_BYTES: usize = 256 << 20;
const MOST_SCRIPTS: usize = 100_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parsed {
    script_id: String,
    #[serde(default)]
    url: String,
    hash: Option<String>,
    length: Option<u64>,
    #[serde(default, rename = "sourceMapURL")]
    source_map_url: String,
    #[serde(default)]
    debug_id: String,
    #[serde(default)]
    build_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    script_source: String,
}

/// All loaded scripts, with text and inline map, up to a limit.
pub(crate) fn fetch(
    session: &mut Session,
    control: &CaptureControl,
) -> Result<Vec<SidecarScript>, SessionEnd> {
    control.enter(CapturePhase::Sources);
    let mut scripts: Vec<SidecarScript> = Vec::new();
    let mut event = |message: &Received| {
        if message.is("Debugger.scriptParsed")
            && scripts.len() < MOST_SCRIPTS
            && let Some(parsed) = message.params::<Parsed>()
        {
            scripts.extend(script(parsed));
        }
    };
    session.call_with(("Debugger.enable", json!({})), Some(ANSWER), control, &mut event)?;
    let mut seen = HashSet::new();
    let mut wanted = HashMap::new();
    for (at, script) in scripts.iter().enumerate() {
        let is_new = script.hash.as_ref().is_none_or(|hash| seen.insert(hash.clone()));
        if is_new && !is_builtin(&script.url) {
            wanted.insert(script.id, at);
        }
    }
    let mut bytes = 0;
    let mut order: Vec<(u64, usize)> = wanted.into_iter().collect();
    order.sort_unstable();
    for (id, at) in order {
        if bytes > MOST_BYTES {
            break;
        }
        let reply =
            session.call("Debugger.getScriptSource", json!({"scriptId": id.to_string()}), ANSWER, control)?;
        // A script that has been collected meanwhile has no source any more.
        if let Some(source) = reply.ok().and_then(|reply| reply.result::<Source>()) {
            bytes += source.script_source.len();
            scripts[at].source = Some(source.script_source);
        }
    }
    session.send("Debugger.disable", &json!({}))?;
    control.enter(CapturePhase::Idle);
    Ok(scripts)
}

fn script(parsed: Parsed) -> Option<SidecarScript> {
    let debug_id = [parsed.debug_id, parsed.build_id].into_iter().find(|id| !id.is_empty());
    let mut script = SidecarScript {
        id: parsed.script_id.parse().ok()?,
        url: parsed.url,
        hash: parsed.hash,
        length: parsed.length,
        debug_id,
        ..SidecarScript::default()
    };
    if let Some(inline) = parsed.source_map_url.strip_prefix("data:") {
        let (head, body) = inline.split_once(',').unwrap_or((inline, ""));
        script.map = inline_map(head, body);
        script.source_map_url = Some(format!("data:{head}"));
    } else if !parsed.source_map_url.is_empty() {
        script.source_map_url = Some(parsed.source_map_url);
    }
    Some(script)
}

fn is_builtin(url: &str) -> bool {
    ["node:", "internal/", "wasm://", "ext:"].iter().any(|start| url.starts_with(start))
}

/// The map of a `data:` address, in Base64 or percent-encoded.
fn inline_map(head: &str, body: &str) -> Option<Value> {
    let bytes = if head.ends_with(";base64") { decode_base64(body)? } else { decode_percent(body)? };
    let map: Value = serde_json::from_slice(&bytes).ok()?;
    map.is_object().then_some(map)
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend_from_slice(&(bits >> count).to_le_bytes()[..1]);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

pub(crate) fn decode_percent(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(rest.get(at + 1..at + 3)?, 16).ok()?);
        rest = &rest[at + 3..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_maps_are_decoded() {
        let map = json!({"version": 3});
        assert_eq!(inline_map("application/json;base64", "eyJ2ZXJzaW9uIjozfQ=="), Some(map.clone()));
        assert_eq!(inline_map("application/json", "%7B%22version%22:3%7D"), Some(map));
        for (head, body) in
            [("x;base64", "e*"), ("x;base64", "W10="), ("x", "%7"), ("x", "%zz"), ("x", "[1]")]
        {
            assert_eq!(inline_map(head, body), None, "{body}");
        }
    }
}
