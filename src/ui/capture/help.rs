//! How to reach a process that runs elsewhere: lines to copy.

use egui::{Button, Label, RichText, TextStyle, Ui};

use crate::app::Command;
use crate::ui::theme::Palette;

/// A place where a program runs, and the lines that make its inspector reachable from here.
struct Way {
    place: &'static str,
    lines: &'static [&'static str],
    then: &'static str,
}

const WAYS: [Way; 8] = [
    Way {
        place: "Node on this machine",
        lines: &["node --inspect server.js"],
        then: "It appears in the list by itself.",
    },
    Way {
        place: "Node that already runs",
        lines: &["kill -USR1 PID"],
        then: "Its inspector opens on 127.0.0.1:9229 until the process ends.",
    },
    Way {
        place: "Kubernetes",
        lines: &["kubectl exec POD -- kill -USR1 1", "kubectl port-forward POD 9229:9229"],
        then: "Connect to 9229. 1 is the process id of a container's only program.",
    },
    Way {
        place: "Docker",
        lines: &[
            "docker exec CONTAINER kill -USR1 1",
            "docker run --rm -it --network container:CONTAINER alpine/socat TCP-LISTEN:9230,fork TCP:127.0.0.1:9229",
        ],
        then: "Connect to the container's address, port 9230; or start Node with --inspect=0.0.0.0:9229 and publish the \
               port as -p 127.0.0.1:9229:9229.",
    },
    Way {
        place: "Another machine",
        lines: &["ssh HOST kill -USR1 PID", "ssh -N -L 9229:127.0.0.1:9229 HOST"],
        then: "Connect to 9229. The tunnel is encrypted; the inspector's protocol is not.",
    },
    Way {
        place: "pm2",
        lines: &["pm2 pid NAME", "kill -USR1 $(pm2 pid NAME)"],
        then: "In a cluster, each worker is a process of its own, with a port of its own.",
    },
    Way {
        place: "Chrome, Edge or Electron",
        lines: &["chromium --remote-debugging-port=9222 --user-data-dir=/tmp/profile"],
        then: "Every page, frame and worker is a target of its own.",
    },
    Way {
        place: "Deno, Bun",
        lines: &["deno run --inspect server.ts", "bun --inspect server.ts"],
        then: "Bun needs leave to run Bun.generateHeapSnapshot(\"v8\"), and the ws:// address it prints.",
    },
];

/// Draws the lines, each with a button that copies it.
pub(super) fn help_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    for way in WAYS {
        ui.add_space(6.0);
        ui.label(RichText::new(way.place).strong());
        for line in way.lines {
            ui.horizontal_top(|ui| {
                let copy = ui.add(Button::new("Copy").small()).on_hover_text("Put the line on the clipboard");
                if copy.clicked() {
                    commands.push(Command::CopyText((*line).to_owned()));
                }
                ui.add(
                    Label::new(RichText::new(*line).text_style(TextStyle::Monospace)).wrap().selectable(true),
                );
            });
        }
        ui.add(Label::new(RichText::new(way.then).small().color(palette.muted)).wrap());
    }
}
