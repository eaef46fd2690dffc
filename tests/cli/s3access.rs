//! The setup of the EC2 user guide, from nothing to applied to gone.

use std::time::Instant;

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{CALM, Served, Stage, is_read};

#[test]
fn planned_applied_and_applied_again() {
    let stage = Stage::with_example("s3access");
    stage.quietly(&["whoami"]);
    let fresh = stage.state();

    let planned = stage.calm(&["plan", "s3access", "--detailed-exitcode"]);
    assert_snapshot!(planned.whole(), @r#"
    exit 2
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
    "#);
    assert_eq!(stage.state(), fresh, "a plan changes nothing");

    let applied = stage.calm(&["apply", "s3access", "--yes", "--parallelism", "1"]);
    assert_snapshot!(applied.whole(), @r#"
    exit 0
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
    5 of 5 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    + create role s3access  [duration]
    ~ put inline policy S3-Permissions on role s3access  [duration]
    + create instance profile s3access-profile  [duration]
    ~ add role s3access to instance profile s3access-profile  [duration]
    ~ associate instance profile s3access-profile with i-1234567890abcdef0  [duration]
    "#);
    let (made, journal) = (stage.state(), stage.journal());

    let again = stage.calm(&["apply", "s3access", "--yes"]);
    assert_snapshot!(again.whole(), @r"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    ");
    assert_eq!(stage.state(), made, "applying again changes nothing");
    assert_eq!(stage.journal(), journal, "applying again sends no write");

    let none = stage.calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"]);
    assert_snapshot!(none.whole(), @r"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    ");
}

#[test]
fn previewed_and_destroyed() {
    let stage = Stage::with_example("s3access");
    stage.quietly(&["whoami"]);
    let fresh = stage.state();
    stage.quietly(&["apply", "s3access", "--yes"]);
    let made = stage.state();

    let preview = stage.calm(&["plan", "s3access", "--destroy", "--detailed-exitcode"]);
    assert_snapshot!(preview.whole(), @r#"
    exit 2
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to delete (-), 1 to detach (x)
    Risk: 3 deletion
    1 instance changes its credentials

    - Role/s3access  (s3access/s3access.yaml:14)
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
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    - InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
        path: "/"
        role: s3access
        tags.Application: "s3access"
        tags.rolewright:stack: "s3access"
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    x InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Warnings
    ! instances of other regions were not looked at: only us-east-1

    Destroy sends 5 calls.
    Plan: 0 to create, 0 to update, 0 to replace, 2 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    "#);
    assert_eq!(stage.state(), made, "a preview changes nothing");

    let destroyed = stage.calm(&["destroy", "s3access", "--yes", "--parallelism", "1"]);
    assert_snapshot!(destroyed.whole(), @r#"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to delete (-), 1 to detach (x)
    Risk: 3 deletion
    1 instance changes its credentials

    - Role/s3access  (s3access/s3access.yaml:14)
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
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    - InstanceProfile/s3access-profile  (s3access/s3access.yaml:30)
        path: "/"
        role: s3access
        tags.Application: "s3access"
        tags.rolewright:stack: "s3access"
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    x InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:37)
        instanceProfile: s3access-profile
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Warnings
    ! instances of other regions were not looked at: only us-east-1

    Destroy sends 5 calls.
    Plan: 0 to create, 0 to update, 0 to replace, 2 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    5 of 5 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ disassociate s3access-profile from i-1234567890abcdef0  [duration]
    ~ remove role s3access from instance profile s3access-profile  [duration]
    ~ delete inline policy S3-Permissions from role s3access  [duration]
    - delete role s3access  [duration]
    - delete instance profile s3access-profile  [duration]
    "#);
    assert_eq!(
        stage.state(),
        fresh,
        "destroy brings the sandbox back byte for byte"
    );

    let gone = stage.calm(&["destroy", "s3access", "--yes"]);
    assert_snapshot!(gone.whole(), @r"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. Nothing of this stack is left.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    ");
}

/// The one story that waits for real: a newcomer's first run.
#[test]
fn a_first_run_waits_until_ec2_sees_the_profile() {
    let stage = Stage::with_example("s3access");
    let began = Instant::now();
    let run = stage.run(&[
        "apply",
        "s3access",
        "--sandbox",
        "--yes",
        "--parallelism",
        "1",
    ]);
    assert!(
        began.elapsed().as_secs() >= 2,
        "the default delay is two seconds"
    );
    let (stdout, stderr) = run.says_with(0);
    assert_snapshot!(stderr, @"
    + create role s3access  [duration]
    ~ put inline policy S3-Permissions on role s3access  [duration]
    + create instance profile s3access-profile  [duration]
    ~ add role s3access to instance profile s3access-profile  [duration]
      associate instance profile s3access-profile with i-1234567890abcdef0: waiting for EC2 to see instance profile s3access-profile, at most 2 min
      associate instance profile s3access-profile with i-1234567890abcdef0: waiting for i-1234567890abcdef0 to be associated with s3access-profile, at most 5 min
    ~ associate instance profile s3access-profile with i-1234567890abcdef0  [duration]
    ");
    let report = stdout
        .split_once("Apply sends")
        .expect("the plan comes first")
        .1;
    assert_snapshot!(report, @"
     5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    5 of 5 steps done in [duration]; [some] calls were sent again
    AWS reads back as declared.
    ");
    stage
        .run(&[
            "plan",
            "s3access",
            "--sandbox",
            "--detailed-exitcode",
            "--quiet",
        ])
        .succeeds();
}

#[test]
fn every_write_is_in_the_journal_before_and_after() {
    let stage = Stage::with_example("s3access");
    stage
        .calm(&["apply", "s3access", "--yes", "--parallelism=1", "--quiet"])
        .succeeds();
    let lines: Vec<String> = stage
        .journal()
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            assert_eq!(
                line["requestId"].is_string(),
                line["event"] == "answered",
                "{line}"
            );
            let (event, action, address) = (text("event"), text("action"), text("address"));
            format!("{event} {action} {address} {}", text("result"))
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r"
    sending iam:CreateRole Role/s3access -
    answered iam:CreateRole Role/s3access ok
    sending iam:PutRolePolicy Role/s3access -
    answered iam:PutRolePolicy Role/s3access ok
    sending iam:CreateInstanceProfile InstanceProfile/s3access-profile -
    answered iam:CreateInstanceProfile InstanceProfile/s3access-profile ok
    sending iam:AddRoleToInstanceProfile InstanceProfile/s3access-profile -
    answered iam:AddRoleToInstanceProfile InstanceProfile/s3access-profile ok
    sending ec2:AssociateIamInstanceProfile InstanceAssociation/web[i-1234567890abcdef0] -
    answered ec2:AssociateIamInstanceProfile InstanceAssociation/web[i-1234567890abcdef0] ok
    ");
}

#[test]
fn a_second_apply_only_reads() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();
    let (before, world) = (served.calls_after(0).len(), served.sandbox.world());

    stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();

    let calls = served.calls_after(before);
    assert!(
        !calls.is_empty() && calls.iter().all(|call| is_read(call)),
        "{calls:?}"
    );
    assert_eq!(served.sandbox.world(), world);
}

#[test]
fn a_plan_of_equal_input_is_equal_to_the_byte() {
    let stage = Stage::with_example("s3access");
    let text = || stage.calm(&["plan", "s3access"]).succeeds();
    let json = || {
        stage
            .calm(&["plan", "s3access", "--output=json"])
            .succeeds()
    };
    assert_eq!((text(), json()), (text(), json()));
}

#[test]
fn another_instance_is_chosen_by_a_variable() {
    let mut stage = Stage::with_example("s3access");
    stage.set("RW_VAR_instance", "i-0fedcba9876543210");
    stage.quietly(&["apply", "s3access", "--yes"]);
    let associations = &stage.world().regions["us-east-1"].associations;
    let instances: Vec<&str> = associations.values().map(|a| a.instance.as_str()).collect();
    assert_eq!(instances, ["i-0fedcba9876543210"]);

    let arguments = ["plan", "s3access", "--var", "instance=i-087711ddaf98f9489"];
    let (stdout, stderr) = stage.run(&[&arguments[..], &CALM].concat()).says_with(0);
    assert!(
        stdout.contains("+ InstanceAssociation/web[i-087711ddaf98f9489]"),
        "{stdout}{stderr}"
    );
}
