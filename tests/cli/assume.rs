//! Runs that assume roles first: on the sandbox, whose STS and IAM decide by the policies.

use insta::assert_snapshot;

use crate::support::Stage;

const CALM: [&str; 2] = ["--sandbox", "--weather=calm"];

/// A role that administers IAM for whoever knows its external id, and one that only the first may assume.
const ROLES: &str = r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: access }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: deployer }
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      Effect: Allow
      Principal: { AWS: "arn:aws:iam::123456789012:root" }
      Action: [sts:AssumeRole, sts:TagSession, sts:SetSourceIdentity]
      Condition: { StringEquals: { sts:ExternalId: abc-123 } }
  inlinePolicies:
    deploy:
      Version: "2012-10-17"
      Statement: { Effect: Allow, Action: ["iam:*", "ec2:*", "sts:*"], Resource: "*" }
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: reader }
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      Effect: Allow
      Principal: { AWS: "{{ role.deployer.arn }}" }
      Action: sts:AssumeRole
"#;

const DEPLOYER: &str = "--assume-role-arn=arn:aws:iam::123456789012:role/deployer";
const READER: &str = "--assume-role-arn=arn:aws:iam::123456789012:role/reader";
const KNOWN: &str = "--external-id=abc-123";

fn stage() -> Stage {
    let stage = Stage::with_manifest(ROLES);
    stage.quietly(&["apply", "--yes"]);
    stage
}

fn run(stage: &Stage, words: &[&str]) -> String {
    stage.run(&[words, &CALM[..]].concat()).whole()
}

