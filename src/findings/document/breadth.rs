//! Statements that allow more than can be listed.

use super::statement::{StatementRef, named};
use crate::findings::{Frame, Rule, RuleMatch, Severity};

pub(crate) const ADMIN: Rule = Rule {
    id: "admin",
    severity: Severity::High,
    title: "Everything is allowed",
    why: "`*` on `*` makes whoever gets hold of the role an administrator of the account. On an instance, that is \
          every process that can reach its metadata.",
    fix: "Allow the actions that are used, on the resources they are used on.",
    frame: Frame::InstanceRole,
    bad: r#"inlinePolicies:
  all:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: "*"
        Resource: "*""#,
    good: r#"inlinePolicies:
  logs:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: s3:*
        Resource: [arn:aws:s3:::logs, arn:aws:s3:::logs/*]"#,
};

pub(crate) const ALLOW_NOT_ACTION: Rule = Rule {
    id: "allow-not-action",
    severity: Severity::Medium,
    title: "Allow with NotAction",
    why: "Everything but the named is allowed, in all services, and in those that AWS will launch. It is often written \
          by someone who meant a Deny.",
    fix: "List what is allowed. To take something away from what other statements allow, write a Deny.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  NotAction: iam:*
  Resource: "*""#,
    good: r#"- Effect: Allow
  Action: [s3:GetObject, sqs:SendMessage]
  Resource: "*"
- Effect: Deny
  NotAction: [s3:*, sqs:*]
  Resource: "*""#,
};

pub(crate) const ALLOW_NOT_RESOURCE: Rule = Rule {
    id: "allow-not-resource",
    severity: Severity::Medium,
    title: "Allow with NotResource",
    why: "The actions are allowed on every resource but the named, those that do not exist yet included.",
    fix: "List the resources. To except one from what is allowed, write a Deny for it.",
    frame: Frame::Inline("files"),
    bad: "- Effect: Allow
  Action: s3:GetObject
  NotResource: arn:aws:s3:::payroll/*",
    good: "- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::*
- Effect: Deny
  Action: s3:GetObject
  Resource: arn:aws:s3:::payroll/*",
};

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    if !statement.allows() {
        return;
    }
    if is_admin(statement) {
        let message = "every action is allowed on every resource";
        let fix = "list the actions that are used, and the resources they are used on";
        all.push(ADMIN.found_at(statement.at("Action"), message, fix));
    }
    if let Some(excepted) = &statement.elements.not_action {
        let message = format!("every action but {} is allowed", named(excepted));
        let fix = "write an `Allow` of what is meant, or a `Deny` of what is not";
        all.push(ALLOW_NOT_ACTION.found_at(statement.at("NotAction"), message, fix));
    }
    if let Some(excepted) = &statement.elements.not_resource {
        let message = format!("every resource but {} is covered", named(excepted));
        let fix = "list the resources, or write a `Deny` for those that are not meant";
        all.push(ALLOW_NOT_RESOURCE.found_at(statement.at("NotResource"), message, fix));
    }
}

/// Whether it allows everything without a condition. With one it may be an attribute that the resource must have.
pub(crate) fn is_admin(statement: &StatementRef<'_>) -> bool {
    let has = |list: &Option<Vec<String>>, wanted: &[&str]| {
        let mut members = list.iter().flatten();
        members.any(|one| wanted.contains(&one.as_str()))
    };
    statement.allows()
        && statement.is_unconditional()
        && has(&statement.elements.action, &["*", "*:*"])
        && has(&statement.elements.resource, &["*"])
}
