//! The system's file dialog, waited for on a thread of its own so that no frame does.

use crate::app::{CaptureCommand, Command, EXTENSIONS};
use eframe::Frame;
use egui::Context;
use pollster::block_on;
use rfd::{AsyncFileDialog, FileHandle};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A dialog that is "cancelled" sooner than this was never shown: users are not that fast, and a busy system
/// takes a while to report a missing service.
const NEVER_THERE: Duration = Duration::from_secs(1);

/// A dialog that is open, or about to be.
pub(crate) struct Dialog {
    purpose: DialogPurpose,
    answer: Receiver<Answer>,
}

/// The purpose of a dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum DialogPurpose {
    /// Snapshots to open.
    Open,
    /// A folder with source code.
    SourceFolder,
    /// The folder that captures go to.
    CaptureFolder,
    /// Where a report is saved; this path where the system has no dialog.
    Report(PathBuf),
}

struct Answer {
    paths: Option<Vec<PathBuf>>,
    after: Duration,
}

impl Dialog {
    /// Opens it above the window, in the folder of `recent`.
    pub(crate) fn open(frame: &Frame, recent: Option<&PathBuf>, ctx: &Context) -> Self {
        let mut dialog = AsyncFileDialog::new()
            .set_title("Open heap snapshots")
            .add_filter("Heap snapshots", &EXTENSIONS)
            .add_filter("All files", &["*"])
            .set_parent(frame);
        if let Some(folder) = recent.and_then(|path| path.parent()) {
            dialog = dialog.set_directory(folder);
        }
        Self::start(DialogPurpose::Open, dialog.pick_files(), ctx)
    }

    /// Asks for the folder that captures go to, beginning at `folder`.
    pub(crate) fn choose_folder(frame: &Frame, folder: &Path, ctx: &Context) -> Self {
        let dialog = AsyncFileDialog::new().set_title("Store captures in").set_parent(frame);
        let picked = dialog.set_directory(folder).pick_folder();
        let picked = async { picked.await.map(|folder| vec![folder]) };
        Self::start(DialogPurpose::CaptureFolder, picked, ctx)
    }

    /// Asks for a folder with source maps or source code, beginning at that of the last time.
    pub(crate) fn choose_source_folder(frame: &Frame, last: Option<&PathBuf>, ctx: &Context) -> Self {
        let mut dialog = AsyncFileDialog::new().set_title("Look for source code in").set_parent(frame);
        if let Some(folder) = last {
            dialog = dialog.set_directory(folder);
        }
        let picked = dialog.pick_folder();
        let picked = async { picked.await.map(|folder| vec![folder]) };
        Self::start(DialogPurpose::SourceFolder, picked, ctx)
    }

    /// Asks where a report is saved, beginning with `path`.
    pub(crate) fn save_report(frame: &Frame, path: &Path, ctx: &Context) -> Self {
        let mut dialog = AsyncFileDialog::new().set_title("Save report").set_parent(frame);
        if let Some(folder) = path.parent() {
            dialog = dialog.set_directory(folder);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let picked = dialog.add_filter("HTML", &["html"]).set_file_name(name).save_file();
        let picked = async { picked.await.map(|file| vec![file]) };
        Self::start(DialogPurpose::Report(path.to_owned()), picked, ctx)
    }

    fn start(
        purpose: DialogPurpose,
        picked: impl Future<Output = Option<Vec<FileHandle>>> + Send + 'static,
        ctx: &Context,
    ) -> Self {
        let started = Instant::now();
        let (sender, answer) = channel();
        let (ctx, wait) = (ctx.clone(), move || block_on(picked));
        let started = thread::Builder::new().name("File dialog".to_owned()).spawn(move || {
            let picked: Option<Vec<FileHandle>> = wait();
            let paths = picked.map(|files| files.iter().map(|file| file.path().to_owned()).collect());
            // The receiver is gone when the window was closed.
            let _ = sender.send(Answer { paths, after: started.elapsed() });
            ctx.request_repaint();
        });
        drop(started);
        Self { purpose, answer }
    }

    /// The result once it is closed: a command, or `None` if the user cancelled.
    pub(crate) fn poll(&self) -> Option<Option<Command>> {
        let answer = match self.answer.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Answer { paths: None, after: Duration::ZERO },
        };
        Some(match (answer.paths, &self.purpose) {
            (Some(paths), DialogPurpose::Open) => Some(Command::OpenFiles(paths)),
            (Some(paths), DialogPurpose::SourceFolder) => {
                paths.into_iter().next().map(Command::UseSourceFolder)
            }
            (None, DialogPurpose::SourceFolder) if answer.after < NEVER_THERE => {
                let reason = "This system offers no file dialog, so please type the path of the folder";
                Some(Command::SourceFolderPrompt(reason.to_owned()))
            }
            (Some(paths), DialogPurpose::CaptureFolder) => {
                paths.into_iter().next().map(|folder| Command::Capture(CaptureCommand::SetFolder(folder)))
            }
            (None, DialogPurpose::Open) if answer.after < NEVER_THERE => Some(Command::OpenPrompt(Some(
                "This system offers no file dialog, so please type the path".to_owned(),
            ))),
            (Some(paths), DialogPurpose::Report(_)) => paths.into_iter().next().map(Command::SaveReportTo),
            (None, DialogPurpose::Report(path)) if answer.after < NEVER_THERE => {
                Some(Command::SaveReportTo(path.clone()))
            }
            (None, DialogPurpose::CaptureFolder) if answer.after < NEVER_THERE => {
                Some(Command::Capture(CaptureCommand::TypeFolder))
            }
            (None, _) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The action for a dialog that returned these paths after this time.
    fn outcome(paths: Option<Vec<PathBuf>>, after: Duration) -> Option<Option<Command>> {
        let (sender, answer) = channel();
        sender.send(Answer { paths, after }).unwrap();
        Dialog { purpose: DialogPurpose::Open, answer }.poll()
    }

    #[test]
    fn a_dialog_that_was_never_there_makes_way_for_the_path_field() {
        let asks = |outcome| matches!(outcome, Some(Some(Command::OpenPrompt(Some(_)))));
        assert!(asks(outcome(None, Duration::from_millis(20))));
        let (_, answer) = channel();
        assert!(
            asks(Dialog { purpose: DialogPurpose::Open, answer }.poll()),
            "its thread has ended without a word"
        );
    }

    #[test]
    fn a_person_may_cancel_or_choose() {
        assert_eq!(outcome(None, Duration::from_secs(2)), Some(None));
        let paths = vec![PathBuf::from("a.heapsnapshot")];
        let chosen = outcome(Some(paths.clone()), Duration::from_millis(20));
        assert_eq!(chosen, Some(Some(Command::OpenFiles(paths))));
        let (_sender, answer) = channel();
        assert_eq!(Dialog { purpose: DialogPurpose::Open, answer }.poll(), None, "it is still open");
    }
}
