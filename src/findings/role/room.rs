//! How much room IAM leaves a role.

use super::RoleSubject;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::FieldPath;
use crate::policy::{PolicyPurpose, ROLE_INLINE_LIMIT, TRUST_LIMIT};

pub(crate) const NEAR_QUOTA: Rule = Rule {
    id: "near-quota",
    severity: Severity::Low,
    title: "Nearly as much as IAM takes",
    why: "A role has 10,240 characters for its inline policies and 2,048 for its trust policy, and up to 10 \
          managed policies unless the account was given more. The next addition may be refused, at a time when it \
          is urgent.",
    fix: "Shorten the policies with patterns, move some into a managed policy, or ask for a higher quota.",
    frame: Frame::InstanceRole,
    bad: "managedPolicies:
  - arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess
  - arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess
  - arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess
  - arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    good: "managedPolicies:
  - arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess
  - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
};

/// Managed policies that a role may have by default (IAM quotas; can be raised).
const MANAGED_LIMIT: usize = 10;

pub(super) fn find(subject: &RoleSubject<'_>, all: &mut Vec<(FieldPath, RuleMatch)>) {
    let view = subject.access;
    let policies = |purpose| {
        let size = view.policies(purpose).map(|one| one.document.size()).sum();
        (view.policies(purpose).next().map(|one| one.path), size)
    };
    let limits = [
        (
            policies(PolicyPurpose::Identity),
            ROLE_INLINE_LIMIT,
            "the inline policies have",
            "shorten them, or move one into a managed policy",
        ),
        (
            policies(PolicyPurpose::Trust),
            TRUST_LIMIT,
            "the trust policy has",
            "shorten it, or request a higher quota",
        ),
        (
            (view.managed.values().next().copied(), view.managed.len()),
            MANAGED_LIMIT,
            "the role has",
            "join some in a policy of your own, or request a higher quota",
        ),
    ];
    for ((path, used), limit, has, fix) in limits {
        // More than 90 %, or the last managed policy but one.
        let is_managed = limit == MANAGED_LIMIT;
        let is_near = used * 10 > limit * 9 || (is_managed && used * 10 >= limit * 9);
        let what = if is_managed {
            "managed policies"
        } else {
            "characters"
        };
        if let Some(path) = path.filter(|_| is_near) {
            let message = format!("{has} {used} of {limit} {what}");
            // It is about the whole collection.
            let field = FieldPath::new(path.field);
            all.push((field, NEAR_QUOTA.found_at("", message, fix)));
        }
    }
}
