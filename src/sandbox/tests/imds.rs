//! What an instance finds about itself, and what its credentials are good for.

use serde_json::Value;

use super::sts::Keys;
use super::{Answer, EC2_TRUST, RUNNING, STOPPED, Story};
use crate::sandbox::{Request, Weather};

const INFO: &str = "/latest/meta-data/iam/info";
const KEYS: &str = "/latest/meta-data/iam/security-credentials/";

impl Story {
    fn imds(&self, method: &str, instance: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request {
            method: method.to_owned(),
            path: format!("/imds/us-east-1/{instance}{path}"),
            query: String::new(),
            headers: headers.collect(),
            host: "127.0.0.1:4566".to_owned(),
            body: Vec::new(),
        };
        let response = self.sandbox.handle(&request, self.now);
        Answer {
            status: response.status,
            body: String::from_utf8(response.body).unwrap(),
            delivery: response.delivery,
            delay: response.delay,
        }
    }

    fn metadata_token(&self, instance: &str, seconds: &str) -> Answer {
        let lifetime = [("X-aws-ec2-metadata-token-ttl-seconds", seconds)];
        self.imds("PUT", instance, "/latest/api/token", &lifetime)
    }

    /// What IMDSv2 says to an instance: status and body.
    fn finds(&self, instance: &str, path: &str) -> (u16, String) {
        let token = self.metadata_token(instance, "60").body;
        let answer = self.imds(
            "GET",
            instance,
            path,
            &[("X-aws-ec2-metadata-token", &token)],
        );
        (answer.status, answer.body)
    }

    /// The credentials that an instance finds.
    fn keys_of(&self, instance: &str) -> Option<(Keys, Value)> {
        let (status, role) = self.finds(instance, KEYS);
        if status != 200 {
            return None;
        }
        let found = self.finds(instance, &format!("{KEYS}{role}")).1;
        let found: Value = serde_json::from_str(&found).unwrap();
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let keys = Keys {
            id: text("AccessKeyId"),
            token: text("Token"),
        };
        Some((keys, found))
    }

    fn puts(&self, role: &str, name: &str, document: &str) {
        let parameters = [
            ("RoleName", role),
            ("PolicyName", name),
            ("PolicyDocument", document),
        ];
        self.iam("PutRolePolicy", &parameters).ok();
    }
}

/// A running instance with a role that may look at roles.
fn story(weather: Weather) -> Story {
    let story = Story::with(weather);
    story.role_in_profile("web");
    let look = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetRole","Resource":"*"}]}"#;
    story.puts("web", "Look", look);
    story.associate(RUNNING, "web").ok();
    story
}

fn looks(story: &Story, keys: &Keys) -> String {
    let answer = story.by(keys, "iam:GetRole", &[("RoleName", "web")]);
    if answer.status == 200 {
        "allowed".to_owned()
    } else {
        answer.fault()
    }
}

#[test]
fn a_token_comes_first() {
    let story = story(Weather::calm());
    let asked = |method, headers: &[(&str, &str)]| {
        story
            .imds(method, RUNNING, "/latest/api/token", headers)
            .status
    };
    assert_eq!(asked("PUT", &[]), 400);
    for (seconds, status) in [
        ("0", 400),
        ("21601", 400),
        ("x", 400),
        ("1", 200),
        ("21600", 200),
    ] {
        assert_eq!(
            story.metadata_token(RUNNING, seconds).status,
            status,
            "{seconds}"
        );
    }
    let lifetime = ("X-aws-ec2-metadata-token-ttl-seconds", "60");
    assert_eq!(
        asked("PUT", &[lifetime, ("X-Forwarded-For", "10.0.0.1")]),
        403
    );
    assert_eq!(asked("GET", &[lifetime]), 405);
}

#[test]
fn a_token_is_for_one_instance_and_some_time() {
    let mut story = story(Weather::calm());
    story
        .sandbox
        .edit(|world| {
            let region = world.regions.get_mut("us-east-1").unwrap();
            region
                .instances
                .get_mut(RUNNING)
                .unwrap()
                .metadata_options
                .http_tokens = "required".into();
        })
        .unwrap();
    let token = story.metadata_token(RUNNING, "60").body;
    let asked = |story: &Story, headers: &[(&str, &str)]| {
        story
            .imds("GET", RUNNING, "/latest/meta-data/instance-id", headers)
            .status
    };
    let good = [("X-aws-ec2-metadata-token", token.as_str())];
    assert_eq!(asked(&story, &good), 200);
    assert_eq!(asked(&story, &[]), 401);
    assert_eq!(
        asked(&story, &[("X-aws-ec2-metadata-token", "i-1.2.3")]),
        401
    );
    let other = token.replace(RUNNING, STOPPED);
    assert_eq!(asked(&story, &[("X-aws-ec2-metadata-token", &other)]), 401);
    story.wait(61);
    assert_eq!(asked(&story, &good), 401);
}

