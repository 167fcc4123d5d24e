//! The help over the window: where to begin, keys, terms.

use crate::app::{AppState, COMMANDS, Command};
use crate::ui::keys::shortcut_text;
use crate::ui::theme::Palette;
use egui::{Frame, Grid, Id, Modal, RichText, ScrollArea, Ui};

const STORY: [&str; 4] = [
    "Open two snapshots of one process: before and after what you suspect.",
    "In Comparison, sort by Alloc. size: new and grown objects come first.",
    "Open a constructor and select an object; Retainers shows who holds it.",
    "Follow the retainers down until a name is yours: that line holds the memory.",
];

const TABLE_KEYS: [(&str, &str); 11] = [
    ("↑ ↓", "Select the row above or below"),
    ("← →", "Close or open a row, or go to its parent or first child"),
    ("Home End", "First and last row"),
    ("Page up, Page down", "A page up or down"),
    ("Enter", "Open or close a row; in Retainers, show who holds its object (Alt+← goes back)"),
    ("Ctrl+← Ctrl+→", "Sort by the column to the left or right; Ctrl+↑ turns the order round"),
    ("Alt+→", "Forward, or if there is nothing ahead: open all below the row"),
    ("F6", "From the table in the middle to the retainers, and back"),
    ("Letters", "Go to the next row that begins with them"),
    ("Escape", "In the filter: clear it"),
    ("?", "This help"),
];

const WORDS: [(&str, &str); 5] = [
    ("Shallow size", "Bytes of the object alone"),
    ("Retained size", "Bytes that would be freed were the object gone"),
    ("Distance", "Fewest references between the object and a root"),
    ("Retainer", "An object with a reference to this one"),
    ("Alloc. size", "Bytes of new objects, and of those that grew where they were"),
];

/// The height of a line of keys.
const LINE: f32 = 17.0;
/// From this width on the keys take two columns.
const TWO_COLUMNS: f32 = 760.0;

/// Draws the help while it is shown.
pub(crate) fn help_ui(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    if !state.help_shown {
        return;
    }
    let modal = Modal::new(Id::unique("help")).frame(Frame::window(ui.style())).show(ui, |ui| {
        let room = ui.content_rect().size();
        ui.set_width((room.x - 80.0).clamp(240.0, 860.0));
        let area = ScrollArea::vertical().auto_shrink([false, true]).max_height((room.y - 130.0).max(120.0));
        area.show(ui, contents_ui);
        ui.separator();
        if ui.button("Close").clicked() {
            commands.push(Command::Dismiss);
        }
    });
    if modal.should_close() {
        commands.push(Command::Dismiss);
    }
}

fn contents_ui(ui: &mut Ui) {
    heading_ui(ui, "Finding a leak");
    for (number, step) in (1..).zip(STORY) {
        ui.label(format!("{number}.  {step}"));
    }
    heading_ui(ui, "Keys");
    let pairs = COMMANDS.iter().filter_map(|entry| Some((shortcut_text(ui, &entry.command)?, entry.label)));
    let table = TABLE_KEYS.iter().map(|&(keys, deed)| (keys.to_owned(), deed));
    let all: Vec<_> = pairs.chain(table).collect();
    if ui.available_width() < TWO_COLUMNS {
        pairs_ui(ui, "keys", all.into_iter());
    } else {
        let half = all.len().div_ceil(2);
        ui.columns(2, |columns| {
            pairs_ui(&mut columns[0], "keys", all[..half].iter().cloned());
            pairs_ui(&mut columns[1], "more keys", all[half..].iter().cloned());
        });
    }
    heading_ui(ui, "Terms");
    pairs_ui(ui, "words", WORDS.iter().map(|&(word, meaning)| (word.to_owned(), meaning)));
}

fn heading_ui(ui: &mut Ui, text: &str) {
    ui.add_space(8.0);
    ui.label(RichText::new(text).strong().size(15.0));
    ui.add_space(2.0);
}

fn pairs_ui<'a>(ui: &mut Ui, id_salt: &str, pairs: impl Iterator<Item = (String, &'a str)>) {
    let muted = Palette::of(ui).muted;
    ui.spacing_mut().interact_size.y = LINE;
    Grid::new(id_salt).num_columns(2).spacing([18.0, 2.0]).show(ui, |ui| {
        for (first, second) in pairs {
            ui.label(RichText::new(first).color(muted));
            ui.label(second);
            ui.end_row();
        }
    });
}
