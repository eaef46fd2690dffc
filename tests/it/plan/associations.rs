//! Which profile an instance has, in every state an instance can be in.

use insta::assert_snapshot;

use super::{S3ACCESS, WEB};
use crate::support::{World, desired};

/// A world in which the instance has another profile, in a state.
fn with_another(state: &str) -> String {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.instance_is(WEB, state);
    world.associated(WEB, Some(("other", "AIPA-other")));
    world.story(&desired)
}

#[test]
fn an_association_that_is_gone_is_made_again() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.associated(WEB, None);
    assert_snapshot!(world.story(&desired), @"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    create InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
    0. associate instance profile s3access-profile with i-1a2b3c4d when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_running_instance_changes_its_profile_in_place() {
    assert_snapshot!(with_another("running"), @"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile#AIPA-s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. replace the instance profile of i-1a2b3c4d by s3access-profile
    ");
}

#[test]
fn a_stopped_instance_loses_its_profile_before_it_gets_the_new_one() {
    assert_snapshot!(with_another("stopped"), @"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d stopped] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile#AIPA-s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. disassociate other from i-1a2b3c4d
    1. associate instance profile s3access-profile with i-1a2b3c4d <- 0 when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_pending_instance_is_waited_for() {
    assert_snapshot!(with_another("pending"), @"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d pending] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile#AIPA-s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. replace the instance profile of i-1a2b3c4d by s3access-profile when i-1a2b3c4d to be running or stopped
    ");
}

#[test]
fn a_stopping_instance_is_waited_for() {
    assert_snapshot!(with_another("stopping"), @"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d stopping] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile#AIPA-s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. disassociate other from i-1a2b3c4d when i-1a2b3c4d to be running or stopped
    1. associate instance profile s3access-profile with i-1a2b3c4d <- 0 when i-1a2b3c4d to be running or stopped when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_running_instance_keeps_its_profile_until_the_new_one_is_complete() {
    let desired = desired(S3ACCESS);
    let mut world = World::empty(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    assert_snapshot!(world.story(&desired), @"
    create Role/s3access !NewAccess
    create InstanceProfile/s3access-profile !NewAccess
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. create role s3access
    1. put inline policy S3-Permissions on role s3access <- 0
    2. create instance profile s3access-profile
    3. add role s3access to instance profile s3access-profile <- 0 1 2
    4. replace the instance profile of i-1a2b3c4d by s3access-profile <- 2 3
    ");
}

#[test]
fn a_stopped_instance_keeps_its_profile_until_the_new_one_is_complete() {
    let desired = desired(S3ACCESS);
    let mut world = World::empty(&desired);
    world.instance_is(WEB, "stopped");
    world.associated(WEB, Some(("other", "AIPA-other")));
    assert_snapshot!(world.story(&desired), @"
    create Role/s3access !NewAccess
    create InstanceProfile/s3access-profile !NewAccess
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d stopped] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    0. create role s3access
    1. put inline policy S3-Permissions on role s3access <- 0
    2. create instance profile s3access-profile
    3. add role s3access to instance profile s3access-profile <- 0 1 2
    4. disassociate other from i-1a2b3c4d <- 2 3
    5. associate instance profile s3access-profile with i-1a2b3c4d <- 2 3 4 when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_profile_that_was_made_again_under_its_name_is_associated_anew() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("s3access-profile", "AIPA-former")));
    assert_snapshot!(world.story(&desired), @r"
    keep Role/s3access
    keep InstanceProfile/s3access-profile
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running]
      ~ instanceProfile: s3access-profile#AIPA-former -> s3access-profile#AIPA-s3access-profile
    0. replace the instance profile of i-1a2b3c4d by s3access-profile
    ");
}

#[test]
fn an_instance_that_is_gone_can_have_no_profile() {
    let desired = desired(S3ACCESS);
    let stories = ["terminated", "shutting-down"].map(|state| {
        let mut world = World::of(&desired);
        world.instance_is(WEB, state);
        world.story(&desired)
    });
    assert_snapshot!(stories.join("\n"), @"
    a.yaml:23:18 [instance-terminated] InstanceAssociation/web[i-1a2b3c4d]: instance i-1a2b3c4d is terminated: it can never have a profile again
      hint: remove it from the association
    a.yaml:23:18 [instance-terminated] InstanceAssociation/web[i-1a2b3c4d]: instance i-1a2b3c4d is shutting-down: it can never have a profile again
      hint: remove it from the association
    ");
}

#[test]
fn an_instance_that_never_was_can_have_no_profile() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.gone(WEB);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:23:18 [no-such-instance] InstanceAssociation/web[i-1a2b3c4d]: instance i-1a2b3c4d does not exist
      hint: check the id and the region
    ");
}

const DETACHED: &str = r"
kind: InstanceAssociation
metadata: {name: web}
spec: {ensure: detached, instances: {ids: [i-1a2b3c4d]}}
";

#[test]
fn whatever_profile_an_instance_has_is_taken_away() {
    let desired = desired(DETACHED);
    let mut world = World::of(&desired);
    assert!(world.plan(&desired).unwrap().is_empty());
    world.associated(WEB, Some(("other", "AIPA-other")));
    assert_snapshot!(world.story(&desired), @"
    detach InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !Deletion
      - instanceProfile: other#AIPA-other
    0. disassociate other from i-1a2b3c4d
    ");
}

#[test]
fn only_the_named_profile_is_taken_away() {
    let named = DETACHED.replace(
        "ensure: detached,",
        "ensure: detached, instanceProfile: old,",
    );
    let desired = desired(&named);
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    assert!(world.plan(&desired).unwrap().is_empty());
    world.associated(WEB, Some(("old", "AIPA-old")));
    assert_snapshot!(world.story(&desired), @"
    detach InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !Deletion
      - instanceProfile: old#AIPA-old
    0. disassociate old from i-1a2b3c4d
    ");
}

#[test]
fn nothing_is_taken_from_an_instance_that_is_gone() {
    let desired = desired(DETACHED);
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    world.instance_is(WEB, "terminated");
    assert!(world.plan(&desired).unwrap().is_empty());
}

#[test]
fn a_profile_in_the_stack_can_go_together_with_its_association() {
    let desired = desired(
        r"
kind: Role
metadata: {name: a}
spec: {ensure: absent, instanceProfile: true}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {ensure: detached, instanceProfile: a, instances: {ids: [i-1a2b3c4d]}}
",
    );
    let there = crate::support::desired(
        r"
kind: Role
metadata: {name: a}
spec: {instanceProfile: true, trustPolicy: {services: [ec2.amazonaws.com]}}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: a, instances: {ids: [i-1a2b3c4d]}}
",
    );
    assert_snapshot!(World::of(&there).story(&desired), @"
    delete InstanceProfile/a [i-1a2b3c4d running] !Deletion
    detach InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !Deletion
      - instanceProfile: a#AIPA-a
    delete Role/a [i-1a2b3c4d running] !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. disassociate a from i-1a2b3c4d
    1. remove role a from instance profile a <- 0
    2. delete instance profile a <- 0 1
    3. delete role a <- 1
    ");
}
