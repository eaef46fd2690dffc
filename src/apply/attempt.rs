//! The life of one step: look up, be ready, send, understand the answer, settle. Which step lives when is
//! `executor`'s; what an error means is `retry`'s.

use std::collections::BTreeMap;
use std::time::Duration;

use super::context::Context;
use super::ending::{AttemptError, Ended, StepError};
use super::event::{Effect, Event, Limit};
use super::ledger::History;
use super::merge::{self, Former};
use super::precondition;
use super::refusals::Refusals;
use super::retry::{Decision, Known, Situation, decide};
use super::send::{SendError, send};
use super::wait::{Interrupted, Slot, Waiter};
use crate::cloud::backoff::Backoff;
use crate::cloud::{Class, Condition, Fault, Lookup, Merge, Merged, WhenNone, WriteCall};
use crate::plan::Step;

/// One step on its way.
pub(super) struct Attempt<'a> {
    context: Context<'a>,
    waiter: Waiter<'a>,
    slot: Slot<'a>,
    step: &'a Step,
    history: History,
    must_be_ready: bool,
    sent: u32,
    accepted: bool,
    /// What the last call was made from, where the step merges into a policy.
    former: Option<Former>,
    refusals: Refusals,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        context: Context<'a>,
        slot: Slot<'a>,
        step: &'a Step,
        history: History,
    ) -> Self {
        Self {
            context,
            waiter: context.waiter(step.id),
            slot,
            step,
            history,
            must_be_ready: !step.ready.is_empty(),
            sent: 0,
            accepted: false,
            former: None,
            refusals: Refusals::default(),
        }
    }

    /// Runs the step to its end.
    pub(super) async fn run(mut self) -> Ended {
        let started = self.context.clock.elapsed();
        let result = self.effect().await;
        Ended {
            result,
            attempts: self.sent,
            effect: self.done_to_aws(),
            throttles: self.refusals.of(Class::Throttled),
            elapsed: self.context.clock.elapsed().saturating_sub(started),
        }
    }

    fn done_to_aws(&self) -> Effect {
        if self.accepted {
            Effect::Accepted
        } else if self.refusals.are_ambiguous() {
            Effect::Unknown
        } else {
            Effect::None
        }
    }

    async fn effect(&mut self) -> Result<(), StepError> {
        self.reach().await?;
        // Whatever the last attempt was answered: the effect is there, and an attempt of ours made it.
        self.accepted = self.sent > 0;
        let step = self.step;
        if let Some(made) = &step.makes {
            let now = self.context.clock.elapsed();
            self.context.sightings.made(made, now);
        }
        if let Some(merge) = &step.merge {
            self.stand(merge).await?;
        }
        if let Some(settled) = &step.settled {
            self.wait_until(settled).await?;
        }
        Ok(())
    }

    /// Looks whether the merged statement stands, and begins again from a fresh read where another writer overwrote it.
    async fn stand(&mut self, merge: &Merge) -> Result<(), StepError> {
        for time in 1.. {
            let Some(former) = self.former.take() else {
                return Ok(());
            };
            let stands = merge::stands(&self.waiter, &mut self.slot, merge, &former).await;
            if stands.map_err(|failure| StepError::of(failure, &merge::about(merge)))? {
                return Ok(());
            }
            let fault = merge::overwritten(merge);
            self.note(&fault);
            if time == merge::ATTEMPTS {
                return Err(StepError::Fault(fault));
            }
            let delay = self.delay(Backoff::QUICK, fault.class);
            let (reason, limit) = (merge::about(merge), Limit::Attempts(merge::ATTEMPTS));
            self.pause(delay, reason, limit, fault.class).await?;
            self.reach().await?;
        }
        Ok(())
    }

    /// Attempts until the effect is there or it is clear that it will not be.
    async fn reach(&mut self) -> Result<(), StepError> {
        loop {
            let (fault, sent) = match self.once().await {
                Ok(()) => return Ok(()),
                Err(AttemptError::Refused(fault)) => (fault, true),
                Err(AttemptError::Unasked(fault)) => (fault, false),
                Err(AttemptError::Final(cause)) => return Err(cause),
            };
            self.note(&fault);
            if self.is_reached_after(fault, sent).await? {
                return Ok(());
            }
        }
    }

    fn note(&mut self, fault: &Fault) {
        self.refusals.note(fault, self.context.clock.elapsed());
    }

    /// One attempt: ids are looked up right before the call, because they may change at any time.
    async fn once(&mut self) -> Result<(), AttemptError> {
        let Some(mut found) = self.look_up().await? else {
            return Ok(());
        };
        let mut paused = self.refusals.all() > 0;
        if self.must_be_ready && self.become_ready().await? {
            let Some(fresh) = self.look_up().await? else {
                return Ok(());
            };
            (found, paused) = (fresh, true);
        }
        let step = self.step;
        precondition::verify(self.context, step, paused).await?;
        let call = match &step.merge {
            Some(merge) => match self.merged(merge).await? {
                Merged::Unchanged => return Ok(()),
                Merged::Policy(policy) => {
                    found.insert(merge.name.clone(), policy);
                    &step.call
                }
                Merged::Nothing => merge.emptied.as_ref().unwrap_or(&step.call),
            },
            None => &step.call,
        };
        let call = call.filled(&found);
        let call = call.map_err(|name| AttemptError::fault(self.unfilled(&name)))?;
        self.send(&call).await
    }

    /// The policy as it is now, with the statement merged. Read last of all: a write of another tool that comes between would be
    /// overwritten.
    async fn merged(&mut self, merge: &Merge) -> Result<Merged, AttemptError> {
        self.former = None;
        let former = merge::read(self.context.cloud.reads, merge).await;
        let former = former.map_err(|fault| match fault.class {
            Class::Throttled => AttemptError::Unasked(fault),
            _ => AttemptError::fault(fault),
        })?;
        let merged = merge.apply(former.as_deref());
        let merged =
            merged.map_err(|error| AttemptError::fault(merge::unreadable(merge, &error)))?;
        if merged != Merged::Unchanged {
            self.former = Some(former);
        }
        Ok(merged)
    }

    /// Waits until the step is ready; says whether that took any time.
    async fn become_ready(&mut self) -> Result<bool, AttemptError> {
        let step = self.step;
        let mut waited = Duration::ZERO;
        for ready in &step.ready {
            waited += self.wait_until(ready).await.map_err(AttemptError::Final)?;
        }
        self.refusals.leave_out(waited);
        self.must_be_ready = false;
        Ok(!waited.is_zero())
    }

    /// The values for the call; `None` when there is nothing to do any more.
    async fn look_up(&self) -> Result<Option<BTreeMap<String, String>>, AttemptError> {
        let mut found = BTreeMap::new();
        for lookup in &self.step.lookups {
            let value = match self.context.cloud.reads.ask(&lookup.read).await {
                Ok(answer) => lookup.find(&answer).map(str::to_owned),
                Err(fault) if fault.is_missing() => None,
                Err(fault) if fault.class == Class::Throttled => {
                    return Err(AttemptError::Unasked(fault));
                }
                Err(fault) => return Err(AttemptError::fault(fault)),
            };
            match (value, lookup.when_none) {
                (Some(value), _) => found.insert(lookup.name.clone(), value),
                (None, WhenNone::Done) => return Ok(None),
                (None, WhenNone::Fail) => return Err(AttemptError::Unasked(nothing_found(lookup))),
            };
        }
        Ok(Some(found))
    }

    async fn send(&mut self, call: &WriteCall) -> Result<(), AttemptError> {
        if self.context.stop.is_requested() {
            return Err(AttemptError::Final(StepError::Interrupted {
                waiting_for: None,
            }));
        }
        let outcome = send(self.context, self.step, call, self.sent + 1).await;
        let unsent = matches!(outcome, Err(SendError::NotRecorded { sent: false, .. }));
        self.sent += u32::from(!unsent);
        self.accepted = matches!(
            outcome,
            Ok(()) | Err(SendError::NotRecorded { sent: true, .. })
        );
        outcome.map_err(|error| match error {
            SendError::Refused(fault) => AttemptError::Refused(fault),
            SendError::NotRecorded { fault, sent: _ } => AttemptError::fault(fault),
        })
    }

    /// Finds out what an error means and waits as long as that takes. `true` when the effect is there all
    /// the same, `false` when the call should be sent again.
    async fn is_reached_after(&mut self, fault: Fault, sent: bool) -> Result<bool, StepError> {
        let step = self.step;
        let (mut goal, mut ready) = (unasked(step.goal.as_slice()), unasked(&step.ready));
        loop {
            match decide(&self.situation(&fault, sent, goal, ready)) {
                Decision::CheckGoal => goal = self.ask(step.goal.as_slice()).await,
                Decision::CheckReady => ready = self.ask(&step.ready).await,
                Decision::Done => return Ok(true),
                Decision::AwaitReady => {
                    self.must_be_ready = true;
                    return Ok(false);
                }
                Decision::Retry {
                    backoff,
                    reason,
                    limit,
                } => {
                    let delay = self.delay(backoff, fault.class);
                    let pausing = self.pause(delay, reason, limit, fault.class);
                    return pausing.await.map(|()| false);
                }
                Decision::Fail { hint } => {
                    let hint = hint.or(fault.hint.clone());
                    return Err(StepError::Fault(Fault { hint, ..fault }));
                }
            }
        }
    }

    fn situation<'s>(
        &'s self,
        fault: &'s Fault,
        sent: bool,
        goal: Known,
        ready: Known,
    ) -> Situation<'s> {
        Situation {
            step: self.step,
            fault,
            sent,
            repeats: self.refusals.repeats(fault.class),
            ambiguous: self.refusals.are_ambiguous(),
            elapsed: self.refused_for(fault.class),
            budget: self.context.options.propagation_timeout,
            history: &self.history,
            goal,
            ready,
        }
    }

    /// The pause before the next attempt, such that the last one comes when the budget is used up.
    fn delay(&self, backoff: Backoff, class: Class) -> Duration {
        let delay = backoff.delay(self.refusals.of(class), self.context.clock.chance());
        let budget = self.context.options.propagation_timeout;
        match budget.saturating_sub(self.refused_for(class)) {
            Duration::ZERO => delay,
            left => delay.min(left),
        }
    }

    async fn pause(
        &mut self,
        delay: Duration,
        reason: String,
        limit: Limit,
        class: Class,
    ) -> Result<(), StepError> {
        (self.context.events)(Event::Retrying {
            step: self.step.id,
            attempt: self.refusals.all(),
            delay,
            reason: reason.clone(),
            elapsed: self.refused_for(class),
            limit,
            class,
        });
        let paused = self.waiter.pause(&mut self.slot, delay).await;
        paused.map_err(|Interrupted| StepError::Interrupted {
            waiting_for: Some(reason),
        })
    }

    async fn wait_until(&mut self, condition: &Condition) -> Result<Duration, StepError> {
        let waited = self.waiter.until(&mut self.slot, condition).await;
        waited.map_err(|failure| StepError::of(failure, &condition.about))
    }

    /// Whether all of these hold.
    async fn ask(&self, conditions: &[Condition]) -> Known {
        for condition in conditions {
            if self.waiter.holds(condition).await != Some(true) {
                return Known::Unmet;
            }
        }
        if conditions.is_empty() {
            Known::Absent
        } else {
            Known::Met
        }
    }

    fn refused_for(&self, class: Class) -> Duration {
        self.refusals.lasts(class, self.context.clock.elapsed())
    }

    fn unfilled(&self, name: &str) -> Fault {
        let message = format!("no lookup supplies `{name}`");
        let call = self.step.call.call();
        call.fault(Class::Unexpected, "MissingLookup", &message)
    }
}

fn unasked(conditions: &[Condition]) -> Known {
    if conditions.is_empty() {
        Known::Absent
    } else {
        Known::Unasked
    }
}

fn nothing_found(lookup: &Lookup) -> Fault {
    let message = format!("AWS lists no {} that this step could work on", lookup.name);
    let call = lookup.read.call();
    call.fault(Class::Missing, "NothingFound", &message)
}
