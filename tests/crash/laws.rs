//! What has to hold, however a run was stopped: of the calls that reached AWS, of the journal, of both runs together.

use jiff::Timestamp;

use crate::case::{Blow, Moment};
use crate::gate::Call;
use crate::journal::{self, Entry};
use crate::portrait;
use crate::rehearsal::{Rehearsal, Sky};

/// What EC2 says of a profile that it does not see.
const UNSEEN: &str = "InvalidParameterValue";

/// What is known of a run that was stopped.
pub(crate) struct Stopped {
    /// The calls that came.
    pub(crate) calls: Vec<Call>,
    /// The journal's lines.
    pub(crate) entries: Vec<Entry>,
    /// The call at which it was stopped.
    pub(crate) position: usize,
}

impl Stopped {
    /// The calls that change something.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.changes)
    }

    /// Every change was written down before it was sent.
    pub(crate) fn is_announced(&self) {
        for call in self.changes() {
            assert!(call.announced, "sent before it was written down: {call:?}");
        }
    }

    /// What the journal says of every action on every resource is true.
    pub(crate) fn is_written_down(&self) {
        for entry in self.entries.iter().filter(|entry| entry.is_sending()) {
            let of = |other: &&Entry| other.step == entry.step && other.address == entry.address;
            let good = self.entries.iter().filter(of);
            let good = good.filter(|entry| entry.is_good_answer()).count();
            let accepted = self.calls.iter().filter(|call| entry.is_about(call));
            let accepted = accepted.filter(|call| call.accepted).count();
            assert!(good <= accepted, "said to be done and is not: {entry:?}");
        }
    }

    /// The call in which the run was killed is written down, as one whose effect nobody knows.
    pub(crate) fn left_open(&self, moment: Moment) {
        let call = &self.calls[self.position];
        if !call.changes || moment == Moment::After {
            return;
        }
        let about = || self.entries.iter().filter(|entry| entry.is_about(call));
        let sent = about().filter(|entry| entry.is_sending()).count();
        let answered = about().filter(|entry| !entry.is_sending()).count();
        assert_eq!(sent, answered + 1, "it is not left open: {call:?}");
    }

    /// Once the binary has said that it stops, it sends nothing more that changes anything.
    pub(crate) fn started_nothing_after(&self, heard: Option<Timestamp>) {
        let Some(heard) = heard else { return };
        let late = |entry: &&Entry| entry.is_sending() && entry.time > heard;
        let late = self.entries.iter().find(late);
        assert!(late.is_none(), "sent after it said that it stops: {late:?}");
    }
}

/// A stopped run and the one that finished its work.
pub(crate) struct Laws<'a> {
    pub(crate) rehearsal: &'a Rehearsal,
    pub(crate) stopped: &'a Stopped,
    pub(crate) blow: Blow,
}

impl Laws<'_> {
    /// Of all calls and of the whole journal.
    pub(crate) fn hold(&self, calls: &[Call], entries: &[Entry]) {
        self.came_to_the_same(calls);
        self.nothing_was_refused(calls);
        self.is_all_written_down(calls, entries);
    }

    /// Every effect is there once: nothing lost, nothing doubled. What was sent again because its answer was lost may have
    /// been accepted twice where AWS takes that as one: then the world shows that it is.
    fn came_to_the_same(&self, calls: &[Call]) {
        let (mut is, mut should_be) = (
            self.rehearsal.effects_of(calls),
            self.rehearsal.effects.clone(),
        );
        if self.blow == Blow::Cut {
            is.dedup();
            should_be.dedup();
        }
        portrait::compare(&is.join("\n"), &should_be.join("\n"));
    }

    /// Nothing is sent that cannot succeed, with two excuses. What makes something is looked for instead of being sent
    /// again, and what is in motion is waited for.
    fn nothing_was_refused(&self, calls: &[Call]) {
        // What was never let through to AWS was not refused by it.
        let untouched = self.stopped.position;
        let refused = calls.iter().enumerate().find(|(position, call)| {
            call.changes && !call.accepted && *position != untouched && !self.is_excused(call)
        });
        assert!(refused.is_none(), "in vain: {refused:?}");
    }

    /// A removal whose answer was lost is sent again to find out; and EC2 may not see yet what IAM has.
    fn is_excused(&self, call: &Call) -> bool {
        let unseen = call.refusal.as_deref() == Some(UNSEEN);
        (self.blow == Blow::Cut && removes(call)) || (self.rehearsal.sky == Sky::Lagging && unseen)
    }

    /// The journal has grown, and tells of every call of the run that was not stopped how it ended.
    fn is_all_written_down(&self, calls: &[Call], entries: &[Entry]) {
        let Stopped {
            entries: earlier, ..
        } = self.stopped;
        assert!(entries.len() >= earlier.len(), "the journal has shrunk");
        for call in calls.iter().filter(|call| call.changes) {
            assert!(call.announced, "sent before it was written down: {call:?}");
        }
        let later = &entries[earlier.len()..];
        for (step, sent) in journal::sendings(later) {
            let of = |entry: &&Entry| entry.step == step && !entry.is_sending();
            let answered = later.iter().filter(of).count();
            assert_eq!(answered, sent as usize, "step {step} has no end");
        }
    }
}

fn removes(call: &Call) -> bool {
    let action = call.name.split_once(':').map_or("", |(_, action)| action);
    let removals = ["Delete", "Remove", "Detach", "Disassociate"];
    removals.iter().any(|verb| action.starts_with(verb))
}
