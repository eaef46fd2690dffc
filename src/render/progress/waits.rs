//! Who waits for what, since when and until when: what logs and terminals share. Where it is drawn is theirs.

use std::collections::BTreeMap;
use std::time::Duration;

use super::lasting;
use crate::apply::{Event, Limit};
use crate::cloud::{Class, Pace};
use crate::plan::{Step, StepId};

/// Stands for names in a topic.
const NAME: &str = "…";

#[derive(Debug, Clone)]
pub(super) struct Wait {
    pub(super) reason: String,
    /// The reason without names: waits of one topic share a line.
    pub(super) topic: String,
    began: Duration,
    limit: Limit,
}

/// Steps that wait for the same kind of thing.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) count: usize,
    /// The one that waits longest.
    pub(super) step: StepId,
    pub(super) wait: &'a Wait,
}

/// All waits of a run at one moment.
#[derive(Debug)]
pub(super) struct Waits {
    names: BTreeMap<StepId, Vec<String>>,
    now: BTreeMap<StepId, Wait>,
}

impl Waits {
    pub(super) fn new(steps: &[Step]) -> Self {
        let names = steps.iter().map(|step| (step.id, names(step))).collect();
        Self {
            names,
            now: BTreeMap::new(),
        }
    }

    /// Takes an event in; gives the topic when a step waits for something of its own. Throttling concerns all steps.
    pub(super) fn on(&mut self, event: &Event, now: Duration) -> Option<String> {
        match event {
            Event::Retrying {
                step,
                class: Class::Throttled,
                ..
            }
            | Event::Done { step, .. }
            | Event::Failed { step, .. }
            | Event::Skipped { step, .. } => drop(self.now.remove(step)),
            Event::Waiting {
                step,
                reason,
                elapsed,
                limit,
            }
            | Event::Retrying {
                step,
                reason,
                elapsed,
                limit,
                ..
            } => {
                let names = self.names.get(step).into_iter().flatten();
                let topic = names.fold(reason.clone(), |topic, name| topic.replace(name, NAME));
                let wait = Wait {
                    reason: reason.clone(),
                    topic: topic.clone(),
                    began: now.saturating_sub(*elapsed),
                    limit: *limit,
                };
                self.now.insert(*step, wait);
                return Some(topic);
            }
            Event::Started { .. } | Event::Paused { .. } | Event::Interrupted => {}
        }
        None
    }

    pub(super) fn len(&self) -> usize {
        self.now.len()
    }

    pub(super) fn holds(&self, step: StepId) -> bool {
        self.now.contains_key(&step)
    }

    /// By topic, in the order in which they began.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
        for (step, wait) in &self.now {
            let group = groups.entry(&wait.topic).or_insert(Group {
                count: 0,
                step: *step,
                wait,
            });
            group.count += 1;
            if wait.began < group.wait.began {
                (group.step, group.wait) = (*step, wait);
            }
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|group| group.wait.began);
        groups
    }
}

impl Wait {
    /// `EC2 to see instance profile p, 6 s of at most 2 min`, to follow "waiting for".
    pub(super) fn description(&self, now: Duration) -> String {
        let reason = &self.reason;
        let elapsed = now.saturating_sub(self.began);
        let since = (elapsed.as_secs() > 0).then(|| whole(elapsed));
        match (self.limit, since) {
            (Limit::Time(most), None) => format!("{reason}, at most {}", whole(most)),
            (Limit::Time(most), Some(since)) => {
                format!("{reason}, {since} of at most {}", whole(most))
            }
            (Limit::Attempts(most), None) => format!("{reason}, at most {most} tries"),
            (Limit::Attempts(most), Some(since)) => {
                format!("{reason}, {since}, at most {most} tries")
            }
        }
    }
}

/// `6 s`, `2 min`, `1 min 12 s`.
pub fn whole(duration: Duration) -> String {
    match (duration.as_secs() / 60, duration.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        _ => lasting(duration),
    }
}

/// `AWS asks for fewer calls: IAM at 14 calls/s`; nothing when it does not.
pub(super) fn throttling(paces: &[Pace]) -> Option<String> {
    let each: Vec<String> = paces.iter().map(pace).collect();
    (!each.is_empty()).then(|| format!("AWS asks for fewer calls: {}", each.join(", ")))
}

fn pace(pace: &Pace) -> String {
    let Pace {
        service,
        region,
        calls_per_second,
    } = pace;
    let service = service.name().to_uppercase();
    let within = region
        .as_ref()
        .map_or_else(String::new, |r| format!(" in {r}"));
    let digits = usize::from(*calls_per_second < 10.0);
    format!("{service}{within} at {calls_per_second:.digits$} calls/s")
}

/// What a step's reasons may name, the longest first, so that no name is cut out of another.
fn names(step: &Step) -> Vec<String> {
    let own = [Some(&step.address.name), step.address.member.as_ref()];
    let subjects = step.subjects.iter().map(|subject| &subject.name);
    let mut names: Vec<String> = own.into_iter().flatten().chain(subjects).cloned().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.retain(|name| !name.is_empty());
    names
}
