//! Manifests that are wrong, as the whole program tells it. Every way of being wrong is tested where it is found.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

const STACK: &str =
    "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: shop }\nspec: {}\n---\n";

/// Runs apply on a manifest that AWS must not hear about, at least not in writing.
#[track_caller]
fn fails(role: &str) -> String {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(&format!("{STACK}{role}"));
    stage.use_served(&served);
    let complaint = stage
        .run(&["apply", "stack.yaml", "--yes"])
        .complains_with(1);
    assert_eq!(served.writes_after(0), [""; 0], "wrong, but written");
    complaint
}

#[test]
fn malformed_yaml_never_reaches_aws() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(&format!("{STACK}kind: Role\nmetadata: [unclosed\n"));
    stage.use_served(&served);
    let complaint = stage.run(&["plan", "stack.yaml"]).complains_with(1);
    assert_snapshot!(complaint, @r"
    error[unbalanced-bracket]

      x expected `,` or `]` here
       ,-[stack.yaml:7:19]
     6 | kind: Role
     7 | metadata: [unclosed
       :           |       ^
       :           `-- `[` opened here
       `----
      help: close it with `]`, or put a comma between its items

    1 error
    ");
    assert_eq!(served.calls_after(0), [""; 0]);
}

#[test]
fn several_mistakes_are_told_together() {
    let complaint = fails(
        "apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: shop }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  maxSessionDuraton: 2h
  inlinePolicies:
    Read:
      Version: '2012-10-17'
      Statement: [{ Effect: Alow, Action: 's3:GetObject', Resource: '*' }]
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: { name: shop }
spec: { role: shoop }
",
    );
    assert_snapshot!(complaint, @r"
    error[unknown-field]

      x there is no field `spec.maxSessionDuraton`
        ,-[stack.yaml:11:3]
     10 |   trustPolicy: { services: [ec2.amazonaws.com] }
     11 |   maxSessionDuraton: 2h
        :   ^^^^^^^^^^^^^^^^^
     12 |   inlinePolicies:
        `----
      help: did you mean `maxSessionDuration`?

    error[unknown-reference]

      x InstanceProfile/shop names Role `shoop`, which no document declares
        ,-[stack.yaml:20:15]
     19 | metadata: { name: shop }
     20 | spec: { role: shoop }
        :               ^^^^^
        `----
      help: declare a document of kind Role, or name an existing one by its ARN

    2 errors
    ");
}

#[test]
fn a_malformed_policy_file() {
    let mut stage = Stage::with_manifest(&format!(
        "{STACK}apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: shop }}\nspec:\n  trustPolicy: {{ file: trust.json }}\n"
    ));
    stage.set("AWS_REGION", "us-east-1");
    stage.write("trust.json", "{ \"Version\": \"2012-10-17\",\n  \"Statement\": [{ \"Effect\": \"Allow\" \"Action\": 1 }] }\n");
    assert_snapshot!(stage.run(&["validate"]).whole(), @r#"
    exit 1
    --- stderr
    error[after-quote]

      x something follows the closing quote
       ,-[trust.json:2:37]
     1 | { "Version": "2012-10-17",
     2 |   "Statement": [{ "Effect": "Allow" "Action": 1 }] }
       :                                     ^^^^^^^^^^^^^^^^
       `----
      help: put all of the value in quotes, a comma between values, or a `:` after a key

    1 error
    "#);
}

#[test]
fn a_principal_that_does_not_exist() {
    let complaint = fails(
        "apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: shop }
spec:
  trustPolicy:
    Version: '2012-10-17'
    Statement:
      - Effect: Allow
        Principal: { AWS: 'arn:aws:iam::123456789012:role/nobody' }
        Action: sts:AssumeRole
",
    );
    assert_snapshot!(complaint, @"
    error[unknown-principal]

      x `trustPolicy` of Role/shop names role `nobody`, which does not exist
        ,-[stack.yaml:11:5]
     10 |   trustPolicy:
     11 |     Version: '2012-10-17'
        :     ^^^^^^^
     12 |     Statement:
        `----
      help: declare the role, or create it first

    1 error
    ");
}

#[test]
fn a_user_as_principal_that_does_not_exist() {
    let stage = Stage::with_manifest(&format!(
        "{STACK}apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: shop }}
spec:
  trustPolicy:
    Version: '2012-10-17'
    Statement:
      - Effect: Allow
        Principal: {{ AWS: 'arn:aws:iam::123456789012:user/nobody' }}
        Action: sts:AssumeRole
"
    ));
    let (stdout, stderr) = stage.calm(&["apply", "--yes"]).says_with(1);
    let report = stdout
        .split_once("Apply sends")
        .expect("the plan comes first")
        .1;
    assert_snapshot!(format!("{report}\n{stderr}"), @r#"
     1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    0 of 1 step done in [duration], 1 failed, 0 skipped

    ! create role shop (Role/shop)
        iam:CreateRole: MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"
        sent once, request id [request]
        hint: nothing that this call names was made or changed in this run, so waiting would not help: check the names

    next: run the same command again; finished steps are not repeated

    ! create role shop: iam:CreateRole: MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"
    "#);
}

#[test]
fn more_than_a_quota() {
    let attachments: Vec<String> = (0..21)
        .map(|n| format!("    - arn:aws:iam::123456789012:policy/p{n}\n"))
        .collect();
    let complaint = fails(&format!(
        "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: shop }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n  managedPolicies:\n{}",
        attachments.concat()
    ));
    assert_snapshot!(complaint, @"
    error[over-quota]

      x Role/shop: it would have 21 managed policies attached; the account allows 10
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: shop }
       :                   ^^^^
     9 | spec:
       `----
      help: shorten or split the policies, or ask AWS for a higher quota where there is one

    1 error
    ");
}

#[test]
fn inline_policies_that_are_too_long_together() {
    let long = |letter: &str| format!("arn:aws:s3:::{}/*", letter.repeat(1000));
    let statement = |n: usize| {
        let resources: Vec<String> = ["a", "b", "c", "d"]
            .iter()
            .map(|l| format!("'{}'", long(l)))
            .collect();
        format!(
            "    P{n}:\n      Version: '2012-10-17'\n      Statement: [{{ Effect: Allow, Action: 's3:GetObject', Resource: [{}] }}]\n",
            resources.join(", ")
        )
    };
    let policies: Vec<String> = (0..3).map(statement).collect();
    let complaint = fails(&format!(
        "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: shop }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n  inlinePolicies:\n{}",
        policies.concat()
    ));
    assert_snapshot!(complaint, @r"
    error[policies-too-large]

      x inline policies have 12498 characters in all, white space not counted; IAM allows 10240
        ,-[stack.yaml:12:5]
     11 |   inlinePolicies:
     12 |     P0:
        :     ^^
     13 |       Version: '2012-10-17'
        `----
      help: move statements into managed policies; this quota cannot be raised

    1 error
    ");
}

#[test]
fn manifests_from_standard_input() {
    let stage = Stage::empty();
    let manifest = format!(
        "{STACK}apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: shop }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n"
    );
    let plan = ["plan", "-", "--sandbox", "--weather=calm"];
    let stdout = stage.fed(&plan, &manifest).succeeds();
    assert_snapshot!(stdout, @r#"
    Stack shop in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 new access
    No instance changes its credentials

    + Role/shop  (<stdin>:8)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        tags.rolewright:stack: "shop"

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
    let wrong = stage.fed(&plan, &manifest.replace("trustPolicy", "trustPolic"));
    assert_snapshot!(wrong.complains_with(1), @r"
    error[unknown-field]

      x there is no field `spec.trustPolic`
        ,-[<stdin>:10:3]
      9 | spec:
     10 |   trustPolic: { services: [ec2.amazonaws.com] }
        :   ^^^^^^^^^^
        `----
      help: did you mean `trustPolicy`?

    1 error
    ");
}

#[test]
fn somebody_elses_role() {
    let stage = Stage::with_manifest(&format!(
        "{STACK}apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: theirs }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: AWSServiceRoleForSupport }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n"
    ));
    stage.seed("roles:\n  - name: theirs\n    tags: { 'rolewright:stack': other }\n  - name: AWSServiceRoleForSupport\n    path: /aws-service-role/support.amazonaws.com/\n");
    let before = stage.state();
    assert_snapshot!(stage.calm(&["apply", "--yes"]).complains_with(1), @"
    error[owned-by-other]

      x Role/theirs belongs to stack `other`
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: theirs }
       :                   ^^^^^^
     9 | spec:
       `----
      help: release it there first (`release Role/theirs --stack other`), or give this one another
            name than `theirs`
            if stack `other` is this one under its earlier name, pass `--from-stack other`

    error[service-linked]

      x Role/AWSServiceRoleForSupport: it is a service-linked role, which only AWS can change
        ,-[stack.yaml:14:19]
     13 | kind: Role
     14 | metadata: { name: AWSServiceRoleForSupport }
        :                   ^^^^^^^^^^^^^^^^^^^^^^^^
     15 | spec:
        `----
      help: remove it from the manifests

    2 errors
    ");
    assert_eq!(stage.state(), before);
}

#[test]
fn an_instance_that_is_not_there() {
    let stage = Stage::with_example("s3access");
    let run = stage.calm(&[
        "apply",
        "s3access",
        "--yes",
        "--var=instance=i-00000000000000000",
    ]);
    assert_snapshot!(run.complains_with(1), @"
    error[no-such-instance]

      x InstanceAssociation/web[i-00000000000000000]: instance i-00000000000000000 does not exist
        ,-[s3access/s3access.yaml:37:9]
     36 | metadata:
     37 |   name: web
        :         ^^^
     38 | spec:
        `----
      help: check the id and the region

    1 error
    ");
}
