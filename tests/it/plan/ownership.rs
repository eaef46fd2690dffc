//! Whose a resource is, and how it becomes ours.

use insta::assert_snapshot;
use rolewright::model::{Address, Value, kind};

use super::text;
use crate::support::{World, desired};

const ROLE: &str =
    "kind: Role\nmetadata: {name: a}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";

#[test]
fn what_belongs_to_another_stack_is_refused() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    world.owned_by("Role/a", Some("another"));
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [owned-by-other] Role/a belongs to stack `another`
      hint: release it there first (`release Role/a --stack another`), or give this one another name than `a`
      hint: if stack `another` is this one under its earlier name, pass `--from-stack another`
    ");
}

#[test]
fn what_belongs_to_nobody_is_refused() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    world.owned_by("Role/a", None);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [not-owned] Role/a exists already and belongs to no stack
      hint: to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then only tags it
    ");
}

#[test]
fn adopting_tags_and_changes_nothing_else() {
    let desired = desired(&ROLE.replace("{name: a}", "{name: a, adopt: true}"));
    let mut world = World::of(&desired);
    world.owned_by("Role/a", None);
    world.set("Role/a", "path", text("/old/"));
    world.set(
        "Role/a",
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @"
    adopt Role/a (only the ownership tag is set now; the next run would change `path` and `managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess`)
      + tags.rolewright:stack: test
    note (Undeclared): Role/a has `arn:aws:iam::aws:policy/ReadOnlyAccess`, which the manifests do not declare: the next run would remove it
      = managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess: present
    0. tag role a as owned by stack test
    ");
}

#[test]
fn adopting_can_be_asked_for_on_the_command_line() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    world.owned_by("Role/a", None);
    world.wishes.adopt.insert(Address::new(kind::ROLE, "a"));
    assert_snapshot!(world.story(&desired), @r"
    adopt Role/a (it is as declared otherwise)
      + tags.rolewright:stack: test
    0. tag role a as owned by stack test
    ");
}

#[test]
fn adopting_does_not_take_from_another_stack() {
    let desired = desired(&ROLE.replace("{name: a}", "{name: a, adopt: true}"));
    let mut world = World::of(&desired);
    world.owned_by("Role/a", Some("another"));
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [owned-by-other] Role/a belongs to stack `another`
      hint: release it there first (`release Role/a --stack another`), or give this one another name than `a`
      hint: if stack `another` is this one under its earlier name, pass `--from-stack another`
    ");
}

#[test]
fn what_shall_be_absent_is_adopted_first_and_deleted_by_the_next_run() {
    let desired = desired("kind: Role\nmetadata: {name: a, adopt: true}\nspec: {ensure: absent}");
    let mut world = World::of(&crate::support::desired(ROLE));
    world.owned_by("Role/a", None);
    assert_snapshot!(world.story(&desired), @r"
    adopt Role/a (only the ownership tag is set now; the next run would delete it)
      + tags.rolewright:stack: test
    0. tag role a as owned by stack test
    ");
    world.owned_by("Role/a", Some("test"));
    assert_snapshot!(world.story(&desired), @"
    delete Role/a !Deletion
    0. delete role a
    ");
}

#[test]
fn what_shall_be_absent_and_is_not_ours_is_refused() {
    let desired = desired("kind: Role\nmetadata: {name: a}\nspec: {ensure: absent}");
    let mut world = World::of(&crate::support::desired(ROLE));
    world.owned_by("Role/a", None);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [not-owned] Role/a exists already and belongs to no stack
      hint: to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then only tags it
    ");
}

#[test]
fn a_service_linked_role_is_refused() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    let role = world.at("Role/a");
    role.service_linked = true;
    world.owned_by("Role/a", None);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [service-linked] Role/a: it is a service-linked role, which only AWS can change
      hint: remove it from the manifests
    ");
}

#[test]
fn foreign_roles_beside_ours_are_not_touched() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    let foreign = crate::support::desired(&ROLE.replace("name: a", "name: foreign"));
    foreign.resources.values().for_each(|role| world.add(role));
    world.owned_by("Role/foreign", Some("another"));
    world.wishes.prune = true;
    assert!(world.plan(&desired).unwrap().is_empty());
}
