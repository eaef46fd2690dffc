//! Plans that are shown but must not be applied without a second thought.

use std::fmt::Write;

use insta::assert_snapshot;
use rolewright::diagnostic::Problems;
use rolewright::model::{Desired, kind};
use rolewright::plan::{GuardOverrides, RiskFlag, refusals};

use super::{S3ACCESS, WEB, text};
use crate::support::{World, desired, drawn_diagnostics};

fn refused(world: &World, desired: &Desired, allowed: &GuardOverrides) -> String {
    let plan = world.plan(desired).unwrap();
    let refusals: Problems = refusals(&plan, desired, &world.live, allowed)
        .into_iter()
        .collect();
    drawn_diagnostics(&refusals)
}

fn strictly(world: &World, desired: &Desired) -> String {
    refused(world, desired, &GuardOverrides::default())
}

/// A stack of so many roles.
fn roles(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let _ = write!(
            text,
            "kind: Role\nmetadata: {{name: r{n}}}\nspec: {{trustPolicy: {{services: [ec2.amazonaws.com]}}}}\n---\n"
        );
    }
    text.trim_end_matches("---\n").to_owned()
}

#[test]
fn deleting_more_than_three_in_ten_needs_a_word() {
    for (declared, is_refused) in [(7, false), (6, true)] {
        let mut world = World::of(&desired(&roles(10)));
        world.wishes.prune = true;
        let fewer = desired(&roles(declared));
        assert_eq!(
            !strictly(&world, &fewer).is_empty(),
            is_refused,
            "{declared} of 10 stay"
        );
    }
    let mut world = World::of(&desired(&roles(10)));
    world.wishes.prune = true;
    let fewer = desired(&roles(1));
    assert_snapshot!(strictly(&world, &fewer), @r"
    [mass-delete] the plan would delete 9 of the 10 resources that stack test owns
      hint: pass `--allow-mass-delete` if that is what you want
    ");
    let allowed = GuardOverrides {
        mass_delete: true,
        ..GuardOverrides::default()
    };
    assert_eq!(refused(&world, &fewer, &allowed), "");
}

#[test]
fn a_small_stack_may_lose_most_of_itself() {
    let mut world = World::of(&desired(&roles(9)));
    world.wishes.prune = true;
    assert_eq!(strictly(&world, &desired(&roles(1))), "");
}

#[test]
fn what_is_protected_is_neither_deleted_nor_replaced_nor_detached() {
    let protected = desired(&S3ACCESS.replace("{name: ", "{protect: true, name: "));
    let mut world = World::of(&protected);
    world.set("Role/s3access", "path", text("/old/"));
    assert_snapshot!(strictly(&world, &protected), @"
    a.yaml:8:33 [gap] Role/s3access is made anew under its name while 1 running instance uses it (i-1a2b3c4d): their credentials stop working when the role is deleted; those that this stack associates are associated anew and have others within seconds as a rule, the rest at their next rotation, which may be hours away
      hint: pass `--accept-gap` if they can do without; or give the new one another name, so that it is ready before they are moved to it
    a.yaml:8:33 [protected] the plan would replace Role/s3access, which is protected
      hint: remove `metadata.protect` if that is what you want
    ");
    let mut world = World::of(&protected);
    world.wishes.destroy = true;
    assert_snapshot!(strictly(&world, &protected), @"
    a.yaml:8:33 [protected] the plan would delete Role/s3access, which is protected
      hint: remove `metadata.protect` if that is what you want
    a.yaml:18:33 [protected] the plan would delete InstanceProfile/s3access-profile, which is protected
      hint: remove `metadata.protect` if that is what you want
    a.yaml:23:33 [protected] the plan would detach InstanceAssociation/web[i-1a2b3c4d], which is protected
      hint: remove `metadata.protect` if that is what you want
    ");
}

#[test]
fn what_is_protected_may_change_in_place() {
    let protected = desired(&S3ACCESS.replace("{name: ", "{protect: true, name: "));
    let mut world = World::of(&protected);
    world.set("Role/s3access", "description", text("old"));
    assert_eq!(strictly(&world, &protected), "");
}

#[test]
fn a_profile_does_not_go_while_instances_outside_of_the_plan_use_it() {
    let fewer = desired(S3ACCESS.split("---").next().unwrap());
    let mut world = World::of(&desired(S3ACCESS));
    world.gone(WEB);
    world.wishes.prune = true;
    assert_snapshot!(strictly(&world, &fewer), @r"
    [in-use] InstanceProfile/s3access-profile goes while 1 instance still uses it: i-1a2b3c4d
      hint: detach them with an InstanceAssociation (`ensure: detached`), or pass `--allow-in-use`
    ");
    let allowed = GuardOverrides {
        in_use: true,
        ..GuardOverrides::default()
    };
    assert_eq!(refused(&world, &fewer, &allowed), "");
}

#[test]
fn a_profile_may_go_when_the_plan_detaches_its_instances() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.wishes.destroy = true;
    assert_eq!(strictly(&world, &desired), "");
}

#[test]
fn a_profile_does_not_go_while_nobody_knows_who_uses_it() {
    let fewer = desired(S3ACCESS.split("---").next().unwrap());
    let mut world = World::of(&desired(S3ACCESS));
    world.gone(WEB);
    world.live.users.clear();
    world.wishes.prune = true;
    assert_eq!(strictly(&world, &fewer), "");
    let why = "the caller may not call ec2:DescribeIamInstanceProfileAssociations";
    world.live.unseen_users = Some(why.to_owned());
    assert_snapshot!(strictly(&world, &fewer), @"
    [in-use] InstanceProfile/s3access-profile goes, and it is not known which instances use it: the caller may not call ec2:DescribeIamInstanceProfileAssociations
      hint: let the caller see the associations, or pass `--allow-in-use`
    ");
    let allowed = GuardOverrides {
        in_use: true,
        ..GuardOverrides::default()
    };
    assert_eq!(refused(&world, &fewer, &allowed), "");
}

/// The world of the guide as the instance itself sees it.
fn seen_from_the_instance(desired: &Desired) -> World {
    let mut world = World::of(desired);
    world.live.caller.arn = "arn:aws:sts::123456789012:assumed-role/s3access/i-1a2b3c4d".to_owned();
    world
}

#[test]
fn an_instance_does_not_take_its_own_profile_away() {
    let whole = desired(S3ACCESS);
    let mut moved = World::of(&whole);
    moved.set("InstanceProfile/s3access-profile", "path", text("/old/"));
    moved.live.caller = seen_from_the_instance(&whole).live.caller;
    assert_snapshot!(strictly(&moved, &whole), @"
    a.yaml:18:18 [gap] InstanceProfile/s3access-profile is made anew under its name while 1 running instance uses it (i-1a2b3c4d): they have no profile from its deletion until EC2 sees the new one, seconds as a rule; credentials they have already go on working
      hint: pass `--accept-gap` if they can do without; or give the new one another name, so that it is ready before they are moved to it
    a.yaml:18:18 [lock-out] the plan would delete InstanceProfile/s3access-profile, which this run itself uses (arn:aws:sts::123456789012:assumed-role/s3access/i-1a2b3c4d)
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    a.yaml:23:18 [lock-out] the plan would take access from InstanceAssociation/web[i-1a2b3c4d], which this run itself uses (arn:aws:sts::123456789012:assumed-role/s3access/i-1a2b3c4d)
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    ");
    let allowed = GuardOverrides {
        own_role: true,
        gap: true,
        ..GuardOverrides::default()
    };
    assert_eq!(refused(&moved, &whole, &allowed), "");
}

#[test]
fn an_instance_does_not_empty_its_own_profile() {
    let empty = desired(&S3ACCESS.replace("spec: {role: s3access}", "spec: {}"));
    let world = seen_from_the_instance(&desired(S3ACCESS));
    assert_snapshot!(strictly(&world, &empty), @"
    a.yaml:18:18 [gap] InstanceProfile/s3access-profile changes while 1 running instance uses it (i-1a2b3c4d): they get no credentials any more once EC2 notices, which takes up to one hour; those of a role that is deleted stop working at once
      hint: pass `--accept-gap` if they can do without; or give the new one another name, so that it is ready before they are moved to it
    a.yaml:18:18 [lock-out] the plan would take access from InstanceProfile/s3access-profile, which this run itself uses (arn:aws:sts::123456789012:assumed-role/s3access/i-1a2b3c4d)
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    ");
}

/// Whatever the change is called: the instance had credentials, and will have none.
#[test]
fn a_profile_in_use_does_not_lose_its_role_without_a_word() {
    let roleless = S3ACCESS.replace("spec: {role: s3access}", "spec: {}");
    let absent = roleless.replacen("spec:", "spec:\n  ensure: absent", 1);
    for declared in [roleless, absent] {
        let empty = desired(&declared);
        let world = World::of(&desired(S3ACCESS));
        let answer = strictly(&world, &empty);
        assert!(
            answer.contains("[gap] InstanceProfile/s3access-profile"),
            "{answer}"
        );
        let allowed = GuardOverrides {
            gap: true,
            ..GuardOverrides::default()
        };
        assert_eq!(refused(&world, &empty, &allowed), "");
        let mut unseen = world.clone();
        unseen.live.users.clear();
        unseen.live.unseen_users = Some("the caller may not look".to_owned());
        let answer = strictly(&unseen, &empty);
        assert!(
            answer.contains("loses its role, and it is not known"),
            "{answer}"
        );
        let mut stopped = world;
        stopped
            .live
            .users
            .values_mut()
            .flatten()
            .for_each(|user| user.state = Some("stopped".into()));
        assert_eq!(
            strictly(&stopped, &empty),
            "",
            "it gets others when it starts"
        );
    }
}

#[test]
fn an_instance_does_not_detach_itself() {
    let detached = desired(&S3ACCESS.replace(
        "spec: {instanceProfile: s3access-profile,",
        "spec: {ensure: detached, instanceProfile: s3access-profile,",
    ));
    let mut world = seen_from_the_instance(&desired(S3ACCESS));
    assert_snapshot!(strictly(&world, &detached), @"
    a.yaml:23:18 [lock-out] the plan would take access from InstanceAssociation/web[i-1a2b3c4d], which this run itself uses (arn:aws:sts::123456789012:assumed-role/s3access/i-1a2b3c4d)
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    ");
    world.live.caller.arn = "arn:aws:sts::123456789012:assumed-role/deployer/i-00000000".to_owned();
    assert_eq!(strictly(&world, &detached), "", "another instance may");
}

#[test]
fn an_instance_may_tag_what_it_uses() {
    let desired = desired(S3ACCESS);
    let mut world = seen_from_the_instance(&desired);
    world.set("InstanceProfile/s3access-profile", "tags.by", text("hand"));
    assert_eq!(strictly(&world, &desired), "");
}

#[test]
fn a_run_can_be_told_what_to_stop_for() {
    let role = |trust: &str, more: &str| {
        desired(&format!(
            "kind: Role\nmetadata: {{name: a}}\nspec: {{trustPolicy: {trust}, {more}}}\n"
        ))
    };
    let ec2 = "{services: [ec2.amazonaws.com]}";
    let anyone = "{Statement: [{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}]}";
    let world = World::of(&role(ec2, "description: one"));
    let stopped = |world: &World, desired: &Desired| {
        let fail_on = [
            RiskFlag::NewAccess,
            RiskFlag::Escalation,
            RiskFlag::Public,
            RiskFlag::Deletion,
        ];
        let allowed = GuardOverrides {
            fail_on: fail_on.into(),
            ..GuardOverrides::default()
        };
        refused(world, desired, &allowed)
    };
    assert_snapshot!(stopped(&world, &role(ec2, "description: two")), @"");
    let reads =
        "inlinePolicies: {p: {Statement: [{Effect: Allow, Action: 's3:Get*', Resource: '*'}]}}";
    assert_snapshot!(stopped(&world, &role(ec2, reads)), @"
    a.yaml:8:18 [new-access] Role/a gives access that was not there before: can now s3:Get* (63 actions) on *
      hint: look at it, and run again without `--fail-on new-access` if that is what you want
    ");
    assert_snapshot!(stopped(&World::of(&role(ec2, reads)), &role(ec2, "description: one")), @"");
    assert_snapshot!(stopped(&world, &role(anyone, "description: one")), @"
    a.yaml:8:18 [new-access] Role/a gives access that was not there before: anyone can now assume it (sts:AssumeRole)
      hint: look at it, and run again without `--fail-on new-access` if that is what you want
    a.yaml:8:18 [public] anyone could assume Role/a: anyone can now assume it (sts:AssumeRole)
      hint: look at it, and run again without `--fail-on public` if that is what you want
    ");
    let admin = "managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess']";
    assert_snapshot!(stopped(&world, &role(ec2, admin)), @"
    a.yaml:8:18 [escalation] Role/a could give itself more than it has, and could not before
      hint: look at it, and run again without `--fail-on escalation` if that is what you want
    a.yaml:8:18 [new-access] Role/a gives access that was not there before: can now do what AdministratorAccess allows
      hint: look at it, and run again without `--fail-on new-access` if that is what you want
    ");
    assert_snapshot!(stopped(&world, &role(ec2, "path: /app/")), @"
    a.yaml:8:18 [deletion] the plan would replace Role/a
      hint: look at it, and run again without `--fail-on deletion` if that is what you want
    ");
    assert_snapshot!(stopped(&World::empty(&role(ec2, admin)), &role(ec2, admin)), @"
    a.yaml:8:18 [escalation] Role/a could give itself more than it has, and could not before
      hint: look at it, and run again without `--fail-on escalation` if that is what you want
    a.yaml:8:18 [new-access] Role/a gives access that was not there before
      hint: look at it, and run again without `--fail-on new-access` if that is what you want
    ");
    assert_eq!(strictly(&world, &role(anyone, admin)), "");
}

#[test]
fn a_run_does_not_lock_itself_out_of_a_buckets_policy() {
    const DENY: &str = "kind: BucketDeny\nmetadata: {name: DenyCi}\nspec:\n  bucket: reports\n";
    let ci = "arn:aws:sts::123456789012:assumed-role/ci/run-1";
    let story = |more: &str, allowed: &GuardOverrides| {
        let desired = desired(&format!("{DENY}{more}"));
        let mut world = World::empty(&desired);
        ci.clone_into(&mut world.live.caller.arn);
        let roles = ["ci", "other"].map(str::to_owned);
        world.live.names.insert(kind::ROLE, roles.into());
        refused(&world, &desired, allowed)
    };
    let by_role = "  principals: [\"arn:aws:iam::123456789012:role/ops/ci\"]\n";
    let nothing = GuardOverrides::default();
    assert_snapshot!(story(by_role, &nothing), @"
    a.yaml:8:18 [lock-out] BucketDeny/DenyCi would deny this run itself s3:GetBucketPolicy on bucket `reports`, so that it could not take it back
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    ");
    let allowed = GuardOverrides {
        lock_out: true,
        ..GuardOverrides::default()
    };
    assert_eq!(story(by_role, &allowed), "");
    for harmless in [
        "  principals: [\"arn:aws:iam::123456789012:role/other\"]\n".to_owned(),
        format!("{by_role}  actions: [\"s3:GetObject\", \"s3:Put*Acl\"]\n"),
        format!("{by_role}  resources: [\"arn:aws:s3:::reports/*\"]\n"),
    ] {
        assert_eq!(story(&harmless, &nothing), "", "{harmless}");
    }
    let sly = format!("{by_role}  actions: [\"S3:*bucketpolicy\"]\n");
    assert!(story(&sly, &nothing).contains("[lock-out]"));
}

#[test]
fn a_lock_out_that_is_wanted_is_confirmed_to_s3() {
    let text = "kind: BucketDeny\nmetadata: {name: DenyCi}\nspec:\n  bucket: reports\n  principals: [\"arn:aws:iam::123456789012:user/test\"]\n";
    let desired = desired(text);
    let mut world = World::empty(&desired);
    "arn:aws:iam::123456789012:user/test".clone_into(&mut world.live.caller.arn);
    let plan = world.plan(&desired).unwrap();
    let call = plan.steps[0].call.call();
    assert_eq!(
        call.parameters["ConfirmRemoveSelfBucketAccess"],
        "true".into()
    );
}
