//! Buckets: their policies kept byte for byte, whom these deny, and the objects that make it matter.

use super::sts::Keys;
use super::{Answer, EC2_TRUST, Request, Story, signature, text};
use crate::sandbox::ACCESS_KEY_ID;

const BUCKET: &str = "/amzn-s3-demo-bucket";
const POLICY: (&str, &str) = (BUCKET, "policy");
const CHECKSUM: [(&str, &str); 1] = [("x-amz-checksum-crc32", "anything")];

impl Story {
    /// A call of S3: the path and query, headers, body.
    fn s3(
        &self,
        keys: Option<&Keys>,
        method: &str,
        (path, query): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers = headers.iter();
        let mut request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            host: "127.0.0.1:4566".to_owned(),
            body: body.as_bytes().to_vec(),
        };
        let token = keys.map(|keys| ("X-Amz-Security-Token".to_owned(), keys.token.clone()));
        request.headers.extend(token);
        let id = keys.map_or(ACCESS_KEY_ID, |keys| keys.id.as_str());
        signature::tests::sign(&mut request, id, self.region, "s3", self.now);
        let response = self.sandbox.handle(&request, self.now);
        let region = response
            .headers
            .iter()
            .find(|(name, _)| name == "x-amz-bucket-region");
        let told = region.map(|(_, region)| format!("<Region>{region}</Region>"));
        let body = String::from_utf8(response.body).unwrap();
        Answer {
            status: response.status,
            body: if method == "HEAD" {
                told.unwrap_or_default()
            } else {
                body
            },
            delivery: response.delivery,
            delay: response.delay,
        }
    }

    fn put_policy(&self, policy: &str) -> Answer {
        self.s3(None, "PUT", POLICY, &CHECKSUM, policy)
    }

    fn policy(&self) -> Answer {
        self.s3(None, "GET", POLICY, &[], "")
    }

    fn reads(&self, keys: Option<&Keys>) -> String {
        let path = ("/amzn-s3-demo-bucket/reports/2024.txt", "");
        let answer = self.s3(keys, "GET", path, &[], "");
        match answer.status {
            200 => answer.body,
            _ => answer.fault(),
        }
    }
}

