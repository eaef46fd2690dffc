//! What goes wrong half-way or at the end of an apply: what was done is told, and running again does the rest.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

#[test]
#[expect(clippy::too_many_lines, reason = "one story with its whole outputs")]
fn denied_half_way_and_then_allowed() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "denied.yaml",
        "propagationDelay: 0s\nassociationDelay: 0s\ndenied: ['iam:PutRolePolicy', 'iam:AddRoleToInstanceProfile']\n",
    );
    let apply = [
        "apply",
        "s3access",
        "--yes",
        "--parallelism=1",
        "--sandbox",
        "--weather=denied.yaml",
    ];
    assert_snapshot!(stage.run(&apply).whole(), @r#"
    exit 5
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    3 to create (+)
    Risk: 3 new access
    1 instance changes its credentials

    + Role/s3access  (s3access/s3access.yaml:14)
        path: "/"
        description: "Lets applications on EC2 use Amazon S3"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        inlinePolicies.S3-Permissions:
          Allow s3:* on *
        tags.Application: "s3access"
        tags.rolewright:stack: "s3access"

    + InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
        path: "/"
        role: s3access
        tags.Application: "s3access"
        tags.rolewright:stack: "s3access"

    + InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    2 of 5 steps done in [duration], 1 failed, 2 skipped

    ! put inline policy S3-Permissions on role s3access (Role/s3access)
        iam:PutRolePolicy: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PutRolePolicy on resource: role s3access because no identity-based policy allows the iam:PutRolePolicy action
        sent once, request id [request]
        hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs

    skipped because this failed: put inline policy S3-Permissions on role s3access
        add role s3access to instance profile s3access-profile
        associate instance profile s3access-profile with i-1234567890abcdef0

    next: run the same command again; finished steps are not repeated
    --- stderr
    + create role s3access  [duration]
    ! put inline policy S3-Permissions on role s3access: iam:PutRolePolicy: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PutRolePolicy on resource: role s3access because no identity-based policy allows the iam:PutRolePolicy action
    + create instance profile s3access-profile  [duration]
    "#);
    let world = stage.world();
    assert!(
        world.iam.role("s3access").is_some(),
        "what was reported as done is done"
    );
    let profile = world.iam.profile("s3access-profile").expect("so is this");
    assert_eq!(
        (
            profile.role.as_deref(),
            world.regions["us-east-1"].associations.len()
        ),
        (None, 0)
    );

    assert_snapshot!(stage.calm(&["apply", "s3access", "--yes", "--parallelism=1"]).whole(), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+), 2 to update (~)
    Risk: 3 new access
    1 instance changes its credentials

    ~ Role/s3access  (s3access/s3access.yaml:14)
      + inlinePolicies.S3-Permissions:  (s3access/s3access.yaml:21)
          Allow s3:* on *
        access:
          + can now s3:* (180 actions, 27 of them manage permissions) on *

    ~ InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
      + role: s3access  (s3access/s3access.yaml:32)
        access:
          + gives instances the access of s3access

    + InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 3 calls.
    Plan: 1 to create, 2 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    3 of 3 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ put inline policy S3-Permissions on role s3access  [duration]
    ~ add role s3access to instance profile s3access-profile  [duration]
    ~ associate instance profile s3access-profile with i-1234567890abcdef0  [duration]
    ");
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
}

