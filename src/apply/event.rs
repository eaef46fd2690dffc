//! What the applier tells while it runs, and what it gives back at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cloud::Fault;
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
        /// Since the first attempt.
        elapsed: Duration,
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
    },
    /// A step was not tried.
    Skipped {
        /// Which step.
        step: StepId,
        /// Why not.
        because: Skip,
    },
    /// The user asked to stop: nothing new is started.
    Interrupted,
}

/// Why a step was not tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// A step it needs failed or was skipped: the first such step.
    Needs(StepId),
    /// The run was interrupted before its turn.
    Interrupted,
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
    },
    /// It was not tried.
    Skipped(Skip),
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
    /// How many of those faults were AWS asking for fewer calls.
    pub throttles: u32,
}

impl Report {
    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        self.outcomes
            .values()
            .all(|outcome| matches!(outcome, Outcome::Done { .. }))
    }
}
