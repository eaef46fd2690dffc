//! How a step ended, and why an attempt of one did not reach its effect. What follows from either is `executor`'s and
//! `attempt`'s.

use std::time::Duration;

use super::event::Effect;
use super::wait::WaitFailure;
use crate::cloud::Fault;

/// How a step ended, and what it cost.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) result: Result<(), StepError>,
    /// How often the call was sent.
    pub(super) attempts: u32,
    /// What the call did to AWS, should the step have failed.
    pub(super) effect: Effect,
    /// How often AWS asked for fewer calls.
    pub(super) throttles: u32,
    pub(super) elapsed: Duration,
}

/// Why a step is not done.
#[derive(Debug)]
pub(super) enum StepError {
    Fault(Fault),
    Interrupted {
        /// What it was waiting for, when it was.
        waiting_for: Option<String>,
    },
}

/// Why one attempt did not reach its effect.
pub(super) enum AttemptError {
    /// AWS refused the call, or did not answer.
    Refused(Fault),
    /// A lookup before the call found nothing, or was not let through.
    Unasked(Fault),
    /// There is nothing to decide any more.
    Final(StepError),
}

impl StepError {
    pub(super) fn of(failure: WaitFailure, about: &str) -> Self {
        match failure {
            WaitFailure::Fault(fault) => StepError::Fault(fault),
            WaitFailure::Interrupted => StepError::Interrupted {
                waiting_for: Some(about.to_owned()),
            },
        }
    }
}

impl AttemptError {
    pub(super) fn fault(fault: Fault) -> Self {
        AttemptError::Final(StepError::Fault(fault))
    }
}
