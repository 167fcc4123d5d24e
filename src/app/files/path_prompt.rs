//! The path field inside the window: for systems without a file dialog.

use crate::app::state::AppState;
use std::env;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// How many entries of a folder are offered.
const OFFERED: usize = 12;

/// The field and what could be meant by it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PathPrompt {
    /// Why it is shown instead of a dialog, if it is.
    pub reason: Option<String>,
    /// What was typed.
    pub text: String,
    /// Paths that begin with it.
    pub offers: Vec<String>,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl PathPrompt {
    /// A field that begins in the folder `start`.
    pub fn new(reason: Option<String>, start: &Path) -> Self {
        let mut text = start.display().to_string();
        if !text.ends_with(MAIN_SEPARATOR) {
            text.push(MAIN_SEPARATOR);
        }
        let mut prompt = Self { reason, ..Self::default() };
        prompt.edit(text);
        prompt
    }

    /// Takes a new text and looks into its folder.
    pub fn edit(&mut self, text: String) {
        self.text = text;
        self.error = None;
        self.offers = offers(&self.text);
    }

    /// Extends the text as far as all offers agree.
    pub fn complete(&mut self) {
        let Some(first) = self.offers.first() else { return };
        let mut common = first.clone();
        for offer in &self.offers {
            while !offer.starts_with(&common) {
                common.pop();
            }
        }
        if common.len() > self.text.len() {
            self.edit(common);
        }
    }

    /// The file it names, or `None` after saying what is wrong.
    pub fn accept(&mut self) -> Option<PathBuf> {
        let path = PathBuf::from(self.text.trim());
        self.error = if path.is_dir() {
            Some("This is a folder".to_owned())
        } else if !path.is_file() {
            Some("There is no such file".to_owned())
        } else {
            None
        };
        self.error.is_none().then_some(path)
    }
}

impl AppState {
    /// Shows the path field, in the folder of the file that was opened last.
    pub(crate) fn open_prompt(&mut self, reason: Option<String>) {
        let last = self.settings.recent.first().and_then(|path| path.parent()).map(PathBuf::from);
        let start = last.filter(|folder| folder.is_dir()).or_else(|| env::current_dir().ok());
        self.prompt = Some(PathPrompt::new(reason, &start.unwrap_or_default()));
    }

    /// Opens the file that the prompt names.
    pub(crate) fn accept_path(&mut self) {
        if let Some(path) = self.prompt.as_mut().and_then(PathPrompt::accept) {
            self.prompt = None;
            self.open(vec![path]);
        }
    }
}

/// What lies in the folder of `text` and begins with the rest of it: folders, and files that may be snapshots.
fn offers(text: &str) -> Vec<String> {
    let split = text.rfind(MAIN_SEPARATOR).map_or(0, |at| at + MAIN_SEPARATOR.len_utf8());
    let (folder, beginning) = text.split_at(split);
    let Ok(entries) = Path::new(if folder.is_empty() { "." } else { folder }).read_dir() else {
        return Vec::new();
    };
    let mut found: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_str()?.to_owned();
            let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
            if is_hidden || !name.starts_with(beginning) {
                return None;
            }
            if entry.path().is_dir() {
                Some(format!("{folder}{name}{MAIN_SEPARATOR}"))
            } else {
                may_be_snapshot(&name).then(|| format!("{folder}{name}"))
            }
        })
        .collect();
    found.sort();
    found.truncate(OFFERED);
    found
}

/// The extensions snapshots go by.
pub const EXTENSIONS: [&str; 5] = ["heapsnapshot", "heaptimeline", "gz", "zip", "zst"];

fn may_be_snapshot(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|end| EXTENSIONS.iter().any(|&known| end.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["before.heapsnapshot", "behind.heapsnapshot.gz", "many.zip", "notes.txt", ".hidden.heapsnapshot"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("more")).unwrap();
        folder
    }

    #[test]
    fn folders_and_snapshots_are_offered() {
        let folder = folder();
        let prompt = PathPrompt::new(None, folder.path());
        let names: Vec<&str> = prompt.offers.iter().map(|offer| &offer[prompt.text.len()..]).collect();
        assert_eq!(
            names,
            ["before.heapsnapshot", "behind.heapsnapshot.gz", "many.zip", &format!("more{MAIN_SEPARATOR}")]
        );
    }

    #[test]
    fn completing_goes_as_far_as_all_offers_agree() {
        let folder = folder();
        let mut prompt = PathPrompt::new(None, folder.path());
        prompt.edit(format!("{}b", prompt.text));
        prompt.complete();
        assert!(prompt.text.ends_with("be"), "{}", prompt.text);
        prompt.edit(format!("{}f", prompt.text));
        prompt.complete();
        assert!(prompt.text.ends_with("before.heapsnapshot"), "{}", prompt.text);
        assert!(prompt.accept().is_some());
    }

    #[test]
    fn what_is_no_file_is_said() {
        let folder = folder();
        let mut prompt = PathPrompt::new(None, folder.path());
        assert_eq!(prompt.accept(), None);
        assert_eq!(prompt.error.as_deref(), Some("This is a folder"));
        prompt.edit("nowhere.heapsnapshot".to_owned());
        assert_eq!(prompt.accept(), None);
        assert_eq!(prompt.error.as_deref(), Some("There is no such file"));
    }
}
