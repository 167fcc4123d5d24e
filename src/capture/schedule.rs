//! The times of the captures of a series, all over one connection.

use std::time::{Duration, Instant};

use chrono::{DateTime, Local, NaiveTime, TimeDelta};

use crate::capture::connection::Connection;
use crate::capture::control::CaptureControl;
use crate::capture::error::CaptureError;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many captures, and when.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Maximum number.
    pub count: Option<u32>,
    /// Interval from start to start.
    pub every: Option<Duration>,
    /// Only while the used heap is larger than this.
    pub when_heap_over: Option<u64>,
    /// No capture after this time.
    pub until: Option<Instant>,
}

impl Schedule {
    /// Whether more than one capture may come.
    pub fn is_series(&self) -> bool {
        self.most() > 1
    }

    /// Without an interval one snapshot follows the other without a pause: no more than were asked for.
    fn most(&self) -> u32 {
        self.count.unwrap_or(if self.every.is_some() { u32::MAX } else { 1 })
    }

    /// Waits for the next capture after `taken`, the last of which started at `last`; `false` if there is
    /// none.
    pub fn wait_for_next(
        &self,
        connection: &mut Connection,
        taken: u32,
        last: Option<Instant>,
        control: &CaptureControl,
    ) -> Result<bool, CaptureError> {
        if taken >= self.most() {
            return Ok(false);
        }
        if let (Some(every), Some(last)) = (self.every, last) {
            let due = last.checked_add(every).unwrap_or(last);
            let end = self.until.map_or(due, |until| until.min(due));
            connection.wait(end.saturating_duration_since(Instant::now()), control)?;
        }
        loop {
            if self.until.is_some_and(|until| Instant::now() >= until) {
                return Ok(false);
            }
            let Some(limit) = self.when_heap_over else { return Ok(true) };
            if connection.heap_usage(control)?.is_some_and(|usage| usage.used > limit) {
                return Ok(true);
            }
            connection.wait(LOOK_EVERY, control)?;
        }
    }
}

/// Reads `500ms`, `30s`, `10m`, `1.5h` or `2d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    const LONGEST: f64 = 366.0 * 86_400.0;
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(at);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let seconds = number.trim().parse::<f64>().ok()? * seconds;
    (seconds > 0.0 && seconds <= LONGEST).then(|| Duration::from_secs_f64(seconds))
}

/// Reads a local time of day (`18:30`, the next one), a date and time with its zone, or a duration.
pub fn parse_until(text: &str) -> Option<Instant> {
    let left = if let Some(duration) = parse_duration(text) {
        duration
    } else if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        time.signed_duration_since(Local::now()).to_std().ok()?
    } else {
        let time =
            ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())?;
        let left = time.signed_duration_since(Local::now().time());
        let day = TimeDelta::days(1);
        (if left <= TimeDelta::zero() { left + day } else { left }).to_std().ok()?
    };
    Instant::now().checked_add(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_interval_makes_a_series_without_end() {
        let second = Duration::from_secs(1);
        let most = |count, every, until| Schedule { count, every, until, when_heap_over: Some(1) }.most();
        assert_eq!(most(None, None, Some(Instant::now() + second)), 1, "one, if the heap is large in time");
        assert_eq!(most(Some(3), None, None), 3);
        assert_eq!(most(None, Some(second), None), u32::MAX);
        assert_eq!(most(Some(2), Some(second), None), 2);
    }

    #[test]
    fn durations_are_read() {
        for (text, ms) in [("500ms", 500), ("30s", 30_000), ("10m", 600_000), ("1.5h", 5_400_000)] {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "10", "s", "-1s", "0s", "1y", "1e300d", "NaNs"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn an_end_lies_ahead() {
        for text in ["10s", "00:00", "23:59", "12:00:01", "2099-01-01T00:00:00Z"] {
            assert!(parse_until(text).is_some_and(|until| until > Instant::now()), "{text}");
        }
        for text in ["", "25:00", "soon", "1999-01-01T00:00:00Z"] {
            assert!(parse_until(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_schedule_knows_whether_it_is_a_series() {
        let every = Some(Duration::from_secs(1));
        assert!(!Schedule::default().is_series());
        assert!(!Schedule { count: Some(1), every, ..Schedule::default() }.is_series());
        assert!(Schedule { every, ..Schedule::default() }.is_series());
        assert!(Schedule { count: Some(2), ..Schedule::default() }.is_series());
    }
}
