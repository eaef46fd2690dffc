//! `export`: what is there as manifests, which plan as no changes or as adoptions; and how it refuses.

use insta::assert_snapshot;

use crate::support::{Served, Stage, is_read};

/// A role of nobody's with a profile, and a user with a policy.
const NOBODYS: &str = "
roles:
  - name: legacy-web
    path: /app/
    description: 'made by hand: #1'
    tags: { Team: 'shop' }
    inlinePolicies:
      Home: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::home/${aws:username}/{{ x }}' }] }
  - name: other
instanceProfiles:
  - name: legacy-web
    role: legacy-web
users:
  - name: anna
    inlinePolicies:
      Pass: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 'iam:PassRole', Resource: 'arn:aws:iam::123456789012:role/app/legacy-web' }] }
";

fn with_nobodys() -> Stage {
    let stage = Stage::empty();
    stage.seed(NOBODYS);
    stage
}

#[test]
fn what_a_stack_owns_is_exported_and_plans_as_no_changes() {
    let stage = Stage::applied_s3access();
    let export = stage
        .calm(&["export", "--owned", "s3access", "--quiet"])
        .succeeds();
    assert_snapshot!(export, @r#"
    # yaml-language-server: $schema=manifest.schema.json
    # Instances were looked for in us-east-1 only: which ones use the profiles elsewhere is not seen.
    apiVersion: rolewright.dev/v1
    kind: Stack
    metadata:
      name: s3access
    spec:
      accountId: "123456789012"
      region: us-east-1
    ---
    apiVersion: rolewright.dev/v1
    kind: Role
    metadata:
      name: s3access
    spec:
      description: Lets applications on EC2 use Amazon S3
      trustPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
      inlinePolicies:
        S3-Permissions:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action:
                - s3:*
              Resource:
                - "*"
      tags:
        Application: s3access
    ---
    apiVersion: rolewright.dev/v1
    kind: InstanceProfile
    metadata:
      name: s3access-profile
    spec:
      role: s3access
      tags:
        Application: s3access
    ---
    apiVersion: rolewright.dev/v1
    kind: InstanceAssociation
    metadata:
      name: s3access-profile
    spec:
      instances:
        ids:
          - i-1234567890abcdef0
      instanceProfile: s3access-profile
    "#);
    stage.write("export.yaml", &export);
    let planned = stage
        .calm(&["plan", "export.yaml", "--detailed-exitcode"])
        .ends_with(0);
    assert!(planned.contains("No changes."), "{planned}");
}

#[test]
fn what_nobody_owns_is_taken_over_as_it_is() {
    let stage = with_nobodys();
    let arguments = [
        "export",
        "legacy-web",
        "--user=anna",
        "--stack=shop",
        "--out=shop.yaml",
    ];
    assert_snapshot!(stage.calm(&arguments).whole(), @"
    exit 0
    --- stdout
    wrote shop.yaml
    --- stderr
    Next: rolewright plan shop.yaml
    ");
    assert_snapshot!(stage.read("shop.yaml"), @r#"
    # yaml-language-server: $schema=manifest.schema.json
    # Instances were looked for in us-east-1 only: which ones use the profiles elsewhere is not seen.
    apiVersion: rolewright.dev/v1
    kind: Stack
    metadata:
      name: shop
    spec:
      accountId: "123456789012"
      region: us-east-1
    ---
    apiVersion: rolewright.dev/v1
    kind: Role
    metadata:
      name: legacy-web
      adopt: true
    spec:
      path: /app/
      description: "made by hand: #1"
      trustPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
      inlinePolicies:
        Home:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: s3:GetObject
              Resource: 'arn:aws:s3:::home/${aws:username}/{{ "{{" }} x }}'
      tags:
        Team: shop
    ---
    apiVersion: rolewright.dev/v1
    kind: UserPolicy
    metadata:
      name: Pass
    spec:
      user: anna
      policy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: arn:aws:iam::123456789012:role/app/legacy-web
    ---
    apiVersion: rolewright.dev/v1
    kind: InstanceProfile
    metadata:
      name: legacy-web
      adopt: true
    spec:
      role: legacy-web
    "#);
    assert_snapshot!(stage.calm(&["plan", "shop.yaml"]).whole(), @r#"
    exit 0
    --- stdout
    ! low pass-role-to-any-service  (shop.yaml:45)
        `iam:PassRole` is allowed without `iam:PassedToService`
        fix: add `StringEquals: {iam:PassedToService: ec2.amazonaws.com}`, with the service that is meant

    1 finding: 1 low

    Stack shop in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to adopt (>)
    Risk: 2 cosmetic
    No instance changes its credentials

    > Role/legacy-web  (shop.yaml:14)
        because it is as declared otherwise
      + tags.rolewright:stack: "shop"

    > InstanceProfile/legacy-web  (shop.yaml:52)
        because it is as declared otherwise
      + tags.rolewright:stack: "shop"

    Apply sends 2 calls.
    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 2 to adopt, 0 to detach, 1 unchanged.
    "#);
    stage.quietly(&["apply", "shop.yaml", "--yes"]);
    let _ = stage
        .calm(&["plan", "shop.yaml", "--detailed-exitcode"])
        .ends_with(0);
}

#[test]
fn marks_choose_as_well() {
    let stage = with_nobodys();
    for marks in [
        &["--path-prefix=/app/"][..],
        &["--tag=Team=shop"],
        &["--path-prefix=/", "--tag", "Team=shop"],
    ] {
        let export = stage
            .calm(&[&["export", "--stack=shop", "--quiet"], marks].concat())
            .succeeds();
        let roles = export.lines().filter(|line| *line == "kind: Role").count();
        assert_eq!(roles, 1, "{marks:?}\n{export}");
    }
}

#[test]
fn it_says_what_it_needs() {
    let stage = with_nobodys();
    let usage = |arguments: &[&str]| {
        let all = [&["export"], arguments].concat();
        stage
            .calm(&[&all[..], &["--quiet"]].concat())
            .complains_with(64)
    };
    assert_snapshot!(usage(&[]), @"error: say what to export: names of roles, --path-prefix PATH, --tag KEY=VALUE, --owned STACK or --user NAME");
    assert_snapshot!(usage(&["--tag", "Team", "--stack=shop"]), @"error: --tag Team: write it as KEY=VALUE");
    assert_snapshot!(usage(&["--path-prefix", "app", "--stack=shop"]), @"error: --path-prefix app: paths begin with `/`, as in /app/");
    assert_snapshot!(usage(&["legacy-web"]), @"error: no stack owns what was found: pass --stack NAME for the one that shall");
    assert_snapshot!(usage(&["legacy-web", "--stack", "a b"]), @"error: `a b` cannot be a stack's name: use letters, digits and _ . : / = + - @");
    assert!(usage(&["web", "--owned=shop"]).contains("cannot be used with"));
    assert!(usage(&["web", "--force"]).contains("--out <FILE>"));
}

#[test]
fn what_is_not_there_is_told() {
    let stage = with_nobodys();
    let wrong = |arguments: &[&str]| {
        let all = [&["export"], arguments].concat();
        stage
            .calm(&[&all[..], &["--quiet"]].concat())
            .complains_with(1)
    };
    assert_snapshot!(wrong(&["legacy-wbe", "nothing-like-it"]), @"
    error: there is no role `legacy-wbe` or `nothing-like-it`
      hint: did you mean `legacy-web`?
    ");
    assert_snapshot!(wrong(&["--owned", "shop"]), @"
    error: there is nothing to export: no resource was found
      hint: check the stack's name, the account and the region
    ");
    assert_snapshot!(wrong(&["--tag", "Team=shpo", "--stack=shop"]), @"
    error: there is nothing to export: no resource was found
      hint: check the account; values of tags and letter case count
    ");
    assert_snapshot!(wrong(&["--user", "ana", "--stack=shop"]), @"error: cannot look at AWS: iam:ListUserPolicies: NoSuchEntity: The user with name ana cannot be found. (request [request])");
}

#[test]
fn a_service_linked_role_alone_is_nothing() {
    let stage = Stage::empty();
    let refused = stage.calm(&["export", "AWSServiceRoleForSupport", "--quiet"]);
    assert_snapshot!(refused.complains_with(1), @"error: there is nothing to export: what was found is service-linked, and only AWS can change it");
}

#[test]
fn a_file_is_not_overwritten_unasked() {
    let stage = with_nobodys();
    stage.write("shop.yaml", "mine");
    let export = ["export", "legacy-web", "--stack=shop", "--quiet", "--out"];
    let refused = stage
        .calm(&[&export[..], &["shop.yaml"]].concat())
        .complains_with(1);
    assert_snapshot!(refused, @"
    error: cannot write shop.yaml: it is there already
      hint: pass --force to overwrite it
    ");
    let refused = stage
        .calm(&[&export[..], &["."]].concat())
        .complains_with(1);
    assert!(
        refused.contains("./shop.yaml"),
        "in a folder it goes by the stack: {refused}"
    );
    assert_eq!(stage.read("shop.yaml"), "mine");
    let forced = [&export[..], &["shop.yaml", "--force"]].concat();
    assert_eq!(stage.calm(&forced).succeeds(), "wrote shop.yaml\n");
    assert!(stage.read("shop.yaml").contains("name: legacy-web"));
}

#[test]
fn for_programs() {
    let stage = with_nobodys();
    let json = stage
        .calm(&["export", "legacy-web", "--stack=shop", "--output=json"])
        .json(0);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "documents": [
        {
          "apiVersion": "rolewright.dev/v1",
          "kind": "Stack",
          "metadata": {
            "name": "shop"
          },
          "spec": {
            "accountId": "123456789012",
            "region": "us-east-1"
          }
        },
        {
          "apiVersion": "rolewright.dev/v1",
          "kind": "Role",
          "metadata": {
            "name": "legacy-web",
            "adopt": true
          },
          "spec": {
            "path": "/app/",
            "description": "made by hand: #1",
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
            },
            "inlinePolicies": {
              "Home": {
                "Version": "2012-10-17",
                "Statement": [
                  {
                    "Effect": "Allow",
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::home/${aws:username}/{{ \"{{\" }} x }}"
                  }
                ]
              }
            },
            "tags": {
              "Team": "shop"
            }
          }
        },
        {
          "apiVersion": "rolewright.dev/v1",
          "kind": "InstanceProfile",
          "metadata": {
            "name": "legacy-web",
            "adopt": true
          },
          "spec": {
            "role": "legacy-web"
          }
        }
      ],
      "onlyComments": [],
      "remarks": [
        {
          "remark": "Instances were looked for in us-east-1 only: which ones use the profiles elsewhere is not seen."
        }
      ]
    }
    "#);
    stage.write("export.json", &json["documents"][1].to_string());
}

#[test]
fn it_only_reads() {
    let served = Served::seeded(NOBODYS);
    let mut stage = Stage::empty();
    stage.use_served(&served);
    let _ = stage
        .run(&[
            "export",
            "--path-prefix=/",
            "--user=anna",
            "--stack=shop",
            "--quiet",
        ])
        .succeeds();
    let calls = served.calls_after(0);
    assert!(calls.iter().all(|call| is_read(call)), "{calls:?}");
}

#[test]
fn an_instance_of_the_stack_is_exported_with_all_it_was_launched_with() {
    let stage = Stage::with_manifest(
        "apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: shop }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: web }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: Instance
metadata: { name: web }
spec:
  imageId: ami-11aa22bb
  instanceType: t3.micro
  instanceProfile: web
  terminationProtection: true
  userData: |
    #!/bin/sh
    docker ps --format '{{ \"{{\" }}.ID}}'
",
    );
    stage.quietly(&["apply", ".", "--yes"]);
    let export = stage
        .calm(&["export", "--owned=shop", "--quiet"])
        .succeeds();
    let instance = export.split("---\n").last().unwrap_or_default();
    assert_snapshot!(instance, @r#"
    apiVersion: rolewright.dev/v1
    kind: Instance
    metadata:
      name: web
    spec:
      imageId: ami-11aa22bb
      instanceType: t3.micro
      securityGroupIds:
        - sg-1a2b3c4d
      subnetId: subnet-1a2b3c4d
      userData: |
        #!/bin/sh
        docker ps --format '{{ "{{" }}.ID}}'
      instanceProfile: web
      metadataOptions:
        httpEndpoint: enabled
        httpPutResponseHopLimit: 1
        httpTokens: required
        instanceMetadataTags: disabled
      terminationProtection: true
    "#);
    stage.write("stack.yaml", &export);
    let _ = stage
        .calm(&["plan", "stack.yaml", "--detailed-exitcode"])
        .ends_with(0);
}

#[test]
fn what_another_stack_owns_is_told_and_does_not_stop_the_plan() {
    let stage = Stage::empty();
    stage.seed(
        "
roles: [{ name: web }]
instanceProfiles: [{ name: web, role: web, tags: { 'rolewright:stack': another } }]
",
    );
    let export = ["export", "WEB", "--stack=shop", "--out=shop.yaml"];
    assert_snapshot!(stage.calm(&export).whole(), @"
    exit 0
    --- stdout
    wrote shop.yaml
    --- stderr
    1 resource can only be a comment, which says why
    Next: rolewright plan shop.yaml
    ");
    let text = stage.read("shop.yaml");
    assert!(
        text.contains("\n# Only a comment, because stack `another` owns it:\n"),
        "{text}"
    );
    let planned = stage
        .calm(&["plan", "shop.yaml", "--detailed-exitcode"])
        .ends_with(2);
    assert!(planned.contains("1 to adopt, 0 to detach"), "{planned}");
}
