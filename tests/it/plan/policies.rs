//! Policies of a role: what is a change and what is only another spelling, what is declared and what is not.

use insta::assert_snapshot;
use rolewright::model::{Desired, Value};

use super::S3ACCESS;
use crate::support::{World, desired, observed_policy};

const ROLE: &str = "Role/s3access";
const DECLARED: &str = "inlinePolicies.S3-Permissions";

/// The role of the guide, with more in its spec.
fn role(more: &str) -> Desired {
    let role = S3ACCESS.split("---").next().unwrap();
    desired(&format!("{role}{more}"))
}

/// A world with one more inline policy and one more attachment.
fn with_undeclared(desired: &Desired) -> World {
    let mut world = World::of(desired);
    let extra = r#"{"Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;
    world.set(ROLE, "inlinePolicies.extra", observed_policy(extra));
    let arn = "managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess";
    world.set(ROLE, arn, Value::Present);
    world
}

#[test]
fn another_spelling_of_a_permission_is_no_change() {
    let desired = role("");
    let mut world = World::of(&desired);
    for same in [
        r#"{"Statement":[{"Resource":["*"],"Action":["s3:List*","s3:Get*"],"Effect":"Allow"}],"Version":"2012-10-17"}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["S3:get*","s3:List*"],"Resource":["*","*"]}]}"#,
    ] {
        world.set(ROLE, DECLARED, observed_policy(same));
        let plan = world.plan(&desired).unwrap();
        assert!(plan.is_empty() && plan.steps.is_empty(), "{same}");
    }
}

#[test]
fn an_account_is_the_root_of_the_account() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: a}
spec:
  trustPolicy: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: {AWS: "999999999999"}, Action: "sts:AssumeRole"}}
"#,
    );
    let mut world = World::of(&desired);
    let root = |account: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    world.set(
        "Role/a",
        "trustPolicy",
        observed_policy(&root("999999999999")),
    );
    assert!(world.plan(&desired).unwrap().is_empty());
    world.set(
        "Role/a",
        "trustPolicy",
        observed_policy(&root("888888888888")),
    );
    assert_snapshot!(world.story(&desired), @r#"
    update Role/a !TrustWidened
      ~ trustPolicy: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::888888888888:root"},"Action":"sts:AssumeRole"}]} -> {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"sts:AssumeRole"}}
      gains: 999999999999 can now assume it (sts:AssumeRole)
      loses: arn:aws:iam::888888888888:root can no longer assume it (sts:AssumeRole)
    0. update the trust policy of role a
    "#);
}

#[test]
fn a_changed_statement_is_put_back() {
    let desired = role("");
    let mut world = World::of(&desired);
    let wider = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]}"#;
    world.set(ROLE, DECLARED, observed_policy(wider));
    assert_snapshot!(world.story(&desired), @r#"
    update Role/s3access !Narrowing
      ~ inlinePolicies.S3-Permissions: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]} -> {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["*"]}]}
      loses: can no longer s3:* except s3:Get*, s3:List* (99 actions, 27 of them manage permissions) on *
    0. put inline policy S3-Permissions on role s3access
    "#);
}

#[test]
fn a_lost_policy_is_put_back() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.unset(ROLE, DECLARED);
    assert_snapshot!(world.story(&desired), @r#"
    update Role/s3access !NewAccess
      + inlinePolicies.S3-Permissions: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["*"]}]}
      gains: can now s3:Get*, s3:List* (81 actions) on *
    0. put inline policy S3-Permissions on role s3access
    "#);
}

