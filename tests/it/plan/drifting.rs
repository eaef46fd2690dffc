//! Drift: the same differences that a plan finds, by who probably made them.

use insta::assert_snapshot;
use rolewright::model::{Address, Value, kind};
use rolewright::plan;
use rolewright::render::{self, Style};

use crate::support::{World, desired, observed_policy};

const TEXT: &str = r#"
kind: Role
metadata: {name: web}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  description: The web
  tags: {Team: web}
  inlinePolicies:
    Read: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}
---
kind: InstanceProfile
metadata: {name: web}
spec: {role: web}
---
kind: InstanceAssociation
metadata: {name: fleet}
spec:
  instanceProfile: web
  instances: {ids: [i-0aaaaaaaaaaaaaaa1]}
---
kind: InstanceAssociation
metadata: {name: none}
spec: {ensure: detached, instances: {ids: [i-0aaaaaaaaaaaaaaa2]}}
"#;

const ANYTHING: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

fn found(meddle: impl FnOnce(&mut World)) -> (String, serde_json::Value, String) {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    meddle(&mut world);
    world.live = plan::as_ours(&desired, &world.live);
    let plan = world.plan(&desired).unwrap();
    let drift = plan::drift(&plan);
    (
        render::drift(&plan, &drift, Style::PLAIN),
        render::drift_json(&plan, &drift),
        render::drift_markdown(&plan, &drift),
    )
}

