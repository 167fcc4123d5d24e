//! A budget file: limits for a heap and its growth. Every key is checked; an unknown one is an error.

use regex::Regex;
use toml::{Table, Value};

use crate::gate::nearest::nearest;

/// The limits. Absent ones are not checked.
#[derive(Debug, Default)]
pub struct Budgets {
    /// Budgets of one number each.
    pub single: Vec<(SingleBudget, u64)>,
    /// Growth of certain containers.
    pub containers: Vec<ContainerBudget>,
    /// Objects of certain constructors.
    pub constructors: Vec<ConstructorBudget>,
}

/// A budget of one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SingleBudget {
    /// Growth of the whole heap.
    TotalGrowth,
    /// Growth of any one container.
    ContainerGrowth,
    /// Detached DOM nodes.
    DetachedNodes,
    /// Native contexts.
    NativeContexts,
    /// Bytes of all copies of texts but one.
    DuplicateStrings,
    /// What the largest object retains.
    LargestRetained,
    /// Suspects that are not known leaks.
    NewSuspects,
}

/// The unit of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BudgetUnit {
    /// Bytes: `"2MB"`, or a number.
    Bytes,
    /// Things: a number.
    Count,
}

impl SingleBudget {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::TotalGrowth,
        Self::ContainerGrowth,
        Self::DetachedNodes,
        Self::NativeContexts,
        Self::DuplicateStrings,
        Self::LargestRetained,
        Self::NewSuspects,
    ];

    /// Section and key in the file.
    pub fn key(self) -> (&'static str, &'static str) {
        match self {
            Self::TotalGrowth => ("growth", "total"),
            Self::ContainerGrowth => ("growth", "container"),
            Self::DetachedNodes => ("limits", "detached_nodes"),
            Self::NativeContexts => ("limits", "native_contexts"),
            Self::DuplicateStrings => ("limits", "duplicate_strings"),
            Self::LargestRetained => ("limits", "largest_retained"),
            Self::NewSuspects => ("limits", "new_suspects"),
        }
    }

    /// The unit of its number.
    pub fn unit(self) -> BudgetUnit {
        match self {
            Self::DetachedNodes | Self::NativeContexts | Self::NewSuspects => BudgetUnit::Count,
            _ => BudgetUnit::Bytes,
        }
    }
}

/// Growth of the containers with a name.
#[derive(Debug)]
pub struct ContainerBudget {
    /// The name, as in the file.
    pub text: String,
    /// The same as a pattern.
    pub pattern: Regex,
    /// Where the code must be: a script, or a script and a line.
    pub at: Option<String>,
    /// Maximum growth in bytes of each.
    pub growth: u64,
}

/// Objects of a constructor.
#[derive(Debug)]
pub struct ConstructorBudget {
    /// Its name.
    pub name: String,
    /// Maximum number.
    pub count: Option<u64>,
    /// Maximum growth: in objects, or in bytes if the file has a unit.
    pub growth: Option<(u64, BudgetUnit)>,
}

impl Budgets {
    /// Reads a budget file; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let place =
                error.span().map_or(String::new(), |span| format!("line {}: ", line_of(text, span.start)));
            format!("{place}{}", error.message())
        })?;
        let mut budgets = Self::default();
        known(&table, "", &["growth", "limits", "container", "constructor"])?;
        for section in ["growth", "limits"] {
            budgets.read_section(&table, section)?;
        }
        for entry in entries(&table, "container")? {
            budgets.containers.push(ContainerBudget::read(entry)?);
        }
        for entry in entries(&table, "constructor")? {
            budgets.constructors.push(ConstructorBudget::read(entry)?);
        }
        if budgets.single.is_empty() && budgets.containers.is_empty() && budgets.constructors.is_empty() {
            return Err("it sets no budget; [growth] total = \"2MB\" would be one".into());
        }
        Ok(budgets)
    }

    fn read_section(&mut self, table: &Table, section: &str) -> Result<(), String> {
        let Some(value) = table.get(section) else { return Ok(()) };
        let values = value.as_table().ok_or_else(|| format!("[{section}] has to be a section"))?;
        let budgets = SingleBudget::ALL.into_iter().filter(|budget| budget.key().0 == section);
        let keys: Vec<&str> = budgets.clone().map(|budget| budget.key().1).collect();
        known(values, &format!("{section}."), &keys)?;
        for budget in budgets {
            if let Some(value) = values.get(budget.key().1) {
                let key = format!("{section}.{}", budget.key().1);
                let (number, unit) = amount(value, &key)?;
                if unit == BudgetUnit::Bytes && budget.unit() == BudgetUnit::Count {
                    return Err(format!("{key} has to be a number without a unit"));
                }
                self.single.push((budget, number));
            }
        }
        Ok(())
    }
}

