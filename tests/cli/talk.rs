//! How the program talks: colours, quietness, verbosity, pipes that close, one JSON document.

use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::{CALM, Stage};

/// Whether a plan comes with escape sequences.
fn is_coloured(environment: &[(&str, &str)], arguments: &[&str]) -> bool {
    let mut stage = Stage::with_example("s3access");
    for (name, value) in environment {
        stage.set(name, value);
    }
    stage
        .calm(&[&["plan", "s3access"], arguments].concat())
        .succeeds()
        .contains('\u{1b}')
}

#[test]
fn colours() {
    assert!(!is_coloured(&[], &[]), "a pipe is no terminal");
    assert!(is_coloured(&[], &["--color=always"]));
    assert!(
        is_coloured(&[("NO_COLOR", "1")], &["--color=always"]),
        "a flag beats the environment"
    );
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!is_coloured(
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
        &[]
    ));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "1")], &["--color=never"]));
    assert!(
        !is_coloured(&[("CLICOLOR_FORCE", "1")], &["--output=json"]),
        "JSON has no colours"
    );
}

#[test]
fn errors_have_colours_too() {
    let stage = Stage::empty();
    let (_, stderr) = stage.run(&["whoami", "--color=always"]).says_with(1);
    assert!(stderr.contains('\u{1b}'), "{stderr:?}");
    let (_, stderr) = stage
        .run(&["validate", "nowhere", "--color=always"])
        .says_with(1);
    assert!(stderr.contains('\u{1b}'), "{stderr:?}");
}

#[test]
fn quiet_leaves_results_and_errors() {
    let stage = Stage::with_example("s3access");
    let applied = stage
        .calm(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();
    assert!(
        applied.contains("+ Role/s3access") && applied.contains("5 steps done"),
        "{applied}"
    );
}

#[test]
fn verbose_shows_what_stays_and_what_it_cost() {
    let stage = Stage::applied_s3access();
    let planned = stage.calm(&["plan", "s3access", "--verbose"]);
    assert_snapshot!(planned.whole(), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Unchanged
      Role/s3access
      InstanceProfile/s3access-profile
      InstanceAssociation/web[i-1234567890abcdef0]

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    --- stderr
    sandbox in .rolewright/sandbox at http://[address]
    9 calls, 0 of them sent again, 0 throttled
          1  ec2:DescribeIamInstanceProfileAssociations
          2  ec2:DescribeInstances
          1  iam:GetAccountAuthorizationDetails
          1  iam:GetAccountSummary
          1  iam:GetInstanceProfile
          1  iam:ListInstanceProfiles
          1  iam:ListRoles
          1  sts:GetCallerIdentity
    ");
    let applied = stage.calm(&["apply", "s3access", "--verbose", "--yes"]);
    assert_snapshot!(applied.whole(), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Unchanged
      Role/s3access
      InstanceProfile/s3access-profile
      InstanceAssociation/web[i-1234567890abcdef0]

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    --- stderr
    sandbox in .rolewright/sandbox at http://[address]
    9 calls, 0 of them sent again, 0 throttled
          1  ec2:DescribeIamInstanceProfileAssociations
          2  ec2:DescribeInstances
          1  iam:GetAccountAuthorizationDetails
          1  iam:GetAccountSummary
          1  iam:GetInstanceProfile
          1  iam:ListInstanceProfiles
          1  iam:ListRoles
          1  sts:GetCallerIdentity
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let stage = Stage::with_example("s3access");
    for arguments in [
        &["plan", "s3access"][..],
        &["plan", "s3access", "--output=json"],
        &["--help"],
    ] {
        let mut command = stage.command(&[arguments, &CALM].concat());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let (_, stderr) = stage.end(child).says_with(0);
        assert_eq!(stderr, "", "{arguments:?}");
    }
}

#[test]
fn json_is_one_document_for_every_command() {
    let stage = Stage::with_example("s3access");
    let json = |arguments: &[&str], code: i32| {
        stage
            .calm(&[arguments, &["--output=json"]].concat())
            .json(code)
    };
    assert_eq!(
        json(&["plan", "s3access", "--detailed-exitcode"], 2)["hasChanges"],
        true
    );
    assert_eq!(json(&["apply", "s3access", "--yes"], 0)["complete"], true);
    assert_eq!(
        json(&["apply", "s3access", "--yes"], 0)["hasChanges"],
        false
    );
    assert_eq!(
        json(&["plan", "s3access", "--detailed-exitcode"], 0)["hasChanges"],
        false
    );
    assert_eq!(json(&["destroy", "s3access", "--yes"], 0)["complete"], true);
    assert_eq!(json(&["whoami"], 0)["account"], "123456789012");
}
