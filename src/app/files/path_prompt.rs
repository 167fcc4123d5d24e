//! The path field inside the window, with what lies in its folder to choose from: for systems without a file
//! dialog. Folders are read by tasks, because a file system may take long to say.

use crate::app::files::open_file::FileId;
use crate::app::files::recent::{RecentFile, look_at};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use std::env;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// Maximum number of completions.
const OFFERED: usize = 300;

/// The field and its completions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PathPrompt {
    /// Why it is shown instead of a dialog, if it is.
    pub reason: Option<String>,
    /// What was typed.
    pub text: String,
    /// Paths that begin with the text, or with the previous text while its folder is being read.
    pub offers: Vec<Offer>,
    /// Files that are opened together, in the order they were chosen.
    pub chosen: Vec<String>,
    /// The error.
    pub error: Option<String>,
    /// Whether a folder with source code is asked for, not a snapshot.
    wants_folder: bool,
    /// The action to perform as soon as its folder has been read.
    next: Option<Next>,
}

/// A folder, or a file that may be a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Its path; that of a folder ends with a separator.
    pub path: String,
    /// Length and date of a file.
    pub facts: Option<RecentFile>,
}

/// An action of the user that waits for the file system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    Complete,
    Open,
}

/// The contents of the folder for the text of the field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PathFacts {
    offers: Vec<Offer>,
    kind: PathKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum PathKind {
    File,
    Folder,
    Missing,
}

/// Looks up the text of the field in the file system.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct PathQuery(String);

/// Finds the folder to start in: that of the file opened last, or the current one.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StartFolderQuery {
    number: u64,
}

impl Query for PathQuery {
    type Slot = ();
    type Output = PathFacts;
    type Value = Option<PathFacts>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Reading the folder"
    }

    fn files(&self) -> Vec<FileId> {
        Vec::new()
    }
}

impl Query for StartFolderQuery {
    type Slot = ();
    type Output = PathBuf;
    type Value = Option<PathBuf>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Finding the folder"
    }

    fn files(&self) -> Vec<FileId> {
        Vec::new()
    }
}

impl PathPrompt {
    /// An empty field.
    pub fn new(reason: Option<String>) -> Self {
        Self { reason, ..Self::default() }
    }

    /// Sets the text.
    pub fn edit(&mut self, text: String) {
        self.text = text;
        (self.error, self.next) = (None, None);
    }

    /// Chooses a file to be opened with others, or leaves it out again.
    pub fn toggle(&mut self, path: String) {
        match self.chosen.iter().position(|other| *other == path) {
            Some(at) => drop(self.chosen.remove(at)),
            None => self.chosen.push(path),
        }
    }

    /// The folder above the one that is shown.
    pub fn parent(&self) -> Option<String> {
        let end = self.text.rfind(MAIN_SEPARATOR)?;
        let above = self.text[..end].rfind(MAIN_SEPARATOR)?;
        Some(self.text[..above + MAIN_SEPARATOR.len_utf8()].to_owned())
    }

    /// Starts in a folder, unless something was typed already.
    fn begin_in(&mut self, folder: &Path) {
        if self.text.is_empty() {
            let mut text = folder.display().to_string();
            if !text.ends_with(MAIN_SEPARATOR) {
                text.push(MAIN_SEPARATOR);
            }
            self.edit(text);
        }
    }

    /// Takes the result of the lookup, and returns the file to open if the user requested it.
    fn take(&mut self, facts: &PathFacts) -> Option<PathBuf> {
        self.offers.clone_from(&facts.offers);
        match self.next.take()? {
            Next::Complete => self.complete(),
            Next::Open => match facts.kind {
                PathKind::Folder if self.wants_folder => return Some(PathBuf::from(self.text.trim())),
                PathKind::File if self.wants_folder => self.error = Some("This is a file".to_owned()),
                PathKind::File => return Some(PathBuf::from(self.text.trim())),
                PathKind::Folder => self.error = Some("This is a folder".to_owned()),
                PathKind::Missing if self.wants_folder => {
                    self.error = Some("There is no such folder".to_owned());
                }
                PathKind::Missing => self.error = Some("There is no such file".to_owned()),
            },
        }
        None
    }

