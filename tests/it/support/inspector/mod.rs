//! An inspector on loopback that imitates a runtime: its lists, its protocol details and its sequences of
//! messages.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use heaplens::capture::{Address, CaptureControl, CaptureError, Connection, Endpoint, choose, inspect};
use serde_json::{Value, json};
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::Role;
use tungstenite::{Message, WebSocket};

/// What is done after a command was answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    GoOn,
    /// The connection breaks, as when the process is killed.
    Break,
    /// A close frame.
    Close,
}

/// Answers a command.
pub(crate) type Handler = Box<dyn Fn(&mut Peer, &Command) -> Then + Send + Sync>;

/// A command as it came.
pub(crate) struct Command {
    pub id: u64,
    pub method: String,
    pub params: Value,
    pub session: Option<String>,
}

/// The server's end of a websocket.
pub(crate) struct Peer(pub WebSocket<TcpStream>);

impl Peer {
    pub(crate) fn send(&mut self, message: &Value) {
        self.text(message.to_string());
    }

    pub(crate) fn text(&mut self, text: String) {
        // A client that left is no failure of the server.
        let _ = self.0.send(Message::text(text));
    }

    pub(crate) fn reply(&mut self, command: &Command, result: &Value) {
        let session = command.session.as_ref();
        let session = session.map_or_else(String::new, |session| format!(",\"sessionId\":\"{session}\""));
        self.text(format!("{{\"id\":{},\"result\":{result}{session}}}", command.id));
    }

    pub(crate) fn refuse(&mut self, command: &Command, code: i64, message: &str) {
        // The order of older versions of V8.
        self.text(format!(
            "{{\"error\":{{\"code\":{code},\"message\":\"{message}\"}},\"id\":{}}}",
            command.id
        ));
    }

    pub(crate) fn progress(&mut self, done: u64, total: u64) {
        let params = json!({"done": done, "total": total});
        self.send(&json!({"method": "HeapProfiler.reportHeapSnapshotProgress", "params": params}));
    }

    pub(crate) fn chunk(&mut self, text: &str) {
        self.text(chunk_message(text, None));
    }

    pub(crate) fn chunks(&mut self, text: &str, length: usize) {
        pieces(text, length).iter().for_each(|piece| self.chunk(piece));
    }
}

/// `text` in pieces of that many characters.
pub(crate) fn pieces(text: &str, length: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(length).map(|piece| piece.iter().collect()).collect()
}

/// As V8 writes it: the method first, the session behind the parameters.
pub(crate) fn chunk_message(text: &str, session: Option<&str>) -> String {
    let text = serde_json::to_string(text).unwrap();
    let session = session.map_or_else(String::new, |session| format!(",\"sessionId\":\"{session}\""));
    format!("{{\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{{\"chunk\":{text}}}{session}}}")
}

/// What the server says over HTTP.
#[derive(Clone)]
pub(crate) struct Lists {
    pub list: (u16, String),
    pub version: (u16, String),
}

impl Lists {
    /// A Node of that version; `PORT` is replaced.
    pub(crate) fn node(version: &str) -> Self {
        let list = json!([{"description": "node.js instance", "id": "uuid", "title": "server.js", "type": "node",
            "url": "file:///app/server.js", "webSocketDebuggerUrl": "ws://127.0.0.1:PORT/uuid"}]);
        let version = json!({"Browser": format!("node.js/{version}"), "Protocol-Version": "1.1"});
        Self { list: (200, format!("{list:#}\n\n")), version: (200, version.to_string()) }
    }

    pub(crate) fn of(browser: &str, list: &Value) -> Self {
        Self { list: (200, list.to_string()), version: (200, json!({"Browser": browser}).to_string()) }
    }
}

/// A running server. Protocol violations of the client fail the test that requests its commands.
pub(crate) struct FakeInspector {
    pub socket: SocketAddr,
    commands: Arc<Mutex<Vec<String>>>,
    complaints: Arc<Mutex<Vec<String>>>,
}

