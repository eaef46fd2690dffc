//! Rows for what `policy` finds when a document is read: what IAM would refuse, and what it takes but does not mean what
//! it seems to. The checks themselves live there.

use super::{Rule, Severity};

/// One row for each code of a problem that `policy::check` tells, but for those that a manifest's schema tells first
/// (`policy-version`) and those about the size of a document.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "policy-action",
        severity: Severity::Error,
        title: "An action that is not written like one",
        why: "IAM refuses the policy: an action is `*`, or a service, a colon and a name.",
        fix: "Write `service:Action`, for example `s3:GetObject`.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: s3GetObject, Resource: '*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-characters",
        severity: Severity::Error,
        title: "A character that IAM does not take",
        why: "IAM refuses control characters and characters beyond Latin-1 in a policy.",
        fix: "Write plain characters.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/→'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-condition-key",
        severity: Severity::Error,
        title: "A condition key without its service",
        why: "IAM refuses the policy: keys are named like `aws:SourceIp`.",
        fix: "Write the prefix of the service, or `aws:` for a global key.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {SourceVpc: vpc-1}}}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}]}}",
    },
    Rule {
        id: "policy-condition-operator",
        severity: Severity::Error,
        title: "A condition operator that does not exist",
        why: "IAM refuses the policy.",
        fix: "Write one of IAM's operators, such as `StringEquals`.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEqual: {'aws:SourceVpc': vpc-1}}}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}]}}",
    },
    Rule {
        id: "policy-condition-value",
        severity: Severity::Error,
        title: "A condition without a value",
        why: "A key that is compared with nothing never passes.",
        fix: "Give it a value, or leave the test out.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': []}}}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Condition: {StringEquals: {'aws:SourceVpc': vpc-1}}}]}}",
    },
    Rule {
        id: "policy-dangling-principal",
        severity: Severity::Medium,
        title: "A principal that was deleted",
        why: "A trust policy shows an id in place of an ARN when the role or user behind it is gone. One that is made again under the name has another id, and is not trusted.",
        fix: "Write the ARN again, or take the principal out.",
        bad: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: AROAEXAMPLEEXAMPLE123}, Action: 'sts:AssumeRole'}]}",
        good: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
    },
    Rule {
        id: "policy-duplicate-sid",
        severity: Severity::Error,
        title: "Two statements with one Sid",
        why: "IAM refuses the policy: a Sid is unique in its document.",
        fix: "Rename one of them.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: A}, {Effect: Deny, Action: 's3:PutObject', Resource: '*', Sid: A}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: A}, {Effect: Deny, Action: 's3:PutObject', Resource: '*', Sid: B}]}}",
    },
    Rule {
        id: "policy-effect",
        severity: Severity::Error,
        title: "A statement that neither allows nor denies",
        why: "IAM refuses the policy: `Effect` is `Allow` or `Deny`.",
        fix: "Write `Allow` or `Deny`.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Permit, Action: 's3:GetObject', Resource: '*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-no-statement",
        severity: Severity::Error,
        title: "A policy without statements",
        why: "IAM refuses the policy.",
        fix: "Add a statement, or leave the policy out.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: []}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-principal",
        severity: Severity::Error,
        title: "A principal that is not written like one",
        why: "IAM refuses the trust policy.",
        fix: "Write an account, an ARN, or the name of a service.",
        bad: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2}, Action: 'sts:AssumeRole'}]}",
        good: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
    },
    Rule {
        id: "policy-principal-type",
        severity: Severity::Error,
        title: "A type of principal that does not exist",
        why: "IAM refuses the trust policy.",
        fix: "Write `AWS`, `Service`, `Federated` or `CanonicalUser`.",
        bad: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Services: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
        good: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
    },
    Rule {
        id: "policy-prohibited-element",
        severity: Severity::Error,
        title: "An element that has no place in this kind of policy",
        why: "IAM refuses the policy: `Has prohibited field`.",
        fix: "Take the element out.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Principal: '*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-resource",
        severity: Severity::Error,
        title: "A resource that is not written like one",
        why: "IAM refuses the policy: a resource is `*` or an ARN.",
        fix: "Write `*` or the ARN.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: my-bucket}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-sid",
        severity: Severity::Error,
        title: "A Sid with other characters than letters and digits",
        why: "IAM refuses the policy.",
        fix: "Write letters and digits only.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: 'read all'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*', Sid: ReadAll}]}}",
    },
    Rule {
        id: "policy-statement",
        severity: Severity::Error,
        title: "A statement that lacks a part, or has it twice",
        why: "IAM refuses the policy: a statement says what it is about in exactly one way.",
        fix: "Add what the message names.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Resource: '*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-unknown-element",
        severity: Severity::Error,
        title: "An element that does not exist",
        why: "IAM refuses the policy.",
        fix: "Write the element as IAM spells it.",
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Actions: 's3:GetObject', Action: 's3:GetObject', Resource: '*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}}",
    },
    Rule {
        id: "policy-variables",
        severity: Severity::Medium,
        title: "Policy variables without version 2012-10-17",
        why: "In the older version of the language, which is also the default, `${aws:username}` is plain text.",
        fix: r#"Add `Version: "2012-10-17"`."#,
        bad: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}/*'}]}}",
        good: r"trustPolicy: {services: [ec2.amazonaws.com]}
inlinePolicies: {p: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}/*'}]}}",
    },
    Rule {
        id: "trust-action",
        severity: Severity::Medium,
        title: "An action in a trust policy that is none of STS",
        why: "A trust policy is only asked about STS; other actions have no effect there.",
        fix: "Put permissions into `inlinePolicies`.",
        bad: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: ['sts:AssumeRole', 's3:GetObject']}]}",
        good: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
    },
    Rule {
        id: "unknown-service-principal",
        severity: Severity::Medium,
        title: "A service principal that does not look like AWS's",
        why: "A misspelt service can never assume the role.",
        fix: "Write the service's name, such as `ec2.amazonaws.com`.",
        bad: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.con}, Action: 'sts:AssumeRole'}]}",
        good: "trustPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}",
    },
];
