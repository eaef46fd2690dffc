//! How much room IAM leaves a role.

use super::RoleSubject;
use crate::findings::document::spot::found;
use crate::findings::{Found, Rule, Severity};
use crate::model::{FieldName, FieldPath, field};
use crate::policy::{Document, ROLE_INLINE_LIMIT, TRUST_LIMIT};

pub(in crate::findings) const NEAR_QUOTA: Rule = Rule {
    id: "near-quota",
    severity: Severity::Low,
    title: "Nearly as much as IAM takes",
    why: "A role has 10,240 characters for its inline policies and 2,048 for its trust policy, and up to 10 \
          managed policies unless the account was given more. The next addition may be refused, at a time when it \
          is urgent.",
    fix: "Shorten the policies with patterns, move some into a managed policy, or ask for a higher quota.",
    bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
managedPolicies:
  - arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess
  - arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess
  - arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess
  - arn:aws:iam::aws:policy/IAMReadOnlyAccess
",
    good: r"trustPolicy: {services: [ec2.amazonaws.com]}
managedPolicies:
  - arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
",
};

/// Managed policies that a role may have by default (IAM quotas; can be raised).
const MANAGED_LIMIT: usize = 10;

pub(super) fn find(subject: &RoleSubject<'_>, all: &mut Vec<(FieldPath, Found)>) {
    let inline = subject.identity.iter().map(|(_, one)| one.size()).sum();
    let fix = "shorten them, or move one into a managed policy";
    let message = "the inline policies have";
    all.extend(near(
        field::INLINE_POLICIES,
        message,
        (inline, ROLE_INLINE_LIMIT),
        "characters",
        fix,
    ));
    let trust = subject.trust.map_or(0, Document::size);
    let fix = "shorten it, or request a higher quota";
    let message = "the trust policy has";
    all.extend(near(
        field::TRUST_POLICY,
        message,
        (trust, TRUST_LIMIT),
        "characters",
        fix,
    ));
    let managed = (subject.managed.len(), MANAGED_LIMIT);
    let fix = "join some in a policy of your own, or request a higher quota";
    all.extend(near(
        field::MANAGED_POLICIES,
        "the role has",
        managed,
        "managed policies",
        fix,
    ));
}

fn near(
    field: FieldName,
    message: &str,
    (used, limit): (usize, usize),
    what: &str,
    fix: &str,
) -> Option<(FieldPath, Found)> {
    // More than 90 %, or the last managed policy but one.
    let is_near = used * 10 > limit * 9 || (limit == MANAGED_LIMIT && used * 10 >= limit * 9);
    let message = format!("{message} {used} of {limit} {what}");
    is_near.then(|| (FieldPath::new(field), found(&NEAR_QUOTA, "", message, fix)))
}
