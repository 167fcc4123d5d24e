//! A connection: the heap as it is, and what can be captured.

use egui::{Button, CollapsingHeader, Label, RichText, TextEdit, Ui};

use crate::app::{AppState, CaptureChoices, CaptureCommand, CaptureSession, Command, SessionState};
use crate::capture::{CaptureEstimate, Captured};
use crate::model::format;
use crate::ui::capture::chart::heap_chart_ui;
use crate::ui::capture::progress::progress_ui;
use crate::ui::theme::Palette;

/// Draws the connection.
pub(super) fn session_ui(
    ui: &mut Ui,
    state: &AppState,
    session: &CaptureSession,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    ui.add(Label::new(RichText::new(&session.title).strong().size(15.0)).wrap());
    ui.add(Label::new(RichText::new(&session.runtime).small().color(palette.muted)).wrap());
    match &session.state {
        SessionState::Connecting => {
            ui.label(RichText::new("Connecting…").color(palette.muted));
        }
        SessionState::Ended(reason) => {
            ui.add(Label::new(RichText::new(reason).color(palette.warning)).wrap());
        }
        SessionState::Ready | SessionState::Working(_) => {}
    }
    heap_ui(ui, session);
    ui.add_space(4.0);
    if session.is_working() {
        progress_ui(ui, session, commands);
    } else if session.is_asking() {
        question_ui(ui, session, commands);
    } else if session.is_ready() {
        actions_ui(ui, state, session, commands);
    }
    if let Some(failure) = &session.failure {
        ui.add(Label::new(RichText::new(failure).color(palette.error)).wrap());
    }
    captured_ui(ui, session, commands);
    ui.add_space(6.0);
    let is_over = matches!(session.state, SessionState::Ended(_));
    let (label, hint) = match is_over {
        true => ("Choose another program", "Look for programs again"),
        false => ("Disconnect", "Detach from the program; later snapshots get new object ids"),
    };
    if ui.add_enabled(!session.is_working(), Button::new(label)).on_hover_text(hint).clicked() {
        commands.push(Command::Capture(CaptureCommand::Disconnect));
    }
}

/// The heap now and over time, and what a snapshot costs.
fn heap_ui(ui: &mut Ui, session: &CaptureSession) {
    let palette = Palette::of(ui);
    let Some(estimate) = &session.estimate else { return };
    let usage = estimate.usage;
    let text =
        format!("Heap {} used of {}", format::format_size(usage.used), format::format_size(usage.total));
    ui.label(text);
    if !session.history.is_empty() {
        heap_chart_ui(ui, &session.history, &session.marks);
    }
    let mut facts = Vec::new();
    if usage.backing_storage > 0 {
        facts.push(format!("Buffers {}", format::format_size(usage.backing_storage)));
    }
    if let Some(resident) = estimate.resident {
        facts.push(format!("Process {}", format::format_size(resident)));
    }
    if let Some(limit) = estimate.limit {
        facts.push(format!("Limit of its container {}", format::format_size(limit)));
    }
    if !facts.is_empty() {
        let text = facts.join(" · ");
        ui.add(Label::new(RichText::new(text).small().color(palette.muted)).wrap());
    }
    ui.add(Label::new(RichText::new(cost(estimate)).small().color(palette.muted)).wrap());
}

/// What a snapshot costs the program.
fn cost(estimate: &CaptureEstimate) -> String {
    let ((shortest, longest), (least, most)) = (estimate.pause_seconds, estimate.extra_bytes);
    let pause = if shortest == 0 { "up to".to_owned() } else { format!("{shortest} to") };
    format!(
        "A snapshot stops the program for {pause} {longest} s; meanwhile it needs {} to {} more memory",
        format::format_size(least),
        format::format_size(most)
    )
}

/// Asks before a costly capture.
fn question_ui(ui: &mut Ui, session: &CaptureSession, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let Some(estimate) = &session.estimate else { return };
    let text = if estimate.may_exceed_limit() {
        "The snapshot may take more memory than the container allows, which would end the program."
    } else {
        "The heap is large: the program does not respond while the snapshot is prepared."
    };
    ui.add(Label::new(RichText::new(text).color(palette.warning)).wrap());
    ui.horizontal(|ui| {
        for (label, agrees) in [("Take it", true), ("Don't", false)] {
            if ui.button(label).clicked() {
                commands.push(Command::Capture(CaptureCommand::Answer(agrees)));
            }
        }
    });
}

