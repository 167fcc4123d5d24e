//! Colours, fonts and distances, dark and light: low saturation, dense, every text readable on its
//! background.

use crate::app::ThemeChoice;
use crate::model::Tone;
use crate::ui::fonts;
use egui::{
    Color32, Context, CornerRadius, FontId, Margin, Stroke, Style, TextStyle, Theme, ThemePreference,
    Visuals,
    style::{ScrollFadeStyle, ScrollStyle},
    vec2,
};

/// The height of a table's row, in points.
pub(super) const ROW_HEIGHT: f32 = 20.0;
/// The height of a table's head.
pub(super) const HEAD_HEIGHT: f32 = 24.0;

/// The colours that egui does not define.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// Plain text.
    pub text: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// Errors.
    pub error: Color32,
    /// Warnings.
    pub warning: Color32,
    /// The program's accent colour: marks, progress, focus.
    pub accent: Color32,
    /// Background of tables.
    pub background: Color32,
    /// Background of the selected row in the focused table.
    pub selected: Color32,
    /// Background of the selected row elsewhere.
    pub selected_elsewhere: Color32,
    /// Background of the row under the pointer.
    pub hovered: Color32,
    /// Background of every other row if numbers are far from their names.
    pub stripe: Color32,
    /// Bars beside sizes: their length is the share of the whole.
    pub bar: Color32,
    /// The whole that a bar is part of.
    pub track: Color32,
    /// Lines.
    pub line: Color32,
    /// Parts of a whole, in the order of Statistics.
    pub parts: [Color32; 7],
    /// Text on one of the parts.
    pub on_accent: Color32,
    /// Growth, in a map.
    pub more: Color32,
    /// Shrinkage, in a map.
    pub less: Color32,
    /// Unchanged, in a map.
    pub same: Color32,
    property: Color32,
    string: Color32,
    value: Color32,
    function: Color32,
    detached: Color32,
    grown: Color32,
    shrunk: Color32,
}

/// For dark surroundings.
pub(crate) const DARK: Palette = Palette {
    text: Color32::from_rgb(0xd8, 0xdb, 0xe0),
    muted: Color32::from_rgb(0xa3, 0xab, 0xb7),
    error: Color32::from_rgb(0xff, 0x8f, 0x86),
    warning: Color32::from_rgb(0xe8, 0xb3, 0x4b),
    accent: Color32::from_rgb(0x7c, 0xb1, 0xfa),
    background: Color32::from_rgb(0x1c, 0x1e, 0x22),
    selected: Color32::from_rgb(0x21, 0x3e, 0x63),
    selected_elsewhere: Color32::from_rgb(0x33, 0x38, 0x3f),
    hovered: Color32::from_rgb(0x26, 0x29, 0x2f),
    stripe: Color32::from_rgb(0x21, 0x23, 0x28),
    bar: Color32::from_rgb(0x5b, 0x94, 0xdb),
    track: Color32::from_rgb(0x2b, 0x2f, 0x37),
    line: Color32::from_rgb(0x35, 0x38, 0x40),
    parts: [
        Color32::from_rgb(0xd9, 0x8f, 0x5c),
        Color32::from_rgb(0xc9, 0xb4, 0x58),
        Color32::from_rgb(0x6a, 0xb1, 0x87),
        Color32::from_rgb(0x5a, 0xa9, 0xc4),
        Color32::from_rgb(0x7d, 0x93, 0xdb),
        Color32::from_rgb(0xb0, 0x83, 0xcc),
        Color32::from_rgb(0x8a, 0x90, 0x9c),
    ],
    on_accent: Color32::from_rgb(0x14, 0x16, 0x19),
    more: Color32::from_rgb(0xe8, 0x62, 0x5a),
    less: Color32::from_rgb(0x5f, 0xb8, 0x7a),
    same: Color32::from_rgb(0x8f, 0x95, 0x9f),
    property: Color32::from_rgb(0xd2, 0xa8, 0xf0),
    string: Color32::from_rgb(0xee, 0xaa, 0x88),
    value: Color32::from_rgb(0x97, 0xbf, 0xff),
    function: Color32::from_rgb(0x79, 0xcb, 0xd8),
    detached: Color32::from_rgb(0xff, 0x9d, 0x97),
    grown: Color32::from_rgb(0xff, 0x9c, 0x8a),
    shrunk: Color32::from_rgb(0x7f, 0xcf, 0x93),
};

