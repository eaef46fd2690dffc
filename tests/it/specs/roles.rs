//! Fields of roles, profiles and associations that are wrong by themselves.

use insta::assert_snapshot;

use super::{faults, role};

#[test]
fn a_role_without_trust() {
    assert_snapshot!(faults("kind: Role\nmetadata: {name: a}\nspec: {}"), @r"
    a.yaml:9:7 [missing-field] a role needs a `trustPolicy`: who may assume it
      hint: for EC2 instances write `trustPolicy: {services: [ec2.amazonaws.com]}`
    ");
}

#[test]
fn a_field_that_does_not_exist() {
    assert_snapshot!(role("  inlinePolices: {}\n"), @r"
    a.yaml:11:3 [unknown-field] there is no field `spec.inlinePolices`
      hint: did you mean `inlinePolicies`?
    ");
}

#[test]
fn a_duration_out_of_bounds() {
    assert_snapshot!(role("  maxSessionDuration: 13h\n"), @"a.yaml:11:23 [bad-duration] 46800 s is outside of what IAM allows: 1h to 12h");
}

#[test]
fn a_duration_that_is_none() {
    assert_snapshot!(role("  maxSessionDuration: soon\n"), @r#"a.yaml:11:23 [bad-duration] "soon" is not a duration"#);
}

#[test]
fn a_duration_of_the_wrong_type() {
    assert_snapshot!(role("  maxSessionDuration: true\n"), @r#"
    a.yaml:11:23 [wrong-type] `spec.maxSessionDuration` must be a whole number or text, not the boolean true
      hint: put it in quotes: "true"
    "#);
}

#[test]
fn arns_that_name_no_policy() {
    let more = "  managedPolicies:\n    - AmazonS3ReadOnlyAccess\n    - arn:aws:iam::aws:policy/\n    - arn:aws:iam::123456789012:role/a\n  permissionsBoundary: edge\n";
    assert_snapshot!(role(more), @r"
    a.yaml:12:7 [bad-arn] `AmazonS3ReadOnlyAccess` is not the ARN of a managed policy
      hint: it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name
    a.yaml:13:7 [bad-arn] `arn:aws:iam::aws:policy/` is not the ARN of a managed policy
      hint: it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name
    a.yaml:14:7 [bad-arn] `arn:aws:iam::123456789012:role/a` is not the ARN of a managed policy
      hint: it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name
    a.yaml:15:24 [bad-arn] `edge` is not the ARN of a managed policy
      hint: it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name
    ");
}

#[test]
fn an_attachment_listed_twice() {
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    assert_snapshot!(role(&format!("  managedPolicies:\n    - {arn}\n    - {arn}\n")), @"a.yaml:13:7 [declared-twice] `arn:aws:iam::aws:policy/ReadOnlyAccess` is listed twice");
}

#[test]
fn tags_that_aws_refuses() {
    let more = "  tags:\n    aws:x: a\n    rolewright:stack: b\n    fine: \"a;b\"\n    \"\": c\n    long: {{LONG}}\n"
        .replace("{{LONG}}", &"v".repeat(257));
    assert_snapshot!(role(&more).replace(&"v".repeat(257), "LONG"), @r"
    a.yaml:12:12 [bad-tag] tag key `aws:x` begins with `aws:`, which is reserved for AWS
    a.yaml:13:23 [bad-tag] tag `rolewright:stack` says who owns a resource and is set by the tool itself
    a.yaml:14:11 [bad-tag] tag `fine` holds the character `;`, which AWS refuses
    a.yaml:15:9 [bad-tag] tag key `` must have 1 to 128 characters
    a.yaml:16:11 [bad-tag] the value of tag `long` has more than 256 characters
    ");
}

#[test]
fn tags_that_differ_only_in_letter_case_are_one_on_a_role_and_two_on_a_profile() {
    assert_snapshot!(role("  tags: {Team: a, team: b}\n"), @r"
    a.yaml:11:25 [declared-twice] tag keys `Team` and `team` differ only in letter case
      hint: AWS takes them for one here; a tag of the Stack is overridden in its own spelling
    ");
    let profile = "kind: InstanceProfile\nmetadata: {name: a}\nspec: {tags: {Team: a, team: b}}";
    assert_eq!(faults(profile), "nothing");
}

#[test]
fn a_tag_that_is_no_text() {
    assert_snapshot!(role("  tags: {cost: 5}\n"), @r#"
    a.yaml:11:16 [wrong-type] `spec.tags.cost` must be text, not the number 5
      hint: put it in quotes: "5"
    "#);
}

#[test]
fn more_tags_than_a_resource_can_carry() {
    let many: Vec<String> = (0..50).map(|n| format!("    k{n}: v\n")).collect();
    let many = many.concat();
    assert_snapshot!(role(&format!("  tags:\n{many}")), @"a.yaml:12:5 [too-many-tags] 51 tags in all, with the stack's and the ownership tag; AWS allows 50");
}

#[test]
fn names_and_paths_that_iam_refuses() {
    let text = "kind: Role\nmetadata: {name: \"with space\"}\nspec:\n  path: app\n  trustPolicy: {services: [ec2.amazonaws.com]}\n  inlinePolicies:\n    a/b: {Version: \"2012-10-17\", Statement: []}\n  instanceProfile: \"ü\"";
    assert_snapshot!(faults(text), @r"
    a.yaml:8:18 [bad-name] role name `with space` holds the character ` `
      hint: IAM allows letters, digits and _ + = , . @ - in names
    a.yaml:10:9 [bad-path] `app` is not an IAM path
      hint: a path begins and ends with `/`, for example `/app/`
    a.yaml:13:10 [bad-name] policy name `a/b` holds the character `/`
      hint: IAM allows letters, digits and _ + = , . @ - in names
    a.yaml:13:45 [policy-no-statement] `Statement` is empty
      hint: add a statement, or leave the policy out
    a.yaml:14:20 [bad-name] instance profile name `ü` holds the character `ü`
      hint: IAM allows letters, digits and _ + = , . @ - in names
    ");
}

#[test]
fn a_description_with_a_curly_quote() {
    assert_snapshot!(role("  description: the “best” role\n"), @r"
    a.yaml:11:16 [bad-description] IAM refuses the character `“` in a description
      hint: use plain quotes and hyphens
    ");
}

#[test]
fn a_revocation_time_that_is_none() {
    assert_snapshot!(role("  revokeSessionsIssuedBefore: yesterday\n"), @r"
    a.yaml:11:31 [bad-time] `yesterday` is not a time
      hint: write it as in RFC 3339: 2026-01-31T18:00:00Z
    ");
}

#[test]
fn a_revocation_declared_twice() {
    let more = "  revokeSessionsIssuedBefore: 2026-01-31T18:00:00Z\n  inlinePolicies:\n    AWSRevokeOlderSessions: {Version: \"2012-10-17\", Statement: {Effect: Deny, Action: \"*\", Resource: \"*\"}}\n";
    assert_snapshot!(role(more), @"a.yaml:11:31 [declared-twice] inline policy `AWSRevokeOlderSessions` is declared as well; only one of them can hold");
}

#[test]
fn policies_declared_although_they_are_ignored() {
    let more = "  inlinePolicyMode: ignore\n  managedPolicyMode: ignore\n  managedPolicies: [\"arn:aws:iam::aws:policy/a\"]\n  inlinePolicies:\n    p: {Version: \"2012-10-17\", Statement: {Effect: Deny, Action: \"*\", Resource: \"*\"}}\n";
    assert_snapshot!(role(more), @r"
    a.yaml:13:20 [ignored-field] managedPolicies are declared, but their mode is `ignore`
      hint: use mode `additive` to keep undeclared ones, or remove the declaration
    a.yaml:15:5 [ignored-field] inlinePolicies are declared, but their mode is `ignore`
      hint: use mode `additive` to keep undeclared ones, or remove the declaration
    ");
}

#[test]
fn a_mode_that_does_not_exist() {
    assert_snapshot!(role("  inlinePolicyMode: exclusiv\n"), @r"
    a.yaml:11:21 [not-one-of] `spec.inlinePolicyMode` must be `exclusive`, `additive` or `ignore`, not `exclusiv`
      hint: did you mean `exclusive`?
    ");
}

#[test]
fn inline_policies_beyond_the_limit() {
    let statement = format!(
        "{{Effect: Allow, Action: \"s3:*\", Resource: \"arn:aws:s3:::{}\"}}",
        "x".repeat(10_300)
    );
    let more =
        format!("  inlinePolicies:\n    p: {{Version: \"2012-10-17\", Statement: {statement}}}\n");
    assert_snapshot!(role(&more), @r"
    a.yaml:12:5 [policies-too-large] inline policies have 10398 characters in all, white space not counted; IAM allows 10240
      hint: move statements into managed policies; this quota cannot be raised
    ");
}

#[test]
fn an_association_without_a_profile() {
    let text =
        "kind: InstanceAssociation\nmetadata: {name: a}\nspec: {instances: {ids: [i-1a2b3c4d]}}";
    assert_snapshot!(faults(text), @r"
    a.yaml:9:7 [missing-field] an association needs an `instanceProfile`
      hint: to take profiles away write `ensure: detached`
    ");
}

#[test]
fn instances_that_are_none() {
    let text = "kind: InstanceAssociation\nmetadata: {name: a}\nspec:\n  ensure: detached\n  instances: {ids: [web, i-1a2b3c4d, i-1a2b3c4d]}";
    assert_snapshot!(faults(text), @r"
    a.yaml:11:21 [bad-instance-id] `web` is not an instance id
      hint: it looks like i-1234567890abcdef0
    a.yaml:11:38 [declared-twice] instance i-1a2b3c4d is listed twice
    ");
    let text = "kind: InstanceAssociation\nmetadata: {name: a}\nspec: {ensure: detached, instances: {ids: []}}";
    assert_snapshot!(faults(text), @"a.yaml:9:43 [out-of-range] `spec.instances.ids` must not be empty");
}

#[test]
fn several_faults_of_one_document_are_told_together() {
    let more = "  path: app\n  maxSessionDuration: 1\n  permissionsBoundary: edge\n  tags: {aws:x: a}\n  description: \"{{ var.text }}”\"\n";
    assert_snapshot!(role(more), @r"
    a.yaml:11:9 [bad-path] `app` is not an IAM path
      hint: a path begins and ends with `/`, for example `/app/`
    a.yaml:12:23 [out-of-range] `spec.maxSessionDuration` must be at least 3600, not 1
    a.yaml:13:24 [bad-arn] `edge` is not the ARN of a managed policy
      hint: it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name
    a.yaml:14:17 [bad-tag] tag key `aws:x` begins with `aws:`, which is reserved for AWS
    a.yaml:15:16 [bad-expression] the variable `text` has no value
      hint: give it with --var text=VALUE
    ");
}

#[test]
fn a_spec_that_cannot_be_read_has_only_the_faults_of_its_schema() {
    assert_snapshot!(role("  path: 5\n  nme: a\n"), @r#"
    a.yaml:11:9 [wrong-type] `spec.path` must be text, not the number 5
      hint: put it in quotes: "5"
    a.yaml:12:3 [unknown-field] there is no field `spec.nme`
      hint: possible: ensure, path, description, maxSessionDuration, trustPolicy, inlinePolicies, managedPolicies, inlinePolicyMode, managedPolicyMode, permissionsBoundary, tags, revokeSessionsIssuedBefore and instanceProfile
    "#);
}
