//! An empty world, and a world that is as declared.

use insta::assert_snapshot;

use rolewright::plan::Step;

use super::S3ACCESS;
use crate::support::{World, desired};

#[test]
fn everything_is_made_in_the_order_of_needs() {
    let desired = desired(S3ACCESS);
    assert_snapshot!(World::empty(&desired).story(&desired), @"
    create Role/s3access !NewAccess
    create InstanceProfile/s3access-profile !NewAccess
    create InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
    0. create role s3access
    1. put inline policy S3-Permissions on role s3access <- 0
    2. create instance profile s3access-profile
    3. add role s3access to instance profile s3access-profile <- 0 1 2
    4. associate instance profile s3access-profile with i-1a2b3c4d <- 2 3 when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn nothing_is_done_where_everything_is_as_declared() {
    let desired = desired(S3ACCESS);
    let plan = World::of(&desired).plan(&desired).unwrap();
    assert!(plan.is_empty());
    assert_snapshot!(World::of(&desired).story(&desired), @r"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    keep InstanceAssociation/web[i-1a2b3c4d]
    ");
}

#[test]
fn a_role_is_made_with_all_that_one_call_takes() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: full}
spec:
  path: /app/
  description: All of it
  maxSessionDuration: 12h
  trustPolicy: {services: [ec2.amazonaws.com]}
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
  permissionsBoundary: arn:aws:iam::123456789012:policy/edge
  tags: {Team: data}
  revokeSessionsIssuedBefore: "2026-01-31T18:00:00+01:00"
  instanceProfile: true
"#,
    );
    let world = World::empty(&desired);
    assert_snapshot!(world.story(&desired), @"
    create Role/full !NewAccess
    create InstanceProfile/full !NewAccess
    0. create role full
    1. put inline policy AWSRevokeOlderSessions on role full <- 0
    2. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role full <- 1
    3. create instance profile full
    4. add role full to instance profile full <- 0 1 2 3
    ");
    let plan = world.plan(&desired).unwrap();
    let calls: Vec<String> = plan.steps.iter().map(call).collect();
    assert_snapshot!(calls.join("\n"), @r#"
    iam:CreateRole {"AssumeRolePolicyDocument":{"text":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"},"Description":{"text":"All of it"},"MaxSessionDuration":{"text":"43200"},"Path":{"text":"/app/"},"PermissionsBoundary":{"text":"arn:aws:iam::123456789012:policy/edge"},"RoleName":{"text":"full"},"Tags":{"list":[{"map":{"Key":{"text":"Team"},"Value":{"text":"data"}}},{"map":{"Key":{"text":"rolewright:stack"},"Value":{"text":"test"}}}]}}
    iam:PutRolePolicy {"PolicyDocument":{"text":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"*\"],\"Resource\":[\"*\"],\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-01-31T17:00:00Z\"}}}]}"},"PolicyName":{"text":"AWSRevokeOlderSessions"},"RoleName":{"text":"full"}}
    iam:AttachRolePolicy {"PolicyArn":{"text":"arn:aws:iam::aws:policy/ReadOnlyAccess"},"RoleName":{"text":"full"}}
    iam:CreateInstanceProfile {"InstanceProfileName":{"text":"full"},"Path":{"text":"/app/"},"Tags":{"list":[{"map":{"Key":{"text":"Team"},"Value":{"text":"data"}}},{"map":{"Key":{"text":"rolewright:stack"},"Value":{"text":"test"}}}]}}
    iam:AddRoleToInstanceProfile {"InstanceProfileName":{"text":"full"},"RoleName":{"text":"full"}}
    "#);
}

/// A call in one line.
fn call(step: &Step) -> String {
    let call = step.call.call();
    let parameters = serde_json::to_string(&call.parameters).unwrap();
    format!("{} {parameters}", call.full_name())
}

/// The story of two roles of which one trusts the other, named in some way.
fn trusting(principal: &str) -> String {
    let desired = desired(&format!(
        r#"
kind: Role
metadata: {{name: ant}}
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement: {{Effect: Allow, Principal: {{AWS: "{principal}"}}, Action: "sts:AssumeRole"}}
---
kind: Role
metadata: {{name: zoo}}
spec:
  trustPolicy: {{services: [ec2.amazonaws.com]}}
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
"#
    ));
    World::empty(&desired).story(&desired)
}

#[test]
fn a_role_that_another_one_trusts_comes_first_whether_named_by_expression_or_arn() {
    let by_arn = trusting("arn:aws:iam::123456789012:role/zoo");
    assert_eq!(trusting("{{ role.zoo.arn }}"), by_arn);
    assert_snapshot!(by_arn, @"
    create Role/zoo !NewAccess
    create Role/ant !NewAccess
    0. create role zoo
    1. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role zoo <- 0
    2. create role ant <- 0 1
    ");
}

#[test]
fn an_arn_inside_a_permission_is_only_text_and_needs_no_order() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: ant}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  inlinePolicies:
    assume: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "sts:AssumeRole", Resource: "{{ role.zoo.arn }}"}}
---
kind: Role
metadata: {name: zoo}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  inlinePolicies:
    assume: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "sts:AssumeRole", Resource: "{{ role.ant.arn }}"}}
"#,
    );
    assert_snapshot!(World::empty(&desired).story(&desired), @"
    create Role/zoo !NewAccess
    create Role/ant !NewAccess
    0. create role zoo
    1. put inline policy assume on role zoo <- 0
    2. create role ant
    3. put inline policy assume on role ant <- 2
    ");
}
