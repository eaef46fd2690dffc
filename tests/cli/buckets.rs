//! Denying by a bucket's policy: boto3 sees whom it stops, the policy's other statements stay as they are whoever wrote them
//! meanwhile, and nobody locks himself out by mistake.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::python;
use crate::support::{Served, Stage};

const BOB: &str = "arn:aws:sts::123456789012:federated-user/Bob";
const REPORT: &str = "reports/2024.txt";
/// The bucket that has a policy of others, in another region than the runs.
const SHARED: &str = "amzn-s3-demo-bucket1";

fn denies(name: &str, bucket: &str, more: &str) -> String {
    format!(
        "apiVersion: rolewright.dev/v1\nkind: BucketDeny\nmetadata: {{ name: {name} }}\nspec:\n  bucket: {bucket}\n{more}---\n"
    )
}

fn stack(documents: &[String]) -> String {
    let head =
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: denials }\nspec: {}\n---\n";
    let text = format!("{head}{}", documents.concat());
    text.trim_end_matches("---\n").to_owned()
}

fn bob(name: &str, bucket: &str) -> String {
    denies(name, bucket, &format!("  principals: [\"{BOB}\"]\n"))
}

fn policy(stage: &Stage, bucket: &str) -> Option<String> {
    stage.world().buckets[bucket].policy.clone()
}

#[test]
fn a_federated_user_reads_until_a_bucket_denies_it() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(&stack(&[bob("DenyBob", "amzn-s3-demo-bucket")]));
    stage.use_served(&served);
    stage.write(
        "read.json",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#,
    );
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/in_a_bucket.py");
    let reads = |name: &str| {
        let python = python.to_string_lossy();
        let token = format!("--federation-token={name}");
        let words = [
            "credentials",
            "exec",
            &token,
            "--policy=read.json",
            "--quiet",
            "--",
        ];
        let call = [&*python, program, "amzn-s3-demo-bucket", REPORT];
        stage.run(&[&words[..], &call[..]].concat()).ends_with(0)
    };
    assert_eq!(reads("Bob"), "all is well\n");
    let _ = stage.run(&["apply", "--yes", "--quiet"]).ends_with(0);
    assert_snapshot!(reads("Bob"), @r#"An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::123456789012:federated-user/Bob is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::amzn-s3-demo-bucket/reports/2024.txt" with an explicit deny in a resource-based policy"#);
    assert_eq!(reads("Alice"), "all is well\n");
    let _ = stage.run(&["destroy", "--yes", "--quiet"]).ends_with(0);
    assert_eq!(reads("Bob"), "all is well\n");
}

#[test]
fn several_statements_of_one_bucket_come_and_go_and_the_rest_stays_byte_for_byte() {
    let documents = ["One", "Two", "Three"].map(|name| bob(name, SHARED));
    let stage = Stage::with_manifest(&stack(&documents));
    stage.quietly(&["whoami"]);
    let before = policy(&stage, SHARED).expect("it has one");
    stage.quietly(&["apply", "--yes", "--region=us-east-1"]);
    let with = policy(&stage, SHARED).expect("it has one");
    let kept = before.trim_end().trim_end_matches(['}', ']', ' ', '\n']);
    assert!(with.starts_with(kept), "{with}");
    assert_eq!(with.matches("\"Effect\":\"Deny\"").count(), 3, "{with}");
    let run = stage.run(&[
        "plan",
        "--detailed-exitcode",
        "--quiet",
        "--sandbox",
        "--region=us-east-1",
    ]);
    let _ = run.ends_with(0);
    stage.quietly(&["destroy", "--yes", "--region=us-east-1"]);
    assert_eq!(policy(&stage, SHARED), Some(before));
}

