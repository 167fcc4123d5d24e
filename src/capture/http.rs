//! One HTTP GET over a socket, with limits on time and size: sufficient for an inspector's list.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const LARGEST_HEAD: usize = 16 << 10;
const LARGEST_LIST: usize = 4 << 20;

/// What an answer may take.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub time: Duration,
    pub bytes: usize,
}

/// A server's answer.
#[derive(Debug)]
pub(crate) struct HttpReply {
    pub status: u16,
    pub body: String,
}

/// Asks an inspector for one of its lists; ends after `limit`, however slowly the server sends.
pub(crate) fn get(
    socket: SocketAddr,
    path: &str,
    connect: Duration,
    limit: Duration,
) -> io::Result<HttpReply> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {socket}\r\nConnection: close\r\nAccept: application/json\r\n\r\n"
    );
    ask(socket, &request, connect, Limits { time: limit, bytes: LARGEST_LIST })
}

/// Asks a web server for a file. In HTTP/1.0, so that the answer comes in one piece.
pub(crate) fn get_file(
    (socket, host): (SocketAddr, &str),
    path: &str,
    connect: Duration,
    limits: Limits,
) -> io::Result<HttpReply> {
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\nAccept: */*\r\n\r\n");
    ask(socket, &request, connect, limits)
}

fn ask(socket: SocketAddr, request: &str, connect: Duration, limits: Limits) -> io::Result<HttpReply> {
    let mut stream = TcpStream::connect_timeout(&socket, connect)?;
    let deadline = Instant::now() + limits.time;
    stream.set_write_timeout(Some(limits.time))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 << 10];
    let mut expected = None;
    loop {
        if let Some(end) = expected
            && bytes.len() >= end
        {
            break;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        let head = head_end(&bytes);
        if head.is_none() && bytes.len() > LARGEST_HEAD || bytes.len() > limits.bytes {
            return Err(invalid());
        }
        if let (Some(head), None) = (head, expected) {
            expected = content_length(&bytes[..head], limits.bytes)?.map(|length| head + length);
        }
    }
    reply(&bytes)
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    let within = &bytes[..bytes.len().min(LARGEST_HEAD)];
    memchr::memmem::find(within, b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &[u8], most: usize) -> io::Result<Option<usize>> {
    let head = String::from_utf8_lossy(head);
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let length: usize = value.trim().parse().map_err(|_| invalid())?;
            return if length <= most { Ok(Some(length)) } else { Err(invalid()) };
        }
    }
    Ok(None)
}

fn reply(bytes: &[u8]) -> io::Result<HttpReply> {
    let head = head_end(bytes).ok_or_else(invalid)?;
    let line = String::from_utf8_lossy(&bytes[..head]);
    let mut words = line.lines().next().unwrap_or_default().split(' ');
    if !words.next().is_some_and(|version| version.starts_with("HTTP/1.")) {
        return Err(invalid());
    }
    let status = words.next().and_then(|status| status.parse().ok()).ok_or_else(invalid)?;
    Ok(HttpReply { status, body: String::from_utf8_lossy(&bytes[head..]).into_owned() })
}
