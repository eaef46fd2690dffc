//! The whole story of an instance's credentials: bootstrapped, fetched from its metadata by boto3, used, moved to another
//! role, revoked, denied. The sandbox serves AWS and the metadata; the binary does all else.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use rolewright::sandbox::Weather;

use crate::python;
use crate::support::{Served, Stage};

const INSTANCE: &str = "i-1234567890abcdef0";

const STACK: &str = r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: readers }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: reader-v1 }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  inlinePolicies:
    Look: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "ec2:DescribeInstances", Resource: "*" } }
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: reader-v2 }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  inlinePolicies:
    Look: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "ec2:DescribeInstances", Resource: "*" } }
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: { name: web }
spec:
  instanceProfile: "{{ var.role }}"
  instances: { ids: [i-1234567890abcdef0] }
"#;

/// What a program on the instance sees; with credentials that it has kept, if there are any.
fn sees(python: &std::path::Path, served: &Served, kept: Option<&Value>) -> Value {
    let mut program = Command::new(python);
    program
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/cli/on_instance.py"
        ))
        .env_clear()
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("HOME", "/nonexistent")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    for (name, value) in served.environment() {
        if name == "AWS_ENDPOINT_URL" {
            let metadata = format!("{value}/imds/us-east-1/{INSTANCE}");
            program.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata);
            program.env(name, value);
        }
    }
    for (name, value) in kept.and_then(Value::as_object).into_iter().flatten() {
        program.env(name, value.as_str().unwrap_or_default());
    }
    let output = program.output().expect("python starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

fn session(role: &str) -> String {
    format!("arn:aws:sts::123456789012:assumed-role/{role}/{INSTANCE}")
}

fn denied(seen: &Value) -> bool {
    seen["described"].as_str().is_some_and(|text| {
        text.contains("UnauthorizedOperation") && text.contains("explicit deny")
    })
}

#[test]
fn credentials_of_an_instance_from_its_bootstrap_to_their_revocation() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    let done = |words: &[&str]| {
        let _ = stage
            .run(&[words, &["--yes", "--quiet"]].concat())
            .ends_with(0);
    };

    done(&["apply", "--var=role=reader-v1"]);
    let first = sees(python, &served, None);
    assert_eq!(first["method"], "iam-role");
    assert_eq!(first["arn"], session("reader-v1"));
    assert_eq!(first["described"], "allowed");

    done(&["apply", "--var=role=reader-v2"]);
    let second = sees(python, &served, None);
    assert_eq!(second["arn"], session("reader-v2"));
    // A program that has kept the old ones goes on as it was: AWS does not end sessions.
    let old = &first["keys"];
    assert_eq!(sees(python, &served, Some(old))["described"], "allowed");

    done(&["sessions", "revoke", "reader-v1"]);
    assert!(denied(&sees(python, &served, Some(old))));
    assert_eq!(sees(python, &served, None)["described"], "allowed");

    // Those of the role in use are denied as well, until the instance fetches others.
    done(&["sessions", "revoke", "reader-v2"]);
    assert!(denied(&sees(python, &served, None)));
    done(&["sessions", "restore", "reader-v2"]);
    assert_eq!(sees(python, &served, None)["described"], "allowed");
}

#[test]
fn our_own_binary_finds_them_as_well() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    let _ = stage
        .run(&["apply", "--var=role=reader-v1", "--yes", "--quiet"])
        .ends_with(0);
    let mut there = Stage::empty();
    for (name, value) in served.environment() {
        if name == "AWS_ENDPOINT_URL" {
            let metadata = format!("{value}/imds/us-east-1/{INSTANCE}");
            there.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata);
            there.set("AWS_EC2_METADATA_DISABLED", "false");
            there.set(&name, &value);
        }
    }
    let json = there
        .run(&["whoami", "--output=json", "--region=us-east-1"])
        .json(0);
    assert_eq!(json["arn"], session("reader-v1"));
    assert_eq!(json["credentials"], "instance metadata");
    assert_eq!(json["temporary"], true);
}

/// What the command says of an instance of the served sandbox.
fn imds(stage: &Stage, served: &Served, instance: &str, more: &[&str]) -> String {
    let environment = served.environment();
    let url = environment
        .iter()
        .find(|(name, _)| name == "AWS_ENDPOINT_URL")
        .map(|(_, value)| format!("{value}/imds/us-east-1/{instance}"))
        .expect("it is served");
    let words = [&["credentials", "imds", "--endpoint", &url], more].concat();
    stage.run(&words).whole()
}

