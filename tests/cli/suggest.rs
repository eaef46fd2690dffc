//! `suggest`: a job of Access Analyzer is started, followed and written down; IAM itself is only read.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use rolewright::sandbox::Weather;
use serde_json::{Value, json};

use crate::support::analyzer::{Analyzer, Answer, Request, failed_job, job, refusal};
use crate::support::{CALM, Served, Stage};

const STACK: &str = "\
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: learning }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: web }
spec:
  path: /app/
  trustPolicy: { services: [ec2.amazonaws.com] }
";

const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:123456789012:trail/all";
const READER: &str = "arn:aws:iam::123456789012:role/reader";
const WEB: &str = "arn:aws:iam::123456789012:role/app/web";

/// The arguments that everybody needs.
fn suggest<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let common = ["suggest", "web", "--trail", TRAIL, "--access-role", READER];
    [&common, more].concat()
}

/// A sandbox with a role, and an Access Analyzer whose job ends so.
fn stage(end: impl Fn() -> Answer + Send + 'static) -> (Stage, Served, Analyzer) {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    stage
        .run(&["apply", "stack.yaml", "--yes", "--quiet"])
        .succeeds();
    let analyzer = Analyzer::answering(move |request: &Request| match request.line.as_str() {
        "PUT /policy/generation" => (200, json!({"jobId": "j-1"})),
        "PUT /policy/generation/j-1" => (200, json!({})),
        line if line.starts_with("GET /policy/generation/j-1?") => end(),
        line => panic!("nobody asks for {line}"),
    });
    analyzer.join(&mut stage);
    (stage, served, analyzer)
}

fn done(policies: &[Value]) -> Answer {
    let mut job = job("SUCCEEDED", policies);
    job["generatedPolicyResult"]["properties"]["principalArn"] = WEB.into();
    (200, job)
}

fn learnt() -> Answer {
    done(&[json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::${BucketName}/${ObjectPath}"},
    ]})])
}

