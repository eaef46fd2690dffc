//! Rehearsals: the plan in a sandbox that holds what was seen of AWS, before anything reaches AWS, or instead.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage, is_read};

const STACK: &str = "apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: play }
spec: { region: us-east-1 }
---
apiVersion: rolewright.dev/v1
";

/// A role that nobody can make: there is no such policy.
const TYPO: &str = "kind: Role
metadata: { name: app }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess']
";

/// A folder with the s3access example, and an AWS that can be watched.
fn watched() -> (Stage, Served) {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    (stage, served)
}

#[test]
fn a_rehearsal_only_asks_aws() {
    let (stage, served) = watched();
    let before = served.sandbox.world();
    assert_snapshot!(stage.run(&["rehearse", "s3access"]).whole(), @"
    exit 0
    --- stdout
    Rehearsal of 5 steps in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      5 of 5 steps done in [duration]; [some] calls were sent again
      It reads back as declared, and a second plan has nothing left to do.
    The rehearsal went well.
    ");
    let calls = served.calls_after(0);
    assert!(!calls.is_empty(), "it has to look at what there is");
    assert!(calls.iter().all(|call| is_read(call)), "{calls:?}");
    assert_eq!(served.sandbox.world(), before);
    assert!(!stage.path(".rolewright").exists(), "no journal, no state");
}

#[test]
fn a_rehearsal_takes_no_time_whatever_the_weather() {
    let (stage, _served) = watched();
    stage.write(
        "slow.yaml",
        "propagationDelay: 90s\nassociationDelay: 4m\nlatency: 2s\n",
    );
    let began = std::time::Instant::now();
    let slow = ["rehearse", "s3access", "--weather=slow.yaml"];
    let told = stage.run(&slow).succeeds();
    assert!(told.contains("5 of 5 steps done in 5 min "), "{told}");
    assert!(
        began.elapsed().as_secs() < 60,
        "it would have taken minutes"
    );
}

#[test]
fn an_apply_rehearses_first_and_then_does_it() {
    let (stage, served) = watched();
    let apply = ["apply", "s3access", "--yes", "--rehearse", "--quiet"];
    let told = stage.run(&apply).succeeds();
    let (_, rehearsed) = told.split_once("0 unchanged.\n").expect("the plan ends so");
    assert_snapshot!(rehearsed, @"
    Rehearsal of 5 steps in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      5 of 5 steps done in [duration]; [some] calls were sent again
      It reads back as declared, and a second plan has nothing left to do.
    The rehearsal went well.
    5 of 5 steps done in [duration]
    AWS reads back as declared.
    ");
    let writes = served.writes_after(0);
    assert_eq!(writes.len(), 5, "once, and not twice: {writes:?}");
    let sent = stage.journal().len();
    assert_eq!(
        sent,
        2 * writes.len(),
        "the rehearsal is not in the journal"
    );
    let again = ["plan", "s3access", "--detailed-exitcode", "--quiet"];
    stage.run(&again).succeeds();
}

#[test]
fn what_fails_in_the_rehearsal_never_reaches_aws() {
    let (mut stage, served) = (
        Stage::with_manifest(&format!("{STACK}{TYPO}")),
        Served::fresh(Weather::calm()),
    );
    stage.use_served(&served);
    let apply = ["apply", "stack.yaml", "--yes", "--rehearse", "--quiet"];
    let told = stage.run(&apply).ends_with(1);
    let (_, rehearsed) = told.split_once("0 unchanged.\n").expect("the plan ends so");
    assert_snapshot!(rehearsed, @"
    Rehearsal of 2 steps in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      1 of 2 steps done in [duration], 1 failed, 0 skipped

      ! attach arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess to role app (Role/app)
          iam:AttachRolePolicy: NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess does not exist or is not attachable.
          sent once, request id [request]
          hint: check the managed policy's ARN: AWS's own are arn:aws:iam::aws:policy/NAME, some with a path before the name
    The rehearsal did not go well; nothing was sent to AWS.
    ");
    assert_eq!(served.writes_after(0), [""; 0]);
    let alone = ["rehearse", "stack.yaml", "--quiet", "--output=json"];
    let json = stage.run(&alone).json(5);
    assert_eq!(json["wentWell"], false);
    assert_eq!(json["report"]["counts"]["failed"], 1);
    assert_eq!(served.writes_after(0), [""; 0]);
}

#[test]
fn a_day_on_which_calls_are_denied() {
    let (stage, served) = watched();
    stage.write(
        "denied.yaml",
        "denied: ['ec2:AssociateIamInstanceProfile']\n",
    );
    let denied = ["rehearse", "s3access", "--weather=denied.yaml"];
    assert_snapshot!(stage.run(&denied).whole(), @"
    exit 5
    --- stdout
    Rehearsal of 5 steps in a sandbox with what was seen of AWS, denied.yaml weather. Nothing is sent to AWS.
      4 of 5 steps done in [duration], 1 failed, 0 skipped

      ! associate instance profile s3access-profile with i-1234567890abcdef0 (InstanceAssociation/web[i-1234567890abcdef0])
          ec2:AssociateIamInstanceProfile: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ec2:AssociateIamInstanceProfile on resource: i-1234567890abcdef0 because no identity-based policy allows the ec2:AssociateIamInstanceProfile action
          sent once, request id [request]
          hint: give the caller the permission; attaching a profile also needs iam:PassRole on its role; `rolewright permissions` prints all that a stack needs
    The rehearsal did not go well; nothing was sent to AWS.
    ");
    assert_eq!(served.writes_after(0), [""; 0]);
}

#[test]
fn credentials_may_expire_in_a_rehearsal() {
    let (stage, _served) = watched();
    stage.write(
        "short.yaml",
        "credentialLifetime: 2s\npropagationDelay: 9s\n",
    );
    let short = [
        "rehearse",
        "s3access",
        "--weather=short.yaml",
        "--output=json",
    ];
    assert_eq!(stage.run(&short).json(0)["wentWell"], true);
}

#[test]
fn there_is_no_rehearsal_where_there_is_no_such_sandbox() {
    let stage = Stage::with_manifest(&format!("{STACK}{TYPO}").replace("us-east-1", "cn-north-1"));
    let china = ["rehearse", "stack.yaml", "--sandbox", "--quiet"];
    assert_snapshot!(stage.run(&china).whole(), @"
    exit 1
    --- stderr
    error: region cn-north-1 is in partition aws-cn; these credentials are of partition aws (arn:aws:iam::123456789012:user/sandbox)
      hint: choose a region of that partition, or other credentials; the sandbox is in partition aws
    ");
    let nowhere = ["apply", "stack.yaml", "--rehearse=sunny"];
    assert_snapshot!(stage.run(&nowhere).whole(), @"
    exit 1
    --- stderr
    error: cannot read sunny: No such file or directory (os error 2)
      hint: weathers by name are calm, default, typical and storm
    ");
}

#[test]
fn nothing_to_do_and_nothing_that_may_be_done() {
    let stage = Stage::applied_s3access();
    let told = stage.calm(&["rehearse", "s3access"]).succeeds();
    assert!(
        told.contains("No changes. AWS matches the manifests."),
        "{told}"
    );
    stage.write(
        "s3access/more.yaml",
        &format!("apiVersion: rolewright.dev/v1\n{TYPO}"),
    );
    let refused = ["rehearse", "s3access", "--sandbox", "--fail-on=new-access"];
    let (plan, why) = stage.run(&refused).says_with(3);
    assert!(plan.contains("Plan: 1 to create"), "{plan}");
    assert!(why.contains("error[new-access]"), "{why}");
}

/// An account in which the stack has much already, beside what others have.
const ACCOUNT: &str = "
account: '123456789012'
policies: ['arn:aws:iam::123456789012:policy/limit', 'arn:aws:iam::123456789012:policy/own']
users: [{ name: alice, path: /people/ }]
roles:
  - name: app
    path: /app/
    id: AROAAPPEXAMPLE
    description: as it was
    maxSessionDuration: 7200
    permissionsBoundary: 'arn:aws:iam::123456789012:policy/limit'
    managedPolicies: ['arn:aws:iam::123456789012:policy/own', 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore']
    inlinePolicies: { kept: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }] } }
    trustPolicy:
      Version: '2012-10-17'
      Statement:
        - { Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: 'sts:AssumeRole' }
        - { Effect: Allow, Principal: { AWS: 'arn:aws:iam::123456789012:user/people/alice' }, Action: 'sts:AssumeRole' }
        - { Effect: Allow, Principal: { AWS: AROAGONEEXAMPLE }, Action: 'sts:AssumeRole' }
    tags: { 'rolewright:stack': play, team: web }
  - { name: legacy }
  - { name: orphan, tags: { 'rolewright:stack': play } }
  - { name: unowned }
instanceProfiles:
  - { name: app, id: AIPAAPPEXAMPLE, role: app, tags: { 'rolewright:stack': play } }
  - { name: legacy, role: legacy }
instances:
  - { id: i-00000001, tags: { Fleet: a, Name: one }, association: { instanceProfile: legacy } }
  - { id: i-00000002, state: stopped, tags: { Fleet: a }, association: { instanceProfile: app } }
  - { id: i-00000003, state: stopping, tags: { Fleet: a } }
  - { id: i-00000004, region: eu-west-1, association: { instanceProfile: app } }
buckets:
  - name: logs
    region: eu-west-1
    policy: |
      { \"Version\": \"2012-10-17\", \"Statement\": [
        { \"Sid\": \"Theirs\", \"Effect\": \"Allow\", \"Principal\": { \"AWS\": \"arn:aws:iam::123456789012:role/legacy\" },
          \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::logs/*\" } ] }
";

/// A stack that changes nearly all of it.
const CHANGES: &str = "kind: Role
metadata: { name: app }
spec:
  path: /app/
  trustPolicy:
    Version: '2012-10-17'
    Statement:
      - { Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: 'sts:AssumeRole' }
      - { Effect: Allow, Principal: { AWS: '{{ role.other.arn }}' }, Action: 'sts:AssumeRole' }
  managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/own']
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/another'
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: other }
spec: { trustPolicy: { services: [ec2.amazonaws.com] } }
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: unowned, adopt: true }
spec: { trustPolicy: { services: [ec2.amazonaws.com] }, description: later }
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: { name: app }
spec: { role: app }
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: { name: fleet }
spec:
  instances: { tags: { Fleet: a }, states: [running, stopped, stopping] }
  instanceProfile: app
---
apiVersion: rolewright.dev/v1
kind: UserPolicy
metadata: { name: grant }
spec:
  user: alice
  policyName: grant
  policy: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }] }
---
apiVersion: rolewright.dev/v1
kind: BucketDeny
metadata: { name: NotThem }
spec:
  bucket: logs
  principals: ['{{ role.other.arn }}']
  actions: ['s3:PutObject']
  resources: ['arn:aws:s3:::logs/*']
---
apiVersion: rolewright.dev/v1
kind: Instance
metadata: { name: worker }
spec:
  imageId: ami-0123456789abcdef0
  instanceType: t3.small
  subnetId: subnet-0123456789abcdef0
  securityGroupIds: [sg-0123456789abcdef0]
  keyName: theirs
  instanceProfile: app
";

#[test]
fn what_aws_holds_is_what_the_sandbox_holds() {
    let stage = Stage::with_manifest(&format!("{STACK}{CHANGES}"));
    stage.seed(ACCOUNT);
    let rehearse = [
        "rehearse",
        "stack.yaml",
        "--sandbox",
        "--prune",
        "--weather",
    ];
    assert_snapshot!(stage.run(&[&rehearse[..], &["typical"]].concat()).whole(), @"
    exit 0
    --- stdout
    Rehearsal of 15 steps in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      15 of 15 steps done in [duration]; [some] calls were sent again
      It reads back as declared, and a second plan has nothing left to do.
    The rehearsal went well.
    ");
    let storm = stage.run(&[&rehearse[..], &["storm", "--output=json"]].concat());
    assert_eq!(storm.json(0)["wentWell"], true);
}

#[test]
fn a_snapshot_can_be_rehearsed_without_aws() {
    let stage = Stage::with_manifest(&format!("{STACK}{CHANGES}"));
    stage.seed(ACCOUNT);
    stage.quietly(&["snapshot", "live.json", "stack.yaml"]);
    let rehearse = ["rehearse", "stack.yaml", "--live", "live.json"];
    assert_snapshot!(stage.run(&rehearse).whole(), @"
    exit 0
    --- stdout
    Rehearsal of 14 steps in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      14 of 14 steps done in [duration]; [some] calls were sent again
      It reads back as declared, and a second plan has nothing left to do.
    The rehearsal went well.
    ");
}

#[test]
fn what_the_aws_cli_prints_can_be_rehearsed_as_far_as_it_goes() {
    let role = |rest: &str| format!("kind: Role\nmetadata: {{ name: app }}\nspec: {{ {rest} }}\n");
    let trust = "trustPolicy: { services: [ec2.amazonaws.com] }";
    let stage = Stage::with_manifest(&format!(
        "{STACK}{}",
        role(&format!(
            "{trust}, description: unknown there, tags: {{ team: web }}, instanceProfile: true"
        ))
    ));
    stage.write(
        "details.json",
        r#"{ "UserDetailList": [], "RoleDetailList": [ {
            "Path": "/", "RoleName": "app", "RoleId": "AROAEXAMPLE", "Arn": "arn:aws:iam::123456789012:role/app",
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" } ] },
            "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [],
            "Tags": [ { "Key": "rolewright:stack", "Value": "play" } ] } ] }"#,
    );
    let rehearse = ["rehearse", "stack.yaml", "--live", "details.json"];
    assert_snapshot!(stage.run(&rehearse).whole(), @"
    exit 0
    --- stdout
    Rehearsal of 1 step in a sandbox with what was seen of AWS, typical weather. Nothing is sent to AWS.
      1 of 1 step done in [duration]
      It reads back as declared, and a second plan has nothing left to do.
    The rehearsal went well.
    ");
}

#[test]
fn every_example_can_be_rehearsed_both_ways() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in std::fs::read_dir(folder).expect("there are examples") {
        let name = entry.expect("they can be listed").file_name();
        let name = name.to_str().expect("they have plain names");
        if name == "weather" {
            continue;
        }
        let stage = Stage::with_example(name);
        let variable: &[&str] = match name {
            "replace" => &["--var=profile=TestRole-1"],
            // What is applied after the rehearsal waits in real time.
            "rollout" => &["--var=pause=0s"],
            // It is the calling user whose policy goes.
            "passrole-grant" => &["--allow-lock-out"],
            _ => &[],
        };
        for command in ["apply", "destroy"] {
            let rehearsed = [command, name, "--quiet", "--yes", "--rehearse"];
            let told = stage.calm(&[&rehearsed, variable].concat());
            let (told, _) = told.says_with(0);
            let nothing = told.contains("No changes.");
            let well = told.contains("The rehearsal went well.\n");
            assert!(nothing || well, "{command} {name}: {told}");
        }
    }
}
