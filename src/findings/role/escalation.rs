//! Rules that tell of privilege escalation, one for each family. What opens a way is decided in `findings::escalation`.

use std::collections::BTreeMap;

use super::RoleSubject;
use crate::catalogue::managed_policy;
use crate::findings::document::breadth::is_admin;
use crate::findings::document::statement::{StatementRef, named};
use crate::findings::escalation::{Family, Open, open};
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::{FieldPath, PolicyView};
use crate::policy::{Document, PolicyPurpose};

pub(crate) const ESCALATION_POLICY: Rule = Rule {
    id: "escalation-policy-version",
    severity: Severity::High,
    title: "The role can rewrite managed policies",
    why: "Whoever can make another version of a policy the one in force can write any permission into a policy that is \
          attached to the role, or to someone whose credentials are at hand.",
    fix: "Name the policies that may be changed; they must not be attached to the role itself.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: iam:CreatePolicyVersion
  Resource: "*""#,
    good: "- Effect: Allow
  Action: iam:CreatePolicyVersion
  Resource: arn:aws:iam::123456789012:policy/reports",
};

pub(crate) const ESCALATION_GRANT: Rule = Rule {
    id: "escalation-grant",
    severity: Severity::High,
    title: "The role can give itself permissions",
    why: "Whoever can add policies to the role, or to users and groups without limit, has every permission that can be \
          written down.",
    fix: "Name the entities, and test `iam:PolicyARN` or `iam:PermissionsBoundary`.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: iam:PutRolePolicy
  Resource: "*""#,
    good: r#"- Effect: Allow
  Action: iam:PutRolePolicy
  Resource: "*"
  Condition: {StringEquals: {"iam:PermissionsBoundary": arn:aws:iam::123456789012:policy/limit}}"#,
};

