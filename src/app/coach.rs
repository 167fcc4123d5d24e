//! Three steps through the sample pair, which go on as the user takes them.

use crate::app::state::AppState;
use crate::app::views::View;
use std::path::PathBuf;

/// The step that comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoachStep {
    /// Choose the variable that grew.
    Variable,
    /// Follow who holds it.
    Holders,
    /// See the objects that came.
    Comparison,
    /// All is seen.
    Done,
}

impl CoachStep {
    /// The steps before the end.
    pub const COUNT: usize = 3;

    /// Its number, counted from 1.
    pub fn number(self) -> usize {
        match self {
            Self::Variable => 1,
            Self::Holders => 2,
            Self::Comparison => 3,
            Self::Done => 4,
        }
    }

    /// What to do.
    pub fn text(self) -> &'static str {
        match self {
            Self::Variable => {
                "The overview says what grew between the two snapshots: click the suspect leaks."
            }
            Self::Holders => {
                "Retainers shows who holds the array, Source the line that fills it: click a step such as scope \
                 above the retainers."
            }
            Self::Comparison => {
                "Open Comparison: Array grew by 50,000 entries, which stay at the next request."
            }
            Self::Done => "The same way leads through your own files: open one before and one after.",
        }
    }
}

impl AppState {
    /// Begins the steps, for the samples.
    pub(crate) fn begin_coach(&mut self) {
        self.coach = Some(CoachStep::Variable);
    }

    /// Goes on to the step that the user has not taken yet; ends when the samples are closed.
    pub(crate) fn sync_coach(&mut self) {
        let Some(step) = self.coach else { return };
        let samples = self.samples.as_ref();
        let is_open = |path: &PathBuf| self.files.iter().any(|file| file.path == *path);
        if samples.is_none_or(|samples| !samples.iter().all(is_open)) {
            self.coach = None;
            return;
        }
        let next = match step {
            CoachStep::Variable if self.inspected_object.is_some() => CoachStep::Holders,
            CoachStep::Holders if self.focused.is_some() => CoachStep::Comparison,
            CoachStep::Comparison if self.view == View::Comparison => CoachStep::Done,
            step => step,
        };
        self.coach = Some(next);
    }
}
