//! After the last step: reads what was touched until it is as declared, or time is up.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Planned, Run, RunEvent};
use crate::apply::Options;
use crate::cloud::Fault;
use crate::cloud::backoff::Backoff;
use crate::kinds::SurveyScope;
use crate::live;
use crate::model::{Action, Address, Desired, FieldPath, Live, Value};
use crate::plan::{self, Change, Edit};

/// What the read-back showed.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadBack {
    /// Everything reads back as declared.
    Converged,
    /// Time is up, and this does not; never empty.
    Open(Vec<Unconverged>),
    /// It was interrupted before AWS showed everything.
    Interrupted,
}

/// Something that AWS does not show as declared.
#[derive(Debug, Clone, PartialEq)]
pub enum Unconverged {
    /// AWS could not be read.
    Unreadable(Fault),
    /// It was deleted or detached, and is still shown.
    StillThere(Address),
    /// It was created, and is not shown yet.
    NotVisible(Address),
    /// Some of its fields are not as declared.
    Differs(Address, Vec<FieldPath>),
    /// It was released, and still carries the stack's tag.
    StillOwned(Address),
    /// Something else: one sentence.
    Other(String),
}

/// The least time between two events that say that it still lasts.
const REPORT_EVERY: Duration = Duration::from_secs(10);

/// The pause between good reads. Three of them cost less than half a second.
const READ_AGAIN: Duration = Duration::from_millis(150);

/// Reads back until everything touched is as declared.
pub(super) async fn wait(run: Run<'_>, planned: &Planned, options: &Options) -> ReadBack {
    let desired = plan::touched(&planned.plan, &planned.desired, &planned.live);
    let (began, limit) = (run.clock.elapsed(), options.propagation_timeout);
    let mut reported: Option<Duration> = None;
    let mut attempt = 0;
    let needed = reads_needed(planned, &options.recent);
    let mut good = 0;
    loop {
        let open = match open(run, planned, &desired).await {
            Ok(open) => open,
            Err(fault) if fault.may_pass() => vec![Unconverged::Unreadable(fault)],
            // Asking again does not change this answer.
            Err(fault) => return ReadBack::Open(vec![Unconverged::Unreadable(fault)]),
        };
        good = if open.is_empty() { good + 1 } else { 0 };
        let now = run.clock.elapsed();
        let elapsed = now.saturating_sub(began);
        if good >= needed || elapsed >= limit {
            return if open.is_empty() {
                ReadBack::Converged
            } else {
                ReadBack::Open(open)
            };
        }
        if good > 0 {
            run.clock.sleep(READ_AGAIN).await;
            continue;
        }
        attempt += 1;
        if attempt > 2 && reported.is_none_or(|at| now.saturating_sub(at) >= REPORT_EVERY) {
            reported = Some(now);
            (run.events)(RunEvent::ReadingBack {
                open: &open,
                elapsed,
                limit,
            });
        }
        run.clock.sleep(Backoff::QUICK.delay(attempt, 1.0)).await;
    }
}

/// How many good reads in a row are believed for a plan.
fn reads_needed(planned: &Planned, recent: &BTreeSet<Address>) -> u32 {
    let changes = planned.plan.effective();
    let each = changes.map(|change| reads_after(change.action, recent.contains(&change.address)));
    each.max().unwrap_or(1)
}

/// How many good reads in a row are believed after a change. Answers come from many replicas, and the one that
/// was asked may be ahead of the others, or, where nothing shall be, so far behind that it does not know the
/// resource yet.
fn reads_after(action: Action, recent: bool) -> u32 {
    match action {
        Action::Delete | Action::Replace if recent => 3,
        Action::Create | Action::Delete | Action::Replace | Action::Detach => 2,
        Action::Update | Action::Adopt | Action::Keep => 1,
    }
}

async fn open(
    run: Run<'_>,
    planned: &Planned,
    desired: &Desired,
) -> Result<Vec<Unconverged>, Fault> {
    let view = run.view;
    let within = SurveyScope::Named;
    let live = live::survey(view.reads, view.scope, view.caller, desired, within).await?;
    if !planned.options.release.is_empty() {
        return Ok(still_owned(planned, &live));
    }
    let options = plan::wishes_again(&planned.plan, &planned.options);
    Ok(match plan::plan(desired, &live, &options) {
        Ok(now) => now
            .effective()
            .filter_map(|change| still_open(change, planned))
            .collect(),
        Err(problems) => problems
            .sorted()
            .into_iter()
            .map(|problem| Unconverged::Other(problem.message.clone()))
            .collect(),
    })
}

/// What was released is done once AWS no longer shows our tag on it.
fn still_owned(planned: &Planned, live: &Live) -> Vec<Unconverged> {
    let released = planned.options.release.iter().filter(|address| {
        let observed = live.resources.get(*address);
        observed.is_some_and(|one| one.owner.as_ref() == Some(&planned.desired.stack.name))
    });
    released.cloned().map(Unconverged::StillOwned).collect()
}

/// Whether all that an edit does is point to what the next run changes of an adopted resource: a role that is
/// replaced to get its path, for one.
pub(super) fn points_to_adopted(edit: &Edit, planned: &Planned) -> bool {
    let target = match &edit.after {
        Some(Value::Link(link)) => link.target.as_ref(),
        _ => None,
    };
    let mut was = planned.plan.effective();
    target
        .is_some_and(|target| was.any(|was| was.address == *target && was.action == Action::Adopt))
}

/// Whether a change of the plan is about this resource. One whose instance had yet to be launched has a member
/// only now.
fn stands_for(was: &Address, now: &Address) -> bool {
    was == now || was.member.is_none() && was.kind == now.kind && was.name == now.name
}

/// What was not touched is not ours to wait for. A resource that was only adopted is done once it carries our tag,
/// whatever else the next run would change.
fn still_open(change: &Change, planned: &Planned) -> Option<Unconverged> {
    let was = planned
        .plan
        .effective()
        .find(|was| stands_for(&was.address, &change.address))?;
    if was.action == Action::Adopt && change.action != Action::Adopt {
        return None;
    }
    let mut edits = change.edits.iter();
    if change.action == Action::Update && edits.all(|edit| points_to_adopted(edit, planned)) {
        return None;
    }
    let address = change.address.clone();
    let fields = change.edits.iter().map(|edit| edit.path.clone()).collect();
    Some(match change.action {
        Action::Delete | Action::Detach => Unconverged::StillThere(address),
        Action::Create => Unconverged::NotVisible(address),
        Action::Update | Action::Replace | Action::Adopt | Action::Keep => {
            Unconverged::Differs(address, fields)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_believed_late_and_a_mere_update_at_once() {
        assert_eq!(reads_after(Action::Delete, true), 3, "it may be invisible");
        assert_eq!(reads_after(Action::Delete, false), 2);
        assert_eq!(reads_after(Action::Create, false), 2);
        assert_eq!(reads_after(Action::Update, true), 1);
    }

    #[test]
    fn reading_again_costs_less_than_half_a_second() {
        let most = reads_after(Action::Delete, true);
        assert!(READ_AGAIN * (most - 1) < Duration::from_millis(500));
    }
}
