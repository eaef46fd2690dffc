//! What can be said of a run that was stopped at once: from the events that it told and the calls that it wrote down. How
//! a run that ended in order is reported is `apply`'s.

use std::collections::BTreeMap;

use crate::apply::{
    CallResult, Effect, Entry, Event, Journal, JournalError, MemoryJournal, Moment, Outcome,
    Report, Skip,
};
use crate::cloud::{Class, Fault};
use crate::plan::{Step, StepId};

/// A run's journal, with a copy of this run's entries: those of earlier runs stand in the file as well.
pub(super) struct Copied<'a> {
    journal: &'a dyn Journal,
    entries: MemoryJournal,
}

impl<'a> Copied<'a> {
    pub(super) fn of(journal: &'a dyn Journal) -> Self {
        let entries = MemoryJournal::default();
        Self { journal, entries }
    }

    /// What this run wrote.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.entries()
    }
}

impl Journal for Copied<'_> {
    fn record(&self, entry: &Entry) -> Result<(), JournalError> {
        self.journal.record(entry)?;
        self.entries.record(entry)
    }
}

/// The calls of one step.
#[derive(Debug, Default)]
struct Sent {
    attempts: u32,
    /// Whether the last of them was accepted.
    accepted: bool,
}

/// The report of a run that ended in the middle of its steps.
pub(super) fn report(steps: &[Step], events: &[Event], entries: &[Entry]) -> Report {
    let sent = sent(entries);
    let skipped = |step: &Step| (step.id, Outcome::Skipped(Skip::Interrupted));
    let mut report = Report {
        outcomes: steps.iter().map(skipped).collect(),
        interrupted: true,
        ..Report::default()
    };
    for event in events {
        if let Some((step, outcome)) = outcome(event, steps, &sent) {
            report.outcomes.insert(step, outcome);
        }
        report.retries += u32::from(matches!(event, Event::Retrying { .. }));
    }
    report
}

fn sent(entries: &[Entry]) -> BTreeMap<StepId, Sent> {
    let mut sent: BTreeMap<StepId, Sent> = BTreeMap::new();
    for entry in entries {
        let sent = sent.entry(entry.step).or_default();
        sent.attempts += u32::from(entry.event == Moment::Sending);
        sent.accepted = entry.result == Some(CallResult::Ok);
    }
    sent
}

/// What one event says about how its step ended; a later one knows better.
fn outcome(
    event: &Event,
    steps: &[Step],
    sent: &BTreeMap<StepId, Sent>,
) -> Option<(StepId, Outcome)> {
    let attempts = |step| sent.get(step).map_or(0, |sent| sent.attempts);
    match event {
        Event::Started { step } => Some((*step, under_way(&steps[*step], sent.get(step)?))),
        Event::Done { step, .. } => {
            let attempts = attempts(step);
            Some((*step, Outcome::Done { attempts }))
        }
        Event::Failed {
            step,
            fault,
            effect,
        } => {
            let outcome = Outcome::Failed {
                fault: fault.clone(),
                attempts: attempts(step),
                effect: *effect,
            };
            Some((*step, outcome))
        }
        Event::Skipped { step, because } => Some((*step, Outcome::Skipped(because.clone()))),
        Event::Retrying { .. }
        | Event::Waiting { .. }
        | Event::Paused { .. }
        | Event::Interrupted => None,
    }
}

/// A step whose call was sent, and that has not ended. An error that was answered leaves open what an attempt before it
/// did.
fn under_way(step: &Step, sent: &Sent) -> Outcome {
    let Sent { attempts, accepted } = sent;
    let effect = if *accepted {
        Effect::Accepted
    } else {
        Effect::Unknown
    };
    Outcome::Failed {
        fault: stopped(step),
        attempts: *attempts,
        effect,
    }
}

fn stopped(step: &Step) -> Fault {
    let call = step.call.call();
    let message = "the run was stopped while this was in flight";
    let mut fault = Fault::new(
        Class::Transient,
        call.service,
        &call.action,
        "Interrupted",
        message,
    );
    fault.hint = Some("run the same command again: it finds out".to_owned());
    fault
}
