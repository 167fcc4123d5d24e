//! How far a capture is.

use egui::{CornerRadius, Label, ProgressBar, RichText, Role, Ui, WidgetInfo};

use crate::app::{CaptureCommand, CaptureSession, CaptureWork, Command, SessionState};
use crate::capture::{CaptureControl, CapturePhase};
use crate::model::format;
use crate::ui::theme::Palette;

/// Seconds of silence that are told.
const SILENT: u64 = 5;

/// Draws what runs, with a button that stops it.
pub(super) fn progress_ui(ui: &mut Ui, session: &CaptureSession, commands: &mut Vec<Command>) {
    let SessionState::Working(work) = session.state else { return };
    let palette = Palette::of(ui);
    let control = session.control();
    let text = phase_text(control, work);
    ui.add(Label::new(RichText::new(&text)).wrap());
    let (done, total) = control.objects();
    let fraction = match control.phase() {
        CapturePhase::Preparing => format::share(done, total.max(1)),
        CapturePhase::Receiving => 1.0,
        _ => 0.0,
    };
    let bar = ProgressBar::new(fraction).desired_height(5.0).fill(palette.accent);
    ui.add(bar.corner_radius(CornerRadius::same(2)).animate(control.phase() == CapturePhase::Receiving))
        .widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &text));
    let silent = control.silent_seconds();
    let waits = matches!(control.phase(), CapturePhase::Preparing | CapturePhase::Receiving);
    if waits && silent >= SILENT {
        ui.label(RichText::new(format!("Nothing heard for {silent} s")).small().color(palette.warning));
    }
    trouble_ui(ui, control, commands);
    let is_lost = matches!(work, CaptureWork::Snapshot | CaptureWork::Series | CaptureWork::Timeline);
    let hint = if is_lost {
        "Stops and closes the connection: later snapshots cannot be compared object by object with those before"
    } else {
        "Stops and closes the connection"
    };
    if ui.button("Cancel").on_hover_text(hint).clicked() {
        commands.push(Command::Capture(CaptureCommand::Cancel));
    }
}

/// What can be done about a target that does not answer.
fn trouble_ui(ui: &mut Ui, control: &CaptureControl, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let warn = |ui: &mut Ui, text: &str| {
        ui.add(Label::new(RichText::new(text).color(palette.warning)).wrap());
    };
    match control.phase() {
        CapturePhase::Busy if control.may_pause() => {
            warn(ui, "The program is busy in a JavaScript loop: it is paused for the snapshot.");
        }
        CapturePhase::Busy => {
            warn(
                ui,
                "The program is busy in a JavaScript loop, or waits for a debugger: its snapshot comes when it is idle.",
            );
            let pause = ui.button("Pause it for the snapshot");
            if pause.on_hover_text("The debugger pauses it, which leaves a mark in its heap").clicked() {
                commands.push(Command::Capture(CaptureCommand::AllowPause));
            }
        }
        CapturePhase::Blocked => {
            warn(ui, "The program does not answer: it is blocked outside JavaScript, or stopped. Waiting.");
        }
        _ => {}
    }
}

fn phase_text(control: &CaptureControl, work: CaptureWork) -> String {
    match (control.phase(), work) {
        (CapturePhase::Preparing, _) => {
            let (done, total) = control.objects();
            let (done, total) = (format::format_count(done), format::format_count(total));
            format!("The program is paused and prepares the snapshot: {done} of {total} objects")
        }
        (CapturePhase::Receiving, _) => format!("{} received", format::format_size(control.bytes())),
        (CapturePhase::Recording, _) => "Recording allocations".into(),
        (CapturePhase::Sources, _) => "Fetching scripts and source maps".into(),
        (_, CaptureWork::Collection) => "Collecting garbage".into(),
        (_, CaptureWork::Workers) => "Looking for workers".into(),
        (CapturePhase::Idle, CaptureWork::Series) => "Waiting for the next snapshot of the series".into(),
        (CapturePhase::Idle, CaptureWork::Snapshot) => "Finishing the file".into(),
        _ => "Waiting for the program to answer".into(),
    }
}
