//! `action.yml` as GitHub's runner would run it: its steps, one after the other, on the sandbox, with a stand-in for GitHub's
//! API on loopback.

mod act;
mod commands;
mod comments;
mod github;
mod recipes;
mod reviewed;
mod stories;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rolewright::sandbox::Weather;
use serde_json::{Value, json};

use crate::support::{Served, Stage};
use github::{GitHub, HEAD, MERGE};

/// A repository with the s3access example in it, its account in AWS, and GitHub.
struct Scene {
    served: Served,
    github: GitHub,
    stage: Stage,
}

impl Scene {
    fn new() -> Self {
        Self::with(GitHub::answering(true))
    }

    fn with(github: GitHub) -> Self {
        Self {
            served: Served::fresh(Weather::calm()),
            github,
            stage: Stage::with_example("s3access"),
        }
    }

    fn job(&self, event: &'static str) -> Job<'_> {
        let Self {
            served,
            github,
            stage,
        } = self;
        Job {
            stage,
            served,
            github,
            event,
            more: Vec::new(),
        }
    }

    /// The job of a pull request, which ends well.
    #[track_caller]
    fn plans(&self, with: &[(&str, &str)]) -> Ended {
        let planned = self.job("pull_request").uses(&[&[PATHS], with].concat());
        assert_eq!(planned.code, 0, "{}", planned.said);
        planned
    }
}

const PATHS: (&str, &str) = ("paths", "s3access");
const APPLY: (&str, &str) = ("command", "apply");

/// A job of a workflow that uses the action.
struct Job<'a> {
    stage: &'a Stage,
    served: &'a Served,
    github: &'a GitHub,
    event: &'static str,
    /// What the runner says beside it, where a test wants it otherwise.
    more: Vec<(&'static str, String)>,
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
            fs::write(self.stage.path("output"), "").expect("it can be written");
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
        fs::write(self.stage.path("event.json"), self.payload().to_string())
            .expect("it can be written");
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
            .env("GITHUB_EVENT_NAME", self.event)
            .env("GITHUB_REF", "refs/heads/main")
            .env("GITHUB_SHA", MERGE)
            .env("GITHUB_RUN_ATTEMPT", "1")
            .env(
                "GITHUB_WORKFLOW_REF",
                "acme/infra/.github/workflows/iam.yml@refs/heads/main",
            )
            .env("ROLEWRIGHT_RETRY_PAUSE", "0.01")
            .env("GITHUB_EVENT_PATH", self.stage.path("event.json"))
            .env("GITHUB_OUTPUT", self.stage.path("output"))
            .env("GITHUB_PATH", self.stage.path("added-path"))
            .env("GITHUB_STEP_SUMMARY", self.stage.path("summary.md"))
            .env("RUNNER_TEMP", self.stage.path("."))
            .envs(self.more.iter().map(|(name, value)| (name, value)));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            command.env(name, filled(value, inputs, outputs));
        }
        command.output().expect("bash is there")
    }

    /// What GitHub says of the event.
    fn payload(&self) -> Value {
        json!({
            "pull_request": {"number": 7, "head": {"sha": HEAD}},
            "ref": "refs/heads/main",
            "after": MERGE,
            "deleted": false,
            "forced": self.more.contains(&("FORCED", "true".to_owned())),
        })
    }

    /// The conditions that the action has: texts that are equal or not, all of them.
    fn holds(&self, condition: &str, inputs: &BTreeMap<String, String>) -> bool {
        condition.split(" && ").all(|test| {
            let (name, expected, equal) = match test.split_once(" == ") {
                Some((name, expected)) => (name, expected, true),
                None => {
                    let (name, expected) = test.split_once(" != ").expect("a comparison");
                    (name, expected, false)
                }
            };
            let is = match name.strip_prefix("inputs.") {
                Some(input) => inputs[input].as_str(),
                None if name == "github.event_name" => self.event,
                None => panic!("nobody knows {name}"),
            };
            (is == expected.trim_matches('\'')) == equal
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
