//! The service model of Access Analyzer, as boto3 has it: our requests are its requests, and the answers that tests
//! give have its shapes. Needs Python, as the moto suite does.

use std::process::{Command, Stdio};
use std::sync::Arc;

use rolewright::analyzer::{self, Generation, Jobs, Trail, TrailRegions};
use rolewright::aws::credentials::StaticSource;
use rolewright::aws::endpoint::{EndpointSettings, Endpoints};
use rolewright::aws::{Client, ClientConfig};
use rolewright::policy::{Document, PolicyPurpose};
use serde_json::{Value, json};

use crate::python;
use crate::support::analyzer::{Analyzer, Answer, Request, clean, failed_job, finding, job, wary};

const JOB: &str = "a1b2/c d";

/// Answers that let every call succeed.
fn obliging(request: &Request) -> Answer {
    match request.line.split_once(' ') {
        Some(("PUT", "/policy/generation")) => (200, json!({"jobId": JOB})),
        Some((_, path)) if path.starts_with("/policy/generation/") => {
            (200, job("IN_PROGRESS", &[]))
        }
        _ => clean(request),
    }
}

fn document() -> Document {
    Document::observed(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::ü/${aws:username}"}]}"#,
    )
}

fn generation(regions: TrailRegions) -> Generation {
    Generation {
        principal: "arn:aws:iam::123456789012:role/web".into(),
        trails: vec![Trail {
            arn: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all".into(),
            regions,
        }],
        access_role: "arn:aws:iam::123456789012:role/reader".into(),
        start: "2026-08-01T00:00:00Z".parse().expect("it is a time"),
        end: "2026-09-01T10:20:30Z".parse().expect("it is a time"),
    }
}

/// Every call that we make, in the order of [`theirs`].
async fn ours(client: &Client) {
    let document = document();
    for purpose in [PolicyPurpose::Identity, PolicyPurpose::Trust] {
        let validated = analyzer::validate(client, &document, purpose).await;
        assert_eq!(validated, Ok(vec![]));
        let compared = analyzer::compare(client, &document, &document, purpose).await;
        assert_eq!(compared, Ok(analyzer::Comparison::NoNewAccess));
    }
    let jobs = Jobs::over(client);
    let some = TrailRegions::These(vec!["eu-west-1".into(), "us-east-1".into()]);
    for regions in [TrailRegions::All, some] {
        let started = jobs.start(&generation(regions)).await;
        assert_eq!(started.as_deref(), Ok(JOB));
    }
    let state = analyzer::state(client, JOB).await;
    assert_eq!(state, Ok(analyzer::State::Running));
    jobs.cancel(JOB).await.expect("it can be cancelled");
}

/// The same calls as boto3's operations and parameters.
fn theirs() -> Value {
    let document = document().wire();
    let compare = |policy_type: &str| {
        json!(["check_no_new_access", {
            "existingPolicyDocument": document, "newPolicyDocument": document, "policyType": policy_type,
        }])
    };
    let start = |name: &str, regions: Value| {
        let mut trail =
            json!({"cloudTrailArn": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"});
        trail[name] = regions;
        json!(["start_policy_generation", {
            "policyGenerationDetails": {"principalArn": "arn:aws:iam::123456789012:role/web"},
            "cloudTrailDetails": {
                "accessRole": "arn:aws:iam::123456789012:role/reader", "trails": [trail],
                "startTime": "2026-08-01T00:00:00Z", "endTime": "2026-09-01T10:20:30Z",
            },
        }])
    };
    json!([
        ["validate_policy", {"policyDocument": document, "policyType": "IDENTITY_POLICY"}],
        compare("IDENTITY_POLICY"),
        ["validate_policy", {
            "policyDocument": document, "policyType": "RESOURCE_POLICY",
            "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument",
        }],
        compare("RESOURCE_POLICY"),
        start("allRegions", json!(true)),
        start("regions", json!(["eu-west-1", "us-east-1"])),
        ["get_generated_policy", {"jobId": JOB, "includeResourcePlaceholders": true}],
        ["cancel_policy_generation", {"jobId": JOB}],
    ])
}

/// The answers that tests give, by operation.
fn answers() -> Value {
    let element = json!([{"value": "Statement"}, {"index": 0}, {"key": "Sid"}, {"substring": {"start": 0, "length": 1}}]);
    let comparison = Request {
        line: "POST /policy/check-no-new-access".into(),
        headers: Vec::new(),
        body: Value::Null,
        text: String::new(),
    };
    json!([
        ["ValidatePolicy", {"findings": [finding("SUGGESTION", "EMPTY", "x", &element)], "nextToken": "t"}],
        ["CheckNoNewAccess", wary(&comparison).1],
        ["CheckNoNewAccess", clean(&comparison).1],
        ["StartPolicyGeneration", {"jobId": JOB}],
        ["GetGeneratedPolicy", job("IN_PROGRESS", &[])],
        ["GetGeneratedPolicy", job("SUCCEEDED", &[json!({})])],
        ["GetGeneratedPolicy", failed_job("AUTHORIZATION_ERROR", "x")],
    ])
}

fn client(url: &str) -> Client {
    let settings = EndpointSettings::everywhere(url);
    let endpoints = Endpoints::new(&settings).expect("it is loopback");
    let credentials = Arc::new(StaticSource::new("AKIDEXAMPLE", "hush", None));
    Client::new(ClientConfig::live(endpoints, "us-east-1", credentials))
}

/// What has to be the same: the rest of the headers is each one's own.
fn essence(request: &Request) -> (String, Value, Option<String>) {
    let Request {
        line,
        headers,
        body,
        text: _,
    } = request;
    let content_type = headers
        .iter()
        .find(|line| line.starts_with("content-type: "))
        .cloned();
    let mut body = body.clone();
    // boto3 makes up a token where it is given none.
    if let Some(members) = body.as_object_mut() {
        members.remove("clientToken");
    }
    (line.clone(), body, content_type)
}

fn as_signed(request: &Request) -> Value {
    let (method, target) = request.line.split_once(' ').expect("it has both");
    json!({"method": method, "target": target, "headers": request.headers, "body": request.text})
}

#[test]
fn our_requests_are_those_of_the_service_model() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let analyzer = Analyzer::answering(obliging);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(ours(&client(&analyzer.url)));
    let signed: Vec<Value> = analyzer.requests().iter().map(as_signed).collect();
    let count = signed.len();

    let mut child = Command::new(python)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/cli/analyzer_model.py"
        ))
        .env_clear()
        .env("ANALYZER_URL", &analyzer.url)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let input = json!({"calls": theirs(), "answers": answers(), "signed": signed});
    let stdin = child.stdin.take().expect("it is a pipe");
    serde_json::to_writer(stdin, &input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");

    let requests = analyzer.requests();
    let (ours, theirs) = requests.split_at(count);
    let [ours, theirs] = [ours, theirs].map(|all| all.iter().map(essence).collect::<Vec<_>>());
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 8);
}
