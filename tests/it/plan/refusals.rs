//! Declarations that cannot be made true, told before anything is sent.

use rolewright::model::kind;

use insta::assert_snapshot;

use crate::support::{World, desired, observed_policy};

const ROLE: &str =
    "kind: Role\nmetadata: {name: webserver}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";

#[test]
fn a_live_role_whose_name_differs_in_letter_case_is_in_the_way() {
    let desired = desired(ROLE);
    let mut world = World::empty(&desired);
    world
        .live
        .names
        .entry(kind::ROLE)
        .or_default()
        .insert("WebServer".into());
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [name-clash] Role/webserver differs only in letter case from `WebServer`, which exists
      hint: IAM names are unique ignoring case; use the existing spelling
    ");
}

/// A role that trusts another one.
fn in_circle(name: &str, other: &str) -> String {
    format!(
        r#"kind: Role
metadata: {{name: {name}}}
spec: {{trustPolicy: {{Version: "2012-10-17", Statement: {{Effect: Allow, Principal: {{AWS: "{{{{ role.{other}.arn }}}}"}}, Action: "sts:AssumeRole"}}}}}}"#
    )
}

#[test]
fn roles_that_trust_each_other_can_be_kept_and_changed() {
    let desired = desired(&[in_circle("a", "b"), in_circle("b", "a")].join("\n---\n"));
    let mut world = World::of(&desired);
    assert!(world.plan(&desired).unwrap().is_empty());
    let nobody = r#"{"Version":"2012-10-17","Statement":[]}"#;
    world.set("Role/a", "trustPolicy", observed_policy(nobody));
    world.set("Role/b", "trustPolicy", observed_policy(nobody));
    assert_snapshot!(world.story(&desired), @r#"
    update Role/b !TrustWidened
      ~ trustPolicy: {"Version":"2012-10-17","Statement":[]} -> {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/a"},"Action":"sts:AssumeRole"}}
      gains: arn:aws:iam::123456789012:role/a can now assume it (sts:AssumeRole)
    update Role/a !TrustWidened
      ~ trustPolicy: {"Version":"2012-10-17","Statement":[]} -> {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/b"},"Action":"sts:AssumeRole"}}
      gains: arn:aws:iam::123456789012:role/b can now assume it (sts:AssumeRole)
    0. update the trust policy of role a
    1. update the trust policy of role b <- 0
    "#);
    world.gone("Role/b");
    assert_snapshot!(world.story(&desired), @r#"
    create Role/b !NewAccess
    update Role/a !TrustWidened
      ~ trustPolicy: {"Version":"2012-10-17","Statement":[]} -> {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/b"},"Action":"sts:AssumeRole"}}
      gains: arn:aws:iam::123456789012:role/b can now assume it (sts:AssumeRole)
    0. create role b
    1. update the trust policy of role a <- 0
    "#);
    world.wishes.destroy = true;
    world.gone("Role/a");
    assert!(world.plan(&desired).unwrap().is_empty());
}

#[test]
fn roles_that_trust_each_other_cannot_be_made() {
    let circle = [
        in_circle("a", "b"),
        in_circle("b", "c"),
        in_circle("c", "a"),
    ]
    .join("\n---\n");
    let desired = desired(&circle);
    assert_snapshot!(World::empty(&desired).story(&desired), @"
    a.yaml:8:18 [cycle] resources need each other in a circle: Role/a -> Role/b -> Role/c -> Role/a
      at a.yaml:13:18: needed here
      at a.yaml:18:18: needed here
      hint: take one of the references out; a role cannot be a principal of a role that must exist before it
    ");
}

#[test]
fn a_role_that_trusts_itself_can_be_kept_but_not_made() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: a}
spec: {trustPolicy: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:role/a"}, Action: "sts:AssumeRole"}}}
"#,
    );
    assert!(World::of(&desired).plan(&desired).unwrap().is_empty());
    assert_snapshot!(World::empty(&desired).story(&desired), @r"
    a.yaml:9:21 [unknown-principal] `trustPolicy` of Role/a names the role itself, which does not exist yet
      hint: create it without; or trust the account on condition of `aws:PrincipalArn`
    ");
}

fn trusting(principal: &str) -> String {
    format!(
        r#"{ROLE}
---
kind: Role
metadata: {{name: a}}
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement: {{Effect: Allow, Principal: {{AWS: "{principal}"}}, Action: "sts:AssumeRole"}}
"#
    )
}

#[test]
fn a_principal_that_does_not_exist_is_told_with_the_one_that_was_meant() {
    let desired = desired(&trusting("arn:aws:iam::123456789012:role/webservre"));
    assert_snapshot!(World::empty(&desired).story(&desired), @r"
    a.yaml:16:5 [unknown-principal] `trustPolicy` of Role/a names role `webservre`, which does not exist
      hint: did you mean `webserver`?
    ");
}

#[test]
fn a_principal_with_another_path_is_another_principal() {
    let desired = desired(&trusting("arn:aws:iam::123456789012:role/app/webserver"));
    assert_snapshot!(World::empty(&desired).story(&desired), @r"
    a.yaml:16:5 [unknown-principal] `trustPolicy` of Role/a names `arn:aws:iam::123456789012:role/app/webserver`, but the path of role `webserver` is another one
      hint: did you mean `arn:aws:iam::123456789012:role/webserver`?
    ");
}

#[test]
fn principals_of_other_accounts_and_live_ones_are_fine() {
    for principal in [
        "arn:aws:iam::999999999999:role/webservre",
        "arn:aws:iam::123456789012:role/app/live",
        "arn:aws:iam::123456789012:user/somebody",
        "123456789012",
    ] {
        let desired = desired(&trusting(principal));
        let mut world = World::empty(&desired);
        world
            .live
            .names
            .entry(kind::ROLE)
            .or_default()
            .insert("live".into());
        assert!(world.plan(&desired).is_ok(), "{principal}");
    }
}

#[test]
fn principals_are_not_judged_where_roles_could_not_be_listed() {
    let desired = desired(&trusting("arn:aws:iam::123456789012:role/webservre"));
    let mut world = World::empty(&desired);
    world.live.names.remove(&kind::ROLE);
    assert!(world.plan(&desired).is_ok());
}

const FOREIGN: &str = r#"
kind: InstanceProfile
metadata: {name: p}
spec: {role: "arn:aws:iam::123456789012:role/Typo"}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: "arn:aws:iam::123456789012:instance-profile/Webb", instances: {ids: [i-1a2b3c4d]}}
"#;

fn with_foreign(desired: &rolewright::model::Desired, role: &str, profile: &str) -> World {
    let mut world = World::empty(desired);
    for (kind, name) in [(kind::ROLE, role), (kind::INSTANCE_PROFILE, profile)] {
        let names = world.live.names.entry(kind).or_default();
        names.insert(name.into());
    }
    world
}

#[test]
fn what_others_do_not_have_is_not_exchanged_for_what_works() {
    let desired = desired(FOREIGN);
    assert_snapshot!(with_foreign(&desired, "Good", "Web").story(&desired), @"
    a.yaml:9:14 [unknown-resource] `role` of InstanceProfile/p names Role `Typo`, which does not exist
      hint: declare it, or create it first
    a.yaml:14:25 [unknown-resource] `instanceProfile` of InstanceAssociation/web[i-1a2b3c4d] names InstanceProfile `Webb`, which does not exist
      hint: did you mean `Web`?
    ");
}

#[test]
fn what_others_have_can_be_named() {
    let desired = desired(FOREIGN);
    let world = with_foreign(&desired, "Typo", "Webb");
    assert!(world.plan(&desired).is_ok());
}

#[test]
fn what_others_have_is_not_judged_where_it_could_not_be_listed() {
    let desired = desired(FOREIGN);
    let mut world = with_foreign(&desired, "Good", "Web");
    world.live.names.clear();
    assert!(world.plan(&desired).is_ok());
}

#[test]
fn what_others_do_not_have_can_be_detached_and_destroyed() {
    let text = FOREIGN.replace("instances:", "ensure: detached, instances:");
    let text = text.replace("{role:", "{ensure: absent, role:");
    let desired = desired(&text);
    let mut world = with_foreign(&desired, "Good", "Web");
    assert!(world.plan(&desired).is_ok());
    world.wishes.destroy = true;
    let attached = crate::support::desired(FOREIGN);
    assert!(world.plan(&attached).is_ok());
}

#[test]
fn quotas_of_the_account_are_known_before() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: a}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  managedPolicies: ["arn:aws:iam::aws:policy/a", "arn:aws:iam::aws:policy/b"]
  inlinePolicies:
    p: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}
  instanceProfile: true
"#,
    );
    let mut world = World::empty(&desired);
    for (key, quota) in [
        ("Roles", 1000),
        ("RolesQuota", 1000),
        ("InstanceProfiles", 999),
        ("InstanceProfilesQuota", 1000),
        ("AttachedPoliciesPerRoleQuota", 1),
        ("AssumeRolePolicySizeQuota", 20),
        ("RolePolicySizeQuota", 30),
    ] {
        world.live.quotas.insert(key.to_owned(), quota);
    }
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [over-quota] Role/a: it would have 127 characters of trust policy, white space not counted; the account allows 20
      hint: shorten or split the policies, or ask AWS for a higher quota where there is one
    a.yaml:8:18 [over-quota] Role/a: it would have 2 managed policies attached; the account allows 1
      hint: shorten or split the policies, or ask AWS for a higher quota where there is one
    a.yaml:8:18 [over-quota] Role/a: it would have 86 characters of inline policies, white space not counted; the account allows 30
      hint: shorten or split the policies, or ask AWS for a higher quota where there is one
    a.yaml:8:18 [over-quota] the account would have 1001 resources of kind Role; its quota is 1000
      hint: delete some, or ask AWS for a higher quota (Service Quotas, IAM)
    ");
}

#[test]
fn every_impossibility_is_told_at_once() {
    let desired = desired(&trusting("arn:aws:iam::123456789012:role/webservre"));
    let mut world = World::of(&desired);
    world.owned_by("Role/webserver", Some("another"));
    world.gone("Role/a");
    world
        .live
        .names
        .entry(kind::ROLE)
        .or_default()
        .insert("A".into());
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [owned-by-other] Role/webserver belongs to stack `another`
      hint: release it there first (`release Role/webserver --stack another`), or give this one another name than `webserver`
      hint: if stack `another` is this one under its earlier name, pass `--from-stack another`
    a.yaml:13:18 [name-clash] Role/a differs only in letter case from `A`, which exists
      hint: IAM names are unique ignoring case; use the existing spelling
    a.yaml:16:5 [unknown-principal] `trustPolicy` of Role/a names role `webservre`, which does not exist
      hint: did you mean `webserver`?
    ");
}

#[test]
fn what_could_not_be_seen_is_noted() {
    let desired = desired(ROLE);
    let mut world = World::of(&desired);
    world
        .live
        .blind
        .push("the account's quotas: the caller may not call iam:GetAccountSummary".into());
    assert_snapshot!(world.story(&desired), @r"
    keep Role/webserver
    note (Blind): not looked at: the account's quotas: the caller may not call iam:GetAccountSummary
    ");
}

#[test]
fn room_that_deleting_makes_may_come_too_late() {
    let mut world = World::of(&desired(&ROLE.replace("webserver", "old")));
    world.wishes.prune = true;
    for key in ["Roles", "RolesQuota"] {
        world.live.quotas.insert(key.to_owned(), 1000);
    }
    assert_snapshot!(world.story(&desired(ROLE)), @"
    create Role/webserver !NewAccess
    delete Role/old (the stack owns it and no longer declares it) !Deletion
    note (Warning): the account may have up to 1001 resources of kind Role before the deletions are done; its quota is 1000, so that creating may fail: run again then, or delete in a run before
    0. create role webserver
    1. delete role old
    ");
}
