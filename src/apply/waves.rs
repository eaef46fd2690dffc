//! Which wave of each rollout may run. Pure bookkeeping: what time it is, is said by `executor`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::event::{Event, Skip};
use crate::model::Address;
use crate::plan::Step;

/// The rollouts of a run.
#[derive(Debug, Default)]
pub(super) struct Waves<'a> {
    /// How many steps of each wave have not ended, by rollout and number. A wave without any is left out, so that
    /// the first one is at work.
    left: BTreeMap<&'a Address, BTreeMap<usize, usize>>,
    /// The resources that failed.
    failed: BTreeMap<&'a Address, BTreeSet<&'a Address>>,
    /// When the wave that comes next may begin.
    held: BTreeMap<&'a Address, Duration>,
}

impl<'a> Waves<'a> {
    pub(super) fn new(steps: &'a [Step]) -> Self {
        let mut waves = Self::default();
        for wave in steps.iter().filter_map(|step| step.wave.as_ref()) {
            let numbers = waves.left.entry(&wave.rollout).or_default();
            *numbers.entry(wave.number).or_default() += 1;
        }
        waves
    }

    /// Whether the step's wave has begun.
    pub(super) fn admit(&self, step: &Step) -> bool {
        step.wave.as_ref().is_none_or(|wave| {
            self.at_work(&wave.rollout) == Some(wave.number)
                && !self.held.contains_key(&wave.rollout)
        })
    }

    fn at_work(&self, rollout: &Address) -> Option<usize> {
        let numbers = self.left.get(rollout)?;
        numbers.keys().next().copied()
    }

    /// Notes that a step has ended. Gives the pause that follows when it was the last of the wave at work.
    pub(super) fn ended(&mut self, step: &'a Step, now: Duration) -> Option<Event> {
        let wave = step.wave.as_ref()?;
        let was_at_work = self.at_work(&wave.rollout)?;
        self.dropped(step);
        let next = self.at_work(&wave.rollout)?;
        let pause = Duration::from_secs(wave.pause);
        if next == was_at_work || pause.is_zero() {
            return None;
        }
        self.held.insert(&wave.rollout, now + pause);
        Some(Event::Paused {
            rollout: wave.rollout.clone(),
            next,
            of: wave.of,
            pause,
        })
    }

    /// Notes that a step will not run, which is nothing to pause for.
    pub(super) fn dropped(&mut self, step: &Step) {
        let Some(wave) = &step.wave else { return };
        let Some(numbers) = self.left.get_mut(&wave.rollout) else {
            return;
        };
        if let Some(count) = numbers.get_mut(&wave.number) {
            *count -= 1;
        }
        numbers.retain(|_, count| *count > 0);
    }

    /// Notes that a step failed. Gives why later waves are skipped, when that is one resource too many.
    pub(super) fn failed(&mut self, step: &'a Step) -> Option<Skip> {
        let wave = step.wave.as_ref()?;
        let failed = self.failed.entry(&wave.rollout).or_default();
        failed.insert(&step.address);
        (failed.len() >= wave.abort_on_failures).then(|| Skip::Aborted {
            rollout: wave.rollout.clone(),
            failures: failed.len(),
        })
    }

    /// When the first of the waves that are held back may begin.
    pub(super) fn next_opening(&self) -> Option<Duration> {
        self.held.values().min().copied()
    }

    /// Lets every wave begin whose time has come.
    pub(super) fn open(&mut self, now: Duration) {
        self.held.retain(|_, until| *until > now);
    }

    /// Nothing is held back any more, because nothing is left to begin.
    pub(super) fn release(&mut self) {
        self.held.clear();
    }
}
