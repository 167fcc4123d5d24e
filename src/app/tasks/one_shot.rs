//! Work that ends in a deed rather than in something to look at: a text to copy, a row to go to, rows to
//! open. One at a time: a new errand takes the place of the one before, and is cancelled with it.

use crate::app::commands::command::Effect;
use crate::app::files::history::Place;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::job::{Job, Poll};
use crate::app::views::view::Pane;
use crate::base::{NodeIndex, Progress};
use crate::model::{ExpandedRows, Item};
use std::sync::Arc;

/// What an errand came to.
pub enum Outcome {
    /// This text is for the clipboard; the sentence for the person.
    Copy(String, String),
    /// An object to show among its constructor's.
    Found(FileId, NodeIndex),
    /// The row to go to, in the view the person has been sent to.
    GoTo(Place),
    /// A row of a table to select.
    Select(Pane, Vec<Item>),
    /// Rows of a table to open.
    Open(Pane, ExpandedRows),
    /// Nothing could be done, and why.
    Refused(String),
}

/// An errand under way; nothing comes of it if it was stopped.
pub type OneShotTask = Job<Option<Outcome>>;

impl AppState {
    /// Sends somebody; `label` says on the screen what for.
    pub(crate) fn send(
        &mut self,
        label: &str,
        errand: impl FnOnce(&Progress) -> Option<Outcome> + Send + 'static,
    ) {
        self.errand = Some(Job::start(label, &self.waker, errand));
    }

    /// Does what the errand came to, once it is back.
    pub(crate) fn poll_errand(&mut self) -> Vec<Effect> {
        let Some(errand) = &self.errand else { return Vec::new() };
        let outcome = match errand.poll() {
            Poll::Pending => return Vec::new(),
            Poll::Ready(outcome) => outcome,
            Poll::Lost(sentence) => Some(Outcome::Refused(sentence)),
        };
        self.errand = None;
        let waker = Arc::clone(&self.waker);
        match outcome {
            None => {}
            Some(Outcome::Copy(text, note)) => {
                self.notice = Some(note);
                return vec![Effect::Copy(text)];
            }
            Some(Outcome::Found(file, node)) if self.current == Some(file) => {
                self.reveal_in_summary(file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
            Some(Outcome::Found(..)) => {}
            Some(Outcome::Refused(note)) => self.notice = Some(note),
            // Whoever has gone elsewhere since then stays there.
            Some(Outcome::GoTo(place)) if (self.view, self.current) == (place.view, Some(place.current)) => {
                self.go_to(place.path.clone());
                self.history.visit(place);
            }
            Some(Outcome::GoTo(_)) => {}
            Some(Outcome::Select(Pane::Main, path)) => {
                if let Some(sheet) = self.sheet_mut() {
                    sheet.go_to(path, &waker);
                }
                self.selected();
            }
            Some(Outcome::Select(Pane::Retainers, path)) => self.retainers.go_to(path, &waker),
            Some(Outcome::Open(pane, opened)) => {
                let is_cut = opened.is_cut;
                let table = match pane {
                    Pane::Main => self.sheet_mut().and_then(|sheet| sheet.table.as_mut()),
                    Pane::Retainers => self.retainers.table.as_mut(),
                };
                if table.is_some_and(|table| table.take_opened(opened)) && is_cut {
                    self.notice = Some("Opened as far as there is room; the rest stays closed".to_owned());
                }
            }
        }
        Vec::new()
    }
}
