//! What a run does: reads manifests, plans, checks a saved plan against AWS, carries a plan out, reads back, rehearses.
//! It knows no command line, no terminal and no exit code: options come in as plain structs, what happens goes out as
//! [`RunEvent`] and [`RunError`].

mod abandoned;
mod again;
mod error;
mod event;
mod execute;
mod plan;
mod project;
mod read_back;
mod recheck;
pub mod rehearsal;
mod saved;

use crate::cloud::{Clock, Meter, Reads, Writes};
use crate::kinds::SurveyScope;
use crate::live;
use crate::model::{AwsScope, Caller, Desired, Live};

pub use again::check_manifests;
pub use error::RunError;
pub use event::{NoSignals, RunEvent, Signals};
pub use execute::{Outcome, execute, execute_steps};
pub use plan::{PlanRequest, Planned, compose, plan, release};
pub use project::{ManifestFiles, Project};
pub use read_back::{ReadBack, Unconverged};
pub use recheck::recheck;
pub use saved::{as_saved, check_age, checked};

/// One account and region, seen by one caller. Nothing can be changed through it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Asks.
    pub reads: &'a dyn Reads,
    /// Account, partition, region.
    pub scope: &'a AwsScope,
    /// Who asks.
    pub caller: &'a Caller,
}

impl View<'_> {
    /// Reads what there is of a declaration.
    pub async fn survey(self, desired: &Desired, within: SurveyScope) -> Result<Live, RunError> {
        let live = live::survey(self.reads, self.scope, self.caller, desired, within).await;
        live.map_err(RunError::Survey)
    }
}

/// What it takes to carry a plan out.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Where the plan was made.
    pub view: View<'a>,
    /// Changes.
    pub writes: &'a dyn Writes,
    /// Counts the calls.
    pub meter: &'a dyn Meter,
    /// Measures time, waits, and draws jitter.
    pub clock: &'a dyn Clock,
    /// Is given everything that happens.
    pub events: &'a (dyn Fn(RunEvent<'_>) + Send + Sync),
    /// Asks the run to stop.
    pub signals: &'a dyn Signals,
}

impl<'a> Run<'a> {
    /// A run that reports nothing on the way and goes on to its end.
    pub fn silent<C: Writes + Meter>(view: View<'a>, client: &'a C, clock: &'a dyn Clock) -> Self {
        Self {
            view,
            writes: client,
            meter: client,
            clock,
            events: &|_| (),
            signals: &NoSignals,
        }
    }
}
