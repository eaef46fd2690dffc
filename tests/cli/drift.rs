//! What was changed by hand: found, shown readably, repaired by one apply. What only looks different is left alone.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use rolewright::sandbox::{Role, World};

use crate::support::Stage;

const ROLE: &str = "s3access";
const PROFILE: &str = "s3access-profile";

/// A stage with drift; plans it, repairs it, and gives what the plan said.
#[track_caller]
fn found_and_repaired(drift: impl FnOnce(&mut World)) -> String {
    let stage = Stage::applied_s3access();
    let declared = stage.world();
    stage.meddle(drift);
    assert_ne!(stage.world(), declared, "nothing was meddled with");

    let planned = stage
        .calm(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(2);
    stage.quietly(&["apply", "s3access", "--yes"]);
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
    let (repaired, declared) = (lasting(stage.world()), lasting(declared));
    assert_eq!(
        repaired, declared,
        "what is there now is what was there before"
    );
    planned
}

/// The world without what a repair may change: AWS's ids, and how a document is spelt.
fn lasting(mut world: World) -> World {
    for role in world.iam.roles.values_mut() {
        role.id.clear();
        role.created = jiff::Timestamp::UNIX_EPOCH;
        let documents = role
            .inline_policies
            .values_mut()
            .chain([&mut role.trust_policy]);
        documents.for_each(|document| document.retain(|letter| !letter.is_whitespace()));
    }
    for region in world.regions.values_mut() {
        let associations = std::mem::take(&mut region.associations);
        for (_, mut association) in associations {
            association.id.clear();
            association.made = jiff::Timestamp::UNIX_EPOCH;
            region
                .associations
                .insert(association.instance.clone(), association);
        }
    }
    world
}

fn role(world: &mut World) -> &mut Role {
    world.iam.roles.get_mut(ROLE).expect("it was applied")
}

#[test]
fn a_changed_statement() {
    let plan = found_and_repaired(|world| {
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","iam:*"],"Resource":["*"]}]}"#;
        role(world)
            .inline_policies
            .insert("S3-Permissions".to_owned(), document.to_owned());
    });
    assert_snapshot!(plan, @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 narrowing
    1 instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      ~ inlinePolicies.S3-Permissions:  (s3access/s3access.yaml:21)
          ~ Allow
                Action:
                    s3:*
                  - iam:*
                Resource: *
        access: nothing new
          - can no longer iam:* (190 actions, 23 of them manage permissions) on *
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn an_extra_inline_policy() {
    let plan = found_and_repaired(|world| {
        let document = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Back","Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;
        role(world)
            .inline_policies
            .insert("By-Hand".to_owned(), document.to_owned());
    });
    assert_snapshot!(plan, @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 narrowing
    1 instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      - inlinePolicies.By-Hand:
          Back: Allow iam:* on *
        access: nothing new
          - can no longer iam:* (190 actions, 23 of them manage permissions) on *
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn an_extra_attachment() {
    let plan = found_and_repaired(|world| {
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        role(world).attached_policies.insert(arn.to_owned());
    });
    assert_snapshot!(plan, @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 narrowing
    1 instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      - managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess
        access: nothing new
          - can no longer do what AdministratorAccess allows
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn a_profile_without_its_role() {
    let plan = found_and_repaired(|world| {
        let profile = world.iam.instance_profiles.get_mut(PROFILE);
        profile.expect("it was applied").role = None;
    });
    assert_snapshot!(plan, @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 new access
    1 instance changes its credentials

    ~ InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
      + role: s3access  (s3access/s3access.yaml:32)
        access:
          + gives instances the access of s3access
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn a_role_made_again_under_the_same_name() {
    let plan = found_and_repaired(|world| {
        // What deleting and making it again by the guide's commands leaves, tags given.
        let profile = world.iam.instance_profiles.get_mut(PROFILE);
        profile.expect("it was applied").role = None;
        let role = role(world);
        "AROAMADEAGAINBYHAND22".clone_into(&mut role.id);
        role.description = None;
        role.inline_policies.clear();
    });
    assert_snapshot!(plan, @r#"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to update (~)
    Risk: 2 new access
    1 instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      + description: "Lets applications on EC2 use Amazon S3"  (s3access/s3access.yaml:16)
      + inlinePolicies.S3-Permissions:  (s3access/s3access.yaml:21)
          Allow s3:* on *
        access:
          + can now s3:* (180 actions, 27 of them manage permissions) on *

    ~ InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
      + role: s3access  (s3access/s3access.yaml:32)
        access:
          + gives instances the access of s3access
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 3 calls.
    Plan: 0 to create, 2 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    "#);
}

#[test]
fn a_role_made_again_without_tags_is_somebody_elses_until_it_is_adopted() {
    let stage = Stage::applied_s3access();
    stage.meddle(|world| {
        let role = role(world);
        "AROAMADEAGAINBYHAND22".clone_into(&mut role.id);
        role.tags.clear();
        role.inline_policies.clear();
    });
    let refused = stage.calm(&["apply", "s3access", "--yes"]);
    assert_snapshot!(refused.whole(), @"
    exit 1
    --- stderr
    error[not-owned]

      x Role/s3access exists already and belongs to no stack
        ,-[s3access/s3access.yaml:14:9]
     13 | metadata:
     14 |   name: s3access
        :         ^^^^^^^^
     15 | spec:
        `----
      help: to take it over set `metadata.adopt: true` or pass `--adopt KIND/NAME`; the first run then
            only tags it

    1 error
    ");

    let adopted = stage.calm(&["apply", "s3access", "--yes", "--adopt=Role/s3access"]);
    assert_snapshot!(adopted.whole(), @r#"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to adopt (>)
    Risk: 1 cosmetic
    No instance changes its credentials

    > Role/s3access  (s3access/s3access.yaml:14)
        because only the ownership tag is set now; the next run would change `inlinePolicies.S3-Permissions` and `tags.Application`
      + tags.rolewright:stack: "s3access"

    Apply sends 1 call.
    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 1 to adopt, 0 to detach, 2 unchanged.
    1 of 1 step done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ tag role s3access as owned by stack s3access  [duration]
    "#);
    stage.quietly(&["apply", "s3access", "--yes"]);
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
    let declared: BTreeSet<String> = ["S3-Permissions".to_owned()].into();
    let mut world = stage.world();
    let policies: BTreeSet<String> = role(&mut world).inline_policies.keys().cloned().collect();
    assert_eq!(policies, declared);
}

#[test]
fn a_detached_instance() {
    let plan = found_and_repaired(|world| {
        let region = world.regions.get_mut("us-east-1");
        region.expect("it was applied there").associations.clear();
    });
    assert_snapshot!(plan, @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 new access
    1 instance changes its credentials

    + InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn a_profile_made_again_under_the_same_name() {
    let stage = Stage::applied_s3access();
    stage.meddle(|world| {
        let profile = world.iam.instance_profiles.get_mut(PROFILE);
        "AIPAMADEAGAINBYHAND22".clone_into(&mut profile.expect("it was applied").id);
    });
    let planned = stage.calm(&["plan", "s3access", "--detailed-exitcode"]);
    assert_snapshot!(planned.whole(), @"
    exit 2
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 cosmetic
    1 instance changes its credentials

    ~ InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
      ~ instanceProfile: s3access-profile ([AIPA]) -> s3access-profile ([AIPA])  (s3access/s3access.yaml:39)
        access: as before
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
    stage.quietly(&["apply", "s3access", "--yes"]);
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
    let world = stage.world();
    let association = world.regions["us-east-1"].associations.values().next();
    assert_eq!(
        association.expect("it is attached again").profile_id,
        "AIPAMADEAGAINBYHAND22"
    );
}

#[test]
fn fields_and_tags() {
    let plan = found_and_repaired(|world| {
        let role = role(world);
        role.description = Some("by hand".to_owned());
        role.max_session_duration = 7200;
        role.tags.insert("Owner".to_owned(), "nobody".to_owned());
        role.tags.remove("Application");
    });
    assert_snapshot!(plan, @r#"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 narrowing
    No instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      ~ description: "by hand" -> "Lets applications on EC2 use Amazon S3"  (s3access/s3access.yaml:16)
      ~ maxSessionDuration: 7200 -> 3600  (s3access/s3access.yaml:16)
      + tags.Application: "s3access"
      - tags.Owner: "nobody"
        access: nothing new
          - sessions may last 1 h, before 2 h

    Apply sends 3 calls.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    "#);
}

#[test]
fn an_account_id_and_its_root_arn_are_the_same_principal() {
    let stage = Stage::with_manifest(SHARED);
    stage.quietly(&["apply", ".", "--yes"]);
    let spellings = [
        r#"{"AWS":["arn:aws:iam::210987654321:root","123456789012"]}"#,
        r#"{"AWS":["123456789012","210987654321"]}"#,
        r#"{"AWS":["arn:aws:iam::123456789012:root","210987654321","arn:aws:iam::210987654321:root"]}"#,
    ];
    for principal in spellings {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
        );
        stage.meddle(|world| {
            let role = world.iam.roles.get_mut("shared").expect("it was applied");
            role.trust_policy = document;
        });
        stage
            .calm(&["plan", ".", "--detailed-exitcode", "--quiet"])
            .succeeds();
    }
}

const SHARED: &str = r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: shared }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: shared }
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      Effect: Allow
      Principal: { AWS: ["{{ account }}", "arn:aws:iam::210987654321:root"] }
      Action: sts:AssumeRole
"#;

#[test]
fn what_refers_to_an_adopted_role_is_applied_although_the_role_will_be_replaced_later() {
    let stage = Stage::with_manifest(
        r"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: shop }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: app, adopt: true }
spec:
  path: /
  trustPolicy: { services: [ec2.amazonaws.com] }
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: { name: app }
spec: { role: app }
",
    );
    stage.seed("roles: [{ name: app, path: /x/ }]\n");
    let applied = stage.calm(&["apply", "--yes", "--quiet"]).ends_with(0);
    assert_snapshot!(applied, @r#"
    Stack shop in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+), 1 to adopt (>)
    Risk: 1 new access, 1 cosmetic
    No instance changes its credentials

    + InstanceProfile/app  (stack.yaml:16)
        path: "/"
        role: app
        tags.rolewright:stack: "shop"

    > Role/app  (stack.yaml:9)
        because only the ownership tag is set now; the next run would change `path`
      + tags.rolewright:stack: "shop"

    Apply sends 3 calls.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 1 to adopt, 0 to detach, 0 unchanged.
    3 of 3 steps done in [duration]
    AWS reads back as declared.
    "#);
}