fn deny(principal: &str, more: &str) -> String {
    format!(
        r#"{{ "Version": "2012-10-17",
  "Statement": [ {{"Sid":"No","Effect":"Deny","Principal":{{"AWS":"{principal}"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"{more}}} ] }}"#
    )
}

#[test]
fn a_policy_comes_back_as_it_was_put() {
    let story = Story::calm();
    assert_eq!(
        story.policy().fault(),
        "404 NoSuchBucketPolicy: The bucket policy does not exist"
    );
    let policy = deny("arn:aws:sts::123456789012:federated-user/bob", "");
    assert_eq!(story.put_policy(&policy).status, 204);
    assert_eq!(story.policy().ok(), policy);
    assert_eq!(story.s3(None, "DELETE", POLICY, &[], "").status, 204);
    assert_eq!(story.s3(None, "DELETE", POLICY, &[], "").status, 204);
    assert_eq!(story.policy().status, 404);
}

#[test]
fn what_is_no_policy_of_the_bucket_is_refused() {
    let story = Story::calm();
    let fine = deny("arn:aws:iam::123456789012:user/sandbox", "");
    let refused = |policy: &str| story.put_policy(policy).fault();
    let faults = [
        refused("no policy"),
        refused(&fine.replace("\"Principal\"", "\"Principals\"")),
        refused(&fine.replace("s3:GetObject", "ec2:RunInstances")),
        refused(&fine.replace("bucket/*", "bucket2/*")),
        refused(&fine.replace("user/sandbox", "user/nobody")),
        refused(&fine.replace("user/sandbox", "group/staff")),
        refused(&deny(
            "*",
            &format!(
                r#","Condition":{{"StringLike":{{"aws:userid":"{}"}}}}"#,
                "x".repeat(20_480)
            ),
        )),
        story.s3(None, "PUT", POLICY, &[], &fine).fault(),
        story
            .s3(
                None,
                "PUT",
                POLICY,
                &[("x-amz-checksum-sha256", "wrong")],
                &fine,
            )
            .fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @"
    400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'
    400 MalformedPolicy: Syntax errors in policy.
    400 MalformedPolicy: Policy has invalid action
    400 MalformedPolicy: Policy has invalid resource
    400 MalformedPolicy: Invalid principal in policy
    400 MalformedPolicy: Invalid principal in policy
    400 MalformedPolicy: Policy exceeds the maximum allowed document size.
    400 InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*
    400 BadDigest: The SHA256 you specified did not match the calculated checksum.
    ");
    assert_eq!(story.policy().status, 404);
    let odd_sid = fine.replace("\"No\"", "\"AWSLogs 2015-01\"");
    assert_eq!(
        story.put_policy(&odd_sid).status,
        204,
        "S3 takes what IAM does not"
    );
}

#[test]
fn a_bucket_is_served_in_its_region_to_its_owner() {
    let mut story = Story::calm();
    story.region = "eu-west-1";
    let head = story.s3(None, "HEAD", (BUCKET, ""), &[], "");
    assert_eq!(
        (head.status, text(&head.body, "Region")),
        (400, "us-east-1".to_owned())
    );
    insta::assert_snapshot!(story.policy().fault(), @"400 AuthorizationHeaderMalformed: The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'");
    story.region = "us-east-1";
    let head = story.s3(None, "HEAD", (BUCKET, ""), &[], "");
    assert_eq!(
        (head.status, text(&head.body, "Region")),
        (200, "us-east-1".to_owned())
    );
    let mine = [("x-amz-expected-bucket-owner", "123456789012")];
    assert_eq!(story.s3(None, "HEAD", (BUCKET, ""), &mine, "").status, 200);
    let others = [("x-amz-expected-bucket-owner", "999999999999")];
    assert_eq!(
        story.s3(None, "HEAD", (BUCKET, ""), &others, "").status,
        403
    );
    let missing = story.s3(None, "GET", ("/nobodys-bucket", "policy"), &[], "");
    assert_eq!(
        missing.fault(),
        "404 NoSuchBucket: The specified bucket does not exist"
    );
}

#[test]
fn a_federated_user_is_denied_by_name_and_with_the_user_behind() {
    let story = Story::calm();
    let bob = Keys::of(story.sts(
        "GetFederationToken",
        &[("Name", "bob"), ("Policy", r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#)],
    ));
    assert_eq!(story.reads(Some(&bob)), "all is well\n");
    let by_name = deny("arn:aws:sts::123456789012:federated-user/bob", "");
    story.put_policy(&by_name);
    insta::assert_snapshot!(story.reads(Some(&bob)), @r#"403 AccessDenied: User: arn:aws:sts::123456789012:federated-user/bob is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::amzn-s3-demo-bucket/reports/2024.txt" with an explicit deny in a resource-based policy"#);
    assert_eq!(story.reads(None), "all is well\n");
    story.put_policy(&deny("arn:aws:sts::123456789012:federated-user/rob", ""));
    assert_eq!(story.reads(Some(&bob)), "all is well\n");
    story.put_policy(&deny("arn:aws:iam::123456789012:user/sandbox", ""));
    for keys in [Some(&bob), None] {
        assert!(
            story
                .reads(keys)
                .contains("with an explicit deny in a resource-based policy")
        );
    }
}

#[test]
fn a_session_is_denied_by_its_name_and_a_role_with_all_its_sessions() {
    let story = Story::calm();
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#;
    story
        .iam(
            "CreateRole",
            &[("RoleName", "reader"), ("AssumeRolePolicyDocument", trust)],
        )
        .ok();
    let grant = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    story
        .iam(
            "PutRolePolicy",
            &[
                ("RoleName", "reader"),
                ("PolicyName", "read"),
                ("PolicyDocument", grant),
            ],
        )
        .ok();
    let arn = "arn:aws:iam::123456789012:role/reader";
    let session = |name: &str| {
        Keys::of(story.sts("AssumeRole", &[("RoleArn", arn), ("RoleSessionName", name)]))
    };
    let (one, two) = (session("one"), session("two"));
    story.put_policy(&deny(
        "arn:aws:sts::123456789012:assumed-role/reader/one",
        "",
    ));
    assert!(story.reads(Some(&one)).contains("explicit deny"));
    assert_eq!(story.reads(Some(&two)), "all is well\n");
    story.put_policy(&deny(arn, ""));
    assert!(story.reads(Some(&two)).contains("explicit deny"));
    let issued = r#","Condition":{"DateLessThan":{"aws:TokenIssueTime":"2020-01-01T00:00:00Z"}}"#;
    story.put_policy(&deny(arn, issued));
    assert_eq!(story.reads(Some(&two)), "all is well\n");
}

#[test]
fn a_role_that_is_gone_shows_its_bare_id() {
    let story = Story::calm();
    let made = story.iam(
        "CreateRole",
        &[("RoleName", "app"), ("AssumeRolePolicyDocument", EC2_TRUST)],
    );
    let id = made.get("RoleId");
    let arn = "arn:aws:iam::123456789012:role/app";
    let policy = deny(
        arn,
        &format!(r#","Condition":{{"ArnEquals":{{"aws:PrincipalArn":"{arn}"}}}}"#),
    );
    story.put_policy(&policy);
    assert_eq!(story.policy().ok(), policy);
    story.iam("DeleteRole", &[("RoleName", "app")]).ok();
    let gone = story.policy().ok();
    assert!(gone.contains(&format!(r#""AWS":"{id}""#)), "{gone}");
    assert!(
        gone.contains(&format!(r#""aws:PrincipalArn":"{arn}""#)),
        "{gone}"
    );
    story.role("app").ok();
    assert_eq!(story.policy().ok(), gone, "it is another one");
}

#[test]
fn objects_are_put_listed_and_deleted() {
    let story = Story::calm();
    let object = |key: &str| format!("{BUCKET}/{key}");
    for key in ["a%20b", "c/d"] {
        let put = story.s3(None, "PUT", (&object(key), ""), &[], "text");
        assert_eq!(put.status, 200);
    }
    assert_eq!(
        story.s3(None, "GET", (&object("a%20b"), ""), &[], "").ok(),
        "text"
    );
    let list = |query: &str| story.s3(None, "GET", (BUCKET, query), &[], "").ok();
    let page = list("list-type=2&max-keys=2");
    assert_eq!(super::texts(&page, "Key"), ["a b", "c/d"]);
    let next = text(&page, "NextContinuationToken").replace('/', "%2F");
    let page = list(&format!("continuation-token={next}&list-type=2"));
    assert_eq!(super::texts(&page, "Key"), ["reports/2024.txt"]);
    assert_eq!(super::texts(&list("list-type=2&prefix=c"), "Key"), ["c/d"]);
    assert_eq!(
        story
            .s3(None, "DELETE", (&object("c/d"), ""), &[], "")
            .status,
        204
    );
    let missing = story.s3(None, "GET", (&object("c/d"), ""), &[], "");
    assert_eq!(
        missing.fault(),
        "404 NoSuchKey: The specified key does not exist."
    );
    let full = story.s3(None, "DELETE", (BUCKET, ""), &[], "");
    assert_eq!(
        full.fault(),
        "409 BucketNotEmpty: The bucket you tried to delete is not empty"
    );
}

#[test]
fn buckets_survive_the_state_file() {
    let story = Story::calm();
    let world = story.sandbox.world();
    let saved = serde_json::to_string(&world).unwrap();
    let back: crate::sandbox::World = serde_json::from_str(&saved).unwrap();
    assert_eq!(back, world);
    assert_eq!(world.buckets.len(), 2);
}
