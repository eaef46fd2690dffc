//! From one role to another without a moment in between, and where AWS allows none.

use insta::assert_snapshot;
use rolewright::model::Desired;
use rolewright::plan::{GuardOverrides, refusals};

use super::{S3ACCESS, WEB};
use crate::support::{World, desired, drawn_diagnostics};

/// A role that brings its profile along, on one instance.
const BLUE: &str = r"
kind: Role
metadata: {name: blue}
spec: {trustPolicy: {services: [ec2.amazonaws.com]}, instanceProfile: true}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: blue, instances: {ids: [i-1a2b3c4d]}}
";

/// The guards' word on a plan.
fn refused(world: &World, desired: &Desired, allowed: &GuardOverrides) -> String {
    let plan = world.plan(desired).unwrap();
    let refusals = refusals(&plan, desired, &world.live, allowed);
    drawn_diagnostics(&refusals.into_iter().collect())
}

#[test]
fn a_renamed_role_and_profile_are_ready_before_the_instance_moves_and_the_old_ones_go_last() {
    let green = desired(&BLUE.replace("blue", "green"));
    let mut world = World::of(&desired(BLUE));
    world.wishes.prune = true;
    assert_snapshot!(world.story(&green), @"
    create Role/green !NewAccess
    create InstanceProfile/green !NewAccess
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
      ~ instanceProfile: blue#AIPA-blue -> green
      gains: gives instances the access of green
      loses: takes the access of blue from instances
    delete InstanceProfile/blue [i-1a2b3c4d running] (the stack owns it and no longer declares it) !Deletion
    delete Role/blue [i-1a2b3c4d running] (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. create role green
    1. create instance profile green
    2. add role green to instance profile green <- 0 1
    3. replace the instance profile of i-1a2b3c4d by green <- 1 2
    4. remove role blue from instance profile blue <- 3
    5. delete instance profile blue <- 3 4
    6. delete role blue <- 4
    ");
    assert_eq!(refused(&world, &green, &GuardOverrides::default()), "");
}

#[test]
fn without_pruning_the_old_ones_stay() {
    let green = desired(&BLUE.replace("blue", "green"));
    let world = World::of(&desired(BLUE));
    assert_snapshot!(world.story(&green), @"
    create Role/green !NewAccess
    create InstanceProfile/green !NewAccess
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
      ~ instanceProfile: blue#AIPA-blue -> green
      gains: gives instances the access of green
      loses: takes the access of blue from instances
    keep InstanceProfile/blue (the stack owns it and no longer declares it)
    keep Role/blue (the stack owns it and no longer declares it)
    note (Orphan): InstanceProfile/blue is owned by the stack but no longer declared; `--prune` deletes it
    note (Orphan): Role/blue is owned by the stack but no longer declared; `--prune` deletes it
    0. create role green
    1. create instance profile green
    2. add role green to instance profile green <- 0 1
    3. replace the instance profile of i-1a2b3c4d by green <- 1 2
    ");
}

#[test]
fn a_renamed_role_in_a_profile_of_the_same_name_leaves_a_gap() {
    let renamed = S3ACCESS
        .replace("metadata: {name: s3access}", "metadata: {name: s3read}")
        .replace("spec: {role: s3access}", "spec: {role: s3read}");
    let renamed = desired(&renamed);
    let mut world = World::of(&desired(S3ACCESS));
    world.wishes.prune = true;
    assert_snapshot!(world.story(&renamed), @"
    create Role/s3read !NewAccess
    update InstanceProfile/s3access-profile [i-1a2b3c4d running] (gap for i-1a2b3c4d: those that this stack associates are without a profile for seconds as a rule, and are associated anew before the former role goes; credentials of the rest stop working then, until their next rotation, which may be hours away) !NewAccess
      ~ role: s3access#AROA-s3access -> s3read
      gains: gives instances the access of s3read
      loses: takes the access of s3access from instances
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] (InstanceProfile/s3access-profile loses Role/s3access; associated anew it fetches new credentials at once)
    delete Role/s3access [i-1a2b3c4d running] (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. create role s3read
    1. put inline policy S3-Permissions on role s3read <- 0
    2. remove role s3access from instance profile s3access-profile <- 0 1
    3. add role s3read to instance profile s3access-profile <- 0 1 2
    4. disassociate s3access-profile from i-1a2b3c4d <- 3
    5. associate instance profile s3access-profile with i-1a2b3c4d <- 3 4 when i-1a2b3c4d to be free for s3access-profile
    6. delete inline policy S3-Permissions from role s3access <- 2 3 5
    7. delete role s3access <- 2 3 5 6
    ");
    assert_snapshot!(refused(&world, &renamed, &GuardOverrides::default()), @"
    a.yaml:18:18 [gap] InstanceProfile/s3access-profile changes while 1 running instance uses it (i-1a2b3c4d): those that this stack associates are without a profile for seconds as a rule, and are associated anew before the former role goes; credentials of the rest stop working then, until their next rotation, which may be hours away
      hint: pass `--accept-gap` if they can do without; or give the new one another name, so that it is ready before they are moved to it
    ");
    let allowed = GuardOverrides {
        gap: true,
        ..GuardOverrides::default()
    };
    assert_eq!(refused(&world, &renamed, &allowed), "");
}

#[test]
fn an_instance_that_is_stopped_has_nothing_to_lose() {
    let whole = desired(S3ACCESS);
    let mut world = World::of(&whole);
    world.instance_is(WEB, "stopped");
    world.set("Role/s3access", "path", super::text("/old/"));
    assert_eq!(refused(&world, &whole, &GuardOverrides::default()), "");
}

#[test]
fn an_instance_that_leaves_for_another_profile_has_no_gap() {
    let text = S3ACCESS
        .replace(
            "spec: {role: s3access}",
            "spec: {path: /new/, role: s3access}",
        )
        .replace(
            "spec: {instanceProfile: s3access-profile,",
            "spec: {instanceProfile: other,",
        )
        + "---\nkind: InstanceProfile\nmetadata: {name: other}\nspec: {role: s3access}\n";
    let moved = desired(&text);
    let mut world = World::of(&desired(S3ACCESS));
    world.set(
        "InstanceProfile/s3access-profile",
        "path",
        super::text("/old/"),
    );
    assert_eq!(refused(&world, &moved, &GuardOverrides::default()), "");
}

#[test]
fn a_role_that_came_back_under_its_name_is_put_right_at_once() {
    let whole = desired(S3ACCESS);
    let mut world = World::of(&whole);
    world.holds(
        "InstanceProfile/s3access-profile",
        Some(("s3access", "AROA-dead")),
    );
    assert_eq!(refused(&world, &whole, &GuardOverrides::default()), "");
}
