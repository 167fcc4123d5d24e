//! Source maps in files of their own: read from this disk for scripts of a local program, or from the web server
//! of this machine that a page has its scripts from.
//!
//! What the target says is untrusted: only a file that ends in `.map` is read. From the disk it is taken only if the
//! script's own file has the very text that the target runs: the file may be of a later build, and a program in a
//! container has other files. Of servers only the script's own is asked, only on a loopback address.

use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::capture::control::CaptureControl;
use crate::capture::http::{Limits, get_file};
use crate::capture::scripts::decode_percent;
use crate::sidecar::SidecarScript;

/// Maximum bytes of one file.
const LARGEST_FILE: u64 = 64 << 20;
/// Bytes of a server's answer.
const LARGEST_REPLY: usize = 64 << 20;
/// Characters of a path that a server is asked for.
const LONGEST_PATH: usize = 2048;
/// Bytes of all maps.
const MOST_BYTES: usize = 256 << 20;

/// A server has that long for one map, and all of them for all.
const ANSWER: Duration = Duration::from_secs(5);
const ALL_ANSWERS: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(1);

/// Adds the maps that can be found to `scripts`.
pub(crate) fn add(scripts: &mut [SidecarScript], control: &CaptureControl) {
    let mut bytes = 0;
    let deadline = Instant::now() + ALL_ANSWERS;
    for script in scripts.iter_mut().filter(|script| script.map.is_none()) {
        if bytes > MOST_BYTES || control.is_cancelled() || Instant::now() > deadline {
            return;
        }
        let text = if script.url.starts_with("http://") { from_server(script) } else { from_disk(script) };
        let Some(text) = text else { continue };
        if let Some(map) = map_of(script, &text) {
            bytes += text.len();
            script.map = Some(map);
        }
    }
}

/// The text as a map, if it is one and not of another build.
fn map_of(script: &SidecarScript, text: &str) -> Option<Value> {
    let map: Value = serde_json::from_str(text).ok()?;
    let is_of_script = match (&script.debug_id, map.get("debugId").or_else(|| map.get("debug_id"))) {
        (Some(own), Some(other)) => other.as_str() == Some(own),
        _ => true,
    };
    (map.is_object() && is_of_script).then_some(map)
}

fn from_disk(script: &SidecarScript) -> Option<String> {
    let (source, address) = (script.source.as_ref()?, script.source_map_url.as_ref()?);
    let own = path_of(&script.url)?;
    let path = map_path(&own, address)?;
    if read(&own)? != *source {
        return None;
    }
    read(&path)
}

/// Asks the server that the script came from, if it is one of this machine.
fn from_server(script: &SidecarScript) -> Option<String> {
    let address = script.source.as_ref().and(script.source_map_url.as_ref())?;
    let (host, path) = request_of(&script.url, address)?;
    let limits = Limits { time: ANSWER, bytes: LARGEST_REPLY };
    let replies = sockets_of(host)?.into_iter();
    let reply = replies.filter_map(|socket| get_file((socket, host), &path, CONNECT, limits).ok()).next()?;
    (reply.status == 200).then_some(reply.body)
}

/// Host and path of the map that the script at `url` names: of the same host, and a `.map`.
fn request_of<'a>(url: &'a str, address: &str) -> Option<(&'a str, String)> {
    let (host, own) = authority_and_path(url)?;
    let path = if let Some((other, path)) = authority_and_path(address) {
        (other == host).then(|| path.to_owned())?
    } else if address.contains("://") || address.starts_with("//") {
        return None;
    } else if address.starts_with('/') {
        address.to_owned()
    } else {
        let folder = own.split(['?', '#']).next()?.rsplit_once('/')?.0;
        format!("{folder}/{address}")
    };
    let path = path.split('#').next()?;
    let is_map = path.split('?').next()?.ends_with(".map");
    let is_sound = path.len() <= LONGEST_PATH && path.bytes().all(|byte| byte.is_ascii_graphic());
    (is_map && is_sound).then(|| (host, path.to_owned()))
}

fn authority_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    Some(rest.split_at(rest.find('/')?))
}

/// The sockets of a host of this machine; nothing for any other, and no name is looked up.
fn sockets_of(host: &str) -> Option<Vec<SocketAddr>> {
    if let Ok(socket) = host.parse::<SocketAddr>() {
        return socket.ip().is_loopback().then(|| vec![socket]);
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().ok()?),
        None => (host, 80),
    };
    let both = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    match name.parse::<Ipv4Addr>() {
        Ok(ip) => ip.is_loopback().then(|| vec![SocketAddr::new(ip.into(), port)]),
        Err(_) if name == "localhost" => Some(both.map(|ip| SocketAddr::new(ip, port)).to_vec()),
        Err(_) => None,
    }
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
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn only_the_server_of_the_script_on_this_machine_is_asked() {
        let url = "http://127.0.0.1:8080/js/app.js?v=1";
        let path = |address: &str| request_of(url, address).map(|(_, path)| path);
        assert_eq!(path("app.js.map").as_deref(), Some("/js/app.js.map"));
        assert_eq!(path("/maps/app.js.map?v=1#x").as_deref(), Some("/maps/app.js.map?v=1"));
        assert_eq!(path("http://127.0.0.1:8080/a.map").as_deref(), Some("/a.map"));
        for address in [
            "http://127.0.0.1:6379/a.map",
            "https://127.0.0.1:8080/a.map",
            "//127.0.0.1:6379/a.map",
            "file:///etc/a.map",
            "/admin/delete",
            "a.map HTTP/1.1\r\nX: 1\r\n.map",
        ] {
            assert_eq!(path(address), None, "{address}");
        }
        for host in ["127.0.0.1:80", "127.0.0.1", "localhost:3000", "[::1]:3000"] {
            assert!(sockets_of(host).is_some(), "{host}");
        }
        for host in
            ["10.0.0.1:80", "example.org", "localhost.example.org:80", "localhost:x", "169.254.169.254"]
        {
            assert!(sockets_of(host).is_none(), "{host}");
        }
    }

    #[test]
    fn a_map_of_a_page_is_fetched_from_its_server() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = thread::spawn(move || {
            let mut asked = Vec::new();
            for reply in ["200 OK", "302 Found\r\nLocation: /other.map"] {
                let mut stream = listener.accept().unwrap().0;
                let mut buffer = [0; 1024];
                let length = stream.read(&mut buffer).unwrap();
                let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
                asked.push(request.lines().next().unwrap_or_default().to_owned());
                write!(stream, "HTTP/1.0 {reply}\r\n\r\n{{\"version\":3}}").unwrap();
            }
            asked
        });
        let script = || SidecarScript {
            url: format!("http://{host}/js/app.js"),
            source: Some("let a = 1;".into()),
            source_map_url: Some("app.js.map".into()),
            ..SidecarScript::default()
        };
        let mut scripts = [script(), script()];
        add(&mut scripts, &CaptureControl::default());
        assert_eq!(server.join().unwrap(), ["GET /js/app.js.map HTTP/1.0", "GET /js/app.js.map HTTP/1.0"]);
        assert!(scripts[0].map.is_some() && scripts[1].map.is_none(), "a redirect is not followed");
    }

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
            add(&mut scripts, &CaptureControl::default());
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
