//! Who a trust policy lets in: everyone, other accounts, and services that act for others.

use super::principal::{Trusted, account_of, trusted};
use super::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::AwsScope;
use crate::text::or_list;

pub(crate) const PUBLIC_TRUST: Rule = Rule {
    id: "public-trust",
    severity: Severity::High,
    title: "Everyone can assume the role",
    why: "The principal `*` is every AWS account there is. Without a condition that narrows it, anyone who knows the \
          role's name can act with its permissions.",
    fix: "Name the principals, or test `aws:PrincipalOrgID`, `aws:PrincipalAccount` or `aws:PrincipalArn`.",
    frame: Frame::Trust,
    bad: r#"- Effect: Allow
  Principal: {AWS: "*"}
  Action: sts:AssumeRole"#,
    good: r#"- Effect: Allow
  Principal: {AWS: "*"}
  Action: sts:AssumeRole
  Condition: {StringEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}"#,
};

pub(crate) const CROSS_ACCOUNT_TRUST: Rule = Rule {
    id: "cross-account-trust",
    severity: Severity::Low,
    title: "Another account can assume the role",
    why: "What the role may do is in the hands of whoever administers the other account. It is often meant; it should \
          never be a surprise.",
    fix: "Check that the account is yours or your partner's, and allow the finding with the reason.",
    frame: Frame::Trust,
    bad: r#"- Effect: Allow
  Principal: {AWS: arn:aws:iam::210987654321:role/deploy}
  Action: sts:AssumeRole
  Condition: {StringEquals: {"sts:ExternalId": rolewright-7f3a}}"#,
    good: "- Effect: Allow
  Principal: {AWS: arn:aws:iam::123456789012:role/deploy}
  Action: sts:AssumeRole",
};

pub(crate) const THIRD_PARTY_TRUST_WITHOUT_EXTERNAL_ID: Rule = Rule {
    id: "third-party-trust-without-external-id",
    severity: Severity::Medium,
    title: "A third party is trusted without an external id",
    why: "A company that works for many customers assumes a role in the account of each. Without `sts:ExternalId` one \
          customer can name the role of another, and the company acts there for the wrong one.",
    fix: "Test `sts:ExternalId` with the value the third party gave you. For an account of your own organization test \
          `aws:PrincipalOrgID` instead.",
    frame: Frame::Trust,
    bad: r#"- Effect: Allow
  Principal: {AWS: "210987654321"}
  Action: sts:AssumeRole"#,
    good: r#"- Effect: Allow
  Principal: {AWS: "210987654321"}
  Action: sts:AssumeRole
  Condition: {StringEquals: {"sts:ExternalId": rolewright-7f3a}}"#,
};

pub(crate) const CONFUSED_DEPUTY: Rule = Rule {
    id: "confused-deputy",
    severity: Severity::Medium,
    title: "A service can be used by another account",
    why: "This service assumes the role for a resource that names it. Without `aws:SourceAccount` or `aws:SourceArn` \
          that resource may be in somebody else's account.",
    fix: "Test `aws:SourceAccount` with your account, or `aws:SourceArn` with the resource.",
    frame: Frame::Trust,
    bad: "- Effect: Allow
  Principal: {Service: scheduler.amazonaws.com}
  Action: sts:AssumeRole",
    good: r#"- Effect: Allow
  Principal: {Service: scheduler.amazonaws.com}
  Action: sts:AssumeRole
  Condition: {StringEquals: {"aws:SourceAccount": "123456789012"}}"#,
};

/// Keys that tie a request to known accounts, organizations or resources. Each narrows who can be a caller. An external
/// id does not: AWS does not treat it as a secret, and anyone who knows it may send it.
const CALLER_KEYS: [&str; 13] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "ec2:sourceinstancearn",
];

const EXTERNAL_KEYS: [&str; 3] = [
    "sts:externalid",
    "aws:principalorgid",
    "aws:principalorgpaths",
];

const SOURCE_KEYS: [&str; 4] = [
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

/// Services whose own guides tell to test `aws:SourceAccount` or `aws:SourceArn` in the trust policy of a role, under
/// "cross-service confused deputy prevention". Services that run a customer's code in his own account are not here.
const DEPUTIES: [&str; 6] = [
    "bedrock.amazonaws.com",
    "dlm.amazonaws.com",
    "scheduler.amazonaws.com",
    "ssm.amazonaws.com",
    "transfer.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

pub(super) fn find(statement: &StatementRef<'_>, scope: &AwsScope, all: &mut Vec<RuleMatch>) {
    if !statement.allows() {
        return;
    }
    for trusted in trusted(statement) {
        match trusted.kind {
            "AWS" => all.extend(aws(statement, &trusted, scope)),
            "Service" => all.extend(service(statement, &trusted)),
            _ => {}
        }
    }
}

fn aws(statement: &StatementRef<'_>, trusted: &Trusted<'_>, scope: &AwsScope) -> Vec<RuleMatch> {
    let Trusted { pointer, name, .. } = trusted;
    if *name == "*" {
        if statement.binds(&CALLER_KEYS, names_account) {
            return Vec::new();
        }
        let message = "every AWS account can assume the role";
        let fix = "name the principals, or test `aws:PrincipalOrgID`";
        return vec![PUBLIC_TRUST.found_at(pointer, message, fix)];
    }
    let Some(account) = account_of(name).filter(|account| *account != scope.account) else {
        return Vec::new();
    };
    if !statement.binds(&EXTERNAL_KEYS, names_account) {
        let message = format!("account {account} can assume the role without an external id");
        let fix = "test `sts:ExternalId`; in your own organization, test `aws:PrincipalOrgID`";
        return vec![THIRD_PARTY_TRUST_WITHOUT_EXTERNAL_ID.found_at(pointer, message, fix)];
    }
    if statement.binds(
        &["aws:principalorgid", "aws:principalorgpaths"],
        names_account,
    ) {
        return Vec::new();
    }
    let message = format!("account {account} can assume the role");
    let fix = "check that the account is meant, and allow the finding with the reason";
    vec![CROSS_ACCOUNT_TRUST.found_at(pointer, message, fix)]
}

fn service(statement: &StatementRef<'_>, trusted: &Trusted<'_>) -> Option<RuleMatch> {
    let Trusted { pointer, name, .. } = trusted;
    if !DEPUTIES.contains(name) || statement.binds(&SOURCE_KEYS, names_account) {
        return None;
    }
    let message = format!("`{name}` can be made to assume the role by another account");
    let keys = ["`aws:SourceAccount`", "`aws:SourceArn`"];
    let fix = format!("test {}", or_list(&keys));
    Some(CONFUSED_DEPUTY.found_at(pointer, message, fix))
}

/// Whether a value leaves some account out: `*` does not, nor does an ARN with a wildcard where its account stands.
fn names_account(value: &str) -> bool {
    let account = value.split(':').nth(4);
    value != "*" && !account.is_some_and(|account| account.contains('*'))
}
