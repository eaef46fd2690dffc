//! Planning from a file in place of AWS: what a snapshot holds, what a plan makes of it, and what is not believed.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage, is_read};

/// Two roles, one of them declared only later.
const ROLE: &str = "apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: app }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
";

const STACK: &str = "apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: off }
spec: {}
---
";

/// A stack that is applied, and a snapshot of it in `live.json`.
fn taken() -> Stage {
    let stage = Stage::with_manifest(&format!("{STACK}{ROLE}"));
    stage.quietly(&["apply", "stack.yaml", "--yes"]);
    let wrote = stage
        .calm(&["snapshot", "live.json", "stack.yaml"])
        .succeeds();
    let where_ = "in account 123456789012, region us-east-1";
    let expected =
        format!("wrote live.json: what AWS has of stack off and its 1 resource {where_}\n");
    assert_eq!(wrote, expected);
    stage
}

/// What a plan from `live.json` says; there is nobody it could ask.
fn planned(stage: &Stage, arguments: &[&str]) -> String {
    let plan = ["plan", "stack.yaml", "--live", "live.json"];
    stage.run(&[&plan, arguments].concat()).whole()
}

#[test]
fn a_plan_from_a_snapshot_asks_nobody() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let apply = ["apply", "s3access", "--yes", "--quiet"];
    stage.run(&apply).succeeds();
    let before = served.calls_after(0).len();
    stage.run(&["snapshot", "live.json", "s3access"]).succeeds();
    assert!(served.calls_after(before).iter().all(|call| is_read(call)));
    let before = served.calls_after(0).len();
    let by_hand = served.sandbox.edit(|world| world.iam.roles.clear());
    by_hand.expect("it lives in memory");
    let run = stage.run(&["plan", "s3access", "--live", "live.json"]);
    assert_snapshot!(run.whole(), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Not looked at
    ! not looked at: AWS itself; all this is as the snapshot live.json has it, taken [time], [duration] ago

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    ");
    assert_eq!(
        served.calls_after(before),
        [""; 0],
        "the file is all it knows"
    );
}

#[test]
fn drift_is_seen_as_the_snapshot_saw_it() {
    let stage = taken();
    let narrower = ROLE.replace("spec:\n", "spec:\n  maxSessionDuration: 2h\n");
    stage.write("stack.yaml", &format!("{STACK}{narrower}"));
    assert_snapshot!(planned(&stage, &[]), @"
    exit 0
    --- stdout
    Stack off in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 new access
    No instance changes its credentials

    ~ Role/app  (stack.yaml:8)
      ~ maxSessionDuration: 3600 -> 7200  (stack.yaml:10)
        access:
          + sessions may last 2 h, before 1 h

    Not looked at
    ! not looked at: AWS itself; all this is as the snapshot live.json has it, taken [time], [duration] ago

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
}

#[test]
fn what_nobody_looked_for_is_told_and_not_planned() {
    let stage = taken();
    let later = "---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: later }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
---
apiVersion: rolewright.dev/v1
kind: UserPolicy
metadata: { name: grant }
spec:
  user: sandbox
  policyName: grant
  policy: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 'iam:PassRole', Resource: '*' }] }
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: { name: web }
spec:
  instances: { tags: { Fleet: shop } }
  instanceProfile: '{{ instance_profile.app.arn }}'
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: { name: app }
spec: { role: app }
";
    stage.write("stack.yaml", &format!("{STACK}{ROLE}{later}"));
    // The names of all roles were listed, so that it is known that this one is not there.
    assert_snapshot!(planned(&stage, &[]), @r#"
    exit 0
    --- stdout
    ! high pass-role-anywhere  (stack.yaml:24)
        `iam:PassRole` is allowed on every role of the account
        fix: name the roles that are passed, and their service with `iam:PassedToService`

    1 finding: 1 high

    Stack off in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to create (+)
    Risk: 2 new access
    No instance changes its credentials

    + InstanceProfile/app  (stack.yaml:35)
        path: "/"
        role: app
        tags.rolewright:stack: "off"

    + Role/later  (stack.yaml:14)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        tags.rolewright:stack: "off"

    Not looked at
    ! not looked at: AWS itself; all this is as the snapshot live.json has it, taken [time], [duration] ago
    ! InstanceAssociation/web: nothing is planned for it: the snapshot was taken before it was declared
    ! UserPolicy/grant: nothing is planned for it: the snapshot was taken before it was declared

    Apply sends 3 calls.
    Plan: 2 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    "#);
}