#[test]
fn denied_at_the_first_write() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "denied.yaml",
        "denied: ['iam:CreateRole', 'iam:CreateInstanceProfile']\n",
    );
    let run = stage.run(&[
        "apply",
        "s3access",
        "--yes",
        "--parallelism=1",
        "--sandbox",
        "--weather=denied.yaml",
    ]);
    let (stdout, stderr) = run.says_with(1);
    assert_snapshot!(stdout.split_once("Apply sends").expect("the plan comes first").1, @"
     5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    0 of 5 steps done in [duration], 2 failed, 3 skipped

    ! create role s3access (Role/s3access)
        iam:CreateRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:CreateRole on resource: role s3access because no identity-based policy allows the iam:CreateRole action
        sent once, request id [request]
        hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs
    ! create instance profile s3access-profile (InstanceProfile/s3access-profile)
        iam:CreateInstanceProfile: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:CreateInstanceProfile on resource: instance profile s3access-profile because no identity-based policy allows the iam:CreateInstanceProfile action
        sent once, request id [request]
        hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs

    skipped because this failed: create role s3access
        put inline policy S3-Permissions on role s3access
        add role s3access to instance profile s3access-profile
        associate instance profile s3access-profile with i-1234567890abcdef0

    next: run the same command again; finished steps are not repeated
    ");
    assert_snapshot!(stderr, @r"
    ! create role s3access: iam:CreateRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:CreateRole on resource: role s3access because no identity-based policy allows the iam:CreateRole action
    ! create instance profile s3access-profile: iam:CreateInstanceProfile: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:CreateInstanceProfile on resource: instance profile s3access-profile because no identity-based policy allows the iam:CreateInstanceProfile action
    ");
}

#[test]
fn aws_does_not_see_the_profile_in_time() {
    let stage = Stage::with_example("s3access");
    stage.write("slow.yaml", "propagationDelay: 60s\nassociationDelay: 0s\n");
    let run = stage.run(&[
        "apply",
        "s3access",
        "--yes",
        "--parallelism=1",
        "--quiet",
        "--propagation-timeout=1s",
        "--sandbox",
        "--weather=slow.yaml",
    ]);
    let stdout = run.ends_with(5);
    assert_snapshot!(stdout.split_once("Apply sends").expect("the plan comes first").1, @"
     5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    4 of 5 steps done in [duration], 1 failed, 0 skipped; [some] calls were sent again

    ! associate instance profile s3access-profile with i-1234567890abcdef0 (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:AssociateIamInstanceProfile: InvalidParameterValue: Value (s3access-profile) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
        sent [some] times, request id [request]
        hint: waited [duration] for EC2 to see instance profile s3access-profile: run the same command again, or give it longer with --propagation-timeout

    next: run the same command again; finished steps are not repeated
    ");
    stage.quietly(&["apply", "s3access", "--yes"]);
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
}

#[test]
fn the_same_as_json_is_one_document() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "denied.yaml",
        "propagationDelay: 0s\nassociationDelay: 0s\ndenied: ['iam:PutRolePolicy']\n",
    );
    let arguments = [
        "apply",
        "s3access",
        "--yes",
        "--output=json",
        "--sandbox",
        "--weather=denied.yaml",
    ];
    let json = stage.run(&arguments).json(5);
    assert_eq!(json["complete"], false);
    let failed: Vec<&str> = json["steps"]
        .as_array()
        .expect("steps are a list")
        .iter()
        .filter(|step| step["outcome"].get("failed").is_some())
        .filter_map(|step| step["action"].as_str())
        .collect();
    assert_eq!(failed, ["iam:PutRolePolicy"], "{json:#}");
}

#[test]
fn a_journal_that_cannot_be_written() {
    let stage = Stage::with_example("s3access");
    stage.write("file", "");
    let run = stage.calm(&["apply", "s3access", "--yes", "--journal=file/journal.jsonl"]);
    let (_, stderr) = run.says_with(1);
    assert_snapshot!(stderr, @r"
    error: cannot open the journal file/journal.jsonl: File exists (os error 17)
      hint: choose another file with `--journal FILE`
    ");
    assert!(
        stage.world().iam.role("s3access").is_none(),
        "nothing is sent unrecorded"
    );
}

#[test]
fn applied_but_not_seen_in_time() {
    let stage = Stage::with_manifest(
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: lag }\nspec: {}\n---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: { name: lagging }\nspec:\n  trustPolicy: { services: [ec2.amazonaws.com] }\n",
    );
    stage.write("stale.yaml", "propagationDelay: 10m\nstaleReads: 1.0\n");
    let apply = [
        "apply",
        "--yes",
        "--quiet",
        "--propagation-timeout=1s",
        "--sandbox",
        "--weather=stale.yaml",
    ];
    let stdout = stage.run(&apply).ends_with(6);
    assert_snapshot!(stdout.split_once("Apply sends").expect("the plan comes first").1, @"
     1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    1 of 1 step done in [duration]
    ! Role/lagging is not visible yet
    next: AWS took every call but does not show it all yet; run `plan` in a while
    ");
    let _ = stage.calm(&["plan", "--detailed-exitcode"]).ends_with(0);
}

#[test]
fn two_runs_at_once_end_in_the_same_state() {
    let latency = jiff::SignedDuration::from_millis(50);
    let served = Served::fresh(Weather {
        latency: latency.into(),
        ..Weather::calm()
    });
    let (mut one, mut other) = (
        Stage::with_example("s3access"),
        Stage::with_example("s3access"),
    );
    one.use_served(&served);
    other.use_served(&served);
    let apply = ["apply", "s3access", "--yes", "--quiet"];
    let (first, second) = (one.start(&apply), other.start(&apply));
    let ends = [one.end(first), other.end(second)].map(crate::support::Run::whole);
    for end in &ends {
        assert!(
            ["exit 0", "exit 1", "exit 5"]
                .iter()
                .any(|code| end.starts_with(code)),
            "{end}"
        );
    }
    one.run(&apply).succeeds();
    one.run(&["plan", "s3access", "--detailed-exitcode"])
        .succeeds();
    let world = served.sandbox.world();
    assert_eq!(
        world.regions["us-east-1"].associations.len(),
        1,
        "{}",
        ends.join("\n")
    );
}

#[test]
fn reading_back_that_is_not_allowed_is_not_tried_for_minutes() {
    // The first one belongs to the plan.
    let denied = "propagationDelay: 0s\nassociationDelay: 0s\nscript: [{on: iam:GetInstanceProfile, nth: 2, times: 1000, do: deny}]";
    let served = Served::fresh(Weather::read(denied).expect("it is a weather"));
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let run = stage.run(&["apply", "s3access", "--yes", "--quiet"]);
    let (stdout, _) = run.says_with(6);
    let (_, end) = stdout.split_once("steps done").expect("it is reported");
    assert_snapshot!(end, @"
     in [duration]
    ! cannot read back: iam:GetInstanceProfile: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:GetInstanceProfile on resource: instance profile s3access-profile because no identity-based policy allows the iam:GetInstanceProfile action
    next: AWS took every call but does not show it all yet; run `plan` in a while
    ");
    let calls = served.calls_after(0);
    let reads = calls
        .iter()
        .filter(|call| *call == "iam:GetInstanceProfile");
    assert_eq!(reads.count(), 2, "{calls:?}");
}
