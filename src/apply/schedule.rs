//! Which step may run next, and what a failure dooms. Pure bookkeeping over the graph of steps: running
//! them is `executor`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::event::{Event, Skip};
use super::waves::Waves;
use crate::plan::{Step, StepId};

/// The steps that have not run yet.
#[derive(Debug)]
pub(super) struct Schedule<'a> {
    /// Neither started, done nor skipped.
    open: BTreeMap<StepId, &'a Step>,
    /// How many needs of an open step are not done yet; a step without any may run.
    unmet: BTreeMap<StepId, usize>,
    dependants: BTreeMap<StepId, Vec<StepId>>,
    /// Open steps whose needs are all done.
    ready: BTreeSet<StepId>,
    busy_lanes: BTreeSet<&'a str>,
    /// Failed or skipped.
    fallen: BTreeSet<StepId>,
    waves: Waves<'a>,
}

impl<'a> Schedule<'a> {
    pub(super) fn new(steps: &'a [Step]) -> Self {
        let mut dependants: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
        for step in steps {
            for need in &step.needs {
                dependants.entry(*need).or_default().push(step.id);
            }
        }
        let unmet: BTreeMap<_, _> = steps.iter().map(|s| (s.id, s.needs.len())).collect();
        Self {
            open: steps.iter().map(|step| (step.id, step)).collect(),
            ready: unmet
                .iter()
                .filter(|(_, count)| **count == 0)
                .map(|(id, _)| *id)
                .collect(),
            unmet,
            dependants,
            busy_lanes: BTreeSet::new(),
            fallen: BTreeSet::new(),
            waves: Waves::new(steps),
        }
    }

    /// Whether a step may start now.
    pub(super) fn has_next(&self) -> bool {
        self.peek().is_some()
    }

