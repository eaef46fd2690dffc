//! An Access Analyzer on loopback: answers with the shapes of the service's model what a test tells it to, and keeps
//! what it was asked. It judges nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::Stage;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Method and path with query: `POST /policy/validation`.
    pub(crate) line: String,
    /// Header lines in lower case.
    pub(crate) headers: Vec<String>,
    /// The body.
    pub(crate) body: Value,
    /// The same as it came.
    pub(crate) text: String,
}

/// Status and body of an answer; for an error the body has a `__type`.
pub(crate) type Answer = (u16, Value);

/// It listens until the process ends.
pub(crate) struct Analyzer {
    /// Where it listens.
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Analyzer {
    /// One that answers by a rule.
    pub(crate) fn answering(rule: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let request = read(&stream);
                let answer = rule(&request);
                kept.lock().expect("nobody panics").push(request);
                write(stream, &answer);
            }
        });
        Self { url, requests }
    }

    /// Lets the runs of a stage find it.
    pub(crate) fn join(&self, stage: &mut Stage) {
        stage.set("AWS_ENDPOINT_URL_ACCESSANALYZER", &self.url);
    }

    /// What came, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("nobody panics").clone()
    }

    /// The first lines of what came, sorted: what is asked at the same time has no order.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.requests().into_iter().map(|one| one.line).collect();
        lines.sort();
        lines
    }
}

/// An error in the service's own shape.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Answer {
    (status, json!({ "__type": code, "message": message }))
}

/// A finding of ValidatePolicy.
pub(crate) fn finding(kind: &str, code: &str, details: &str, path: &Value) -> Value {
    let position = json!({"line": 1, "column": 0, "offset": 0});
    json!({
        "findingType": kind, "issueCode": code, "findingDetails": details,
        "learnMoreLink": format!("https://docs.aws.amazon.com/access-analyzer#{code}"),
        "locations": [{"path": path, "span": {"start": position, "end": position}}],
    })
}

/// Finds nothing, and no new access.
pub(crate) fn clean(request: &Request) -> Answer {
    let is_comparison = request.line.ends_with("check-no-new-access");
    let fine = if is_comparison {
        json!({"result": "PASS", "message": "The modified permissions do not grant new access."})
    } else {
        json!({"findings": []})
    };
    (200, fine)
}

/// Finds nothing but new access.
pub(crate) fn wary(request: &Request) -> Answer {
    if request.line.ends_with("check-no-new-access") {
        let reason = json!({"description": "New access in the statement with index: 0.", "statementIndex": 0});
        let message = "The modified permissions grant new access compared to your existing policy.";
        return (
            200,
            json!({"result": "FAIL", "message": message, "reasons": [reason]}),
        );
    }
    clean(request)
}

/// A job of policy generation in a state; with its policies when it is done.
pub(crate) fn job(status: &str, policies: &[Value]) -> Value {
    let policies: Vec<Value> = policies
        .iter()
        .map(|policy| json!({ "policy": policy.to_string() }))
        .collect();
    let started = "2026-11-23T12:00:00Z";
    let trail = json!({
        "cloudTrailArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/all", "regions": ["us-east-1"],
    });
    let read = json!({
        "trailProperties": [trail], "startTime": "2026-08-25T12:00:00Z", "endTime": started,
    });
    json!({
        "jobDetails": {"jobId": "j-1", "status": status, "startedOn": started},
        "generatedPolicyResult": {
            "properties": {
                "isComplete": true, "principalArn": "arn:aws:iam::123456789012:role/web",
                "cloudTrailProperties": read,
            },
            "generatedPolicies": policies,
        },
    })
}

/// Why a job failed.
pub(crate) fn failed_job(code: &str, message: &str) -> Value {
    let mut job = job("FAILED", &[]);
    job["jobDetails"]["jobError"] = json!({"code": code, "message": message});
    job
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("it is text");
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let line = lines.remove(0);
    let headers: Vec<String> = lines.iter().map(|line| line.to_lowercase()).collect();
    let length = headers
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("it is a number"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body is all there");
    Request {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        text: String::from_utf8(body).expect("it is text"),
    }
}

fn write(mut stream: TcpStream, (status, body): &Answer) {
    let body = body.to_string();
    let length = body.len();
    // The client may have gone, which is its business.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         x-amzn-requestid: r-1\r\nconnection: close\r\n\r\n{body}"
    );
}
