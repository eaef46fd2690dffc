//! `action.yml` as GitHub's runner would run it: its steps, one after the other, on the sandbox, with a stand-in for GitHub's
//! API on loopback.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use rolewright::sandbox::Weather;
use serde_json::{Value, json};

use crate::support::{Served, Stage};

/// Comments of one pull request, as GitHub keeps them.
struct GitHub {
    url: String,
    comments: Arc<Mutex<Vec<Value>>>,
}

impl GitHub {
    fn answering(may_write: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let comments = Arc::new(Mutex::new(vec![by("User", 1, "Looks good")]));
        let kept = Arc::clone(&comments);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&stream, &kept, may_write);
            }
        });
        Self { url, comments }
    }

    fn bodies(&self) -> Vec<String> {
        let comments = self.comments.lock().expect("nobody panics");
        let bodies = comments
            .iter()
            .map(|one| one["body"].as_str().expect("text").to_owned());
        bodies.collect()
    }
}

fn by(who: &str, id: usize, body: &str) -> Value {
    json!({"id": id, "body": body, "user": {"login": "somebody", "type": who}})
}

fn answer(mut stream: &TcpStream, comments: &Mutex<Vec<Value>>, may_write: bool) {
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
    assert!(
        lines.contains(&"Authorization: Bearer a-token".to_owned()),
        "{lines:?}"
    );
    let length = lines
        .iter()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    reader.read_exact(&mut body).expect("it is all there");
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut comments = comments.lock().expect("nobody panics");
    let (status, answer) = match lines[0].split(' ').collect::<Vec<_>>()[..2] {
        [
            "GET",
            "/repos/acme/infra/issues/7/comments?per_page=100&page=1",
        ] => (200, json!(*comments)),
        // What a workflow's own token is told.
        ["GET", "/user"] => (
            403,
            json!({"message": "Resource not accessible by integration"}),
        ),
        ["POST" | "PATCH", _] if !may_write => (
            403,
            json!({"message": "Resource not accessible by integration"}),
        ),
        ["POST", "/repos/acme/infra/issues/7/comments"] => {
            let text = body["body"].as_str().expect("a text");
            let comment = by("Bot", comments.len() + 1, text);
            comments.push(comment.clone());
            (201, comment)
        }
        ["PATCH", path] => {
            let id: usize = path
                .rsplit('/')
                .next()
                .expect("a path")
                .parse()
                .expect("an id");
            comments[id - 1]["body"] = body["body"].clone();
            (200, comments[id - 1].clone())
        }
        _ => panic!("GitHub has no {}", lines[0]),
    };
    let answer = answer.to_string();
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream
        .write_all(format!("{head}{answer}").as_bytes())
        .expect("it listens");
}

/// A job of a workflow that uses the action.
struct Job<'a> {
    stage: &'a Stage,
    served: &'a Served,
    github: &'a GitHub,
    event: &'static str,
}

/// How the action ended.
struct Ended {
    code: i32,
    said: String,
    outputs: BTreeMap<String, String>,
}

