//! What an instance profile holds.

use rolewright::model::kind;

use insta::assert_snapshot;

use super::S3ACCESS;
use crate::support::{World, desired};

const PROFILE: &str = "InstanceProfile/s3access-profile";

#[test]
fn a_profile_that_lost_its_role_gets_it_back() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.holds(PROFILE, None);
    assert_snapshot!(world.story(&desired), @"
    keep Role/s3access
    update InstanceProfile/s3access-profile [i-1a2b3c4d running] !NewAccess
      + role: s3access#AROA-s3access
      gains: gives instances the access of s3access
    keep InstanceAssociation/web[i-1a2b3c4d]
    0. add role s3access to instance profile s3access-profile
    ");
}

#[test]
fn a_role_that_was_made_again_under_its_name_is_put_into_the_profile_anew() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.at("Role/s3access").id = Some("AROA-another".into());
    assert_snapshot!(world.story(&desired), @r"
    keep Role/s3access
    update InstanceProfile/s3access-profile [i-1a2b3c4d running]
      ~ role: s3access#AROA-s3access -> s3access#AROA-another
    keep InstanceAssociation/web[i-1a2b3c4d]
    0. remove role s3access from instance profile s3access-profile
    1. add role s3access to instance profile s3access-profile <- 0
    ");
}

#[test]
fn a_role_that_is_gone_is_made_and_put_into_the_profile_that_still_names_it() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.gone("Role/s3access");
    assert_snapshot!(world.story(&desired), @"
    create Role/s3access [i-1a2b3c4d running] !NewAccess
    update InstanceProfile/s3access-profile [i-1a2b3c4d running]
      ~ role: s3access#AROA-s3access -> s3access
    keep InstanceAssociation/web[i-1a2b3c4d]
    0. create role s3access
    1. put inline policy S3-Permissions on role s3access <- 0
    2. remove role s3access from instance profile s3access-profile
    3. add role s3access to instance profile s3access-profile <- 0 1 2
    ");
}

#[test]
fn a_profile_that_is_gone_is_made_and_associated_anew() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.gone(PROFILE);
    assert_snapshot!(world.story(&desired), @"
    keep Role/s3access
    create InstanceProfile/s3access-profile [i-1a2b3c4d running] !NewAccess
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running]
      ~ instanceProfile: s3access-profile#AIPA-s3access-profile -> s3access-profile
    0. create instance profile s3access-profile
    1. add role s3access to instance profile s3access-profile <- 0
    2. disassociate s3access-profile from i-1a2b3c4d
    3. associate instance profile s3access-profile with i-1a2b3c4d <- 0 1 2 when i-1a2b3c4d to be free for s3access-profile
    ");
}

const SWAP: &str = r#"
kind: Role
metadata: {name: new}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
---
kind: Role
metadata: {name: old}
spec: {trustPolicy: {services: [ec2.amazonaws.com]}}
---
kind: InstanceProfile
metadata: {name: p}
spec: {role: new}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: p, instances: {ids: [i-1a2b3c4d]}}
"#;

#[test]
fn a_new_role_is_complete_before_the_old_one_leaves_the_profile() {
    let desired = desired(SWAP);
    let mut world = World::of(&desired);
    world.gone("Role/new");
    world.holds("InstanceProfile/p", Some(("old", "AROA-old")));
    assert_snapshot!(world.story(&desired), @"
    create Role/new !NewAccess
    update InstanceProfile/p [i-1a2b3c4d running] (gap for i-1a2b3c4d: EC2 goes on with the former role's credentials for up to one hour, and they work as long as that role is there; an association with another profile takes effect at once) !NewAccess
      ~ role: old#AROA-old -> new
      gains: gives instances the access of new
      loses: takes the access of old from instances
    keep InstanceAssociation/web[i-1a2b3c4d]
    keep Role/old
    0. create role new
    1. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role new <- 0
    2. remove role old from instance profile p <- 0 1
    3. add role new to instance profile p <- 0 1 2
    ");
}

#[test]
fn an_old_role_is_deleted_once_it_has_left_the_profile() {
    let desired = desired(&SWAP.replace(
        "metadata: {name: old}\nspec: {trustPolicy",
        "metadata: {name: old}\nspec: {ensure: absent, trustPolicy",
    ));
    let mut world = World::of(&desired);
    world.gone("Role/new");
    let sound = crate::support::desired(SWAP);
    let old = sound
        .resources
        .values()
        .find(|one| one.live_name == "old")
        .unwrap();
    world.add(old);
    world.holds("InstanceProfile/p", Some(("old", "AROA-old")));
    assert_snapshot!(world.story(&desired), @"
    create Role/new !NewAccess
    update InstanceProfile/p [i-1a2b3c4d running] (gap for i-1a2b3c4d: those that this stack associates are without a profile for seconds as a rule, and are associated anew before the former role goes; credentials of the rest stop working then, until their next rotation, which may be hours away) !NewAccess
      ~ role: old#AROA-old -> new
      gains: gives instances the access of new
      loses: takes the access of old from instances
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] (InstanceProfile/p loses Role/old; associated anew it fetches new credentials at once)
    delete Role/old [i-1a2b3c4d running] !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. create role new
    1. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role new <- 0
    2. remove role old from instance profile p <- 0 1
    3. add role new to instance profile p <- 0 1 2
    4. disassociate p from i-1a2b3c4d <- 3
    5. associate instance profile p with i-1a2b3c4d <- 3 4 when i-1a2b3c4d to be free for p
    6. delete role old <- 2 3 5
    ");
}

#[test]
fn a_role_that_is_no_longer_declared_in_a_profile_leaves_it() {
    let desired = desired("kind: InstanceProfile\nmetadata: {name: p}\nspec: {}");
    let mut world = World::of(&desired);
    world.holds("InstanceProfile/p", Some(("foreign", "AROA-foreign")));
    assert_snapshot!(world.story(&desired), @"
    update InstanceProfile/p !Narrowing
      - role: foreign#AROA-foreign
      loses: takes the access of foreign from instances
    0. remove role foreign from instance profile p
    ");
}

#[test]
fn a_profile_can_hold_a_role_of_nobody() {
    let desired = desired(
        "kind: InstanceProfile\nmetadata: {name: p}\nspec: {role: \"arn:aws:iam::123456789012:role/app/foreign\"}",
    );
    let mut world = World::empty(&desired);
    let names = world.live.names.entry(kind::ROLE).or_default();
    names.insert("foreign".into());
    assert_snapshot!(world.story(&desired), @"
    create InstanceProfile/p !NewAccess
    0. create instance profile p
    1. add role foreign to instance profile p <- 0
    ");
    assert!(World::of(&desired).plan(&desired).unwrap().is_empty());
}

#[test]
fn fields_are_told_in_the_order_of_the_kind_also_when_the_role_is_new() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.gone("Role/s3access");
    world.set(PROFILE, "tags.by", super::text("hand"));
    assert_snapshot!(world.story(&desired), @"
    create Role/s3access [i-1a2b3c4d running] !NewAccess
    update InstanceProfile/s3access-profile [i-1a2b3c4d running]
      ~ role: s3access#AROA-s3access -> s3access
      - tags.by: hand
    keep InstanceAssociation/web[i-1a2b3c4d]
    0. create role s3access
    1. put inline policy S3-Permissions on role s3access <- 0
    2. remove role s3access from instance profile s3access-profile
    3. add role s3access to instance profile s3access-profile <- 0 1 2
    4. remove tags from instance profile s3access-profile <- 2
    ");
}
