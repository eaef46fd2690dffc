//! After the last step: reads back what was touched until it is as declared, or time is up.

use std::time::Duration;

use super::interrupt;
use super::options::Applying;
use super::plan::Planned;
use super::session::Session;
use super::ui::Ui;
use crate::cloud::Clock;
use crate::cloud::Fault;
use crate::cloud::backoff::Backoff;
use crate::kinds::SurveyScope;
use crate::live;
use crate::model::{Action, Address, Desired, Live, Value};
use crate::plan::{self, Change, Edit};
use crate::render;

/// What the read-back showed.
pub(super) enum Converged {
    /// What does not read back as declared, one sentence each.
    Open(Vec<String>),
    /// Nothing: it was interrupted.
    Unknown,
}

impl Converged {
    /// Whether everything reads back as declared.
    pub(super) fn is_there(&self) -> bool {
        matches!(self, Converged::Open(open) if open.is_empty())
    }

    /// Whether nobody looked long enough to know.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Converged::Unknown)
    }

    /// What does not, one sentence each.
    pub(super) fn sentences(&self) -> Vec<String> {
        match self {
            Converged::Open(open) => open.clone(),
            Converged::Unknown => {
                vec!["reading back was stopped before AWS showed all of it".to_owned()]
            }
        }
    }
}

/// How often saying that we still wait is worth a line.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// The pause between good looks. Three of them cost less than half a second.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// Reads back until everything touched is as declared.
pub(super) async fn wait(
    session: &Session,
    planned: &Planned,
    applying: &Applying,
    clock: &dyn Clock,
    ui: &Ui,
) -> Converged {
    let desired = plan::touched(&planned.plan, &planned.desired, &planned.live);
    let began = clock.elapsed();
    let mut said: Option<Duration> = None;
    let mut attempt = 0;
    let needed = looks(planned);
    let mut good = 0;
    loop {
        let open = match look(session, planned, &desired).await {
            Ok(open) => open,
            Err(fault) if fault.may_pass() => vec![format!("cannot read back: {fault}")],
            // Asking again does not change this answer.
            Err(fault) => return Converged::Open(vec![format!("cannot read back: {fault}")]),
        };
        good = if open.is_empty() { good + 1 } else { 0 };
        let now = clock.elapsed();
        let lasting = now.saturating_sub(began);
        if good >= needed || lasting >= applying.propagation_timeout {
            return Converged::Open(open);
        }
        if good > 0 {
            clock.sleep(LOOK_AGAIN).await;
            continue;
        }
        attempt += 1;
        let due = said.is_none_or(|at| now.saturating_sub(at) >= SAY_EVERY);
        if due && attempt > 2 {
            said = Some(now);
            ui.say(&format!(
                "reading back: {}, {} of at most {}",
                open[0],
                render::whole(lasting),
                render::whole(applying.propagation_timeout)
            ));
        }
        clock.sleep(Backoff::QUICK.delay(attempt, 1.0)).await;
    }
}

/// How many good looks in a row are believed for a plan.
fn looks(planned: &Planned) -> u32 {
    let recent = interrupt::recent(planned);
    let changes = planned.plan.effective();
    let each = changes.map(|change| looks_after(change.action, recent.contains(&change.address)));
    each.max().unwrap_or(1)
}

/// How many good looks in a row are believed after a change. Answers come from many replicas, and the one that
/// was asked may be ahead of the others, or, where nothing shall be, so far behind that it does not know the
/// thing yet.
fn looks_after(action: Action, recent: bool) -> u32 {
    match action {
        Action::Delete | Action::Replace if recent => 3,
        Action::Create | Action::Delete | Action::Replace | Action::Detach => 2,
        Action::Update | Action::Adopt | Action::Keep => 1,
    }
}

async fn look(
    session: &Session,
    planned: &Planned,
    desired: &Desired,
) -> Result<Vec<String>, Fault> {
    let live = live::survey(
        session.reads(),
        &session.setting,
        &session.caller,
        desired,
        SurveyScope::Named,
    )
    .await?;
    if !planned.wishes.release.is_empty() {
        return Ok(still_owned(planned, &live));
    }
    let wishes = plan::wishes_again(&planned.plan, &planned.wishes);
    Ok(match plan::plan(desired, &live, &wishes) {
        Ok(now) => now
            .effective()
            .filter_map(|change| still_open(change, planned))
            .collect(),
        Err(problems) => problems
            .sorted()
            .into_iter()
            .map(|problem| problem.message.clone())
            .collect(),
    })
}

/// What was let go of is there once AWS no longer shows our tag on it.
fn still_owned(planned: &Planned, live: &Live) -> Vec<String> {
    let released = planned.wishes.release.iter().filter(|address| {
        let observed = live.resources.get(*address);
        observed.is_some_and(|one| one.owner.as_ref() == Some(&planned.desired.stack.name))
    });
    released
        .map(|address| format!("{address} still carries the stack's tag"))
        .collect()
}

/// Whether all that an edit does is point to what the next run changes of an adopted resource: a role that is
/// replaced to get its path, for one.
pub(super) fn to_adopted(edit: &Edit, planned: &Planned) -> bool {
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

/// What was not touched is not ours to wait for. A resource that was only adopted is there once it carries our tag, whatever else the next run would change.
fn still_open(change: &Change, planned: &Planned) -> Option<String> {
    let was = planned
        .plan
        .effective()
        .find(|was| stands_for(&was.address, &change.address))?;
    if was.action == Action::Adopt && change.action != Action::Adopt {
        return None;
    }
    if change.action == Action::Update && change.edits.iter().all(|edit| to_adopted(edit, planned))
    {
        return None;
    }
    let fields: Vec<String> = change
        .edits
        .iter()
        .map(|edit| format!("`{}`", edit.path))
        .collect();
    let what = if fields.is_empty() {
        String::new()
    } else {
        format!(" ({})", crate::text::and_list(&fields))
    };
    Some(match change.action {
        Action::Delete | Action::Detach => format!("{} is still there", change.address),
        Action::Create => format!("{} is not visible yet", change.address),
        _ => format!("{} does not read back as declared{what}", change.address),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_believed_late_and_a_mere_update_at_once() {
        assert_eq!(looks_after(Action::Delete, true), 3, "it may be invisible");
        assert_eq!(looks_after(Action::Delete, false), 2);
        assert_eq!(looks_after(Action::Create, false), 2);
        assert_eq!(looks_after(Action::Update, true), 1);
    }

    #[test]
    fn looking_again_costs_less_than_half_a_second() {
        let most = looks_after(Action::Delete, true);
        assert!(LOOK_AGAIN * (most - 1) < Duration::from_millis(500));
    }
}
