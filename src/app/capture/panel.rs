//! The pane for captures: what was found on this machine, the typed address, and the connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::capture::options::CaptureChoices;
use crate::app::capture::session::{CaptureSession, SessionState};
use crate::app::state::AppState;
use crate::app::tasks::job::{Job, Poll};
use crate::app::views::View;
use crate::capture::{Address, CaptureControl, Endpoint, SignalTarget, discover, inspect};

/// Interval at which this machine is searched.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// What can be captured on this machine.
#[derive(Clone, Default, Debug)]
pub struct LocalTargets {
    /// Programs whose inspector is open.
    pub endpoints: Vec<Endpoint>,
    /// Processes that would open one, with their command lines.
    pub processes: Vec<(SignalTarget, String)>,
}

/// The pane and the connection behind it.
#[derive(Default)]
pub struct CapturePanel {
    /// Whether the pane is shown. The connection stays when it is not.
    pub is_shown: bool,
    /// Whether the help on reaching a process elsewhere is shown.
    pub is_help_shown: bool,
    /// The user's options.
    pub choices: CaptureChoices,
    /// The typed address.
    pub address: String,
    /// What was found at the address.
    pub at_address: Option<Endpoint>,
    /// Whether the folder of captures is typed, because there is no dialog.
    pub is_folder_typed: bool,
    /// What was found on this machine; `None` until the first search is over.
    pub found: Option<LocalTargets>,
    /// A process whose inspector will be opened once the user agrees.
    pub asked_process: Option<SignalTarget>,
    /// The connection.
    pub session: Option<CaptureSession>,
    /// The error, if there is no connection yet.
    pub problem: Option<String>,
    search: Option<Job<LocalTargets>>,
    searched: Option<Instant>,
    lookup: Option<Job<Result<Endpoint, String>>>,
}

impl CapturePanel {
    /// Whether a task runs or the pane has news to show.
    pub fn is_busy(&self) -> bool {
        self.lookup.is_some()
            || self
                .session
                .as_ref()
                .is_some_and(|session| session.is_working() || session.state == SessionState::Connecting)
    }

    /// Whether an address is being queried.
    pub fn is_looking_up(&self) -> bool {
        self.lookup.is_some()
    }
}

impl AppState {
    /// Queries the address that was typed.
    pub(crate) fn look_up_address(&mut self) {
        let panel = &mut self.capture;
        (panel.at_address, panel.problem) = (None, None);
        let (text, allows_remote) = (panel.address.clone(), panel.choices.allows_remote);
        self.look_up(move || {
            let address = Address::parse(&text).map_err(|error| error.to_string())?;
            inspect(&address, allows_remote).map_err(|error| error.to_string())
        });
    }

    /// Sends a process the signal that opens its inspector.
    pub(crate) fn open_inspector(&mut self, process: SignalTarget) {
        self.capture.problem = None;
        self.look_up(move || process.signal(&CaptureControl::default()).map_err(|error| error.to_string()));
    }

    fn look_up(&mut self, find: impl FnOnce() -> Result<Endpoint, String> + Send + 'static) {
        let executor = self.executor().clone();
        self.capture.lookup = Some(Job::start("Looking for a program", &executor, |_| find()));
    }

    /// Connects to a target that was found, or to one of its workers; closes the previous connection.
    pub(crate) fn connect_capture(&mut self, endpoint: &Endpoint, target: usize, worker: Option<String>) {
        let Some(target) = endpoint.targets.get(target) else { return };
        let executor = self.executor().clone();
        let wake = Arc::new(move || executor.wake());
        let panel = &mut self.capture;
        (panel.session, panel.problem) = (None, None);
        let with_sources = panel.choices.keeps_sources;
        match CaptureSession::connect(endpoint, target, worker, with_sources, wake) {
            Ok(session) => panel.session = Some(session),
            Err(sentence) => panel.problem = Some(sentence),
        }
    }

    /// Takes the results of tasks and the connection's events, and opens captured files.
    pub(crate) fn poll_capture(&mut self) {
        self.search_machine();
        if let Some(found) = self.capture.lookup.as_ref().map(Job::poll) {
            match found {
                Poll::Pending => {}
                Poll::Ready(Ok(endpoint)) => self.take_endpoint(endpoint),
                Poll::Ready(Err(sentence)) | Poll::Failed(sentence) => {
                    (self.capture.lookup, self.capture.problem) = (None, Some(sentence));
                }
            }
        }
        let opened = self.capture.session.as_mut().map(CaptureSession::poll).unwrap_or_default();
        if opened.len() == 2 {
            self.show(View::Comparison);
        }
        if !opened.is_empty() {
            self.open(opened);
        }
    }

    /// Connects automatically if there is only one target.
    fn take_endpoint(&mut self, endpoint: Endpoint) {
        self.capture.lookup = None;
        let mut offered = (0..endpoint.targets.len()).filter(|&at| !endpoint.targets[at].is_internal);
        if let (Some(only), None) = (offered.next(), offered.next()) {
            self.connect_capture(&endpoint, only, None);
        }
        self.capture.at_address = Some(endpoint);
    }

    /// Searches this machine while the pane is shown and nothing is connected.
    fn search_machine(&mut self) {
        let executor = self.executor().clone();
        let panel = &mut self.capture;
        if let Some(search) = &panel.search {
            match search.poll() {
                Poll::Pending => return,
                Poll::Ready(found) => panel.found = Some(found),
                Poll::Failed(sentence) => panel.problem = Some(sentence),
            }
            (panel.search, panel.searched) = (None, Some(Instant::now()));
        }
        let is_due = panel.searched.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if panel.is_shown && panel.session.is_none() && is_due {
            panel.search = Some(Job::start("Looking for programs", &executor, |_| find()));
        }
    }
}

fn find() -> LocalTargets {
    let processes = SignalTarget::all().into_iter().map(|process| {
        let command_line = process.command_line();
        (process, command_line)
    });
    LocalTargets { endpoints: discover(), processes: processes.collect() }
}
