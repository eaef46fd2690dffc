//! Plain fields and tags that differ from their declaration.

use insta::assert_snapshot;
use rolewright::model::{Desired, Value};

use super::text;
use crate::support::{World, desired};

fn role(more: &str) -> Desired {
    desired(&format!(
        "kind: Role\nmetadata: {{name: a}}\nspec:\n  trustPolicy: {{services: [ec2.amazonaws.com]}}\n{more}"
    ))
}

#[test]
fn description_and_session_length_are_always_sent_together() {
    let desired = role("  description: new\n  maxSessionDuration: 2h\n");
    let mut world = World::of(&desired);
    world.set("Role/a", "description", text("old"));
    assert_snapshot!(world.story(&desired), @r"
    update Role/a
      ~ description: old -> new
    0. update description and session length of role a
    ");
    let plan = world.plan(&desired).unwrap();
    assert_snapshot!(format!("{:?}", plan.steps[0].call.call().parameters), @r#"{"Description": Text("new"), "MaxSessionDuration": Text("7200"), "RoleName": Text("a")}"#);
}

#[test]
fn a_description_that_is_no_longer_declared_is_emptied() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.set("Role/a", "description", text("old"));
    assert_snapshot!(world.story(&desired), @r"
    update Role/a
      - description: old
    0. update description and session length of role a
    ");
    let plan = world.plan(&desired).unwrap();
    assert_snapshot!(format!("{:?}", plan.steps[0].call.call().parameters), @r#"{"Description": Text(""), "MaxSessionDuration": Text("3600"), "RoleName": Text("a")}"#);
}

#[test]
fn a_session_length_that_is_no_longer_declared_goes_back_to_an_hour() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.set("Role/a", "maxSessionDuration", Value::Number(43_200));
    assert_snapshot!(world.story(&desired), @"
    update Role/a !Narrowing
      ~ maxSessionDuration: 43200 -> 3600
      loses: sessions may last 1 h, before 12 h
    0. update description and session length of role a
    ");
}

#[test]
fn a_new_boundary_comes_before_what_the_role_gains() {
    let desired = role(
        "  permissionsBoundary: arn:aws:iam::123456789012:policy/edge\n  managedPolicies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]\n",
    );
    let mut world = World::of(&desired);
    world.unset("Role/a", "permissionsBoundary");
    world.unset(
        "Role/a",
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
    );
    assert_snapshot!(world.story(&desired), @"
    update Role/a !NewAccess
      + managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess: present
      + permissionsBoundary: arn:aws:iam::123456789012:policy/edge
      gains: can now do what ReadOnlyAccess allows
      loses: is now held within the boundary edge
    0. set permissions boundary arn:aws:iam::123456789012:policy/edge on role a
    1. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role a <- 0
    ");
}

#[test]
fn a_boundary_that_goes_goes_after_the_policies_that_go() {
    let desired = role("");
    let mut world = World::of(&desired);
    let edge = "arn:aws:iam::123456789012:policy/edge";
    world.set("Role/a", "permissionsBoundary", text(edge));
    world.set(
        "Role/a",
        "managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @"
    update Role/a !BoundaryRemoved
      - managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess: present
      - permissionsBoundary: arn:aws:iam::123456789012:policy/edge
      gains: is no longer held within the boundary edge
      loses: can no longer do what AdministratorAccess allows
    0. detach arn:aws:iam::aws:policy/AdministratorAccess from role a
    1. remove the permissions boundary of role a <- 0
    ");
}

#[test]
fn tags_are_set_and_removed_and_nothing_else() {
    let desired = role("  tags: {Team: data, Cost: \"1\"}\n");
    let mut world = World::of(&desired);
    world.set("Role/a", "tags.Team", text("web"));
    world.set("Role/a", "tags.Old", text("x"));
    assert_snapshot!(world.story(&desired), @r"
    update Role/a
      ~ tags.Team: web -> data
      - tags.Old: x
    0. tag role a
    1. remove tags from role a <- 0
    ");
    let plan = world.plan(&desired).unwrap();
    let calls: Vec<String> = plan
        .steps
        .iter()
        .map(|step| format!("{:?}", step.call.call().parameters))
        .collect();
    assert_snapshot!(calls.join("\n"), @r#"
    {"RoleName": Text("a"), "Tags": List([Map({"Key": Text("Team"), "Value": Text("data")})])}
    {"RoleName": Text("a"), "TagKeys": List([Text("Old")])}
    "#);
}

#[test]
fn on_roles_the_letters_of_a_tag_key_do_not_count() {
    let desired = role("  tags: {team: data}\n");
    let mut world = World::of(&desired);
    world.unset("Role/a", "tags.team");
    world.set("Role/a", "tags.Team", text("data"));
    assert!(world.plan(&desired).unwrap().is_empty());
    world.set("Role/a", "tags.Team", text("web"));
    assert_snapshot!(world.story(&desired), @r"
    update Role/a
      ~ tags.team: web -> data
    0. tag role a
    ");
}

#[test]
fn on_profiles_the_letters_of_a_tag_key_count() {
    let desired = desired("kind: InstanceProfile\nmetadata: {name: p}\nspec: {tags: {team: data}}");
    let mut world = World::of(&desired);
    world.unset("InstanceProfile/p", "tags.team");
    world.set("InstanceProfile/p", "tags.Team", text("data"));
    assert_snapshot!(world.story(&desired), @r"
    update InstanceProfile/p
      + tags.team: data
      - tags.Team: data
    0. tag instance profile p
    1. remove tags from instance profile p
    ");
}

#[test]
fn a_change_of_trust_needs_one_call() {
    let desired = role("");
    let mut world = World::of(&desired);
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    world.set(
        "Role/a",
        "trustPolicy",
        crate::support::observed_policy(other),
    );
    assert_snapshot!(world.story(&desired), @r#"
    update Role/a !TrustWidened
      ~ trustPolicy: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]} -> {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      gains: ec2.amazonaws.com can now assume it (sts:AssumeRole)
      loses: lambda.amazonaws.com can no longer assume it (sts:AssumeRole)
    0. update the trust policy of role a
    "#);
}

#[test]
fn a_role_deleted_by_hand_is_made_again() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.gone("Role/a");
    assert_snapshot!(world.story(&desired), @"
    create Role/a !NewAccess
    0. create role a
    ");
}