impl ContainerBudget {
    fn read(entry: &Table) -> Result<Self, String> {
        known(entry, "container.", &["match", "at", "growth"])?;
        let text = string(entry, "container", "match")?.ok_or("[[container]] has to have a match")?;
        let at = string(entry, "container", "at")?;
        let growth = entry.get("growth").ok_or("[[container]] has to have a growth")?;
        let (growth, _) = amount(growth, "container.growth")?;
        let pattern = pattern(&text).map_err(|error| format!("container.match {text}: {error}"))?;
        Ok(Self { text, pattern, at, growth })
    }

    /// Whether it applies to a container of this name, used by code at `place`.
    pub fn is_about(&self, name: &str, place: Option<&str>) -> bool {
        let is_there = |at: &String| {
            place.is_some_and(|place| {
                place.match_indices(at.as_str()).any(|(start, _)| {
                    let before = place[..start].chars().next_back();
                    let after = place[start + at.len()..].chars().next();
                    before.is_none_or(|c| c == ' ' || c == '/') && after.is_none_or(|c| c == ':' || c == ' ')
                })
            })
        };
        self.pattern.is_match(name) && self.at.as_ref().is_none_or(is_there)
    }
}

impl ConstructorBudget {
    fn read(entry: &Table) -> Result<Self, String> {
        known(entry, "constructor.", &["name", "count", "growth"])?;
        let name = string(entry, "constructor", "name")?.ok_or("[[constructor]] has to have a name")?;
        let number =
            |key: &str| entry.get(key).map(|value| amount(value, &format!("constructor.{key}"))).transpose();
        let (count, growth) = (number("count")?, number("growth")?);
        if count.is_none() && growth.is_none() {
            return Err(format!("[[constructor]] {name} has to have a count or a growth"));
        }
        if count.is_some_and(|(_, unit)| unit == BudgetUnit::Bytes) {
            return Err("constructor.count has to be a number without a unit".into());
        }
        Ok(Self { name, count: count.map(|(number, _)| number), growth })
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1
}

fn entries<'a>(table: &'a Table, key: &str) -> Result<Vec<&'a Table>, String> {
    let Some(value) = table.get(key) else { return Ok(Vec::new()) };
    let list: Option<Vec<&Table>> =
        value.as_array().and_then(|list| list.iter().map(Value::as_table).collect());
    list.ok_or_else(|| format!("{key} has to be written as [[{key}]]"))
}

fn string(entry: &Table, section: &str, key: &str) -> Result<Option<String>, String> {
    let text = |value: &Value| {
        value.as_str().map(str::to_owned).ok_or_else(|| format!("{section}.{key} has to be a text"))
    };
    entry.get(key).map(text).transpose()
}

/// Rejects a key that is not one of `keys`, and suggests the nearest one.
fn known(table: &Table, prefix: &str, keys: &[&str]) -> Result<(), String> {
    let Some(unknown) = table.keys().find(|key| !keys.contains(&key.as_str())) else { return Ok(()) };
    let meant = nearest(unknown, keys.iter().copied()).unwrap_or(keys[0]);
    Err(format!("unknown key {prefix}{unknown}; the nearest is {prefix}{meant} (all: {})", keys.join(", ")))
}

