//! Files dragged over the window and dropped on it.

use crate::app::Command;
use crate::ui::theme::Palette;
use egui::{Align2, CornerRadius, FontId, Id, LayerId, Order, Stroke, StrokeKind, Ui};

/// Opens what was dropped, and says so while it hangs over the window.
pub(crate) fn drop_ui(ui: &Ui, commands: &mut Vec<Command>) {
    let (dropped, hovered) = ui.input(|input| {
        let dropped: Vec<_> = input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect();
        (dropped, input.raw.hovered_files.len())
    });
    let paths: Vec<_> = dropped.into_iter().filter(|path| !path.as_os_str().is_empty()).collect();
    if !paths.is_empty() {
        commands.push(Command::OpenFiles(paths));
    }
    if hovered == 0 {
        return;
    }
    let palette = Palette::of(ui);
    let rect = ui.content_rect();
    let painter = ui.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop overlay")));
    painter.rect_filled(rect, CornerRadius::ZERO, palette.background.gamma_multiply(0.88));
    let frame = rect.shrink(18.0);
    painter.rect_stroke(frame, CornerRadius::same(10), Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    let text = match hovered {
        1 => "Drop to open this snapshot".to_owned(),
        2 => "Drop to compare these two snapshots".to_owned(),
        more => format!("Drop to open these {more} snapshots"),
    };
    painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(20.0), palette.text);
}
