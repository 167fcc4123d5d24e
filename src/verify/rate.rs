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

/// The running times of both programs between their snapshots.
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
    /// For both pairs: `requests` as the user counted them for each, or as the captures recorded them.
    pub fn of(leaking: [&Snapshot; 2], fixed: Option<[&Snapshot; 2]>, requests: Option<f64>) -> Self {
        if requests.is_some() {
            return Self { unit: RateUnit::Request, leaking: requests, fixed: requests };
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
    fn requests_and_times_are_differences() {
        let capture = |requests, taken| CaptureInfo { requests, taken, ..CaptureInfo::default() };
        let (first, second) = (capture(Some(100), Some(0)), capture(Some(500), Some(120_000)));
        assert_eq!(measured(RateUnit::Request, &first, &second), Some(400.0));
        assert_eq!(measured(RateUnit::Minute, &first, &second), Some(2.0));
        assert_eq!(measured(RateUnit::Request, &second, &first), None, "not that way round");
        assert_eq!(measured(RateUnit::Request, &first, &capture(None, None)), None);
    }
}
