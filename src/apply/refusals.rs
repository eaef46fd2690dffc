//! What a step's attempts were refused with so far: how often, and for how long. What that means is `retry`'s.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cloud::backoff::Throttling;
use crate::cloud::{Class, Fault};

/// The refusals of one step. Every `now` is on the run's clock.
#[derive(Default)]
pub(super) struct Refusals {
    faults: BTreeMap<Class, u32>,
    throttling: Throttling,
    /// When the first attempt was refused for more than its coming too soon; later by the waits for readiness.
    since: Option<Duration>,
}

impl Refusals {
    pub(super) fn note(&mut self, fault: &Fault, now: Duration) {
        *self.faults.entry(fault.class).or_default() += 1;
        if fault.class == Class::Throttled {
            self.throttling.again(now);
        } else {
            self.throttling = Throttling::default();
            self.since.get_or_insert(now);
        }
    }

    /// Leaves a wait for readiness out of the time.
    pub(super) fn leave_out(&mut self, waited: Duration) {
        self.since = self.since.map(|since| since + waited);
    }

    /// How often, with this class.
    pub(super) fn of(&self, class: Class) -> u32 {
        self.faults.get(&class).copied().unwrap_or(0)
    }

    /// How often, with any class.
    pub(super) fn all(&self) -> u32 {
        self.faults.values().sum()
    }

    /// How often with this class; for throttling how often in a row.
    pub(super) fn repeats(&self, class: Class) -> u32 {
        match class {
            Class::Throttled => self.throttling.times(),
            class => self.of(class),
        }
    }

    /// Since the first refusal; for throttling since the first in a row.
    pub(super) fn lasts(&self, class: Class, now: Duration) -> Duration {
        match (class, self.since) {
            (Class::Throttled, _) => self.throttling.lasts(now),
            (_, Some(since)) => now.saturating_sub(since),
            (_, None) => Duration::ZERO,
        }
    }

    /// Whether an attempt may have taken effect although no good answer came.
    pub(super) fn are_ambiguous(&self) -> bool {
        self.of(Class::Transient) > 0
    }
}
