//! A debugger session: one websocket; send, wait for the reply, receive events. Blocking, with short reads.
//!
//! Node drops a connection on any ping, pong, binary or fragmented frame, so only text is sent.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::error::ProtocolError;
use tungstenite::handshake::client::Response;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{ClientHandshake, HandshakeError, Message as Frame, Utf8Bytes, WebSocket, client};

use crate::capture::control::CaptureControl;
use crate::capture::error::CaptureError;
use crate::capture::message::{Message, RpcError};

const CONNECT: Duration = Duration::from_secs(3);
const HANDSHAKE: Duration = Duration::from_secs(5);
const READ: Duration = Duration::from_millis(100);
const WRITE: Duration = Duration::from_secs(10);
const CLOSE: Duration = Duration::from_millis(300);
const LARGEST_MESSAGE: usize = 2 << 30;

/// A session with one heap.
pub(crate) struct Session {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    route: Route,
    /// Later ids belong to messages on this route.
    routed_after: u64,
}

/// How messages of a heap are sent over the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The connection's own heap.
    Direct,
    /// A session of Chrome: its id is in every message.
    Flat(String),
    /// A worker thread of Node or Deno: messages within messages.
    Worker(String),
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionEnd {
    Cancelled,
    /// The connection broke or was closed by the target.
    Lost,
    /// The program wants to exit and waits for us to disconnect.
    Exiting,
    Crashed,
    Detached(String),
    WorkerGone,
    /// A message that exceeds all limits, or is not a message.
    Invalid,
}

pub(crate) type Received = Message<Text>;

/// Text of a frame, or of a message within one.
#[derive(Debug)]
pub(crate) enum Text {
    Frame(Utf8Bytes),
    Inner(String),
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        match self {
            Self::Frame(text) => text.as_str(),
            Self::Inner(text) => text,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FromWorker {
    session_id: String,
    message: String,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionId {
    #[serde(default)]
    session_id: String,
}

impl Session {
    /// Opens the websocket at `path`.
    pub(super) fn open(socket: SocketAddr, path: &str) -> Result<Self, CaptureError> {
        let address = socket.to_string();
        let stream = TcpStream::connect_timeout(&socket, CONNECT)
            .map_err(|_| CaptureError::nothing_listens(&address))?;
        let prepared = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(READ)))
            .and_then(|()| stream.set_write_timeout(Some(WRITE)));
        prepared.map_err(|_| CaptureError::not_an_inspector(&address))?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        let started = client::client_with_config(format!("ws://{socket}{path}"), stream, Some(config));
        let socket = handshake(started, &address)?;
        Ok(Self { socket, last_id: 0, route: Route::Direct, routed_after: 0 })
    }

    /// Switches to another heap of this connection.
    pub(super) fn set_route(&mut self, route: Route) {
        self.route = route;
        self.routed_after = self.last_id;
    }

    /// Sends a command; returns its id.
    pub(super) fn send(&mut self, method: &str, params: &Value) -> Result<u64, SessionEnd> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({"id": id, "method": method, "params": params});
        match &self.route {
            Route::Direct => {}
            Route::Flat(session) => message["sessionId"] = json!(session),
            Route::Worker(session) => {
                self.last_id += 1;
                message = json!({"id": self.last_id, "method": "NodeWorker.sendMessageToWorker",
                    "params": {"sessionId": session, "message": message.to_string()}});
            }
        }
        self.socket.send(Frame::text(message.to_string())).map_err(|_| SessionEnd::Lost)?;
        Ok(id)
    }

    /// The next message of this heap; `None` if none came for a moment.
    pub(super) fn next(&mut self, control: &CaptureControl) -> Result<Option<Received>, SessionEnd> {
        if control.is_cancelled() {
            return Err(SessionEnd::Cancelled);
        }
        let text = match self.socket.read() {
            Ok(Frame::Text(text)) => text,
            Ok(Frame::Binary(_)) => return Err(SessionEnd::Invalid),
            Ok(Frame::Close(_)) => return Err(SessionEnd::Lost),
            Ok(_) => return Ok(None),
            Err(tungstenite::Error::Io(error)) if is_timeout(&error) => return Ok(None),
            Err(tungstenite::Error::Capacity(_) | tungstenite::Error::Utf8(_)) => {
                return Err(SessionEnd::Invalid);
            }
            Err(_) => return Err(SessionEnd::Lost),
        };
        let message = Message::parse(Text::Frame(text)).ok_or(SessionEnd::Invalid)?;
        self.routed(message)
    }