#[test]
fn undeclared_policies_go_when_the_declaration_is_exclusive() {
    let desired = role("");
    assert_snapshot!(with_undeclared(&desired).story(&desired), @r#"
    update Role/s3access !Narrowing
      - inlinePolicies.extra: {"Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}
      - managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess: present
      loses: can no longer iam:* (190 actions, 23 of them manage permissions) on *
      loses: can no longer do what AdministratorAccess allows
    0. delete inline policy extra from role s3access
    1. detach arn:aws:iam::aws:policy/AdministratorAccess from role s3access
    "#);
}

#[test]
fn undeclared_policies_stay_and_are_shown_when_the_declaration_only_adds() {
    let desired = role("  inlinePolicyMode: additive\n  managedPolicyMode: additive\n");
    assert_snapshot!(with_undeclared(&desired).story(&desired), @r#"
    keep Role/s3access
    note (Undeclared): Role/s3access has `extra` and `arn:aws:iam::aws:policy/AdministratorAccess`, which the manifests do not declare
      = inlinePolicies.extra: {"Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}
      = managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess: present
    "#);
}

#[test]
fn policies_are_left_alone_and_shown_when_they_are_ignored() {
    let desired = desired(
        r"
kind: Role
metadata: {name: s3access}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  inlinePolicyMode: ignore
  managedPolicyMode: ignore
",
    );
    assert_snapshot!(with_undeclared(&desired).story(&desired), @r#"
    keep Role/s3access
    note (Undeclared): Role/s3access has `extra` and `arn:aws:iam::aws:policy/AdministratorAccess`, which the manifests do not declare
      = inlinePolicies.extra: {"Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}
      = managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess: present
    "#);
}

#[test]
fn a_session_revocation_of_the_console_is_spared_and_shown() {
    let desired = role("");
    let mut world = World::of(&desired);
    let revocation = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00.000Z"}}}]}"#;
    world.set(
        ROLE,
        "inlinePolicies.AWSRevokeOlderSessions",
        observed_policy(revocation),
    );
    assert_snapshot!(world.story(&desired), @r#"
    keep Role/s3access
    note (Undeclared): Role/s3access has `AWSRevokeOlderSessions`, which the manifests do not declare
      = inlinePolicies.AWSRevokeOlderSessions: {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00.000Z"}}}]}
    "#);
}

#[test]
fn a_declared_revocation_replaces_an_older_one() {
    let desired = role("  revokeSessionsIssuedBefore: 2026-02-01T00:00:00Z\n");
    let mut world = World::of(&desired);
    let older = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00Z"}}}]}"#;
    world.set(
        ROLE,
        "inlinePolicies.AWSRevokeOlderSessions",
        observed_policy(older),
    );
    assert_snapshot!(world.story(&desired), @r#"
    update Role/s3access !Narrowing
      ~ inlinePolicies.AWSRevokeOlderSessions: {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-31T18:00:00Z"}}}]} -> {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-02-01T00:00:00Z"}}}]}
      loses: is now denied s3:Get*, s3:List* (81 actions) on * if DateLessThan aws:TokenIssueTime 2026-02-01T00:00:00Z
    0. put inline policy AWSRevokeOlderSessions on role s3access
    "#);
}

#[test]
fn a_policy_that_cannot_be_read_is_a_change_and_is_shown_as_it_is() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.set(ROLE, DECLARED, observed_policy("not json at all"));
    assert_snapshot!(world.story(&desired), @r#"
    update Role/s3access !NewAccess
      ~ inlinePolicies.S3-Permissions: not json at all -> {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["*"]}]}
      gains: can now s3:Get*, s3:List* (81 actions) on *
      loses: may lose anything: the old policy cannot be understood
    0. put inline policy S3-Permissions on role s3access
    "#);
}

#[test]
fn what_a_role_gains_comes_before_what_it_loses() {
    let desired = role("  managedPolicies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]\n");
    let mut world = World::of(&desired);
    world.unset(
        ROLE,
        "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
    );
    world.set(
        ROLE,
        "managedPolicies.arn:aws:iam::aws:policy/PowerUserAccess",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @"
    update Role/s3access !NewAccess
      + managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess: present
      - managedPolicies.arn:aws:iam::aws:policy/PowerUserAccess: present
      gains: can now do what ReadOnlyAccess allows
      loses: can no longer do what PowerUserAccess allows
    0. attach arn:aws:iam::aws:policy/ReadOnlyAccess to role s3access
    1. detach arn:aws:iam::aws:policy/PowerUserAccess from role s3access <- 0
    ");
}

#[test]
fn where_the_quota_leaves_no_room_for_both_the_loss_comes_first() {
    let arns: Vec<String> = (0..10)
        .map(|n| format!("arn:aws:iam::aws:policy/p{n}"))
        .collect();
    let desired = role(&format!(
        "  managedPolicies: [\"{}\"]\n",
        arns.join("\", \"")
    ));
    let mut world = World::of(&desired);
    world.unset(ROLE, "managedPolicies.arn:aws:iam::aws:policy/p3");
    world.set(
        ROLE,
        "managedPolicies.arn:aws:iam::aws:policy/old",
        Value::Present,
    );
    assert_snapshot!(world.story(&desired), @"
    update Role/s3access !NewAccess
      + managedPolicies.arn:aws:iam::aws:policy/p3: present
      - managedPolicies.arn:aws:iam::aws:policy/old: present
      gains: can now do what p3 allows
      gains: may now do what old denied, if it denied anything
      loses: can no longer do what old allows
      loses: may no longer do what p3 denies, if it denies anything
    0. detach arn:aws:iam::aws:policy/old from role s3access
    1. attach arn:aws:iam::aws:policy/p3 to role s3access <- 0
    ");
}

#[test]
fn where_two_large_policies_do_not_fit_beside_each_other_the_loss_comes_first() {
    let desired = role("");
    let mut world = World::of(&desired);
    world.unset(ROLE, DECLARED);
    let large = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}"}}]}}"#,
        "x".repeat(10_200)
    );
    world.set(ROLE, "inlinePolicies.large", observed_policy(&large));
    let plan = world.plan(&desired).unwrap();
    let titles: Vec<&str> = plan.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "delete inline policy large from role s3access",
            "put inline policy S3-Permissions on role s3access"
        ]
    );
    assert_eq!(plan.steps[1].needs, [0].into());
}

/// A policy whose resource is so many characters long.
fn of_length(length: usize) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{}"}}]}}"#,
        "x".repeat(length)
    )
}

