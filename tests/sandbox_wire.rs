//! The sandbox as a foreign client meets it: real HTTP on loopback, signatures by AWS's own signer, XML bodies byte by byte.
//! What each action does is tested beside the code; here it is only the wire.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use rolewright::sandbox::{
    ACCESS_KEY_ID, EXPIRED_ACCESS_KEY_ID, Running, SECRET_ACCESS_KEY, Sandbox, SandboxError,
    Weather, start,
};

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

struct Client {
    url: String,
    http: reqwest::Client,
    access_key_id: String,
    secret: &'static str,
    token: Option<String>,
    region: &'static str,
    /// How far the client's clock is ahead of the machine's.
    ahead: Duration,
}

impl Client {
    fn of(running: &Running) -> Client {
        // Fails when another test of this binary was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client {
            url: running.url.clone(),
            http: reqwest::Client::new(),
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret: SECRET_ACCESS_KEY,
            token: None,
            region: "us-east-1",
            ahead: Duration::ZERO,
        }
    }

    /// Sends a signed call; gives status and body, with ids and times that differ from run to run taken out.
    async fn call(&self, service: &str, body: &str) -> (u16, String) {
        let response = self.send(service, body).await.expect("an answer");
        let status = response.status().as_u16();
        (status, steady(&response.text().await.unwrap()))
    }

    async fn send(&self, service: &str, body: &str) -> reqwest::Result<reqwest::Response> {
        let identity = Credentials::new(
            self.access_key_id.clone(),
            self.secret,
            self.token.clone(),
            None,
            "test",
        )
        .into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(service)
            .time(SystemTime::now() + self.ahead)
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        let url = format!("{}/", self.url);
        let headers = [("content-type", form)];
        let signable = SignableRequest::new(
            "POST",
            &url,
            headers.into_iter(),
            SignableBody::Bytes(body.as_bytes()),
        )
        .unwrap();
        let (instructions, _) = sign(signable, &params.into()).unwrap().into_parts();
        let mut request = self
            .http
            .post(&url)
            .header("content-type", form)
            .body(body.to_owned());
        for (name, value) in instructions.headers() {
            request = request.header(name.to_owned(), value.to_owned());
        }
        request.send().await
    }
}

/// Replaces the content of elements that differ from run to run.
fn steady(body: &str) -> String {
    let mut text = body.to_owned();
    for name in [
        "RequestId",
        "requestId",
        "RequestID",
        "RoleId",
        "CreateDate",
    ] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        if let (Some(start), Some(end)) = (text.find(&open), text.find(&close)) {
            text.replace_range(start + open.len()..end, "...");
        }
    }
    text
}

async fn serve(weather: Weather) -> (Arc<Sandbox>, Running) {
    let sandbox = Arc::new(Sandbox::open(None, weather).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let running = start(Arc::clone(&sandbox), listener).await.unwrap();
    (sandbox, running)
}

#[tokio::test]
async fn iam_answers_in_query_xml() {
    let (_, running) = serve(Weather::calm()).await;
    let client = Client::of(&running);
    let body = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=s3access&Description=x&AssumeRolePolicyDocument={TRUST}"
    );
    let (status, text) = client.call("iam", &body).await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateRoleResult><Role><Path>/</Path><RoleName>s3access</RoleName><RoleId>...</RoleId><Arn>arn:aws:iam::123456789012:role/s3access</Arn><CreateDate>...</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument></Role></CreateRoleResult><ResponseMetadata><RequestId>...</RequestId></ResponseMetadata></CreateRoleResponse>
    "#);
    let (status, text) = client
        .call(
            "iam",
            "Action=DeleteRole&Version=2010-05-08&RoleName=s3access",
        )
        .await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>...</RequestId></ResponseMetadata></DeleteRoleResponse>
    "#);
    let (status, text) = client
        .call("iam", "Action=GetRole&Version=2010-05-08&RoleName=s3access")
        .await;
    assert_eq!(status, 404);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name s3access cannot be found.</Message></Error><RequestId>...</RequestId></ErrorResponse>
    "#);
    running.stop().await;
}

