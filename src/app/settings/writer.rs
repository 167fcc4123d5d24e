//! Keeping the settings: written on a thread now and then, and once more when the program ends.

use crate::app::settings::Settings;
use crate::app::settings::file::SettingsFile;
use crate::app::tasks::executor::Executor;
use crate::app::tasks::job::{Job, Poll};
use std::sync::{Arc, Mutex, PoisonError};

/// The settings' file and who writes it.
pub struct SettingsWriter {
    file: Arc<Mutex<SettingsFile>>,
    job: Option<Job<Result<(), String>>>,
}

impl SettingsWriter {
    /// To `file`.
    pub fn to(file: SettingsFile) -> Self {
        Self { file: Arc::new(Mutex::new(file)), job: None }
    }

    /// Begins to write what has changed, unless the last time still goes on.
    pub fn save(&mut self, settings: &Settings, executor: &Executor) {
        if self.job.is_some() {
            return;
        }
        let (file, settings) = (Arc::clone(&self.file), settings.clone());
        self.job = Some(Job::start("Saving settings", executor, move |_| write(&file, &settings)));
    }

    /// Why the last writing came to nothing, if it did; said once.
    pub fn poll(&mut self) -> Option<String> {
        let written = match self.job.as_ref()?.poll() {
            Poll::Pending => return None,
            Poll::Ready(written) => written,
            Poll::Failed(error) => Err(error),
        };
        self.job = None;
        written.err()
    }

    /// Writes what has changed before it returns, after whatever is being written.
    pub fn finish(&mut self, settings: &Settings) {
        // The window is closed: nothing can show the error.
        drop(write(&self.file, settings));
    }
}

fn write(file: &Mutex<SettingsFile>, settings: &Settings) -> Result<(), String> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.write(settings).map_err(|error| format!("The settings cannot be saved: {error}"))
}
