//! What each change means for access, and how much a reviewer should mind: the worst first. Whether a run is stopped
//! for it is decided in `guard`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Change};
use crate::access::{AccessChange, AccessDiff, Home, RoleAccess, Subject, denial_diff, role_diff};
use crate::catalogue::managed_policy;
use crate::findings::escalations;
use crate::kinds::{self, Access, Kind};
use crate::model::{Attributes, AwsScope, FieldPath, Live, Value};
use crate::policy::Document;

/// The worst that can be said of a change.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Somebody else may assume an existing role.
    TrustWidened,
    /// Something may be done that could not be done before.
    NewAccess,
    /// A permissions boundary goes, or is exchanged.
    BoundaryRemoved,
    /// Something goes.
    Deletion,
    /// Less may be done than before.
    Narrowing,
    /// Access stays what it was.
    Cosmetic,
}

/// What a run can be told to stop for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RiskFlag {
    /// Access that was not there before.
    NewAccess,
    /// A role that can give itself more than it has, and could not before.
    Escalation,
    /// A role that anyone may assume.
    Public,
    /// Something that goes.
    Deletion,
}

/// Says of every change what it means for access.
pub(super) fn mark(changes: &mut [Change], live: &Live) {
    for change in changes {
        let kind = kinds::find(change.address.kind);
        let decides = |path: &FieldPath| decides(kind, path) != Access::None;
        let touches = change.edits.iter().any(|edit| decides(&edit.path));
        let nothing = Attributes::new();
        let observed = live.resources.get(&change.address);
        let before = match (change.action, observed) {
            (Action::Create, _) | (_, None) => &nothing,
            (_, Some(observed)) => &observed.attributes,
        };
        let after = after(change, before);
        let diff = touches.then(|| diff(kind, &live.setting, before, &after));
        change.alarms = alarms(
            change.action,
            diff.as_ref(),
            (kind, &live.setting, before, &after),
        );
        change.risk = risk(change.action, diff.as_ref());
        // What comes or goes as a whole is shown as a whole.
        let is_whole = matches!(
            change.action,
            Action::Create | Action::Delete | Action::Detach
        );
        change.access = diff.filter(|_| !is_whole).map(Box::new);
    }
}

fn decides(kind: &dyn Kind, path: &FieldPath) -> Access {
    kinds::field(kind.name(), path.field).map_or(Access::None, |field| field.access)
}

/// The fields as they will be: what is there, with the edits made.
pub(super) fn after(change: &Change, before: &Attributes) -> Attributes {
    if change.action == Action::Delete {
        return Attributes::new();
    }
    let mut after = before.clone();
    for edit in &change.edits {
        match &edit.after {
            Some(value) => drop(after.insert(edit.path.clone(), value.clone())),
            None => drop(after.remove(&edit.path)),
        }
    }
    after
}

fn diff(
    kind: &dyn Kind,
    setting: &AwsScope,
    before: &Attributes,
    after: &Attributes,
) -> AccessDiff {
    let [role_before, role_after] = [before, after].map(|one| role(kind, setting, one));
    let mut diff = role_diff(&role_before, &role_after);
    let [earlier, later] = [before, after].map(|one| denial(kind, one));
    let denials = denial_diff(earlier, later, role_before.home);
    diff.gained.extend(denials.gained);
    diff.lost.extend(denials.lost);
    let [held, holds] = [before, after].map(|one| held(kind, one));
    if held != holds {
        diff.gained.extend(holds.map(holder));
        diff.lost.extend(held.map(holder));
    }
    diff
}

