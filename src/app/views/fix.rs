//! The verdict on a fix: which open snapshots show the leak, which one is of the fixed program, and the
//! result.

use std::sync::Arc;

use crate::app::commands::registry::{KeyModifiers, Shortcut};
use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::View;
use crate::app::views::spec::{Needs, ViewGroup, ViewSpec};
use crate::model::{VerifyError, VerifyReport};
use crate::snapshot::{SizeMode, Snapshot};
use crate::verify::rate::Counted;

/// The view of a verdict.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Check the fix",
    tooltip: "What became of each container that leaked, in a snapshot of the fixed program",
    shortcut: Shortcut { hold: KeyModifiers::CtrlShift, key: "5" },
    group: ViewGroup::Find,
    needs: Needs::Roles,
    is_available: |state| state.by_age().len() > 2,
    request: AppState::sync_fix,
    on_show: |state| {
        state.dismiss_added();
        Vec::new()
    },
    ..ViewSpec::BASE
};

/// The role of a snapshot in the verdict on a fix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixRole {
    /// Taken before the leak grew.
    Before,
    /// Taken after the leak grew, in the same process.
    After,
    /// Taken of the fixed program.
    Fixed,
}

impl FixRole {
    /// Every role, in the order in which snapshots are taken.
    pub const ALL: [Self; 3] = [Self::Before, Self::After, Self::Fixed];

    /// The label in the list of snapshots.
    pub fn title(self) -> &'static str {
        match self {
            Self::Before => "Before",
            Self::After => "After",
            Self::Fixed => "Fixed",
        }
    }
}

/// The snapshots of a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixFiles {
    /// In the order of [`FixRole::ALL`].
    pub roles: [FileId; 3],
    /// A later snapshot of the fixed program: growth is compared with growth then, and a level otherwise.
    pub later: Option<FileId>,
}

impl FixFiles {
    /// All of them, the oldest of each program first.
    pub fn all(&self) -> Vec<FileId> {
        self.roles.into_iter().chain(self.later).collect()
    }
}

/// The verdict on a fix.
#[derive(Clone, PartialEq, Debug)]
pub struct FixQuery {
    /// The snapshots.
    pub files: FixFiles,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// How long each pair ran, where the user has counted it.
    pub counted: Option<Counted>,
}

impl Query for FixQuery {
    type Slot = ();
    /// The verdict, or why there is none.
    type Output = Result<VerifyReport, String>;
    type Value = Option<Result<VerifyReport, String>>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Checking the fix"
    }

    fn files(&self) -> Vec<FileId> {
        self.files.all()
    }
}

/// The user's choices for the verdict on a fix.
#[derive(Default)]
pub(crate) struct FixOptions {
    /// The snapshots that the user has chosen.
    chosen: Option<FixFiles>,
    /// The pair that was compared when a snapshot was added, which is the leaking one.
    pair: Option<[FileId; 2]>,
    /// The snapshot that was added, until the user has seen or dismissed it.
    added: Option<FileId>,
    /// Requests and minutes between the snapshots of each pair, as typed.
    requests: String,
    minutes: String,
}

impl AppState {
    /// The snapshots that the user has chosen; otherwise the pair that was compared, or the first process with two
    /// snapshots, against the process that came last. `None` for fewer than three snapshots.
    pub fn fix_files(&self) -> Option<FixFiles> {
        if self.fix.chosen.is_some() {
            return self.fix.chosen;
        }
        let known = self.by_age();
        let ends_of = |process: usize| {
            let mut of = known.iter().copied().filter(|&id| self.process_of(id) == Some(process));
            let first = of.next()?;
            Some((first, of.next_back()))
        };
        let pair = self.fix.pair.or_else(|| {
            let processes = known.iter().filter_map(|&id| self.process_of(id));
            processes.filter_map(ends_of).find_map(|(first, last)| Some([first, last?]))
        });
        if let Some([before, after]) = pair {
            let others: Vec<FileId> =
                known.iter().copied().filter(|id| ![before, after].contains(id)).collect();
            let leaking = self.process_of(after);
            let process =
                others.iter().rev().filter_map(|&id| self.process_of(id)).find(|&of| Some(of) != leaking);
            let (fixed, later) = match process.and_then(ends_of) {
                Some(ends) => ends,
                None => (*others.iter().max()?, None),
            };
            return Some(FixFiles { roles: [before, after, fixed], later });
        }
        let &[.., before, after, fixed] = &known[..] else { return None };
        Some(FixFiles { roles: [before, after, fixed], later: None })
    }

