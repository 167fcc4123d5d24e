//! Processes of this machine: the owner of a port's socket, the memory of a process, and how to open its
//! inspector.
//!
//! All of it is read from `/proc`, so on systems other than Linux these functions return nothing.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::capture::address::{Address, USUAL_PORTS};
use crate::capture::control::CaptureControl;
use crate::capture::discovery::{Endpoint, inspect};
use crate::capture::error::CaptureError;

const LISTEN: &str = "0A";
const ESTABLISHED: &str = "01";
const OPENS_WITHIN: Duration = Duration::from_secs(2);

/// A socket of `/proc/net/tcp`.
struct Socket {
    local: SocketAddr,
    inode: u64,
}

/// Sockets in `state` in the network namespace of a process.
fn sockets(net: &Path, state: &str) -> Vec<Socket> {
    let read = |name: &str| fs::read_to_string(net.join(name)).unwrap_or_default();
    let (four, six) = (read("tcp"), read("tcp6"));
    let lines = four.lines().chain(six.lines());
    lines
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let local = (*fields.get(3)? == state).then(|| local_address(fields[1])).flatten()?;
            Some(Socket { local, inode: fields.get(9)?.parse().ok()? })
        })
        .collect()
}

/// Reads `0100007F:AFB1`: words in the machine's byte order, then the port.
fn local_address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(host.get(at..at + 8)?, 16).ok();
    let ip: IpAddr = match host.len() {
        8 => Ipv4Addr::from(word(0)?.to_ne_bytes()).into(),
        32 => {
            let mut bytes = [0; 16];
            for part in 0..4 {
                bytes[part * 4..part * 4 + 4].copy_from_slice(&word(part * 8)?.to_ne_bytes());
            }
            let six = Ipv6Addr::from(bytes);
            six.to_ipv4_mapped().map_or(six.into(), Into::into)
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// Inodes of the sockets that a process has open.
fn inodes_of(pid: u32) -> Vec<u64> {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    files
        .filter_map(|file| {
            let name = fs::read_link(file.ok()?.path()).ok()?;
            name.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
        })
        .collect()
}

/// The process that listens on `socket` of this machine, if it is visible.
pub(crate) fn listener(socket: SocketAddr) -> Option<u32> {
    if !socket.ip().is_loopback() {
        return None;
    }
    let serves = |found: &Socket| {
        found.local.port() == socket.port()
            && (found.local.ip() == socket.ip() || found.local.ip().is_unspecified())
    };
    let inode = sockets(Path::new("/proc/net"), LISTEN).iter().find(|found| serves(found))?.inode;
    let processes = fs::read_dir("/proc").ok()?;
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.into_iter().find(|&pid| inodes_of(pid).contains(&inode))
}

/// Whether another program is connected to `socket` of this machine; `None` if that is unknown.
pub fn has_clients(socket: SocketAddr) -> Option<bool> {
    let net = Path::new("/proc/net");
    net.join("tcp").exists().then(|| sockets(net, ESTABLISHED).iter().any(|found| found.local == socket))
}

/// Whether the process that listens on `socket` of this machine is stopped by a signal.
pub(crate) fn is_stopped(socket: SocketAddr) -> bool {
    let status = listener(socket).and_then(|pid| fs::read_to_string(format!("/proc/{pid}/status")).ok());
    status.is_some_and(|status| status.lines().any(|line| line.starts_with("State:\tT")))
}

/// Resident memory of a process, in bytes.
pub(crate) fn resident_bytes(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The lowest memory limit of the control groups of a process, in bytes.
pub(crate) fn memory_limit(pid: u32) -> Option<u64> {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        match controllers {
            "" => least_limit("/sys/fs/cgroup", path, "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => {
                least_limit("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes")
            }
            _ => None,
        }
    });
    // Version 1 writes a number near 2^63 if there is no limit.
    limits.filter(|&limit| limit < 1 << 60).min()
}

fn least_limit(root: &str, path: &str, file: &str) -> Option<u64> {
    let group = Path::new(root).join(path.trim_start_matches('/'));
    let folders = group.ancestors().take_while(|folder| folder.starts_with(root));
    folders.filter_map(|folder| fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()).min()
}

/// A process that opens an inspector on a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalTarget {
    pid: u32,
    program: String,
}

impl SignalTarget {
    /// Checks that the signal would not end the process: it is the user's own, a runtime, and handles SIGUSR1.
    pub fn check(pid: u32) -> Result<Self, CaptureError> {
        if !cfg!(target_os = "linux") {
            return Err(CaptureError::refused(format!(
                "On this system Heaplens cannot see whether process {pid} handles SIGUSR1, which ends a process that \
                 does not. If it is Node, run kill -USR1 {pid} and capture port 9229."
            )));
        }
        let status = fs::read_to_string(format!("/proc/{pid}/status"))
            .map_err(|_| CaptureError::not_found(format!("There is no process {pid}.")))?;
        let own = fs::read_to_string("/proc/self/status").unwrap_or_default();
        if uid(&status) != uid(&own) {
            return Err(CaptureError::refused(format!(
                "Process {pid} belongs to another user: run heaplens as that user."
            )));
        }
        let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(" (deleted)");
        if !["node", "nodejs", "deno"].contains(&name) {
            let program = if name.is_empty() {
                "no program that can be seen".into()
            } else {
                program.display().to_string()
            };
            return Err(CaptureError::refused(format!(
                "Process {pid} is {program}, not Node or Deno: the signal could end it. Nothing was sent."
            )));
        }
        if !handles_signal(&status) {
            return Err(CaptureError::refused(format!(
                "Process {pid} does not handle SIGUSR1: the signal would end it. Nothing was sent."
            )));
        }
        Ok(Self { pid, program: program.display().to_string() })
    }

