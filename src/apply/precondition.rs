//! Looks right before a call whether its resource is still the one that was planned for, and still ours. What tells that
//! stands in the step; sending is `attempt`'s.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::attempt::AttemptError;
use super::context::Context;
use crate::cloud::{Class, Condition, Fault};
use crate::model::Address;
use crate::plan::Step;

/// How long what was seen of a resource counts. Between two calls that follow each other at once nobody can look.
const FRESH: Duration = Duration::from_secs(1);

/// When the run last saw each resource as planned for. At its beginning it has just seen all of them.
#[derive(Debug)]
pub(super) struct Sightings {
    began: Duration,
    seen: Mutex<BTreeMap<Address, Duration>>,
}

impl Sightings {
    pub(super) fn new(began: Duration) -> Self {
        let seen = Mutex::default();
        Self { began, seen }
    }

    fn is_fresh(&self, address: &Address, now: Duration) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.get(address).copied().unwrap_or(self.began);
        now.saturating_sub(last) < FRESH
    }

    fn note(&self, address: &Address, now: Duration) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(address.clone(), now);
    }
}

/// Verifies the precondition of a step. A call that removes the resource, or comes after a pause, is never sent on what was
/// seen before.
pub(super) async fn verify(
    context: Context<'_>,
    step: &Step,
    paused: bool,
) -> Result<(), AttemptError> {
    let Some(condition) = &step.precondition else {
        return Ok(());
    };
    let now = context.clock.elapsed();
    let trusts = !paused && step.removes.is_none();
    if trusts && context.sightings.is_fresh(&step.address, now) {
        return Ok(());
    }
    let outcome = context.cloud.reads.ask(&condition.read).await;
    if condition.expect.holds(&outcome) == Some(true) {
        context.sightings.note(&step.address, now);
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