impl Job<'_> {
    fn uses(&self, with: &[(&str, &str)]) -> Ended {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(root.join("action.yml")).expect("it is there");
        let action: Value = serde_yaml::from_str(&text).expect("it is YAML");
        let mut inputs: BTreeMap<String, String> = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().expect("it has inputs") {
            let default = input["default"]
                .as_str()
                .expect("every input has a default");
            inputs.insert(
                name.clone(),
                default.replace("${{ github.token }}", "a-token"),
            );
        }
        for (name, value) in with {
            assert!(
                inputs
                    .insert((*name).to_owned(), (*value).to_owned())
                    .is_some(),
                "no input {name}"
            );
        }
        let mut ended = Ended {
            code: 0,
            said: String::new(),
            outputs: BTreeMap::new(),
        };
        for step in action["runs"]["steps"].as_array().expect("it has steps") {
            if let Some(condition) = step["if"].as_str()
                && !self.holds(condition, &inputs)
            {
                continue;
            }
            let output = self.step(step, &inputs, &ended.outputs);
            ended
                .said
                .push_str(&String::from_utf8_lossy(&output.stdout));
            ended
                .said
                .push_str(&String::from_utf8_lossy(&output.stderr));
            ended.code = output.status.code().expect("nobody kills it");
            if step["id"] == "run" {
                let written = fs::read_to_string(self.stage.path("output")).unwrap_or_default();
                let pairs = written.lines().filter_map(|line| line.split_once('='));
                ended
                    .outputs
                    .extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            if ended.code != 0 {
                break;
            }
        }
        ended
    }

    fn step(
        &self,
        step: &Value,
        inputs: &BTreeMap<String, String>,
        outputs: &BTreeMap<String, String>,
    ) -> Output {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().expect("a step runs something");
        assert!(
            !script.contains("${{"),
            "what users give is not pasted into a script: {script}"
        );
        fs::write(
            self.stage.path("event.json"),
            json!({"pull_request": {"number": 7}}).to_string(),
        )
        .expect("it can be written");
        fs::write(self.stage.path("output"), "").expect("it can be written");
        let mut command = Command::new("bash");
        command
            .args([
                "--noprofile",
                "--norc",
                "-e",
                "-o",
                "pipefail",
                "-c",
                script,
            ])
            .current_dir(self.stage.path("."))
            .env_clear()
            .env("PATH", path())
            .env("HOME", self.stage.path("."))
            .envs(self.served.environment())
            .env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
            .env("GITHUB_API_URL", &self.github.url)
            .env("GITHUB_REPOSITORY", "acme/infra")
            .env("GITHUB_EVENT_PATH", self.stage.path("event.json"))
            .env("GITHUB_OUTPUT", self.stage.path("output"))
            .env("GITHUB_PATH", self.stage.path("added-path"))
            .env("GITHUB_STEP_SUMMARY", self.stage.path("summary.md"))
            .env("RUNNER_TEMP", self.stage.path("."));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            command.env(name, filled(value, inputs, outputs));
        }
        command.output().expect("bash is there")
    }

    /// The conditions that the action has: texts that are equal, all of them.
    fn holds(&self, condition: &str, inputs: &BTreeMap<String, String>) -> bool {
        condition.split(" && ").all(|test| {
            let (name, expected) = test.split_once(" == ").expect("a comparison");
            let is = match name.strip_prefix("inputs.") {
                Some(input) => inputs[input].as_str(),
                None if name == "github.event_name" => self.event,
                None => panic!("nobody knows {name}"),
            };
            is == expected.trim_matches('\'')
        })
    }
}

fn filled(
    text: &str,
    inputs: &BTreeMap<String, String>,
    outputs: &BTreeMap<String, String>,
) -> String {
    let Some(expression) = text
        .strip_prefix("${{ ")
        .and_then(|text| text.strip_suffix(" }}"))
    else {
        assert!(!text.contains("${{"), "{text}");
        return text.to_owned();
    };
    match (
        expression.strip_prefix("inputs."),
        expression.strip_prefix("steps.run.outputs."),
    ) {
        (Some(name), _) => inputs[name].clone(),
        (None, Some(name)) => outputs.get(name).cloned().unwrap_or_default(),
        (None, None) => panic!("nobody knows {expression}"),
    }
}

/// The runner's programs, with rolewright among them.
fn path() -> std::ffi::OsString {
    let binary = Path::new(env!("CARGO_BIN_EXE_rolewright"));
    let folder = binary.parent().expect("it is in a folder").to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = std::iter::once(folder)
        .chain(std::env::split_paths(&rest))
        .collect();
    std::env::join_paths(all).expect("these are paths")
}

fn narrow(stage: &Stage) {
    let text = stage.read("s3access/s3access.yaml");
    let narrowed = text.replace("\"s3:*\"", "\"s3:GetObject\"");
    assert_ne!(narrowed, text);
    stage.write("s3access/s3access.yaml", &narrowed);
}

#[test]
fn a_pull_request_is_planned_commented_applied_and_watched() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(true));
    let stage = Stage::with_example("s3access");
    let job = |event| Job {
        stage: &stage,
        served: &served,
        github: &github,
        event,
    };
    let paths = ("paths", "s3access");

    // The pull request: a plan, and a comment on it.
    let planned = job("pull_request").uses(&[paths]);
    assert_eq!(planned.code, 0, "{}", planned.said);
    assert_eq!(planned.outputs["has-changes"], "true");
    assert!(
        planned
            .said
            .contains("::notice file=s3access/s3access.yaml,line="),
        "{}",
        planned.said
    );
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(bodies[1].contains("**3 to create (+)**"), "{}", bodies[1]);
    assert!(bodies[1].len() < 65_536);
    assert!(
        stage
            .read("summary.md")
            .contains("## Plan for stack s3access")
    );

    // Another push: the same comment, and another plan in it.
    narrow(&stage);
    let planned = job("pull_request").uses(&[paths, ("plan-file", "second.json")]);
    assert_eq!(planned.code, 0, "{}", planned.said);
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 2, "the comment is updated");
    assert!(bodies[1].contains("s3:GetObject"), "{}", bodies[1]);

    // The merge: what was reviewed runs, and what was not is refused.
    let applied = job("push").uses(&[("command", "apply"), ("plan-file", "second.json")]);
    assert_eq!(
        (applied.code, applied.outputs["exit-code"].as_str()),
        (0, "0"),
        "{}",
        applied.said
    );
    let summary = stage.read("summary.md");
    assert!(
        summary.contains("## Applied: stack s3access") && summary.contains("5 of 5 steps done"),
        "{summary}"
    );
    let outdated = job("push").uses(&[("command", "apply")]);
    assert_eq!(outdated.code, 4, "{}", outdated.said);
    assert!(
        outdated
            .said
            .contains("::error title=rolewright::the plan is stale"),
        "{}",
        outdated.said
    );
    assert!(
        outdated.said.contains("Role/s3access exists now"),
        "{}",
        outdated.said
    );

    // The night: nothing, and then something.
    let quiet = job("schedule").uses(&[("command", "drift"), paths]);
    assert_eq!(quiet.code, 0, "{}", quiet.said);
    let edited = served.sandbox.edit(|world| {
        world
            .iam
            .roles
            .get_mut("s3access")
            .expect("it is there")
            .description = None;
    });
    edited.expect("it is memory");
    let drifted = job("schedule").uses(&[("command", "drift"), paths]);
    assert_eq!(drifted.code, 2, "{}", drifted.said);
    assert!(
        stage
            .read("summary.md")
            .contains("## Drift of stack s3access")
    );
    assert_eq!(
        github.bodies().len(),
        2,
        "only plans of pull requests are commented"
    );
}

