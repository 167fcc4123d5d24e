//! Saving the settings: written in a task now and then, and once more when the program ends.

use crate::app::settings::Settings;
use crate::app::settings::file::SettingsFile;
use crate::app::tasks::executor::Executor;
use crate::app::tasks::job::{Job, Poll};
use std::sync::{Arc, Mutex, PoisonError};

/// The settings file and its writer.
pub struct SettingsWriter {
    file: Arc<Mutex<SettingsFile>>,
    job: Option<Job<Result<(), String>>>,
}

impl SettingsWriter {
    /// Writes to `file`.
    pub fn to(file: SettingsFile) -> Self {
        Self { file: Arc::new(Mutex::new(file)), job: None }
    }

    /// Starts to write changes, unless the previous write is still running.
    pub fn save(&mut self, settings: &Settings, executor: &Executor) {
        if self.job.is_some() {
            return;
        }
        let (file, settings) = (Arc::clone(&self.file), settings.clone());
        self.job = Some(Job::start("Saving settings", executor, move |_| write(&file, &settings)));
    }

    /// The error of the last write, if any; returned once.
    pub fn poll(&mut self) -> Option<String> {
        let written = match self.job.as_ref()?.poll() {
            Poll::Pending => return None,
            Poll::Ready(written) => written,
            Poll::Failed(error) => Err(error),
        };
        self.job = None;
        written.err()
    }

    /// Writes changes before it returns, after a running write.
    pub fn finish(&mut self, settings: &Settings) {
        // The window is closed: the error cannot be shown.
        drop(write(&self.file, settings));
    }
}

fn write(file: &Mutex<SettingsFile>, settings: &Settings) -> Result<(), String> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.write(settings).map_err(|error| format!("The settings cannot be saved: {error}"))
}
