//! Rules that need all of a role: what its policies allow together, how much room is left, who can use it.

mod change;
mod escalation;
mod instance;
mod room;

pub(super) use change::BOUNDARY_REMOVED;
pub use change::in_change;
pub(super) use escalation::{
    ESCALATION_BOUNDARY, ESCALATION_CODE, ESCALATION_CREDENTIALS, ESCALATION_GRANT,
    ESCALATION_MANAGED_POLICY, ESCALATION_PASS_ROLE, ESCALATION_POLICY, ESCALATION_TRUST,
};
pub(super) use instance::TRUST_NOT_FOR_EC2;
pub(super) use room::NEAR_QUOTA;

use super::Found;
use crate::model::{Attributes, AwsScope, FieldPath, Value, field};
use crate::policy::Document;

/// A role with everything that decides what it may do.
#[derive(Debug, Clone)]
pub struct RoleSubject<'a> {
    /// Its name in IAM.
    pub name: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// Its inline policies with their names.
    pub identity: Vec<(&'a str, &'a Document)>,
    /// The ARNs of the managed policies that are attached to it.
    pub managed: Vec<&'a str>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<&'a str>,
    /// Who may assume it.
    pub trust: Option<&'a Document>,
    /// Whether an instance profile of the stack holds it.
    pub held_by_profile: bool,
    /// The account it is in.
    pub account: &'a str,
    /// The partition it is in (`aws`).
    pub partition: &'a str,
}

impl<'a> RoleSubject<'a> {
    /// A role of these fields, declared or live.
    pub fn of(
        (name, arn): (&'a str, &'a str),
        fields: &'a Attributes,
        held_by_profile: bool,
        setting: &'a AwsScope,
    ) -> Self {
        let mut subject = Self {
            name,
            arn,
            identity: Vec::new(),
            managed: Vec::new(),
            boundary: None,
            trust: None,
            held_by_profile,
            account: &setting.account,
            partition: setting.partition.name(),
        };
        for (path, value) in fields {
            let member = path.member.as_deref().unwrap_or_default();
            match (path.field, value) {
                (field::INLINE_POLICIES, Value::Policy(policy)) => {
                    subject.identity.push((member, policy));
                }
                (field::MANAGED_POLICIES, _) => subject.managed.push(member),
                (field::PERMISSIONS_BOUNDARY, Value::Text(arn)) => subject.boundary = Some(arn),
                (field::TRUST_POLICY, Value::Policy(policy)) => subject.trust = Some(policy),
                _ => {}
            }
        }
        subject
    }
}

/// Everything worth a look in a role that its documents one by one do not show, with the field it is about. The
/// pointer leads into the document that the field holds.
pub fn in_role(subject: &RoleSubject<'_>) -> Vec<(FieldPath, Found)> {
    let mut found = Vec::new();
    found.extend(instance::find(subject));
    escalation::find(subject, &mut found);
    room::find(subject, &mut found);
    found
}