    /// Every process of the user that opens an inspector on a signal and has none open, ordered by process
    /// id.
    pub fn all() -> Vec<Self> {
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let mut found: Vec<Self> = pids.filter_map(|pid| Self::check(pid).ok()).collect();
        found.retain(|target| {
            !listening(target.pid).iter().any(|socket| USUAL_PORTS.contains(&socket.port()))
        });
        found.sort_by_key(|target| target.pid);
        found
    }

    /// Its command line: program and arguments, cut to 200 characters.
    pub fn command_line(&self) -> String {
        const LONGEST: usize = 200;
        let arguments = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        let text = String::from_utf8_lossy(&arguments).replace('\0', " ");
        text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect()
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Its program.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Its inspector, if it already listens on a usual port.
    pub fn open_inspector(&self) -> Option<Endpoint> {
        let mut sockets = listening(self.pid);
        sockets.retain(|socket| USUAL_PORTS.contains(&socket.port()));
        first_inspector(&sockets)
    }

    /// Sends SIGUSR1 and waits for the inspector. It stays open until the process ends.
    pub fn signal(&self, control: &CaptureControl) -> Result<Endpoint, CaptureError> {
        let before = listening(self.pid);
        send_signal(self.pid)?;
        let deadline = Instant::now() + OPENS_WITHIN;
        while Instant::now() < deadline {
            if control.is_cancelled() {
                return Err(CaptureError::cancelled());
            }
            let mut fresh = listening(self.pid);
            fresh.retain(|socket| !before.contains(socket));
            if let Some(endpoint) = first_inspector(&fresh) {
                return Ok(endpoint);
            }
            thread::sleep(Duration::from_millis(50));
        }
        if let Some(endpoint) = first_inspector(&before) {
            return Ok(endpoint);
        }
        let usual = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 9229);
        let holder = listener(usual).filter(|&pid| pid != self.pid);
        Err(CaptureError::refused(match holder {
            Some(holder) => format!(
                "The signal was sent, but no inspector opened: process {holder} uses port 9229, or the program handles \
                 the signal itself."
            ),
            None => {
                "The signal was sent, but no inspector opened: the program handles the signal itself, forbids \
                     the inspector, or is blocked."
                    .to_owned()
            }
        }))
    }
}

/// The real user of a process.
fn uid(status: &str) -> Option<&str> {
    status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().next()
}

/// Whether the process has a handler for signal 10.
fn handles_signal(status: &str) -> bool {
    const SIGUSR1: u64 = 1 << 9;
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & SIGUSR1 != 0)
}

/// Where a process listens.
fn listening(pid: u32) -> Vec<SocketAddr> {
    let inodes = inodes_of(pid);
    let net = format!("/proc/{pid}/net");
    let open = sockets(Path::new(&net), LISTEN).into_iter();
    open.filter(|socket| inodes.contains(&socket.inode)).map(|socket| socket.local).collect()
}

fn first_inspector(sockets: &[SocketAddr]) -> Option<Endpoint> {
    sockets.iter().filter(|socket| socket.ip().is_loopback()).find_map(|socket| {
        let address = Address::parse(&socket.to_string()).ok()?;
        inspect(&address, false).ok()
    })
}

#[cfg(target_os = "linux")]
fn send_signal(pid: u32) -> Result<(), CaptureError> {
    use rustix::process::{Pid, Signal, kill_process};
    let process = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let process = process.ok_or_else(|| CaptureError::not_found(format!("There is no process {pid}.")))?;
    kill_process(process, Signal::USR1).map_err(|_| {
        CaptureError::refused(format!("Process {pid} belongs to another user: run heaplens as that user."))
    })
}

#[cfg(not(target_os = "linux"))]
fn send_signal(pid: u32) -> Result<(), CaptureError> {
    Err(CaptureError::refused(format!("This system has no signal for process {pid}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_system_are_read() {
        if cfg!(target_endian = "little") {
            assert_eq!(local_address("0100007F:AFB1").unwrap().to_string(), "127.0.0.1:44977");
            let six = "00000000000000000000000001000000:240D";
            assert_eq!(local_address(six).unwrap().to_string(), "[::1]:9229");
            let mapped = "0000000000000000FFFF00000100007F:240D";
            assert_eq!(local_address(mapped).unwrap().to_string(), "127.0.0.1:9229");
        }
        for text in ["", "01:1", "zz00007F:1", "0100007F"] {
            assert_eq!(local_address(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_handled_signal_is_safe() {
        for (mask, expected) in
            [("0000000100004202", true), ("0000000100004402", false), ("0", false), ("x", false)]
        {
            assert_eq!(handles_signal(&format!("Name:\tnode\nSigCgt:\t{mask}\n")), expected, "{mask}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_the_signal_would_end_gets_none() {
        let said = SignalTarget::check(std::process::id()).unwrap_err().to_string();
        assert!(said.contains("Nothing was sent"), "{said}");
        assert!(SignalTarget::check(u32::MAX).unwrap_err().to_string().contains("no process"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_port_is_known_by_its_process() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listener(server.local_addr().unwrap()), Some(std::process::id()));
        assert_eq!(has_clients(server.local_addr().unwrap()), Some(false));
    }
}
