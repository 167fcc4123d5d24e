//! What outlives the window: tastes and recent files, never a snapshot.

use super::log;
use crate::snapshot::SizeMode;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

const RECENT_FILES: usize = 12;

/// Dark, light, or what the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// As the system.
    #[default]
    System,
    /// Always dark.
    Dark,
    /// Always light.
    Light,
}

impl ThemeChoice {
    /// Every choice, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Dark, Self::Light];
}

/// Kept between two runs of the program. A field that an older file lacks takes its default.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Dark or light.
    pub theme: ThemeChoice,
    /// Whether sizes are those V8 wrote, instead of Chrome's.
    pub raw_sizes: bool,
    /// Whether the list of open snapshots is shown.
    pub files_shown: bool,
    /// Whether the retainers are shown.
    pub retainers_shown: bool,
    /// Whether the pane about the selected object is shown.
    pub object_shown: bool,
    /// Files opened lately, the latest first.
    pub recent: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            raw_sizes: false,
            files_shown: true,
            retainers_shown: true,
            object_shown: true,
            recent: Vec::new(),
        }
    }
}

impl Settings {
    /// Which sizes are shown.
    pub fn sizes(&self) -> SizeMode {
        if self.raw_sizes { SizeMode::Raw } else { SizeMode::Chrome }
    }

    /// Puts `path` first among the recent files.
    pub fn remember(&mut self, path: &Path) {
        self.recent.retain(|other| other != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT_FILES);
    }
}

/// Gives a settings file that cannot be read another name, before the next settings take its place. Settings
/// are never worth a failure: where this cannot be done the file is overwritten.
pub fn set_aside(file: &Path) {
    if file.metadata().is_ok_and(|facts| facts.len() > 0) {
        let mut name = file.as_os_str().to_owned();
        name.push(".damaged");
        let moved = fs::rename(file, &name).is_ok();
        log::line(format_args!("settings unreadable, set aside: {moved}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_settings_are_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.ron");
        set_aside(&file);
        fs::write(&file, b"").unwrap();
        set_aside(&file);
        assert!(file.exists(), "nothing is no loss");
        fs::write(&file, b"{ half").unwrap();
        set_aside(&file);
        assert!(!file.exists());
        assert_eq!(fs::read(folder.path().join("app.ron.damaged")).unwrap(), b"{ half");
    }

    #[test]
    fn recent_files_are_few_and_the_latest_comes_first() {
        let mut settings = Settings::default();
        for number in 0..20 {
            settings.remember(Path::new(&format!("{number}.heapsnapshot")));
        }
        settings.remember(Path::new("15.heapsnapshot"));
        assert_eq!(settings.recent.len(), RECENT_FILES);
        assert_eq!(settings.recent[0], Path::new("15.heapsnapshot"));
        assert_eq!(settings.recent[1], Path::new("19.heapsnapshot"));
    }

    #[test]
    fn settings_of_an_older_version_take_defaults_for_what_they_lack() {
        let settings: Settings = serde_json::from_str(r#"{"theme": "Dark"}"#).unwrap();
        assert_eq!(settings, Settings { theme: ThemeChoice::Dark, ..Settings::default() });
    }
}
