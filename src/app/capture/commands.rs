//! Requests of the user about captures.

use std::path::PathBuf;

use crate::app::capture::options::{CaptureChoices, default_folder};
use crate::app::capture::session::CaptureWork;
use crate::app::commands::command::Effect;
use crate::app::state::AppState;
use crate::capture::{CaptureRequest, Schedule};

/// A request about captures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaptureCommand {
    /// Show or hide the pane.
    Toggle,
    /// Show or hide the help on reaching a process.
    ToggleHelp,
    /// The address was edited.
    EditAddress(String),
    /// Query the address that was typed.
    LookUp,
    /// Connect to a target of this machine: of the program of this number, the target of this number.
    Connect(usize, usize),
    /// Connect to the target of this number at the address that was typed.
    ConnectAtAddress(usize),
    /// Connect to the worker of this number instead.
    ConnectWorker(usize),
    /// Ask the process of this number for its inspector.
    AskProcess(usize),
    /// Close the connection.
    Disconnect,
    /// Choose how captures are taken.
    Choose(Box<CaptureChoices>),
    /// Choose the folder in the system's dialog.
    ChooseFolder,
    /// Type the folder, where there is no system dialog for it.
    TypeFolder,
    /// Store captures in this folder.
    SetFolder(PathBuf),
    /// Collect garbage in the target.
    CollectGarbage,
    /// Take a snapshot.
    Take,
    /// Take a series.
    TakeSeries,
    /// Record an allocation timeline.
    Record,
    /// List the workers of the target.
    ListWorkers,
    /// Confirm or decline the question that is shown.
    Answer(bool),
    /// Pause a busy target for the snapshot.
    AllowPause,
    /// Stop the running request.
    Cancel,
}

impl AppState {
    /// The folder that captures go to.
    pub fn capture_folder(&self) -> PathBuf {
        self.settings.capture_folder.clone().unwrap_or_else(default_folder)
    }

    /// Carries out a request about captures.
    pub(crate) fn apply_capture(&mut self, command: CaptureCommand) -> Vec<Effect> {
        match command {
            CaptureCommand::Toggle => self.capture.is_shown = !self.capture.is_shown,
            CaptureCommand::ToggleHelp => self.capture.is_help_shown = !self.capture.is_help_shown,
            CaptureCommand::EditAddress(text) => self.capture.address = text,
            CaptureCommand::LookUp => self.look_up_address(),
            CaptureCommand::Connect(endpoint, target) => {
                let found = self.capture.found.as_ref().and_then(|found| found.endpoints.get(endpoint));
                if let Some(endpoint) = found.cloned() {
                    self.connect_capture(&endpoint, target, None);
                }
            }
            CaptureCommand::ConnectAtAddress(target) => {
                if let Some(endpoint) = self.capture.at_address.clone() {
                    self.connect_capture(&endpoint, target, None);
                }
            }
            CaptureCommand::ConnectWorker(number) => self.connect_worker(number),
            CaptureCommand::AskProcess(number) => {
                let found = self.capture.found.as_ref().and_then(|found| found.processes.get(number));
                self.capture.asked_process = found.map(|(process, _)| process.clone());
            }
            CaptureCommand::Disconnect => self.capture.session = None,
            CaptureCommand::Choose(choices) => self.capture.choices = *choices,
            CaptureCommand::ChooseFolder => return vec![Effect::ChooseCaptureFolder],
            CaptureCommand::TypeFolder => self.capture.is_folder_typed = true,
            CaptureCommand::SetFolder(folder) => {
                // An empty path means the default folder.
                self.settings.capture_folder = Some(folder).filter(|folder| !folder.as_os_str().is_empty());
            }
            CaptureCommand::CollectGarbage => {
                self.request_capture(|_| Ok(CaptureRequest::CollectGarbage), CaptureWork::Collection);
            }
            CaptureCommand::ListWorkers => {
                self.request_capture(|_| Ok(CaptureRequest::ListWorkers), CaptureWork::Workers);
            }
            CaptureCommand::Take => self.request_capture(
                |state| Ok(CaptureRequest::Take(state.capture_options(), Schedule::default())),
                CaptureWork::Snapshot,
            ),
            CaptureCommand::TakeSeries => self.request_capture(
                |state| {
                    let series = state.capture.choices.series()?;
                    Ok(CaptureRequest::Take(state.capture_options(), series))
                },
                CaptureWork::Series,
            ),
            CaptureCommand::Record => self.request_capture(
                |state| {
                    let choices = &state.capture.choices;
                    let (length, stacks) = (choices.timeline()?, choices.records_stacks);
                    Ok(CaptureRequest::Record(state.capture_options(), length, stacks))
                },
                CaptureWork::Timeline,
            ),
            CaptureCommand::Answer(agrees) => self.answer_capture(agrees),
            CaptureCommand::AllowPause => {
                if let Some(session) = &self.capture.session {
                    session.control().allow_pause();
                }
            }
            CaptureCommand::Cancel => {
                if let Some(session) = &self.capture.session {
                    session.control().cancel();
                }
            }
        }
        Vec::new()
    }

    fn capture_options(&self) -> crate::capture::CaptureOptions {
        self.capture.choices.options(&self.capture_folder())
    }

    /// Makes a request of what was typed, or returns why it is invalid.
    fn request_capture(
        &mut self,
        request: impl FnOnce(&Self) -> Result<CaptureRequest, String>,
        work: CaptureWork,
    ) {
        let request = request(self);
        let Some(session) = &mut self.capture.session else { return };
        match request {
            Ok(request) => session.ask_or_begin(request, work),
            Err(sentence) => session.failure = Some(sentence),
        }
    }

    fn connect_worker(&mut self, number: usize) {
        let Some(session) = &self.capture.session else { return };
        let (endpoint, target) = session.found.clone();
        let worker = session.workers.as_ref().and_then(|workers| workers.get(number)).cloned();
        let at = endpoint.targets.iter().position(|other| *other == target);
        if let (Some(at), Some(worker)) = (at, worker) {
            self.connect_capture(&endpoint, at, Some(worker));
        }
    }

    /// The user has answered the question: about a process's inspector, or about a costly capture.
    fn answer_capture(&mut self, agrees: bool) {
        if let Some(process) = self.capture.asked_process.take() {
            if agrees {
                self.open_inspector(process);
            }
            return;
        }
        let Some(session) = &mut self.capture.session else { return };
        if let Some(asked) = session.asked.take().filter(|_| agrees) {
            session.begin(asked.request, asked.work);
        }
    }
}