/// A number, and whether it is in bytes.
fn amount(value: &Value, key: &str) -> Result<(u64, BudgetUnit), String> {
    let number = match value {
        Value::Integer(number) => u64::try_from(*number).ok().map(|number| (number, BudgetUnit::Count)),
        Value::String(text) => bytes(text).map(|number| (number, BudgetUnit::Bytes)),
        _ => None,
    };
    number.ok_or_else(|| {
        format!("{key} has to be a number or a size such as \"500kB\" or \"1.5MB\", not {value}")
    })
}

/// A size as users write it.
fn bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 8] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("b", 1),
        ("", 1),
    ];
    let lower = text.trim().to_ascii_lowercase();
    let (number, unit) =
        UNITS.iter().find_map(|&(name, unit)| Some((lower.strip_suffix(name)?.trim_end(), unit)))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number =
        |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !(fraction.is_empty() || is_number(fraction)) || number.ends_with('.') {
        return None;
    }
    let mut value = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut part = unit;
    for digit in fraction.bytes().take(9) {
        part /= 10;
        value = value.checked_add(u64::from(digit - b'0') * part)?;
    }
    Some(value)
}

/// A name, a glob with `*` and `?`, or a pattern between slashes.
fn pattern(text: &str) -> Result<Regex, String> {
    let pattern = match text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some(pattern) => pattern.to_owned(),
        None => {
            let escaped = text.chars().map(|c| match c {
                '*' => ".*".to_owned(),
                '?' => ".".to_owned(),
                c => regex::escape(&c.to_string()),
            });
            format!("^(?:{})$", escaped.collect::<String>())
        }
    };
    Regex::new(&pattern)
        .map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let sizes =
            [("500kB", 500_000), ("1.5MB", 1_500_000), ("2 GB", 2_000_000_000), ("12", 12), ("1KiB", 1024)];
        for (text, expected) in sizes {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        for text in ["", "MB", "-1kB", "1.MB", "1e9", "99999999999999999GB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused_with_the_nearest() {
        let refused = |text: &str| Budgets::parse(text).unwrap_err();
        assert!(
            refused("[growth]\ntotl = 1").starts_with("unknown key growth.totl; the nearest is growth.total")
        );
        assert!(refused("[grwth]\ntotal = 1").starts_with("unknown key grwth; the nearest is growth"));
        assert!(refused("[limits]\ndetached_node = 1").contains("limits.detached_nodes"));
        assert!(refused("[[container]]\nmach = \"x\"\ngrowth = 1").contains("container.match"));
        assert!(refused("[growth]\ntotal = true").contains("has to be a number or a size"));
        assert!(refused("[limits]\nnative_contexts = \"2MB\"").contains("without a unit"));
        assert!(refused("[growth\n").starts_with("line 1"));
        assert!(refused("").contains("sets no budget"));
        assert!(refused("[[container]]\nmatch = \"/(/\"\ngrowth = 1").contains("container.match /(/"));
    }

    #[test]
    fn names_globs_and_patterns_match_and_places_narrow() {
        let budget = |text: &str, at: Option<&str>| ContainerBudget {
            text: text.into(),
            pattern: pattern(text).unwrap(),
            at: at.map(str::to_owned),
            growth: 0,
        };
        assert!(budget("sessions.*", None).is_about("sessions.byToken", None));
        assert!(!budget("sessions", None).is_about("sessions.byToken", None));
        assert!(budget("/^s.+Token$/", None).is_about("sessions.byToken", None));
        let place = Some("seen by f at server.js:10");
        assert!(budget("leaks", Some("server.js:10")).is_about("leaks", place));
        assert!(budget("leaks", Some("server.js")).is_about("leaks", place));
        assert!(!budget("leaks", Some("server.js:1")).is_about("leaks", place));
        assert!(!budget("leaks", Some("ver.js")).is_about("leaks", place));
        assert!(!budget("leaks", Some("server.js")).is_about("leaks", None));
    }
}
