//! Heap snapshots of running processes, over the inspector protocol: discovery, connection, recordings.
//!
//! A target is found with [`discover`] or [`inspect`], or made to open its inspector with [`SignalTarget`]; a
//! [`Connection`] carries out requests and is kept for all captures that will be compared. All calls block,
//! so they belong on their own thread; a [`CaptureControl`] shows progress and cancels.
//!
//! Everything that a target sends is untrusted: messages, files and lists have limits, and no name of a
//! target is used as a path.

mod address;
mod bun;
mod connection;
mod control;
mod discovery;
mod error;
mod estimate;
mod external_maps;
mod http;
mod message;
mod partial_file;
mod process;
mod recorder;
mod recording;
mod schedule;
mod scripts;
mod session;
mod workers;

pub use crate::capture::address::Address;
pub use crate::capture::connection::{CaptureOptions, Captured, Connection, Destination};
pub use crate::capture::control::{CaptureControl, CapturePhase};
pub use crate::capture::discovery::{Endpoint, Runtime, Target, choose, discover, inspect};
pub use crate::capture::error::{CaptureError, CaptureErrorKind};
pub use crate::capture::estimate::{CaptureEstimate, HeapUsage};
pub use crate::capture::process::{SignalTarget, has_clients};
pub use crate::capture::recorder::{CaptureEvent, CaptureRequest, Recorder};
pub use crate::capture::schedule::{Schedule, parse_duration, parse_until};
