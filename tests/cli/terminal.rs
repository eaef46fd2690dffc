//! The program on a terminal: it asks, it takes no for an answer, and a wait is shown with its reason. Needs Python for the
//! terminal, as the moto suite does.

use std::process::Command;

use rolewright::sandbox::Weather;

use crate::python;
use crate::support::{Served, Stage};

/// What an 80 columns wide terminal showed, and the exit code; `None` when the suite is skipped.
fn typed(stage: &Stage, answer: &str, arguments: &[&str]) -> Option<(i32, String)> {
    typed_with(Vec::new(), stage, answer, arguments)
}

/// The same, with more in the environment.
fn typed_with(
    environment: Vec<(String, String)>,
    stage: &Stage,
    answer: &str,
    arguments: &[&str],
) -> Option<(i32, String)> {
    let python = python::interpreter()?;
    let output = Command::new(python)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/cli/terminal.py"
        ))
        .args([answer, env!("CARGO_BIN_EXE_rolewright")])
        .args(arguments)
        .current_dir(stage.path(""))
        .env_clear()
        .env("HOME", stage.path(""))
        .env("TERM", "xterm")
        .envs(environment)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.code().expect("it ends by itself"), shown))
}

#[test]
fn no_is_no() {
    let stage = Stage::with_example("s3access");
    let arguments = ["apply", "s3access", "--sandbox", "--weather=calm"];
    for answer in ["no", "", "y e s"] {
        let Some((code, shown)) = typed(&stage, answer, &arguments) else {
            return;
        };
        assert_eq!(code, 1, "{shown}");
        assert!(
            shown.contains("Apply this plan?") && shown.contains("nothing was changed"),
            "{shown}"
        );
    }
    assert!(stage.world().iam.role("s3access").is_none());
}

#[test]
fn ctrl_c_is_no_at_once() {
    let stage = Stage::with_example("s3access");
    let arguments = ["apply", "s3access", "--sandbox", "--weather=calm"];
    let Some((code, shown)) = typed(&stage, "\u{3}", &arguments) else {
        return;
    };
    assert_eq!(code, 130, "{shown}");
    assert!(
        shown.contains("interrupted") && shown.contains("nothing was changed"),
        "{shown}"
    );
    assert!(stage.world().iam.role("s3access").is_none());
}

#[test]
fn yes_is_yes_and_a_narrow_terminal_shows_why_it_waits() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "brief.yaml",
        "propagationDelay: 500ms\nassociationDelay: 0s\n",
    );
    let arguments = ["apply", "s3access", "--sandbox", "--weather=brief.yaml"];
    let Some((code, shown)) = typed(&stage, "yes", &arguments) else {
        return;
    };
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("1 step waits for EC2 to see instance profile s3access-profile"),
        "{shown}"
    );
    assert!(
        shown.contains("\u{1b}[32m+"),
        "a terminal has colours: {shown}"
    );
    assert!(stage.world().iam.role("s3access").is_some());

    let arguments = [
        "destroy",
        "s3access",
        "--sandbox",
        "--weather=calm",
        "--color=never",
    ];
    let Some((code, shown)) = typed(&stage, "yes", &arguments) else {
        return;
    };
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Delete this?"), "{shown}");
}

#[test]
fn asked_about_json_the_person_sees_the_plan() {
    let stage = Stage::with_example("s3access");
    let arguments = [
        "apply",
        "s3access",
        "--sandbox",
        "--weather=calm",
        "--output=json",
    ];
    let Some((code, shown)) = typed(&stage, "no", &arguments) else {
        return;
    };
    assert_eq!(code, 1, "{shown}");
    let asked = shown.find("Apply this plan?").expect("it asks");
    assert!(shown[..asked].contains("Plan: 3 to create"), "{shown}");
}

/// Another stack, or a person, at work while the question is open. `destroy` and `apply` of a change are refused by name, and
/// so is what is already let go of.
#[test]
fn what_is_handed_over_while_somebody_is_asked_stays() {
    let release = "release Role/s3access --stack=s3access";
    for arguments in [
        &["destroy", "s3access"][..],
        &["apply", "s3access"],
        &release.split(' ').collect::<Vec<_>>(),
    ] {
        let served = Served::fresh(Weather::calm());
        let mut stage = Stage::with_example("s3access");
        stage.use_served(&served);
        stage
            .run(&["apply", "s3access", "--yes", "--quiet"])
            .succeeds();
        let text = stage.read("s3access/s3access.yaml");
        stage.write("s3access/s3access.yaml", &text.replace("Lets", "Let"));
        let binary = env!("CARGO_BIN_EXE_rolewright");
        let hook = format!("{binary} {release} --yes --quiet");
        let mut environment = served.environment();
        environment.push(("HOOK".to_owned(), hook));
        let Some((code, shown)) = typed_with(environment, &stage, "yes", arguments) else {
            return;
        };
        assert_eq!(code, 4, "{arguments:?}: {shown}");
        assert!(
            shown.contains("Role/s3access its owner is gone"),
            "{arguments:?}: {shown}"
        );
        let role = served.sandbox.world().iam.roles["s3access"].clone();
        assert!(
            role.description
                .is_some_and(|text| text.starts_with("Lets"))
        );
        assert!(!role.tags.contains_key("rolewright:stack"));
    }
}
