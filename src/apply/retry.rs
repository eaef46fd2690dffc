//! What an error means for a step: send again, done, or failed. A pure function of the error and of what
//! this run did before; asking and sleeping are `attempt`'s. The rules follow what AWS documents about
//! eventual consistency: an error is waited out only when something that this run did explains it.

use std::time::Duration;

use super::event::Limit;
use super::ledger::History;
use super::reason;
use crate::cloud::backoff::{Backoff, Throttling};
use crate::cloud::{Class, Fault, Service};
use crate::model::Address;
use crate::plan::{OnMissing, Step};

/// How often a call is sent although no good answer comes at all.
const TRANSPORT_ATTEMPTS: u32 = 8;
/// How often an id that AWS refuses is looked up again: a listing may lag behind by a few seconds.
const LOOKUP_ATTEMPTS: u32 = 5;
/// How often a step goes back to waiting until it is ready.
const READY_ATTEMPTS: u32 = 3;
/// Every replica should show a change after this part of the propagation budget: 30 s of the default 2 min.
const SEEN_WITHIN: u32 = 4;

/// What to do about something that is not as the plan found it.
const CHANGED: &str = "it has changed since the plan was made: plan again to see it";
/// What to do about something that is missing and that no step of this run made.
const NOT_THERE: &str =
    "this run does not make it: check the name, or plan again in case it was deleted meanwhile";

/// What is known about a condition of the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The step has no such condition.
    Absent,
    /// It was not asked since the error.
    Unasked,
    /// It holds.
    Met,
    /// It does not hold, or could not be asked.
    Unmet,
}

/// Everything that counts after a failed attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation<'a> {
    /// The step.
    pub(super) step: &'a Step,
    /// The error.
    pub(super) fault: &'a Fault,
    /// Whether the call was sent; otherwise a lookup before it found nothing.
    pub(super) sent: bool,
    /// How many attempts of the step ended with this class of error, this one included; for throttling those in
    /// a row.
    pub(super) repeats: u32,
    /// Whether an attempt before may have taken effect although no good answer came.
    pub(super) ambiguous: bool,
    /// Since the first refusal, waits for readiness not counted; for throttling since the first of those in a row.
    pub(super) elapsed: Duration,
    /// How long propagation may take.
    pub(super) budget: Duration,
    /// What this run did before.
    pub(super) history: &'a History,
    /// Whether the step's goal is met.
    pub(super) goal: Known,
    /// Whether what must be true before the call is true.
    pub(super) ready: Known,
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// Send again after a pause.
    Retry {
        /// How the pauses grow.
        backoff: Backoff,
        /// Why, to follow "waiting for".
        reason: String,
        /// Until when.
        limit: Limit,
    },
    /// Ask whether the goal is met, then decide again.
    CheckGoal,
    /// Ask whether the step is still ready, then decide again.
    CheckReady,
    /// Wait until the step is ready, then send again.
    AwaitReady,
    /// The effect is there.
    Done,
    /// It failed for good.
    Fail {
        /// What to do next, where more is known than the error says.
        hint: Option<String>,
    },
}

/// Decides what to do after a failed attempt.
pub(super) fn decide(situation: &Situation<'_>) -> Decision {
    match situation.fault.class {
        Class::Throttled => situation.throttled(),
        Class::Unreachable => situation.resend(reason::connection),
        Class::Transient => situation.goal_or(|| situation.resend(reason::to_answer)),
        Class::NotYet => situation.not_yet(),
        Class::Missing => situation.missing(),
        Class::Exists => situation.exists(),
        Class::Children => situation.children(),
        Class::Busy => situation.retry(Backoff::QUICK, |_| reason::others(&situation.step.address)),
        Class::State => situation.goal_or(|| situation.ready_or(|| situation.in_motion())),
        Class::Occupied => situation.goal_or(|| situation.in_motion()),
        Class::Quota
        | Class::Denied
        | Class::Credentials
        | Class::Expired
        | Class::Invalid
        | Class::Unmodifiable
        | Class::Unexpected => Decision::Fail { hint: None },
    }
}

