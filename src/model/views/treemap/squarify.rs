//! Lays out parts of a whole as nearly square rectangles that fill an area.
//!
//! After M. Bruls, K. Huizing, J. J. van Wijk, "Squarified Treemaps", Joint Eurographics and IEEE TCVG
//! Symposium on Visualization, 2000. Written as a loop: a row takes parts as long as its worst aspect ratio
//! does not increase, then the next one starts in the remaining area.

use crate::model::views::treemap::Area;

/// A rectangle for each part, in the same order. `sizes` are in descending order and above 0; the areas are
/// proportional to them and fill `room`. `O(parts)`.
pub(super) fn squarify(sizes: &[f64], room: Area) -> Vec<Area> {
    let whole: f64 = sizes.iter().sum();
    let scale = f64::from(room.width) * f64::from(room.height) / whole.max(f64::MIN_POSITIVE);
    let mut areas = Vec::with_capacity(sizes.len());
    let mut left = Free::of(room);
    let mut rest = sizes;
    while !rest.is_empty() {
        let side = left.width.min(left.height);
        let (mut sum, mut taken) = (0.0, 0);
        let mut worst = f64::INFINITY;
        for size in rest {
            let grown = sum + size * scale;
            let next = worst_ratio(grown, rest[0] * scale, size * scale, side);
            if taken > 0 && next > worst {
                break;
            }
            (sum, worst, taken) = (grown, next, taken + 1);
        }
        // Rounding errors go to the last row.
        let (row, more) = rest.split_at(taken);
        left.take(row.iter().map(|size| size * scale), sum, more.is_empty(), &mut areas);
        rest = more;
    }
    areas
}

/// The worst aspect ratio in a row of this area along `side`, whose parts are between these two.
fn worst_ratio(row: f64, largest: f64, smallest: f64, side: f64) -> f64 {
    let (row, side) = (row * row, side * side);
    (side * largest / row).max(row / (side * smallest).max(f64::MIN_POSITIVE))
}

/// The free part of the area. In `f64`, so that errors do not add up over thousands of parts.
struct Free {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Free {
    fn of(room: Area) -> Self {
        Self { x: room.x.into(), y: room.y.into(), width: room.width.into(), height: room.height.into() }
    }

    /// Lays out a row of parts along the shorter side.
    fn take(&mut self, parts: impl Iterator<Item = f64>, sum: f64, is_last: bool, areas: &mut Vec<Area>) {
        let is_upright = self.width >= self.height;
        let side = if is_upright { self.height } else { self.width };
        let room = if is_upright { self.width } else { self.height };
        let depth = if is_last { room } else { (sum / side.max(f64::MIN_POSITIVE)).min(room) };
        let mut at = 0.0;
        for part in parts {
            let length = side * part / sum.max(f64::MIN_POSITIVE);
            areas.push(match is_upright {
                true => area(self.x, self.y + at, depth, length),
                false => area(self.x + at, self.y, length, depth),
            });
            at += length;
        }
        match is_upright {
            true => (self.x, self.width) = (self.x + depth, self.width - depth),
            false => (self.y, self.height) = (self.y + depth, self.height - depth),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a place in a window")]
fn area(x: f64, y: f64, width: f64, height: f64) -> Area {
    Area { x: x as f32, y: y as f32, width: width as f32, height: height as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Area = Area { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    #[track_caller]
    fn check(sizes: &[f64]) {
        let areas = squarify(sizes, ROOM);
        assert_eq!(areas.len(), sizes.len());
        let whole: f64 = sizes.iter().sum();
        for (area, size) in areas.iter().zip(sizes) {
            let expected = size / whole * 240_000.0;
            let is = f64::from(area.width) * f64::from(area.height);
            assert!((is - expected).abs() < 1.0 + expected * 1e-3, "{is} for {expected}");
            assert!(area.x >= 9.99 && area.x + area.width <= 610.01, "{area:?}");
            assert!(area.y >= 19.99 && area.y + area.height <= 420.01, "{area:?}");
        }
        for (at, a) in areas.iter().enumerate() {
            for b in &areas[..at] {
                let across = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
                let down = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
                assert!(across < 0.01 || down < 0.01, "{a:?} lies over {b:?}");
            }
        }
    }

    #[test]
    fn areas_are_in_proportion_and_do_not_overlap() {
        check(&[1.0]);
        check(&[3.0, 3.0, 1.0]);
        check(&[1e12, 1.0]);
        let mut random = fastrand::Rng::with_seed(7);
        for count in [2, 10, 300] {
            let mut sizes: Vec<f64> = (0..count).map(|_| f64::from(random.u32(1..100_000))).collect();
            sizes.sort_by(|a, b| b.total_cmp(a));
            check(&sizes);
        }
        assert!(squarify(&[], ROOM).is_empty());
    }

    /// The example of the paper's figure 4: an area of 6 × 4.
    #[test]
    fn paper() {
        let room = Area { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let areas = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], room);
        let first = |at: usize| (areas[at].x, areas[at].y, areas[at].width, areas[at].height);
        assert_eq!(first(0), (0.0, 0.0, 3.0, 2.0));
        assert_eq!(first(1), (0.0, 2.0, 3.0, 2.0));
        let (x, y, width, height) = first(2);
        assert!(
            (x, y) == (3.0, 0.0) && (width - 12.0 / 7.0).abs() < 1e-5 && (height - 7.0 / 3.0).abs() < 1e-5
        );
    }
}
