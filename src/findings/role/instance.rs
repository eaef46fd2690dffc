//! Whether instances can use a role that a profile holds.

use super::RoleSubject;
use crate::findings::document::principal::{Trusted, trusted};
use crate::findings::document::spot::{Spot, found};
use crate::findings::{Found, Rule, Severity};
use crate::model::{FieldPath, field};

pub(in crate::findings) const TRUST_NOT_FOR_EC2: Rule = Rule {
    id: "trust-not-for-ec2",
    severity: Severity::Medium,
    title: "A profile holds a role that no instance can assume",
    why: "An instance gets credentials only if the trust policy of its role lets `ec2.amazonaws.com` do \
          `sts:AssumeRole`. Without, everything is saved, and the instance has no credentials.",
    fix: "Add the service `ec2.amazonaws.com` to the trust policy, or take the role out of the profile.",
    bad: r"trustPolicy: {services: [lambda.amazonaws.com]}
instanceProfile: true
",
    good: r"trustPolicy: {services: [ec2.amazonaws.com]}
instanceProfile: true
",
};

pub(super) fn find(subject: &RoleSubject<'_>) -> Option<(FieldPath, Found)> {
    let trust = subject.trust.filter(|_| subject.held_by_profile)?;
    if Spot::all(trust).iter().any(lets_ec2_in) {
        return None;
    }
    let message = "an instance profile holds the role, and no instance can assume it";
    let fix = "let the service `ec2.amazonaws.com` do `sts:AssumeRole`";
    let found = found(&TRUST_NOT_FOR_EC2, "", message, fix);
    Some((FieldPath::new(field::TRUST_POLICY), found))
}

fn lets_ec2_in(spot: &Spot<'_>) -> bool {
    let is_ec2 = |one: &Trusted<'_>| match one.kind {
        // In China both names are taken (IAM user guide, service principals).
        "Service" => ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"].contains(&one.name),
        // Whether everyone includes services is nowhere said: rather silent than wrong.
        _ => one.name == "*",
    };
    spot.allows() && trusted(spot).iter().any(is_ec2) && spot.covers_action("sts:assumerole")
}