struct Part {
    lists: Lists,
    handler: Handler,
    commands: Arc<Mutex<Vec<String>>>,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl FakeInspector {
    pub(crate) fn start(lists: Lists, handler: Handler) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = listener.local_addr().unwrap();
        let (commands, complaints) = (Arc::default(), Arc::default());
        let part = Arc::new(Part {
            lists,
            handler,
            commands: Arc::clone(&commands),
            complaints: Arc::clone(&complaints),
        });
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let part = Arc::clone(&part);
                thread::spawn(move || part.serve(stream));
            }
        });
        Self { socket, commands, complaints }
    }

    /// A Node that answers `HeapProfiler.takeHeapSnapshot` with `take`.
    pub(crate) fn node(take: impl Fn(&mut Peer, &Command) -> Then + Send + Sync + 'static) -> Self {
        Self::start(
            Lists::node("v24.21.0"),
            Box::new(move |peer, command| match command.method.as_str() {
                "HeapProfiler.takeHeapSnapshot" => take(peer, command),
                _ => usual(peer, command),
            }),
        )
    }

    pub(crate) fn endpoint(&self) -> Result<Endpoint, CaptureError> {
        inspect(&Address::parse(&self.socket.to_string()).unwrap(), false)
    }

    pub(crate) fn connect(&self, control: &CaptureControl) -> Result<Connection, CaptureError> {
        let endpoint = self.endpoint()?;
        Connection::open(&endpoint, choose(&endpoint, None)?, None, control)
    }

    /// All commands in order; a client that violates the protocol fails here.
    #[track_caller]
    pub(crate) fn commands(&self) -> Vec<String> {
        let complaints = self.complaints.lock().unwrap();
        assert!(complaints.is_empty(), "{complaints:?}");
        self.commands.lock().unwrap().clone()
    }
}

/// What every Node answers, whatever else it does.
pub(crate) fn usual(peer: &mut Peer, command: &Command) -> Then {
    match command.method.as_str() {
        "Runtime.getHeapUsage" => {
            peer.reply(command, &json!({"usedSize": 4_500_000, "totalSize": 6_000_000}));
        }
        "Runtime.getIsolateId" => peer.reply(command, &json!({"id": "a1b2"})),
        "Runtime.evaluate" => {
            peer.reply(command, &json!({"result": {"type": "object", "objectId": "7.1.1"}}));
        }
        "HeapProfiler.getHeapObjectId" => peer.reply(command, &json!({"heapSnapshotObjectId": "4711"})),
        "Runtime.releaseObjectGroup" | "HeapProfiler.collectGarbage" => peer.reply(command, &json!({})),
        _ => {
            let message = format!("'{}' wasn't found", command.method);
            peer.refuse(command, -32601, &message);
        }
    }
    Then::GoOn
}

impl Part {
    fn serve(&self, mut stream: TcpStream) {
        let Some(head) = read_head(&mut stream) else { return };
        let header = |name: &str| {
            head.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let host = header("host").unwrap_or_default();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let port = stream.local_addr().unwrap().port().to_string();
        if !host.starts_with("127.0.0.1:") {
            respond(&mut stream, 400, "WebSockets request was expected\r\n");
        } else if let Some(key) = header("sec-websocket-key") {
            for unwanted in ["origin", "sec-websocket-extensions"] {
                if header(unwanted).is_some() {
                    self.complaints.lock().unwrap().push(format!("the client sent {unwanted}"));
                }
            }
            if self.lists.list.1.contains(&format!("PORT{path}\"")) {
                let accept = derive_accept_key(key.as_bytes());
                let answer = format!(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                     Sec-WebSocket-Accept: {accept}\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).unwrap();
                self.talk(WebSocket::from_raw_socket(stream, Role::Server, None));
            } else {
                respond(&mut stream, 400, "WebSockets request was expected\r\n");
            }
        } else {
            let (status, body) = match path.as_str() {
                "/json/list" | "/json" => &self.lists.list,
                "/json/version" => &self.lists.version,
                _ => &(404, String::new()),
            };
            respond(&mut stream, *status, &body.replace("PORT", &port));
            // Node leaves the socket open.
            thread::sleep(Duration::from_secs(2));
        }
    }

    fn talk(&self, socket: WebSocket<TcpStream>) {
        let mut peer = Peer(socket);
        loop {
            let text = match peer.0.read() {
                Ok(Message::Text(text)) => text,
                Ok(Message::Close(_)) => continue,
                Ok(other) => {
                    self.complaints.lock().unwrap().push(format!("the client sent {other:?}"));
                    return;
                }
                Err(_) => return,
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            let command = Command {
                id: message["id"].as_u64().expect("an integer"),
                method: message["method"].as_str().unwrap().to_owned(),
                params: message["params"].clone(),
                session: message["sessionId"].as_str().map(ToOwned::to_owned),
            };
            self.commands.lock().unwrap().push(command.method.clone());
            match (self.handler)(&mut peer, &command) {
                Then::GoOn => {}
                Then::Break => return,
                Then::Close => {
                    let _ = peer.0.close(None);
                    return;
                }
            }
        }
    }
}

fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn respond(stream: &mut TcpStream, status: u16, body: &str) {
    let head = format!(
        "HTTP/1.0 {status} OK\r\nContent-Type: application/json\r\nContent-Length:{}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
