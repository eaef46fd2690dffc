//! No way to AWS: credentials, endpoints, permission to look. Nothing was changed then, and the exit code is 1.

use std::time::Instant;

use insta::assert_snapshot;
use rolewright::sandbox::{EXPIRED_ACCESS_KEY_ID, Weather};

use crate::support::{Served, Stage};

/// A stage of s3access with credentials that nobody knows.
fn strangers_stage() -> Stage {
    let mut stage = Stage::with_example("s3access");
    stage.set("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSTHIS2");
    stage.set("AWS_SECRET_ACCESS_KEY", "hush-hush");
    stage.set("AWS_REGION", "us-east-1");
    stage
}

#[test]
fn no_credentials() {
    let mut stage = Stage::with_example("s3access");
    stage.set("AWS_REGION", "us-east-1");
    let commands: [&[&str]; 3] = [
        &["plan", "s3access"],
        &["apply", "s3access", "--yes"],
        &["whoami"],
    ];
    let complaints = commands.map(|command| stage.run(command).complains_with(1));
    assert_eq!(complaints[0], complaints[1]);
    assert_eq!(complaints[0], complaints[2]);
    assert_snapshot!(complaints[0], @"
    error: no credentials found: tried the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), the shared config and credentials files, web identity, the container's and the instance's metadata (AWS_EC2_METADATA_DISABLED is true)
      hint: run `aws configure`, choose a profile with --profile, or try it without AWS: --sandbox
    ");
}

#[test]
fn no_region() {
    let stage = Stage::with_example("s3access");
    assert_snapshot!(stage.run(&["plan", "s3access"]).whole(), @r"
    exit 1
    --- stderr
    error: no region is set
      hint: pass `--region`, set `spec.region` of the stack, or AWS_REGION
    ");
}

#[test]
fn expired_credentials() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage.set("AWS_ACCESS_KEY_ID", EXPIRED_ACCESS_KEY_ID);
    assert_snapshot!(stage.run(&["apply", "s3access", "--yes"]).whole(), @r"
    exit 1
    --- stderr
    error: cannot find out who we are: sts:GetCallerIdentity: ExpiredToken: The security token included in the request is expired (request [request])
      hint: get new credentials, then run again
    ");
}

#[test]
fn unknown_credentials() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage.set("AWS_ACCESS_KEY_ID", "AKIANOBODYKNOWSTHIS2");
    assert_snapshot!(stage.run(&["apply", "s3access", "--yes"]).whole(), @r"
    exit 1
    --- stderr
    error: cannot find out who we are: sts:GetCallerIdentity: InvalidClientTokenId: The security token included in the request is invalid. (request [request])
      hint: check the access key and that it is of this partition, and that the region is enabled for the account
    ");
}

#[test]
fn a_wrong_secret_is_told_and_not_printed() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage.set("AWS_SECRET_ACCESS_KEY", "hush-hush");
    let run = stage
        .run(&["apply", "s3access", "--yes", "--verbose"])
        .whole();
    assert!(!run.contains("hush"), "{run}");
    assert_snapshot!(run, @r"
    exit 1
    --- stderr
    error: cannot find out who we are: sts:GetCallerIdentity: SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details. (request [request])
      hint: check the secret access key
    ");
}

#[test]
fn nobody_listens() {
    // A port that was free a moment ago, and nobody asks for it by number.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", free.local_addr().expect("it is bound"));
    drop(free);
    let began = Instant::now();
    let run = strangers_stage().run(&["plan", "s3access", "--endpoint-url", &url]);
    assert_snapshot!(run.whole(), @r"
    exit 1
    --- stderr
    error: cannot find out who we are: sts:GetCallerIdentity: ConnectionRefused: [address] refused the connection
      hint: check that the endpoint's host and port are right and that it is running
    ");
    assert!(
        began.elapsed().as_secs() < 10,
        "a wrong endpoint is told soon"
    );
}

#[test]
fn an_endpoint_that_is_no_aws() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let page = "<html><title>Router login</title></html>";
            let mut ignored = [0; 4096];
            let _ = stream.read(&mut ignored);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    let run = strangers_stage().run(&["plan", "s3access", "--endpoint-url", &url]);
    assert_snapshot!(run.whole(), @r"
    exit 1
    --- stderr
    error: cannot find out who we are: sts:GetCallerIdentity: UnreadableAnswer: HTTP status 200 with `<html><title>Router login</title></html>`
      hint: is the endpoint an AWS endpoint? A proxy may have answered in its place
    ");
}

#[test]
fn endpoints_that_are_refused_before_anything_is_sent() {
    let stage = strangers_stage();
    let refusals = [
        "http://example.com",
        "http://10.0.0.1:4566",
        "ftp://127.0.0.1",
        "not a url",
    ]
    .map(|url| {
        stage
            .run(&["plan", "s3access", "--endpoint-url", url])
            .complains_with(1)
    });
    assert_snapshot!(refusals.concat(), @r"
    error: refusing to send signed requests to `http://example.com` without encryption
      hint: use https://, or http:// with localhost, 127.0.0.1 or [::1]
    error: refusing to send signed requests to `http://10.0.0.1:4566` without encryption
      hint: use https://, or http:// with localhost, 127.0.0.1 or [::1]
    error: the endpoint URL `ftp://127.0.0.1` has a scheme, user, query or fragment that an endpoint cannot have
      hint: write it like https://iam.example.com or http://localhost:5000
    error: `not a url` is not an endpoint URL
      hint: write it like https://iam.example.com or http://localhost:5000
    ");
}

#[test]
fn an_endpoint_from_the_environment_is_refused_as_well() {
    let mut stage = strangers_stage();
    stage.set("AWS_ENDPOINT_URL_IAM", "http://example.com");
    assert_snapshot!(stage.run(&["plan", "s3access"]).whole(), @r"
    exit 1
    --- stderr
    error: refusing to send signed requests to `http://example.com` without encryption
      hint: use https://, or http:// with localhost, 127.0.0.1 or [::1]
    ");
}

#[test]
fn a_caller_who_may_not_look() {
    let stage = Stage::with_example("s3access");
    stage.write("denied.yaml", "propagationDelay: 0s\ndenied: ['iam:*']\n");
    let run = stage.run(&["plan", "s3access", "--sandbox", "--weather=denied.yaml"]);
    assert_snapshot!(run.whole(), @"
    exit 1
    --- stderr
    error: cannot look at AWS: iam:GetRole: AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:GetRole on resource: role s3access because no identity-based policy allows the iam:GetRole action (request [request])
      hint: give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs
    ");
}

#[test]
fn faults_are_json_as_well() {
    let stage = strangers_stage();
    let json = stage
        .run(&[
            "plan",
            "s3access",
            "--endpoint-url=http://127.0.0.1:1",
            "--output=json",
        ])
        .json(1);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "error": {
        "doing": "find out who we are",
        "fault": {
          "class": "unreachable",
          "call": "sts:GetCallerIdentity",
          "code": "ConnectionRefused",
          "message": "[address] refused the connection",
          "status": null,
          "requestId": null,
          "hint": "check that the endpoint's host and port are right and that it is running"
        }
      }
    }
    "#);
}