/// For light surroundings.
pub(crate) const LIGHT: Palette = Palette {
    text: Color32::from_rgb(0x1f, 0x23, 0x28),
    muted: Color32::from_rgb(0x57, 0x60, 0x6b),
    error: Color32::from_rgb(0xab, 0x23, 0x1b),
    warning: Color32::from_rgb(0x7d, 0x51, 0x00),
    accent: Color32::from_rgb(0x16, 0x59, 0xba),
    background: Color32::from_rgb(0xff, 0xff, 0xff),
    selected: Color32::from_rgb(0xc9, 0xdf, 0xfc),
    selected_elsewhere: Color32::from_rgb(0xe1, 0xe4, 0xe9),
    hovered: Color32::from_rgb(0xf1, 0xf3, 0xf6),
    stripe: Color32::from_rgb(0xf7, 0xf8, 0xfa),
    bar: Color32::from_rgb(0x3d, 0x7c, 0xd0),
    track: Color32::from_rgb(0xe6, 0xea, 0xf0),
    line: Color32::from_rgb(0xd5, 0xd9, 0xdf),
    parts: [
        Color32::from_rgb(0xdd, 0x8a, 0x4e),
        Color32::from_rgb(0xd3, 0xb5, 0x3c),
        Color32::from_rgb(0x55, 0xa8, 0x78),
        Color32::from_rgb(0x41, 0x9f, 0xc0),
        Color32::from_rgb(0x66, 0x80, 0xd6),
        Color32::from_rgb(0xa5, 0x70, 0xc7),
        Color32::from_rgb(0x9a, 0xa0, 0xab),
    ],
    on_accent: Color32::from_rgb(0x10, 0x12, 0x15),
    more: Color32::from_rgb(0xdb, 0x4a, 0x3f),
    less: Color32::from_rgb(0x3a, 0x9a, 0x5c),
    same: Color32::from_rgb(0xc4, 0xc9, 0xd1),
    property: Color32::from_rgb(0x86, 0x30, 0x9f),
    string: Color32::from_rgb(0xa0, 0x39, 0x14),
    value: Color32::from_rgb(0x1a, 0x50, 0xb0),
    function: Color32::from_rgb(0x0a, 0x63, 0x74),
    detached: Color32::from_rgb(0xb4, 0x22, 0x27),
    grown: Color32::from_rgb(0xb3, 0x26, 0x1a),
    shrunk: Color32::from_rgb(0x18, 0x6a, 0x32),
};

impl Palette {
    /// The colours in force.
    pub(super) fn of(ctx: &Context) -> &'static Self {
        match ctx.theme() {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// The colour of a piece of a row's name.
    pub(super) fn tone(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Plain | Tone::Class => self.text,
            Tone::Property => self.property,
            Tone::Internal | Tone::Quiet => self.muted,
            Tone::StringText => self.string,
            Tone::Value => self.value,
            Tone::Function => self.function,
            Tone::Detached => self.detached,
            Tone::Grown => self.grown,
            Tone::Shrunk => self.shrunk,
        }
    }
}

/// Sets fonts, colours and distances, once.
pub(super) fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| {
            style.visuals = visuals(theme);
            style.text_styles = [
                (TextStyle::Heading, fonts::strong(17.0)),
                (TextStyle::Body, FontId::proportional(12.5)),
                (TextStyle::Button, FontId::proportional(12.5)),
                (TextStyle::Small, FontId::proportional(11.0)),
                (TextStyle::Monospace, FontId::monospace(11.5)),
            ]
            .into();
            style.spacing.item_spacing = vec2(6.0, 4.0);
            style.spacing.button_padding = vec2(8.0, 3.0);
            style.spacing.menu_margin = Margin::same(6);
            style.spacing.window_margin = Margin::same(14);
            style.spacing.interact_size.y = 22.0;
            style.interaction.selectable_labels = false;
            style.animation_time = 0.1;
            // A row that is half faded would look like one that does not count.
            let fade = ScrollFadeStyle { strength: 0.0, ..ScrollFadeStyle::default() };
            style.spacing.scroll = ScrollStyle { bar_width: 9.0, fade, ..ScrollStyle::solid() };
        });
    }
}

/// Follows the user's choice of dark and light.
pub(super) fn choose(ctx: &Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Dark => ThemePreference::Dark,
        ThemeChoice::Light => ThemePreference::Light,
    });
}

/// How egui paints its widgets.
pub(crate) fn visuals(theme: Theme) -> Visuals {
    let (mut visuals, palette, panel, raised, pressed, field) = match theme {
        Theme::Dark => (
            Visuals::dark(),
            &DARK,
            Color32::from_rgb(0x24, 0x27, 0x2c),
            Color32::from_rgb(0x33, 0x37, 0x3e),
            Color32::from_rgb(0x40, 0x45, 0x4e),
            Color32::from_rgb(0x17, 0x19, 0x1c),
        ),
        Theme::Light => (
            Visuals::light(),
            &LIGHT,
            Color32::from_rgb(0xf3, 0xf4, 0xf7),
            Color32::from_rgb(0xe3, 0xe6, 0xeb),
            Color32::from_rgb(0xd3, 0xd8, 0xe0),
            Color32::from_rgb(0xff, 0xff, 0xff),
        ),
    };
    visuals.panel_fill = panel;
    visuals.window_fill = panel;
    visuals.extreme_bg_color = field;
    visuals.faint_bg_color = palette.stripe;
    visuals.weak_text_color = Some(palette.muted);
    visuals.error_fg_color = palette.error;
    visuals.warn_fg_color = palette.warning;
    visuals.hyperlink_color = palette.accent;
    visuals.selection.bg_fill = palette.selected;
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.menu_corner_radius = CornerRadius::same(5);
    let widgets = &mut visuals.widgets;
    for state in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        state.corner_radius = CornerRadius::same(4);
        state.fg_stroke = Stroke::new(1.0, palette.text);
        state.bg_stroke = Stroke::NONE;
        state.expansion = 0.0;
    }
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, palette.line);
    widgets.inactive.weak_bg_fill = raised;
    widgets.inactive.bg_fill = raised;
    for state in [&mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
        state.weak_bg_fill = pressed;
        state.bg_fill = pressed;
    }
    // A focused widget has a ring around it.
    widgets.active.bg_stroke = Stroke::new(1.5, palette.accent);
    visuals
}

/// The look of the menu bar's menus: lines without frames, with space beside their texts.
pub(super) fn menu_style(style: &mut Style) {
    egui::containers::menu::menu_style(style);
    style.spacing.button_padding = vec2(8.0, 3.0);
}
