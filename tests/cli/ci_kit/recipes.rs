//! The recipes of docs/ci.md: what they run with, and that the identities they name are those that the runner has.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::Stage;

fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md");
    std::fs::read_to_string(path).expect("it is there")
}

/// The blocks of a kind, as they stand there.
pub(super) fn blocks(kind: &str) -> Vec<String> {
    let (page, fence) = (page(), format!("```{kind}\n"));
    let block = |rest: &str| {
        let (block, _) = rest.split_once("```").expect("a fence is closed");
        block.to_owned()
    };
    page.split(&fence).skip(1).map(block).collect()
}

/// GitHub's workflow: its parts, one below the other.
pub(super) fn workflow() -> (String, Value) {
    let parts = blocks("yaml example");
    let part = |name: &str| {
        let mut parts = parts.iter();
        let found = parts.find(|part| {
            part.contains(&format!("\n  {name}:\n")) || part.starts_with(&format!("  {name}:\n"))
        });
        found
            .unwrap_or_else(|| panic!("there is no job {name}"))
            .clone()
    };
    let text = [part("plan"), part("apply"), part("drift")].concat();
    let workflow = serde_yaml::from_str(&text).expect("it is YAML");
    (text, workflow)
}

fn jobs(workflow: &Value) -> BTreeMap<String, Value> {
    let jobs = workflow["jobs"].as_object().expect("it has jobs");
    jobs.iter()
        .map(|(name, job)| (name.clone(), job.clone()))
        .collect()
}

fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_array().expect("it has steps")
}

/// The first step that uses this action, with this command if there is one.
fn place(job: &Value, action: &str, command: Option<&str>) -> usize {
    let is = |step: &Value| {
        let uses = step["uses"].as_str().expect("steps use actions");
        uses.starts_with(action) && command.is_none_or(|command| step["with"]["command"] == command)
    };
    let found = steps(job).iter().position(is);
    found.unwrap_or_else(|| panic!("no {action}"))
}

#[test]
fn jobs_on_github_have_the_least_that_they_need() {
    let (text, workflow) = workflow();
    assert_eq!(workflow["permissions"], json!({}));
    let permissions: BTreeMap<String, Value> = jobs(&workflow)
        .into_iter()
        .map(|(name, job)| (name, job["permissions"].clone()))
        .collect();
    let expected = json!({
        "plan": {"contents": "read", "id-token": "write", "pull-requests": "write"},
        "apply": {"contents": "read", "id-token": "write", "pull-requests": "read", "actions": "read"},
        "drift": {"contents": "read", "id-token": "write"},
    });
    assert_eq!(json!(permissions), expected);
    for job in jobs(&workflow).values() {
        let checkout = &steps(job)[place(job, "actions/checkout@", None)];
        assert_eq!(checkout["with"]["persist-credentials"], false);
        // Nothing is built where there are credentials.
        let installed = place(job, "rolewright/rolewright@", Some("install"));
        assert!(installed < place(job, "aws-actions/configure-aws-credentials@", None));
    }
    let ci = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows/ci.yml");
    let ci = std::fs::read_to_string(ci).expect("it is there");
    for line in [text, blocks("yaml example").concat(), ci].concat().lines() {
        let Some((_, action)) = line.split_once("uses: ") else {
            continue;
        };
        if action.starts_with("rolewright/") {
            continue;
        }
        let (name, version) = action
            .split_once(" # v")
            .unwrap_or_else(|| panic!("{action} names no version"));
        let (_, hash) = name.split_once('@').expect("it is pinned");
        assert!(
            hash.len() == 40 && hash.bytes().all(|one| one.is_ascii_hexdigit()),
            "{action}"
        );
        assert!(
            version.starts_with(|first: char| first.is_ascii_digit()),
            "{action}"
        );
    }
}

/// The trust policies of the roles that the page's commands print, by the role's ARN.
fn roles(option: &str) -> BTreeMap<String, Value> {
    let stage = Stage::with_example("s3access");
    let mut roles = BTreeMap::new();
    for line in blocks("console").concat().lines() {
        let Some(command) = line.strip_prefix("$ rolewright permissions ") else {
            continue;
        };
        if !command.contains(option) {
            continue;
        }
        let (arguments, _) = command.split_once(" > ").expect("it is written to a file");
        let arguments = arguments.replace("examples/", "");
        let arguments: Vec<&str> = ["permissions"]
            .into_iter()
            .chain(arguments.split(' '))
            .collect();
        let manifest: Value =
            serde_yaml::from_str(&stage.run(&arguments).succeeds()).expect("it is YAML");
        assert_eq!(manifest["metadata"]["protect"], true);
        let name = manifest["metadata"]["name"]
            .as_str()
            .expect("it has a name");
        let trust = manifest["spec"]["trustPolicy"]["Statement"][0]["Condition"].clone();
        roles.insert(format!("arn:aws:iam::123456789012:role/{name}"), trust);
    }
    roles
}