#[test]
fn a_run_is_a_session_of_the_role() {
    let stage = stage();
    let json = stage
        .calm(&[
            "whoami",
            "--output=json",
            DEPLOYER,
            KNOWN,
            "--session-name=ci-42",
            "--session-tag=team=data",
            "--source-identity=mary",
        ])
        .json(0);
    assert_eq!(
        json["arn"],
        "arn:aws:sts::123456789012:assumed-role/deployer/ci-42"
    );
    assert_eq!(json["sessionName"], "ci-42");
    assert_eq!(json["temporary"], true);
    assert_eq!(
        json["credentials"],
        "assumed role arn:aws:iam::123456789012:role/deployer"
    );
    assert_snapshot!(run(&stage, &["plan", DEPLOYER, KNOWN]), @"
    exit 0
    --- stdout
    ! high escalation-boundary  (stack.yaml:20)
        the role can lift permissions boundaries: `iam:DeleteRolePermissionsBoundary`, `iam:PutRolePermissionsBoundary` and `iam:DeleteUserPermissionsBoundary`
        fix: deny it, or name the roles, this one not among them

    ! high escalation-credentials  (stack.yaml:20)
        the role can make credentials of any user: `iam:CreateAccessKey`, `iam:CreateLoginProfile` and `iam:UpdateLoginProfile`
        fix: name the users

    ! high escalation-grant  (stack.yaml:20)
        the role can give itself any permission: `iam:AttachUserPolicy`, `iam:AttachGroupPolicy`, `iam:AttachRolePolicy` and 4 more
        fix: name the entities, and test `iam:PolicyARN` or `iam:PermissionsBoundary`

    ! high escalation-pass-role  (stack.yaml:20)
        the role can start something with any other role: `iam:PassRole with ec2:RunInstances`, `iam:PassRole with ec2:AssociateIamInstanceProfile` and `iam:PassRole with ec2:ReplaceIamInstanceProfileAssociation`
        fix: name the roles that may be passed

    ! high escalation-policy-version  (stack.yaml:20)
        the role can rewrite any managed policy: `iam:CreatePolicyVersion` and `iam:SetDefaultPolicyVersion`
        fix: name the policies that may be changed

    ! high escalation-trust  (stack.yaml:20)
        the role can open any other role: `iam:UpdateAssumeRolePolicy`
        fix: name the roles

    ! high pass-role-anywhere  (stack.yaml:21)
        `iam:PassRole` is allowed on every role of the account
        fix: name the roles that are passed, and their service with `iam:PassedToService`

    7 findings: 7 high

    Stack access in account 123456789012, region us-east-1
    Caller arn:aws:sts::123456789012:assumed-role/deployer/rolewright

    No changes. AWS matches the manifests.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    ");
}

#[test]
fn who_is_not_let_in_is_told_what_to_check() {
    let stage = stage();
    assert_snapshot!(run(&stage, &["plan", DEPLOYER]), @"
    exit 1
    --- stderr
    error: cannot assume role arn:aws:iam::123456789012:role/deployer: sts:AssumeRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deployer
      hint: check the role's trust policy, the external id, MFA, and the caller's sts:AssumeRole permission
    ");
    assert_snapshot!(run(&stage, &["plan", DEPLOYER, "--external-id=xyz"]), @"
    exit 1
    --- stderr
    error: cannot assume role arn:aws:iam::123456789012:role/deployer: sts:AssumeRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deployer
      hint: check the role's trust policy, the external id, MFA, and the caller's sts:AssumeRole permission
    ");
    assert_snapshot!(run(&stage, &["whoami", "--assume-role-arn=arn:aws:iam::123456789012:role/nobody"]), @"
    exit 1
    --- stderr
    error: cannot assume role arn:aws:iam::123456789012:role/nobody: sts:AssumeRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/nobody
      hint: check the role's trust policy, the external id, MFA, and the caller's sts:AssumeRole permission
    ");
    assert_snapshot!(run(&stage, &["whoami", DEPLOYER, KNOWN, "--duration=2h"]), @"
    exit 1
    --- stderr
    error: cannot assume role arn:aws:iam::123456789012:role/deployer: sts:AssumeRole: ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
      hint: see whose credentials are used with `rolewright whoami`
    ");
}

#[test]
fn a_policy_binds_the_session() {
    let stage = stage();
    stage.meddle(|world| {
        let role = world.iam.roles.get_mut("deployer").unwrap();
        let less = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}}"#;
        role.inline_policies.insert("deploy".into(), less.into());
    });
    assert_snapshot!(run(&stage, &["sessions", "restore", "reader", "--yes", DEPLOYER, KNOWN]), @"
    exit 1
    --- stderr
    error: cannot look at AWS: iam:ListRolePolicies: AccessDenied: User: arn:aws:sts::123456789012:assumed-role/deployer/rolewright is not authorized to perform: iam:ListRolePolicies on resource: arn:aws:iam::123456789012:role/reader because no identity-based policy allows the iam:ListRolePolicies action (request [request])
      hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs
    ");
}

#[test]
fn a_chain_lasts_an_hour() {
    let stage = stage();
    assert_snapshot!(run(&stage, &["whoami", DEPLOYER, READER, "--duration=2h"]), @"
    exit 64
    --- stderr
    error: a role that is assumed with another role's session lasts 1h at most: lower --duration
    ");
    // Its own credentials are those of a role already: told before STS is asked for another.
    let inner = ["whoami", READER, "--duration=2h"];
    let own = env!("CARGO_BIN_EXE_rolewright");
    let words = [
        &["credentials", "exec"],
        &[DEPLOYER, KNOWN][..],
        &CALM,
        &["--", own],
        &inner,
    ]
    .concat();
    assert_snapshot!(stage.run(&words).whole(), @"
    exit 64
    --- stderr
    error: a role that is assumed with another role's session lasts 1h at most: lower --duration
    ");
}

#[test]
fn a_revoked_session_is_denied_and_a_new_one_is_not() {
    let stage = stage();
    let own = env!("CARGO_BIN_EXE_rolewright");
    // The session is made first; then the role is revoked up to a moment that has yet to come, with it.
    let revoke = [
        "sessions",
        "revoke",
        "deployer",
        "--yes",
        "--allow-lock-out",
    ];
    let script = format!(
        "{own} {} >/dev/null 2>&1; {own} sessions list-revocations",
        revoke.join(" ")
    );
    let words = [
        &["credentials", "exec"],
        &[DEPLOYER, KNOWN][..],
        &CALM,
        &["--", "sh", "-c", &script],
    ]
    .concat();
    assert_snapshot!(stage.run(&words).whole(), @"
    exit 1
    --- stderr
    error: cannot list revocations: iam:GetAccountAuthorizationDetails: AccessDenied: User: arn:aws:sts::123456789012:assumed-role/deployer/rolewright is not authorized to perform: iam:GetAccountAuthorizationDetails on resource: * with an explicit deny in an identity-based policy (request [request])
      hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs
    ");
    // Restored, and revoked up to a moment that has passed: a session that is made now is not meant.
    let restore = ["sessions", "restore", "deployer", "--yes", "--quiet"];
    let _ = stage.run(&[&restore[..], &CALM].concat()).ends_with(0);
    let past = "--issued-before=2026-03-01T12:00:00Z";
    let revoke = ["sessions", "revoke", "deployer", past, "--yes", "--quiet"];
    let _ = stage.run(&[&revoke[..], &CALM].concat()).ends_with(0);
    let list = ["sessions", "list-revocations", DEPLOYER, KNOWN];
    assert_snapshot!(run(&stage, &list), @"
    exit 0
    --- stdout
    role deployer  issued before [time]; no such session can be left: it can be removed
    ");
}

#[test]
fn credentials_that_iam_does_not_take_are_explained() {
    let stage = stage();
    let own = env!("CARGO_BIN_EXE_rolewright");
    for (wanted, why) in [
        (
            "--federation-token=Bob",
            "credentials of a federation token cannot call IAM at all",
        ),
        (
            "--session-token",
            "session credentials of a user can call IAM only if they were got with MFA",
        ),
    ] {
        let words = [
            &["credentials", "exec", wanted],
            &CALM[..],
            &["--", own, "sessions", "list-revocations"],
        ]
        .concat();
        let (_, stderr) = stage.run(&words).says_with(1);
        assert!(stderr.contains(why), "{stderr}");
    }
}

#[test]
fn options_that_nothing_would_look_at_are_refused() {
    let stage = Stage::empty();
    for option in [
        "--duration=1h",
        "--mfa-serial=arn:aws:iam::123456789012:mfa/me",
    ] {
        let (_, stderr) = stage.calm(&["whoami", option]).says_with(64);
        let name = option.split('=').next().unwrap_or_default();
        assert_eq!(stderr, format!("error: {name} needs --assume-role-arn\n"));
    }
}
