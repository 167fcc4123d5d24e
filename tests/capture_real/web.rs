//! A web server on this machine for pages under test.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Serves what `page` makes of host and path on both addresses of this machine; the port.
pub(crate) fn serve(page: fn(&str, &str) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = TcpListener::bind(("::1", port)).ok();
    for listener in other.into_iter().chain([listener]) {
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || answer(stream, page));
            }
        });
    }
    port
}

fn answer(mut stream: TcpStream, page: fn(&str, &str) -> String) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut host = String::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        if let Some(value) = line.to_lowercase().strip_prefix("host:") {
            host = value.trim().to_owned();
        }
    }
    let body = page(&host, &path);
    let kind = if path.ends_with(".js") { "text/javascript" } else { "text/html" };
    // The browser may have closed the connection.
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
