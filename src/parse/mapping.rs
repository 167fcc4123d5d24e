//! A mapped file, and the protection against other programs that truncate it: all `unsafe` code of the crate.
//!
//! Pages behind the new end of a truncated mapped file cannot be read. The system sends SIGBUS to the thread
//! that tries, which by default ends the program. Our handler does what libwayland does for the memory of its
//! clients: it replaces the pages by zeros and records that, so the thread continues and the load is rejected
//! at its end. Systems other than Unix do not allow truncating a mapped file.

use std::fs::File;
use std::io;
use std::ops::Range;

use memmap2::Mmap;

/// A file in memory, at its length when it was mapped.
pub(crate) struct Mapping {
    // Dropped first: memory that is no longer ours must not be replaced.
    #[cfg(unix)]
    watch: bus_error::Watch,
    map: Mmap,
}

impl Mapping {
    /// Maps `file`. Fails if the system does not support it; then the file has to be read.
    #[expect(unsafe_code, reason = "a file can only be mapped on the promise below")]
    pub(super) fn of(file: &File) -> io::Result<Self> {
        // SAFETY: the promise is that nobody changes the file while it is mapped, which no program can give.
        // What a change can do: bytes differ from one look to the next. So nothing that was checked here is
        // trusted there: numbers, offsets and indices are checked when they have been copied, and so is text
        // before it becomes a `str`. A change gives wrong rows, an error or a panic, which the load turns
        // into the sentence that the file changed. Pages that are gone are read as zeros, see below.
        let map = unsafe { Mmap::map(file)? };
        Ok(Self {
            #[cfg(unix)]
            watch: bus_error::Watch::over(&map)?,
            map,
        })
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Returns the pages wholly inside `range` to the system. They are read again if touched.
    pub(super) fn release(&self, range: Range<usize>) {
        const PAGE: usize = 4096;
        let (start, end) = (range.start.next_multiple_of(PAGE), range.end / PAGE * PAGE);
        if start < end {
            release_pages(&self.map, start, end - start);
        }
    }

    /// Whether pages were missing when they were read.
    pub(super) fn lacked_pages(&self) -> bool {
        #[cfg(unix)]
        return self.watch.was_needed();
        #[cfg(not(unix))]
        return false;
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "memmap2 marks every advice that can lose data as unsafe")]
fn release_pages(map: &Mmap, offset: usize, len: usize) {
    use memmap2::UncheckedAdvice::DontNeed;
    // SAFETY: the mapping is shared, read-only and backed by a file, so a dropped page is read from the
    // file again when it is touched: no data is lost. Pages of zeros in the place of lost ones stay zeros.
    // An error means only that memory stays in use.
    let _ = unsafe { map.unchecked_advise_range(DontNeed, offset, len) };
}

#[cfg(not(unix))]
fn release_pages(_: &Mmap, _: usize, _: usize) {}

/// Makes the allocator return large blocks as soon as they are freed, for the life of the process: closing a
/// snapshot then frees its memory, and loading peaks lower. Called once, before any other thread is started.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    large_blocks::set_threshold();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod large_blocks {
    /// Blocks from this size on are separate mappings. By default the allocator raises the threshold with
    /// each large block that is freed.
    const THRESHOLD: libc::c_int = 128 * 1024;

    #[expect(unsafe_code, reason = "calls of the system")]
    pub(super) fn set_threshold() {
        // SAFETY: `mallopt` takes two numbers and changes only how later blocks are allocated; blocks that are
        // there stay valid.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, THRESHOLD) };
    }
}

