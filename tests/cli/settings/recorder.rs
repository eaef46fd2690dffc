//! A server on loopback that stands for whatever a run may ask on its way: STS, a container's credentials, an instance's
//! metadata, a proxy. It keeps what it was asked, and gives everybody something.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// It listens until the process ends.
pub(crate) struct Recorder {
    /// Where it listens.
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// One that answers in plain http.
    pub(crate) fn start() -> Self {
        Self::serving("http", converse)
    }

    /// One that a connection is handed to as it comes.
    pub(crate) fn serving(
        scheme: &str,
        serve: impl Fn(std::net::TcpStream, &Mutex<Vec<String>>) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &kept);
            }
        });
        Self {
            url: format!("{scheme}://127.0.0.1:{port}"),
            seen,
        }
    }

    /// Heads and bodies of the requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("nobody panics").clone()
    }
}

/// Reads one request and answers it. Whoever asks may go away, which is its business.
pub(crate) fn converse(stream: impl Read + Write, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        match reader.read_line(&mut head) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let lower = head.to_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let request = head + &String::from_utf8_lossy(&body);
    let (status, answer) = answer(&request);
    seen.lock().expect("nobody panics").push(request);
    let length = answer.len();
    let _ = write!(
        reader.get_mut(),
        "HTTP/1.1 {status} Status\r\nx-aws-ec2-metadata-token-ttl-seconds: 60\r\nx-amzn-requestid: r-1\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{answer}"
    );
    let _ = reader.get_mut().flush();
}

const END: &str = "2099-01-01T00:00:00Z";

fn answer(request: &str) -> (u16, String) {
    let keys = |id: &str| {
        format!(
            r#"{{"Code":"Success","AccessKeyId":"{id}","SecretAccessKey":"s","Token":"t","Expiration":"{END}","LastUpdated":"{END}"}}"#
        )
    };
    let line = request.lines().next().unwrap_or_default();
    let issued = |action: &str, id: &str| {
        format!(
            "<{action}Response><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>{END}</Expiration></Credentials></{action}Result></{action}Response>"
        )
    };
    match request {
        _ if line.starts_with("CONNECT ") => (502, String::new()),
        _ if line.starts_with("PUT /latest/api/token") => (200, "metadata-token".to_owned()),
        _ if line.contains("/security-credentials/the-role") => (200, keys("ASIAINSTANCE")),
        _ if line.contains("/security-credentials") => (200, "the-role".to_owned()),
        _ if line.contains("/placement/region") => (200, "eu-north-1".to_owned()),
        _ if line.contains("/container") => (200, keys("ASIACONTAINER")),
        _ if line.contains("/federation/credentials") => (
            200,
            r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}"#.to_owned(),
        ),
        _ if request.contains("Action=AssumeRoleWithWebIdentity") => {
            (200, issued("AssumeRoleWithWebIdentity", "ASIAWEB"))
        }
        _ if request.contains("Action=AssumeRole") => (200, issued("AssumeRole", "ASIAROLE")),
        _ if request.contains("Action=GetCallerIdentity") => (
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/recorded</Arn><UserId>AIDARECORDED</UserId>\
             <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
                .to_owned(),
        ),
        _ => (500, String::new()),
    }
}