#[test]
fn each_job_on_github_has_a_role_that_it_can_assume() {
    let (_, workflow) = workflow();
    let roles = roles("--github ");
    for (name, job) in jobs(&workflow) {
        let credentials = &steps(&job)[place(&job, "aws-actions/", None)]["with"];
        let trust = &roles[credentials["role-to-assume"]
            .as_str()
            .expect("it names a role")];
        // GitHub documentation, "OpenID Connect reference": the subject of each event.
        let subject = match (
            job["environment"].as_str(),
            job["if"].as_str().expect("each has an event"),
        ) {
            (Some(environment), _) => format!("repo:acme/infra:environment:{environment}"),
            (None, "github.event_name == 'pull_request'") => {
                "repo:acme/infra:pull_request".to_owned()
            }
            (None, _) => "repo:acme/infra:ref:refs/heads/main".to_owned(),
        };
        let token = json!({
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subject,
        });
        assert_eq!(trust, &json!({ "StringEquals": token }), "{name}");
    }
}

#[test]
fn the_roles_are_for_the_region_of_the_jobs() {
    for line in page()
        .lines()
        .filter(|line| line.starts_with("$ rolewright permissions"))
    {
        assert!(line.contains("--region eu-central-1"), "{line}");
    }
    let (text, _) = workflow();
    assert_eq!(text.matches("aws-region: eu-central-1").count(), 3);
}

#[test]
fn each_job_on_gitlab_has_a_region_an_image_and_a_role_that_it_can_assume() {
    let parts = blocks("yaml example");
    let text = parts.iter().find(|part| part.starts_with("stages:"));
    let pipeline: Value = serde_yaml::from_str(text.expect("it is there")).expect("it is YAML");
    assert_eq!(pipeline["variables"]["AWS_REGION"], "eu-central-1");
    assert_eq!(pipeline[".aws"]["image"]["entrypoint"], json!([""]));
    let audience = pipeline[".aws"]["id_tokens"]["AWS_TOKEN"]["aud"].clone();
    let roles = roles("--gitlab ");
    let like = json!({
        "StringEquals": {"gitlab.com:aud": audience},
        "StringLike": {"gitlab.com:sub": "project_path:acme/infra:ref_type:branch:ref:*"},
    });
    let equals = json!({"StringEquals": {
        "gitlab.com:aud": audience,
        "gitlab.com:sub": "project_path:acme/infra:ref_type:branch:ref:main",
    }});
    for (job, trust) in [("plan", like), ("apply", equals)] {
        let role = &pipeline[job]["variables"]["AWS_ROLE_ARN"];
        assert_eq!(
            roles[role.as_str().expect("it names a role")],
            trust,
            "{job}"
        );
    }
}

#[test]
fn the_recipe_for_a_shell_runs_in_bash_and_in_dash() {
    let page = page();
    let (_, rest) = page.split_once("## A plain shell\n").expect("it is there");
    let (_, rest) = rest.split_once("```console\n").expect("it has a session");
    let (session, _) = rest.split_once("```").expect("a fence is closed");
    for shell in ["bash", "dash"] {
        let stage = Stage::empty();
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        std::os::unix::fs::symlink(from, stage.path("examples")).expect("it is new");
        let (mut commands, mut printed) = (String::new(), String::new());
        for line in session.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push_str(&format!("{command}\n")),
                None => printed.push_str(&format!("{line}\n")),
            }
        }
        let output = Command::new(shell)
            .args(["-c", &commands])
            .current_dir(stage.path("."))
            .env_clear()
            .env("HOME", stage.path("."))
            .env("PATH", super::path())
            .output()
            .unwrap_or_else(|error| panic!("{shell}: {error}"));
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            printed,
            "{shell}: {complaints}"
        );
    }
}

#[test]
fn the_hook_and_the_image_are_as_the_page_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).expect("it is there");
    let hooks: Value = serde_yaml::from_str(&read(".pre-commit-hooks.yaml")).expect("it is YAML");
    assert_eq!(hooks[0]["id"], "rolewright-validate");
    // `rust` would build without Cargo.lock, for every user and every revision.
    assert_eq!(hooks[0]["language"], "system");
    let image = read("Dockerfile");
    assert!(
        image.contains("--user \"$(id -u):$(id -g)\"")
            && page().contains("--user \"$(id -u):$(id -g)\"")
    );
}
