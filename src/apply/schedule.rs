//! Which step may run next, and what a failure dooms. Pure bookkeeping over the graph of steps: running
//! them is `executor`'s.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Skip;
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
            .find(|step| !self.busy_lanes.contains(step.lane.as_str()))
    }

    /// Notes that a started step is done: its lane is free and its dependants come closer.
    pub(super) fn done(&mut self, step: &Step) {
        self.busy_lanes.remove(step.lane.as_str());
        for dependant in self.dependants.get(&step.id).into_iter().flatten() {
            if let Some(unmet) = self.unmet.get_mut(dependant) {
                *unmet -= 1;
                if *unmet == 0 && self.open.contains_key(dependant) {
                    self.ready.insert(*dependant);
                }
            }
        }
    }

    /// Notes that a started step failed: its lane is free, and everything that needs it, however far away,
    /// is skipped. Gives the skipped steps.
    pub(super) fn failed(&mut self, step: &Step) -> Vec<(StepId, Skip)> {
        self.busy_lanes.remove(step.lane.as_str());
        self.fallen.insert(step.id);
        let mut doomed = Vec::new();
        let mut look_at = self.open_dependants(step.id);
        while let Some(id) = look_at.pop_first() {
            let Some(step) = self.open.remove(&id) else {
                continue;
            };
            self.fallen.insert(id);
            let cause = step.needs.iter().find(|need| self.fallen.contains(need));
            doomed.extend(cause.map(|need| (id, Skip::Needs(*need))));
            look_at.extend(self.open_dependants(id));
        }
        doomed
    }

    fn open_dependants(&self, id: StepId) -> BTreeSet<StepId> {
        let all = self.dependants.get(&id).into_iter().flatten();
        all.filter(|id| self.open.contains_key(id))
            .copied()
            .collect()
    }

    /// Takes away everything that has not started, because the run was interrupted.
    pub(super) fn interrupt(&mut self) -> Vec<(StepId, Skip)> {
        self.ready.clear();
        let open = std::mem::take(&mut self.open);
        open.into_keys().map(|id| (id, Skip::Interrupted)).collect()
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
        schedule.done(&steps[1]);
        assert!(!schedule.has_next());
        schedule.done(&steps[0]);
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
        schedule.done(&steps[0]);
        assert_eq!(ids(&mut schedule), [1]);
        assert_eq!(schedule.failed(&steps[1]), []);
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
            schedule.failed(&steps[0]),
            [
                (1, Skip::Needs(0)),
                (2, Skip::Needs(1)),
                (4, Skip::Needs(2))
            ]
        );
        schedule.done(&steps[3]);
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
        assert_eq!(schedule.interrupt(), [(1, Skip::Interrupted)]);
        schedule.done(started);
        assert!(!schedule.has_next());
    }

    #[test]
    fn what_can_never_run_is_told() {
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
