//! What left the process, counted: for the summary, and for tests that hold us to a number of calls.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The counters at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// HTTP requests by `service:action`; pages and retries count each.
    pub sent: BTreeMap<String, usize>,
    /// Answers that said to slow down.
    pub throttles: usize,
    /// Requests that were sent again.
    pub retries: usize,
}

/// Takes notes while requests leave.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    sent: Vec<String>,
    throttles: usize,
    retries: usize,
}

impl Recorder {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // Counters stay true after a panic of a thread that holds them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sent(&self, name: String) {
        self.notes().sent.push(name);
    }

    pub(super) fn throttled(&self) {
        self.notes().throttles += 1;
    }

    pub(super) fn retried(&self) {
        self.notes().retries += 1;
    }

    /// How many were sent, and how many of them were throttled.
    pub(super) fn totals(&self) -> (usize, usize) {
        let notes = self.notes();
        (notes.sent.len(), notes.throttles)
    }

    pub(super) fn in_order(&self) -> Vec<String> {
        self.notes().sent.clone()
    }

    pub(super) fn stats(&self) -> Stats {
        let notes = self.notes();
        let mut sent = BTreeMap::new();
        for name in &notes.sent {
            *sent.entry(name.clone()).or_default() += 1;
        }
        Stats {
            sent,
            throttles: notes.throttles,
            retries: notes.retries,
        }
    }
}
