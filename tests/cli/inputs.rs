//! Every file that the program reads, as others may have left it: endless, huge, a pipe, a link to elsewhere. Each is named with
//! what is wrong, at once and within little memory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{CALM, Stage};

const SECRET: &str = "canary-CANARYCANARYCANARY";

/// A manifest that takes a policy from a file.
const ATTACHED: &str = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {name: s}\nspec: {region: us-east-1}\n---\n\
    apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: r}\nspec:\n  trustPolicy: {file: attached/input.json}\n";

/// Files that are read: what they are, where they lie, and a command that reads them.
const READ: [(&str, &str, &[&str]); 10] = [
    (
        "a manifest",
        "named/input.yaml",
        &["validate", "named/input.yaml"],
    ),
    (
        "a manifest in a folder",
        "folder/input.yaml",
        &["validate", "folder"],
    ),
    (
        "a policy file",
        "attached/input.json",
        &["validate", "attached.yaml"],
    ),
    (
        "variables",
        "vars/input.yaml",
        &["validate", "s3access", "--var-file=vars/input.yaml"],
    ),
    (
        "a saved plan",
        "plans/input.json",
        &["show", "plans/input.json"],
    ),
    (
        "a snapshot",
        "live/input.json",
        &["plan", "s3access", "--live=live/input.json"],
    ),
    (
        "a weather",
        "weather/input.yaml",
        &[
            "plan",
            "s3access",
            "--sandbox",
            "--weather=weather/input.yaml",
        ],
    ),
    (
        "a seed",
        "seeds/input.yaml",
        &["sandbox", "reset", "--seed=seeds/input.yaml"],
    ),
    (
        "a policy for a token",
        "token/input.json",
        &[
            "credentials",
            "--federation-token=me",
            "--policy=token/input.json",
        ],
    ),
    (
        "the sandbox's state",
        "state/state.json",
        &["plan", "s3access", "--sandbox=state", "--weather=calm"],
    ),
];

fn stage() -> Stage {
    let stage = Stage::with_example("s3access");
    stage.write("attached.yaml", ATTACHED);
    fs::create_dir(stage.path("outside")).expect("it can be made");
    stage.write("outside/secret", SECRET);
    stage.write(
        "outside/manifest",
        "apiVersion: v1\nkind: Config\nspec: canary-CANARYCANARYCANARY\n",
    );
    for (_, file, _) in READ {
        let folder = stage.path(file);
        fs::create_dir_all(folder.parent().expect("it has one")).expect("it can be made");
    }
    stage
}

/// Runs a command with a gigabyte of address space, which holds its program and stacks as well, and some seconds at most: tests run
/// unoptimised, many at once. Gives what it said.
fn complaint(stage: &Stage, arguments: &[&str]) -> String {
    let binary = stage.command(arguments);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v 1500000; exec \"$0\" \"$@\""]);
    limited.arg(binary.get_program()).args(binary.get_args());
    limited.env_clear();
    for (name, value) in binary.get_envs() {
        limited.env(name, value.expect("none is removed"));
    }
    limited.current_dir(binary.get_current_dir().expect("it has one"));
    let began = Instant::now();
    let output = limited.stdin(Stdio::null()).output().expect("it runs");
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(10),
        "{arguments:?} took {took:?}"
    );
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(
        !said.contains(SECRET),
        "{arguments:?} told the secret: {said}"
    );
    said
}

/// What is put in the place of each file, and what is said of it.
fn put(wrong: &str, path: &Path, outside: &Path) -> &'static [&'static str] {
    match wrong {
        "endless" => {
            symlink("/dev/zero", path).expect("it can be made");
            &[
                "another folder",
                "outside of the folders",
                "not a regular file",
            ]
        }
        "huge" => {
            let file = fs::File::create(path).expect("it can be made");
            file.set_len(1 << 40).expect("it takes no room");
            &["is larger than"]
        }
        "a pipe" => {
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.expect("there is a mkfifo").success());
            &["not a regular file"]
        }
        _ => {
            symlink(outside.join("manifest"), path).expect("it can be made");
            &[
                "another folder",
                "outside of the folders",
                "there is no manifest",
            ]
        }
    }
}

