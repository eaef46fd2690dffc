//! What the applier reports while it runs, and what it gives back at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cloud::{Class, Fault};
use crate::model::Address;
use crate::plan::StepId;

/// Something that happened during an apply, in the order it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A step's turn has come.
    Started {
        /// Which step.
        step: StepId,
    },
    /// A step waits for something to become true; sent again after each look.
    Waiting {
        /// Which step.
        step: StepId,
        /// What for, to follow "waiting for".
        reason: String,
        /// Since when.
        elapsed: Duration,
        /// Until when.
        limit: Limit,
    },
    /// A call failed and will be sent again.
    Retrying {
        /// Which step.
        step: StepId,
        /// How many attempts have failed.
        attempt: u32,
        /// How long until the next.
        delay: Duration,
        /// Why, to follow "waiting for".
        reason: String,
        /// Since the first refusal.
        elapsed: Duration,
        /// Until when.
        limit: Limit,
        /// The class of the last attempt's fault.
        class: Class,
    },
    /// A step is done.
    Done {
        /// Which step.
        step: StepId,
        /// How long it took.
        elapsed: Duration,
    },
    /// A step failed for good.
    Failed {
        /// Which step.
        step: StepId,
        /// Why.
        fault: Fault,
        /// What its call did to AWS all the same.
        effect: Effect,
    },
    /// A step was not tried.
    Skipped {
        /// Which step.
        step: StepId,
        /// Why not.
        because: Skip,
    },
    /// A wave of a rollout is through, and the next one waits.
    Paused {
        /// The document that is rolled out.
        rollout: Address,
        /// The wave that comes next, counted from 1.
        next: usize,
        /// How many waves there are.
        of: usize,
        /// How long until it begins.
        pause: Duration,
    },
    /// The user asked to stop: nothing new is started.
    Interrupted,
}

/// How long something is waited for, from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// This long.
    Time(Duration),
    /// Until the call was sent this often.
    Attempts(u32),
}

/// Why a step was not tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// A step it needs failed or was skipped: the first such step.
    Needs(StepId),
    /// The run was interrupted before its turn.
    Interrupted,
    /// The credentials expired before its turn, and there are no others.
    Expired,
    /// Too many resources of its rollout failed.
    Aborted {
        /// The document that is rolled out.
        rollout: Address,
        /// How many failed.
        failures: usize,
    },
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Its effect is there.
    Done {
        /// How often the call was sent; 0 when the effect was there already.
        attempts: u32,
    },
    /// It failed for good.
    Failed {
        /// Why.
        fault: Fault,
        /// How often the call was sent.
        attempts: u32,
        /// What its call did to AWS all the same.
        effect: Effect,
    },
    /// It was not tried.
    Skipped(Skip),
}

/// What the call of a failed step did to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing: it was refused, or not sent.
    None,
    /// Unknown: an answer was lost, or the run did not wait for it.
    Unknown,
    /// AWS accepted it; what failed came after.
    Accepted,
}

/// How an apply ended, step by step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[must_use]
pub struct Report {
    /// Every step of the plan.
    pub outcomes: BTreeMap<StepId, Outcome>,
    /// Whether the user stopped it.
    pub interrupted: bool,
    /// How many calls were sent again after a fault.
    pub retries: u32,
    /// How many calls AWS throttled.
    pub throttles: u32,
    /// How many calls were sent in all, those that only ask included; 0 when they were not counted.
    pub calls: usize,
    /// How long it took.
    pub elapsed: Duration,
}

impl Report {
    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        self.outcomes
            .values()
            .all(|outcome| matches!(outcome, Outcome::Done { .. }))
    }

    /// Whether AWS may be different from before: a call took effect, or it is unknown whether it did.
    pub fn may_have_changed(&self) -> bool {
        self.outcomes.values().any(|outcome| match outcome {
            Outcome::Done { attempts } => *attempts > 0,
            Outcome::Failed { effect, .. } => *effect != Effect::None,
            Outcome::Skipped(_) => false,
        })
    }

    /// Whether AWS accepted every call, and all that is missing is that it shows the effect of some.
    pub fn is_only_late(&self) -> bool {
        let late = |fault: &Fault| fault.class == Class::NotYet;
        self.outcomes.values().all(|outcome| match outcome {
            Outcome::Done { .. } => true,
            Outcome::Failed { fault, effect, .. } => *effect == Effect::Accepted && late(fault),
            Outcome::Skipped(_) => false,
        })
    }
}
