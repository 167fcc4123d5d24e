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

/// A request for the verdict on a fix.
#[derive(Clone, PartialEq, Debug)]
pub struct FixQuery {
    /// The snapshots, in the order of [`FixRole::ALL`].
    pub files: [FileId; 3],
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// Requests between the snapshots of the leaking pair, if the user has entered them.
    pub requests: Option<u32>,
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
        self.files.to_vec()
    }
}

/// The user's choices for the verdict on a fix.
#[derive(Default)]
pub(crate) struct FixOptions {
    /// The snapshots, in the order of [`FixRole::ALL`]; `None` where none was chosen.
    chosen: Option<[FileId; 3]>,
    /// The snapshot that was added while a pair was compared, until the user has seen or dismissed it.
    added: Option<FileId>,
    /// Requests between the snapshots of the pair, as typed.
    requests: String,
}

impl AppState {
    /// The snapshots in the order of [`FixRole::ALL`]: those that the user has chosen or, by the order in
    /// which they were opened, the compared pair and the one after it. `None` for fewer than three snapshots.
    pub fn fix_files(&self) -> Option<[FileId; 3]> {
        let complete: Vec<&OpenFile> = self.files.iter().filter(|file| file.is_complete()).collect();
        if let Some(chosen) = self.fix.chosen {
            return Some(chosen);
        }
        let &[.., first, second, last] = &complete[..] else { return None };
        let compared = self.baseline.zip(self.current).filter(|(older, newer)| older != newer);
        if let Some((older, newer)) = compared.filter(|&(older, newer)| last.id > older && last.id > newer) {
            return Some([older, newer, last.id]);
        }
        let (older, newer) = if second.is_older_than(first) { (second, first) } else { (first, second) };
        Some([older.id, newer.id, last.id])
    }

    /// The verdict, or why there is none; `None` while the task runs.
    pub fn fix_report(&self) -> Option<Result<&VerifyReport, &str>> {
        let requests = self.requests_number();
        let query = FixQuery { files: self.fix_files()?, sizes: self.settings.sizes(), requests };
        let entry = self.cache.entry::<FixQuery>(&())?;
        if !entry.is_for(&query) || entry.is_pending() {
            return None;
        }
        Some(entry.result()?.and_then(|report| report.as_ref().map_err(String::as_str)))
    }

    /// Requests between the snapshots of the pair, as typed.
    pub fn fix_requests_text(&self) -> &str {
        &self.fix.requests
    }

    /// The same as a number; `None` if nothing was typed.
    pub(crate) fn fix_requests(&self) -> Option<f64> {
        self.requests_number().map(f64::from)
    }

    pub(crate) fn set_fix_requests(&mut self, text: String) {
        self.fix.requests = text;
    }

    fn requests_number(&self) -> Option<u32> {
        self.fix.requests.trim().parse().ok().filter(|&number| number > 0)
    }

    /// The snapshot that was added to a compared pair, while the window offers actions for it.
    pub fn added_file(&self) -> Option<&OpenFile> {
        self.file(self.fix.added.filter(|_| self.view != View::Fix)?)
    }

    /// A snapshot was added to the compared pair.
    pub(crate) fn add_beside_pair(&mut self, added: FileId) {
        let pair = self.baseline.zip(self.current);
        self.fix.chosen = pair.map(|(older, newer)| [older, newer, added]);
        self.fix.added = Some(added);
    }

    /// The user has dismissed the offer, or accepted it.
    pub(crate) fn dismiss_added(&mut self) {
        self.fix.added = None;
    }

    /// Gives a snapshot a role; the snapshot that had the role takes the other's.
    pub(crate) fn set_fix_role(&mut self, role: FixRole, file: FileId) {
        let Some(mut files) = self.fix_files() else { return };
        let at = role as usize;
        if let Some(other) = files.iter().position(|&known| known == file) {
            files.swap(at, other);
        }
        files[at] = file;
        self.fix.chosen = Some(files);
    }

    /// A snapshot was closed.
    pub(crate) fn forget_fix(&mut self, file: FileId) {
        self.fix.chosen = self.fix.chosen.filter(|files| !files.contains(&file));
        self.fix.added = self.fix.added.filter(|&added| added != file);
    }

    /// Requests the verdict while it is shown.
    pub(crate) fn sync_fix(&mut self) {
        let Some(files) = self.fix_files() else { return };
        let [Some(before), Some(after), Some(fixed)] = files.map(|id| self.snapshot(id).cloned()) else {
            return;
        };
        let sizes = self.settings.sizes();
        let requests = self.requests_number();
        self.cache.request(FixQuery { files, sizes, requests }, move |progress, _| {
            let all: [&Arc<Snapshot>; 3] = [&before, &after, &fixed];
            all.iter().for_each(|snapshot| snapshot.prepare(sizes));
            let fixed = [Arc::clone(&fixed)];
            match VerifyReport::new([&before, &after], &fixed, requests.map(f64::from), sizes, progress) {
                Ok(report) => Some(Ok(report)),
                Err(VerifyError::NothingToVerify(sentence)) => Some(Err(sentence)),
                Err(VerifyError::Cancelled) => None,
            }
        });
    }
}
