//! Rows for what `policy` finds when a document is read: what IAM would refuse, and what it takes but does not mean what
//! it seems to. The checks themselves live there.

use super::rule::Frame;
use super::{Rule, Severity};

/// What most rows have in common: IAM refuses the policy, which is an inline one of one statement.
const REFUSED: Rule = Rule {
    id: "",
    severity: Severity::Error,
    title: "",
    why: "IAM refuses the policy.",
    fix: "",
    frame: Frame::InlineFlow,
    bad: "",
    good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*'}",
};

/// The same of a trust policy.
const REFUSED_TRUST: Rule = Rule {
    why: "IAM refuses the trust policy.",
    frame: Frame::TrustFlow,
    good: "{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}",
    ..REFUSED
};

/// One row for each code of a problem that `policy::check` tells, but for those that a manifest's schema tells first
/// (`policy-version`) and those about the size of a document.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "policy-action",
        title: "An action that is not written like one",
        why: "IAM refuses the policy: an action is `*`, or a service, a colon and a name.",
        fix: "Write `service:Action`, for example `s3:GetObject`.",
        bad: "{Effect: Allow, Action: s3GetObject, Resource: '*'}",
        ..REFUSED
    },
    Rule {
        id: "policy-characters",
        title: "A character that IAM does not take",
        why: "IAM refuses control characters and characters beyond Latin-1 in a policy.",
        fix: "Write plain characters.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/→'}",
        ..REFUSED
    },
    Rule {
        id: "policy-condition-key",
        title: "A condition key without its service",
        why: "IAM refuses the policy: keys are named like `aws:SourceIp`.",
        fix: "Write the prefix of the service, or `aws:` for a global key.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {SourceVpc: vpc-1}}}",
        good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}",
        ..REFUSED
    },
    Rule {
        id: "policy-condition-operator",
        title: "A condition operator that does not exist",
        fix: "Write one of IAM's operators, such as `StringEquals`.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEqual: {'aws:SourceVpc': vpc-1}}}",
        good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}",
        ..REFUSED
    },
    Rule {
        id: "policy-condition-value",
        title: "A condition without a value",
        why: "A key that is compared with nothing never passes.",
        fix: "Give it a value, or leave the test out.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': []}}}",
        good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}",
        ..REFUSED
    },
    Rule {
        id: "policy-dangling-principal",
        severity: Severity::Medium,
        title: "A principal that was deleted",
        why: "A trust policy shows an id in place of an ARN when the role or user behind it is gone. One that is made again under the name has another id, and is not trusted.",
        fix: "Write the ARN again, or take the principal out.",
        bad: "{Effect: Allow, Principal: {AWS: AROAEXAMPLEEXAMPLE123}, Action: 'sts:AssumeRole'}",
        ..REFUSED_TRUST
    },
    Rule {
        id: "policy-duplicate-sid",
        title: "Two statements with one Sid",
        why: "IAM refuses the policy: a Sid is unique in its document.",
        fix: "Rename one of them.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: A}, {Effect: Deny, Action: 's3:PutObject', Resource: '*', Sid: A}",
        good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: A}, {Effect: Deny, Action: 's3:PutObject', Resource: '*', Sid: B}",
        ..REFUSED
    },
    Rule {
        id: "policy-effect",
        title: "A statement that neither allows nor denies",
        why: "IAM refuses the policy: `Effect` is `Allow` or `Deny`.",
        fix: "Write `Allow` or `Deny`.",
        bad: "{Effect: Permit, Action: 's3:GetObject', Resource: '*'}",
        ..REFUSED
    },
    Rule {
        id: "policy-no-statement",
        title: "A policy without statements",
        fix: "Add a statement, or leave the policy out.",
        bad: "",
        ..REFUSED
    },
    Rule {
        id: "policy-principal",
        title: "A principal that is not written like one",
        fix: "Write an account, an ARN, or the name of a service.",
        bad: "{Effect: Allow, Principal: {Service: ec2}, Action: 'sts:AssumeRole'}",
        ..REFUSED_TRUST
    },
    Rule {
        id: "policy-principal-type",
        title: "A type of principal that does not exist",
        fix: "Write `AWS`, `Service`, `Federated` or `CanonicalUser`.",
        bad: "{Effect: Allow, Principal: {Services: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}",
        ..REFUSED_TRUST
    },
    Rule {
        id: "policy-prohibited-element",
        title: "An element that has no place in this kind of policy",
        why: "IAM refuses the policy: `Has prohibited field`.",
        fix: "Take the element out.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Principal: '*'}",
        ..REFUSED
    },
    Rule {
        id: "policy-resource",
        title: "A resource that is not written like one",
        why: "IAM refuses the policy: a resource is `*` or an ARN.",
        fix: "Write `*` or the ARN.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: my-bucket}",
        ..REFUSED
    },
    Rule {
        id: "policy-sid",
        title: "A Sid with other characters than letters and digits",
        fix: "Write letters and digits only.",
        bad: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: 'read all'}",
        good: "{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: ReadAll}",
        ..REFUSED
    },
    Rule {
        id: "policy-statement",
        title: "A statement that lacks a part, or has it twice",
        why: "IAM refuses the policy: a statement says what it is about in exactly one way.",
        fix: "Add what the message names.",
        bad: "{Effect: Allow, Resource: '*'}",
        ..REFUSED
    },
    Rule {
        id: "policy-unknown-element",
        title: "An element that does not exist",
        fix: "Write the element as IAM spells it.",
        bad: "{Effect: Allow, Actions: 's3:GetObject', Action: 's3:GetObject', Resource: '*'}",
        ..REFUSED
    },
    Rule {
        id: "policy-variables",
        severity: Severity::Medium,
        title: "Policy variables without version 2012-10-17",
        why: "In the older version of the language, which is also the default, `${aws:username}` is plain text.",
        fix: r#"Add `Version: "2012-10-17"`."#,
        frame: Frame::InstanceRole,
        bad: "inlinePolicies: {p: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}/*'}]}}",
        good: "inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}/*'}]}}",
        ..REFUSED
    },
    Rule {
        id: "trust-action",
        severity: Severity::Medium,
        title: "An action in a trust policy that is none of STS",
        why: "A trust policy is only asked about STS; other actions have no effect there.",
        fix: "Put permissions into `inlinePolicies`.",
        bad: "{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: ['sts:AssumeRole', 's3:GetObject']}",
        ..REFUSED_TRUST
    },
    Rule {
        id: "unknown-service-principal",
        severity: Severity::Medium,
        title: "A service principal that does not look like AWS's",
        why: "A misspelt service can never assume the role.",
        fix: "Write the service's name, such as `ec2.amazonaws.com`.",
        bad: "{Effect: Allow, Principal: {Service: ec2.amazonaws.con}, Action: 'sts:AssumeRole'}",
        ..REFUSED_TRUST
    },
];
