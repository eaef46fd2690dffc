//! Credentials that expire, and clocks that differ.

use super::{Story, text, texts};
use crate::sandbox::{Request, Weather, signature};
use jiff::{SignedDuration, Timestamp};

/// A request that is not signed yet.
fn request(method: &str, path: &str, body: &str) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: Vec::new(),
        host: "localhost".to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

impl Story {
    /// Who calls, asked with temporary credentials.
    fn identity(&self, service: &str, key: &str, token: &str) -> String {
        let body = match service {
            "ec2" => "Action=DescribeInstances&Version=2016-11-15",
            _ => "Action=GetCallerIdentity&Version=2011-06-15",
        };
        let mut request = request("POST", "/", body);
        let token = ("X-Amz-Security-Token".to_owned(), token.to_owned());
        request.headers.push(token);
        signature::tests::sign(&mut request, key, "us-east-1", service, self.now);
        let response = self.sandbox.handle(&request, self.now);
        let body = String::from_utf8(response.body).unwrap();
        let fault = texts(&body, "Code").pop();
        fault.unwrap_or_else(|| "fine".to_owned())
    }
}

#[test]
fn credentials_are_handed_out_and_expire() {
    let mut story = Story::with(Weather {
        credential_lifetime: Some(SignedDuration::from_secs(30)),
        ..Weather::calm()
    });
    let response = story
        .sandbox
        .handle(&request("GET", "/credentials", ""), story.now);
    assert_eq!(response.status, 200);
    let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    let field = |name: &str| json[name].as_str().unwrap().to_owned();
    assert_eq!(field("Expiration"), "2026-01-01T12:00:30.000Z");
    let (key, token) = (field("AccessKeyId"), field("Token"));
    assert_eq!(field("SecretAccessKey"), crate::sandbox::SECRET_ACCESS_KEY);
    let ask = |story: &Story| ["sts", "ec2"].map(|service| story.identity(service, &key, &token));
    assert_eq!(ask(&story), ["fine", "fine"]);
    assert_eq!(
        story.identity("sts", &key, "stolen"),
        "InvalidClientTokenId"
    );
    story.wait(30);
    assert_eq!(ask(&story), ["ExpiredToken", "RequestExpired"]);
    assert_eq!(
        story.sandbox.calls(),
        ["sts:GetCallerIdentity", "ec2:DescribeInstances"]
    );
}

#[test]
fn without_a_lifetime_nothing_is_handed_out() {
    let story = Story::calm();
    let response = story
        .sandbox
        .handle(&request("GET", "/credentials", ""), story.now);
    assert_eq!(response.status, 404);
    assert!(story.sandbox.session(story.now).is_none());
}

#[test]
fn the_clock_may_be_ahead_and_says_so() {
    let weather = Weather::read("clockSkew: 20m\npropagationDelay: 0s").unwrap();
    let mut story = Story::with(weather);
    let ask = |story: &Story, signed: Timestamp| {
        let mut request = request("POST", "/", "Action=ListRoles&Version=2010-05-08");
        signature::tests::sign(
            &mut request,
            story.access_key_id,
            "us-east-1",
            "iam",
            signed,
        );
        let response = story.sandbox.handle(&request, story.now);
        let date = response.headers.iter().find(|(name, _)| name == "Date");
        (response.status, date.unwrap().1.clone())
    };
    let theirs = "Thu, 01 Jan 2026 12:20:00 GMT".to_owned();
    assert_eq!(ask(&story, story.now), (403, theirs.clone()));
    let corrected = story.now + SignedDuration::from_mins(20);
    assert_eq!(ask(&story, corrected), (200, theirs));
    story.now = corrected;
    story
        .sandbox
        .set_weather(Weather::read("clockSkew: -20m").unwrap());
    assert_eq!(ask(&story, story.now).0, 403);
    story.sandbox.set_weather(Weather::calm());
    let created = text(&story.role("r").ok(), "CreateDate");
    assert_eq!(created, "2026-01-01T12:20:00Z");
}
