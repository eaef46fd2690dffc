//! What a rehearsal's sandbox is made of, and when its plan is not the plan.

use insta::assert_snapshot;

use rolewright::model::{Address, Partition, kind};
use rolewright::run::rehearsal::{differences, seed};
use rolewright::sandbox::{Sandbox, Weather};

use crate::support::{World, desired};

const STACK: &str = r#"
kind: Role
metadata: {name: app}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  inlinePolicies: {Read: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
---
kind: InstanceProfile
metadata: {name: app}
spec: {role: app}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instances: {ids: [i-1a2b3c4d]}, instanceProfile: app}
"#;

fn planted(world: &World, desired: &rolewright::model::Desired) -> String {
    let seed = seed(desired, &world.live).unwrap();
    Sandbox::open_with_seed(None, Weather::calm(), &seed).unwrap();
    let json: serde_json::Value = serde_json::from_str(&seed).unwrap();
    format!("{json:#}")
}

#[test]
fn what_was_seen_is_what_there_is() {
    let desired = desired(STACK);
    assert_snapshot!(planted(&World::of(&desired), &desired), @r#"
    {
      "account": "123456789012",
      "policies": [
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
      ],
      "users": [],
      "roles": [
        {
          "name": "app",
          "id": "AROA-app",
          "inlinePolicies": {
            "Read": {
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": "s3:GetObject",
                  "Resource": "*"
                }
              ]
            }
          },
          "managedPolicies": [
            "arn:aws:iam::aws:policy/ReadOnlyAccess"
          ],
          "maxSessionDuration": 3600,
          "path": "/",
          "tags": {
            "rolewright:stack": "test"
          },
          "trustPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "Service": "ec2.amazonaws.com"
                },
                "Action": "sts:AssumeRole"
              }
            ]
          }
        }
      ],
      "instanceProfiles": [
        {
          "name": "app",
          "id": "AIPA-app",
          "path": "/",
          "role": "app",
          "tags": {
            "rolewright:stack": "test"
          }
        }
      ],
      "instances": [
        {
          "id": "i-1a2b3c4d",
          "region": "eu-central-1",
          "state": "running",
          "association": {
            "instanceProfile": "app",
            "id": "iip-assoc--i-1a2b3c4d"
          }
        }
      ],
      "buckets": [],
      "offers": {}
    }
    "#);
}

#[test]
fn what_is_only_declared_brings_what_it_needs() {
    let desired = desired(
        r#"
kind: Role
metadata: {name: app}
spec:
  trustPolicy: {Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {AWS: "arn:aws:iam::123456789012:role/ops/admin"}}]}
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/Typo"]
  permissionsBoundary: arn:aws:iam::123456789012:policy/edge
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instances: {ids: [i-1a2b3c4d]}, instanceProfile: "arn:aws:iam::123456789012:instance-profile/theirs"}
---
kind: Instance
metadata: {name: worker}
spec: {imageId: ami-1a2b3c4d, instanceType: t3.micro, securityGroupIds: [sg-1a2b3c4d]}
"#,
    );
    assert_snapshot!(planted(&World::empty(&desired), &desired), @r#"
    {
      "account": "123456789012",
      "policies": [
        "arn:aws:iam::123456789012:policy/edge",
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
      ],
      "users": [],
      "roles": [
        {
          "name": "admin",
          "path": "/ops/"
        },
        {
          "name": "role-of-theirs"
        }
      ],
      "instanceProfiles": [
        {
          "name": "theirs",
          "role": "role-of-theirs"
        }
      ],
      "instances": [
        {
          "id": "i-1a2b3c4d",
          "region": "eu-central-1",
          "state": "running"
        }
      ],
      "buckets": [],
      "offers": {
        "eu-central-1": [
          "ami-1a2b3c4d",
          "sg-1a2b3c4d"
        ]
      }
    }
    "#);
}

#[test]
fn there_is_no_sandbox_of_other_partitions() {
    let desired = desired(STACK);
    let mut world = World::of(&desired);
    world.live.setting.partition = Partition::China;
    let why = seed(&desired, &world.live).unwrap_err();
    assert_eq!(why, ["partition aws-cn: the sandbox has only aws"]);
}

#[test]
fn another_plan_is_not_rehearsed() {
    let desired = desired(STACK);
    let (here, mut there) = (World::empty(&desired), World::of(&desired));
    there
        .live
        .resources
        .remove(&Address::new(kind::ROLE, "app"));
    let plan = |world: &World| world.plan(&desired).unwrap();
    assert!(differences(&plan(&here), &plan(&here)).is_empty());
    let told = differences(&plan(&here), &plan(&there)).join("\n");
    assert_snapshot!(told, @"
    create InstanceAssociation/web[i-1a2b3c4d] (instanceProfile): in the plan, and not in the sandbox's
    create InstanceProfile/app (path, role and tags.rolewright:stack): in the plan, and not in the sandbox's
    update InstanceProfile/app (role): not in the plan, but in the sandbox's
    ");
}
