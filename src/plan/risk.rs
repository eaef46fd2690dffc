//! What each change means for access, and how much a reviewer should mind: the worst first. Whether a run is stopped
//! for it is decided in `guard`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Change};
use crate::access::{self, AccessChange, AccessDiff, Subject};
use crate::catalogue::managed_policy;
use crate::findings::escalations;
use crate::kinds::{self, Access};
use crate::model::{AccessView, Attributes, AwsScope, Live};

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
        let mut edits = change.edits.iter();
        let touches = edits.any(|edit| kind.access(&edit.path) != Access::None);
        let nothing = Attributes::new();
        let observed = live.resources.get(&change.address);
        let before = match (change.action, observed) {
            (Action::Create, _) | (_, None) => &nothing,
            (_, Some(observed)) => &observed.attributes,
        };
        let after = after(change, before);
        let [before, after] = [before, &after].map(|one| kind.access_view(one));
        let diff = touches.then(|| access::diff(&before, &after, &live.setting));
        let gained = diff.as_ref().map_or(&[][..], |diff| &diff.gained);
        change.alarms = flags(change.action, gained);
        if !gained.is_empty() && is_escalated(&before, &after, &live.setting) {
            change.alarms.insert(RiskFlag::Escalation);
        }
        change.risk = risk(change.action, diff.as_ref());
        // What comes or goes as a whole is shown as a whole.
        let is_whole = matches!(
            change.action,
            Action::Create | Action::Delete | Action::Detach
        );
        change.access = diff.filter(|_| !is_whole).map(Box::new);
    }
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

fn flags(action: Action, gained: &[AccessChange]) -> BTreeSet<RiskFlag> {
    let flags = [
        (RiskFlag::Deletion, goes(action)),
        (RiskFlag::NewAccess, !gained.is_empty()),
        (
            RiskFlag::Public,
            gained.iter().any(|one| is_public(&one.subject)),
        ),
    ];
    let raised = flags.into_iter().filter(|(_, is_raised)| *is_raised);
    raised.map(|(flag, _)| flag).collect()
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
fn is_escalated(before: &AccessView<'_>, after: &AccessView<'_>, scope: &AwsScope) -> bool {
    let managed = |view: &AccessView<'_>| {
        let known = view.managed.keys().filter_map(|arn| managed_policy(arn));
        known.filter(|known| known.escalates).count()
    };
    let [was, is] = [before, after].map(|view| escalations(view, scope));
    managed(after) > managed(before) || !is.is_subset(&was)
}