pub(crate) const ESCALATION_CREDENTIALS: Rule = Rule {
    id: "escalation-credentials",
    severity: Severity::High,
    title: "The role can make credentials of any user",
    why: "An access key or password of an administrator is all that he may do.",
    fix: "Name the users.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: iam:CreateAccessKey
  Resource: "*""#,
    good: "- Effect: Allow
  Action: iam:CreateAccessKey
  Resource: arn:aws:iam::123456789012:user/mail/*",
};

pub(crate) const ESCALATION_TRUST: Rule = Rule {
    id: "escalation-trust",
    severity: Severity::High,
    title: "The role can open every other role",
    why: "Whoever can rewrite the trust policies of all roles lets himself into the most powerful of them.",
    fix: "Name the roles.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: iam:UpdateAssumeRolePolicy
  Resource: "*""#,
    good: "- Effect: Allow
  Action: iam:UpdateAssumeRolePolicy
  Resource: arn:aws:iam::123456789012:role/web",
};

pub(crate) const ESCALATION_BOUNDARY: Rule = Rule {
    id: "escalation-boundary",
    severity: Severity::High,
    title: "The role can lift permissions boundaries",
    why: "A boundary limits only as long as whoever is limited by it cannot remove or replace it.",
    fix: "Deny the actions on boundaries, or name the roles, this one not among them.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: iam:DeleteRolePermissionsBoundary
  Resource: "*""#,
    good: "- Effect: Allow
  Action: iam:DeleteRolePermissionsBoundary
  Resource: arn:aws:iam::123456789012:role/build/*",
};

pub(crate) const ESCALATION_PASS_ROLE: Rule = Rule {
    id: "escalation-pass-role",
    severity: Severity::High,
    title: "The role can start something with any other role",
    why: "`iam:PassRole` on all roles, and an action that starts something with a role, run code with the permissions \
          of the most powerful role that the service may assume.",
    fix: "Name the roles that may be passed.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: [ec2:RunInstances, iam:PassRole]
  Resource: "*""#,
    good: r#"- Effect: Allow
  Action: ec2:RunInstances
  Resource: "*"
- Effect: Allow
  Action: iam:PassRole
  Resource: arn:aws:iam::123456789012:role/web
  Condition: {StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}"#,
};

pub(crate) const ESCALATION_CODE: Rule = Rule {
    id: "escalation-run-code",
    severity: Severity::Medium,
    title: "The role can run code where other roles are",
    why: "Code on an instance or in a function has the permissions of the role there. Whoever can put it on all of \
          them has the permissions of all of them.",
    fix: "Name the functions or instances, or test a tag of theirs.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: ssm:SendCommand
  Resource: "*""#,
    good: r#"- Effect: Allow
  Action: ssm:SendCommand
  Resource: arn:aws:ec2:eu-central-1:123456789012:instance/*
  Condition: {StringEquals: {"aws:ResourceTag/Team": web}}
- Effect: Allow
  Action: ssm:SendCommand
  Resource: arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline"#,
};

pub(crate) const ESCALATION_MANAGED_POLICY: Rule = Rule {
    id: "escalation-managed-policy",
    severity: Severity::High,
    title: "A managed policy that lets the role have everything",
    why: "This policy of AWS allows everything, or to give oneself anything. On an instance, that is every process \
          that can reach its metadata.",
    fix: "Attach a policy that allows what is used.",
    frame: Frame::InstanceRole,
    bad: "managedPolicies: [arn:aws:iam::aws:policy/IAMFullAccess]",
    good: "managedPolicies: [arn:aws:iam::aws:policy/IAMReadOnlyAccess]",
};

pub(super) fn find(subject: &RoleSubject<'_>, all: &mut Vec<(FieldPath, RuleMatch)>) {
    all.extend(managed(subject));
    let policies: Vec<PolicyView<'_>> = subject.access.policies(PolicyPurpose::Identity).collect();
    let documents: Vec<&Document> = policies.iter().map(|one| one.document).collect();
    // That everything is allowed has been said already.
    let mut statements = documents.iter().flat_map(|one| StatementRef::all(one));
    if statements.any(|statement| is_admin(&statement)) {
        return;
    }
    let mut families: BTreeMap<Family, Vec<Open>> = BTreeMap::new();
    for open in open(&documents, subject.scope, Some(subject.arn)) {
        families.entry(open.way.family).or_default().push(open);
    }
    all.extend(families.into_iter().filter_map(|(family, ways)| {
        let place = &ways.first()?.place;
        let policy = policies.get(place.document)?;
        let names: Vec<&str> = ways.iter().map(|open| open.way.name).collect();
        let found = described(family, &names, &place.pointer, subject);
        Some((policy.path.clone(), found))
    }));
}

fn managed(subject: &RoleSubject<'_>) -> Vec<(FieldPath, RuleMatch)> {
    let known = subject.access.managed.iter();
    let known = known.filter(|(arn, _)| managed_policy(arn).is_some_and(|known| known.escalates));
    let found = known.map(|(arn, path)| {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let message = format!(
            "`{name}` lets the role have every permission{}",
            unless(subject)
        );
        let fix = "attach a policy that allows what is used";
        let found = ESCALATION_MANAGED_POLICY.found_at("", message, fix);
        ((*path).clone(), found)
    });
    found.collect()
}

/// A boundary is not read, so it takes nothing back.
fn unless(subject: &RoleSubject<'_>) -> &'static str {
    match subject.access.boundary {
        Some(_) => ", unless its boundary forbids it",
        None => "",
    }
}

fn described(
    family: Family,
    names: &[&str],
    pointer: &str,
    subject: &RoleSubject<'_>,
) -> RuleMatch {
    let (rule, can, fix) = words(family);
    let message = format!("the role can {can}{}: {}", unless(subject), named(names));
    rule.found_at(pointer, message, fix)
}

/// The rule of a family, what the role can, and what to do.
fn words(family: Family) -> (&'static Rule, &'static str, &'static str) {
    match family {
        Family::Policy => (
            &ESCALATION_POLICY,
            "rewrite any managed policy",
            "name the policies that may be changed",
        ),
        Family::Grant => (
            &ESCALATION_GRANT,
            "give itself any permission",
            "name the entities, and test `iam:PolicyARN` or `iam:PermissionsBoundary`",
        ),
        Family::Credentials => (
            &ESCALATION_CREDENTIALS,
            "make credentials of any user",
            "name the users",
        ),
        Family::Trust => (&ESCALATION_TRUST, "open any other role", "name the roles"),
        Family::Boundary => (
            &ESCALATION_BOUNDARY,
            "lift permissions boundaries",
            "deny it, or name the roles, this one not among them",
        ),
        Family::PassRole => (
            &ESCALATION_PASS_ROLE,
            "start something with any other role",
            "name the roles that may be passed",
        ),
        Family::Code => (
            &ESCALATION_CODE,
            "run code with the roles of others",
            "name the functions or instances, or test a tag of theirs",
        ),
    }
}
