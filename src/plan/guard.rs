//! Looks at a finished plan and refuses what needs a second thought: another account, protected resources,
//! mass deletion, profiles in use. A refused plan is still shown; only applying it is refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Change, Gap, Plan, RiskFlag, gap, lock_out};
use crate::access::{Direction, Subject, sentence};
use crate::diagnostic::Diagnostic;
use crate::kinds::{self};
use crate::model::{Desired, Instance, Live};
use crate::text;

/// What the user has allowed explicitly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of its own that the user has given or not"
)]
pub struct GuardOverrides {
    /// Deleting more than 30 per cent of what the stack owns.
    pub mass_delete: bool,
    /// Deleting profiles that instances outside of the plan use.
    pub in_use: bool,
    /// Taking access from an identity that this very run uses. The same as `lock_out`, under its former name.
    pub own_role: bool,
    /// Taking from this very run what it takes to undo the change.
    pub lock_out: bool,
    /// Leaving running instances without credentials for a while.
    pub gap: bool,
    /// Replacing what does not come back as it was: an instance with its disks.
    pub replace: bool,
    /// What the user wants the run to be stopped for, allowed or not.
    pub fail_on: BTreeSet<RiskFlag>,
}

/// How many per cent of at least `FEW_OWNED` owned resources a plan may delete.
const MOST_DELETED: usize = 30;
/// How many instances a message names.
const NAMED_INSTANCES: usize = 10;
/// Below this many owned resources a share says nothing.
const FEW_OWNED: usize = 10;

/// Why the plan must not be applied as it is; nothing when it may.
pub fn refusals(
    plan: &Plan,
    desired: &Desired,
    live: &Live,
    allowed: &GuardOverrides,
) -> Vec<Diagnostic> {
    let mut refusals = Vec::new();
    refusals.extend(protected(plan, desired));
    if !allowed.mass_delete {
        refusals.extend(mass_delete(plan, live));
    }
    refusals.extend(lock_out::refusals(plan, desired, live, allowed));
    if !allowed.in_use {
        refusals.extend(in_use(plan, live));
    }
    if !allowed.gap {
        refusals.extend(gaps(plan));
    }
    if !allowed.replace {
        refusals.extend(losses(plan));
    }
    refusals.extend(alarming(plan, &allowed.fail_on));
    refusals
}

/// What the user wants a person to look at first.
fn alarming(plan: &Plan, fail_on: &BTreeSet<RiskFlag>) -> Vec<Diagnostic> {
    let mut refusals = Vec::new();
    for change in plan.effective() {
        for alarm in change.alarms.intersection(fail_on) {
            let address = &change.address;
            let told = told(change, *alarm);
            let (code, message) = match alarm {
                RiskFlag::NewAccess => (
                    "new-access",
                    format!("{address} gives access that was not there before{told}"),
                ),
                RiskFlag::Escalation => (
                    "escalation",
                    format!("{address} could give itself more than it has, and could not before"),
                ),
                RiskFlag::Public => ("public", format!("anyone could assume {address}{told}")),
                RiskFlag::Deletion => (
                    "deletion",
                    format!("the plan would {} {address}", verb(change.action)),
                ),
            };
            let refusal = Diagnostic::error(code, message).at(change.place.clone());
            let hint = format!(
                "look at it, and run again without `--fail-on {code}` if that is what you want"
            );
            refusals.push(refusal.hint(hint));
        }
    }
    refusals
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Replace => "replace",
        Action::Detach => "detach",
        _ => "delete",
    }
}

/// What is gained, where the alarm is about that and it can be said in one sentence.
fn told(change: &Change, alarm: RiskFlag) -> String {
    let gained = change.access.iter().flat_map(|diff| &diff.gained);
    let mut gained = gained.filter(|one| match alarm {
        RiskFlag::NewAccess => true,
        RiskFlag::Public => matches!(one.subject, Subject::Trust(_)),
        RiskFlag::Escalation | RiskFlag::Deletion => false,
    });
    let Some(first) = gained.next() else {
        return String::new();
    };
    let more = match gained.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(": {}{more}", sentence(first, Direction::Gained))
}

/// What is made anew from its declaration may have held more than that.
fn losses(plan: &Plan) -> impl Iterator<Item = Diagnostic> {
    let replaced = plan
        .effective()
        .filter(|change| change.action == Action::Replace);
    replaced.filter_map(|change| {
        let loses = kinds::find(change.address.kind).replacing_loses()?;
        let message = format!(
            "the plan would replace {}, which loses {loses}",
            change.address
        );
        let refusal = Diagnostic::error("replace", message).at(change.place.clone());
        Some(refusal.hint("pass `--accept-replace` if that is what you want"))
    })
}

