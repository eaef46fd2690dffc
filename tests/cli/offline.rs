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
    error: cannot plan from live.json: it is no snapshot
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
