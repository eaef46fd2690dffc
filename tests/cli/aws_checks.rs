//! `--aws-checks`: Access Analyzer is asked about policies over loopback, and what it says stands beside our own words.

use std::sync::atomic::{AtomicUsize, Ordering};

use insta::assert_snapshot;
use rolewright::sandbox::Weather;
use serde_json::{Value, json};

use crate::support::analyzer::{Analyzer, Answer, Request, clean, finding, refusal, wary};
use crate::support::{CALM, Served, Stage};

const STACK: &str = "\
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: checked }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: web }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  inlinePolicies:
    logs:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Action:
            - s3:GetObject
          Resource: arn:aws:s3:::logs/*
";

/// The same with one action more.
fn wider() -> String {
    STACK.replace(
        "            - s3:GetObject\n",
        "            - s3:GetObject\n            - s3:PutObject\n",
    )
}

/// A stage on a sandbox with `STACK` applied, and an Access Analyzer that is told what to say.
fn stage(rule: impl Fn(&Request) -> Answer + Send + 'static) -> (Stage, Served, Analyzer) {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    stage
        .run(&["apply", "stack.yaml", "--yes", "--quiet"])
        .succeeds();
    let analyzer = Analyzer::answering(rule);
    analyzer.join(&mut stage);
    (stage, served, analyzer)
}

fn second_action() -> Value {
    json!([{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 1}])
}

#[test]
fn what_aws_finds_stands_where_it_was_written() {
    let (stage, served, analyzer) = stage(|request| {
        if request.line == "POST /policy/validation" {
            // Two pages: the second one is asked for with the token of the first.
            let details = "Using the wildcard is too much.";
            let found = finding("SECURITY_WARNING", "TOO_MUCH", details, &second_action());
            return (200, json!({"findings": [found], "nextToken": "page/2"}));
        }
        if request.line.starts_with("POST /policy/validation?") {
            let path = json!([{"value": "Statement"}, {"index": 0}]);
            let found = finding("SUGGESTION", "EMPTY_SID", "Add a Sid.", &path);
            return (200, json!({"findings": [found]}));
        }
        wary(request)
    });
    let sent = served.calls_after(0).len();
    stage.write("stack.yaml", &wider());
    let (_, talk) = stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .says_with(0);
    assert_snapshot!(talk, @"
    warning[aws-empty-sid]

      ! AWS suggests for `inlinePolicies.logs` of Role/web: Add a Sid
        ,-[stack.yaml:15:11]
     14 |       Statement:
     15 |         - Effect: Allow
        :           ^^^^^^
     16 |           Action:
        `----
      help: read https://docs.aws.amazon.com/access-analyzer#EMPTY_SID

    warning[aws-new-access]

      ! AWS finds new access in `inlinePolicies.logs` of Role/web: New access in the statement with
      | index: 0
        ,-[stack.yaml:15:11]
     14 |       Statement:
     15 |         - Effect: Allow
        :           ^^^^^^
     16 |           Action:
        `----

    warning[aws-too-much]

      ! AWS sees a risk in `inlinePolicies.logs` of Role/web: Using the wildcard is too much
        ,-[stack.yaml:18:15]
     17 |             - s3:GetObject
     18 |             - s3:PutObject
        :               ^^^^^^^^^^^^
     19 |           Resource: arn:aws:s3:::logs/*
        `----
      help: read https://docs.aws.amazon.com/access-analyzer#TOO_MUCH

    3 warnings
    ");
    assert_eq!(served.writes_after(sent), [""; 0], "a plan writes nothing");
    assert_eq!(
        analyzer.lines(),
        [
            "POST /policy/check-no-new-access",
            "POST /policy/validation",
            "POST /policy/validation?nextToken=page%2F2",
        ]
    );
}

#[test]
fn what_is_sent_is_the_policy_and_nothing_else() {
    let (stage, _served, analyzer) = stage(clean);
    stage.write("stack.yaml", &wider());
    stage
        .run(&["plan", "stack.yaml", "--aws-checks", "--quiet"])
        .succeeds();
    let mut bodies: Vec<Value> = analyzer
        .requests()
        .into_iter()
        .map(|one| one.body)
        .collect();
    bodies.sort_by_key(|body| body.get("policyDocument").is_none());
    let before = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::logs/*"}]}"#;
    let after = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::logs/*"}]}"#;
    assert_eq!(
        bodies,
        [
            json!({"policyDocument": after, "policyType": "IDENTITY_POLICY"}),
            json!({"existingPolicyDocument": before, "newPolicyDocument": after, "policyType": "IDENTITY_POLICY"}),
        ]
    );
    let signed = "authorization: aws4-hmac-sha256 credential=";
    let scope = "/us-east-1/access-analyzer/aws4_request";
    let request = &analyzer.requests()[0];
    assert!(
        request
            .headers
            .iter()
            .any(|line| line.starts_with(signed) && line.contains(scope)),
        "{request:?}"
    );
}

#[test]
fn nothing_is_asked_without_the_flag_or_a_change() {
    let (stage, _served, analyzer) = stage(clean);
    stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .succeeds();
    stage.write("stack.yaml", &wider());
    stage.run(&["plan", "stack.yaml"]).succeeds();
    stage.run(&["validate", "stack.yaml"]).succeeds();
    assert_eq!(analyzer.lines(), [""; 0]);
}

#[test]
fn what_is_new_has_nothing_to_be_compared_with() {
    let (stage, _served, analyzer) = stage(clean);
    stage.write("stack.yaml", &STACK.replace("name: web", "name: other"));
    stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .succeeds();
    let asked = analyzer.requests().into_iter().map(|one| one.body);
    let mut types: Vec<String> = asked.map(|body| body["policyType"].to_string()).collect();
    types.sort();
    assert_eq!(types, [r#""IDENTITY_POLICY""#, r#""RESOURCE_POLICY""#]);
    assert_eq!(
        analyzer.lines(),
        ["POST /policy/validation", "POST /policy/validation"]
    );
}

#[test]
fn an_error_that_aws_finds_refuses_the_plan() {
    let (stage, _served, _analyzer) = stage(|request| {
        if request.line.starts_with("POST /policy/validation") {
            let details = "The action s3:PutObject does not exist.";
            let found = finding("ERROR", "INVALID_ACTION", details, &second_action());
            return (200, json!({"findings": [found]}));
        }
        clean(request)
    });
    stage.write("stack.yaml", &wider());
    let (plan, talk) = stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .says_with(3);
    assert!(plan.contains("s3:PutObject"), "it is still shown: {plan}");
    assert_snapshot!(talk, @"
    error[aws-invalid-action]

      x AWS finds an error in `inlinePolicies.logs` of Role/web: The action s3:PutObject does not
      | exist
        ,-[stack.yaml:18:15]
     17 |             - s3:GetObject
     18 |             - s3:PutObject
        :               ^^^^^^^^^^^^
     19 |           Resource: arn:aws:s3:::logs/*
        `----
      help: read https://docs.aws.amazon.com/access-analyzer#INVALID_ACTION

    1 error
    ");
    let json = stage
        .run(&["plan", "stack.yaml", "--aws-checks", "--output=json"])
        .json(3);
    assert_eq!(json["refusals"][0]["code"], "aws-invalid-action");
}

#[test]
fn new_access_refuses_a_plan_that_must_not_have_any() {
    let (stage, _served, _analyzer) = stage(wary);
    // Our own comparison proves that this is not wider, so only AWS speaks up.
    let spelt = STACK.replace("arn:aws:s3:::logs/*", "'arn:aws:s3:::logs/?*'");
    stage.write("stack.yaml", &spelt);
    let arguments = ["plan", "stack.yaml", "--fail-on=new-access"];
    stage.run(&arguments).succeeds();
    let asked = [&arguments[..], &["--aws-checks"]].concat();
    let (_, talk) = stage.run(&asked).says_with(3);
    assert_snapshot!(talk, @"
    error[aws-new-access]

      x AWS finds new access in `inlinePolicies.logs` of Role/web: New access in the statement with
      | index: 0
        ,-[stack.yaml:15:11]
     14 |       Statement:
     15 |         - Effect: Allow
        :           ^^^^^^
     16 |           Action:
        `----
      help: look at it, and run again without `--fail-on new-access` if that is what you want

    1 error
    ");
}

#[test]
fn what_cannot_be_compared_is_no_proof() {
    let (stage, _served, _analyzer) = stage(|request| {
        if request.line.ends_with("check-no-new-access") {
            return refusal(
                422,
                "UnprocessableEntityException",
                "The policy is too complex",
            );
        }
        clean(request)
    });
    let spelt = STACK.replace("arn:aws:s3:::logs/*", "'arn:aws:s3:::logs/?*'");
    stage.write("stack.yaml", &spelt);
    let (_, talk) = stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .says_with(0);
    assert_snapshot!(talk, @"
    warning[aws-not-checked]

      ! AWS cannot judge `inlinePolicies.logs` of Role/web: access-analyzer:CheckNoNewAccess:
      | UnprocessableEntityException: The policy is too complex
        ,-[stack.yaml:13:7]
     12 |     logs:
     13 |       Version: '2012-10-17'
        :       ^^^^^^^
     14 |       Statement:
        `----

    1 warning
    ");
    let strict = ["plan", "stack.yaml", "--aws-checks", "--fail-on=new-access"];
    let json = stage
        .run(&[&strict[..], &["--output=json"]].concat())
        .json(3);
    assert_eq!(json["refusals"][0]["code"], "aws-not-checked");
}

#[test]
fn validate_asks_about_every_policy_once() {
    let (stage, _served, analyzer) = stage(|request| {
        let details = "Add a condition.";
        let path = json!([{"value": "Statement"}, {"index": 0}, {"value": "Principal"}]);
        let found = finding("WARNING", "NO_CONDITION", details, &path);
        match request.body["policyType"].as_str() {
            Some("RESOURCE_POLICY") => (200, json!({"findings": [found]})),
            _ => clean(request),
        }
    });
    // Two roles share a trust policy; the second one's is in a file.
    let trust = r#"{"Version":"2012-10-17",
"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    stage.write("trust.json", trust);
    let second = "---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: { name: batch }\nspec:\n  trustPolicy: { file: trust.json }\n";
    stage.write("stack.yaml", &format!("{STACK}{second}"));
    let (result, talk) = stage
        .run(&["validate", "stack.yaml", "--aws-checks"])
        .says_with(0);
    assert_snapshot!(format!("{result}{talk}"), @r#"
    Stack checked is valid: 2 resources.
    warning[aws-no-condition]

      ! AWS warns about `trustPolicy` of Role/web: Add a condition
        ,-[stack.yaml:10:16]
      9 | spec:
     10 |   trustPolicy: { services: [ec2.amazonaws.com] }
        :                ^^
     11 |   inlinePolicies:
        `----
      help: read https://docs.aws.amazon.com/access-analyzer#NO_CONDITION

    warning[aws-no-condition]

      ! AWS warns about `trustPolicy` of Role/batch: Add a condition
       ,-[trust.json:2:44]
     1 | {"Version":"2012-10-17",
     2 | "Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}
       :                                            ^
       `----
      help: read https://docs.aws.amazon.com/access-analyzer#NO_CONDITION

    2 warnings
    "#);
    assert_eq!(
        analyzer.lines(),
        ["POST /policy/validation", "POST /policy/validation"],
        "three policies, two of them alike"
    );
    let types: Vec<Value> = analyzer
        .requests()
        .into_iter()
        .map(|one| one.body)
        .collect();
    let role = types
        .iter()
        .find(|body| body["policyType"] == "RESOURCE_POLICY");
    assert_eq!(
        role.expect("the trust policy was asked about")["validatePolicyResourceType"],
        "AWS::IAM::AssumeRolePolicyDocument"
    );
}

#[test]
fn validate_is_refused_for_an_error() {
    let (stage, _served, _analyzer) = stage(|_| {
        let found = finding("ERROR", "INVALID_ACTION", "No such action.", &json!([]));
        (200, json!({"findings": [found]}))
    });
    let json = stage
        .run(&["validate", "stack.yaml", "--aws-checks", "--output=json"])
        .json(3);
    assert_eq!(
        json["refusals"]["problems"][0]["code"],
        "aws-invalid-action"
    );
    let sarif = stage
        .run(&["validate", "stack.yaml", "--aws-checks", "--output=sarif"])
        .json(3);
    let results = sarif["runs"][0]["results"].as_array();
    let mut results = results.expect("there are results").iter();
    assert!(
        results.any(|result| result["ruleId"] == "aws-invalid-action"),
        "{sarif:#}"
    );
}

#[test]
fn without_permission_it_is_said_which_one_is_needed() {
    let (stage, _served, _analyzer) = stage(|_| {
        let message = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: access-analyzer:ValidatePolicy on resource: *";
        refusal(403, "AccessDeniedException", message)
    });
    stage.write("stack.yaml", &wider());
    let run = stage.run(&["plan", "stack.yaml", "--aws-checks"]);
    assert_snapshot!(run.whole(), @"
    exit 1
    --- stderr
    error: cannot have Access Analyzer check the policies: access-analyzer:ValidatePolicy: AccessDeniedException: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: access-analyzer:ValidatePolicy on resource: * (request r-1)
      hint: give the caller `access-analyzer:ValidatePolicy` on `*`, or leave out `--aws-checks`
    ");
}

#[test]
fn an_endpoint_without_access_analyzer_is_told_as_such() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(STACK);
    stage.use_served(&served);
    let run = stage.run(&["plan", "stack.yaml", "--aws-checks"]);
    assert_snapshot!(run.whole(), @r#"
    exit 1
    --- stderr
    error: cannot have Access Analyzer check the policies: access-analyzer:ValidatePolicy: UnreadableAnswer: HTTP status 400 with `<?xml version="1.0" encoding="UTF-8"?> <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>the sandbox serves iam, sts, ec2 an…` (request [request])
      hint: does the endpoint serve Access Analyzer? Leave out `--aws-checks`, or give the service an endpoint of its own in AWS_ENDPOINT_URL_ACCESSANALYZER
    "#);
}

#[test]
fn the_sandbox_has_none() {
    let stage = Stage::with_manifest(STACK);
    for command in ["plan", "validate"] {
        let run = stage.run(&[&[command, "stack.yaml", "--aws-checks"], &CALM[..]].concat());
        assert_eq!(
            run.complains_with(64),
            "error: the sandbox has no Access Analyzer: leave out `--aws-checks` or `--sandbox`\n"
        );
    }
}

#[test]
fn throttling_and_trouble_of_the_service_are_waited_out() {
    let asked = AtomicUsize::new(0);
    let (stage, _served, analyzer) =
        stage(move |request| match asked.fetch_add(1, Ordering::Relaxed) {
            0 => refusal(429, "ThrottlingException", "Rate exceeded"),
            1 => refusal(500, "InternalServerException", "Internal error"),
            _ => clean(request),
        });
    stage.write("stack.yaml", &wider());
    stage
        .run(&["plan", "stack.yaml", "--aws-checks"])
        .succeeds();
    assert_eq!(analyzer.requests().len(), 4);
}
