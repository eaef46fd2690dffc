//! What goes: orphans, whole stacks, and what is declared absent.

use insta::assert_snapshot;
use rolewright::model::Value;

use super::{S3ACCESS, WEB};
use crate::support::{World, desired, observed_policy};

const OTHER: &str =
    "kind: Role\nmetadata: {name: other}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";

/// The world of the guide, seen by a stack that declares another role only.
fn orphaned() -> World {
    let mut world = World::of(&desired(S3ACCESS));
    desired(OTHER)
        .resources
        .values()
        .for_each(|role| world.add(role));
    world.gone(WEB);
    world
}

#[test]
fn what_is_no_longer_declared_stays_and_is_listed() {
    assert_snapshot!(orphaned().story(&desired(OTHER)), @r"
    keep Role/other
    keep InstanceProfile/s3access-profile (the stack owns it and no longer declares it)
    keep Role/s3access (the stack owns it and no longer declares it)
    note (Orphan): InstanceProfile/s3access-profile is owned by the stack but no longer declared; `--prune` deletes it
    note (Orphan): Role/s3access is owned by the stack but no longer declared; `--prune` deletes it
    ");
}

#[test]
fn pruning_deletes_from_the_outside_in() {
    let mut world = orphaned();
    world.live.users.clear();
    world.wishes.prune = true;
    assert_snapshot!(world.story(&desired(OTHER)), @"
    keep Role/other
    delete InstanceProfile/s3access-profile (the stack owns it and no longer declares it) !Deletion
    delete Role/s3access (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. remove role s3access from instance profile s3access-profile
    1. delete instance profile s3access-profile <- 0
    2. delete inline policy S3-Permissions from role s3access <- 0
    3. delete role s3access <- 0 2
    ");
}

#[test]
fn destroying_takes_everything_apart_in_the_order_that_aws_demands() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set(
        "Role/s3access",
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
        Value::Present,
    );
    let revocation = r#"{"Version":"2012-10-17","Statement":[]}"#;
    world.set(
        "Role/s3access",
        "inlinePolicies.AWSRevokeOlderSessions",
        observed_policy(revocation),
    );
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @"
    delete Role/s3access [i-1a2b3c4d running] !Deletion
    delete InstanceProfile/s3access-profile [i-1a2b3c4d running] !Deletion
    detach InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !Deletion
      - instanceProfile: s3access-profile#AIPA-s3access-profile
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. disassociate s3access-profile from i-1a2b3c4d
    1. remove role s3access from instance profile s3access-profile <- 0
    2. delete inline policy AWSRevokeOlderSessions from role s3access <- 1
    3. delete inline policy S3-Permissions from role s3access <- 1
    4. detach arn:aws:iam::aws:policy/ReadOnlyAccess from role s3access <- 1
    5. delete role s3access <- 1 2 3 4
    6. delete instance profile s3access-profile <- 0 1
    ");
}

#[test]
fn destroying_an_empty_world_does_nothing() {
    let desired = desired(S3ACCESS);
    let mut world = World::empty(&desired);
    world.wishes.destroy = true;
    let plan = world.plan(&desired).unwrap();
    assert!(plan.is_empty() && plan.steps.is_empty());
}

#[test]
fn destroying_leaves_alone_what_is_not_ours() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.owned_by("Role/s3access", None);
    world.owned_by("InstanceProfile/s3access-profile", Some("another"));
    world.associated(WEB, Some(("other", "AIPA-other")));
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @r"
    keep Role/s3access (it is not owned by this stack)
    keep InstanceProfile/s3access-profile (it is not owned by this stack)
    keep InstanceAssociation/web[i-1a2b3c4d]
    ");
}

#[test]
fn destroying_undoes_attachments_and_not_detachments() {
    let desired = desired(
        "kind: InstanceAssociation\nmetadata: {name: web}\nspec: {ensure: detached, instances: {ids: [i-1a2b3c4d]}}",
    );
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @"keep InstanceAssociation/web[i-1a2b3c4d] (the stack declares it absent)");
}

#[test]
fn destroying_includes_what_is_no_longer_declared() {
    let mut world = orphaned();
    world.live.users.clear();
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired(OTHER)), @"
    delete Role/other !Deletion
    delete InstanceProfile/s3access-profile (the stack owns it and no longer declares it) !Deletion
    delete Role/s3access (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. delete role other
    1. remove role s3access from instance profile s3access-profile
    2. delete instance profile s3access-profile <- 1
    3. delete inline policy S3-Permissions from role s3access <- 1
    4. delete role s3access <- 1 3
    ");
}

#[test]
fn what_is_declared_absent_goes_with_all_that_is_in_it() {
    let desired = desired("kind: Role\nmetadata: {name: other}\nspec: {ensure: absent}");
    let mut world = World::of(&crate::support::desired(OTHER));
    world.set(
        "Role/other",
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @"
    delete Role/other !Deletion
    0. detach arn:aws:iam::aws:policy/ReadOnlyAccess from role other
    1. delete role other <- 0
    ");
    assert!(World::empty(&desired).plan(&desired).unwrap().is_empty());
}

#[test]
fn a_role_cannot_go_while_a_profile_of_the_stack_that_nobody_declares_holds_it() {
    let desired = desired("kind: Role\nmetadata: {name: s3access}\nspec: {ensure: absent}");
    let mut world = World::of(&crate::support::desired(S3ACCESS));
    world.gone(WEB);
    world.live.users.clear();
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [still-referenced] Role/s3access cannot be deleted: InstanceProfile/s3access-profile still refers to it and stays as it is
      hint: declare InstanceProfile/s3access-profile without it, or delete InstanceProfile/s3access-profile as well with `--prune`
    ");
    world.wishes.prune = true;
    assert_snapshot!(world.story(&desired), @"
    delete Role/s3access !Deletion
    delete InstanceProfile/s3access-profile (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. remove role s3access from instance profile s3access-profile
    1. delete inline policy S3-Permissions from role s3access <- 0
    2. delete role s3access <- 0 1
    3. delete instance profile s3access-profile <- 0
    ");
}

#[test]
fn nobody_looks_at_the_instances_of_other_regions() {
    let profile = "kind: InstanceProfile\nmetadata: {name: p}\nspec: {}";
    let mut world = World::of(&desired(&format!("{OTHER}\n---\n{profile}")));
    let note = |world: &World, text: &str| {
        let plan = world.plan(&desired(text)).unwrap();
        let messages = plan.notes.into_iter().map(|note| note.message);
        messages
            .filter(|message| message.contains("regions"))
            .collect::<Vec<_>>()
    };
    assert!(note(&world, OTHER).is_empty(), "nothing goes");
    world.wishes.prune = true;
    assert_eq!(
        note(&world, OTHER),
        ["instances of other regions were not looked at: only eu-central-1"]
    );
    assert!(
        note(&world, profile).is_empty(),
        "no profile holds the role that goes"
    );
    world.live.unseen_users = Some("the caller may not".to_owned());
    assert!(
        note(&world, OTHER).is_empty(),
        "no region was looked at, which is told elsewhere"
    );
}
