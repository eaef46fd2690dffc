//! Looks right before a call whether its resource is still the one that was planned for, and still ours. What tells that
//! stands in the step; sending is `attempt`'s.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::context::Context;
use super::ending::AttemptError;
use crate::cloud::{Class, Condition, Fault};
use crate::model::Address;
use crate::plan::Step;

/// How long a look at a resource counts: calls that follow each other at once share one.
const FRESH: Duration = Duration::from_secs(1);
/// The same for what this run has made, which another stack hardly takes over at once.
const JUST_MADE: Duration = Duration::from_mins(1);

/// Until when what the run has seen of each resource counts. At its beginning it has just seen all of them.
#[derive(Debug)]
pub(super) struct Sightings {
    of_all: Duration,
    of_one: Mutex<BTreeMap<Address, Duration>>,
}

impl Sightings {
    pub(super) fn new(began: Duration) -> Self {
        Self {
            of_all: began + FRESH,
            of_one: Mutex::default(),
        }
    }

    /// Notes that the run has made a resource.
    pub(super) fn made(&self, address: &Address, now: Duration) {
        self.note(address, now + JUST_MADE);
    }

    fn is_fresh(&self, address: &Address, now: Duration) -> bool {
        let of_one = self.of_one.lock().unwrap_or_else(PoisonError::into_inner);
        now < of_one.get(address).copied().unwrap_or(self.of_all)
    }

    fn note(&self, address: &Address, until: Duration) {
        let mut of_one = self.of_one.lock().unwrap_or_else(PoisonError::into_inner);
        of_one.insert(address.clone(), until);
    }
}

/// Verifies the precondition of a step. A call that removes the resource is never sent on what was seen before, and neither is
/// one that comes after a pause, unless this run has just made the resource.
pub(super) async fn verify(
    context: Context<'_>,
    step: &Step,
    paused: bool,
) -> Result<(), AttemptError> {
    let Some(condition) = &step.precondition else {
        return Ok(());
    };
    let now = context.clock.elapsed();
    // A pause uses up what an earlier look was good for.
    let pause = if paused { FRESH } else { Duration::ZERO };
    let is_fresh = context.sightings.is_fresh(&step.address, now + pause);
    if step.removes.is_none() && is_fresh {
        return Ok(());
    }
    let outcome = context.cloud.reads.ask(&condition.read).await;
    if condition.expect.holds(&outcome) == Some(true) {
        context.sightings.note(&step.address, now + FRESH);
        return Ok(());
    }
    match outcome {
        Ok(_) => Err(AttemptError::fault(violated(condition))),
        // What that means for the call is known when AWS answers it.
        Err(fault) if fault.is_missing() => Ok(()),
        Err(fault) if fault.class == Class::Throttled => Err(AttemptError::Unasked(fault)),
        Err(fault) => Err(AttemptError::fault(fault)),
    }
}

fn violated(condition: &Condition) -> Fault {
    let message = format!(
        "{} is not what the plan found any more: it was created again, or belongs to somebody else now; the call was not sent",
        condition.about
    );
    let fault = condition
        .read
        .call()
        .fault(Class::State, "PreconditionFailed", &message);
    fault.hinted("plan again to see what it is now")
}
