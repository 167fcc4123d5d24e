//! The settings file: written atomically, and only when something has changed. An unreadable file is renamed,
//! and the defaults are used.

use crate::app::settings::Settings;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

const NAME: &str = "settings.json";

/// The path of the settings, and the text written last.
pub struct SettingsFile {
    folder: PathBuf,
    written: Option<Settings>,
}

impl SettingsFile {
    /// In `folder`, which may not exist yet.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder, written: None }
    }

    /// The settings, and an error message if they could not be read.
    pub fn read(&mut self) -> (Settings, Option<String>) {
        let path = self.folder.join(NAME);
        let problem = match fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice::<Settings>(&bytes) {
                Ok(settings) => {
                    self.written = Some(settings.clone());
                    return (settings, None);
                }
                Err(error) => self.set_aside(&path, &error.to_string()),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => return (Settings::default(), None),
            Err(error) => format!("The settings cannot be read ({error}): the defaults are in force"),
        };
        (Settings::default(), Some(problem))
    }

    /// Renames a damaged file, so that it is not overwritten.
    fn set_aside(&self, path: &Path, error: &str) -> String {
        let name = |number: u32| match number {
            0 => self.folder.join(format!("{NAME}.damaged")),
            number => self.folder.join(format!("{NAME}.damaged-{number}")),
        };
        let aside = (0..100).map(name).find(|aside| !aside.exists()).unwrap_or_else(|| name(0));
        match fs::rename(path, &aside) {
            Ok(()) => format!("The settings were damaged ({error}); they are kept as {}", aside.display()),
            Err(_) => format!("The settings are damaged ({error}): the defaults are in force"),
        }
    }

    /// Writes `settings` if they differ from the file: first to a temporary file, which then replaces the old
    /// one.
    pub fn write(&mut self, settings: &Settings) -> io::Result<()> {
        if self.written.as_ref() == Some(settings) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        // Two windows must not write the same temporary file.
        let fresh = self.folder.join(format!("{NAME}.new-{}", std::process::id()));
        let write = || {
            let mut file = File::create(&fresh)?;
            file.write_all(&serde_json::to_vec_pretty(settings)?)?;
            file.sync_all()?;
            fs::rename(&fresh, self.folder.join(NAME))
        };
        let written = write();
        match written {
            Ok(()) => self.written = Some(settings.clone()),
            Err(_) => drop(fs::remove_file(&fresh)),
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::ThemeChoice;

    fn dark() -> Settings {
        Settings { theme: ThemeChoice::Dark, ..Settings::default() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn settings_are_written_whole_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("not yet there");
        let mut file = SettingsFile::in_folder(place.clone());
        assert_eq!(file.read(), (Settings::default(), None));
        file.write(&dark()).unwrap();
        assert_eq!(names(&place), [NAME], "nothing is left beside it");
        assert_eq!(SettingsFile::in_folder(place).read(), (dark(), None));
    }

    #[test]
    fn what_has_not_changed_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = SettingsFile::in_folder(folder.path().to_owned());
        file.write(&dark()).unwrap();
        fs::remove_file(folder.path().join(NAME)).unwrap();
        file.write(&dark()).unwrap();
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn damaged_settings_are_set_aside_and_the_defaults_take_their_place() {
        let folder = tempfile::tempdir().unwrap();
        for (round, damage) in ["{\"theme\": \"Dark\"", "", "[1, 2]"].into_iter().enumerate() {
            fs::write(folder.path().join(NAME), damage).unwrap();
            let mut file = SettingsFile::in_folder(folder.path().to_owned());
            let (settings, problem) = file.read();
            assert_eq!(settings, Settings::default());
            assert!(problem.unwrap().contains("damaged"));
            file.write(&settings).unwrap();
            assert_eq!(names(folder.path()).len(), round + 2, "{:?}", names(folder.path()));
        }
        let kept = fs::read_to_string(folder.path().join("settings.json.damaged")).unwrap();
        assert_eq!(kept, "{\"theme\": \"Dark\"");
    }
}
