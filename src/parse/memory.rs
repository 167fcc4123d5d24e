//! Compares the memory that a heap needs with the available memory, so that a load is refused instead of
//! killed.

use crate::parse::error::{ErrorKind, LoadError};

/// The sizes of a file once its sections are found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub nodes: u64,
    pub edges: u64,
    /// Bytes of the string table in the file.
    pub text_bytes: u64,
}

/// Bytes per node, edge and byte of text at the peak, while the dominators are built. Measured on files of 20
/// MB to 4.4 GB; a little above the largest of them.
const PER_NODE: u64 = 62;
const PER_EDGE: u64 = 16;
/// Smaller loads are never refused.
const SMALL: u64 = 64 << 20;

impl Counts {
    fn needed_bytes(self) -> u64 {
        self.nodes
            .saturating_mul(PER_NODE)
            .saturating_add(self.edges.saturating_mul(PER_EDGE))
            .saturating_add(self.text_bytes)
    }

    /// Fails if more than `available` bytes are needed.
    pub(super) fn check(self, available: Option<u64>) -> Result<(), LoadError> {
        let needed = self.needed_bytes();
        match available {
            Some(available) if needed > available && needed > SMALL => {
                Err(ErrorKind::Memory { needed, available }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Bytes that this process can still use without being killed: free memory and swap, limited by its control
/// groups and its own limit. `None` where the system does not report it.
pub fn available_bytes() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let system = read("/proc/meminfo").and_then(|text| {
        Some(kibibytes(&text, "MemAvailable:")?.saturating_add(kibibytes(&text, "SwapFree:").unwrap_or(0)))
    });
    let group = read("/proc/self/cgroup").and_then(|text| group_bytes(&text, read));
    let own = read("/proc/self/limits").and_then(|limits| {
        let limit = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
        let limit: u64 = limit.split_whitespace().next()?.parse().ok()?;
        Some(limit.saturating_sub(kibibytes(&read("/proc/self/status")?, "VmSize:")?))
    });
    [system, group, own].into_iter().flatten().min()
}

/// The number of kB after `name`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The remaining memory of the control groups of this process, version 2 or 1.
fn group_bytes(own_groups: &str, read: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let left = |folder: &str, limit: &str, usage: &str, cache: &str| -> Option<u64> {
        let limit: u64 = read(&format!("{folder}/{limit}"))?.trim().parse().ok()?;
        let usage: u64 = read(&format!("{folder}/{usage}"))?.trim().parse().ok()?;
        let stat = read(&format!("{folder}/memory.stat")).unwrap_or_default();
        // Unmapped cached file pages are reclaimed before a process is killed.
        let cache: u64 =
            stat.lines().find_map(|line| line.strip_prefix(cache)?.trim().parse().ok()).unwrap_or(0);
        Some(limit.saturating_sub(usage.saturating_sub(cache)))
    };
    let mut smallest: Option<u64> = None;
    for line in own_groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let mut path = path.trim_end_matches('/');
        loop {
            let bytes = if controllers.is_empty() {
                left(&format!("/sys/fs/cgroup{path}"), "memory.max", "memory.current", "inactive_file ")
            } else if controllers.split(',').any(|controller| controller == "memory") {
                let folder = format!("/sys/fs/cgroup/memory{path}");
                left(&folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
            } else {
                None
            };
            smallest = smallest.into_iter().chain(bytes).min();
            let Some((parent, _)) = path.rsplit_once('/') else { break };
            path = parent;
        }
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_group_counts() {
        let files = |path: &str| {
            let text = match path {
                "/sys/fs/cgroup/a/b/memory.max" => "max\n",
                "/sys/fs/cgroup/a/memory.max" => "1000\n",
                "/sys/fs/cgroup/a/memory.current" => "800\n",
                "/sys/fs/cgroup/a/memory.stat" => "anon 5\ninactive_file 300\n",
                "/sys/fs/cgroup/memory/x/memory.limit_in_bytes" => "900\n",
                "/sys/fs/cgroup/memory/x/memory.usage_in_bytes" => "1\n",
                _ => return None,
            };
            Some(text.to_owned())
        };
        assert_eq!(group_bytes("0::/a/b\n", files), Some(500));
        assert_eq!(group_bytes("3:cpu,memory:/x\n1:name=systemd:/a\n", files), Some(899));
        assert_eq!(group_bytes("0::/elsewhere\n", files), None);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_both_numbers() {
        let counts = Counts { nodes: 100_000_000, edges: 0, text_bytes: 0 };
        let error = counts.check(Some(4_000_000_000)).unwrap_err().to_string();
        assert!(error.starts_with("needs about 6.2 GB of memory, 4.0 GB are free"), "{error}");
        assert!(counts.check(Some(8_000_000_000)).is_ok() && counts.check(None).is_ok());
        assert!(Counts { nodes: 1000, ..counts }.check(Some(0)).is_ok());
    }
}
