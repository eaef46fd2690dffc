//! `--events FILE`: what happens during an apply, as JSON lines in a file or a named pipe. Trouble with it is never trouble with
//! the apply.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::apply::{Event, Report};
use crate::cli::terminal::Failure;
use crate::plan::{Plan, Step};
use crate::render;

/// Where the lines go; nowhere when nobody asked.
pub(crate) struct EventFile(Option<Mutex<File>>);

impl EventFile {
    /// Opens the file, in the place of an older one.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let file = File::create(path).map_err(|error| {
            let message = format!("cannot write {}: {error}", path.display());
            Failure::other(message, Some("choose another file with `--events FILE`"))
        })?;
        Ok(Self(Some(Mutex::new(file))))
    }

    pub(crate) fn began(&self, plan: &Plan) {
        self.put(|| Some(render::began(plan, Timestamp::now())));
    }

    pub(crate) fn happened(&self, event: &Event, steps: &[Step]) {
        self.put(|| render::happened(event, steps, Timestamp::now()));
    }

    pub(crate) fn ended(&self, report: &Report, converged: bool, exit_code: u8) {
        self.put(|| {
            Some(render::ended(
                report,
                converged,
                exit_code,
                Timestamp::now(),
            ))
        });
    }

    fn put(&self, line: impl FnOnce() -> Option<Json>) {
        let Self(Some(file)) = self else { return };
        if let Some(line) = line() {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // In one piece, so that a reader never sees half a line.
            let _ = file.write_all(format!("{line}\n").as_bytes());
        }
    }
}
