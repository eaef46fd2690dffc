//! `sessions`: revoked, listed and restored, as typed.

use insta::assert_snapshot;

use crate::support::Stage;

/// Nothing has to be waited for.
const CALM: [&str; 2] = ["--sandbox", "--weather=calm"];
const NOON: &str = "--issued-before=2026-03-01T12:00:00Z";

/// The bootstrapped s3access role, which an instance uses.
fn stage() -> Stage {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .run(&[&["apply", "s3access", "--yes", "--quiet"], &CALM[..]].concat())
        .ends_with(0);
    stage
}

fn sessions(stage: &Stage, words: &[&str]) -> String {
    stage
        .run(&[&["sessions"], words, &CALM[..]].concat())
        .whole()
}

#[test]
fn a_role_is_revoked_listed_and_restored() {
    let stage = stage();
    assert_snapshot!(sessions(&stage, &["revoke", "s3access", NOON, "--yes"]), @"
    exit 0
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time]
        ! 1 instance loses access until its credentials rotate: i-1234567890abcdef0 (running)
        ! to rotate them now, stop and start the instance, or disassociate its profile and associate it again
        ! whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    1 of 1 step done in [duration]
    IAM shows it: sessions of role s3access issued before [time] are denied everything.
    --- stderr
    ~ put inline policy AWSRevokeOlderSessions on role s3access  [duration]
    ");
    assert_snapshot!(sessions(&stage, &["revoke", "s3access", "--issued-before=2026-01-01T00:00:00Z"]), @"
    exit 0
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. Sessions issued before [time] are revoked already; an earlier time would let some back in.
    ");
    assert_snapshot!(sessions(&stage, &["list-revocations"]), @"
    exit 0
    --- stdout
    role s3access  issued before [time]; no such session can be left: it can be removed
    ");
    // The stack is exclusive about policies, and leaves this one alone.
    let plan = stage.run(&[&["plan", "s3access"], &CALM[..]].concat());
    assert_snapshot!(plan.whole(), @"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Not declared, and left alone
    ! Role/s3access: Role/s3access has `AWSRevokeOlderSessions`, which the manifests do not declare
        inlinePolicies.AWSRevokeOlderSessions:
          Deny * on *
            Condition DateLessThan aws:TokenIssueTime: [time]

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 3 unchanged.
    ");
    assert_snapshot!(sessions(&stage, &["restore", "s3access", "--yes"]), @"
    exit 0
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    - take away the denial for sessions issued before [time]
        ! nobody gets access back: no session issued before [time] can be left
    1 of 1 step done in [duration]
    IAM shows it: no sessions of role s3access are revoked.
    --- stderr
    ~ delete inline policy AWSRevokeOlderSessions from role s3access  [duration]
    ");
    assert_snapshot!(sessions(&stage, &["list-revocations"]), @"
    exit 0
    --- stdout
    No sessions are revoked in this account.
    ");
    assert_snapshot!(sessions(&stage, &["restore", "s3access"]), @"
    exit 0
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. No sessions are revoked.
    ");
}

#[test]
fn the_default_is_half_a_minute_ahead() {
    let stage = stage();
    let before = jiff::Timestamp::now();
    let revoke = [
        "sessions",
        "revoke",
        "arn:aws:iam::123456789012:role/s3access",
        "--yes",
        "--output=json",
    ];
    let output = stage
        .command(&[&revoke[..], &CALM[..]].concat())
        .output()
        .expect("the binary runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let after: jiff::Timestamp = json["change"]["after"].as_str().unwrap().parse().unwrap();
    let ahead = after.duration_since(before).as_secs();
    assert!((25..=90).contains(&ahead), "{ahead} s ahead");
    assert_eq!(json["converged"], true);
    let put = stage.world().iam.roles["s3access"].inline_policies["AWSRevokeOlderSessions"].clone();
    assert_eq!(
        put,
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{after}"}}}}}}]}}"#
        )
    );
}

#[test]
fn a_users_sessions_are_revoked_and_its_keys_are_not() {
    let stage = stage();
    assert_snapshot!(sessions(&stage, &["revoke", "--user", "sandbox", NOON, "--yes"]), @"
    exit 0
    --- stdout
    Sessions of user sandbox in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time]
        ! the user's access keys go on working, and can get new sessions: deactivate a key that has leaked
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    1 of 1 step done in [duration]
    IAM shows it: sessions of user sandbox issued before [time] are denied everything.
    --- stderr
    ~ put inline policy AWSRevokeOlderSessions on user sandbox  [duration]
    ");
    assert_snapshot!(sessions(&stage, &["list-revocations", "--output=json"]), @r#"
    exit 0
    --- stdout
    {
      "revocations": [
        {
          "subject": {
            "kind": "user",
            "name": "sandbox"
          },
          "issuedBefore": "[time]"
        }
      ]
    }
    "#);
}

#[test]
fn nobody_is_asked_in_a_pipe() {
    let stage = stage();
    assert_snapshot!(sessions(&stage, &["revoke", "s3access", NOON]), @"
    exit 64
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time]
        ! 1 instance loses access until its credentials rotate: i-1234567890abcdef0 (running)
        ! to rotate them now, stop and start the instance, or disassociate its profile and associate it again
        ! whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    --- stderr
    error: there is no terminal to ask on; pass `--yes` to apply without asking
    ");
    assert_snapshot!(sessions(&stage, &["list-revocations"]), @"
    exit 0
    --- stdout
    No sessions are revoked in this account.
    ");
}

#[test]
fn what_cannot_be_revoked() {
    let stage = stage();
    assert_snapshot!(sessions(&stage, &["revoke", "s3acces", NOON, "--yes"]), @"
    exit 1
    --- stderr
    error: there is no role s3acces in account 123456789012
      hint: check the name and the account (`rolewright whoami`)
    ");
    assert_snapshot!(sessions(&stage, &["revoke", "--user=arn:aws:iam::123456789012:root", "--yes"]), @"
    exit 1
    --- stderr
    error: no policy can take anything from the root user or its sessions
      hint: delete root's access keys, and change its password
    ");
    assert_snapshot!(sessions(&stage, &["revoke"]), @"
    exit 64
    --- stderr
    error: the following required arguments were not provided:
      <ROLE|--user <NAME>>

    Usage: rolewright sessions revoke --sandbox[=<DIR>] --weather <FILE> <ROLE|--user <NAME>>

    For more information, try '--help'.
    ");
    assert_snapshot!(sessions(&stage, &["revoke", "a", "--user", "b"]), @"
    exit 64
    --- stderr
    error: the argument '[ROLE]' cannot be used with '--user <NAME>'

    Usage: rolewright sessions revoke --sandbox[=<DIR>] --weather <FILE> <ROLE|--user <NAME>>

    For more information, try '--help'.
    ");
    assert_snapshot!(sessions(&stage, &["revoke", "s3access", "--issued-before=noon"]), @"
    exit 64
    --- stderr
    error: invalid value 'noon' for '--issued-before <TIME>': write it as in RFC 3339: [time]

    For more information, try '--help'.
    ");
    stage.meddle(|world| {
        let role = world.iam.roles.get_mut("s3access").unwrap();
        let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
        role.inline_policies.insert("AWSRevokeOlderSessions".into(), other.into());
    });
    assert_snapshot!(sessions(&stage, &["revoke", "s3access", NOON, "--yes"]), @"
    exit 1
    --- stderr
    error: inline policy `AWSRevokeOlderSessions` of role s3access is not a revocation: it says something else
      hint: look at it, and put what it says into a policy of another name
    ");
    assert_snapshot!(sessions(&stage, &["restore", "s3access", "--yes"]), @"
    exit 1
    --- stderr
    error: inline policy `AWSRevokeOlderSessions` of role s3access is not a revocation: it says something else
      hint: look at it, and put what it says into a policy of another name
    ");
}

/// A role that the caller itself may assume.
const OPEN: &str = r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: open }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: open }
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement: { Effect: Allow, Principal: { AWS: "123456789012" }, Action: sts:AssumeRole }
"#;

#[test]
fn a_revocation_is_proven_with_a_session() {
    let stage = Stage::with_manifest(OPEN);
    stage.quietly(&["apply", "--yes"]);
    assert_snapshot!(sessions(&stage, &["revoke", "open", "--wait", "--yes", "--quiet"]), @"
    exit 0
    --- stdout
    Sessions of role open in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time]
        ! whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    1 of 1 step done in [duration]
    IAM shows it: sessions of role open issued before [time] are denied everything.
    Proven: a session that was taken before is denied.
    ");
    let json = stage
        .calm(&["sessions", "restore", "open", "--yes", "--output=json"])
        .json(0);
    assert_eq!(json["proven"], serde_json::Value::Null);
}

#[test]
fn where_there_is_no_proof_that_is_said() {
    let stage = stage();
    let wait = ["revoke", "s3access", NOON, "--wait", "--yes", "--quiet"];
    assert_snapshot!(sessions(&stage, &wait), @"
    exit 0
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time]
        ! 1 instance loses access until its credentials rotate: i-1234567890abcdef0 (running)
        ! to rotate them now, stop and start the instance, or disassociate its profile and associate it again
        ! whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    1 of 1 step done in [duration]
    IAM shows it: sessions of role s3access issued before [time] are denied everything.
    The moment has passed: sessions that are issued from now on are not revoked.
    ");
    let far = "--issued-before=2999-01-01T00:00:00Z";
    let wait = [
        "revoke",
        "s3access",
        far,
        "--wait",
        "--yes",
        "--propagation-timeout=1s",
    ];
    assert_snapshot!(sessions(&stage, &wait), @"
    exit 6
    --- stdout
    Sessions of role s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    ~ deny everything to sessions issued before [time] (until now [time])
        ! 1 instance loses access until its credentials rotate: i-1234567890abcdef0 (running)
        ! to rotate them now, stop and start the instance, or disassociate its profile and associate it again
        ! whoever may assume the role can have a new session at once: mend its trust policy first if that is the leak
        ! programs may keep the old credentials: the AWS CLI does so in ~/.aws/cli/cache
    1 of 1 step done in [duration]
    ! the moment up to which sessions are revoked is still ahead
    next: run it again in a while; what is done is not repeated
    --- stderr
    the caller may not assume role s3access: whether its sessions are denied cannot be seen
    ~ put inline policy AWSRevokeOlderSessions on role s3access  [duration]
    ");
}
