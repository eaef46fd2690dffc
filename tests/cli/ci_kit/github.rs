//! A stand-in for GitHub's API on loopback: comments, pull requests, runs, artifacts and what is known of them. Lists are
//! filtered as GitHub filters them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::support::Stage;

/// The pull request that is merged: its number, its head, and the commit of the merge.
pub(super) const NUMBER: u64 = 7;
pub(super) const HEAD: &str = "1111111111111111111111111111111111111111";
pub(super) const MERGE: &str = "2222222222222222222222222222222222222222";
const RUN: u64 = 70;
const ARTIFACT: u64 = 700;

/// What GitHub knows. Tests change it as they like.
#[derive(Default)]
pub(super) struct Known {
    pub(super) comments: Vec<Value>,
    pub(super) may_write: bool,
    pub(super) pulls: Vec<Value>,
    pub(super) events: Vec<Value>,
    pub(super) reviews: Vec<Value>,
    pub(super) runs: Vec<Value>,
    pub(super) artifacts: Vec<Value>,
    pub(super) archive: Vec<u8>,
    /// Where the branch is.
    pub(super) main: String,
    /// Statuses of the next answers, before anything else is looked at.
    pub(super) faults: Vec<u16>,
    /// Paths that hold this are answered with that body.
    pub(super) instead: Option<(&'static str, &'static str)>,
    pub(super) asked: Vec<String>,
}

pub(super) struct GitHub {
    pub(super) url: String,
    known: Arc<Mutex<Known>>,
}

impl GitHub {
    /// A pull request that nobody has planned yet.
    pub(super) fn answering(may_write: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let known = Known {
            comments: vec![by("somebody", 1, "Looks good")],
            may_write,
            ..Known::default()
        };
        let known = Arc::new(Mutex::new(known));
        let github = Self {
            url: url.clone(),
            known: Arc::clone(&known),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut known = known.lock().expect("nobody panics");
                answer(&stream, &mut known, &url);
            }
        });
        github
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nobody panics")
    }

    pub(super) fn bodies(&self) -> Vec<String> {
        let known = self.known();
        let bodies = known.comments.iter();
        bodies
            .map(|one| one["body"].as_str().expect("text").to_owned())
            .collect()
    }

    /// The pull request was planned in this folder, approved and merged.
    pub(super) fn merges(&self, stage: &Stage) {
        let mut known = self.known();
        known.archive = zipped(stage, &["rolewright-plan.json", "rolewright-plan.html"]);
        MERGE.clone_into(&mut known.main);
        known.pulls = vec![pull(NUMBER, "feature", "main")];
        known.pulls[0]["merged_at"] = json!("2026-03-01T14:00:00Z");
        known.pulls[0]["merge_commit_sha"] = json!(MERGE);
        known.events = vec![json!({"event": "merged"})];
        known.runs = vec![run(RUN, "feature")];
        known.artifacts = vec![artifact(ARTIFACT, RUN)];
        known.reviews = vec![review("COMMENTED", "2026-03-01T13:30:00Z", "MEMBER")];
        known
            .reviews
            .push(review("APPROVED", "2026-03-01T13:00:00Z", "MEMBER"));
    }
}

pub(super) fn by(login: &str, id: usize, body: &str) -> Value {
    json!({"id": id, "body": body, "user": {"login": login, "type": "Bot"}})
}

pub(super) fn pull(number: u64, branch: &str, base: &str) -> Value {
    let home = json!({"full_name": "acme/infra"});
    json!({
        "number": number,
        "merged_at": null,
        "merge_commit_sha": null,
        "head": {"ref": branch, "sha": HEAD, "repo": home},
        "base": {"ref": base, "sha": "3333", "repo": home},
    })
}

pub(super) fn run(id: u64, branch: &str) -> Value {
    json!({
        "id": id,
        "event": "pull_request",
        "status": "completed",
        "conclusion": "success",
        "path": ".github/workflows/iam.yml",
        "head_sha": HEAD,
        "head_branch": branch,
        "head_repository": {"full_name": "acme/infra"},
        // GitHub lists open ones only: after the merge there are none.
        "pull_requests": [],
    })
}

pub(super) fn artifact(id: u64, run: u64) -> Value {
    json!({
        "id": id,
        "name": "plan",
        "expired": false,
        "size_in_bytes": 1000,
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
        "workflow_run": {"id": run, "head_sha": HEAD},
    })
}

pub(super) fn review(state: &str, time: &str, association: &str) -> Value {
    json!({"state": state, "submitted_at": time, "author_association": association})
}

/// An archive of files, as `actions/upload-artifact` makes it.
pub(super) fn zipped(stage: &Stage, files: &[&str]) -> Vec<u8> {
    let script = "import sys, zipfile\nwith zipfile.ZipFile('artifact.zip', 'w') as archive:\n    for name in sys.argv[1:]: archive.write(name)";
    let mut python = Command::new("python3");
    let python = python.args(["-c", script]).args(files);
    let status = python.current_dir(stage.path(".")).status();
    assert!(status.expect("python3 is there").success());
    let archive = std::fs::read(stage.path("artifact.zip")).expect("it was written");
    std::fs::remove_file(stage.path("artifact.zip")).expect("it is there");
    archive
}

