//! Whether instances can use a role that a profile holds.

use super::RoleSubject;
use crate::findings::document::principal::{Trusted, trusted};
use crate::findings::document::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::FieldPath;

pub(crate) const TRUST_NOT_FOR_EC2: Rule = Rule {
    id: "trust-not-for-ec2",
    severity: Severity::Medium,
    title: "A profile holds a role that no instance can assume",
    why: "An instance gets credentials only if the trust policy of its role lets `ec2.amazonaws.com` do \
          `sts:AssumeRole`. Without, everything is saved, and the instance has no credentials.",
    fix: "Add the service `ec2.amazonaws.com` to the trust policy, or take the role out of the profile.",
    frame: Frame::Spec,
    bad: "trustPolicy: {services: [lambda.amazonaws.com]}
instanceProfile: true",
    good: "trustPolicy: {services: [ec2.amazonaws.com]}
instanceProfile: true",
};

pub(super) fn find(subject: &RoleSubject<'_>) -> Option<(FieldPath, RuleMatch)> {
    let trust = subject.access.trust().filter(|_| subject.held_by_profile)?;
    if StatementRef::all(trust.document).iter().any(lets_ec2_in) {
        return None;
    }
    let message = "an instance profile holds the role, and no instance can assume it";
    let fix = "let the service `ec2.amazonaws.com` do `sts:AssumeRole`";
    Some((
        trust.path.clone(),
        TRUST_NOT_FOR_EC2.found_at("", message, fix),
    ))
}

fn lets_ec2_in(statement: &StatementRef<'_>) -> bool {
    let is_ec2 = |one: &Trusted<'_>| match one.kind {
        // In China both names are taken (IAM user guide, service principals).
        "Service" => ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"].contains(&one.name),
        // Whether everyone includes services is nowhere said: rather silent than wrong.
        _ => one.name == "*",
    };
    statement.allows()
        && trusted(statement).iter().any(is_ec2)
        && statement.covers_action("sts:assumerole")
}
