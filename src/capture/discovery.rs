//! Discovery: which inspectors listen on this machine, which programs they belong to, and which heaps they
//! have.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use crate::capture::address::{Address, USUAL_PORTS, checked_path, path_of_url};
use crate::capture::error::CaptureError;
use crate::capture::http::{self, HttpReply};
use crate::capture::process;

const SCAN_CONNECT: Duration = Duration::from_millis(300);
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(3);

/// Maximum characters of titles and addresses of other programs.
const LONGEST_TEXT: usize = 500;

/// The program behind an inspector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runtime {
    /// Node.js of a major version.
    Node(u32),
    /// Chrome, Chromium, Edge or Electron.
    Chrome,
    /// Deno.
    Deno,
    /// Cloudflare's workerd.
    Workerd,
    /// Bun, whose engine is not V8.
    Bun,
    /// Another program that answers like an inspector.
    Other,
}

impl Runtime {
    fn of(browser: &str) -> Self {
        match browser {
            _ if browser.starts_with("node.js/") => {
                let version = browser["node.js/".len()..].trim_start_matches('v');
                Self::Node(version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0))
            }
            _ if ["Chrome/", "HeadlessChrome/", "Edg/", "Electron/"]
                .iter()
                .any(|name| browser.starts_with(name)) =>
            {
                Self::Chrome
            }
            _ if browser.starts_with("Deno/") => Self::Deno,
            _ if browser.starts_with("workerd") => Self::Workerd,
            _ if browser == "Bun" || browser.starts_with("Bun/") => Self::Bun,
            _ => Self::Other,
        }
    }
}

/// An inspector that answers.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Where it listens.
    pub socket: SocketAddr,
    /// The program.
    pub runtime: Runtime,
    /// Its own name and version: `node.js/v24.21.0`.
    pub version: String,
    /// The process, if the system shows it.
    pub pid: Option<u32>,
    /// The heaps that can be captured.
    pub targets: Vec<Target>,
}

/// One heap: a process, a page, a frame or a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The inspector's term: node, page, iframe, worker, shared_worker, service_worker.
    pub kind: String,
    /// Script or title of the page.
    pub title: String,
    /// Script or page.
    pub url: String,
    /// Path of its websocket; `None` while another debugger is attached.
    pub path: Option<String>,
    /// Whether it is left out of lists unless asked for.
    pub is_internal: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedTarget {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
    web_socket_debugger_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    #[serde(rename = "Browser")]
    browser: String,
}

/// Finds the inspectors on the ports that runtimes use by default, on 127.0.0.1 and ::1.
pub fn discover() -> Vec<Endpoint> {
    let probes = USUAL_PORTS.map(|port| thread::spawn(move || probe(port)));
    probes.into_iter().filter_map(|probe| probe.join().ok().flatten()).collect()
}

fn probe(port: u16) -> Option<Endpoint> {
    let sockets = Address::local(port).sockets(false).ok()?;
    sockets.into_iter().find_map(|socket| ask(socket, SCAN_CONNECT).ok())
}

/// Queries one address.
pub fn inspect(address: &Address, allow_remote: bool) -> Result<Endpoint, CaptureError> {
    let mut refused = true;
    for socket in address.sockets(allow_remote)? {
        match ask(socket, CONNECT) {
            Ok(mut endpoint) => {
                if let Some(path) = address.path() {
                    choose_path(&mut endpoint, path);
                }
                return Ok(endpoint);
            }
            Err(NoEndpoint::Refused) => {}
            Err(NoEndpoint::HostRefused) => {
                return Err(CaptureError::refused(
                    "The inspector accepts only IP addresses and localhost; use the address.",
                ));
            }
            Err(NoEndpoint::Hidden) => match address.path() {
                Some(path) => return Ok(hidden(socket, path)),
                None => {
                    return Err(CaptureError::not_found(
                        "The program hides its address; give the ws:// address it printed.",
                    ));
                }
            },
            Err(NoEndpoint::Other) if process::is_stopped(socket) => {
                return Err(CaptureError::refused(
                    "The process does not answer: it is stopped. Resume it with kill -CONT.",
                ));
            }
            Err(NoEndpoint::Other) => refused = false,
        }
    }
    Err(if refused {
        CaptureError::nothing_listens(&address.label())
    } else {
        CaptureError::not_an_inspector(&address.label())
    })
}

/// Keeps only the target whose path the user gave, even if the list does not contain it.
fn choose_path(endpoint: &mut Endpoint, path: &str) {
    endpoint.targets.retain(|target| target.path.as_deref() == Some(path));
    if endpoint.targets.is_empty() {
        endpoint.targets.push(unnamed(path));
    }
}

fn hidden(socket: SocketAddr, path: &str) -> Endpoint {
    let pid = process::listener(socket);
    let targets = vec![unnamed(path)];
    Endpoint { socket, runtime: Runtime::Other, version: String::new(), pid, targets }
}

