//! Receives a snapshot or a timeline: chunks are written to disk immediately, nothing is kept in memory.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::capture::control::{CaptureControl, CapturePhase};
use crate::capture::error::CaptureError;
use crate::capture::message::RpcError;
use crate::capture::partial_file::PartialFile;
use crate::capture::session::{Received, Session, SessionEnd};

/// After this much silence the target is asked whether it is busy or blocked.
const SILENCE: Duration = Duration::from_secs(5);
const PROBE: Duration = Duration::from_secs(2);
/// No heap is that large: a server that sends more is not sending a snapshot.
const LARGEST_FILE: u64 = 256 << 30;

/// Results besides the file.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub bytes: u64,
    pub node_count: Option<u64>,
    /// Whether the target had to be paused.
    pub paused: bool,
}

#[derive(Deserialize)]
struct ObjectsDone {
    #[serde(default)]
    done: u64,
    #[serde(default)]
    total: u64,
}

struct Recording<'a> {
    file: PartialFile,
    control: &'a CaptureControl,
    heard: Instant,
    /// Something of the snapshot has arrived.
    began: bool,
    probe: Option<(u64, Instant)>,
    paused: bool,
}

/// Sends `method`, writes what arrives before its reply, and gives the file its final name if it is complete.
pub(crate) fn record(
    session: &mut Session,
    (method, params): (&str, Value),
    file: PartialFile,
    control: &CaptureControl,
) -> Result<Recorded, CaptureError> {
    control.start(CapturePhase::Asked);
    let mut recording =
        Recording { file, control, heard: Instant::now(), began: false, probe: None, paused: false };
    let received = recording.receive(session, method, &params);
    let paused = recording.paused;
    if paused && received.is_ok() {
        // The replies are not needed.
        for method in ["Debugger.resume", "Debugger.disable"] {
            let _ = session.send(method, &json!({}));
        }
    }
    let failure = match received {
        Ok(None) => None,
        Ok(Some(error)) => Some(refusal(&error)),
        Err(end) => {
            let (done, total) = control.objects();
            if end != SessionEnd::Lost {
                session.close();
            }
            Some(failure(&end, recording.file.len(), done, total))
        }
    };
    recording.complete(failure)
}

impl Recording<'_> {
    /// Reads until the reply; returns the error it may contain.
    fn receive(
        &mut self,
        session: &mut Session,
        method: &str,
        params: &Value,
    ) -> Result<Option<RpcError>, SessionEnd> {
        let id = session.send(method, params)?;
        loop {
            match session.next(self.control)? {
                Some(message) if message.id == Some(id) => return Ok(message.error),
                Some(message) => self.take(&message)?,
                None => self.look_after(session)?,
            }
        }
    }

    fn take(&mut self, message: &Received) -> Result<(), SessionEnd> {
        if message.is("HeapProfiler.addHeapSnapshotChunk") {
            self.file.append(|out| message.append_chunk(out)).ok_or(SessionEnd::Invalid)?;
            if self.file.len() > LARGEST_FILE {
                return Err(SessionEnd::Invalid);
            }
            self.control.set_bytes(self.file.len());
            self.hear(CapturePhase::Receiving);
        } else if message.is("HeapProfiler.reportHeapSnapshotProgress") {
            if let Some(progress) = message.params::<ObjectsDone>() {
                self.control.set_objects(progress.done, progress.total);
            }
            self.hear(CapturePhase::Preparing);
        } else if let Some((id, sent)) = self.probe
            && message.id == Some(id)
            && !self.began
        {
            // A late reply means that the target was blocked and runs again.
            if sent.elapsed() <= PROBE {
                self.control.enter(CapturePhase::Busy);
            } else {
                self.control.enter(CapturePhase::Asked);
                self.heard = Instant::now();
                self.probe = None;
            }
        }
        Ok(())
    }

    fn hear(&mut self, phase: CapturePhase) {
        self.began = true;
        self.heard = Instant::now();
        self.control.heard();
        self.control.enter(phase);
    }

    /// During silence: finds out why, and pauses a busy target if that is allowed.
    fn look_after(&mut self, session: &mut Session) -> Result<(), SessionEnd> {
        if self.began {
            return Ok(());
        }
        match self.probe {
            None if self.heard.elapsed() > SILENCE => {
                let id = session.send("Runtime.getIsolateId", &json!({}))?;
                self.probe = Some((id, Instant::now()));
            }
            Some((_, sent)) if sent.elapsed() > PROBE && self.control.phase() == CapturePhase::Asked => {
                self.control.enter(CapturePhase::Blocked);
            }
            _ => {}
        }
        if self.control.phase() == CapturePhase::Busy && self.control.may_pause() && !self.paused {
            session.send("Debugger.enable", &json!({}))?;
            session.send("Debugger.pause", &json!({}))?;
            self.paused = true;
        }
        Ok(())
    }

    fn complete(mut self, failure: Option<CaptureError>) -> Result<Recorded, CaptureError> {
        let failure = self.file.disk_error().or(failure).or_else(|| {
            let broken = "The target reported a complete file, but its end is missing.";
            (!self.file.looks_whole()).then(|| CaptureError::ended(broken))
        });
        self.control.enter(CapturePhase::Idle);
        if let Some(failure) = failure {
            return Err(failure.keeping(self.file.abandon()));
        }
        let node_count = node_count(self.file.head());
        let bytes = self.file.finish()?;
        Ok(Recorded { bytes, node_count, paused: self.paused })
    }
}

/// `"node_count":N` of the file's header.
fn node_count(head: &[u8]) -> Option<u64> {
    const KEY: &[u8] = b"\"node_count\":";
    let at = memchr::memmem::find(head, KEY)? + KEY.len();
    let digits: Vec<u8> = head[at..].iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

pub(crate) fn refusal(error: &RpcError) -> CaptureError {
    match error.code {
        -32601 => CaptureError::refused("This target cannot take heap snapshots: choose a page or a worker."),
        _ if error.message == "Failed to take heap snapshot" => {
            CaptureError::refused("V8 could not take a snapshot of this heap.")
        }
        _ => CaptureError::refused(format!("The target refused: {}.", error.message.trim_end_matches('.'))),
    }
}

/// The message for a session that ended after so many bytes and objects.
fn failure(end: &SessionEnd, bytes: u64, done: u64, total: u64) -> CaptureError {
    match end {
        SessionEnd::Lost if bytes == 0 => CaptureError::died_preparing(done, total),
        SessionEnd::Lost => CaptureError::died_sending(bytes),
        end => end_sentence(end, " during the snapshot"),
    }
}

/// The message for a session that ended `when`, without further details.
pub(crate) fn end_sentence(end: &SessionEnd, when: &str) -> CaptureError {
    match end {
        SessionEnd::Cancelled => CaptureError::cancelled(),
        SessionEnd::Lost => CaptureError::ended(format!("The process ended or closed the connection{when}.")),
        SessionEnd::Exiting => CaptureError::ended("The program is exiting, so the debugger was detached."),
        SessionEnd::Crashed => CaptureError::ended(format!("The page crashed{when}.")),
        SessionEnd::Detached(reason) if reason == "target_closed" => {
            CaptureError::ended(format!("The tab was closed{when}."))
        }
        SessionEnd::Detached(reason) => {
            CaptureError::ended(format!("The target detached the debugger{when}: {reason}."))
        }
        SessionEnd::WorkerGone => CaptureError::ended(format!("The worker ended{when}.")),
        SessionEnd::Invalid => {
            CaptureError::refused("The inspector sent what is not a message of its protocol.")
        }
    }
}
