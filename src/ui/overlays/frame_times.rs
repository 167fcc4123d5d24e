//! Optional frame-time overlay (own code only).

use crate::ui::theme::Palette;
use egui::{RichText, Ui};
use std::time::{Duration, Instant};

/// How many frames are remembered.
const FRAMES: usize = 120;
/// A frame that takes longer is late on a screen of 60 Hz.
const LATE: Duration = Duration::from_millis(16);

/// The last frames.
#[derive(Default)]
pub(crate) struct FrameTimes {
    frames: Vec<Duration>,
    next: usize,
    started: Option<Instant>,
    /// Time used in the current frame so far.
    used: Duration,
}

impl FrameTimes {
    /// A piece of our code begins.
    pub(crate) fn begin(&mut self) {
        self.started = Some(Instant::now());
    }

    /// It ends, and the frame goes on.
    pub(crate) fn pause(&mut self) {
        self.used += self.started.take().map_or(Duration::ZERO, |started| started.elapsed());
    }

    /// It ends, and the frame with it.
    pub(crate) fn end(&mut self) {
        self.pause();
        let used = std::mem::take(&mut self.used);
        self.add(used);
    }

    fn add(&mut self, used: Duration) {
        if self.frames.len() < FRAMES {
            self.frames.push(used);
        } else {
            self.frames[self.next] = used;
        }
        self.next = (self.next + 1) % FRAMES;
    }

    fn last(&self) -> Duration {
        let before = self.next.checked_sub(1).unwrap_or(FRAMES - 1);
        self.frames.get(before).copied().unwrap_or_default()
    }

    fn worst(&self) -> Duration {
        self.frames.iter().copied().max().unwrap_or_default()
    }
}

/// Draws the last frame's time and the worst one's.
pub(crate) fn frame_times_ui(ui: &mut Ui, times: &FrameTimes) {
    let palette = Palette::of(ui);
    let (last, worst) = (times.last(), times.worst());
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f32() * 1000.0);
    let text = format!("Frame {}, worst of {FRAMES} {}", ms(last), ms(worst));
    let color = if worst > LATE { palette.warning } else { palette.muted };
    ui.label(RichText::new(text).color(color))
        .on_hover_text("What this program's own code took, without drawing to the screen");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_the_last_frames_is_known() {
        let mut times = FrameTimes::default();
        times.add(Duration::from_millis(90));
        times.add(Duration::from_millis(5));
        assert_eq!((times.last(), times.worst()), (Duration::from_millis(5), Duration::from_millis(90)));
        for frame in 1..=119 {
            times.add(Duration::from_micros(frame));
        }
        assert_eq!((times.last(), times.worst()), (Duration::from_micros(119), Duration::from_millis(5)));
    }
}