#[test]
fn another_question_needs_another_snapshot() {
    let association = |instance: &str| {
        format!(
            "{STACK}apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: {{ name: web }}
spec: {{ ensure: detached, instances: {{ tags: {{ Name: {instance} }} }}, instanceProfile: app }}
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: {{ name: app }}
spec: {{}}
"
        )
    };
    let stage = Stage::with_manifest(&association("web-1"));
    stage
        .calm(&["snapshot", "live.json", "stack.yaml", "--output=json"])
        .json(0);
    stage.write("stack.yaml", &association("web-2"));
    assert_snapshot!(planned(&stage, &["--quiet"]), @r#"
    exit 0
    --- stdout
    Stack off in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 cosmetic
    No instance changes its credentials

    + InstanceProfile/app  (stack.yaml:13)
        path: "/"
        tags.rolewright:stack: "off"

    Not looked at
    ! not looked at: AWS itself; all this is as the snapshot live.json has it, taken [time], [duration] ago
    ! InstanceAssociation/web: nothing is planned for it: the snapshot looked for something else under its name, which was declared otherwise then

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
}

#[test]
fn an_old_snapshot_is_worth_a_warning() {
    let stage = taken();
    let text = stage.read("live.json");
    let (before, rest) = text.split_once(r#""taken": ""#).expect("it says when");
    let (_, after) = rest.split_once('"').expect("it is a text");
    let old = format!(r#"{before}"taken": "2024-01-01T00:00:00Z"{after}"#);
    stage.write("live.json", &old);
    let plan = planned(&stage, &[]);
    let warned = plan.lines().any(|line| {
        line.starts_with("! the snapshot live.json is ")
            && line.ends_with(" days old; what has changed in AWS since is not in this plan")
    });
    assert!(warned, "{plan}");
}

#[test]
fn guards_hold_without_aws() {
    let stage = taken();
    let elsewhere = STACK.replace("{}", "{ accountId: '210987654321' }");
    stage.write("stack.yaml", &format!("{elsewhere}{ROLE}"));
    assert_snapshot!(planned(&stage, &[]), @"
    exit 3
    --- stderr
    error[wrong-account]

      x stack off belongs to account 210987654321; the file is of account 123456789012
       ,-[stack.yaml:3:19]
     2 | kind: Stack
     3 | metadata: { name: off }
       :                   ^^^
     4 | spec: { accountId: '210987654321' }
       `----
      help: take the file with other credentials, or change `spec.accountId` of the stack

    1 error
    ");
    let elsewhere = STACK.replace("{}", "{ region: eu-central-1 }");
    stage.write("stack.yaml", &format!("{elsewhere}{ROLE}"));
    assert_snapshot!(planned(&stage, &[]), @"
    exit 3
    --- stderr
    error[wrong-region]

      x this run is for region eu-central-1; the file is of us-east-1
       ,-[stack.yaml:3:19]
     2 | kind: Stack
     3 | metadata: { name: off }
       :                   ^^^
     4 | spec: { region: eu-central-1 }
       `----
      help: take the file with the same `--region`

    1 error
    ");
}

#[test]
fn torn_foreign_and_newer_files_are_refused() {
    let stage = taken();
    let whole = stage.read("live.json");
    stage.write("live.json", &whole[..whole.len() / 2]);
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error: cannot plan from live.json: it is not whole: EOF while parsing a string at line 43 column 35
      hint: make it again: `rolewright snapshot FILE`
    ");
    stage.write("live.json", "{}");
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error: cannot plan from live.json: it is neither a snapshot nor what `aws iam get-account-authorization-details` prints
      hint: `rolewright snapshot FILE` takes a snapshot
    ");
    let newer = whole.replace(r#""formatVersion": 1"#, r#""formatVersion": 2"#);
    stage.write("live.json", &newer);
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error: cannot plan from live.json: it has format version 2; this program reads 1
      hint: use the version that took it, or take a new one with this one
    ");
    stage.write("live.json", &whole);
    let other = STACK.replace("off", "other");
    stage.write("stack.yaml", &format!("{other}{ROLE}"));
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error: cannot plan from live.json: it was taken for stack off; these manifests are stack other
      hint: what a stack owns is looked for by its name: take one with these manifests
    ");
    std::fs::remove_file(stage.path("live.json")).expect("it is there");
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error: cannot read live.json: No such file or directory (os error 2)
    ");
}

#[test]
fn what_says_where_aws_is_has_no_use() {
    let stage = taken();
    assert_snapshot!(planned(&stage, &["--sandbox"]), @"
    exit 64
    --- stderr
    error: with --live nothing is asked of AWS: leave out --sandbox
    ");
    assert_snapshot!(planned(&stage, &["--profile=work"]), @"
    exit 64
    --- stderr
    error: with --live nothing is asked of AWS: leave out --profile
    ");
    assert_snapshot!(planned(&stage, &["--aws-checks"]), @"
    exit 64
    --- stderr
    error: the argument '--live <FILE>' cannot be used with '--aws-checks'

    Usage: rolewright plan --live <FILE> <PATH>...

    For more information, try '--help'.
    ");
}

#[test]
fn only_a_snapshot_is_overwritten() {
    let stage = taken();
    let again = ["snapshot", "live.json", "stack.yaml"];
    stage.calm(&again).succeeds();
    let file = std::fs::metadata(stage.path("live.json")).expect("it is there");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::MetadataExt::mode(&file) & 0o777,
        0o600,
        "what AWS holds is for its owner's eyes"
    );
    let wrong = ["snapshot", "stack.yaml", "stack.yaml"];
    assert_snapshot!(stage.calm(&wrong).whole(), @"
    exit 1
    --- stderr
    error: stack.yaml is there already, and is no snapshot
      hint: choose another file; nothing is overwritten
    ");
    assert!(stage.read("stack.yaml").starts_with("apiVersion"));
}

/// What the AWS CLI prints of an account in which s3access is applied, as far as it knows it: one page.
const DETAILS: &str = r#"{
    "UserDetailList": [
        {
            "Path": "/", "UserName": "alice", "UserId": "AIDAEXAMPLE",
            "Arn": "arn:aws:iam::123456789012:user/alice", "CreateDate": "2024-01-01T00:00:00+00:00",
            "UserPolicyList": [
                { "PolicyName": "grant", "PolicyDocument": { "Version": "2012-10-17", "Statement": [] } }
            ],
            "GroupList": [], "AttachedManagedPolicies": [], "Tags": []
        }
    ],
    "GroupDetailList": [],
    "RoleDetailList": [
        {
            "Path": "/", "RoleName": "s3access", "RoleId": "AROAEXAMPLE",
            "Arn": "arn:aws:iam::123456789012:role/s3access", "CreateDate": "2024-01-01T00:00:00+00:00",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }
                ]
            },
            "InstanceProfileList": [
                {
                    "Path": "/", "InstanceProfileName": "s3access-profile", "InstanceProfileId": "AIPAEXAMPLE",
                    "Arn": "arn:aws:iam::123456789012:instance-profile/s3access-profile",
                    "CreateDate": "2024-01-01T00:00:00+00:00",
                    "Roles": [ { "RoleName": "s3access", "RoleId": "AROAEXAMPLE" } ]
                }
            ],
            "RolePolicyList": [
                {
                    "PolicyName": "S3-Permissions",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [ { "Effect": "Allow", "Action": [ "s3:*" ], "Resource": [ "*" ] } ]
                    }
                }
            ],
            "AttachedManagedPolicies": [],
            "Tags": [
                { "Key": "Application", "Value": "s3access" }, { "Key": "rolewright:stack", "Value": "s3access" }
            ],
            "RoleLastUsed": { "LastUsedDate": "2024-02-01T00:00:00+00:00", "Region": "us-east-1" }
        }
    ],
    "Policies": []
}"#;

/// Another page of the same account.
const MORE: &str = r#"{
    "RoleDetailList": [
        {
            "Path": "/", "RoleName": "old", "RoleId": "AROAOLD", "Arn": "arn:aws:iam::123456789012:role/old",
            "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D",
            "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [],
            "Tags": [ { "Key": "rolewright:stack", "Value": "s3access" } ]
        }
    ],
    "IsTruncated": false
}"#;

/// A plan of s3access from what the AWS CLI printed.
fn by_details(details: &str) -> String {
    let stage = Stage::with_example("s3access");
    stage.write("details.json", details);
    let plan = ["plan", "s3access", "--live", "details.json"];
    let run = stage.run(&[&plan[..], &["--region=us-east-1"]].concat());
    run.whole()
}

#[test]
fn what_the_aws_cli_prints_is_as_good_as_aws_as_far_as_it_goes() {
    assert_snapshot!(by_details(DETAILS), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller unknown

    No changes. Not everything was looked at, see below.

    Not looked at
    ! not looked at: AWS itself; all this is as details.json has it, which does not say how old it is
    ! not looked at: `description` and `maxSessionDuration` of roles, which the file does not have
    ! not looked at: whose instance profiles are: the file does not have their tags, and declared ones are taken for the stack's
    ! not looked at: which instances use the profiles, and the account's quotas
    ! not looked at: who will apply this, and so whether it takes access from the role that applies it
    ! InstanceAssociation/web[i-1234567890abcdef0]: nothing is planned for it: the file has nothing but IAM in it

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn drift_and_orphans_are_found_in_it() {
    let wider = DETAILS.replace(r#""s3:*""#, r#""*""#);
    assert_snapshot!(by_details(&format!("{wider}\n{MORE}")), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller unknown
    1 to update (~)
    Risk: 1 narrowing
    No instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      ~ inlinePolicies.S3-Permissions:  (s3access/s3access.yaml:21)
          + Allow s3:* on *
          - Allow * on *
        access: nothing new
          - can no longer * except s3:* (21911 actions, 398 of them manage permissions) on *

    Ours, no longer declared, and left alone
    ! Role/old: Role/old is owned by the stack but no longer declared; `--prune` deletes it

    Not looked at
    ! not looked at: AWS itself; all this is as details.json has it, which does not say how old it is
    ! not looked at: `description` and `maxSessionDuration` of roles, which the file does not have
    ! not looked at: whose instance profiles are: the file does not have their tags, and declared ones are taken for the stack's
    ! not looked at: which instances use the profiles, and the account's quotas
    ! not looked at: who will apply this, and so whether it takes access from the role that applies it
    ! InstanceAssociation/web[i-1234567890abcdef0]: nothing is planned for it: the file has nothing but IAM in it

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn what_a_filter_left_out_is_not_taken_for_missing() {
    let users = r#"{ "UserDetailList": [ { "UserName": "a", "Arn": "arn:aws:iam::123456789012:user/a" } ], "RoleDetailList": [] }"#;
    assert_snapshot!(by_details(users), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller unknown

    No changes. Not everything was looked at, see below.

    Not looked at
    ! not looked at: AWS itself; all this is as details.json has it, which does not say how old it is
    ! not looked at: `description` and `maxSessionDuration` of roles, which the file does not have
    ! not looked at: whose instance profiles are: the file does not have their tags, and declared ones are taken for the stack's
    ! not looked at: which instances use the profiles, and the account's quotas
    ! not looked at: who will apply this, and so whether it takes access from the role that applies it
    ! InstanceAssociation/web[i-1234567890abcdef0]: nothing is planned for it: the file has nothing but IAM in it
    ! InstanceProfile/s3access-profile: nothing is planned for it: the file has only the instance profiles that hold a role
    ! Role/s3access: nothing is planned for it: the file has no roles: leave out `--filter`, or add `Role`

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
}

#[test]
fn policies_of_users_are_in_it() {
    let grant = |user: &str| {
        format!(
            "{STACK}apiVersion: rolewright.dev/v1
kind: UserPolicy
metadata: {{ name: grant }}
spec:
  user: {user}
  policyName: grant
  policy: {{ Version: '2012-10-17', Statement: [{{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }}] }}
"
        )
        .replace("spec: {}", "spec: { region: us-east-1 }")
    };
    let stage = Stage::with_manifest(&grant("alice"));
    stage.write("live.json", DETAILS);
    assert_snapshot!(planned(&stage, &[]), @"
    exit 0
    --- stdout
    Stack off in account 123456789012, region us-east-1
    Caller unknown
    1 to update (~)
    Risk: 1 new access
    No instance changes its credentials

    ~ UserPolicy/grant  (stack.yaml:8)
      ~ policy:  (stack.yaml:12)
          + Allow s3:ListBucket on *
        access:
          + can now s3:ListBucket on *

    Not looked at
    ! not looked at: AWS itself; all this is as live.json has it, which does not say how old it is
    ! not looked at: `description` and `maxSessionDuration` of roles, which the file does not have
    ! not looked at: whose instance profiles are: the file does not have their tags, and declared ones are taken for the stack's
    ! not looked at: which instances use the profiles, and the account's quotas
    ! not looked at: who will apply this, and so whether it takes access from the role that applies it

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    ");
    stage.write("stack.yaml", &grant("bob"));
    assert_snapshot!(planned(&stage, &[]), @"
    exit 1
    --- stderr
    error[no-user]

      x UserPolicy/grant: there is no user `bob`
       ,-[stack.yaml:8:19]
     7 | kind: UserPolicy
     8 | metadata: { name: grant }
       :                   ^^^^^
     9 | spec:
       `----
      help: create the user first, or correct `user`

    1 error
    ");
}

#[test]
fn half_of_an_account_is_refused() {
    let truncated = MORE.replace("false", "true");
    assert_snapshot!(by_details(&truncated), @"
    exit 1
    --- stderr
    error: cannot plan from details.json: its last page says that more follow
      hint: leave out `--max-items` and `--no-paginate`, or append the rest
    ");
    let stage = Stage::with_example("s3access");
    stage.write("details.json", DETAILS);
    let nowhere = ["plan", "s3access", "--live", "details.json"];
    assert_snapshot!(stage.run(&nowhere).whole(), @"
    exit 1
    --- stderr
    error: no region is set, and the file is of none
      hint: pass `--region`, or set `spec.region` of the stack
    ");
}
