//! Policies in manifests and in files beside them.

use insta::assert_snapshot;

use super::{faults, role, told};
use crate::support::Project;

/// A role whose trust and permissions come from files.
fn from_files(trust: &str, inline: &str) -> Project {
    Project::of(
        "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {file: trust.json}\n  inlinePolicies:\n    p: {file: p.json}",
    )
    .file("trust.json", trust)
    .file("p.json", inline)
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const INLINE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;

#[test]
fn sound_files_say_nothing() {
    assert_eq!(told(&from_files(TRUST, INLINE)), "nothing");
    let yaml = "Version: \"2012-10-17\"\nStatement:\n  Effect: Allow\n  Action: s3:*\n  Resource: arn:{{ partition }}:s3:::b\n";
    assert_eq!(
        told(&from_files("services: [ec2.amazonaws.com]", yaml)),
        "nothing"
    );
}

#[test]
fn a_fault_inside_a_file_is_told_there() {
    let wrong = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"allow\",\n      \"Actoin\": \"s3:*\",\n      \"Resource\": 5\n    }\n  ]\n}\n";
    assert_snapshot!(told(&from_files(TRUST, wrong)), @r#"
    p.json:7:19 [policy-shape] `Resource` must be text or a list of texts, not a number
      hint: put it into quotes: "5"
    "#);
}

#[test]
fn grammar_inside_a_file_is_told_there() {
    let wrong = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"allow\",\n      \"Principal\": \"*\",\n      \"Action\": \"s3\",\n      \"Resource\": \"bucket\"\n    }\n  ]\n}\n";
    assert_snapshot!(told(&from_files(TRUST, wrong)), @r"
    p.json:5:17 [policy-effect] `Effect` must be `Allow` or `Deny`, not `allow`
      hint: did you mean `Allow`?
    p.json:6:20 [policy-prohibited-element] an identity policy must not have `Principal` (IAM: Has prohibited field Principal)
      hint: remove `Principal`
    p.json:7:17 [policy-action] the action `s3` does not begin with its service
      hint: actions are `*` or `service:Action`, for example `s3:GetObject`
    p.json:8:19 [policy-resource] the resource `bucket` is not an ARN
      hint: resources are `*` or `arn:partition:service:region:account:resource`
    ");
}

#[test]
fn a_key_twice_in_a_file() {
    let twice = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [],\n  \"Statement\": []\n}";
    assert_snapshot!(told(&from_files(TRUST, twice)), @r"
    p.json:4:3 [duplicate-key] the key `Statement` is written twice
      at p.json:3:3: first written here
      hint: keep one of the two
    ");
}

#[test]
fn files_that_hold_no_policy_or_several() {
    assert_snapshot!(told(&from_files("", INLINE)), @"a.yaml:10:23 [empty-policy-file] trust.json holds no policy");
    assert_snapshot!(told(&from_files("Version: a\n---\nVersion: b\n", INLINE)), @"a.yaml:10:23 [many-policies] trust.json holds several documents; a policy is one");
    assert_snapshot!(told(&from_files("[1]", INLINE)), @"
    a.yaml:10:23 [no-policy] trust.json holds no policy: none of its top fields is `Version`, `Id`, `Statement` or `services`
      hint: name a file with one policy, as JSON or YAML
    ");
    assert_snapshot!(told(&from_files("file: other.json\nVersion: a", INLINE)), @"trust.json:1:7 [file-in-file] a policy file holds the policy itself, not the name of another file");
    assert_snapshot!(told(&from_files("{\"Version\": ", INLINE)), @r"
    trust.json:1:11 [unbalanced-bracket] expected `,` or `}` here
      at trust.json:1:1: `{` opened here
      hint: close it with `}`, or put a comma between its items
    ");
}

#[test]
fn a_file_that_is_not_there_hides_no_other_fault() {
    let text = "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {file: trusts.json}\n  maxSessionDuration: 1\n  inlinePolicies:\n    p: {file: q.json}";
    assert_snapshot!(told(&Project::of(text).file("trust.json", TRUST)), @r"
    a.yaml:10:23 [no-such-file] trusts.json does not exist
      hint: did you mean `trust.json`?
      hint: paths are relative to the manifest's folder
    a.yaml:11:23 [out-of-range] `spec.maxSessionDuration` must be at least 3600, not 1
    a.yaml:13:15 [no-such-file] q.json does not exist
      hint: paths are relative to the manifest's folder
    ");
}

#[test]
fn a_file_and_a_policy_at_once() {
    assert_snapshot!(role("  inlinePolicies:\n    p: {file: p.json, Version: \"2012-10-17\"}\n"), @"a.yaml:12:15 [file-and-policy] a policy is either read from a file or written here, not both");
}

#[test]
fn services_are_for_trust_only() {
    assert_snapshot!(role("  inlinePolicies:\n    p: {services: [ec2.amazonaws.com]}\n"), @"a.yaml:12:8 [misplaced-services] `services` is a shorthand for trust policies only");
    assert_snapshot!(told(&from_files(TRUST, "services: [ec2.amazonaws.com]")), @"p.json:1:1 [misplaced-services] `services` is a shorthand for trust policies only");
}

#[test]
fn services_that_are_none() {
    for services in ["[]", "ec2.amazonaws.com", "[ec2]"] {
        let text = format!(
            "kind: Role\nmetadata: {{name: a}}\nspec: {{trustPolicy: {{services: {services}}}}}"
        );
        assert_ne!(faults(&text), "nothing", "{services}");
    }
    let text = "kind: Role\nmetadata: {name: a}\nspec: {trustPolicy: {services: [ec2]}}";
    assert_snapshot!(faults(text), @r"
    a.yaml:9:32 [policy-principal] `ec2` is no service principal
      hint: write `ec2.amazonaws.com`
    ");
}

#[test]
fn a_trust_policy_with_permissions_in_it() {
    let text = r#"
kind: Role
metadata: {name: a}
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "s3:*", Resource: "*"}
      - {Effect: Allow, Principal: {AWS: 123456789012}, Action: "sts:AssumeRole"}
"#;
    assert_snapshot!(faults(text), @r#"
    a.yaml:14:42 [policy-shape] `AWS` must be text or a list of texts, not a number
      hint: put it into quotes: "123456789012"
    "#);
}

#[test]
fn an_element_that_does_not_exist_in_a_policy() {
    assert_snapshot!(role("  inlinePolicies:\n    p: {Version: \"2012-10-17\", Statements: []}\n"), @r"
    a.yaml:12:8 [policy-no-statement] the policy has no `Statement`
      hint: add a list of statements
    a.yaml:12:32 [unknown-field] there is no field `spec.inlinePolicies.p.Statements`
      hint: did you mean `Statement`?
    ");
}

#[test]
fn an_expression_that_cannot_be_filled_in_inside_a_file() {
    let wrong = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\",\n    \"Resource\": \"{{ var.bucket }}\"}]\n}";
    assert_snapshot!(told(&from_files(TRUST, wrong)), @r"
    p.json:4:17 [bad-expression] the variable `bucket` has no value
      hint: give it with --var bucket=VALUE
    ");
}