/// A request, as far as it matters here.
struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    body: Value,
}

fn answer(mut stream: &TcpStream, known: &mut Known, url: &str) {
    let request = read(stream);
    known
        .asked
        .push(format!("{} {}", request.method, request.path));
    let (status, head, body) = respond(&request, known, url);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Status\r\n{head}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // Who asked may have gone away.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&body));
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("it is text");
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut words = lines[0].split(' ').map(str::to_owned);
    let (method, target) = (
        words.next().expect("a method"),
        words.next().expect("a path"),
    );
    let token = lines.contains(&"Authorization: Bearer a-token".to_owned());
    let is_told = lines.iter().any(|line| line.starts_with("Authorization:"));
    if target.starts_with("/storage/") {
        assert!(!is_told, "the storage is told the token");
    } else {
        assert!(token, "{lines:?}");
    }
    let length = lines
        .iter()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    reader.read_exact(&mut body).expect("it is all there");
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Request {
        method,
        path: path.to_owned(),
        query: pairs
            .map(|(name, value)| (name.to_owned(), value.replace("%3A", ":")))
            .collect(),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    }
}

type Answer = (u16, String, Vec<u8>);

fn respond(request: &Request, known: &mut Known, url: &str) -> Answer {
    if let Some(status) = known.faults.pop() {
        let body = json!({"message": "Unicorn"}).to_string();
        return (status, String::new(), body.into_bytes());
    }
    if let Some((part, body)) = known.instead
        && request.path.contains(part)
    {
        return (200, String::new(), body.as_bytes().to_vec());
    }
    if request.path.starts_with("/storage/") {
        return (200, String::new(), known.archive.clone());
    }
    if request.path.ends_with("/zip") {
        let location = format!("location: {url}/storage/1?signature=x\r\n");
        return (302, location, Vec::new());
    }
    let (status, body) = if request.path.contains("/comments") {
        commented(request, known)
    } else {
        found(request, known)
    };
    (status, String::new(), body.to_string().into_bytes())
}

fn denied() -> (u16, Value) {
    let message = "Resource not accessible by integration";
    (403, json!({ "message": message }))
}

fn commented(request: &Request, known: &mut Known) -> (u16, Value) {
    let Request {
        method, path, body, ..
    } = request;
    match (method.as_str(), path.as_str()) {
        ("GET", "/repos/acme/infra/issues/7/comments") => (200, json!(known.comments)),
        _ if !known.may_write => denied(),
        ("POST", "/repos/acme/infra/issues/7/comments") => {
            let text = body["body"].as_str().expect("a text");
            let comment = by("github-actions[bot]", known.comments.len() + 1, text);
            known.comments.push(comment.clone());
            (201, comment)
        }
        ("PATCH", path) => {
            let id = path.rsplit('/').next().expect("a path");
            let id: usize = id.parse().expect("an id");
            known.comments[id - 1]["body"] = body["body"].clone();
            (200, known.comments[id - 1].clone())
        }
        _ => panic!("GitHub has no {method} {path}"),
    }
}

fn found(request: &Request, known: &Known) -> (u16, Value) {
    let asks = |name: &str| request.query.get(name).map(String::as_str);
    let path = request.path.trim_start_matches("/repos/acme/infra/");
    let parts: Vec<&str> = path.split('/').collect();
    let is = |value: &Value, wanted: Option<&str>| wanted.is_none_or(|wanted| value == wanted);
    let body = match parts[..] {
        // What a workflow's own token is told.
        ["", "user"] => return denied(),
        ["git", "ref", "heads", "main"] => json!({"object": {"sha": known.main}}),
        ["commits", commit, "pulls"] => {
            let pulls = known.pulls.iter();
            json!(
                pulls
                    .filter(|one| one["merge_commit_sha"] == commit || one["head"]["sha"] == commit)
                    .collect::<Vec<_>>()
            )
        }
        ["pulls"] => {
            let branch = asks("head").and_then(|head| head.strip_prefix("acme:"));
            let pulls = known.pulls.iter();
            json!(
                pulls
                    .filter(|one| is(&one["head"]["ref"], branch))
                    .collect::<Vec<_>>()
            )
        }
        ["pulls", "7", "reviews"] => json!(known.reviews),
        ["issues", "7", "events"] => json!(known.events),
        ["actions", "workflows", "iam.yml", "runs"] => {
            let runs = known.runs.iter();
            let runs = runs.filter(|one| {
                is(&one["head_sha"], asks("head_sha")) && is(&one["event"], asks("event"))
            });
            json!({"workflow_runs": runs.collect::<Vec<_>>()})
        }
        ["actions", "runs", _, "artifacts"] => {
            let named = known.artifacts.iter();
            let named = named.filter(|one| is(&one["name"], asks("name")));
            json!({"artifacts": named.collect::<Vec<_>>()})
        }
        _ => panic!("GitHub has no {}", request.path),
    };
    (200, body)
}
