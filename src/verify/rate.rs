//! Growth per request or per minute, if the running times of the programs are known.

use crate::snapshot::{CaptureInfo, Snapshot};

/// What growth is divided by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RateUnit {
    /// Requests, or whatever the user counts.
    #[default]
    Request,
    /// Minutes between captures.
    Minute,
}

impl RateUnit {
    /// For people and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Minute => "minute",
        }
    }
}

/// How long each pair ran, as the user counted it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Counted {
    /// What was counted.
    pub unit: RateUnit,
    /// How many.
    pub number: f64,
}

impl Counted {
    /// What was typed: requests before minutes.
    pub fn of(requests: Option<f64>, minutes: Option<f64>) -> Option<Self> {
        let counted = |unit, number: Option<f64>| {
            number.filter(|number| number.is_finite() && *number > 0.0).map(|number| Self { unit, number })
        };
        counted(RateUnit::Request, requests).or_else(|| counted(RateUnit::Minute, minutes))
    }
}

/// How long both programs ran between their snapshots.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rates {
    /// The unit.
    pub unit: RateUnit,
    /// In the leaking pair.
    pub leaking: Option<f64>,
    /// In the fixed pair.
    pub fixed: Option<f64>,
}

impl Rates {
    /// Of both pairs: what the user counted for each, or what the captures recorded.
    pub fn of(leaking: [&Snapshot; 2], fixed: Option<[&Snapshot; 2]>, counted: Option<Counted>) -> Self {
        if let Some(Counted { unit, number }) = counted {
            return Self { unit, leaking: Some(number), fixed: Some(number) };
        }
        let by = |unit: RateUnit| {
            let measure = |[first, second]: [&Snapshot; 2]| {
                measured(unit, &first.source().capture, &second.source().capture)
            };
            Self { unit, leaking: measure(leaking), fixed: fixed.and_then(measure) }
        };
        let counted = by(RateUnit::Request);
        if counted.leaking.is_some() { counted } else { by(RateUnit::Minute) }
    }

    /// Growth of `bytes` in the fixed pair as a rate.
    pub fn of_fixed(&self, bytes: i64) -> Option<f64> {
        self.fixed.map(|units| bytes as f64 / units)
    }

    /// Growth of `bytes` in the leaking pair as a rate.
    pub fn of_leaking(&self, bytes: i64) -> Option<f64> {
        self.leaking.map(|units| bytes as f64 / units)
    }

    /// The factor by which growth in the fixed pair is multiplied for comparison with the leaking pair.
    pub fn weight(&self) -> f64 {
        match (self.leaking, self.fixed) {
            (Some(leaking), Some(fixed)) => leaking / fixed,
            _ => 1.0,
        }
    }
}

fn measured(unit: RateUnit, first: &CaptureInfo, second: &CaptureInfo) -> Option<f64> {
    const MINUTE: f64 = 60_000.0;
    let between = |from: Option<u64>, to: Option<u64>| {
        let more = to?.checked_sub(from?).filter(|&more| more > 0)?;
        // Counts and milliseconds are far below 2^52.
        Some(more as f64)
    };
    match unit {
        RateUnit::Request => between(first.requests, second.requests),
        RateUnit::Minute => between(first.taken, second.taken).map(|milliseconds| milliseconds / MINUTE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_counted_is_a_number_above_zero() {
        let counted = |unit, number| Some(Counted { unit, number });
        assert_eq!(Counted::of(Some(5.0), Some(2.0)), counted(RateUnit::Request, 5.0));
        assert_eq!(Counted::of(Some(0.0), Some(1.5)), counted(RateUnit::Minute, 1.5));
        assert_eq!(Counted::of(Some(f64::NAN), Some(-1.0)), None);
    }

    #[test]
    fn requests_and_times_are_differences() {
        let capture = |requests, taken| CaptureInfo { requests, taken, ..CaptureInfo::default() };
        let (first, second) = (capture(Some(100), Some(0)), capture(Some(500), Some(120_000)));
        assert_eq!(measured(RateUnit::Request, &first, &second), Some(400.0));
        assert_eq!(measured(RateUnit::Minute, &first, &second), Some(2.0));
        assert_eq!(measured(RateUnit::Request, &second, &first), None, "not that way round");
        assert_eq!(measured(RateUnit::Request, &first, &capture(None, None)), None);
    }
}