/// What a resource says about access, read as a role's.
fn role<'a>(kind: &dyn Kind, setting: &'a AwsScope, fields: &'a Attributes) -> RoleAccess<'a> {
    let mut role = RoleAccess {
        home: Home {
            account: &setting.account,
            partition: setting.partition.name(),
        },
        ..RoleAccess::default()
    };
    for (path, value) in fields {
        match (decides(kind, path), value) {
            (Access::Trust, Value::Policy(document)) => role.trust = Some(document),
            (Access::Permissions, Value::Policy(document)) => role.identity.push(document),
            (Access::ManagedPolicies, _) => role.managed.extend(path.member.as_deref()),
            (Access::Boundary, Value::Text(arn)) => role.boundary = Some(arn),
            (Access::SessionDuration, Value::Number(seconds)) => role.session = Some(*seconds),
            _ => {}
        }
    }
    role
}

/// What somebody else may not do.
fn denial<'a>(kind: &dyn Kind, fields: &'a Attributes) -> Option<&'a Document> {
    let mut denials = fields.iter().filter_map(|(path, value)| match value {
        Value::Policy(document) if decides(kind, path) == Access::Denial => Some(document),
        _ => None,
    });
    denials.next()
}

/// The name of what gives instances their access.
fn held<'a>(kind: &dyn Kind, fields: &'a Attributes) -> Option<&'a str> {
    let mut links = fields.iter().filter_map(|(path, value)| match value {
        Value::Link(link) if decides(kind, path) == Access::Holder => Some(link.name.as_str()),
        _ => None,
    });
    links.next()
}

fn holder(name: &str) -> AccessChange {
    AccessChange {
        subject: Subject::Holder {
            name: name.to_owned(),
        },
        certain: true,
    }
}

fn risk(action: Action, diff: Option<&AccessDiff>) -> Risk {
    let nothing = AccessDiff::default();
    let AccessDiff { gained, lost } = diff.unwrap_or(&nothing);
    let gains = |wanted: fn(&Subject) -> bool| gained.iter().any(|one| wanted(&one.subject));
    if action != Action::Create && gains(|subject| matches!(subject, Subject::Trust(_))) {
        Risk::TrustWidened
    } else if gains(|subject| !matches!(subject, Subject::Boundary { .. })) {
        Risk::NewAccess
    } else if !gained.is_empty() {
        Risk::BoundaryRemoved
    } else if goes(action) {
        Risk::Deletion
    } else if !lost.is_empty() {
        Risk::Narrowing
    } else {
        Risk::Cosmetic
    }
}

fn goes(action: Action) -> bool {
    matches!(action, Action::Delete | Action::Replace | Action::Detach)
}

/// A resource before and after.
type Sides<'a> = (&'a dyn Kind, &'a AwsScope, &'a Attributes, &'a Attributes);

fn alarms(action: Action, diff: Option<&AccessDiff>, sides: Sides<'_>) -> BTreeSet<RiskFlag> {
    let mut alarms = BTreeSet::new();
    if goes(action) {
        alarms.insert(RiskFlag::Deletion);
    }
    let gained = diff.map_or(&[][..], |diff| &diff.gained);
    if !gained.is_empty() {
        alarms.insert(RiskFlag::NewAccess);
        let (kind, setting, before, after) = sides;
        let [before, after] = [before, after].map(|one| role(kind, setting, one));
        if is_escalated(&before, &after) {
            alarms.insert(RiskFlag::Escalation);
        }
    }
    if gained.iter().any(|one| is_public(&one.subject)) {
        alarms.insert(RiskFlag::Public);
    }
    alarms
}

/// Whether anyone is let in, whatever the condition: which conditions keep the world out is for findings to say.
fn is_public(subject: &Subject) -> bool {
    let Subject::Trust(permission) = subject else {
        return false;
    };
    let principals = permission.principals.iter().flat_map(|names| &names.any);
    principals.into_iter().any(|name| name == "*")
}

/// Whether the role can give itself more than it has, in a way in which it could not before.
fn is_escalated(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> bool {
    let managed = |role: &RoleAccess<'_>| {
        let known = role.managed.iter().filter_map(|arn| managed_policy(arn));
        known.filter(|known| known.escalates).count()
    };
    let [was, is] = [before, after].map(|role| escalations(&role.identity, None));
    managed(after) > managed(before) || !is.is_subset(&was)
}
