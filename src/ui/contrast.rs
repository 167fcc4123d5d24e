//! What a theme has to hold: contrast by WCAG 2.

use crate::model::Tone;
use crate::ui::theme::{DARK, LIGHT, visuals};
use egui::{Color32, Theme};

/// WCAG 2's relative luminance.
fn luminance(color: Color32) -> f32 {
    let linear = |part: u8| {
        let part = f32::from(part) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

/// WCAG 2's contrast of two colours; 4.5 is enough for text of any size.
fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_is_readable_on_every_ground_it_stands_on() {
    for (theme, palette) in [(Theme::Dark, &DARK), (Theme::Light, &LIGHT)] {
        let visuals = visuals(theme);
        let grounds = [
            palette.background,
            palette.selected,
            palette.selected_elsewhere,
            palette.hovered,
            palette.track,
            palette.stripe,
            visuals.panel_fill,
            visuals.extreme_bg_color,
            visuals.widgets.inactive.weak_bg_fill,
        ];
        let tones = [
            Tone::Plain,
            Tone::Property,
            Tone::Quiet,
            Tone::StringText,
            Tone::Value,
            Tone::Function,
            Tone::Detached,
            Tone::Grown,
            Tone::Shrunk,
        ];
        let texts = tones.map(|tone| palette.tone(tone));
        for text in texts.into_iter().chain([palette.error, palette.warning, palette.accent]) {
            for background in grounds {
                let contrast = contrast(text, background);
                assert!(contrast >= 4.5, "{theme:?}: {text:?} on {background:?} has {contrast}");
            }
        }
        let tiles = palette.parts.into_iter().chain([palette.more, palette.less, palette.same]);
        for tile in tiles {
            let contrast = contrast(palette.on_accent, tile);
            assert!(contrast >= 4.5, "{theme:?}: ink on {tile:?} has {contrast}");
        }
    }
}

#[test]
fn bars_and_changes_stand_out_from_every_ground() {
    for (theme, palette) in [(Theme::Dark, &DARK), (Theme::Light, &LIGHT)] {
        let grounds = [
            palette.background,
            palette.stripe,
            palette.selected,
            palette.selected_elsewhere,
            palette.hovered,
            palette.track,
            visuals(theme).panel_fill,
        ];
        let deltas = [palette.tone(Tone::Grown), palette.tone(Tone::Shrunk)];
        for bar in deltas.into_iter().chain([palette.bar, palette.accent]) {
            for background in grounds {
                let contrast = contrast(bar, background);
                assert!(contrast >= 3.0, "{theme:?}: {bar:?} on {background:?} has {contrast}");
            }
        }
        for tile in [palette.more, palette.less] {
            let contrast = contrast(tile, palette.background);
            assert!(contrast >= 3.0, "{theme:?}: {tile:?} on the ground has {contrast}");
        }
    }
}

/// Red and green that differ in nothing but their hue are one colour to many users.
#[test]
fn growth_and_shrinkage_lie_on_either_side_of_no_change() {
    for palette in [&DARK, &LIGHT] {
        let (more, less, same) = (palette.more, palette.less, palette.same);
        assert!(more.r() > more.g() && less.g() > less.r(), "{more:?} {less:?}");
        assert!(same.r().abs_diff(same.g()) < 24, "{same:?} has a hue of its own");
    }
}