    /// Completes the text as far as all completions agree.
    fn complete(&mut self) {
        let Some(first) = self.offers.first() else { return };
        let mut common = first.path.clone();
        for offer in &self.offers {
            while !offer.path.starts_with(&common) {
                common.pop();
            }
        }
        if common.len() > self.text.len() {
            self.edit(common);
        }
    }
}

impl AppState {
    /// Shows the path field.
    pub(crate) fn open_prompt(&mut self, reason: Option<String>) {
        self.show_prompt(PathPrompt::new(reason));
    }

    /// Shows it for a folder with source code.
    pub(crate) fn open_folder_prompt(&mut self, reason: String) {
        self.show_prompt(PathPrompt { wants_folder: true, ..PathPrompt::new(Some(reason)) });
    }

    fn show_prompt(&mut self, prompt: PathPrompt) {
        self.prompt = Some(prompt);
        let last = self.settings.recent.first().and_then(|path| path.parent()).map(PathBuf::from);
        let number = self.next_task();
        self.cache.request(StartFolderQuery { number }, move |_, _| {
            let last = last.filter(|folder| folder.is_dir());
            Some(last.or_else(|| env::current_dir().ok()).unwrap_or_default())
        });
    }

    /// Completes the text of the field as far as the files agree.
    pub(crate) fn complete_path(&mut self) {
        self.set_next(Next::Complete);
    }

    /// Opens the files that are chosen, or the one that the field names, or says why it cannot.
    pub(crate) fn accept_path(&mut self) {
        if let Some(prompt) = self.prompt.take_if(|prompt| !prompt.chosen.is_empty()) {
            return self.open(prompt.chosen.into_iter().map(PathBuf::from).collect());
        }
        // The file system may have changed since the text was typed.
        self.cache.clear::<PathQuery>(&());
        self.set_next(Next::Open);
    }

    fn set_next(&mut self, next: Next) {
        if let Some(prompt) = &mut self.prompt {
            prompt.next = Some(next);
        }
    }

    /// Requests the lookup for the text of the field, and performs the waiting action.
    pub(crate) fn sync_prompt(&mut self) {
        for (_, folder) in self.cache.take_finished::<PathBuf, StartFolderQuery>() {
            if let (Some(prompt), Ok(folder)) = (&mut self.prompt, folder) {
                prompt.begin_in(&folder);
            }
        }
        let Some(prompt) = &mut self.prompt else { return };
        let known = self.cache.entry::<PathQuery>(&()).and_then(|entry| entry.shown());
        if let Some((_, facts)) = known.filter(|(query, _)| query.0 == prompt.text)
            && let Some(path) = prompt.take(facts)
        {
            let wants_folder = prompt.wants_folder;
            self.prompt = None;
            return if wants_folder { self.add_source_folder(path) } else { self.open(vec![path]) };
        }
        let text = prompt.text.clone();
        self.cache.request(PathQuery(text.clone()), move |_, _| Some(PathFacts::of(&text)));
    }
}

impl PathFacts {
    fn of(text: &str) -> Self {
        let path = Path::new(text.trim());
        let kind = match path.metadata() {
            Ok(facts) if facts.is_dir() => PathKind::Folder,
            Ok(facts) if facts.is_file() => PathKind::File,
            _ => PathKind::Missing,
        };
        Self { offers: offers(text), kind }
    }
}

/// Entries of the folder of `text` that begin with the rest of it: folders, and files that may be snapshots.
fn offers(text: &str) -> Vec<Offer> {
    let split = text.rfind(MAIN_SEPARATOR).map_or(0, |at| at + MAIN_SEPARATOR.len_utf8());
    let (folder, beginning) = text.split_at(split);
    let Ok(entries) = Path::new(if folder.is_empty() { "." } else { folder }).read_dir() else {
        return Vec::new();
    };
    let mut found: Vec<(String, bool)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_str()?.to_owned();
            let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
            if is_hidden || !name.starts_with(beginning) {
                return None;
            }
            if entry.path().is_dir() {
                Some((format!("{folder}{name}{MAIN_SEPARATOR}"), false))
            } else {
                may_be_snapshot(&name).then(|| (format!("{folder}{name}"), true))
            }
        })
        .collect();
    found.sort();
    found.truncate(OFFERED);
    let offer = |(path, is_file): (String, bool)| {
        let facts = is_file.then(|| look_at(Path::new(&path)));
        Offer { path, facts }
    };
    found.into_iter().map(offer).collect()
}