/// A folder that is not below the one where the commands run, with a secret in it.
fn elsewhere() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("it can be made");
    fs::write(folder.path().join("manifest"), SECRET).expect("it can be written");
    folder
}

#[test]
fn files_that_others_left_are_named_and_not_followed() {
    for wrong in ["endless", "huge", "a pipe", "a link"] {
        let stage = stage();
        let outside = elsewhere();
        for (what, file, command) in READ {
            let reasons = put(wrong, &stage.path(file), outside.path());
            let said = complaint(&stage, command);
            let name = file.rsplit('/').next().expect("it has one");
            // A file of a folder that is no manifest is not named.
            let is_named = said.contains(name) || said.contains("there is no manifest");
            assert!(is_named, "{what}, {wrong}: {said}");
            let is_said = reasons.iter().any(|reason| said.contains(reason));
            assert!(is_said, "{what}, {wrong}: {said}");
        }
    }
}

#[test]
fn the_receipt_of_a_plan_as_well() {
    for wrong in ["endless", "huge", "a pipe", "a link"] {
        let stage = Stage::with_example("s3access");
        let outside = elsewhere();
        stage.quietly(&["plan", "s3access", "--out=plan.json"]);
        let plan: serde_json::Value =
            serde_json::from_str(&stage.read("plan.json")).expect("it is JSON");
        let digest = plan["digest"].as_str().expect("it has one");
        let receipt = format!("plan.json.{}.applied", &digest[..12]);
        let reasons = put(wrong, &stage.path(&receipt), outside.path());
        let apply = [&["apply", "plan.json", "--yes"], &CALM[..]].concat();
        let said = complaint(&stage, &apply);
        assert!(said.contains(&receipt), "{wrong}: {said}");
        assert!(
            reasons.iter().any(|reason| said.contains(reason)),
            "{wrong}: {said}"
        );
    }
}

#[test]
fn an_endless_standard_input_ends() {
    let stage = Stage::empty();
    let mut run = stage.command(&["validate", "-"]);
    run.stdin(fs::File::open("/dev/zero").expect("it is there"));
    let output = run.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("<stdin> cannot be read"), "{said}");
}

#[test]
fn a_policy_file_lies_below_the_folders_that_are_named() {
    let stage = stage();
    let trust = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}]}";
    fs::create_dir(stage.path("stack")).expect("it can be made");
    stage.write("outside/trust.json", trust);
    stage.write(
        "stack/a.yaml",
        &ATTACHED.replace("attached/input.json", "../outside/trust.json"),
    );
    let (_, said) = stage.run(&["validate", "stack"]).says_with(1);
    assert!(said.contains("--allow-files-outside"), "{said}");
    for allowed in [
        &["validate", "stack", "--allow-files-outside"][..],
        &["validate", "."],
    ] {
        let _ = fs::remove_dir_all(stage.path("s3access"));
        let _ = fs::remove_file(stage.path("attached.yaml"));
        stage.run(allowed).succeeds();
    }
}

#[test]
fn a_result_that_cannot_be_written_is_an_error_and_a_reader_that_leaves_is_none() {
    let stage = Stage::with_example("s3access");
    for arguments in [
        &["validate", "s3access"][..],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut full = stage.command(arguments);
        full.stdout(fs::File::create("/dev/full").expect("it is there"));
        let output = full.output().expect("it runs");
        assert_eq!(output.status.code(), Some(74), "{arguments:?}");
    }
    let mut read = stage.command(&["plan", "s3access", "--live=/dev/null"]);
    read.stdout(Stdio::piped());
    let binary = stage.command(&["completions", "bash"]);
    let mut piped = Command::new("sh");
    piped.args(["-c", "\"$0\" completions bash | head -1 > first; wait"]);
    piped.arg(binary.get_program()).current_dir(stage.path("."));
    assert!(piped.status().expect("it runs").success());
    assert!(!stage.read("first").is_empty());
}
