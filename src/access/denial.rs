//! What a change of a policy that only denies means: what is denied now, and what is not any more. Whether somebody could do
//! it otherwise is not known here.

use super::change::{AccessChange, AccessDiff};
use super::describe;
use super::gain::gained;
use super::grants::Grants;
use super::role::{Home, unreadable};
use crate::policy::Document;

/// The difference between what two policies deny.
pub fn denial_diff(
    before: Option<&Document>,
    after: Option<&Document>,
    home: Home<'_>,
) -> AccessDiff {
    AccessDiff {
        gained: newly_denied(after, before, home),
        lost: newly_denied(before, after, home),
    }
}

/// What the second denies and the first does not.
fn newly_denied(
    first: Option<&Document>,
    second: Option<&Document>,
    home: Home<'_>,
) -> Vec<AccessChange> {
    if second.is_some_and(|document| !document.is_readable()) {
        return vec![unreadable()];
    }
    // A denial is looked at as if it were what somebody may do.
    let denied = |document: Option<&Document>| Grants {
        allows: Grants::of(document, home).denies,
        denies: Vec::new(),
    };
    let denials = gained(&denied(first), &denied(second));
    denials.iter().map(describe::denial).collect()
}
