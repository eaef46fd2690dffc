//! The client against scripted answers: what leaves, how often, and what comes of it.

mod wire;

use super::*;
use crate::aws::credentials::StaticSource;
use crate::aws::testing::{Script, TestClock};
use crate::aws::transport::{HttpRequest, TransportError, TransportErrorKind};

type Scripted = Result<HttpResponse, TransportError>;

struct Stage {
    client: Client,
    script: Arc<Script>,
    clock: Arc<TestClock>,
}

fn stage_with(credentials: Arc<dyn CredentialSource>, answers: Vec<Scripted>) -> Stage {
    let script = Arc::new(Script::new(answers));
    let noon: jiff::Timestamp = "2015-08-30T12:36:00Z".parse().unwrap();
    let clock = Arc::new(TestClock::at(noon.into()));
    let client = Client::new(ClientConfig {
        endpoints: Endpoints::default(),
        region: "eu-central-1".into(),
        credentials,
        transport: script.clone(),
        clock: clock.clone(),
        max_attempts: 4,
    });
    Stage {
        client,
        script,
        clock,
    }
}

fn stage(answers: Vec<Scripted>) -> Stage {
    let credentials = StaticSource::new("AKIDEXAMPLE", "hush-key", Some("hush-token".into()));
    stage_with(Arc::new(credentials), answers)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "scripts hold answers and failures"
)]
fn answer(status: u16, body: &str) -> Scripted {
    Ok(HttpResponse {
        status,
        headers: vec![("date".into(), "Sun, 30 Aug 2015 12:36:00 GMT".into())],
        body: body.into(),
    })
}

fn roles(names: &[&str], paging: &str) -> Scripted {
    let members = format!("<member>{}</member>", names.join("</member><member>"));
    let members = if names.is_empty() { "" } else { &members };
    let body = format!(
        "<ListRolesResponse><ListRolesResult><Roles>{members}</Roles>{paging}</ListRolesResult>\
         <ResponseMetadata><RequestId>id-{}</RequestId></ResponseMetadata></ListRolesResponse>",
        names.len()
    );
    answer(200, &body)
}

fn error(status: u16, code: &str, message: &str) -> Scripted {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>id-e</RequestId></ErrorResponse>"
    );
    answer(status, &body)
}

fn lost() -> Scripted {
    Err(TransportError::Lost {
        kind: TransportErrorKind::TimedOut,
        reason: "iam.amazonaws.com did not answer within 60 s".into(),
    })
}

fn unreachable() -> Scripted {
    Err(TransportError::Unreachable {
        kind: TransportErrorKind::ConnectionRefused,
        reason: "localhost:1 refused the connection".into(),
    })
}

fn list_roles() -> ReadCall {
    ReadCall::new(Service::Iam, "ListRoles")
}

fn delete_role() -> WriteCall {
    WriteCall::new(Service::Iam, "DeleteRole").with("RoleName", "s3access")
}

fn role_deleted() -> Scripted {
    answer(200, "<DeleteRoleResponse/>")
}

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.body.list(&["Roles"]);
    list.iter()
        .map(|node| node.text(&[]).unwrap().to_owned())
        .collect()
}

