//! What a run is given: the way to AWS, the options, and what every step of it shares.

use std::collections::BTreeSet;
use std::time::Duration;

use super::event::Event;
use super::journal::Journal;
use super::precondition::Sightings;
use super::stop::Stop;
use super::wait::Waiter;
use crate::cloud::{Clock, Reads, Writes};
use crate::model::Address;
use crate::plan::StepId;

/// The way to AWS, both directions.
#[derive(Clone, Copy)]
pub struct Cloud<'a> {
    /// Asks.
    pub reads: &'a dyn Reads,
    /// Changes.
    pub writes: &'a dyn Writes,
}

/// How to run a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many steps may be at work at the same time; steps that pause do not count. 0 is taken as 1.
    pub parallelism: usize,
    /// How long AWS may take to see what this run did.
    pub propagation_timeout: Duration,
    /// How long a state may take to be reached: an instance to stop, an association to be made.
    pub wait_timeout: Duration,
    /// Resources that were made or changed shortly before this run, by a run that was interrupted: they are
    /// treated as if this run had made them.
    pub recent: BTreeSet<Address>,
}

impl Default for Options {
    /// 8 steps at a time, 2 minutes for propagation as Terraform's provider allows it, 5 for states.
    fn default() -> Self {
        Self {
            parallelism: 8,
            propagation_timeout: Duration::from_mins(2),
            wait_timeout: Duration::from_mins(5),
            recent: BTreeSet::new(),
        }
    }
}

/// What every step of a run shares.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) cloud: Cloud<'a>,
    pub(super) options: &'a Options,
    pub(super) clock: &'a dyn Clock,
    pub(super) journal: &'a dyn Journal,
    pub(super) events: &'a (dyn Fn(Event) + Send + Sync),
    pub(super) stop: &'a Stop,
    pub(super) sightings: &'a Sightings,
}

impl<'a> Context<'a> {
    pub(super) fn waiter(self, step: StepId) -> Waiter<'a> {
        Waiter {
            step,
            reads: self.cloud.reads,
            clock: self.clock,
            events: self.events,
            stop: self.stop,
            timeout: self.options.wait_timeout,
        }
    }
}