    /// The verdict, or why there is none; `None` while the task runs.
    pub fn fix_report(&self) -> Option<Result<&VerifyReport, &str>> {
        let query =
            FixQuery { files: self.fix_files()?, sizes: self.settings.sizes(), counted: self.fix_counted() };
        let entry = self.cache.entry::<FixQuery>(&())?;
        if !entry.is_for(&query) || entry.is_pending() {
            return None;
        }
        Some(entry.result()?.and_then(|report| report.as_ref().map_err(String::as_str)))
    }

    /// Requests and minutes between the snapshots of each pair, as the user has typed them.
    pub fn fix_counted_texts(&self) -> [&str; 2] {
        [&self.fix.requests, &self.fix.minutes]
    }

    /// The same as a number; nothing where none was typed.
    pub(crate) fn fix_counted(&self) -> Option<Counted> {
        let [requests, minutes] =
            self.fix_counted_texts().map(|text| text.trim().replace(',', ".").parse().ok());
        Counted::of(requests, minutes)
    }

    /// Sets both texts.
    pub(crate) fn set_fix_counted(&mut self, [requests, minutes]: [String; 2]) {
        (self.fix.requests, self.fix.minutes) = (requests, minutes);
    }

    /// The snapshot that was added to a compared pair, while the window offers actions for it.
    pub fn added_file(&self) -> Option<&OpenFile> {
        self.file(self.fix.added.filter(|_| self.view != View::Fix)?)
    }

    /// A snapshot was added to the compared pair.
    pub(crate) fn add_beside_pair(&mut self, added: FileId) {
        let pair = self.baseline.zip(self.current);
        self.fix.chosen = None;
        self.fix.pair = pair.map(|(older, newer)| [older, newer]);
        self.fix.added = Some(added);
    }

    /// A pair was opened while `compared` was: that of the fixed program, it may be.
    pub(crate) fn add_pair_beside(&mut self, compared: [FileId; 2], newer: FileId) {
        self.fix.chosen = None;
        self.fix.pair = Some(compared);
        self.fix.added = Some(newer);
    }

    /// The user has dismissed the offer, or taken it.
    pub(crate) fn dismiss_added(&mut self) {
        self.fix.added = None;
    }

    /// Gives a snapshot a role; the snapshot that had the role takes the other's.
    pub(crate) fn set_fix_role(&mut self, role: FixRole, file: FileId) {
        let Some(mut files) = self.fix_files() else { return };
        let at = role as usize;
        let before = files.roles[at];
        if let Some(other) = files.roles.iter().position(|&known| known == file) {
            files.roles.swap(at, other);
        } else if files.later == Some(file) {
            files.later = Some(before);
        }
        files.roles[at] = file;
        self.fix.chosen = Some(files);
    }

    /// Chooses the later snapshot of the fixed program, or none.
    pub(crate) fn set_fix_later(&mut self, file: Option<FileId>) {
        let Some(mut files) = self.fix_files() else { return };
        files.later = file.filter(|file| !files.roles.contains(file));
        self.fix.chosen = Some(files);
    }

    /// A snapshot was closed.
    pub(crate) fn forget_fix(&mut self, file: FileId) {
        self.fix.chosen = self.fix.chosen.filter(|files| !files.all().contains(&file));
        self.fix.pair = self.fix.pair.filter(|pair| !pair.contains(&file));
        self.fix.added = self.fix.added.filter(|&added| added != file);
    }

    /// Requests the verdict while it is shown.
    pub(crate) fn sync_fix(&mut self) {
        let Some(files) = self.fix_files() else { return };
        let snapshots: Option<Vec<Arc<Snapshot>>> =
            files.all().into_iter().map(|id| self.snapshot(id).cloned()).collect();
        let Some(snapshots) = snapshots else { return };
        let (sizes, counted) = (self.settings.sizes(), self.fix_counted());
        self.cache.request(FixQuery { files, sizes, counted }, move |progress, _| {
            snapshots.iter().for_each(|snapshot| snapshot.prepare(sizes));
            let [before, after, fixed @ ..] = &snapshots[..] else { return None };
            match VerifyReport::new([before, after], fixed, counted, sizes, progress) {
                Ok(report) => Some(Ok(report)),
                Err(VerifyError::NothingToVerify(sentence)) => Some(Err(sentence)),
                Err(VerifyError::Cancelled) => None,
            }
        });
    }
}