#[test]
fn nothing_drifted_is_one_line() {
    let (text, json, markdown) = found(|_| {});
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    No drift. AWS is as declared.
    ");
    assert_eq!(json["hasDrift"], false);
    assert_snapshot!(markdown, @"
    ## Drift of stack test

    **No drift. AWS is as declared.**<br>
    Account `123456789012`, region `eu-central-1`
    ");
}

#[test]
fn differences_stand_by_who_probably_made_them() {
    let (text, json, markdown) = found(|world| {
        world.set(
            "Role/web",
            "inlinePolicies.By-Hand",
            observed_policy(ANYTHING),
        );
        let attached = "managedPolicies.arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
        world.set("Role/web", attached, Value::Present);
        world.set("Role/web", "inlinePolicies.Read", observed_policy(ANYTHING));
        world.set("Role/web", "description", super::text("By hand"));
        world.set("Role/web", "tags.Team", super::text("ops"));
        world.set("Role/web", "tags.QSConfigId-abc", super::text("x"));
        world.holds("InstanceProfile/web", Some(("someone", "AROASOMEONE")));
        world.associated("InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]", None);
        world.associated(
            "InstanceAssociation/none[i-0aaaaaaaaaaaaaaa2]",
            Some(("web", "AIPA-web")),
        );
    });
    assert_snapshot!(text, @r#"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Policies that nobody declared: added by hand
      Role/web  (a.yaml:8)
      + inlinePolicies.By-Hand:
          Allow * on *
      Role/web  (a.yaml:8)
      + managedPolicies.arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        ! Systems Manager's Quick Setup attaches it

    Access that is not as declared: changed by hand
      Role/web  (a.yaml:14)
      ~ inlinePolicies.Read:
          + Allow * on *
          - Allow s3:GetObject on *

    Not there: deleted by hand, or never applied
      InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]  (a.yaml:23)

    There although declared absent: made again, or never applied
      InstanceAssociation/none[i-0aaaaaaaaaaaaaaa2]  (a.yaml:30)

    Another role or profile in its place: exchanged by hand
      InstanceProfile/web  (a.yaml:19)
      ~ role: web -> someone

    Tags that differ: set by hand, or by a tool that tags
      Role/web  (a.yaml:12)
      ~ tags.Team: "web" -> "ops"
      Role/web  (a.yaml:8)
      + tags.QSConfigId-abc: "x"
        ! Systems Manager's Quick Setup sets it

    Settings that differ: changed by hand
      Role/web  (a.yaml:11)
      ~ description: "The web" -> "By hand"

    Drift: 9 differences in 4 resources.
    "#);
    let causes: Vec<&str> = json["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["cause"].as_str().unwrap())
        .collect();
    assert_snapshot!(causes.join(" "), @"undeclared access missing unwanted exchanged tags settings");
    assert_snapshot!(markdown.lines().take(12).collect::<Vec<_>>().join("\n"), @"
    ## Drift of stack test

    **Drift: 9 differences in 4 resources.**<br>
    Account `123456789012`, region `eu-central-1`

    - **Policies that nobody declared: added by hand**: `Role/web: inlinePolicies.By-Hand`, `Role/web: managedPolicies.arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore`
    - **Access that is not as declared: changed by hand**: `Role/web: inlinePolicies.Read`
    - **Not there: deleted by hand, or never applied**: `InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]`
    - **There although declared absent: made again, or never applied**: `InstanceAssociation/none[i-0aaaaaaaaaaaaaaa2]`
    - **Another role or profile in its place: exchanged by hand**: `InstanceProfile/web: role`
    - **Tags that differ: set by hand, or by a tool that tags**: `Role/web: tags.Team`, `Role/web: tags.QSConfigId-abc`
    - **Settings that differ: changed by hand**: `Role/web: description`
    ");
}

#[test]
fn what_came_back_under_its_name_is_told_from_what_changed() {
    let (text, _, _) = found(|world| {
        world.at("Role/web").id = Some("AROANEW".into());
        world.owned_by("Role/web", None);
    });
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Made anew under the same name, or without its tag: deleted and made again by hand
      Role/web  (a.yaml:8)
      InstanceProfile/web  (a.yaml:19)
      ~ role: web (AROANEW) -> web (AROA-web)

    Drift: 2 differences in 2 resources.
    ");
}

#[test]
fn what_is_gone_is_told() {
    let (text, _, _) = found(|world| world.gone("InstanceProfile/web"));
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Not there: deleted by hand, or never applied
      InstanceProfile/web  (a.yaml:18)

    Drift: 1 difference in 1 resource.
    ");
}

#[test]
fn a_profile_without_its_role_has_lost_access_and_got_no_other_role() {
    let (text, _, _) = found(|world| world.holds("InstanceProfile/web", None));
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Access that is not as declared: changed by hand
      InstanceProfile/web  (a.yaml:19)
      - role: web

    Drift: 1 difference in 1 resource.
    ");
    let (text, _, _) = found(|world| {
        world.holds("InstanceProfile/web", None);
        world.gone("Role/web");
    });
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Not there: deleted by hand, or never applied
      Role/web  (a.yaml:8)

    Drift: 1 difference in 1 resource.
    ");
}

#[test]
fn what_nobody_manages_is_shown_and_no_drift() {
    let text = TEXT.replace("  description: The web\n", "  inlinePolicyMode: additive\n");
    let desired = desired(&text);
    let mut world = World::of(&desired);
    world.set(
        "Role/web",
        "inlinePolicies.By-Hand",
        observed_policy(ANYTHING),
    );
    let plan = world.plan(&desired).unwrap();
    let drift = plan::drift(&plan);
    assert!(drift.is_empty());
    assert_snapshot!(render::drift(&plan, &drift, Style::PLAIN), @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Not declared, and left alone
    ! Role/web: Role/web has `By-Hand`, which the manifests do not declare
        inlinePolicies.By-Hand:
          Allow * on *

    No drift. AWS is as declared.
    ");
}

#[test]
fn every_difference_names_its_resource() {
    let (_, json, _) = found(|world| world.set("Role/web", "description", super::text("By hand")));
    let difference = &json["groups"][0]["differences"][0];
    let address: Address = serde_json::from_value(difference["address"].clone()).unwrap();
    assert_eq!(address, Address::new(kind::ROLE, "web"));
    assert_eq!(difference["undo"]["path"], "description");
}

#[test]
fn what_lost_its_tag_and_gained_a_policy_shows_the_policy() {
    let (text, json, _) = found(|world| {
        world.owned_by("Role/web", None);
        world.set("Role/web", "inlinePolicies.Evil", observed_policy(ANYTHING));
    });
    assert_snapshot!(text, @"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    Policies that nobody declared: added by hand
      Role/web  (a.yaml:8)
      + inlinePolicies.Evil:
          Allow * on *

    Made anew under the same name, or without its tag: deleted and made again by hand
      Role/web  (a.yaml:8)

    Drift: 2 differences in 1 resource.
    ");
    assert_eq!(json["groups"][0]["cause"], "undeclared");
}

#[test]
fn what_carries_another_stacks_tag_is_told() {
    let (text, _, _) = found(|world| world.owned_by("Role/web", Some("another")));
    assert_snapshot!(text, @r#"
    Stack test in account 123456789012, region eu-central-1
    Caller arn:aws:iam::123456789012:user/tester

    In another stack's hands: tagged by hand, or adopted there
      Role/web  (a.yaml:8)
      ~ tags.rolewright:stack: "test" -> "another"

    Drift: 1 difference in 1 resource.
    "#);
}