#[test]
fn an_instance_finds_itself() {
    let story = story(Weather::calm());
    let all = [
        "instance-id",
        "placement/region",
        "placement/availability-zone",
        "iam/security-credentials/",
    ];
    let all = all.map(|item| story.finds(RUNNING, &format!("/latest/meta-data/{item}")).1);
    assert_eq!(all, [RUNNING, "us-east-1", "us-east-1a", "web"]);
    let info: Value = serde_json::from_str(&story.finds(RUNNING, INFO).1).unwrap();
    assert_eq!(info["Code"], "Success");
    assert_eq!(
        info["InstanceProfileArn"],
        "arn:aws:iam::123456789012:instance-profile/web"
    );
    assert_eq!(story.finds(RUNNING, &format!("{KEYS}other")).0, 404);
    assert_eq!(story.finds(RUNNING, "/latest/user-data").0, 404);
    assert_eq!(story.finds("i-0000000000000000f", KEYS).0, 404);
}

#[test]
fn its_credentials_are_a_session_of_the_role() {
    let story = story(Weather::calm());
    let (keys, found) = story.keys_of(RUNNING).unwrap();
    assert_eq!(
        (&found["Code"], &found["Type"]),
        (&"Success".into(), &"AWS-HMAC".into())
    );
    let body = story.by(&keys, "sts:GetCallerIdentity", &[]).ok();
    assert_eq!(
        super::text(&body, "Arn"),
        format!("arn:aws:sts::123456789012:assumed-role/web/{RUNNING}")
    );
    assert!(super::text(&body, "UserId").ends_with(&format!(":{RUNNING}")));
    assert_eq!(looks(&story, &keys), "allowed");
    assert!(
        story
            .by(&keys, "iam:ListRoles", &[])
            .fault()
            .contains("AccessDenied")
    );
}

#[test]
fn new_ones_are_there_long_before_the_old_ones_end() {
    let mut story = story(Weather::calm());
    let (first, found) = story.keys_of(RUNNING).unwrap();
    assert_eq!(found["LastUpdated"], "2026-01-01T12:00:00Z");
    assert_eq!(found["Expiration"], "2026-01-01T18:00:00Z");
    story.wait(5 * 3600 - 1);
    assert_eq!(
        story.keys_of(RUNNING).unwrap().1,
        found,
        "they stay the same"
    );
    story.wait(1);
    let (second, later) = story.keys_of(RUNNING).unwrap();
    assert_eq!(later["LastUpdated"], "2026-01-01T17:00:00Z");
    assert_eq!(looks(&story, &first), "allowed");
    story.wait(3600);
    assert!(looks(&story, &first).contains("ExpiredToken"));
    assert_eq!(looks(&story, &second), "allowed");
}

#[test]
fn what_is_revoked_is_denied_until_it_rotates() {
    let mut story = story(Weather::calm());
    let (keys, _) = story.keys_of(RUNNING).unwrap();
    let revoked = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T12:00:30Z"}}}]}"#;
    story.puts("web", "AWSRevokeOlderSessions", revoked);
    assert!(looks(&story, &keys).contains("explicit deny"));
    story.wait(60);
    let (same, _) = story.keys_of(RUNNING).unwrap();
    assert!(
        looks(&story, &same).contains("explicit deny"),
        "the instance keeps what it has"
    );
    story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    story.wait(60);
    assert!(story.keys_of(RUNNING).is_none(), "it does not run");
    story
        .ec2("StartInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    story.wait(60);
    let (fresh, _) = story.keys_of(RUNNING).unwrap();
    assert_eq!(looks(&story, &fresh), "allowed");
}

#[test]
fn a_role_that_goes_takes_its_credentials_along() {
    let story = story(Weather::calm());
    let (keys, _) = story.keys_of(RUNNING).unwrap();
    let both = [("InstanceProfileName", "web"), ("RoleName", "web")];
    story.iam("RemoveRoleFromInstanceProfile", &both).ok();
    assert!(
        story.keys_of(RUNNING).is_none(),
        "nothing new is handed out"
    );
    assert_eq!(looks(&story, &keys), "allowed", "what is out goes on");
    story
        .iam(
            "DeleteRolePolicy",
            &[("RoleName", "web"), ("PolicyName", "Look")],
        )
        .ok();
    story.iam("DeleteRole", &[("RoleName", "web")]).ok();
    let gone = story.by(&keys, "sts:GetCallerIdentity", &[]).fault();
    assert!(gone.contains("InvalidClientTokenId"), "{gone}");
}

#[test]
fn a_role_that_ec2_cannot_assume_is_said_so() {
    let story = story(Weather::calm());
    let lambda = EC2_TRUST.replace("ec2.amazonaws.com", "lambda.amazonaws.com");
    story
        .iam(
            "UpdateAssumeRolePolicy",
            &[("RoleName", "web"), ("PolicyDocument", &lambda)],
        )
        .ok();
    let info: Value = serde_json::from_str(&story.finds(RUNNING, INFO).1).unwrap();
    assert_eq!(info["Code"], "AssumeRoleUnauthorizedAccess");
    let (keys, found) = story.keys_of(RUNNING).unwrap();
    assert_eq!(found["Code"], "AssumeRoleUnauthorizedAccess");
    assert_eq!(keys.token, "");
}

#[test]
fn a_closed_service_answers_nothing() {
    let story = story(Weather::calm());
    story
        .sandbox
        .edit(|world| {
            let region = world.regions.get_mut("us-east-1").unwrap();
            region
                .instances
                .get_mut(RUNNING)
                .unwrap()
                .metadata_options
                .http_endpoint = "disabled".into();
        })
        .unwrap();
    assert_eq!(story.metadata_token(RUNNING, "60").status, 403);
}
