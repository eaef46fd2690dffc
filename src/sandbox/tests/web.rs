//! Sessions of those for whom an identity provider vouches.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::sts::{Keys, story};
use super::{Answer, Request, Story};

/// A token of GitHub's for a workflow; its signature is nobody's to check here.
fn workflow_token(sub: &str, expires: i64) -> String {
    let claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": sub,
        "exp": expires,
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.signature",
        part(&json!({"alg": "RS256"})),
        part(&claims)
    )
}

impl Story {
    /// The one call that nobody signs.
    fn assume_by_token(&self, token: &str) -> Answer {
        let pairs = [
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", "arn:aws:iam::123456789012:role/ci"),
            ("RoleSessionName", "run-1"),
            ("WebIdentityToken", token),
        ];
        let body = pairs.map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        let response = self.sandbox.handle(
            &Request {
                method: "POST".to_owned(),
                path: "/".to_owned(),
                query: String::new(),
                headers: Vec::new(),
                host: "127.0.0.1:4566".to_owned(),
                body: body.join("&").into_bytes(),
            },
            self.now,
        );
        Answer {
            status: response.status,
            body: String::from_utf8(response.body).unwrap(),
            delivery: response.delivery,
            delay: response.delay,
        }
    }
}

#[test]
fn a_workflow_assumes_the_role_that_trusts_its_branch() {
    let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let trust = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": "repo:org/repo:ref:refs/heads/*"},
        },
    }});
    let story = story(json!([{ "name": "ci", "trustPolicy": trust }]));
    let later = story.now.as_second() + 600;
    let main = "repo:org/repo:ref:refs/heads/main";
    let keys = Keys::of(story.assume_by_token(&workflow_token(main, later)));
    let who = story.by(&keys, "sts:GetCallerIdentity", &[]).get("Arn");
    assert_eq!(who, "arn:aws:sts::123456789012:assumed-role/ci/run-1");
    let faults = [
        story.assume_by_token(&workflow_token("repo:org/other:ref:refs/heads/main", later)),
        story.assume_by_token(&workflow_token(main, later - 600)),
        story.assume_by_token("no token"),
    ];
    insta::assert_snapshot!(faults.map(Answer::fault).join("\n"), @"
    403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
    400 ExpiredTokenException: Token expired: current date/time 2026-01-01T12:00:00Z must be before the expiration date/time 2026-01-01T12:00:00Z
    400 InvalidIdentityToken: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)
    ");
    let signed = story.sts(
        "AssumeRole",
        &[
            ("RoleArn", "arn:aws:iam::123456789012:role/ci"),
            ("RoleSessionName", "run-1"),
        ],
    );
    assert!(signed.fault().contains("AccessDenied"));
}