impl Situation<'_> {
    /// Again until this very call was refused often enough and for the whole budget. The call had no effect, and
    /// how fast it comes again is the limiter's.
    fn throttled(&self) -> Decision {
        let elapsed = match self.repeats {
            Throttling::LEAST.. => self.elapsed,
            _ => Duration::ZERO,
        };
        Self { elapsed, ..*self }.retry(Backoff::THROTTLED, reason::to_accept)
    }

    /// Again until the propagation budget is used up.
    fn retry(&self, backoff: Backoff, reason: impl FnOnce(Service) -> String) -> Decision {
        let reason = reason(self.step.call.call().service);
        if self.elapsed < self.budget {
            let limit = Limit::Time(self.budget);
            return Decision::Retry {
                backoff,
                reason,
                limit,
            };
        }
        fail(&format!(
            "waited {} s for {reason}: run the same command again, or give it longer with --propagation-timeout",
            self.elapsed.as_secs()
        ))
    }

    /// Again, but only a few times: what does not answer now will hardly do so in two minutes.
    fn resend(&self, reason: impl FnOnce(Service) -> String) -> Decision {
        if self.repeats >= TRANSPORT_ATTEMPTS {
            return Decision::Fail { hint: None };
        }
        Decision::Retry {
            backoff: Backoff::QUICK,
            reason: reason(self.step.call.call().service),
            limit: Limit::Attempts(TRANSPORT_ATTEMPTS),
        }
    }

    /// A new name that the other service cannot see yet, or a wrong one. Only the first passes by itself. The
    /// step's own resource explains nothing when it was only worked on: a typo in what it names stays one.
    fn not_yet(&self) -> Decision {
        let History {
            changed, own_made, ..
        } = self.history;
        let own = &self.step.address;
        let named = |address: &&Address| self.step.subjects.contains(*address);
        let mut fresh: Vec<Address> = changed.iter().filter(named).cloned().collect();
        if fresh.is_empty() && *own_made {
            fresh.push(own.clone());
        }
        if fresh.is_empty() {
            return fail(
                "nothing that this call names was made or changed in this run, so waiting would not help: check the names",
            );
        }
        self.retry(Backoff::QUICK, |service| reason::to_see(service, &fresh))
    }

    fn missing(&self) -> Decision {
        if self.sent && self.step.on_missing == OnMissing::Done {
            return self.gone();
        }
        let by_lookup = !self.step.lookups.is_empty();
        if by_lookup || self.ambiguous {
            self.goal_or(|| self.missing_for_good())
        } else {
            self.missing_for_good()
        }
    }

    /// What shall go is not there. That is the aim when a call without an answer explains it, and unless it was made so
    /// lately that AWS may just not show it yet: then it has to stay missing for as long as AWS may take to show it.
    fn gone(&self) -> Decision {
        let made = &self.history.made;
        let budget = self.budget / SEEN_WITHIN;
        if made.is_empty() || self.ambiguous || self.elapsed >= budget {
            return Decision::Done;
        }
        Self { budget, ..*self }.retry(Backoff::QUICK, |service| reason::to_see(service, made))
    }

    fn missing_for_good(&self) -> Decision {
        let made = &self.history.made;
        if !made.is_empty() {
            return self.retry(Backoff::QUICK, |service| reason::to_see(service, made));
        }
        // What is looked up by state was there when the plan was made; a name may be wrong.
        let by_lookup = !self.step.lookups.is_empty();
        self.look_up_again()
            .unwrap_or_else(|| fail(if by_lookup { CHANGED } else { NOT_THERE }))
    }

    fn exists(&self) -> Decision {
        self.goal_or(|| {
            if self.history.removed {
                let deletion = reason::deletion(&self.step.address);
                return self.retry(Backoff::QUICK, |_| deletion);
            }
            if self.ambiguous && self.goal != Known::Absent {
                let own = std::slice::from_ref(&self.step.address);
                return self.retry(Backoff::QUICK, |service| reason::to_see(service, own));
            }
            fail("it was made by somebody else after the plan: plan again to see it")
        })
    }

    fn children(&self) -> Decision {
        if self.history.emptied {
            let removals = reason::removals(&self.step.address);
            return self.retry(Backoff::QUICK, |_| removals);
        }
        fail("something that the plan does not know is still in it: plan again to see it")
    }

    /// The thing is not in the state that the call needs: passes when this run put it in motion.
    fn in_motion(&self) -> Decision {
        if self.history.moved || self.history.removed || self.ambiguous {
            let change = reason::last_change(&self.step.address);
            return self.retry(Backoff::QUICK, |_| change);
        }
        let again = self.look_up_again().or_else(|| self.just_ready());
        again.unwrap_or_else(|| fail(CHANGED))
    }

    /// Ids that EC2 assigns are superseded by every Replace, and listings lag: look again a few times.
    fn look_up_again(&self) -> Option<Decision> {
        let again = self.sent && !self.step.lookups.is_empty() && self.repeats < LOOKUP_ATTEMPTS;
        again.then(|| Decision::Retry {
            backoff: Backoff::QUICK,
            reason: reason::current_id(&self.step.address),
            limit: Limit::Attempts(LOOKUP_ATTEMPTS),
        })
    }

    /// What the step waits for may have become true between the refusal and the look: an earlier run's
    /// disassociation, for one. Then the next attempt is the proof.
    fn just_ready(&self) -> Option<Decision> {
        let again = self.ready == Known::Met && self.repeats <= READY_ATTEMPTS;
        again.then(|| Decision::Retry {
            backoff: Backoff::QUICK,
            reason: reason::last_change(&self.step.address),
            limit: Limit::Attempts(READY_ATTEMPTS + 1),
        })
    }

    fn goal_or(&self, otherwise: impl FnOnce() -> Decision) -> Decision {
        match self.goal {
            Known::Met => Decision::Done,
            Known::Unasked if self.may_trust_goal() => Decision::CheckGoal,
            Known::Absent | Known::Unasked | Known::Unmet => otherwise(),
        }
    }

    /// After a deletion in this run, a stale read may show the old thing and would pass for the goal. Then
    /// only an attempt that may have worked is worth asking for, and only once the deletion should be seen
    /// everywhere.
    fn may_trust_goal(&self) -> bool {
        !self.history.removed || (self.ambiguous && self.elapsed >= self.budget / SEEN_WITHIN)
    }

    fn ready_or(&self, otherwise: impl FnOnce() -> Decision) -> Decision {
        match self.ready {
            Known::Unasked => Decision::CheckReady,
            Known::Unmet if self.repeats <= READY_ATTEMPTS => Decision::AwaitReady,
            Known::Absent | Known::Met | Known::Unmet => otherwise(),
        }
    }
}

fn fail(hint: &str) -> Decision {
    Decision::Fail {
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests;
