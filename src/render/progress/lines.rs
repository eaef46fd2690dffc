//! An apply as a log: a line for what has ended, and for waits one line per kind of wait and ten seconds.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::style::{Label, Style};
use super::waits::{Group, Waits, throttling};
use super::{lasting, name_of};
use crate::apply::{Event, Limit};
use crate::cloud::{Class, Pace};
use crate::plan::{Step, StepId};

/// How often a line about the same kind of wait comes again where nothing can be redrawn.
const REPEAT: Duration = Duration::from_secs(10);
/// The kind of wait that is told from the paces.
const THROTTLING: &str = "throttling";

/// Turns events into lines for people, without spam.
#[derive(Debug)]
pub struct Lines {
    style: Style,
    names: BTreeMap<StepId, (Label, &'static str, String)>,
    waits: Waits,
    told: BTreeMap<String, Duration>,
}

impl Lines {
    /// For the steps of a plan.
    pub fn new(steps: &[Step], style: Style) -> Self {
        let name = |step: &Step| {
            let (label, symbol) = match (&step.makes, &step.removes) {
                (Some(_), _) => (Label::Added, "+"),
                (None, Some(_)) => (Label::Removed, "-"),
                (None, None) => (Label::Changed, "~"),
            };
            (step.id, (label, symbol, name_of(step)))
        };
        Self {
            style,
            names: steps.iter().map(name).collect(),
            waits: Waits::new(steps),
            told: BTreeMap::new(),
        }
    }

    /// The lines for an event at a time of the run, without line breaks at their ends.
    pub fn lines(&mut self, event: &Event, now: Duration, paces: &[Pace]) -> Vec<String> {
        let waiting = self.wait(event, now);
        let throttled = self.throttled(now, paces);
        let lines = [self.ended(event), waiting, throttled];
        lines.into_iter().flatten().collect()
    }

    /// What a log and a terminal say alike: how steps ended, and what concerns the whole run.
    pub(super) fn ended(&self, event: &Event) -> Option<String> {
        match event {
            Event::Started { .. }
            | Event::Skipped { .. }
            | Event::Waiting { .. }
            | Event::Retrying { .. } => None,
            Event::Done { step, elapsed } => Some(self.done(*step, *elapsed)),
            Event::Failed {
                step,
                fault,
                effect: _,
            } => {
                let symbol = self.style.paint(Label::Removed, "!");
                Some(format!("{symbol} {}: {fault}", self.name(*step)))
            }
            Event::Paused {
                rollout,
                next,
                of,
                pause,
            } => {
                let pause = lasting(*pause);
                let line = format!("  {rollout}: pausing {pause} before wave {next} of {of}");
                Some(self.style.paint(Label::Faint, &line))
            }
            Event::Interrupted => Some(self.style.paint(
                Label::Strong,
                "stopping: what is in flight is finished first; press Ctrl-C again to stop at once",
            )),
        }
    }

    /// Keeps the books about waits; gives the topic when a step waits for something of its own. Throttling is
    /// everybody's.
    pub(super) fn note(&mut self, event: &Event, now: Duration) -> Option<String> {
        match event {
            Event::Waiting {
                step,
                reason,
                elapsed,
                limit,
            } => Some(self.begin(*step, reason, now.saturating_sub(*elapsed), *limit)),
            Event::Retrying {
                step,
                reason,
                elapsed,
                limit,
                class,
                ..
            } if *class != Class::Throttled => {
                Some(self.begin(*step, reason, now.saturating_sub(*elapsed), *limit))
            }
            Event::Retrying { step, .. }
            | Event::Done { step, .. }
            | Event::Failed { step, .. }
            | Event::Skipped { step, .. } => {
                self.waits.end(*step);
                None
            }
            Event::Started { .. } | Event::Paused { .. } | Event::Interrupted => None,
        }
    }

    fn begin(&mut self, step: StepId, reason: &str, began: Duration, limit: Limit) -> String {
        self.waits.begin(step, reason, began, limit)
    }

    fn wait(&mut self, event: &Event, now: Duration) -> Option<String> {
        let topic = self.note(event, now)?;
        if !self.is_due(&topic, now) {
            return None;
        }
        let groups = self.waits.groups();
        let group = groups.iter().find(|group| group.wait.topic == topic)?;
        Some(self.told(group, now))
    }

    fn told(&self, group: &Group<'_>, now: Duration) -> String {
        let Group { count, step, wait } = group;
        let waiting = format!("waiting for {}", wait.told(now));
        let waiting = self.style.paint(Label::Faint, &waiting);
        match count {
            1 => format!("  {}: {waiting}", self.name(*step)),
            _ => format!(
                "  {count} steps wait, longest: {}: {waiting}",
                self.name(*step)
            ),
        }
    }

    fn throttled(&mut self, now: Duration, paces: &[Pace]) -> Option<String> {
        let line = throttling(paces)?;
        let due = self.is_due(THROTTLING, now);
        due.then(|| self.style.paint(Label::Faint, &format!("  {line}")))
    }

    fn is_due(&mut self, topic: &str, now: Duration) -> bool {
        let due = self
            .told
            .get(topic)
            .is_none_or(|told| now >= *told + REPEAT);
        if due {
            self.told.insert(topic.to_owned(), now);
        }
        due
    }

    fn done(&self, step: StepId, elapsed: Duration) -> String {
        let took = self.style.paint(Label::Faint, &lasting(elapsed));
        let symbol = match self.names.get(&step) {
            Some((label, symbol, _)) => self.style.paint(*label, symbol),
            None => "~".to_owned(),
        };
        format!("{symbol} {}  {took}", self.name(step))
    }

    pub(super) fn name(&self, step: StepId) -> &str {
        self.names.get(&step).map_or("", |(_, _, name)| name)
    }

    pub(super) fn waits(&self) -> &Waits {
        &self.waits
    }

    pub(super) fn style(&self) -> Style {
        self.style
    }
}