fn actions_ui(ui: &mut Ui, state: &AppState, session: &CaptureSession, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let mut button = |ui: &mut Ui, label: &str, hint: &str, command: CaptureCommand| {
        if ui.button(label).on_hover_text(hint).clicked() {
            commands.push(Command::Capture(command));
        }
    };
    let is_first = !session.captured.iter().any(is_snapshot);
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.weak_bg_fill = palette.selected;
        let (label, hint) = match is_first {
            true => ("Take snapshot", "Opens it when it is complete"),
            false => ("Take another", "Opens it compared with the one before, object by object"),
        };
        button(ui, label, hint, CaptureCommand::Take);
    });
    button(
        ui,
        "Collect garbage",
        "A snapshot does that by itself; this shows what is left",
        CaptureCommand::CollectGarbage,
    );
    let mut choices = state.capture.choices.clone();
    CollapsingHeader::new("Series").id_salt("series").show(ui, |ui| {
        ui.horizontal(|ui| {
            field_ui(ui, &mut choices.count, "Snapshots of the series");
            ui.label("snapshots, every");
            field_ui(ui, &mut choices.interval, "Interval of the series");
        });
        button(ui, "Take series", "Opens all of them when the last is complete", CaptureCommand::TakeSeries);
    });
    CollapsingHeader::new("Allocation timeline").id_salt("timeline").show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label("For");
            field_ui(ui, &mut choices.duration, "Length of the timeline");
        });
        ui.checkbox(&mut choices.records_stacks, "With stacks")
            .on_hover_text("Who allocated what; slows the program");
        button(ui, "Record", "Opens the timeline when it is complete", CaptureCommand::Record);
    });
    CollapsingHeader::new("Options").id_salt("options").show(ui, |ui| {
        options_ui(ui, &mut choices, session);
        button(ui, "Choose folder…", "Where captures are stored", CaptureCommand::ChooseFolder);
        button(ui, "Workers…", "List the worker threads of this program", CaptureCommand::ListWorkers);
    });
    if let Some(workers) = &session.workers {
        if workers.is_empty() {
            ui.label(RichText::new("It has no workers").color(palette.muted));
        }
        for (number, worker) in workers.iter().enumerate() {
            button(
                ui,
                &format!("Worker {}", format::sanitize(worker, 120)),
                "Connect to this worker instead",
                CaptureCommand::ConnectWorker(number),
            );
        }
    }
    folder_ui(ui, state, commands);
    if choices != state.capture.choices {
        commands.insert(0, Command::Capture(CaptureCommand::Choose(Box::new(choices))));
    }
}

/// Where captures go.
fn folder_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let folder = state.capture_folder();
    if !state.capture.is_folder_typed {
        let text = format!("Stored in {}", folder.display());
        ui.add(Label::new(RichText::new(text).small().color(palette.muted)).wrap());
        return;
    }
    let mut text = folder.display().to_string();
    ui.label("Folder of captures");
    let field = ui.add(TextEdit::singleline(&mut text).desired_width(f32::INFINITY));
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Folder of captures"));
    if field.changed() {
        commands.push(Command::Capture(CaptureCommand::SetFolder(text.into())));
    }
}

fn options_ui(ui: &mut Ui, choices: &mut CaptureChoices, session: &CaptureSession) {
    ui.checkbox(&mut choices.keeps_numbers, "Keep numbers")
        .on_hover_text("Numbers with their values, 12 % more objects; take both sides of a comparison alike");
    ui.checkbox(&mut choices.collects_garbage, "Collect garbage twice")
        .on_hover_text("Once before the snapshot, which collects it again");
    let text = "Scripts and source maps are stored in the file beside the snapshot: source text, which may hold secrets. \
                They are fetched with the second snapshot or when you disconnect, because fetching marks the heap. \
                Takes effect with the next connection";
    ui.checkbox(&mut choices.keeps_sources, "Keep scripts").on_hover_text(text);
    if session.is_bun {
        ui.checkbox(&mut choices.allows_evaluation, "Run code in Bun").on_hover_text(
            "Bun.generateHeapSnapshot(\"v8\") is run in the program; Bun gives no snapshot otherwise",
        );
    }
}

fn field_ui(ui: &mut Ui, text: &mut String, name: &str) {
    let field = ui.add(TextEdit::singleline(text).desired_width(48.0));
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, name));
}

fn is_snapshot(captured: &Captured) -> bool {
    captured.sidecar.is_some()
}

/// The files so far.
fn captured_ui(ui: &mut Ui, session: &CaptureSession, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    if session.captured.is_empty() {
        return;
    }
    ui.add_space(6.0);
    ui.label(RichText::new("Captured").strong());
    for (number, captured) in session.captured.iter().enumerate() {
        let name = captured.path.file_name().unwrap_or_default().to_string_lossy();
        let link = ui.link(name).on_hover_text(captured.path.display().to_string());
        if link.clicked() {
            commands.push(Command::OpenFiles(vec![captured.path.clone()]));
        }
        let mut facts = format!("{}, {:.1} s", format::format_size(captured.bytes), captured.seconds);
        if number > 0 && captured.ids_kept == Some(true) {
            facts += ", comparable with the captures before";
        }
        ui.label(RichText::new(facts).small().color(palette.muted));
        for warning in &captured.warnings {
            ui.add(Label::new(RichText::new(warning).small().color(palette.warning)).wrap());
        }
    }
}
