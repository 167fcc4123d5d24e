//! Messages of the inspector protocol, parsed only as far as needed.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The beginning of every message with a chunk of a snapshot, in every runtime.
const CHUNK_START: &str = "{\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{\"chunk\":\"";

/// A message from the target.
#[derive(Debug)]
pub(crate) struct Message<T> {
    text: T,
    pub id: Option<u64>,
    pub method: Option<String>,
    pub session: Option<String>,
    pub error: Option<RpcError>,
    /// Start and end of an escaped chunk within the text.
    chunk: Option<(usize, usize)>,
}

/// A target's error reply.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct RpcError {
    #[serde(default)]
    pub code: i64,
    #[serde(default)]
    pub message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    session_id: Option<String>,
    error: Option<RpcError>,
}

#[derive(Deserialize)]
struct Params<T> {
    params: T,
}

#[derive(Deserialize)]
struct ResultOf<T> {
    result: T,
}

#[derive(Deserialize)]
struct ChunkParams<'a> {
    #[serde(borrow)]
    chunk: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ChunkMessage<'a> {
    #[serde(borrow)]
    params: ChunkParams<'a>,
}

impl<T: AsRef<str>> Message<T> {
    /// `None` if it is not a message of the protocol.
    pub(super) fn parse(text: T) -> Option<Self> {
        if let Some((start, end, session)) = chunk_of(text.as_ref()) {
            let method = Some("HeapProfiler.addHeapSnapshotChunk".to_owned());
            return Some(Self { text, id: None, method, session, error: None, chunk: Some((start, end)) });
        }
        let envelope: Envelope = serde_json::from_str(text.as_ref()).ok()?;
        let method = envelope.method.map(Cow::into_owned);
        let (id, session, error) = (envelope.id, envelope.session_id, envelope.error);
        Some(Self { text, id, method, session, error, chunk: None })
    }

    pub(super) fn is(&self, method: &str) -> bool {
        // Some runtimes repeat the method in a reply.
        self.id.is_none() && self.method.as_deref() == Some(method)
    }

    pub(super) fn params<P: DeserializeOwned>(&self) -> Option<P> {
        serde_json::from_str::<Params<P>>(self.text.as_ref()).ok().map(|found| found.params)
    }

    pub(super) fn result<R: DeserializeOwned>(&self) -> Option<R> {
        serde_json::from_str::<ResultOf<R>>(self.text.as_ref()).ok().map(|found| found.result)
    }

    /// Characters of the whole message.
    pub(super) fn length(&self) -> usize {
        self.text.as_ref().len()
    }

    /// Appends the chunk of the snapshot in this message; `None` if it has no valid one.
    pub(super) fn append_chunk(&self, out: &mut Vec<u8>) -> Option<()> {
        match self.chunk {
            Some((start, end)) => unescape(&self.text.as_ref()[start..end], out),
            None => {
                let found: ChunkMessage = serde_json::from_str(self.text.as_ref()).ok()?;
                out.extend_from_slice(found.params.chunk.as_bytes());
                Some(())
            }
        }
    }
}

/// The position of the chunk in a message, and its session.
fn chunk_of(text: &str) -> Option<(usize, usize, Option<String>)> {
    if !text.starts_with(CHUNK_START) {
        return None;
    }
    let start = CHUNK_START.len();
    if let Some(body) = text.strip_suffix("\"}}") {
        return (body.len() >= start && ends_whole(&body[start..])).then_some((start, body.len(), None));
    }
    const SESSION: &str = "\"},\"sessionId\":\"";
    let body = text.strip_suffix("\"}")?;
    let at = body.rfind(SESSION).filter(|&at| at >= start)?;
    let session = &body[at + SESSION.len()..];
    let is_valid = session.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    (is_valid && ends_whole(&text[start..at])).then(|| (start, at, Some(session.to_owned())))
}

