//! The faces of the window: one for text, its heavier weight for headings, one for code, ids and commands.

use egui::{FontData, FontDefinitions, FontFamily, FontId};
use std::sync::Arc;

/// The family of headings and names that stand out.
const STRONG: &str = "strong";

/// The bundled faces by name. The figures of the first two all have one width.
const FACES: [(&str, &[u8]); 3] = [
    ("Inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf")),
    ("Inter SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
    ("JetBrains Mono", include_bytes!("../../assets/fonts/JetBrainsMonoNL-Regular.ttf")),
];

/// The bundled faces, each followed by egui's own for characters that it does not have.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in FACES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let mut fallbacks = fonts.families.remove(&FontFamily::Proportional).unwrap_or_default();
    // The proportional fallback has no arrows and triangles; the monospaced one does.
    fallbacks.push("Hack".to_owned());
    let code = fonts.families.remove(&FontFamily::Monospace).unwrap_or_default();
    let family = |first: &str, rest: &[String]| -> Vec<String> {
        std::iter::once(first.to_owned()).chain(rest.iter().cloned()).collect()
    };
    fonts.families = [
        (FontFamily::Proportional, family("Inter", &fallbacks)),
        (FontFamily::Name(STRONG.into()), family("Inter SemiBold", &fallbacks)),
        (FontFamily::Monospace, family("JetBrains Mono", &code)),
    ]
    .into();
    fonts
}

/// The heavier weight.
pub(super) fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Context, RawInput};

    /// The width of each text in a font.
    fn widths(font: &FontId, texts: &[&str]) -> Vec<f32> {
        let context = Context::default();
        context.set_fonts(definitions());
        let mut widths = Vec::new();
        let mut output = context.run_ui(RawInput::default(), |ui| {
            let width = |text: &&str| {
                ui.painter().layout_no_wrap((*text).to_owned(), font.clone(), egui::Color32::WHITE).size().x
            };
            widths = texts.iter().map(width).collect();
        });
        output.textures_delta.clear();
        widths
    }

    #[test]
    fn all_figures_have_one_width() {
        for font in [FontId::proportional(13.0), strong(13.0), FontId::monospace(12.0)] {
            let widths = widths(&font, &["1111111", "8888888", "0479253"]);
            assert!(widths.iter().all(|width| (width - widths[0]).abs() < 0.1), "{font:?}: {widths:?}");
        }
    }

    #[test]
    fn text_is_proportional_and_code_is_not() {
        let text = widths(&FontId::proportional(13.0), &["iiii", "mmmm"]);
        assert!(text[0] < text[1] / 2.0, "{text:?}");
        let code = widths(&FontId::monospace(12.0), &["iiii", "mmmm", "--=>"]);
        assert!(code.iter().all(|width| (width - code[0]).abs() < 0.1), "{code:?}");
    }
}