#[cfg(unix)]
mod bus_error {
    use std::io;
    use std::mem::{MaybeUninit, transmute};
    use std::ptr::{from_ref, null_mut};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::SeqCst};

    use libc::{c_int, c_void, sigaction, siginfo_t};

    /// Maximum number of mapped files at a time; further ones are read.
    const PLACES: usize = 64;

    /// The address range of a mapped file.
    struct Region {
        start: usize,
        end: usize,
        /// Whether a part of it was replaced.
        replaced: AtomicBool,
    }

    /// The regions that the handler reads. A region is never freed, because a handler may still read it when
    /// its file is no longer mapped: some 24 bytes for each large file that is opened.
    static REGIONS: [AtomicPtr<Region>; PLACES] = [const { AtomicPtr::new(null_mut()) }; PLACES];

    /// The previous handler of the signal, and the size of a page.
    static BEFORE: OnceLock<(sigaction, usize)> = OnceLock::new();

    /// Enables replacement of lost pages for its lifetime.
    pub(crate) struct Watch {
        region: &'static Region,
        place: &'static AtomicPtr<Region>,
    }

    impl Watch {
        pub(super) fn over(bytes: &[u8]) -> io::Result<Self> {
            install()?;
            let start = bytes.as_ptr().addr();
            let region = Region { start, end: start + bytes.len(), replaced: AtomicBool::new(false) };
            let region: &'static Region = Box::leak(Box::new(region));
            let is_free = |place: &&AtomicPtr<Region>| {
                place.compare_exchange(null_mut(), from_ref(region).cast_mut(), SeqCst, SeqCst).is_ok()
            };
            let place = REGIONS.iter().find(is_free);
            let place = place.ok_or_else(|| io::Error::other("too many files are open"))?;
            Ok(Self { region, place })
        }

        pub(super) fn was_needed(&self) -> bool {
            self.region.replaced.load(SeqCst)
        }
    }

    impl Drop for Watch {
        fn drop(&mut self) {
            self.place.store(null_mut(), SeqCst);
        }
    }

    /// Sets the handler, once.
    #[expect(unsafe_code, reason = "calls of the system")]
    fn install() -> io::Result<()> {
        static INSTALLED: OnceLock<bool> = OnceLock::new();
        let is_installed = INSTALLED.get_or_init(|| {
            // SAFETY: both calls are given valid memory for as long as they take. The handler does only what
            // a handler may: it reads atomics and calls `mmap` and `signal`, which are calls of the
            // system without a lock. It runs on the thread's own stack for signals, where there is one.
            unsafe {
                let mut before = MaybeUninit::<sigaction>::zeroed();
                if sigaction(libc::SIGBUS, std::ptr::null(), before.as_mut_ptr()) != 0 {
                    return false;
                }
                let page = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap_or(4096);
                // Set before the handler can need it.
                let _ = BEFORE.set((before.assume_init(), page));
                let mut ours = MaybeUninit::<sigaction>::zeroed().assume_init();
                let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = on_bus_error;
                ours.sa_sigaction = handler as usize;
                ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                libc::sigemptyset(&raw mut ours.sa_mask);
                sigaction(libc::SIGBUS, &raw const ours, null_mut()) == 0
            }
        });
        if *is_installed { Ok(()) } else { Err(io::Error::other("SIGBUS cannot be handled")) }
    }

    #[expect(unsafe_code, reason = "a handler of signals is given pointers")]
    extern "C" fn on_bus_error(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: the system gives every handler that asked for SA_SIGINFO a valid `info`.
        let address = unsafe { (*info).si_addr() }.addr();
        // SAFETY: what is not null points to a region, and no region is ever freed.
        let regions = REGIONS.iter().filter_map(|place| unsafe { place.load(SeqCst).as_ref() });
        let found = { regions }.find(|region| (region.start..region.end).contains(&address));
        if !found.is_some_and(|region| replace(region, address)) {
            pass_on(signal, info, context);
        }
    }

    /// Fills the lost pages of `region` with zeros: all from `address` on, because the file ends before it.
    #[expect(unsafe_code, reason = "a call of the system")]
    fn replace(region: &Region, address: usize) -> bool {
        let Some((_, page)) = BEFORE.get() else { return false };
        let start = address / page * page;
        let wanted = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        // SAFETY: the pages are part of a read-only mapping of ours that is still there: the thread that
        // failed borrows it. Nobody can tell the new ones from a file that ends in zeros.
        let placed = unsafe {
            let start = std::ptr::with_exposed_provenance_mut(start);
            libc::mmap(start, region.end - address / page * page, libc::PROT_READ, wanted, -1, 0)
        };
        region.replaced.store(true, SeqCst);
        placed != libc::MAP_FAILED
    }

    /// Calls the previous handler: Rust's own, or that of a library.
    #[expect(unsafe_code, reason = "a handler is kept as a number")]
    fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        let before = BEFORE.get().map(|(before, _)| before);
        let handler = before.map_or(libc::SIG_DFL, |before| before.sa_sigaction);
        let has_info = before.is_some_and(|before| before.sa_flags & libc::SA_SIGINFO != 0);
        // SAFETY: the number was given to the system as a handler of the kind that the flag tells. Without
        // one the default is set again: the thread fails once more when this returns, and the program ends.
        unsafe {
            match handler {
                libc::SIG_DFL | libc::SIG_IGN => drop(libc::signal(signal, libc::SIG_DFL)),
                handler if has_info => {
                    transmute::<usize, extern "C" fn(c_int, *mut siginfo_t, *mut c_void)>(handler)(
                        signal, info, context,
                    );
                }
                handler => transmute::<usize, extern "C" fn(c_int)>(handler)(signal),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const PAGE: usize = 4096;

    /// A file of ones, mapped.
    fn ones(pages: usize) -> (File, Mapping) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; pages * PAGE]).unwrap();
        let mapping = Mapping::of(&file).unwrap();
        (file, mapping)
    }

    // Only Unix allows truncating a mapped file.
    #[cfg(unix)]
    #[test]
    fn what_was_cut_off_is_read_as_zeros() {
        for left in [0, 1, 5] {
            let (file, mapping) = ones(9);
            assert!(!mapping.lacked_pages());
            file.set_len((left * PAGE) as u64).unwrap();
            // From the end, as threads reach later parts first.
            let bytes: Vec<u8> = mapping.bytes().iter().rev().copied().collect();
            assert!(bytes[..(9 - left) * PAGE].iter().all(|&byte| byte == 0));
            assert!(bytes[(9 - left) * PAGE..].iter().all(|&byte| byte == 1));
            assert!(mapping.lacked_pages());
            mapping.release(0..9 * PAGE);
            assert_eq!(mapping.bytes()[8 * PAGE], 0);
        }
    }

    #[cfg(unix)]
    #[test]
    fn many_threads_may_meet_the_end_at_once() {
        for _ in 0..20 {
            let (file, mapping) = ones(64);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| mapping.bytes().iter().map(|&byte| u64::from(byte)).sum::<u64>());
                }
                file.set_len(0).unwrap();
            });
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_file_that_was_cut_lacks_pages() {
        let (file, cut) = ones(3);
        let (_other, whole) = ones(3);
        file.set_len(0).unwrap();
        assert_eq!([cut.bytes()[PAGE], whole.bytes()[PAGE]], [0, 1]);
        assert!(cut.lacked_pages() && !whole.lacked_pages());
    }

    #[test]
    fn places_are_used_again() {
        for _ in 0..200 {
            drop(ones(1));
        }
        let many: Vec<_> = (0..20).map(|_| ones(1)).collect();
        assert!(many.iter().all(|(_, mapping)| mapping.bytes()[0] == 1));
    }
}