#[test]
fn what_others_wrote_between_plan_and_apply_stays() {
    let stage = Stage::with_manifest(&stack(&[bob("DenyBob", "amzn-s3-demo-bucket")]));
    stage.quietly(&["plan"]);
    let theirs = r#"{"Version":"2012-10-17","Statement":[ {"Sid":"Theirs","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"} ]}"#;
    let write = |text: &str| {
        let text = text.to_owned();
        stage.meddle(|world| {
            let bucket = world
                .buckets
                .get_mut("amzn-s3-demo-bucket")
                .expect("it is there");
            bucket.policy = Some(text);
        });
    };
    write(theirs);
    stage.quietly(&["apply", "--yes"]);
    let both = policy(&stage, "amzn-s3-demo-bucket").expect("it has one");
    assert!(both.starts_with(theirs.trim_end_matches(" ]}")), "{both}");
    // Somebody puts back all of it, as tools do that own the whole policy: the next plan says so.
    write(theirs);
    assert_snapshot!(stage.calm(&["plan", "--quiet"]).whole(), @r#"
    exit 0
    --- stdout
    Stack denials in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 narrowing
    No instance changes its credentials

    + BucketDeny/DenyBob  (stack.yaml:8)
        bucket: "amzn-s3-demo-bucket"
        statement:
          DenyBob: Deny s3:* on arn:aws:s3:::amzn-s3-demo-bucket, arn:aws:s3:::amzn-s3-demo-bucket/*
            Principal AWS: arn:aws:sts::123456789012:federated-user/Bob

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
    stage.quietly(&["apply", "--yes"]);
    stage.quietly(&["destroy", "--yes"]);
    assert_eq!(
        policy(&stage, "amzn-s3-demo-bucket").as_deref(),
        Some(theirs)
    );
}

#[test]
fn a_bucket_that_is_not_there_is_told_before_anything_is_sent() {
    let stage = Stage::with_manifest(&stack(&[bob("DenyBob", "nobodys-bucket")]));
    assert_snapshot!(stage.calm(&["apply", "--yes"]).whole(), @"
    exit 1
    --- stderr
    error[no-bucket]

      x BucketDeny/DenyBob: there is no bucket `nobodys-bucket`
       ,-[stack.yaml:8:19]
     7 | kind: BucketDeny
     8 | metadata: { name: DenyBob }
       :                   ^^^^^^^
     9 | spec:
       `----
      help: create the bucket first, or correct `bucket`

    1 error
    ");
    let absent = denies("DenyBob", "nobodys-bucket", "  ensure: absent\n");
    let stage = Stage::with_manifest(&stack(&[absent]));
    let _ = stage.calm(&["apply", "--yes"]).ends_with(0);
}

#[test]
fn nobody_locks_himself_out_by_mistake() {
    let me = denies(
        "DenyMe",
        "amzn-s3-demo-bucket",
        "  principals: [\"arn:aws:iam::123456789012:user/sandbox\"]\n",
    );
    let stage = Stage::with_manifest(&stack(&[me]));
    assert_snapshot!(stage.calm(&["apply", "--yes"]).whole(), @r#"
    exit 3
    --- stdout
    Stack denials in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 narrowing
    No instance changes its credentials

    + BucketDeny/DenyMe  (stack.yaml:8)
        bucket: "amzn-s3-demo-bucket"
        statement:
          DenyMe: Deny s3:* on arn:aws:s3:::amzn-s3-demo-bucket, arn:aws:s3:::amzn-s3-demo-bucket/*
            Principal AWS: arn:aws:iam::123456789012:user/sandbox

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    --- stderr
    error[lock-out]

      x BucketDeny/DenyMe would deny this run itself s3:GetBucketPolicy on bucket `amzn-s3-demo-
      | bucket`, so that it could not take it back
       ,-[stack.yaml:8:19]
     7 | kind: BucketDeny
     8 | metadata: { name: DenyMe }
       :                   ^^^^^^
     9 | spec:
       `----
      help: run it with other credentials, or pass `--allow-lock-out` if you know another way in

    1 error
    "#);
    let run = stage.calm(&["apply", "--yes", "--quiet", "--allow-lock-out"]);
    assert_snapshot!(run.whole(), @r#"
    exit 6
    --- stdout
    Stack denials in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to create (+)
    Risk: 1 narrowing
    No instance changes its credentials

    + BucketDeny/DenyMe  (stack.yaml:8)
        bucket: "amzn-s3-demo-bucket"
        statement:
          DenyMe: Deny s3:* on arn:aws:s3:::amzn-s3-demo-bucket, arn:aws:s3:::amzn-s3-demo-bucket/*
            Principal AWS: arn:aws:iam::123456789012:user/sandbox

    Apply sends 1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    1 of 1 step done in [duration]
    ! cannot read back: s3:GetBucketPolicy: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: s3:GetBucketPolicy on resource: "arn:aws:s3:::amzn-s3-demo-bucket" with an explicit deny in a resource-based policy
    next: AWS took every call but does not show it all yet; run `plan` in a while
    "#);
    assert!(policy(&stage, "amzn-s3-demo-bucket").is_some());
}

#[test]
fn a_bucket_of_somebody_else_is_explained() {
    let stage = Stage::with_manifest(&stack(&[bob("DenyBob", SHARED)]));
    stage.write("weather.yaml", "denied: ['s3:GetBucketPolicy']\n");
    let (_, told) = stage
        .run(&["plan", "--sandbox", "--weather=weather.yaml", "--quiet"])
        .says_with(1);
    assert_snapshot!(told, @"
    error: cannot look at AWS: s3:GetBucketPolicy: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: s3:GetBucketPolicy on resource: arn:aws:s3:::amzn-s3-demo-bucket1 because no identity-based policy allows the s3:GetBucketPolicy action (request [request])
      hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs
    ");
}
