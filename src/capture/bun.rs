//! Bun: its engine is not V8, but it writes V8's format if code in it is run, with the user's consent.

use serde::Deserialize;
use serde_json::json;

use crate::capture::control::{CaptureControl, CapturePhase};
use crate::capture::error::CaptureError;
use crate::capture::partial_file::PartialFile;
use crate::capture::recording::{Recorded, end_sentence};
use crate::capture::session::Session;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluated {
    result: Snapshot,
    #[serde(default)]
    was_thrown: bool,
}

#[derive(Deserialize)]
struct Snapshot {
    value: String,
}

/// Runs `Bun.generateHeapSnapshot("v8")` and writes what it returns, which comes as one text.
pub(crate) fn record(
    session: &mut Session,
    mut file: PartialFile,
    consent: bool,
    control: &CaptureControl,
) -> Result<Recorded, CaptureError> {
    if !consent {
        file.abandon();
        return Err(CaptureError::refused(
            "This is Bun, whose inspector has no V8 snapshots. If you agree (--evaluate), Heaplens runs \
             `Bun.generateHeapSnapshot(\"v8\")` in it.",
        ));
    }
    control.start(CapturePhase::Preparing);
    let code = json!({"expression": "Bun.generateHeapSnapshot(\"v8\")", "returnByValue": true});
    let reply = session.call_with(("Runtime.evaluate", code), None, control, &mut |_| {});
    control.enter(CapturePhase::Idle);
    let reply = match reply {
        Ok(reply) => reply,
        Err(end) => {
            file.abandon();
            return Err(end_sentence(&end, " during the snapshot"));
        }
    };
    let found: Option<Evaluated> = reply.and_then(|reply| reply.result());
    let Some(found) = found.filter(|found| !found.was_thrown) else {
        file.abandon();
        return Err(CaptureError::refused("Bun could not take a snapshot."));
    };
    file.append(|out| {
        out.extend_from_slice(found.result.value.as_bytes());
        Some(())
    });
    // Bun puts the sections in an order of its own, so only the braces are looked at.
    let is_whole = found.result.value.starts_with('{') && found.result.value.trim_end().ends_with('}');
    if let Some(error) = file.disk_error() {
        return Err(error.keeping(file.abandon()));
    }
    if !is_whole {
        return Err(CaptureError::refused("Bun returned no snapshot.").keeping(file.abandon()));
    }
    let bytes = file.finish()?;
    Ok(Recorded { bytes, node_count: None, paused: false })
}