/// Where AWS allows no overlap somebody has to say that the instances can do without.
fn gaps(plan: &Plan) -> impl Iterator<Item = Diagnostic> {
    let changes = plan.effective();
    changes.filter_map(|change| {
        let Gap { meaning, instances } = change.gap.as_ref()?;
        let verb = match change.action {
            Action::Replace => "is made anew under its name",
            _ => "changes",
        };
        let message = format!(
            "{} {verb} while {}: {meaning}",
            change.address,
            running(instances)
        );
        let hint = "pass `--accept-gap` if they can do without; or give the new one another name, so that it is ready before they are moved to it";
        let refusal = Diagnostic::error("gap", message).at(change.place.clone());
        Some(refusal.hint(hint))
    })
}

fn running(instances: &[Instance]) -> String {
    let ids: Vec<&str> = instances
        .iter()
        .take(NAMED_INSTANCES)
        .map(|instance| instance.id.as_str())
        .collect();
    let rest = instances.len() - ids.len();
    let more = if rest == 0 {
        String::new()
    } else {
        format!(" and {rest} more")
    };
    let use_it = if instances.len() == 1 { "uses" } else { "use" };
    format!(
        "{} {use_it} it ({}{more})",
        text::count(instances.len(), "running instance"),
        ids.join(", ")
    )
}

pub(super) fn goes(change: &Change) -> bool {
    matches!(change.action, Action::Delete | Action::Replace)
}

fn protected(plan: &Plan, desired: &Desired) -> Vec<Diagnostic> {
    let changes = plan
        .changes
        .iter()
        .filter(|change| goes(change) || change.action == Action::Detach);
    changes
        .filter(|change| {
            desired
                .resources
                .get(&change.address)
                .is_some_and(|resource| resource.protect)
        })
        .map(|change| {
            let verb = verb(change.action);
            Diagnostic::error(
                "protected",
                format!(
                    "the plan would {verb} {}, which is protected",
                    change.address
                ),
            )
            .at(change.place.clone())
            .hint("remove `metadata.protect` if that is what you want")
        })
        .collect()
}

/// A wrong folder or a lost file looks like a wish to delete almost everything.
fn mass_delete(plan: &Plan, live: &Live) -> Option<Diagnostic> {
    let owned = live
        .resources
        .values()
        .filter(|observed| observed.owner.as_deref() == Some(&plan.stack))
        .count();
    let deleted = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .count();
    let too_many = owned >= FEW_OWNED && deleted * 100 > owned * MOST_DELETED;
    too_many.then(|| {
        let message = format!(
            "the plan would delete {deleted} of the {owned} resources that stack {} owns",
            plan.stack
        );
        Diagnostic::error("mass-delete", message)
            .hint("pass `--allow-mass-delete` if that is what you want")
    })
}

/// AWS deletes a profile without asking; the instances that use it then lose their credentials. Where it
/// was not seen which ones do, some may.
fn in_use(plan: &Plan, live: &Live) -> Vec<Diagnostic> {
    let terminated = plan.effective().filter(|change| goes(change));
    let terminated =
        terminated.filter_map(|change| live.resources.get(&change.address)?.id.as_deref());
    let moved: BTreeSet<&str> = plan
        .effective()
        .filter_map(|change| change.address.member.as_deref())
        .chain(terminated)
        .collect();
    // Whether instances are seen that use an emptied profile is a gap's; whether there are any that are not seen is doubt.
    let emptied = |change: &Change| live.unseen_users.is_some() && gap::empties(change);
    let serves = |change: &&Change| {
        let takes = goes(change) || emptied(change);
        takes && kinds::find(change.address.kind).serves_instances()
    };
    let messages = plan.changes.iter().filter(serves).filter_map(|change| {
        let message = match &live.unseen_users {
            Some(why) => Some(unseen(change, why)),
            None => left(change, live, &moved),
        };
        Some((change, message?))
    });
    messages
        .map(|(change, message)| {
            let hint = match live.unseen_users {
                Some(_) => "let the caller see the associations, or pass `--allow-in-use`",
                None => "detach them with an InstanceAssociation (`ensure: detached`), or pass `--allow-in-use`",
            };
            Diagnostic::error("in-use", message)
                .at(change.place.clone())
                .hint(hint)
        })
        .collect()
}

fn unseen(change: &Change, why: &str) -> String {
    let verb = if goes(change) {
        "goes"
    } else {
        "loses its role"
    };
    format!(
        "{} {verb}, and it is not known which instances use it: {why}",
        change.address
    )
}

/// The instances that use what goes, and that the plan does not move to something else.
fn left(change: &Change, live: &Live, moved: &BTreeSet<&str>) -> Option<String> {
    let users = live.users.get(&change.address)?.iter();
    let left: Vec<&str> = users
        .map(|instance| instance.id.as_str())
        .filter(|id| !moved.contains(id))
        .collect();
    (!left.is_empty()).then(|| {
        format!(
            "{} goes while {} still {} it: {}",
            change.address,
            text::count(left.len(), "instance"),
            if left.len() == 1 { "uses" } else { "use" },
            text::and_list(&left)
        )
    })
}
