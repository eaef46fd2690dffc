//! Changes that AWS cannot make in place: the path of a role or a profile.

use insta::assert_snapshot;
use rolewright::model::Value;

use super::{S3ACCESS, WEB, text};
use crate::support::{World, desired, observed_policy};

#[test]
fn a_role_with_another_path_is_made_anew_inside_its_profile() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set("Role/s3access", "path", text("/old/"));
    assert_snapshot!(world.story(&desired), @"
    replace Role/s3access [i-1a2b3c4d running] (gap for i-1a2b3c4d: their credentials stop working when the role is deleted; those that this stack associates are associated anew and have others within seconds as a rule, the rest at their next rotation, which may be hours away) !Deletion
      ~ path: /old/ -> / (replaces)
    update InstanceProfile/s3access-profile [i-1a2b3c4d running]
      ~ role: s3access#AROA-s3access -> s3access
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] (InstanceProfile/s3access-profile loses Role/s3access; associated anew it fetches new credentials at once)
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. remove role s3access from instance profile s3access-profile
    1. delete inline policy S3-Permissions from role s3access <- 0
    2. delete role s3access <- 0 1
    3. create role s3access <- 2
    4. put inline policy S3-Permissions on role s3access <- 3
    5. add role s3access to instance profile s3access-profile <- 0 3 4
    6. disassociate s3access-profile from i-1a2b3c4d <- 5
    7. associate instance profile s3access-profile with i-1a2b3c4d <- 5 6 when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_profile_with_another_path_is_made_anew_between_two_associations() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set("InstanceProfile/s3access-profile", "path", text("/old/"));
    assert_snapshot!(world.story(&desired), @"
    keep Role/s3access
    replace InstanceProfile/s3access-profile [i-1a2b3c4d running] (gap for i-1a2b3c4d: they have no profile from its deletion until EC2 sees the new one, seconds as a rule; credentials they have already go on working) !Deletion
      ~ path: /old/ -> / (replaces)
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running]
      ~ instanceProfile: s3access-profile#AIPA-s3access-profile -> s3access-profile
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. disassociate s3access-profile from i-1a2b3c4d
    1. remove role s3access from instance profile s3access-profile <- 0
    2. delete instance profile s3access-profile <- 0 1
    3. create instance profile s3access-profile <- 2
    4. add role s3access to instance profile s3access-profile <- 3
    5. associate instance profile s3access-profile with i-1a2b3c4d <- 0 3 4 when i-1a2b3c4d to be free for s3access-profile
    ");
}

#[test]
fn a_profile_with_another_path_on_an_instance_that_moves_to_it() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set("InstanceProfile/s3access-profile", "path", text("/old/"));
    world.associated(WEB, Some(("other", "AIPA-other")));
    assert_snapshot!(world.story(&desired), @"
    keep Role/s3access
    replace InstanceProfile/s3access-profile !Deletion
      ~ path: /old/ -> / (replaces)
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] !NewAccess
      ~ instanceProfile: other#AIPA-other -> s3access-profile
      gains: gives instances the access of s3access-profile
      loses: takes the access of other from instances
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. remove role s3access from instance profile s3access-profile
    1. delete instance profile s3access-profile <- 0
    2. create instance profile s3access-profile <- 1
    3. add role s3access to instance profile s3access-profile <- 2
    4. replace the instance profile of i-1a2b3c4d by s3access-profile <- 2 3
    ");
}

#[test]
fn a_role_is_not_made_anew_while_a_foreign_profile_holds_it() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set("Role/s3access", "path", text("/old/"));
    let foreign = crate::support::desired(
        "kind: InstanceProfile\nmetadata: {name: foreign}\nspec: {role: \"arn:aws:iam::123456789012:role/s3access\"}",
    );
    foreign
        .resources
        .values()
        .for_each(|profile| world.add(profile));
    world.owned_by("InstanceProfile/foreign", None);
    world.holds(
        "InstanceProfile/foreign",
        Some(("s3access", "AROA-s3access")),
    );
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [still-referenced] Role/s3access cannot be deleted: InstanceProfile/foreign still refers to it and stays as it is
      hint: remove it from InstanceProfile/foreign first, or let this stack manage InstanceProfile/foreign (`metadata.adopt: true`)
    ");
}

#[test]
fn what_is_left_alone_on_a_role_comes_back_with_it_the_revocation_first() {
    let desired = desired(&S3ACCESS.replacen("spec:\n", "spec:\n  managedPolicyMode: ignore\n", 1));
    let mut world = World::of(&desired);
    world.set("Role/s3access", "path", text("/old/"));
    let revocation = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00.000Z"}}}]}"#;
    world.set(
        "Role/s3access",
        "inlinePolicies.AWSRevokeOlderSessions",
        observed_policy(revocation),
    );
    world.set(
        "Role/s3access",
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @r#"
    replace Role/s3access [i-1a2b3c4d running] (it is made anew with `AWSRevokeOlderSessions` and `arn:aws:iam::aws:policy/ReadOnlyAccess`, which the manifests do not declare) (gap for i-1a2b3c4d: their credentials stop working when the role is deleted; those that this stack associates are associated anew and have others within seconds as a rule, the rest at their next rotation, which may be hours away) !Deletion
      ~ path: /old/ -> / (replaces)
    update InstanceProfile/s3access-profile [i-1a2b3c4d running]
      ~ role: s3access#AROA-s3access -> s3access
    update InstanceAssociation/web[i-1a2b3c4d] [i-1a2b3c4d running] (InstanceProfile/s3access-profile loses Role/s3access; associated anew it fetches new credentials at once)
    note (Undeclared): Role/s3access has `AWSRevokeOlderSessions` and `arn:aws:iam::aws:policy/ReadOnlyAccess`, which the manifests do not declare
      = inlinePolicies.AWSRevokeOlderSessions: {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00.000Z"}}}]}
      = managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess: present
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. remove role s3access from instance profile s3access-profile
    1. delete inline policy AWSRevokeOlderSessions from role s3access <- 0
    2. delete inline policy S3-Permissions from role s3access <- 0
    3. detach arn:aws:iam::aws:policy/ReadOnlyAccess from role s3access <- 0
    4. delete role s3access <- 0 1 2 3
    5. create role s3access <- 4
    6. put inline policy AWSRevokeOlderSessions on role s3access <- 5
    7. put inline policy S3-Permissions on role s3access <- 6
    8. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role s3access <- 6
    9. add role s3access to instance profile s3access-profile <- 0 5 6 7 8
    10. disassociate s3access-profile from i-1a2b3c4d <- 9
    11. associate instance profile s3access-profile with i-1a2b3c4d <- 9 10 when i-1a2b3c4d to be free for s3access-profile
    "#);
    let plan = world.plan(&desired).unwrap();
    let put = plan
        .steps
        .iter()
        .find(|step| {
            step.title
                .contains("put inline policy AWSRevokeOlderSessions")
        })
        .unwrap();
    assert_eq!(
        put.call.call().parameters["PolicyDocument"],
        revocation.into(),
        "as it was"
    );
}
