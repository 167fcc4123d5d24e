//! The address of an inspector as the user types it, and the sockets it may refer to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use crate::capture::error::CaptureError;

/// Default ports of runtimes: Node and Deno count up from 9229, Chrome has 9222.
pub(crate) const USUAL_PORTS: [u16; 12] =
    [9229, 9230, 9231, 9232, 9233, 9234, 9235, 9236, 9237, 9238, 9239, 9222];

const LONGEST_PATH: usize = 512;

/// A host, a port, and the path of a websocket if the user gave one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    path: Option<String>,
}

impl Address {
    /// A port of this machine.
    pub fn local(port: u16) -> Self {
        Self { host: "localhost".to_owned(), port, path: None }
    }

    /// Reads `9229`, `host:9229`, `[::1]:9229`, `http://host:9222` or `ws://host:9229/id`.
    pub fn parse(text: &str) -> Result<Self, CaptureError> {
        let text = text.trim();
        if let Ok(port) = text.parse::<u16>()
            && port > 0
        {
            return Ok(Self::local(port));
        }
        let invalid = || {
            CaptureError::usage(format!(
                "`{text}` is not an address: give a port, host:port, http://host:port or ws://host:port/id."
            ))
        };
        let (rest, is_socket) = match text.split_once("://") {
            Some(("ws", rest)) => (rest, true),
            Some(("http", rest)) => (rest, false),
            Some(("wss" | "https", _)) => {
                return Err(CaptureError::usage(
                    "Encrypted addresses are not supported: use a tunnel, such as ssh -L 9229:127.0.0.1:9229 host.",
                ));
            }
            Some(_) => return Err(invalid()),
            None => (text, false),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = authority.rsplit_once(':').ok_or_else(invalid)?;
        let port = port.parse().ok().filter(|&port| port > 0).ok_or_else(invalid)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let named = |c: char| c.is_ascii_alphanumeric() || "-._:%".contains(c);
        if host.is_empty() || !host.chars().all(named) {
            return Err(invalid());
        }
        let path = if is_socket { Some(checked_path(path).ok_or_else(invalid)?.to_owned()) } else { None };
        Ok(Self { host: host.to_owned(), port, path })
    }

    /// The websocket's path, if the user gave one.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// As the user wrote it, without the path.
    pub fn label(&self) -> String {
        match self.host.as_str() {
            "localhost" => format!("127.0.0.1:{}", self.port),
            host if host.contains(':') => format!("[{host}]:{}", self.port),
            host => format!("{host}:{}", self.port),
        }
    }

    /// The sockets to try in order. Refuses other machines unless `allow_remote`.
    pub fn sockets(&self, allow_remote: bool) -> Result<Vec<SocketAddr>, CaptureError> {
        let sockets: Vec<SocketAddr> = if self.host == "localhost" {
            let hosts = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            hosts.iter().map(|&host| SocketAddr::new(host, self.port)).collect()
        } else if let Ok(host) = self.host.parse::<IpAddr>() {
            vec![SocketAddr::new(host, self.port)]
        } else {
            let found = (self.host.as_str(), self.port).to_socket_addrs();
            found.map(Iterator::collect).unwrap_or_default()
        };
        if sockets.is_empty() {
            return Err(CaptureError::not_found(format!("No machine is called {}.", self.host)));
        }
        if !allow_remote && !sockets.iter().all(|socket| socket.ip().is_loopback()) {
            return Err(CaptureError::refused(format!(
                "{} is another machine: the inspector has no password and gives full control of the process. Use a \
                 tunnel (ssh -L, kubectl port-forward), or pass --allow-remote on a network you trust.",
                self.host
            )));
        }
        Ok(sockets)
    }
}

/// A path that may be put into a request: printable ASCII that starts with a slash.
pub(crate) fn checked_path(path: &str) -> Option<&str> {
    let is_valid = path.starts_with('/')
        && path.len() <= LONGEST_PATH
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    (is_valid && path.len() > 1).then_some(path)
}

/// The path of a websocket URL that a server reported; its host and port are not trusted.
pub(crate) fn path_of_url(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("ws://")?;
    checked_path(&rest[rest.find('/')?..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_read() {
        let cases = [
            ("9229", "127.0.0.1:9229", None),
            ("localhost:9230", "127.0.0.1:9230", None),
            ("10.0.0.7:1", "10.0.0.7:1", None),
            ("[::1]:9229", "[::1]:9229", None),
            ("http://127.0.0.1:9222/json", "127.0.0.1:9222", None),
            ("ws://127.0.0.1:9229/0f2c-4", "127.0.0.1:9229", Some("/0f2c-4")),
        ];
        for (text, label, path) in cases {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.label().as_str(), address.path()), (label, path), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_a_sentence() {
        for text in [
            "",
            "0",
            "70000",
            "host",
            "ftp://h:1/",
            "ws://h:1",
            "ws://h:1/a b",
            "a\r\nb:1",
            "ws://h:1/\u{e9}",
        ] {
            assert!(Address::parse(text).unwrap_err().to_string().contains("is not an address"), "{text}");
        }
        assert!(Address::parse("wss://h:1/x").unwrap_err().to_string().contains("tunnel"));
    }

    #[test]
    fn only_loopback_addresses_are_tried_unless_asked() {
        let remote = Address::parse("192.0.2.1:9229").unwrap();
        assert!(remote.sockets(false).unwrap_err().to_string().contains("--allow-remote"));
        assert_eq!(remote.sockets(true).unwrap().len(), 1);
        let local = Address::local(9229).sockets(false).unwrap();
        assert_eq!(local.len(), 2);
    }

    #[test]
    fn only_the_path_of_a_reported_address_is_used() {
        assert_eq!(path_of_url("ws://evil.example:1/abc"), Some("/abc"));
        for url in ["", "ws://h", "http://h/abc", "ws://h/a\r\nX: y", "ws://h/"] {
            assert_eq!(path_of_url(url), None, "{url}");
        }
    }
}