#[test]
fn what_the_metadata_says_and_what_ec2_says() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    assert_snapshot!(imds(&stage, &served, INSTANCE, &[]), @"
    exit 0
    --- stdout
    instance     i-1234567890abcdef0 in us-east-1
    metadata     IMDSv2
    profile      none
    role         none
    credentials  none: no profile with a role is associated
    association  as EC2 says
    ");
    let _ = stage
        .run(&["apply", "--var=role=reader-v1", "--yes", "--quiet"])
        .ends_with(0);
    assert_snapshot!(imds(&stage, &served, INSTANCE, &[]), @"
    exit 0
    --- stdout
    instance     i-1234567890abcdef0 in us-east-1
    metadata     IMDSv2
    profile      arn:aws:iam::123456789012:instance-profile/reader-v1
    role         reader-v1
    credentials  until [time], 5 h 59 min from now; fetched at [time]
    association  as EC2 says
    ");
    assert_snapshot!(imds(&stage, &served, INSTANCE, &["--output=json"]), @r#"
    exit 0
    --- stdout
    {
      "instance": "i-1234567890abcdef0",
      "region": "us-east-1",
      "metadata": "IMDSv2",
      "instanceProfile": "arn:aws:iam::123456789012:instance-profile/reader-v1",
      "role": "reader-v1",
      "code": "Success",
      "lastUpdated": "[time]",
      "expires": "[time]",
      "matchesAssociation": true,
      "associated": null,
      "notKnown": null
    }
    "#);
    let edited = served.sandbox.edit(|world| {
        let role = world
            .iam
            .roles
            .get_mut("reader-v1")
            .expect("it was applied");
        role.trust_policy = role.trust_policy.replace("ec2.", "lambda.");
    });
    edited.expect("it lives in memory");
    assert_snapshot!(imds(&stage, &served, INSTANCE, &[]), @"
    exit 0
    --- stdout
    instance     i-1234567890abcdef0 in us-east-1
    metadata     IMDSv2
    profile      arn:aws:iam::123456789012:instance-profile/reader-v1
    role         reader-v1
    credentials  none: AssumeRoleUnauthorizedAccess
    association  as EC2 says
    ");
}

#[test]
fn where_there_is_no_metadata() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::empty();
    stage.use_served(&served);
    assert_snapshot!(imds(&stage, &served, "i-0fedcba9876543210", &[]), @"
    exit 1
    --- stderr
    error: the metadata service gives no IMDSv2 token: HTTP 404
      hint: a very old service may answer with --allow-imdsv1
    ");
    let elsewhere = ["credentials", "imds", "--endpoint=http://example.com"];
    assert_snapshot!(stage.run(&elsewhere).whole(), @"
    exit 1
    --- stderr
    error: http://example.com is no metadata service: plain http goes to the instance's own or to loopback only
      hint: leave --endpoint out on an instance
    ");
    let nobody = ["credentials", "imds", "--endpoint=http://127.0.0.1:9"];
    assert_snapshot!(stage.run(&nobody).whole(), @"
    exit 1
    --- stderr
    error: no metadata service answers at http://[address]: [address] refused the connection
      hint: run it on an EC2 instance, check that its metadata options have the endpoint enabled and enough hops for a container, or name another place with --endpoint
    ");
}

/// A metadata service of former times, which has never heard of tokens. It answers a few requests and ends.
fn former(requests: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", listener.local_addr().expect("it listens"));
    std::thread::spawn(move || {
        for stream in listener.incoming().take(requests) {
            let mut stream = stream.expect("somebody calls");
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("it can be shared"));
            reader.read_line(&mut line).expect("it is HTTP");
            let mut header = String::new();
            while reader.read_line(&mut header).is_ok_and(|length| length > 2) {
                header.clear();
            }
            let path = line.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match path.rsplit("meta-data/").next().unwrap_or_default() {
                "instance-id" => ("200 OK", "i-0fedcba9876543210"),
                "placement/region" => ("200 OK", "us-east-1"),
                _ => ("404 Not Found", ""),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    url
}

#[test]
fn without_a_token_only_where_that_is_allowed() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::empty();
    stage.use_served(&served);
    let ask = |url: &str, more: &[&str]| {
        let words = [&["credentials", "imds", "--endpoint", url], more].concat();
        stage.run(&words).whole()
    };
    assert_snapshot!(ask(&former(1), &[]), @"
    exit 1
    --- stderr
    error: the metadata service gives no IMDSv2 token: HTTP 404
      hint: a very old service may answer with --allow-imdsv1
    ");
    assert_snapshot!(ask(&former(5), &["--allow-imdsv1"]), @"
    exit 0
    --- stdout
    instance     i-0fedcba9876543210 in us-east-1
    metadata     IMDSv1
    profile      none
    role         none
    credentials  none: no profile with a role is associated
    association  as EC2 says
    ");
}
