//! Stories told to [`Sandbox::handle`] with a clock of their own: given, one change, what AWS would say.

mod access;
mod associations;
mod attributes;
mod authorize;
mod buckets;
mod imds;
mod instances;
mod paging;
mod policies;
mod principals;
mod profiles;
mod propagation;
mod quotas;
mod replicas;
mod roles;
mod s3;
mod scripts;
mod seeds;
mod sessions;
mod state;
mod storms;
mod sts;
mod tags;
mod web;

use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{ACCESS_KEY_ID, Delivery, Request, Sandbox, Weather, signature};

const EC2_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const S3_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]}"#;
const RUNNING: &str = "i-1234567890abcdef0";
const STOPPED: &str = "i-0fedcba9876543210";

/// A sandbox and the time in it.
struct Story {
    sandbox: Sandbox,
    now: Timestamp,
    region: &'static str,
    access_key_id: &'static str,
}

/// What came back from one call.
struct Answer {
    status: u16,
    body: String,
    delivery: Delivery,
    delay: std::time::Duration,
}

impl Story {
    fn with(weather: Weather) -> Story {
        Story::of(Sandbox::open(None, weather).unwrap())
    }

    fn calm() -> Story {
        Story::with(Weather::calm())
    }

    fn of(sandbox: Sandbox) -> Story {
        let now = "2026-01-01T12:00:00Z".parse().unwrap();
        Story {
            sandbox,
            now,
            region: "us-east-1",
            access_key_id: ACCESS_KEY_ID,
        }
    }

    fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.call("iam", "2010-05-08", action, parameters)
    }

    fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.call("ec2", "2016-11-15", action, parameters)
    }

    fn call(
        &self,
        service: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Answer {
        self.signed(
            self.access_key_id,
            "",
            (service, version),
            action,
            parameters,
        )
    }

    /// A call with this key, and its token unless that is empty.
    fn signed(
        &self,
        access_key_id: &str,
        token: &str,
        (service, version): (&str, &str),
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Answer {
        let fixed = [("Action", action), ("Version", version)];
        let pairs = fixed.iter().chain(parameters).map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        let body = pairs.collect::<Vec<String>>().join("&").into_bytes();
        let (method, path, host) = (
            "POST".to_owned(),
            "/".to_owned(),
            "127.0.0.1:4566".to_owned(),
        );
        let mut request = Request {
            method,
            path,
            query: String::new(),
            headers: Vec::new(),
            host,
            body,
        };
        if !token.is_empty() {
            let header = ("X-Amz-Security-Token".to_owned(), token.to_owned());
            request.headers.push(header);
        }
        signature::tests::sign(&mut request, access_key_id, self.region, service, self.now);
        let response = self.sandbox.handle(&request, self.now);
        let body = String::from_utf8(response.body).unwrap();
        Answer {
            status: response.status,
            body,
            delivery: response.delivery,
            delay: response.delay,
        }
    }

    /// A role that EC2 may assume.
    fn role(&self, name: &str) -> Answer {
        self.iam(
            "CreateRole",
            &[("RoleName", name), ("AssumeRolePolicyDocument", EC2_TRUST)],
        )
    }

    /// A profile that holds a role, both of this name.
    fn role_in_profile(&self, name: &str) {
        self.role(name).ok();
        self.iam("CreateInstanceProfile", &[("InstanceProfileName", name)])
            .ok();
        self.iam(
            "AddRoleToInstanceProfile",
            &[("InstanceProfileName", name), ("RoleName", name)],
        )
        .ok();
    }

    fn associate(&self, instance: &str, profile: &str) -> Answer {
        self.ec2(
            "AssociateIamInstanceProfile",
            &[
                ("InstanceId", instance),
                ("IamInstanceProfile.Name", profile),
            ],
        )
    }

    fn replace(&self, association: &str, profile: &str) -> Answer {
        let parameters = [
            ("AssociationId", association),
            ("IamInstanceProfile.Name", profile),
        ];
        self.ec2("ReplaceIamInstanceProfileAssociation", &parameters)
    }

    fn disassociate(&self, association: &str) -> Answer {
        self.ec2(
            "DisassociateIamInstanceProfile",
            &[("AssociationId", association)],
        )
    }

    /// `state profile` of each listed association.
    fn associations(&self) -> Vec<String> {
        let body = self.ec2("DescribeIamInstanceProfileAssociations", &[]).ok();
        let (states, arns) = (texts(&body, "state"), texts(&body, "arn"));
        let name = |arn: &String| arn.rsplit('/').next().unwrap_or_default().to_owned();
        let mut rows: Vec<String> = states
            .iter()
            .zip(&arns)
            .map(|(state, arn)| format!("{state} {}", name(arn)))
            .collect();
        rows.sort();
        rows
    }
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// A failure as `404 NoSuchEntity: The role …`.
    #[track_caller]
    fn fault(self) -> String {
        assert_ne!(self.status, 200, "{}", self.body);
        format!(
            "{} {}: {}",
            self.status,
            text(&self.body, "Code"),
            text(&self.body, "Message")
        )
    }

    /// The first text of this name in a success.
    #[track_caller]
    fn get(self, name: &str) -> String {
        text(&self.ok(), name)
    }

    /// Every text of this name in a success.
    #[track_caller]
    fn all(self, name: &str) -> Vec<String> {
        texts(&self.ok(), name)
    }

    /// The first document of this name in a success, decoded.
    #[track_caller]
    fn document(self, name: &str) -> String {
        percent_decode_str(&self.get(name))
            .decode_utf8()
            .unwrap()
            .into_owned()
    }
}

#[track_caller]
fn text(body: &str, name: &str) -> String {
    texts(body, name)
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("no {name} in {body}"))
}

fn texts(body: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let ends = body
        .split(&open)
        .skip(1)
        .filter_map(|rest| rest.split_once(&close));
    let plain = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    };
    ends.map(|(inside, _)| plain(inside)).collect()
}