/// Whether the quote after `escaped` ends the text: an even number of backslashes stands before it.
fn ends_whole(escaped: &str) -> bool {
    escaped.bytes().rev().take_while(|&byte| byte == b'\\').count().is_multiple_of(2)
}

/// Appends the text that a JSON string of these characters stands for.
fn unescape(escaped: &str, out: &mut Vec<u8>) -> Option<()> {
    let bytes = escaped.as_bytes();
    out.reserve(bytes.len());
    let mut at = 0;
    while let Some(run) = memchr::memchr2(b'\\', b'"', &bytes[at..]) {
        out.extend_from_slice(&bytes[at..at + run]);
        at += run;
        if bytes[at] == b'"' {
            return None;
        }
        let plain = match bytes.get(at + 1)? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            &same @ (b'"' | b'\\' | b'/') => same,
            b'u' => {
                at += unescape_unicode(&escaped[at..], out)?;
                continue;
            }
            _ => return None,
        };
        out.push(plain);
        at += 2;
    }
    out.extend_from_slice(&bytes[at..]);
    Some(())
}

/// Appends the character of `\uXXXX` or a surrogate pair; returns its length.
fn unescape_unicode(escaped: &str, out: &mut Vec<u8>) -> Option<usize> {
    let unit = |at: usize| {
        let digits = escaped.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    let pair = (0xd800..0xdc00).contains(&first).then(|| unit(6)).flatten();
    let (code, length) = match pair {
        Some(second) if (0xdc00..0xe000).contains(&second) => {
            (0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12)
        }
        _ => (first, 6),
    };
    let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(text: &str) -> Option<String> {
        let mut out = Vec::new();
        Message::parse(text)?.append_chunk(&mut out)?;
        String::from_utf8(out).ok()
    }

    #[test]
    fn a_chunk_is_found_by_its_start_or_by_its_keys() {
        let text = "a \\ \" \n \u{e9} \u{1f600} \\u00e9 \"},\"sessionId\":\"no";
        let escaped = serde_json::to_string(text).unwrap();
        let ways = [
            format!("{CHUNK_START}{}}}}}", &escaped[1..]),
            format!("{CHUNK_START}{}}},\"sessionId\":\"4F-2\"}}", &escaped[1..]),
            format!(
                "{{\"params\": {{\"chunk\": {escaped}}}, \"method\":\"HeapProfiler.addHeapSnapshotChunk\"}}"
            ),
        ];
        for way in &ways {
            assert_eq!(chunk(way).as_deref(), Some(text), "{way}");
        }
        assert_eq!(Message::parse(ways[1].as_str()).unwrap().session.as_deref(), Some("4F-2"));
        assert_eq!(
            chunk(&format!("{CHUNK_START}\\ud83d\\ude00\\/\\t\"}}}}")).as_deref(),
            Some("\u{1f600}/\t")
        );
    }

    #[test]
    fn malformed_messages_are_none() {
        for text in [
            "",
            "7",
            "[]",
            "{",
            "{\"id\":-1}",
            "{\"id\":\"1\"}",
            &"[".repeat(100_000),
            &"{\"a\":".repeat(100_000),
        ] {
            assert!(Message::parse(text).is_none(), "{}", &text[..text.len().min(20)]);
        }
        for body in ["\\", "\\x", "a\"b", "\\u12", "\\u00e\u{e9}"] {
            let text = format!("{CHUNK_START}{body}\"}}}}");
            assert_eq!(chunk(&text), None, "{body}");
        }
    }

    #[test]
    fn errors_are_read_in_either_order() {
        for text in [
            "{\"error\":{\"code\":-32601,\"message\":\"no\"},\"id\":7}",
            "{\"id\":7,\"error\":{\"code\":-32601,\"message\":\"no\"}}",
        ] {
            let message = Message::parse(text).unwrap();
            assert_eq!((message.id, message.error.unwrap().code), (Some(7), -32601));
        }
    }
}
