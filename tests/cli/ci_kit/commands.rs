//! Texts from manifests and from AWS reach the log, and GitHub's runner takes some lines of a log for commands. None of theirs
//! is one: the runner is told to take none while rolewright prints.

use super::{APPLY, PATHS, Scene};

/// Every command that somebody else would like the runner to obey.
const TEXT: &str = "Reads logs\n::error::forged\n  ::add-mask::Allow\n##[error]forged\nx ##[add-mask]Allow\n::stop-commands::forged\n::set-output name=exit-code::77";

/// The commands that the runner takes from a log: `::name …::` at the start of a trimmed line, `##[name …]` anywhere (its
/// source, ActionCommand and ActionCommandManager). While commands are stopped it takes the token only.
fn obeyed(log: &str) -> Vec<String> {
    let mut stopped: Option<String> = None;
    let mut obeyed = Vec::new();
    for line in log.lines() {
        let trimmed = line.trim_start();
        let command = trimmed
            .strip_prefix("::")
            .and_then(|rest| rest.split_once("::"))
            .or_else(|| {
                line.split_once("##[")
                    .and_then(|(_, rest)| rest.split_once(']'))
            });
        let Some((name, value)) = command else {
            continue;
        };
        match &stopped {
            Some(token) if name == token => stopped = None,
            Some(_) => {}
            None if name == "stop-commands" => stopped = Some(value.to_owned()),
            None => obeyed.push(line.to_owned()),
        }
    }
    assert_eq!(stopped, None, "commands are taken again at the end");
    obeyed
}

#[track_caller]
fn is_harmless(log: &str, ours: usize) {
    assert!(log.contains("forged"), "the text is shown: {log}");
    let obeyed = obeyed(log);
    for line in &obeyed {
        let is_ours =
            line.starts_with("::notice file=") || line.starts_with("::error title=rolewright::");
        assert!(is_ours, "{line}");
    }
    assert_eq!(obeyed.len(), ours, "{obeyed:?}");
}

fn described(scene: &Scene) {
    let manifest = scene.stage.read("s3access/s3access.yaml");
    let evil = serde_json::to_string(TEXT).expect("it is text");
    let changed = manifest.replace("Lets applications on EC2 use Amazon S3", &evil);
    assert_ne!(changed, manifest);
    scene.stage.write("s3access/s3access.yaml", &changed);
}

#[test]
fn a_description_gives_the_runner_no_command() {
    let scene = Scene::new();
    described(&scene);
    let planned = scene.plans(&[]);
    is_harmless(&planned.said, 3);
    assert_eq!(planned.outputs["exit-code"], "2");
    scene.github.merges(&scene.stage);
    let applied = scene.job("push").uses(&[APPLY, PATHS]);
    assert_eq!(applied.code, 0, "{}", applied.said);
    is_harmless(&applied.said, 0);
}

#[test]
fn values_of_aws_give_the_runner_no_command() {
    let scene = Scene::new();
    let _ = scene.plans(&[]);
    scene.github.merges(&scene.stage);
    let applied = scene.job("push").uses(&[APPLY, PATHS]);
    assert_eq!(applied.code, 0, "{}", applied.said);
    let edited = scene.served.sandbox.edit(|world| {
        let role = world.iam.roles.get_mut("s3access");
        role.expect("it is there").description = Some(TEXT.to_owned());
    });
    edited.expect("it is memory");
    is_harmless(
        &scene
            .job("schedule")
            .uses(&[("command", "drift"), PATHS])
            .said,
        1,
    );
    is_harmless(&scene.job("pull_request").uses(&[PATHS]).said, 0);
}

#[test]
fn errors_in_manifests_give_the_runner_no_command() {
    let scene = Scene::new();
    let forged = "kind: \"Role\\n::error::forged\\n##[error]forged\"\n";
    scene.stage.write("s3access/s3access.yaml", forged);
    let failed = scene.job("pull_request").uses(&[PATHS]);
    let obeyed = obeyed(&failed.said);
    assert!(!obeyed.is_empty(), "{}", failed.said);
    for line in obeyed {
        let is_ours =
            line.starts_with("::error file=") || line.starts_with("::error title=rolewright::");
        assert!(is_ours, "{line}");
    }
}
