//! The partition of a dataset that a snapshot's rows belong to: `service=api/version=1.4.2/host=web-7`.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::export::tables::TableKind;

/// Maximum characters of a key or a value.
const LONGEST: usize = 128;

/// Keys with their values, the outermost folder first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DatasetPartition(Vec<(String, String)>);

impl DatasetPartition {
    /// Reads `service=api,version=1.4.2`; values contain no comma.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut partition = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| format!("`{part}` is not KEY=VALUE, such as service=api"))?;
            partition.add(key, value)?;
        }
        Ok(partition)
    }

    /// The parts of this partition, followed by those of the folders of `path` that are named `KEY=VALUE`.
    /// Existing keys keep their value.
    pub fn with_folders(&self, path: &Path) -> Result<Self, String> {
        let mut partition = self.clone();
        let folders = path.parent().into_iter().flat_map(Path::components);
        for folder in folders {
            let Component::Normal(name) = folder else { continue };
            let Some((key, value)) = name.to_str().and_then(|name| name.split_once('=')) else { continue };
            if !partition.0.iter().any(|(known, _)| known == key) {
                partition.add(key, value)?;
            }
        }
        Ok(partition)
    }

    fn add(&mut self, key: &str, value: &str) -> Result<(), String> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if key.is_empty() || key.len() > LONGEST || !key.chars().all(is_word) {
            return Err(format!("the partition key `{key}` is not made of letters, digits and _"));
        }
        if let Some(table) =
            TableKind::ALL.iter().find(|table| table.columns().iter().any(|it| it.name == key))
        {
            return Err(format!("the partition key `{key}` is a column of the table {}", table.name()));
        }
        if self.0.iter().any(|(known, _)| known == key) {
            return Err(format!("the partition key `{key}` is given twice"));
        }
        let is_allowed = |c: char| !c.is_control() && !"/\\=:*?\"<>|%".contains(c);
        if value.is_empty() || value.chars().count() > LONGEST || !value.chars().all(is_allowed) {
            return Err(format!(
                "the partition value `{value}` of {key} cannot be a folder's name: it may not be empty, longer than \
                 {LONGEST} characters, or hold / \\ = : * ? \" < > | %"
            ));
        }
        if value.starts_with('.') || value.ends_with(['.', ' ']) || value.starts_with(' ') {
            return Err(format!(
                "the partition value `{value}` of {key} begins or ends with a dot or a space"
            ));
        }
        self.0.push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Its folders, below that of the dataset.
    pub fn folder(&self) -> PathBuf {
        self.0.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }
}

impl fmt::Display for DatasetPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_become_folders_in_their_order() {
        let partition = DatasetPartition::parse("service=api,version=1.4.2,host=web-7").unwrap();
        assert_eq!(partition.folder(), Path::new("service=api/version=1.4.2/host=web-7"));
        assert_eq!(DatasetPartition::parse("").unwrap().folder(), PathBuf::new());
    }

    #[test]
    fn what_cannot_be_a_folder_is_refused_in_a_sentence() {
        let long = format!("a={}", "x".repeat(129));
        for (text, expected) in [
            ("service", "is not KEY=VALUE"),
            ("service=a/b", "cannot be a folder's name"),
            ("service=a=b", "cannot be a folder's name"),
            ("service=", "cannot be a folder's name"),
            ("service=..", "begins or ends with a dot"),
            ("ser vice=a", "letters, digits and _"),
            ("count=a", "is a column of the table"),
            ("a=1,a=2", "is given twice"),
            (&long, "longer than"),
        ] {
            let sentence = DatasetPartition::parse(text).unwrap_err();
            assert!(sentence.contains(expected), "{text}: {sentence}");
        }
    }

    #[test]
    fn folders_add_what_the_user_did_not_say() {
        let said = DatasetPartition::parse("service=api").unwrap();
        let path = Path::new("/data/service=web/host=web-7/x/a.heapsnapshot");
        assert_eq!(said.with_folders(path).unwrap().folder(), Path::new("service=api/host=web-7"));
        assert!(said.with_folders(Path::new("count=7/a.heapsnapshot")).is_err());
    }
}