    /// Takes the first step whose needs are done and whose lane is free; its lane is then taken.
    pub(super) fn next(&mut self) -> Option<&'a Step> {
        let step = self.peek()?;
        self.ready.remove(&step.id);
        self.open.remove(&step.id);
        self.busy_lanes.insert(&step.lane);
        Some(step)
    }

    fn peek(&self) -> Option<&'a Step> {
        let steps = self.ready.iter().filter_map(|id| self.open.get(id));
        steps
            .copied()
            .find(|step| !self.busy_lanes.contains(step.lane.as_str()) && self.waves.admit(step))
    }

    /// Notes that a started step is done: its lane is free and its dependants come closer. Gives the pause that
    /// follows, if it was the last of its wave.
    pub(super) fn done(&mut self, step: &'a Step, now: Duration) -> Option<Event> {
        self.busy_lanes.remove(step.lane.as_str());
        for dependant in self.dependants.get(&step.id).into_iter().flatten() {
            if let Some(unmet) = self.unmet.get_mut(dependant) {
                *unmet -= 1;
                if *unmet == 0 && self.open.contains_key(dependant) {
                    self.ready.insert(*dependant);
                }
            }
        }
        self.waves.ended(step, now)
    }

    /// Notes that a started step failed: its lane is free, and everything that needs it, however far away,
    /// is skipped; so are the waves that come after it, when it was one failure too many. Gives the skipped
    /// steps, and the pause that follows.
    pub(super) fn failed(
        &mut self,
        step: &'a Step,
        now: Duration,
    ) -> (Vec<(StepId, Skip)>, Option<Event>) {
        self.busy_lanes.remove(step.lane.as_str());
        self.fallen.insert(step.id);
        let mut doomed = self.doom(self.open_dependants(step.id));
        if let Some(skip) = self.waves.failed(step) {
            let later = self.later_waves(step);
            for id in &later {
                self.take(*id);
                doomed.push((*id, skip.clone()));
            }
            let dependants = later.iter().flat_map(|id| self.open_dependants(*id));
            let dependants = dependants.collect();
            doomed.extend(self.doom(dependants));
        }
        (doomed, self.waves.ended(step, now))
    }

    /// The open steps of the same rollout that belong to a later wave.
    fn later_waves(&self, failed: &Step) -> Vec<StepId> {
        let Some(wave) = &failed.wave else {
            return Vec::new();
        };
        let is_later = |step: &&&Step| {
            let other = step.wave.as_ref();
            other.is_some_and(|other| other.rollout == wave.rollout && other.number > wave.number)
        };
        let later = self.open.values().filter(is_later);
        later.map(|step| step.id).collect()
    }

    fn doom(&mut self, mut look_at: BTreeSet<StepId>) -> Vec<(StepId, Skip)> {
        let mut doomed = Vec::new();
        while let Some(id) = look_at.pop_first() {
            let Some(step) = self.take(id) else {
                continue;
            };
            let cause = step.needs.iter().find(|need| self.fallen.contains(need));
            doomed.extend(cause.map(|need| (id, Skip::Needs(*need))));
            look_at.extend(self.open_dependants(id));
        }
        doomed
    }

    /// Takes an open step out: it will not run.
    fn take(&mut self, id: StepId) -> Option<&'a Step> {
        let step = self.open.remove(&id)?;
        self.fallen.insert(id);
        self.waves.dropped(step);
        Some(step)
    }

    /// When a wave may begin that is held back now.
    pub(super) fn next_opening(&self) -> Option<Duration> {
        self.waves.next_opening()
    }

    /// Lets the waves begin whose time has come.
    pub(super) fn open_waves(&mut self, now: Duration) {
        self.waves.open(now);
    }

    fn open_dependants(&self, id: StepId) -> BTreeSet<StepId> {
        let all = self.dependants.get(&id).into_iter().flatten();
        all.filter(|id| self.open.contains_key(id))
            .copied()
            .collect()
    }

    /// Takes away everything that has not started, because the run ends here.
    pub(super) fn end(&mut self, because: &Skip) -> Vec<(StepId, Skip)> {
        self.ready.clear();
        self.waves.release();
        let open = std::mem::take(&mut self.open);
        open.into_keys().map(|id| (id, because.clone())).collect()
    }

    /// Takes away what can never run because a need of it is no step or lies on a cycle. A plan that we
    /// made has none; one that was read from a file might.
    pub(super) fn leftovers(&mut self) -> Vec<(StepId, Skip)> {
        let open = std::mem::take(&mut self.open);
        let stuck = open.into_values().filter_map(|step| {
            let need = step.needs.iter().next()?;
            Some((step.id, Skip::Needs(*need)))
        });
        stuck.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::tests::fixture::step;

    const NOW: Duration = Duration::ZERO;

    fn ids(schedule: &mut Schedule<'_>) -> Vec<StepId> {
        std::iter::from_fn(|| schedule.next().map(|step| step.id)).collect()
    }

    #[test]
    fn steps_become_ready_when_all_their_needs_are_done() {
        let steps = [
            step(0, "Role/a").build(),
            step(1, "Role/b").build(),
            step(2, "Role/c").needs(&[0, 1]).build(),
        ];
        let mut schedule = Schedule::new(&steps);
        assert_eq!(ids(&mut schedule), [0, 1]);
        let _ = schedule.done(&steps[1], NOW);
        assert!(!schedule.has_next());
        let _ = schedule.done(&steps[0], NOW);
        assert_eq!(ids(&mut schedule), [2]);
    }

    #[test]
    fn a_lane_is_taken_until_its_step_ends() {
        let steps = [
            step(0, "Role/a").lane("r").build(),
            step(1, "Role/b").lane("r").build(),
            step(2, "Role/c").lane("r").build(),
            step(3, "Role/d").lane("other").build(),
        ];
        let mut schedule = Schedule::new(&steps);
        assert_eq!(ids(&mut schedule), [0, 3]);
        let _ = schedule.done(&steps[0], NOW);
        assert_eq!(ids(&mut schedule), [1]);
        assert_eq!(schedule.failed(&steps[1], NOW), (Vec::new(), None));
        assert_eq!(ids(&mut schedule), [2]);
    }

    #[test]
    fn a_failure_dooms_its_dependants_however_far_and_nothing_else() {
        let steps = [
            step(0, "Role/a").build(),
            step(1, "Role/b").needs(&[0]).build(),
            step(2, "Role/c").needs(&[1]).build(),
            step(3, "Role/d").build(),
            step(4, "Role/e").needs(&[2, 3]).build(),
            step(5, "Role/f").needs(&[3]).build(),
        ];
        let mut schedule = Schedule::new(&steps);
        assert_eq!(ids(&mut schedule), [0, 3]);
        assert_eq!(
            schedule.failed(&steps[0], NOW).0,
            [
                (1, Skip::Needs(0)),
                (2, Skip::Needs(1)),
                (4, Skip::Needs(2))
            ]
        );
        let _ = schedule.done(&steps[3], NOW);
        assert_eq!(ids(&mut schedule), [5]);
    }

    #[test]
    fn an_interruption_takes_everything_that_has_not_started() {
        let steps = [
            step(0, "Role/a").build(),
            step(1, "Role/b").needs(&[0]).build(),
        ];
        let mut schedule = Schedule::new(&steps);
        let started = schedule.next().unwrap();
        assert_eq!(schedule.end(&Skip::Interrupted), [(1, Skip::Interrupted)]);
        let _ = schedule.done(started, NOW);
        assert!(!schedule.has_next());
    }

    #[test]
    fn what_can_never_run_is_reported() {
        let steps = [
            step(0, "Role/a").needs(&[1]).build(),
            step(1, "Role/b").needs(&[0]).build(),
            step(2, "Role/c").needs(&[7]).build(),
        ];
        let mut schedule = Schedule::new(&steps);
        assert!(!schedule.has_next());
        let needs = [(0, 1), (1, 0), (2, 7)].map(|(id, need)| (id, Skip::Needs(need)));
        assert_eq!(schedule.leftovers(), needs);
    }
}
