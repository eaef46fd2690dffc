//! Every field of every kind has an effect: none is parsed and ignored.

use std::fmt::Write;

use rolewright::resolve;

use crate::support::Project;

/// Fields, each with something to say that is not its default.
type Fields = &'static [(&'static str, &'static str)];

/// A document of each kind with nothing but what it needs, and for each field what it may say.
const KINDS: [(&str, &str, Fields); 7] = [
    (
        "Stack",
        "",
        &[
            ("accountId", "\"123456789012\""),
            ("region", "eu-west-1"),
            ("tags", "{Team: data}"),
            ("prune", "true"),
        ],
    ),
    (
        "Role",
        "  trustPolicy: {services: [ec2.amazonaws.com]}\n",
        &[
            ("ensure", "absent"),
            ("path", "/app/"),
            ("description", "text"),
            ("maxSessionDuration", "2h"),
            ("trustPolicy", "{services: [lambda.amazonaws.com]}"),
            (
                "inlinePolicies",
                "{p: {Version: \"2012-10-17\", Statement: {Effect: Deny, Action: \"*\", Resource: \"*\"}}}",
            ),
            ("managedPolicies", "[\"arn:aws:iam::aws:policy/a\"]"),
            ("inlinePolicyMode", "additive"),
            ("managedPolicyMode", "ignore"),
            ("permissionsBoundary", "arn:aws:iam::aws:policy/a"),
            ("tags", "{Team: data}"),
            ("revokeSessionsIssuedBefore", "2026-01-31T18:00:00Z"),
            ("instanceProfile", "true"),
        ],
    ),
    (
        "UserPolicy",
        "  user: anna\n  policy: {Version: \"2012-10-17\", Statement: {Effect: Deny, Action: \"*\", Resource: \"*\"}}\n",
        &[
            ("ensure", "absent"),
            ("user", "bob"),
            ("policyName", "another"),
            (
                "policy",
                "{Version: \"2012-10-17\", Statement: {Effect: Deny, Action: \"s3:*\", Resource: \"*\"}}",
            ),
        ],
    ),
    (
        "BucketDeny",
        "  bucket: reports\n  principals: [\"arn:aws:iam::123456789012:user/anna\"]\n",
        &[
            ("ensure", "absent"),
            ("bucket", "other"),
            ("principals", "[\"arn:aws:iam::123456789012:user/bob\"]"),
            ("actions", "[\"s3:PutObject\"]"),
            ("resources", "[\"arn:aws:s3:::reports/a\"]"),
            ("condition", "{Bool: {aws:SecureTransport: false}}"),
        ],
    ),
    (
        "InstanceProfile",
        "",
        &[
            ("ensure", "absent"),
            ("path", "/app/"),
            ("role", "arn:aws:iam::123456789012:role/a"),
            ("tags", "{Team: data}"),
        ],
    ),
    (
        "Instance",
        "  imageId: ami-1a2b3c4d\n  instanceType: t3.micro\n",
        &[
            ("ensure", "absent"),
            ("imageId", "ami-1a2b3c4e"),
            ("instanceType", "t3.small"),
            ("keyName", "ops"),
            ("securityGroupIds", "[sg-1a2b3c4d]"),
            ("subnetId", "subnet-1a2b3c4d"),
            ("userData", "text"),
            (
                "instanceProfile",
                "arn:aws:iam::123456789012:instance-profile/p",
            ),
            ("metadataOptions", "{httpTokens: optional}"),
            ("terminationProtection", "true"),
            ("region", "eu-west-1"),
            ("tags", "{Team: data}"),
        ],
    ),
    (
        "InstanceAssociation",
        "  ensure: detached\n  instances: {ids: [i-1a2b3c4d]}\n",
        &[
            (
                "ensure",
                "attached\n  instanceProfile: arn:aws:iam::123456789012:instance-profile/p",
            ),
            ("instances", "{ids: [i-1a2b3c4e]}"),
            (
                "instanceProfile",
                "arn:aws:iam::123456789012:instance-profile/p",
            ),
            ("region", "eu-west-1"),
            ("rollout", "{maxInFlight: 5}"),
        ],
    ),
];

/// What should be, as a text without places.
fn outcome(text: &str) -> String {
    let (mut desired, _) = Project::of(text).resolve().unwrap_or_else(|problems| {
        panic!("{text}\n{}", crate::support::drawn_diagnostics(&problems))
    });
    let mut out = format!("{:?}", desired.stack);
    for resource in desired.resources.values_mut() {
        resource.places.clear();
        let _ = write!(out, "{resource:?}");
    }
    out
}

/// A document, with a role beside a stack so that what the stack says shows on something.
fn document(kind: &str, metadata: &str, spec: &str) -> String {
    let beside = "kind: Role\nmetadata: {name: beside}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";
    let spec = if spec.is_empty() { "  {}\n" } else { spec };
    let document = format!("kind: {kind}\nmetadata: {{name: a{metadata}}}\nspec:\n{spec}");
    match kind {
        "Stack" => format!("{document}---\n{beside}"),
        _ => document,
    }
}

#[test]
fn every_field_changes_what_should_be() {
    for (kind, base, fields) in KINDS {
        let before = outcome(&document(kind, "", base));
        for (field, value) in fields {
            let others = base
                .lines()
                .filter(|line| !line.starts_with(&format!("  {field}:")));
            let mut spec = others.collect::<Vec<&str>>().join("\n");
            if !spec.is_empty() {
                spec.push('\n');
            }
            let _ = writeln!(spec, "  {field}: {value}");
            assert_ne!(
                outcome(&document(kind, "", &spec)),
                before,
                "{kind}.{field} is ignored"
            );
        }
    }
}

#[test]
fn every_mark_changes_what_should_be() {
    for (kind, base, _) in KINDS {
        let before = outcome(&document(kind, "", base));
        let schema = resolve::kind_schema(kind).unwrap();
        let metadata = schema["properties"]["metadata"]["properties"]
            .as_object()
            .unwrap();
        for mark in metadata.keys().filter(|field| *field != "name") {
            let after = outcome(&document(kind, &format!(", {mark}: true"), base));
            assert_ne!(after, before, "metadata.{mark} of {kind} is ignored");
        }
    }
}

#[test]
fn no_field_is_forgotten_here() {
    for (kind, _, fields) in KINDS {
        let schema = resolve::kind_schema(kind).unwrap();
        let spec = schema["properties"]["spec"]["properties"]
            .as_object()
            .unwrap();
        let mut known: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        let mut all: Vec<&str> = spec.keys().map(String::as_str).collect();
        known.sort_unstable();
        all.sort_unstable();
        assert_eq!(known, all, "{kind}");
    }
    assert_eq!(KINDS.map(|(kind, ..)| kind).to_vec(), resolve::kind_names());
}