#[tokio::test]
async fn ec2_answers_in_its_own_xml() {
    let (_, running) = serve(Weather::calm()).await;
    let client = Client::of(&running);
    let stop = "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-087711ddaf98f9489";
    let (status, text) = client.call("ec2", stop).await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>...</requestId><instancesSet><item><instanceId>i-087711ddaf98f9489</instanceId><currentState><code>64</code><name>stopping</name></currentState><previousState><code>16</code><name>running</name></previousState></item></instancesSet></StopInstancesResponse>
    "#);
    let associate = "Action=AssociateIamInstanceProfile&Version=2016-11-15&InstanceId=i-1234567890abcdef0&IamInstanceProfile.Name=typo";
    let (status, text) = client.call("ec2", associate).await;
    assert_eq!(status, 400);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <Response><Errors><Error><Code>InvalidParameterValue</Code><Message>Value (typo) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name</Message></Error></Errors><RequestID>...</RequestID></Response>
    "#);
    running.stop().await;
}

#[tokio::test]
async fn sts_tells_who_calls() {
    let (_, running) = serve(Weather::calm()).await;
    let (status, text) = Client::of(&running)
        .call("sts", "Action=GetCallerIdentity&Version=2011-06-15")
        .await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/sandbox</Arn><UserId>AIDAQV6ID35YOIGD6WUUO</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>...</RequestId></ResponseMetadata></GetCallerIdentityResponse>
    "#);
    running.stop().await;
}

#[tokio::test]
async fn signatures_are_verified() {
    let (sandbox, running) = serve(Weather::calm()).await;
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let (mut wrong, mut unknown, mut expired) = (
        Client::of(&running),
        Client::of(&running),
        Client::of(&running),
    );
    wrong.secret = "another secret";
    unknown.access_key_id = "AKIAIOSFODNN7EXAMPLE".to_owned();
    expired.access_key_id = EXPIRED_ACCESS_KEY_ID.to_owned();
    let mut seen = Vec::new();
    for (client, service) in [
        (&wrong, "sts"),
        (&wrong, "ec2"),
        (&unknown, "sts"),
        (&unknown, "ec2"),
        (&expired, "sts"),
        (&expired, "ec2"),
    ] {
        let (status, text) = client.call(service, identity).await;
        let code = text
            .split("<Code>")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .unwrap_or_default()
            .to_owned();
        seen.push(format!("{service} {status} {code}"));
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    sts 403 SignatureDoesNotMatch
    ec2 401 AuthFailure
    sts 403 InvalidClientTokenId
    ec2 401 AuthFailure
    sts 403 ExpiredToken
    ec2 400 RequestExpired
    ");
    let unsigned = reqwest::Client::new()
        .post(&running.url)
        .body(identity)
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status(), 403);
    assert!(
        unsigned
            .text()
            .await
            .unwrap()
            .contains("<Code>MissingAuthenticationToken</Code>")
    );
    assert!(sandbox.calls().is_empty());
    running.stop().await;
}

#[tokio::test]
async fn a_lost_response_closes_the_connection_after_the_effect() {
    let (sandbox, running) = serve(Weather {
        lost_responses: 1.0,
        ..Weather::calm()
    })
    .await;
    let body =
        "Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=s3access-profile";
    let error = Client::of(&running).send("iam", body).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(sandbox.world().iam.profile("s3access-profile").is_some());
    assert_eq!(sandbox.calls(), ["iam:CreateInstanceProfile"]);
    running.stop().await;
}

#[tokio::test]
async fn only_loopback_is_served() {
    let sandbox = Arc::new(Sandbox::open(None, Weather::calm()).unwrap());
    let everywhere = TcpListener::bind("0.0.0.0:0").unwrap();
    let error = start(sandbox, everywhere).await.unwrap_err();
    assert!(matches!(error, SandboxError::NotLoopback(_)));
}