fn header(request: &HttpRequest, name: &str) -> String {
    let found = request.headers.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn body(request: &HttpRequest) -> String {
    String::from_utf8(request.body.clone()).unwrap()
}

#[tokio::test]
async fn short_and_empty_pages_are_followed_to_the_end() {
    let more = |marker: &str| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>");
    let stage = stage(vec![
        roles(&["a", "b"], &more("m/1")),
        roles(&[], &more("m/2")),
        roles(&["c"], "<IsTruncated>false</IsTruncated>"),
    ]);
    let call = list_roles().with("MaxItems", "1000");
    let answer = stage.client.ask(&call).await.unwrap();
    assert_eq!(names(&answer), ["a", "b", "c"]);
    assert_eq!(answer.request_id.as_deref(), Some("id-1"));
    assert_eq!(answer.body.at(&["IsTruncated"]), None);
    let sent: Vec<String> = stage.script.requests().iter().map(body).collect();
    assert_eq!(
        sent,
        [
            "Action=ListRoles&Version=2010-05-08&MaxItems=1000",
            "Action=ListRoles&Version=2010-05-08&Marker=m%2F1&MaxItems=1000",
            "Action=ListRoles&Version=2010-05-08&Marker=m%2F2&MaxItems=1000",
        ]
    );
}

#[tokio::test]
async fn a_list_without_end_is_an_error() {
    let again = "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
    let stage = stage(vec![roles(&["a"], again), roles(&["a"], again)]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(fault.class, Class::Unexpected);
    assert_eq!(
        fault.to_string(),
        "iam:ListRoles: EndlessPages: the page after `m` points back to `m`"
    );
}

#[tokio::test]
async fn a_read_survives_trouble_throttling_and_a_lost_connection() {
    let stage = stage(vec![
        error(500, "ServiceFailure", ""),
        error(400, "Throttling", "Rate exceeded"),
        lost(),
        roles(&["a"], ""),
    ]);
    let answer = stage.client.ask(&list_roles()).await.unwrap();
    assert_eq!(names(&answer), ["a"]);
    assert_eq!(
        stage.client.stats(),
        Stats {
            sent: BTreeMap::from([("iam:ListRoles".to_owned(), 4)]),
            throttles: 1,
            retries: 3,
        }
    );
    let waited = stage.clock.elapsed();
    assert!(
        (Duration::from_millis(700)..Duration::from_secs(10)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn a_read_gives_up_with_the_last_fault() {
    let stage = stage(vec![error(503, "ServiceUnavailable", "down"); 4]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(
        fault,
        Fault {
            class: Class::Transient,
            call: "iam:ListRoles".into(),
            code: "ServiceUnavailable".into(),
            message: "down".into(),
            status: Some(503),
            request_id: Some("id-e".into()),
            hint: fault.hint.clone(),
        }
    );
    assert!(fault.hint.unwrap().contains("Health Dashboard"));
}

#[tokio::test]
async fn an_unreachable_endpoint_is_told_after_three_attempts() {
    let stage = stage(vec![unreachable(), unreachable(), unreachable()]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(fault.class, Class::Unreachable);
    assert_eq!(
        fault.to_string(),
        "iam:ListRoles: ConnectionRefused: localhost:1 refused the connection"
    );
    assert_eq!(stage.script.left(), 0);
}

#[tokio::test]
async fn what_time_cannot_heal_is_told_at_once() {
    let stage = stage(vec![error(404, "NoSuchEntity", "gone")]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(
        (fault.class, stage.client.sent().len()),
        (Class::Missing, 1)
    );
}

#[tokio::test]
async fn a_write_leaves_once_whatever_comes_of_it() {
    for (outcome, class) in [
        (lost(), Class::Transient),
        (error(500, "ServiceFailure", ""), Class::Transient),
        (error(400, "Throttling", "Rate exceeded"), Class::Throttled),
        (unreachable(), Class::Unreachable),
        (error(409, "ConcurrentModification", ""), Class::Busy),
    ] {
        let stage = stage(vec![outcome, role_deleted()]);
        let fault = stage.client.send(&delete_role()).await.unwrap_err();
        assert_eq!(fault.class, class);
        assert_eq!(stage.client.sent(), ["iam:DeleteRole"]);
    }
}

#[tokio::test]
async fn after_a_throttle_writes_and_reads_of_the_service_slow_down() {
    let stage = stage(vec![
        error(400, "Throttling", "Rate exceeded"),
        roles(&[], ""),
        answer(
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>",
        ),
    ]);
    stage.client.send(&delete_role()).await.unwrap_err();
    assert_eq!(stage.clock.elapsed(), Duration::ZERO);
    stage.client.ask(&list_roles()).await.unwrap();
    let slowed = stage.clock.elapsed();
    assert_eq!(slowed, Duration::from_millis(500));
    let caller = ReadCall::new(Service::Sts, "GetCallerIdentity");
    stage.client.ask(&caller).await.unwrap();
    assert_eq!(stage.clock.elapsed(), slowed, "other services do not wait");
}

/// Gives `old` until asked to refresh, `new` from then on.
struct Renewable(Mutex<&'static str>);

impl CredentialSource for Renewable {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let key = *self.0.lock().unwrap();
        Box::pin(async move { Ok(Credentials::new(key, "hush", None, None, "test")) })
    }

    fn refresh<'a>(
        &'a self,
        _expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        *self.0.lock().unwrap() = "new";
        self.current()
    }
}

#[tokio::test]
async fn expired_credentials_are_renewed_once_also_for_writes() {
    let expired = || {
        error(
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        )
    };
    let source = || Arc::new(Renewable(Mutex::new("old")));
    let stage = stage_with(source(), vec![expired(), role_deleted()]);
    stage.client.send(&delete_role()).await.unwrap();
    let keys: Vec<bool> = stage
        .script
        .requests()
        .iter()
        .map(|request| header(request, "authorization").contains("Credential=new/"))
        .collect();
    assert_eq!(keys, [false, true]);

    let stage = stage_with(source(), vec![expired(), expired()]);
    let fault = stage.client.send(&delete_role()).await.unwrap_err();
    assert_eq!(fault.class, Class::Expired);
}

#[tokio::test]
async fn credentials_that_cannot_be_renewed_are_not_tried_again() {
    let stage = stage(vec![error(403, "ExpiredToken", "expired")]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(fault.class, Class::Expired);
    assert_eq!(
        fault.hint.as_deref(),
        Some("get new credentials, then run again")
    );
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_by_the_date_of_the_answer() {
    let ten_minutes_later = HttpResponse {
        headers: vec![("date".into(), "Sun, 30 Aug 2015 12:46:00 GMT".into())],
        ..error(403, "SignatureDoesNotMatch", "Signature expired: …").unwrap()
    };
    let stage = stage(vec![Ok(ten_minutes_later), role_deleted(), role_deleted()]);
    stage.client.send(&delete_role()).await.unwrap();
    stage.client.send(&delete_role()).await.unwrap();
    let dates: Vec<String> = stage
        .script
        .requests()
        .iter()
        .map(|request| header(request, "x-amz-date"))
        .collect();
    assert_eq!(
        dates,
        ["20150830T123600Z", "20150830T124600Z", "20150830T124600Z"]
    );
}

#[tokio::test]
async fn a_wrong_secret_is_not_taken_for_a_wrong_clock() {
    let stage = stage(vec![error(403, "SignatureDoesNotMatch", "does not match")]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(fault.hint.as_deref(), Some("check the secret access key"));
}

struct Nobody;

impl CredentialSource for Nobody {
    fn current(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        let error = CredentialsError {
            message: "no credentials found".into(),
            hint: "choose a profile with --profile".into(),
        };
        Box::pin(async { Err(error) })
    }

    fn refresh<'a>(
        &'a self,
        _expired: &'a Credentials,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        self.current()
    }
}

#[tokio::test]
async fn without_credentials_nothing_leaves() {
    let stage = stage_with(Arc::new(Nobody), vec![]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    assert_eq!(fault.class, Class::Credentials);
    assert_eq!(
        fault.to_string(),
        "iam:ListRoles: NoCredentials: no credentials found"
    );
    assert_eq!(
        fault.hint.as_deref(),
        Some("choose a profile with --profile")
    );
    assert_eq!(stage.client.sent(), Vec::<String>::new());
}

#[tokio::test]
async fn a_region_that_is_none_is_told_before_anything_leaves() {
    let stage = stage(vec![]);
    let call = ReadCall::new(Service::Ec2, "DescribeInstances").in_region(Some("Frankfurt"));
    let fault = stage.client.ask(&call).await.unwrap_err();
    assert_eq!(
        fault.to_string(),
        "ec2:DescribeInstances: InvalidEndpoint: `Frankfurt` is not the name of a region"
    );
}

#[tokio::test]
async fn a_page_of_a_proxy_is_not_mistaken_for_aws() {
    let page = || answer(407, "<html><head><title>Proxy login</title></head></html>");
    let stage = stage((0..6).map(|_| page()).collect());
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    // What it did to a call nobody knows: a question is asked again, a write is looked after.
    assert_eq!(fault.class, Class::Transient);
    assert!(fault.message.contains("Proxy login"), "{fault}");
    assert!(
        fault
            .hint
            .unwrap()
            .contains("is the endpoint an AWS endpoint?")
    );
}

#[tokio::test]
async fn no_secret_is_shown_by_what_can_be_shown() {
    let stage = stage(vec![error(403, "SignatureDoesNotMatch", "no")]);
    let fault = stage.client.ask(&list_roles()).await.unwrap_err();
    let requests = stage.script.requests();
    let credentials = stage.client.config.credentials.current().await;
    let shown = format!(
        "{fault:?} {fault} {requests:?} {credentials:?} {:?}",
        stage.client.stats()
    );
    assert!(shown.contains("SignatureDoesNotMatch"));
    assert!(!shown.contains("hush"), "{shown}");
}
