//! Managed policies, which are known by name only: attaching one gives what it allows, detaching one may lift what it
//! denies.

use std::collections::BTreeSet;

use super::change::{AccessChange, Subject};
use crate::catalogue::managed_policy;

pub(super) fn gains(before: &BTreeSet<&str>, after: &BTreeSet<&str>) -> Vec<AccessChange> {
    let attached = after.difference(before).map(|arn| AccessChange {
        subject: Subject::ManagedPolicy {
            arn: (*arn).to_owned(),
        },
        // What it allows may be allowed by others already.
        certain: false,
    });
    let detached = before.difference(after).filter(|arn| may_deny(arn));
    let detached = detached.map(|arn| AccessChange {
        subject: Subject::ManagedDeny {
            arn: (*arn).to_owned(),
        },
        certain: false,
    });
    attached.chain(detached).collect()
}

/// An account's own may, and so may one of AWS that is newer than what is known.
fn may_deny(arn: &str) -> bool {
    managed_policy(arn).is_none_or(|known| known.denies)
}