/// The instance ids in a body.
fn instances(body: &str) -> Vec<&str> {
    let ids = body.split("<instanceId>").skip(1);
    ids.filter_map(|rest| rest.split('<').next()).collect()
}

#[tokio::test]
async fn instances_have_a_region_and_iam_has_none() {
    let seed = "
roles: [{name: TestRole-1}]
instanceProfiles: [{name: TestRole-1, role: TestRole-1}]
instances:
  - {id: i-00000001, region: us-east-1}
  - {id: i-00000002, region: eu-central-1, association: {instanceProfile: TestRole-1}}
";
    let sandbox = Arc::new(Sandbox::open_with_seed(None, Weather::calm(), seed).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let running = start(Arc::clone(&sandbox), listener).await.unwrap();
    let mut client = Client::of(&running);
    let mut rows = Vec::new();
    for region in ["us-east-1", "eu-central-1", "ap-south-1"] {
        client.region = region;
        let describe = "Action=DescribeInstances&Version=2016-11-15";
        let (_, here) = client.call("ec2", describe).await;
        let associate = "Action=AssociateIamInstanceProfile&Version=2016-11-15&InstanceId=i-00000001&IamInstanceProfile.Name=TestRole-1";
        let (status, _) = client.call("ec2", associate).await;
        let list = "Action=DescribeIamInstanceProfileAssociations&Version=2016-11-15";
        let (_, associated) = client.call("ec2", list).await;
        let get = "Action=GetInstanceProfile&Version=2010-05-08&InstanceProfileName=TestRole-1";
        let (known, _) = client.call("iam", get).await;
        rows.push(format!(
            "{region}: {:?}, i-00000001 associated {status}, associations of {:?}, profile {known}",
            instances(&here),
            instances(&associated)
        ));
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
    us-east-1: ["i-00000001"], i-00000001 associated 200, associations of ["i-00000001"], profile 200
    eu-central-1: ["i-00000002"], i-00000001 associated 400, associations of ["i-00000002"], profile 200
    ap-south-1: [], i-00000001 associated 400, associations of [], profile 200
    "#);
    running.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_ahead_says_so_in_the_date_and_refuses_what_is_older() {
    let weather = Weather::read("clockSkew: 20m").unwrap();
    let (_, running) = serve(weather).await;
    let mut client = Client::of(&running);
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let refused = client.send("sts", identity).await.unwrap();
    assert_eq!(refused.status(), 403);
    let dates: Vec<_> = refused.headers().get_all("date").iter().collect();
    let [date] = dates[..] else {
        panic!("one date, not {dates:?}")
    };
    let theirs = jiff::fmt::rfc2822::parse(date.to_str().unwrap()).unwrap();
    let ahead = theirs.timestamp().duration_since(jiff::Timestamp::now());
    assert!((19 * 60..=20 * 60).contains(&ahead.as_secs()), "{ahead}");
    client.ahead = Duration::from_mins(20);
    assert_eq!(client.send("sts", identity).await.unwrap().status(), 200);
    running.stop().await;
}

#[tokio::test]
async fn credentials_are_handed_out_like_a_containers() {
    let weather = Weather::read("credentialLifetime: 1m").unwrap();
    let (_, running) = serve(weather).await;
    let answer = reqwest::get(format!("{}/credentials", running.url)).await;
    let answer = answer.unwrap().text().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let mut client = Client::of(&running);
    answer["AccessKeyId"]
        .as_str()
        .unwrap()
        .clone_into(&mut client.access_key_id);
    client.token = answer["Token"].as_str().map(str::to_owned);
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!(client.call("sts", identity).await.0, 200);
    client.token = None;
    assert_eq!(client.call("sts", identity).await.0, 403);
    running.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_dropped_before_leaves_nothing_behind() {
    let (sandbox, running) = serve(Weather {
        dropped_before: 1.0,
        ..Weather::calm()
    })
    .await;
    let body = "Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=p";
    let error = Client::of(&running).send("iam", body).await.unwrap_err();
    assert!(error.is_request(), "{error}");
    assert!(sandbox.world().iam.profile("p").is_none());
    running.stop().await;
}
