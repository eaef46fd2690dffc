//! An apply as a log: a line for what has ended, and for waits one line per kind of wait and ten seconds.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::style::{Label, Style};
use super::waits::{Group, Waits, throttling};
use super::{lasting, name_of};
use crate::apply::Event;
use crate::cloud::Pace;
use crate::plan::{Step, StepId};

/// How often a line about the same kind of wait comes again where nothing can be redrawn.
const REPEAT: Duration = Duration::from_secs(10);
/// The topic of waits that follow from the paces.
const THROTTLING: &str = "throttling";

/// Turns events into lines for people, without spam.
#[derive(Debug)]
pub struct Lines {
    pub(super) style: Style,
    names: BTreeMap<StepId, (Label, &'static str, String)>,
    pub(super) waits: Waits,
    /// When the last line about each topic was written.
    written: BTreeMap<String, Duration>,
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
            written: BTreeMap::new(),
        }
    }

    /// The lines for an event at a time of the run, without line breaks at their ends.
    pub fn lines(&mut self, event: &Event, now: Duration, paces: &[Pace]) -> Vec<String> {
        let waiting = self.waiting(event, now);
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
            Event::Done { step, elapsed } => {
                let (label, symbol, name) = self.names.get(step)?;
                let symbol = self.style.paint(*label, symbol);
                let took = self.style.paint(Label::Faint, &lasting(*elapsed));
                Some(format!("{symbol} {name}  {took}"))
            }
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

    fn waiting(&mut self, event: &Event, now: Duration) -> Option<String> {
        let topic = self.waits.on(event, now)?;
        if !self.is_due(&topic, now) {
            return None;
        }
        let groups = self.waits.groups();
        let Group { count, step, wait } = groups.iter().find(|one| one.wait.topic == topic)?;
        let name = self.name(*step);
        let waiting = format!("waiting for {}", wait.description(now));
        let waiting = self.style.paint(Label::Faint, &waiting);
        Some(match count {
            1 => format!("  {name}: {waiting}"),
            _ => format!("  {count} steps wait, longest: {name}: {waiting}"),
        })
    }

    fn throttled(&mut self, now: Duration, paces: &[Pace]) -> Option<String> {
        let line = throttling(paces)?;
        let due = self.is_due(THROTTLING, now);
        due.then(|| self.style.paint(Label::Faint, &format!("  {line}")))
    }

    fn is_due(&mut self, topic: &str, now: Duration) -> bool {
        let last = self.written.get(topic);
        let due = last.is_none_or(|last| now >= *last + REPEAT);
        if due {
            self.written.insert(topic.to_owned(), now);
        }
        due
    }

    pub(super) fn name(&self, step: StepId) -> &str {
        self.names.get(&step).map_or("", |(_, _, name)| name)
    }
}
