//! Commands that take a snapshot, to be copied from the start page.

use crate::app::Command;
use crate::ui::theme::Palette;
use egui::{Button, CornerRadius, Label, Margin, RichText, Role, Ui, WidgetInfo};

/// A way to take a snapshot.
struct Snippet {
    title: &'static str,
    help: &'static str,
    code: &'static str,
}

const SNIPPETS: [Snippet; 6] = [
    Snippet {
        title: "In code",
        help: "Writes Heap.….heapsnapshot into the current folder and returns its name. The process is paused meanwhile.",
        code: "require('node:v8').writeHeapSnapshot()",
    },
    Snippet {
        title: "By a signal",
        help: "Start the program so; each kill -USR2 PID then writes a snapshot into its current folder.",
        code: "node --heapsnapshot-signal=SIGUSR2 app.js",
    },
    Snippet {
        title: "Before it runs out of memory",
        help: "Writes up to two snapshots when the heap comes near its limit.",
        code: "node --heapsnapshot-near-heap-limit=2 app.js",
    },
    Snippet {
        title: "In Docker",
        help: "Needs a program started with --heapsnapshot-signal=SIGUSR2 as process 1. Waits until the file no longer grows.",
        code: "docker exec NAME sh -c 'kill -USR2 1; sleep 20; cat \"$(ls -t Heap.*.heapsnapshot | head -n1)\"' > app.heapsnapshot",
    },
    Snippet {
        title: "In Kubernetes",
        help: "The same in a pod: the node of the cluster needs no access for you.",
        code: "kubectl exec POD -- sh -c 'kill -USR2 1; sleep 20; cat \"$(ls -t Heap.*.heapsnapshot | head -n1)\"' > app.heapsnapshot",
    },
    Snippet {
        title: "From a running process",
        help: "Over the inspector of Node.js, Chrome, Deno or Bun; keeps ids, so that two captures can be compared.",
        code: "heaplens capture --help",
    },
];

/// Draws all of them, each with a button that copies it.
pub(crate) fn snippets_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    for snippet in &SNIPPETS {
        snippet_ui(ui, snippet, commands);
    }
    let text = "In Chrome: DevTools, Memory, Heap snapshot, Take snapshot, Save";
    ui.add(Label::new(RichText::new(text).color(Palette::of(ui).muted)).wrap());
}

fn snippet_ui(ui: &mut Ui, snippet: &Snippet, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.label(snippet.title).on_hover_text(snippet.help);
    let frame = egui::Frame::NONE
        .fill(palette.background)
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin { left: 8, right: 4, top: 3, bottom: 3 });
    frame.show(ui, |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let copy = ui.add(Button::new("Copy").small()).on_hover_text("Put this on the clipboard");
            copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Copy: {}", snippet.title)));
            if copy.clicked() {
                commands.push(Command::CopyText(snippet.code.to_owned()));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let code = Label::new(RichText::new(snippet.code).monospace()).truncate();
                ui.add(code).on_hover_text(format!("{}\n\n{}", snippet.help, snippet.code));
            });
        });
    });
    ui.add_space(2.0);
}
