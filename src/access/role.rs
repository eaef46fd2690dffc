//! A role as a whole: what it may do, who may assume it, and for how long.

use std::collections::BTreeSet;

use super::change::{AccessChange, AccessDiff, Subject};
use super::gain::gained;
use super::grants::Grants;
use super::{describe, managed};
use crate::policy::Document;

/// Where a role is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Home<'a> {
    /// The 12 digits of its account.
    pub account: &'a str,
    /// Its partition (`aws`).
    pub partition: &'a str,
}

/// Everything about a role that decides over access.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RoleAccess<'a> {
    /// Where it is.
    pub home: Home<'a>,
    /// Its inline policies.
    pub identity: Vec<&'a Document>,
    /// The ARNs of the managed policies attached to it.
    pub managed: BTreeSet<&'a str>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<&'a str>,
    /// Who may assume it; none for a role that does not exist.
    pub trust: Option<&'a Document>,
    /// How many seconds a session may last.
    pub session: Option<u64>,
}

/// What a change from one to the other means for access.
pub fn role_diff(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> AccessDiff {
    AccessDiff {
        gained: gains(before, after),
        lost: gains(after, before).into_iter().map(turned).collect(),
    }
}

/// What is gained on the way back, as what is lost on the way there.
fn turned(change: AccessChange) -> AccessChange {
    let subject = match change.subject {
        Subject::Boundary { before, after } => Subject::Boundary {
            before: after,
            after: before,
        },
        Subject::SessionDuration { before, after } => Subject::SessionDuration {
            before: after,
            after: before,
        },
        other => other,
    };
    AccessChange { subject, ..change }
}

fn gains(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> Vec<AccessChange> {
    let mut changes = trust(before, after);
    changes.extend(identity(before, after));
    changes.extend(managed::gains(&before.managed, &after.managed));
    changes.extend(boundary(before, after));
    changes.extend(session(before, after));
    changes
}

fn trust(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> Vec<AccessChange> {
    let grants = |role: &RoleAccess<'_>| Grants::of(role.trust, role.home);
    if !is_readable(after.trust) && before.trust != after.trust {
        return vec![unreadable()];
    }
    let gains = gained(&grants(before), &grants(after));
    gains.iter().map(describe::trust).collect()
}

fn identity(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> Vec<AccessChange> {
    let grants = |role: &RoleAccess<'_>| Grants::of(role.identity.iter().copied(), role.home);
    let unknown =
        |document: &&&Document| !document.is_readable() && !before.identity.contains(document);
    if after.identity.iter().find(unknown).is_some() {
        return vec![unreadable()];
    }
    let gains = gained(&grants(before), &grants(after));
    gains.iter().map(describe::permission).collect()
}

fn is_readable(document: Option<&Document>) -> bool {
    document.is_none_or(Document::is_readable)
}

pub(super) fn unreadable() -> AccessChange {
    AccessChange {
        subject: Subject::Unreadable,
        certain: false,
    }
}

/// A boundary only ever takes away, so one that comes gives nothing. What two of them have in common is not known.
fn boundary(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> Option<AccessChange> {
    let existed = before.trust.is_some() && after.trust.is_some();
    if !existed || before.boundary.is_none() || before.boundary == after.boundary {
        return None;
    }
    let subject = Subject::Boundary {
        before: before.boundary.map(str::to_owned),
        after: after.boundary.map(str::to_owned),
    };
    Some(AccessChange {
        subject,
        certain: false,
    })
}

fn session(before: &RoleAccess<'_>, after: &RoleAccess<'_>) -> Option<AccessChange> {
    let (before, after) = (before.session?, after.session?);
    (after > before).then_some(AccessChange {
        subject: Subject::SessionDuration { before, after },
        certain: true,
    })
}
