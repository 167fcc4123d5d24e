//! Leaks that are known and accepted, each with a reason and an expiry date.

use serde::{Deserialize, Serialize};

/// One accepted leak.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLeak {
    /// Its fingerprint.
    pub fingerprint: String,
    /// A description for the reader.
    #[serde(default)]
    pub who: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is accepted, as `2026-12-31`; `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// The file of accepted leaks.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLeaks {
    /// The leaks.
    #[serde(default, rename = "leak")]
    pub leaks: Vec<KnownLeak>,
}

impl KnownLeaks {
    /// Reads the file; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        for leak in &known.leaks {
            if let Some(expires) = &leak.expires
                && !is_day(expires)
            {
                return Err(format!(
                    "{}: expires has to be a day such as \"2026-12-31\", not {expires:?}",
                    leak.fingerprint
                ));
            }
        }
        Ok(known)
    }

    /// The entry of a fingerprint that is accepted on the day `today`.
    pub fn accepted(&self, fingerprint: &str, today: &str) -> Option<&KnownLeak> {
        let is_valid = |leak: &&KnownLeak| leak.expires.as_deref().is_none_or(|expires| expires >= today);
        self.leaks.iter().filter(|leak| leak.fingerprint == fingerprint).find(is_valid)
    }

    /// The entries as the text of a file.
    pub fn text(&self) -> String {
        toml::to_string(self).expect("texts are written as they are")
    }
}

fn is_day(text: &str) -> bool {
    let is_digits =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts[..], [year, month, day] if is_digits(year, 4) && is_digits(month, 2) && is_digits(day, 2)
        && ("01"..="12").contains(&month) && ("01"..="31").contains(&day))
}

/// The date at so many seconds since 1970, as `2026-12-31`. By Howard Hinnant's calendar of days.
pub fn day_of(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + days / 146_097 * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leak(expires: Option<&str>) -> KnownLeak {
        KnownLeak {
            fingerprint: "f00d".into(),
            who: "a\"]\n[[leak]]\n".into(),
            reason: "'''\u{1b}\"\"\"".into(),
            expires: expires.map(str::to_owned),
        }
    }

    #[test]
    fn hostile_names_are_read_back_as_they_were_written() {
        let known = KnownLeaks { leaks: vec![leak(None), leak(Some("2026-12-31"))] };
        assert_eq!(KnownLeaks::parse(&known.text()), Ok(known));
    }

    #[test]
    fn a_leak_is_accepted_until_its_day_is_over() {
        let known = KnownLeaks { leaks: vec![leak(Some("2026-12-31"))] };
        assert!(known.accepted("f00d", "2026-12-31").is_some());
        assert!(known.accepted("f00d", "2027-01-01").is_none());
        assert!(known.accepted("beef", "2026-01-01").is_none());
    }

    #[test]
    fn what_is_no_day_and_no_key_is_refused() {
        let entry = |more: &str| format!("[[leak]]\nfingerprint = \"a\"\nreason = \"b\"\n{more}");
        assert!(KnownLeaks::parse(&entry("expires = \"soon\"")).unwrap_err().contains("has to be a day"));
        assert!(KnownLeaks::parse(&entry("expire = \"2026-01-01\"")).unwrap_err().contains("expire"));
        assert!(KnownLeaks::parse(&entry("expires = \"2026-01-01\"")).is_ok());
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_of(0), "1970-01-01");
        assert_eq!(day_of(1_709_210_096), "2024-02-29");
        assert_eq!(day_of(1_795_824_000), "2026-11-28");
    }
}
