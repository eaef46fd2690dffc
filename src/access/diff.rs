//! A resource before and after: what it may do, who may assume it and for how long, what it denies to others, and whose
//! access it gives to instances.

use super::change::{AccessChange, AccessDiff, Subject};
use super::describe::described;
use super::gain::gained;
use super::grants::Grants;
use crate::catalogue::managed_policy;
use crate::model::{AccessView, AwsScope};
use crate::policy::{Document, PolicyPurpose};

/// What a change from one to the other means for access. `scope` says which account the principals without one are in.
pub fn diff(before: &AccessView<'_>, after: &AccessView<'_>, scope: &AwsScope) -> AccessDiff {
    let lost = gains(after, before, scope).into_iter();
    AccessDiff {
        gained: gains(before, after, scope),
        lost: lost.map(reversed).collect(),
    }
}

/// What is gained on the way back, as what is lost on the way there.
fn reversed(change: AccessChange) -> AccessChange {
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

fn gains(before: &AccessView<'_>, after: &AccessView<'_>, scope: &AwsScope) -> Vec<AccessChange> {
    let by_policies = |purpose| policies(purpose, before, after, scope);
    let mut changes = by_policies(PolicyPurpose::Trust);
    changes.extend(by_policies(PolicyPurpose::Identity));
    changes.extend(managed(before, after));
    changes.extend(boundary(before, after));
    changes.extend(session(before, after));
    changes.extend(by_policies(PolicyPurpose::Resource));
    changes.extend(holder(before, after));
    changes
}

fn policies(
    purpose: PolicyPurpose,
    before: &AccessView<'_>,
    after: &AccessView<'_>,
    scope: &AwsScope,
) -> Vec<AccessChange> {
    // The policy of a resource only denies: what it denied before and does not after is what is gained.
    let denies = purpose == PolicyPurpose::Resource;
    let sides = if denies {
        [after, before]
    } else {
        [before, after]
    };
    let [before, after] = sides.map(|view| view.documents(purpose));
    let unknown = |document: &&Document| !document.is_readable() && !before.contains(document);
    if after.iter().any(unknown) {
        return vec![possible(Subject::Unreadable)];
    }
    let [before, after] = [before, after].map(|documents| {
        let grants = Grants::of(documents, scope);
        if denies { grants.denied() } else { grants }
    });
    let gains = gained(&before, &after);
    gains.iter().map(|gain| described(gain, purpose)).collect()
}

fn possible(subject: Subject) -> AccessChange {
    AccessChange {
        subject,
        certain: false,
    }
}

/// Managed policies are known by name only: attaching one gives what it allows, which others may allow already;
/// detaching one may lift what it denies.
fn managed(before: &AccessView<'_>, after: &AccessView<'_>) -> Vec<AccessChange> {
    let only = |view: &AccessView<'_>, other: &AccessView<'_>| {
        let arns = view
            .managed
            .keys()
            .filter(|arn| !other.managed.contains_key(*arn));
        arns.map(|arn| (*arn).to_owned()).collect::<Vec<_>>()
    };
    let attached = only(after, before).into_iter();
    let attached = attached.map(|arn| possible(Subject::ManagedPolicy { arn }));
    let detached = only(before, after).into_iter().filter(|arn| may_deny(arn));
    let detached = detached.map(|arn| possible(Subject::ManagedDeny { arn }));
    attached.chain(detached).collect()
}

/// An account's own may, and so may one of AWS that is newer than what is known.
fn may_deny(arn: &str) -> bool {
    managed_policy(arn).is_none_or(|known| known.denies)
}

/// A boundary only ever takes away, so one that comes gives nothing. What two of them have in common is not known.
fn boundary(before: &AccessView<'_>, after: &AccessView<'_>) -> Option<AccessChange> {
    let existed = before.trust().is_some() && after.trust().is_some();
    let [before, after] = [before, after].map(|view| Some(view.boundary?.0.to_owned()));
    let changes = existed && before.is_some() && before != after;
    changes.then(|| possible(Subject::Boundary { before, after }))
}

fn session(before: &AccessView<'_>, after: &AccessView<'_>) -> Option<AccessChange> {
    let (before, after) = (before.session?, after.session?);
    (after > before).then_some(AccessChange {
        subject: Subject::SessionDuration { before, after },
        certain: true,
    })
}

fn holder(before: &AccessView<'_>, after: &AccessView<'_>) -> Option<AccessChange> {
    let name = after.holder.filter(|_| before.holder != after.holder)?;
    Some(AccessChange {
        subject: Subject::Holder {
            name: name.to_owned(),
        },
        certain: true,
    })
}
