//! Rules that need all of a role: what its policies allow together, how much room is left, who can use it.

pub(super) mod change;
pub(super) mod escalation;
pub(super) mod instance;
pub(super) mod room;

pub use change::in_change;

use super::RuleMatch;
use crate::model::{AccessView, AwsScope, FieldPath};

/// A role with everything that decides what it may do, and who has that access.
#[derive(Debug, Clone, Copy)]
pub struct RoleSubject<'a> {
    /// Its policies and limits.
    pub access: &'a AccessView<'a>,
    /// Its ARN.
    pub arn: &'a str,
    /// Whether an instance profile of the stack holds it.
    pub held_by_profile: bool,
    /// The account it is in.
    pub scope: &'a AwsScope,
}

/// Everything worth a look in a role that its documents one by one do not show, with the field it is about. The
/// pointer leads into the document that the field holds.
pub fn in_role(subject: &RoleSubject<'_>) -> Vec<(FieldPath, RuleMatch)> {
    let mut found = Vec::new();
    found.extend(instance::find(subject));
    escalation::find(subject, &mut found);
    room::find(subject, &mut found);
    found
}
