//! Who may call and what they may do.

use super::{RUNNING, S3_POLICY, Story};
use crate::sandbox::{EXPIRED_ACCESS_KEY_ID, Request, Weather, signature};
use jiff::SignedDuration;

fn denied(actions: &[&str]) -> Story {
    Story::with(Weather {
        denied: actions.iter().map(|action| (*action).to_owned()).collect(),
        ..Weather::calm()
    })
}

#[test]
fn a_denial_names_caller_action_and_resource() {
    let story = denied(&["iam:PutRolePolicy", "ec2:*"]);
    story.role("s3access").ok();
    let faults = [
        story
            .iam(
                "PutRolePolicy",
                &[
                    ("RoleName", "s3access"),
                    ("PolicyName", "p"),
                    ("PolicyDocument", S3_POLICY),
                ],
            )
            .fault(),
        story
            .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
            .fault(),
        story.ec2("DescribeInstances", &[]).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    403 AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: iam:PutRolePolicy on resource: role s3access because no identity-based policy allows the iam:PutRolePolicy action
    403 UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ec2:StopInstances on resource: i-1234567890abcdef0 because no identity-based policy allows the ec2:StopInstances action
    403 UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ec2:DescribeInstances on resource: * because no identity-based policy allows the ec2:DescribeInstances action
    ");
    assert!(
        story
            .sandbox
            .world()
            .iam
            .role("s3access")
            .unwrap()
            .inline_policies
            .is_empty()
    );
}

#[test]
fn the_caller_is_told_whatever_is_denied() {
    let story = denied(&["sts:*"]);
    let body = story
        .call("sts", "2011-06-15", "GetCallerIdentity", &[])
        .ok();
    assert_eq!(
        super::text(&body, "Arn"),
        "arn:aws:iam::123456789012:user/sandbox"
    );
    assert_eq!(super::text(&body, "Account"), "123456789012");
    assert_eq!(
        super::text(&body, "UserId"),
        story.iam("GetUser", &[]).get("UserId")
    );
}

#[test]
fn keys_that_do_not_work_say_why() {
    let mut story = Story::calm();
    let mut faults = Vec::new();
    for key in [EXPIRED_ACCESS_KEY_ID, "AKIAIOSFODNN7EXAMPLE"] {
        story.access_key_id = key;
        faults.push(story.iam("ListRoles", &[]).fault());
        faults.push(story.ec2("DescribeInstances", &[]).fault());
    }
    story.access_key_id = crate::sandbox::ACCESS_KEY_ID;
    story.region = "nowhere";
    faults.push(story.iam("ListRoles", &[]).fault());
    story.region = "us-east-1";
    faults.push(story.call("sqs", "2006-03-01", "ListBuckets", &[]).fault());
    insta::assert_snapshot!(faults.join("\n"), @"
    403 ExpiredToken: The security token included in the request is expired
    400 RequestExpired: Request has expired.
    403 InvalidClientTokenId: The security token included in the request is invalid.
    401 AuthFailure: AWS was not able to validate the provided access credentials
    403 SignatureDoesNotMatch: Credential should be scoped to a valid region.
    400 InvalidAction: the sandbox serves iam, sts, ec2 and s3, not sqs
    ");
    assert!(story.sandbox.calls().is_empty());
}

#[test]
fn clocks_may_differ_by_a_quarter_of_an_hour() {
    let story = Story::calm();
    let ask = |service: &str, minutes: i64| {
        let version = if service == "ec2" {
            "2016-11-15"
        } else {
            "2011-06-15"
        };
        let action = if service == "ec2" {
            "DescribeInstances"
        } else {
            "GetCallerIdentity"
        };
        let body = format!("Action={action}&Version={version}").into_bytes();
        let (method, path, host) = ("POST".to_owned(), "/".to_owned(), "localhost".to_owned());
        let mut request = Request {
            method,
            path,
            query: String::new(),
            headers: Vec::new(),
            host,
            body,
        };
        let signed = story.now + SignedDuration::from_mins(minutes);
        signature::tests::sign(
            &mut request,
            story.access_key_id,
            "us-east-1",
            service,
            signed,
        );
        let response = story.sandbox.handle(&request, story.now);
        let body = String::from_utf8(response.body).unwrap();
        super::texts(&body, "Message")
            .pop()
            .unwrap_or_else(|| "fine".to_owned())
    };
    let answers = [
        ask("sts", 14),
        ask("sts", -14),
        ask("sts", 16),
        ask("sts", -16),
        ask("ec2", 16),
    ];
    insta::assert_snapshot!(answers.join("\n"), @"
    fine
    fine
    Signature not yet current: 20260101T121600Z is still later than 20260101T121500Z (20260101T120000Z + 15 min.)
    Signature expired: 20260101T114400Z is now earlier than 20260101T114500Z (20260101T120000Z - 15 min.)
    Request has expired.
    ");
}

#[test]
fn a_changed_body_does_not_match_its_signature() {
    let story = Story::calm();
    let (method, path, host) = ("POST".to_owned(), "/".to_owned(), "localhost".to_owned());
    let body = b"Action=ListRoles&Version=2010-05-08".to_vec();
    let mut request = Request {
        method,
        path,
        query: String::new(),
        headers: Vec::new(),
        host,
        body,
    };
    signature::tests::sign(
        &mut request,
        story.access_key_id,
        "us-east-1",
        "iam",
        story.now,
    );
    assert_eq!(story.sandbox.handle(&request, story.now).status, 200);
    request.body.push(b'&');
    let refused = story.sandbox.handle(&request, story.now);
    assert_eq!(refused.status, 403);
    assert!(
        String::from_utf8(refused.body)
            .unwrap()
            .contains("<Code>SignatureDoesNotMatch</Code>")
    );
}
