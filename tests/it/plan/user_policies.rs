//! Inline policies of users: put, changed, taken away, and never more than that.

use insta::assert_snapshot;

use crate::support::{World, desired, observed_policy};

const GRANT: &str = r#"
kind: UserPolicy
metadata: {name: launch}
spec:
  user: anna
  policyName: LaunchWithOneRole
  policy:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: iam:PassRole
        Resource: arn:aws:iam::123456789012:role/web
        Condition: {StringEquals: {iam:PassedToService: ec2.amazonaws.com}}
"#;

const ADDRESS: &str = "UserPolicy/launch";

#[test]
fn one_that_is_new_is_put() {
    let desired = desired(GRANT);
    assert_snapshot!(World::empty(&desired).story(&desired), @"
    create UserPolicy/launch !NewAccess
    0. put inline policy LaunchWithOneRole on user anna
    ");
}

#[test]
fn one_that_is_there_is_nobody_elses() {
    let desired = desired(GRANT);
    let mut world = World::of(&desired);
    assert!(world.plan(&desired).unwrap().is_empty());
    let anything = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}"#;
    world.set(ADDRESS, "policy", observed_policy(anything));
    assert_snapshot!(world.story(&desired), @r#"
    update UserPolicy/launch !Narrowing
      ~ policy: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]} -> {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/web","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}
      loses: now needs StringEquals iam:PassedToService ec2.amazonaws.com for iam:PassRole on arn:aws:iam::123456789012:role/web
      loses: can no longer iam:PassRole on * except arn:aws:iam::123456789012:role/web
    0. put inline policy LaunchWithOneRole on user anna
    "#);
}

#[test]
fn one_that_shall_go_is_deleted() {
    let world = World::of(&desired(GRANT));
    let gone = desired(&GRANT.replace("spec:", "spec:\n  ensure: absent"));
    assert_snapshot!(world.story(&gone), @"
    delete UserPolicy/launch !Deletion
    0. delete inline policy LaunchWithOneRole from user anna
    ");
}

#[test]
fn a_user_who_is_not_there() {
    let desired = desired(GRANT);
    let mut world = World::of(&desired);
    world.unset(ADDRESS, "policy");
    world.at(ADDRESS).facts.no_user = Some("anna".to_owned());
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [no-user] UserPolicy/launch: there is no user `anna`
      hint: create the user first, or correct `user`
    ");
}
