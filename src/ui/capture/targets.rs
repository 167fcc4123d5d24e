//! What can be captured: programs of this machine, and an address.

use egui::{Button, Key, Label, RichText, TextEdit, Ui};

use crate::app::{AppState, CaptureCommand, CapturePanel, Command};
use crate::capture::Endpoint;
use crate::model::format::sanitize;
use crate::ui::theme::Palette;

/// Maximum characters of a name that comes from another program.
const LONGEST_NAME: usize = 120;

/// Draws the list and the field.
pub(super) fn targets_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let panel = &state.capture;
    ui.label(RichText::new("On this machine").strong());
    match &panel.found {
        None => {
            ui.label(RichText::new("Looking for programs…").color(palette.muted));
        }
        Some(found) => {
            for (number, endpoint) in found.endpoints.iter().enumerate() {
                ui.push_id(("endpoint", number), |ui| {
                    endpoint_ui(ui, endpoint, |target| CaptureCommand::Connect(number, target), commands);
                });
            }
            for (number, (process, command_line)) in found.processes.iter().enumerate() {
                let text = format!("{} (process {})", sanitize(command_line, LONGEST_NAME), process.pid());
                let hint = "It runs without an inspector; a signal opens one";
                let button = ui.add(Button::new(text).wrap().frame(true)).on_hover_text(hint);
                if button.clicked() {
                    commands.push(Command::Capture(CaptureCommand::AskProcess(number)));
                }
            }
            if found.endpoints.is_empty() && found.processes.is_empty() {
                let text = "No Node, Deno or Chrome with an open inspector was found. Start the program with --inspect; \
                            this list follows.";
                ui.add(Label::new(RichText::new(text).color(palette.muted)).wrap());
            }
        }
    }
    asked_ui(ui, panel, commands);
    ui.add_space(10.0);
    ui.label(RichText::new("At an address").strong());
    address_ui(ui, panel, commands);
    if let Some(problem) = &panel.problem {
        ui.add(Label::new(RichText::new(problem).color(palette.error)).wrap());
    }
    if let Some(endpoint) = &panel.at_address {
        endpoint_ui(ui, endpoint, CaptureCommand::ConnectAtAddress, commands);
    }
}

/// A program with its targets.
fn endpoint_ui(
    ui: &mut Ui,
    endpoint: &Endpoint,
    connect: impl Fn(usize) -> CaptureCommand,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let process = endpoint.pid.map_or_else(String::new, |pid| format!(", process {pid}"));
    let version = sanitize(&endpoint.version, LONGEST_NAME);
    let line = format!("{version} on {}{process}", endpoint.socket);
    let offered = endpoint.targets.iter().enumerate().filter(|(_, target)| !target.is_internal);
    for (number, target) in offered {
        let name = if target.title.is_empty() { &target.url } else { &target.title };
        let name = sanitize(name, LONGEST_NAME);
        let text = if target.kind == "node" {
            name
        } else {
            format!("{} · {name}", sanitize(&target.kind, LONGEST_NAME))
        };
        let button = ui.add_enabled(target.path.is_some(), Button::new(text).wrap());
        let button = button
            .on_hover_text(format!("Connect to {}", sanitize(&target.url, LONGEST_NAME)))
            .on_disabled_hover_text("Another debugger is attached");
        if button.clicked() {
            commands.push(Command::Capture(connect(number)));
        }
    }
    ui.add(Label::new(RichText::new(line).small().color(palette.muted)).wrap());
}

fn address_ui(ui: &mut Ui, panel: &CapturePanel, commands: &mut Vec<Command>) {
    let mut text = panel.address.clone();
    ui.horizontal(|ui| {
        let room = (ui.available_width() - 80.0).max(80.0);
        let field = TextEdit::singleline(&mut text).desired_width(room);
        let field = ui.add(field.hint_text("9229, host:port or ws://…"));
        field.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Address of an inspector")
        });
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let can_look = !text.trim().is_empty() && !panel.is_looking_up();
        if (ui.add_enabled(can_look, Button::new("Connect")).clicked() || is_entered) && can_look {
            commands.push(Command::Capture(CaptureCommand::LookUp));
        }
    });
    if text != panel.address {
        commands.insert(0, Command::Capture(CaptureCommand::EditAddress(text)));
    }
    let mut choices = panel.choices.clone();
    let hint = "The protocol has no password and no encryption, and gives full control of the process: \
                a tunnel such as ssh -L is safer";
    if ui.checkbox(&mut choices.allows_remote, "Also on other machines").on_hover_text(hint).changed() {
        commands.push(Command::Capture(CaptureCommand::Choose(Box::new(choices))));
    }
}

/// Asks before a process gets a signal.
fn asked_ui(ui: &mut Ui, panel: &CapturePanel, commands: &mut Vec<Command>) {
    let Some(process) = &panel.asked_process else { return };
    let text = format!(
        "Send SIGUSR1 to process {}? It opens its inspector on this machine until it ends.",
        process.pid()
    );
    ui.add_space(4.0);
    ui.add(Label::new(text).wrap());
    ui.horizontal(|ui| {
        for (label, agrees) in [("Send it", true), ("Don't", false)] {
            if ui.button(label).clicked() {
                commands.push(Command::Capture(CaptureCommand::Answer(agrees)));
            }
        }
    });
}
