//! Looks at a finished plan and refuses what needs a second thought: another account, protected resources,
//! mass deletion, profiles in use. A refused plan is still shown; only applying it is refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Change, Edit, Gap, Plan, RiskFlag};
use crate::access::{Direction, Subject, sentence};
use crate::diagnostic::Diagnostic;
use crate::kinds::{self};
use crate::model::{Address, Desired, Instance, Live};
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
    /// Changing what the role may do, or who may assume it, that this very run is using.
    pub own_role: bool,
    /// Denying this very run what it takes to undo it.
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
    if !allowed.own_role {
        refusals.extend(own_role(plan, live));
    }
    if !allowed.lock_out {
        refusals.extend(lock_outs(plan, desired));
    }
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

/// Those of the refusals that depend on who runs the plan.
pub fn refusals_of_caller(
    plan: &Plan,
    desired: &Desired,
    live: &Live,
    allowed: &GuardOverrides,
) -> Vec<Diagnostic> {
    let mut refusals = Vec::new();
    if !allowed.own_role {
        refusals.extend(own_role(plan, live));
    }
    if !allowed.lock_out {
        refusals.extend(lock_outs(plan, desired));
    }
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

fn goes(change: &Change) -> bool {
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

/// The role a run has assumed: without it, or without its permissions, nobody may be left to put it right.
fn own_role(plan: &Plan, live: &Live) -> Option<Diagnostic> {
    let change = plan
        .effective()
        .find(|change| is_own(change, &plan.caller.arn, live) && loses(change))?;
    let verb = if goes(change) {
        "delete"
    } else {
        "take access from"
    };
    let message = format!(
        "the plan would {verb} {}, which this run itself uses",
        change.address
    );
    let hint =
        "run it with other credentials, or pass `--allow-own-role` if you know another way in";
    Some(
        Diagnostic::error("own-role", message)
            .at(change.place.clone())
            .hint(hint),
    )
}

/// What this run would do, and could not undo.
fn lock_outs(plan: &Plan, desired: &Desired) -> impl Iterator<Item = Diagnostic> {
    let made = plan.effective().filter(|change| {
        matches!(
            change.action,
            Action::Create | Action::Update | Action::Replace
        )
    });
    made.filter_map(|change| {
        let kind = kinds::find(change.address.kind);
        let resource = desired.resources.get(&change.address)?;
        let lost = kind.locks_out(resource, &plan.caller.arn)?;
        let message = format!(
            "{} would deny this run itself {lost}, so that it could not take it back",
            change.address
        );
        let hint =
            "run it with other credentials, or pass `--allow-lock-out` if you know another way in";
        let refusal = Diagnostic::error("lock-out", message).at(change.place.clone());
        Some(refusal.hint(hint))
    })
}

/// Whether the caller lives by a resource: it is the role it has assumed, the profile it got that role
/// through, the instance it runs on, or the association of that.
fn is_own(change: &Change, caller: &str, live: &Live) -> bool {
    let is_used = |address: &Address| {
        let used = kinds::find(address.kind).used_by(caller);
        used.is_some_and(|name| name == address.name)
    };
    let holds_used = || {
        live.resources.get(&change.address).is_some_and(|observed| {
            let mut targets = observed.references.iter();
            targets.any(|reference| is_used(&reference.target))
        })
    };
    let observed = live.resources.get(&change.address);
    let launched = observed.and_then(|observed| observed.id.as_deref());
    let ids = [change.address.member.as_deref(), launched];
    let is_instance = |session: &str| ids.contains(&Some(session));
    is_used(&change.address) || holds_used() || session(caller).is_some_and(is_instance)
}

/// The session name of an assumed role, which on EC2 is the instance's id (EC2 user guide, "IAM roles for
/// Amazon EC2").
fn session(caller: &str) -> Option<&str> {
    let (_, session) = caller.split_once(":assumed-role/")?;
    session.split_once('/').map(|(_, name)| name)
}

/// Whether a resource may lose access: what replaces something may be narrower, a new boundary narrows, and
/// what is removed is gone. Whether it really does is not judged here; doubt refuses.
fn loses(change: &Change) -> bool {
    let decides = |edit: &Edit| {
        let field = kinds::field(change.address.kind, edit.path.field);
        field.is_some_and(|field| field.credentials)
    };
    goes(change)
        || change
            .edits
            .iter()
            .any(|edit| decides(edit) && (edit.before.is_some() || edit.path.member.is_none()))
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
    let serves =
        |change: &&Change| goes(change) && kinds::find(change.address.kind).serves_instances();
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
    format!(
        "{} goes, and it is not known which instances use it: {why}",
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
