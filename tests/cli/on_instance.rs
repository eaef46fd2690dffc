//! The whole story of an instance's credentials: bootstrapped, fetched from its metadata by boto3, used, moved to another
//! role, revoked, denied. The sandbox serves AWS and the metadata; the binary does all else.

use std::process::Command;

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
    let mut stage = Stage::with_manifest(&STACK.replace("", ""));
    stage.use_served(&served);
    let done = |words: &[&str]| {
        let _ = stage
            .run(&[words, &["--yes", "--quiet"]].concat())
            .ends_with(0);
    };

    done(&["apply", "--var=role=reader-v1"]);
    let first = sees(&python, &served, None);
    assert_eq!(first["method"], "iam-role");
    assert_eq!(first["arn"], session("reader-v1"));
    assert_eq!(first["described"], "allowed");

    done(&["apply", "--var=role=reader-v2"]);
    let second = sees(&python, &served, None);
    assert_eq!(second["arn"], session("reader-v2"));
    // A program that has kept the old ones goes on as it was: AWS does not end sessions.
    let old = &first["keys"];
    assert_eq!(sees(&python, &served, Some(old))["described"], "allowed");

    done(&["sessions", "revoke", "reader-v1"]);
    assert!(denied(&sees(&python, &served, Some(old))));
    assert_eq!(sees(&python, &served, None)["described"], "allowed");

    // Those of the role in use are denied as well, until the instance fetches others.
    done(&["sessions", "revoke", "reader-v2"]);
    assert!(denied(&sees(&python, &served, None)));
    done(&["sessions", "restore", "reader-v2"]);
    assert_eq!(sees(&python, &served, None)["described"], "allowed");
}

#[test]
fn our_own_binary_finds_them_as_well() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(&STACK.replace("", ""));
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