#[test]
fn a_refused_plan_is_commented_before_the_job_fails() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(true));
    let stage = Stage::with_example("s3access");
    let job = Job {
        stage: &stage,
        served: &served,
        github: &github,
        event: "pull_request",
    };
    let refused = job.uses(&[
        ("paths", "s3access"),
        ("arguments", "--fail-on new-access --fail-on public"),
    ]);
    assert_eq!(refused.code, 3, "{}", refused.said);
    assert!(github.bodies()[1].contains("This plan may not be applied"));
}

#[test]
fn no_line_of_the_inputs_gets_lost_and_nobody_prepares_the_comment() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(true));
    let stage = Stage::with_example("s3access");
    let prepared = "<!-- rolewright plan of s3access -->\nAll is well";
    let mut comments = github.comments.lock().expect("nobody panics");
    comments.push(by("User", 2, prepared));
    drop(comments);
    let job = Job {
        stage: &stage,
        served: &served,
        github: &github,
        event: "pull_request",
    };
    let refused = job.uses(&[
        ("paths", "s3access"),
        ("arguments", "--var a=b\n--fail-on new-access\n"),
    ]);
    assert_eq!(refused.code, 3, "{}", refused.said);
    let bodies = github.bodies();
    assert_eq!(bodies[1], prepared, "it is somebody else's");
    assert!(bodies[2].contains("This plan may not be applied"));
}

#[test]
fn the_run_of_a_fork_plans_without_a_comment() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(false));
    let stage = Stage::with_example("s3access");
    let job = Job {
        stage: &stage,
        served: &served,
        github: &github,
        event: "pull_request",
    };
    let planned = job.uses(&[("paths", "s3access")]);
    assert_eq!(planned.code, 0, "{}", planned.said);
    assert!(
        planned
            .said
            .contains("the plan could not be commented: HTTP 403"),
        "{}",
        planned.said
    );
}

#[test]
fn a_manifest_that_is_wrong_fails_the_job_and_says_so() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(true));
    let stage = Stage::with_example("s3access");
    stage.write("s3access/s3access.yaml", "kind: Rol\n");
    let job = Job {
        stage: &stage,
        served: &served,
        github: &github,
        event: "push",
    };
    let failed = job.uses(&[("paths", "s3access")]);
    assert_eq!(failed.code, 1, "{}", failed.said);
    assert!(
        failed
            .said
            .contains("::error title=rolewright::it ended with exit code 1"),
        "{}",
        failed.said
    );
    let unknown = job.uses(&[("command", "destroy")]);
    assert_eq!(unknown.code, 64, "{}", unknown.said);
}

#[test]
fn one_stack_in_two_environments_has_two_comments() {
    let (served, github) = (Served::fresh(Weather::calm()), GitHub::answering(true));
    let stage = Stage::with_example("s3access");
    let job = Job {
        stage: &stage,
        served: &served,
        github: &github,
        event: "pull_request",
    };
    for environment in ["--var env=prod", "--var env=test", "--var env=prod"] {
        let planned = job.uses(&[("paths", "s3access"), ("arguments", environment)]);
        assert_eq!(planned.code, 0, "{}", planned.said);
    }
    let plans = github.bodies();
    let plans = plans
        .iter()
        .filter(|body| body.contains("rolewright plan of"));
    assert_eq!(plans.count(), 2);
}
