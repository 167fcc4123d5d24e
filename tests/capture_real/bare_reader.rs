//! The least that a client can do: ask for a snapshot and throw away what comes, without looking at the messages.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

/// How long a snapshot takes at `address` for a client that only reads its socket.
pub(crate) fn seconds(address: &str) -> f64 {
    let path = path_of(address);
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .unwrap();
    let mut head = BufReader::with_capacity(1, stream.try_clone().unwrap());
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        head.read_line(&mut line).unwrap();
    }
    let began = Instant::now();
    let command = br#"{"id":1,"method":"HeapProfiler.takeHeapSnapshot","params":{"reportProgress":true}}"#;
    // A text frame whose mask is zero.
    let mut frame = vec![0x81, 0x80 | u8::try_from(command.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(command);
    stream.write_all(&frame).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut end = Vec::new();
    loop {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0, "the target closed the connection");
        // The reply is the last message; the end of what came before may be needed to see it.
        end.extend_from_slice(&buffer[length.saturating_sub(64)..length]);
        end.drain(..end.len().saturating_sub(128));
        if end.windows(8).any(|found| found == br#"{"id":1,"#) {
            return began.elapsed().as_secs_f64();
        }
    }
}

/// The path of the websocket, from the list of targets.
fn path_of(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /json/list HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let url =
        BufReader::new(stream).lines().map_while(Result::ok).find(|line| line.contains("ws://")).unwrap();
    let (_, rest) = url.split_once("\"ws://").unwrap();
    let (_, path) = rest.split_once('/').unwrap();
    format!("/{}", path.split('"').next().unwrap())
}
