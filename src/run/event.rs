//! What a run reports while it lasts, and how it is asked to stop.

use std::time::Duration;

use futures::future::BoxFuture;

use super::read_back::Unconverged;
use crate::apply::{Event, Report};

/// What happens while a plan is carried out.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// A step began, waits, ended.
    Step(&'a Event),
    /// No step runs any more; reading back is next, if all were done.
    StepsEnded(&'a Report),
    /// AWS does not show everything yet, and is read again.
    ReadingBack {
        /// What it does not show; never empty.
        open: &'a [Unconverged],
        /// For how long it has been read back.
        elapsed: Duration,
        /// For how long it is read back at most.
        limit: Duration,
    },
}

/// Somebody outside who may ask a run to stop.
pub trait Signals: Send + Sync {
    /// Ends once the run was asked to stop so many times: once to start nothing new, twice to stop at once.
    fn requested(&self, times: u32) -> BoxFuture<'_, ()>;
}

/// Nobody: the run goes on to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSignals;

impl Signals for NoSignals {
    fn requested(&self, _: u32) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}