fn titles(world: &World, desired: &Desired) -> Vec<String> {
    let plan = world.plan(desired).unwrap();
    plan.steps.into_iter().map(|step| step.title).collect()
}

const GROWING: &str = "put inline policy A on role a";
const SHRINKING: &str = "put inline policy B on role a";

#[test]
fn a_policy_grows_into_the_room_that_another_leaves() {
    let role =
        "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {services: [ec2.amazonaws.com]}\n";
    let desired = desired(&format!(
        "{role}  inlinePolicies: {{A: {}, B: {}}}\n",
        of_length(6000),
        of_length(2000)
    ));
    let mut world = World::of(&desired);
    world.set(
        "Role/a",
        "inlinePolicies.A",
        observed_policy(&of_length(2000)),
    );
    world.set(
        "Role/a",
        "inlinePolicies.B",
        observed_policy(&of_length(6000)),
    );
    let plan = world.plan(&desired).unwrap();
    assert_eq!(titles(&world, &desired), [SHRINKING, GROWING]);
    assert_eq!(plan.steps[1].needs, [0].into());
    let quotas = &mut world.live.quotas;
    quotas.insert("RolePolicySizeQuota".to_owned(), 20_000);
    assert_eq!(
        titles(&world, &desired),
        [GROWING, SHRINKING],
        "the account has room for both"
    );
}

#[test]
fn the_room_for_attachments_is_that_of_the_account() {
    let desired = role("  managedPolicies: [\"arn:aws:iam::aws:policy/new\"]\n");
    let mut world = World::of(&desired);
    world.unset(ROLE, "managedPolicies.arn:aws:iam::aws:policy/new");
    let old = "managedPolicies.arn:aws:iam::aws:policy/old";
    world.set(ROLE, old, Value::Present);
    let attach = "attach arn:aws:iam::aws:policy/new to role s3access";
    let detach = "detach arn:aws:iam::aws:policy/old from role s3access";
    assert_eq!(titles(&world, &desired), [attach, detach]);
    let quotas = &mut world.live.quotas;
    quotas.insert("AttachedPoliciesPerRoleQuota".to_owned(), 1);
    assert_eq!(titles(&world, &desired), [detach, attach]);
}

/// Somebody was in a hurry and revoked more than the stack declares: applying it must not let those sessions back in.
#[test]
fn a_later_revocation_is_not_taken_back() {
    let desired = role("  revokeSessionsIssuedBefore: 2026-02-01T00:00:00Z\n");
    let mut world = World::of(&desired);
    let revoked = |time: &str| {
        observed_policy(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{time}"}}}}}}]}}"#
        ))
    };
    let policy = "inlinePolicies.AWSRevokeOlderSessions";
    world.set(ROLE, policy, revoked("2026-03-01T00:00:00Z"));
    assert!(world.plan(&desired).unwrap().is_empty());
    world.set(ROLE, policy, revoked("2026-01-01T00:00:00Z"));
    assert!(
        !world.plan(&desired).unwrap().is_empty(),
        "an earlier one is moved on"
    );
}