#[test]
fn what_a_role_has_done_becomes_a_policy_file() {
    let (stage, served, analyzer) = stage(learnt);
    let sent = served.calls_after(0).len();
    let window = ["--start=2026-09-01", "--end=2026-10-01T08:30:00Z"];
    let run = stage.run(&suggest(&[&window[..], &["--out=web.yaml"]].concat()));
    assert_snapshot!(run.whole(), @"
    exit 0
    --- stdout
    wrote web.yaml
    --- stderr
    job j-1: Access Analyzer reads what arn:aws:iam::123456789012:role/app/web did from 2026-09-01 to 2026-10-01, in 1 trail
    fill in ${BucketName} in arn:aws:s3:::${BucketName}/${ObjectPath}
    fill in ${ObjectPath} in arn:aws:s3:::${BucketName}/${ObjectPath}
    ");
    assert_snapshot!(stage.read("web.yaml"), @"
    Version: 2012-10-17
    Statement:
    - Effect: Allow
      Action: ec2:DescribeInstances
      Resource: '*'
    - Effect: Allow
      Action:
      - s3:GetObject
      Resource: arn:aws:s3:::${BucketName}/${ObjectPath}
    ");
    assert_eq!(served.writes_after(sent), [""; 0], "IAM is only read");
    let trail = json!({"cloudTrailArn": TRAIL, "regions": ["us-east-1"]});
    assert_eq!(
        analyzer.requests()[0].body,
        json!({
            "policyGenerationDetails": {"principalArn": WEB},
            "cloudTrailDetails": {
                "accessRole": READER, "trails": [trail],
                "startTime": "2026-09-01T00:00:00Z", "endTime": "2026-10-01T08:30:00Z",
            },
        })
    );
    assert_eq!(
        analyzer.lines(),
        [
            "GET /policy/generation/j-1?includeResourcePlaceholders=true",
            "PUT /policy/generation"
        ]
    );
    // The file is one that a manifest can name.
    let used = STACK.replace(
        "  path: /app/\n",
        "  path: /app/\n  inlinePolicies: { learnt: { file: web.yaml } }\n",
    );
    stage.write("stack.yaml", &used);
    stage.run(&["plan", "stack.yaml", "--quiet"]).succeeds();
}

#[test]
fn json_is_for_programs_and_for_files_that_say_so() {
    let (stage, _served, _analyzer) = stage(learnt);
    stage
        .run(&suggest(&["--out=web.json", "--all-regions"]))
        .says_with(0);
    let written: Value = serde_json::from_str(&stage.read("web.json")).expect("it is JSON");
    let told = stage.run(&suggest(&["--output=json"])).json(0);
    assert_eq!(told["policy"], written);
    assert_eq!(told["placeholders"][0]["name"], "${BucketName}");
    assert_eq!(told["principal"], WEB);
    let plain = stage.run(&suggest(&["--quiet"])).succeeds();
    assert!(
        plain.starts_with("Version: 2012-10-17\nStatement:\n"),
        "{plain}"
    );
}

#[test]
fn a_role_that_did_nothing_gets_no_file() {
    let (stage, _served, _analyzer) = stage(|| done(&[]));
    let (result, talk) = stage.run(&suggest(&["--out=web.yaml"])).says_with(0);
    assert_eq!(result, "");
    assert!(talk.contains("there is no policy to write"), "{talk}");
    assert!(!stage.path("web.yaml").exists());
}

#[test]
fn a_job_that_fails_says_what_to_do() {
    let (stage, _served, _analyzer) = stage(|| {
        (
            200,
            failed_job("AUTHORIZATION_ERROR", "Cannot read the bucket"),
        )
    });
    let (_, talk) = stage.run(&suggest(&["--days=7"])).says_with(1);
    let (_, talk) = talk.split_once('\n').expect("the job was announced");
    assert_snapshot!(talk, @"
    error: job j-1 failed: AUTHORIZATION_ERROR: Cannot read the bucket
      hint: let access-analyzer.amazonaws.com assume the access role, and that role read the trail and its bucket
    ");
}

#[test]
fn a_job_is_fetched_later_and_only_for_its_own_role() {
    let (stage, _served, analyzer) = stage(learnt);
    stage
        .run(&["suggest", WEB, "--job=j-1", "--quiet"])
        .succeeds();
    let other = "arn:aws:iam::123456789012:role/other";
    let run = stage.run(&["suggest", other, "--job=j-1"]);
    assert_snapshot!(run.whole(), @"
    exit 1
    --- stderr
    error: job j-1 is about arn:aws:iam::123456789012:role/app/web, not arn:aws:iam::123456789012:role/other
      hint: check the job's id and the role
    ");
    let lines = analyzer.lines();
    assert!(
        lines.iter().all(|line| line.starts_with("GET")),
        "{lines:?}"
    );
}

#[test]
fn ctrl_c_cancels_the_job() {
    let (stage, _served, analyzer) = stage(|| (200, job("IN_PROGRESS", &[])));
    let child = stage.start(&suggest(&["--days=7"]));
    let began = Instant::now();
    while !analyzer.lines().iter().any(|line| line.starts_with("GET")) {
        assert!(began.elapsed() < Duration::from_secs(20), "it never asked");
        std::thread::sleep(Duration::from_millis(10));
    }
    let pid = child.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(killed.expect("there is a kill").success());
    let (_, talk) = stage.end(child).says_with(130);
    let (_, talk) = talk.split_once('\n').expect("the job was announced");
    assert_snapshot!(talk, @"
    cancelled job j-1
    error: interrupted: nothing was changed
    ");
    assert_eq!(
        analyzer.lines().last().map(String::as_str),
        Some("PUT /policy/generation/j-1")
    );
}

#[test]
fn what_cannot_work_is_told_before_a_job_is_started() {
    let (stage, served, analyzer) = stage(learnt);
    let sent = served.calls_after(0).len();
    stage.write("there.yaml", "mine");
    let complaints = [
        (vec!["suggest", "web"], 64),
        (suggest(&["--out=web.txt"]), 64),
        (suggest(&["--out=there.yaml"]), 1),
        (suggest(&["--trail=all"]), 64),
        (suggest(&["--days=91"]), 64),
        (suggest(&CALM), 64),
    ];
    let said = complaints.map(|(arguments, code)| stage.run(&arguments).complains_with(code));
    assert_snapshot!(said.join("---\n"), @"
    error: the following required arguments were not provided:
      --trail <ARN>
      --access-role <ARN>

    Usage: rolewright suggest --trail <ARN> --access-role <ARN> <ROLE>

    For more information, try '--help'.
    ---
    error: --out web.txt: call it .json, .yaml or .yml
    ---
    error: cannot write there.yaml: entity already exists
      hint: choose another file; nothing is overwritten
    ---
    error: `all` is not the ARN of a trail
    ---
    error: invalid value '91' for '--days <DAYS>': 91 is not in 1..=90

    For more information, try '--help'.
    ---
    error: the sandbox has no Access Analyzer, and no past to learn from
    ");
    assert_eq!(served.calls_after(sent), [""; 0]);
    let backwards = ["--start=2026-09-02", "--end=2026-09-01"];
    let (_, talk) = stage.run(&suggest(&backwards)).says_with(64);
    assert!(talk.contains("is not before --end"), "{talk}");
    assert_eq!(analyzer.lines(), [""; 0]);
    assert_eq!(stage.read("there.yaml"), "mine");
}

#[test]
fn a_role_that_is_not_there_is_told() {
    let (stage, _served, _analyzer) = stage(learnt);
    let mut arguments = suggest(&[]);
    arguments[1] = "nobody";
    assert_snapshot!(stage.run(&arguments).whole(), @"
    exit 1
    --- stderr
    error: cannot find the role: iam:GetRole: NoSuchEntity: The role with name nobody cannot be found. (request [request])
    ");
}

#[test]
fn without_permission_it_is_said_which_ones_are_needed() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::empty();
    stage.use_served(&served);
    let analyzer = Analyzer::answering(|_| {
        let message = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PassRole";
        refusal(403, "AccessDeniedException", message)
    });
    analyzer.join(&mut stage);
    let mut arguments = suggest(&[]);
    arguments[1] = WEB;
    assert_snapshot!(stage.run(&arguments).whole(), @"
    exit 1
    --- stderr
    error: cannot have a policy generated: access-analyzer:StartPolicyGeneration: AccessDeniedException: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PassRole (request r-1)
      hint: give the caller `access-analyzer:StartPolicyGeneration`, and `iam:PassRole` on the access role
    ");
}