fn unnamed(path: &str) -> Target {
    let text = String::new;
    Target { kind: text(), title: text(), url: text(), path: Some(path.to_owned()), is_internal: false }
}

enum NoEndpoint {
    Refused,
    HostRefused,
    Hidden,
    Other,
}

fn ask(socket: SocketAddr, connect: Duration) -> Result<Endpoint, NoEndpoint> {
    let list = http::get(socket, "/json/list", connect, ANSWER).map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => NoEndpoint::Refused,
        _ => NoEndpoint::Other,
    })?;
    let asked = http::get(socket, "/json/version", connect, ANSWER).map_err(|_| NoEndpoint::Other)?;
    let version: Option<Version> =
        (asked.status == 200).then(|| serde_json::from_str(&asked.body).ok()).flatten();
    let version = cut(&version.unwrap_or_default().browser);
    let runtime = Runtime::of(&version);
    let entries: Vec<ListedTarget> = match list.status {
        200 => serde_json::from_str(&list.body).map_err(|_| NoEndpoint::Other)?,
        404 if runtime == Runtime::Bun => Vec::new(),
        404 if list.body.trim().is_empty() && asked.status == 404 => return Err(NoEndpoint::Hidden),
        _ => return Err(refusal(&list)),
    };
    let targets = entries.into_iter().map(|entry| target(&entry, runtime)).collect();
    Ok(Endpoint { socket, runtime, version, pid: process::listener(socket), targets })
}

fn refusal(reply: &HttpReply) -> NoEndpoint {
    let says = |text: &str| reply.body.contains(text);
    match reply.status {
        400 if says("WebSockets request was expected") => NoEndpoint::HostRefused,
        500 if says("Host header is specified") => NoEndpoint::HostRefused,
        _ => NoEndpoint::Other,
    }
}

fn target(entry: &ListedTarget, runtime: Runtime) -> Target {
    let path = entry.web_socket_debugger_url.as_deref().and_then(path_of_url);
    let is_page = runtime == Runtime::Chrome;
    let is_internal = is_page
        && (["browser_ui", "webview", "other", "tab", "background_page"].contains(&entry.kind.as_str())
            || ["devtools://", "chrome-extension://"].iter().any(|scheme| entry.url.starts_with(scheme))
            // A dedicated worker: its own socket never answers; it is reached through its page's session.
            || entry.kind == "worker");
    Target {
        kind: cut(&entry.kind),
        title: cut(&entry.title),
        url: cut(&entry.url),
        path: path.and_then(checked_path).map(ToOwned::to_owned),
        is_internal,
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect()
}

/// Chooses a target by number (1 is the first of the list) or by a part of title, address or kind.
pub fn choose<'a>(endpoint: &'a Endpoint, wanted: Option<&str>) -> Result<&'a Target, CaptureError> {
    let offered: Vec<&Target> = endpoint.targets.iter().filter(|target| !target.is_internal).collect();
    let matching: Vec<&Target> = match wanted {
        None => offered.clone(),
        Some(text) => match text.parse::<usize>() {
            Ok(number) => offered.get(number.wrapping_sub(1)).copied().into_iter().collect(),
            Err(_) => {
                let parts = |target: &&&Target| {
                    [&target.title, &target.url, &target.kind].iter().any(|part| part.contains(text))
                };
                endpoint.targets.iter().collect::<Vec<_>>().iter().filter(parts).copied().collect()
            }
        },
    };
    match matching[..] {
        [target] if endpoint.runtime == Runtime::Chrome && target.kind == "worker" => {
            Err(CaptureError::usage(
                "A worker of a page is reached through its page: --target PAGE --worker NAME.",
            ))
        }
        [target] => Ok(target),
        [] if endpoint.runtime == Runtime::Bun => Err(bun_needs_address()),
        [] => Err(CaptureError::usage(match wanted {
            Some(text) => format!("No target matches `{text}`: {}.", names(&offered, &offered)),
            None => "This inspector has nothing to capture.".to_owned(),
        })),
        _ => Err(CaptureError::usage(format!("Choose one with --target: {}.", names(&matching, &offered)))),
    }
}

fn bun_needs_address() -> CaptureError {
    CaptureError::refused(
        "This is Bun, whose inspector has no V8 snapshots. If you agree, Heaplens runs \
         `Bun.generateHeapSnapshot(\"v8\")` in it: give the ws:// address it printed, and --evaluate.",
    )
}

/// Targets with their numbers among those that are `offered`.
fn names(targets: &[&Target], offered: &[&Target]) -> String {
    const MOST: usize = 20;
    let name = |target: &&Target| {
        let number = offered.iter().position(|other| other == target);
        let number = number.map_or_else(String::new, |at| format!("{} ", at + 1));
        let title = if target.title.is_empty() { &target.url } else { &target.title };
        format!("{number}{} `{title}`", target.kind)
    };
    targets.iter().take(MOST).map(name).collect::<Vec<_>>().join(", ")
}