/// Extensions of snapshots.
pub const EXTENSIONS: [&str; 5] = ["heapsnapshot", "heaptimeline", "gz", "zip", "zst"];

pub(crate) fn may_be_snapshot(name: &str) -> bool {
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

    /// A field that begins in `folder`, which has been read.
    fn prompt_in(folder: &tempfile::TempDir) -> PathPrompt {
        let mut prompt = PathPrompt::new(None);
        prompt.begin_in(folder.path());
        assert_eq!(read(&mut prompt, None), None);
        prompt
    }

    /// Runs the lookup, then performs `next`.
    fn read(prompt: &mut PathPrompt, next: Option<Next>) -> Option<PathBuf> {
        prompt.next = next;
        let facts = PathFacts::of(&prompt.text);
        prompt.take(&facts)
    }

    #[test]
    fn folders_and_snapshots_are_offered() {
        let folder = folder();
        let prompt = prompt_in(&folder);
        let names: Vec<&str> = prompt.offers.iter().map(|offer| &offer.path[prompt.text.len()..]).collect();
        assert_eq!(
            names,
            ["before.heapsnapshot", "behind.heapsnapshot.gz", "many.zip", &format!("more{MAIN_SEPARATOR}")]
        );
    }

    #[test]
    fn completing_goes_as_far_as_all_offers_agree() {
        let folder = folder();
        let mut prompt = prompt_in(&folder);
        prompt.edit(format!("{}b", prompt.text));
        assert_eq!(read(&mut prompt, Some(Next::Complete)), None);
        assert!(prompt.text.ends_with("be"), "{}", prompt.text);
        prompt.edit(format!("{}f", prompt.text));
        assert_eq!(read(&mut prompt, Some(Next::Complete)), None);
        assert!(prompt.text.ends_with("before.heapsnapshot"), "{}", prompt.text);
        assert!(read(&mut prompt, Some(Next::Open)).is_some());
    }

    #[test]
    fn what_is_no_file_is_said() {
        let folder = folder();
        let mut prompt = prompt_in(&folder);
        assert_eq!(read(&mut prompt, Some(Next::Open)), None);
        assert_eq!(prompt.error.as_deref(), Some("This is a folder"));
        prompt.edit("nowhere.heapsnapshot".to_owned());
        assert_eq!(read(&mut prompt, Some(Next::Open)), None);
        assert_eq!(prompt.error.as_deref(), Some("There is no such file"));
    }

    #[test]
    fn what_was_typed_is_not_replaced_by_the_folder() {
        let mut prompt = PathPrompt::new(None);
        prompt.edit("x".to_owned());
        prompt.begin_in(Path::new("elsewhere"));
        assert_eq!(prompt.text, "x");
    }

    #[test]
    fn several_files_are_chosen_and_folders_are_left() {
        let folder = folder();
        let mut prompt = prompt_in(&folder);
        assert!(prompt.offers[0].facts.as_ref().is_some_and(|facts| facts.bytes == Some(0)));
        assert!(prompt.offers.iter().any(|offer| offer.facts.is_none()), "a folder");
        let paths: Vec<String> = prompt.offers.iter().map(|offer| offer.path.clone()).collect();
        for at in [1, 0, 2, 1] {
            prompt.toggle(paths[at].clone());
        }
        assert_eq!(prompt.chosen, [paths[0].clone(), paths[2].clone()]);
        let above = prompt.parent().unwrap();
        assert!(folder.path().starts_with(&above) && above.ends_with(MAIN_SEPARATOR), "{above}");
    }
}