    /// Unwraps a message from its route; drops those of other heaps.
    fn routed(&self, message: Received) -> Result<Option<Received>, SessionEnd> {
        if message.session.is_none() {
            ending(&message)?;
        }
        match &self.route {
            Route::Direct => Ok(message.session.is_none().then_some(message)),
            Route::Flat(own) => {
                if message.is("Target.detachedFromTarget")
                    && message.params::<SessionId>().is_some_and(|gone| gone.session_id == *own)
                {
                    return Err(SessionEnd::WorkerGone);
                }
                if message.session.as_ref() != Some(own) {
                    return Ok(None);
                }
                ending(&message)?;
                Ok(Some(message))
            }
            Route::Worker(own) => {
                if message.is("NodeWorker.detachedFromWorker")
                    && message.params::<SessionId>().is_some_and(|gone| gone.session_id == *own)
                    || message.id.is_some_and(|id| id > self.routed_after) && message.error.is_some()
                {
                    return Err(SessionEnd::WorkerGone);
                }
                if !message.is("NodeWorker.receivedMessageFromWorker") {
                    return Ok(None);
                }
                let Some(inner) = message.params::<FromWorker>().filter(|inner| inner.session_id == *own)
                else {
                    return Ok(None);
                };
                Message::parse(Text::Inner(inner.message)).map(Some).ok_or(SessionEnd::Invalid)
            }
        }
    }

    /// Sends a command and waits for its reply, at most `limit`; other messages go to `event`.
    pub(super) fn call_with(
        &mut self,
        (method, params): (&str, Value),
        limit: Option<Duration>,
        control: &CaptureControl,
        event: &mut dyn FnMut(&Received),
    ) -> Result<Option<Received>, SessionEnd> {
        let id = self.send(method, &params)?;
        let deadline = limit.map(|limit| Instant::now() + limit);
        loop {
            match self.next(control)? {
                Some(message) if message.id == Some(id) => return Ok(Some(message)),
                Some(message) => event(&message),
                None => {}
            }
            if deadline.is_some_and(|deadline| Instant::now() > deadline) {
                return Ok(None);
            }
        }
    }

    /// Sends a command and waits for its reply, at most `limit`.
    pub(super) fn call(
        &mut self,
        method: &str,
        params: Value,
        limit: Duration,
        control: &CaptureControl,
    ) -> Result<Result<Received, RpcError>, SessionEnd> {
        let reply = self.call_with((method, params), Some(limit), control, &mut |_| {})?;
        Ok(match reply {
            Some(mut reply) => reply.error.take().map_or(Ok(reply), Err),
            None => Err(RpcError { code: 0, message: "no answer".to_owned() }),
        })
    }

    /// Disconnects: sends a close frame, and waits briefly for the other side to answer.
    pub(super) fn close(&mut self) {
        let deadline = Instant::now() + CLOSE;
        if self.socket.close(None).is_err() {
            return;
        }
        while Instant::now() < deadline {
            match self.socket.read() {
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {}
                Err(_) => return,
                Ok(_) => {}
            }
        }
    }
}

/// Events that announce the end of a target.
fn ending(message: &Received) -> Result<(), SessionEnd> {
    if message.id.is_some() {
        return Ok(());
    }
    match message.method.as_deref() {
        Some("NodeRuntime.waitingForDisconnect") => Err(SessionEnd::Exiting),
        Some("Inspector.targetCrashed") => Err(SessionEnd::Crashed),
        Some("Inspector.detached") => Err(SessionEnd::Detached(
            message.params::<Reason>().map_or_else(String::new, |found| found.reason),
        )),
        _ => Ok(()),
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

type Started = Result<(WebSocket<TcpStream>, Response), HandshakeError<ClientHandshake<TcpStream>>>;

fn handshake(mut started: Started, address: &str) -> Result<WebSocket<TcpStream>, CaptureError> {
    let deadline = Instant::now() + HANDSHAKE;
    loop {
        match started {
            Ok((socket, _)) => return Ok(socket),
            Err(HandshakeError::Interrupted(waiting)) if Instant::now() < deadline => {
                started = waiting.handshake();
            }
            Err(HandshakeError::Interrupted(_)) => return Err(CaptureError::not_an_inspector(address)),
            Err(HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                let body = response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
                return Err(refusal(response.status().as_u16(), &body, address));
            }
            // How Node refuses: in HTTP/1.0.
            Err(HandshakeError::Failure(tungstenite::Error::Protocol(ProtocolError::WrongHttpVersion))) => {
                return Err(refusal(400, "", address));
            }
            Err(HandshakeError::Failure(_)) => return Err(CaptureError::not_an_inspector(address)),
        }
    }
}

fn refusal(status: u16, body: &str, address: &str) -> CaptureError {
    match status {
        500 if body.contains("No such target id") => {
            CaptureError::ended("The tab was closed. List the targets again.")
        }
        400 => CaptureError::refused(
            "The address is no longer valid: the program was restarted, or another debugger is attached. List the targets again.",
        ),
        403 | 404 => CaptureError::refused(
            "The inspector refuses the connection: the target is gone. List the targets again.",
        ),
        _ => CaptureError::not_an_inspector(address),
    }
}
