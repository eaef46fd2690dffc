//! What users of the action see, from the first plan to the nightly look for drift.

use super::{APPLY, GitHub, PATHS, Scene};
use crate::support::Stage;

fn narrow(stage: &Stage) {
    let text = stage.read("s3access/s3access.yaml");
    let narrowed = text.replace("\"s3:*\"", "\"s3:GetObject\"");
    assert_ne!(narrowed, text);
    stage.write("s3access/s3access.yaml", &narrowed);
}

#[test]
fn a_pull_request_is_planned_commented_applied_and_watched() {
    let scene = Scene::new();
    let Scene {
        served,
        github,
        stage,
    } = &scene;

    // The pull request: a plan, and a comment on it.
    let planned = scene.plans(&[]);
    assert_eq!(planned.outputs["has-changes"], "true");
    let notice = "::notice file=s3access/s3access.yaml,line=";
    assert!(planned.said.contains(notice), "{}", planned.said);
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(bodies[1].contains("**3 to create (+)**"), "{}", bodies[1]);
    assert!(bodies[1].len() < 65_536);
    let summary = stage.read("summary.md");
    assert!(summary.contains("## Plan for stack s3access"), "{summary}");

    // Another push: the same comment, and another plan in it.
    let outdated = stage.read("rolewright-plan.json");
    narrow(stage);
    let _ = scene.plans(&[]);
    let bodies = github.bodies();
    assert_eq!(bodies.len(), 2, "the comment is updated");
    assert!(bodies[1].contains("s3:GetObject"), "{}", bodies[1]);
    github.merges(stage);

    // The merge: what was reviewed runs, whatever lies in its place.
    stage.write("rolewright-plan.json", &outdated);
    let applied = scene.job("push").uses(&[APPLY, PATHS]);
    let ended = (applied.code, applied.outputs["exit-code"].as_str());
    assert_eq!(ended, (0, "0"), "{}", applied.said);
    let summary = stage.read("summary.md");
    assert!(
        summary.contains("## Applied: stack s3access") && summary.contains("5 of 5 steps done"),
        "{summary}"
    );

    // What was not reviewed last is refused, and the way back is named.
    let again = scene.job("push").uses(&[APPLY, PATHS]);
    assert_eq!(again.code, 4, "{}", again.said);
    let way_back = "::error title=rolewright::the plan is stale; plan again: open a pull request with an empty commit";
    assert!(again.said.contains(way_back), "{}", again.said);

    // The night: nothing, and then something.
    let quiet = scene.job("schedule").uses(&[("command", "drift"), PATHS]);
    assert_eq!(quiet.code, 0, "{}", quiet.said);
    let edited = served.sandbox.edit(|world| {
        let role = world.iam.roles.get_mut("s3access");
        role.expect("it is there").description = None;
    });
    edited.expect("it is memory");
    let drifted = scene.job("schedule").uses(&[("command", "drift"), PATHS]);
    assert_eq!(drifted.code, 2, "{}", drifted.said);
    let summary = stage.read("summary.md");
    assert!(summary.contains("## Drift of stack s3access"), "{summary}");
    let comments = github.bodies().len();
    assert_eq!(comments, 2, "only plans of pull requests are commented");
}

#[test]
fn the_way_back_after_a_failed_apply_is_another_pull_request() {
    let scene = Scene::new();
    let _ = scene.plans(&[]);
    scene.github.merges(&scene.stage);
    let may = |allowed: bool| {
        let edited = scene.served.sandbox.edit(|world| {
            let user = world.iam.users.get_mut("sandbox").expect("it calls");
            let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:AssociateIamInstanceProfile","Resource":"*"}]}"#;
            let policies = [("deny".to_owned(), deny.to_owned())];
            user.inline_policies = policies.into_iter().filter(|_| !allowed).collect();
        });
        edited.expect("it is memory");
    };
    may(false);
    let weather = |enforced: bool| {
        scene
            .served
            .sandbox
            .set_weather(rolewright::sandbox::Weather {
                enforce_policies: enforced,
                ..rolewright::sandbox::Weather::calm()
            });
    };
    weather(true);
    let failed = scene.job("push").uses(&[APPLY, PATHS]);
    assert_eq!(failed.code, 5, "{}", failed.said);
    assert!(!failed.said.contains("same command"), "{}", failed.said);
    assert!(
        failed.said.contains("next: plan again with `plan --out`"),
        "{}",
        failed.said
    );
    let way_back = "some steps failed; when the reason is gone, plan again: open a pull request with an empty commit";
    assert!(failed.said.contains(way_back), "{}", failed.said);

    // The empty commit.
    may(true);
    let _ = scene.plans(&[]);
    scene.github.merges(&scene.stage);
    let applied = scene.job("push").uses(&[APPLY, PATHS]);
    assert_eq!(applied.code, 0, "{}", applied.said);
    assert!(
        applied.said.contains("1 of 1 step done"),
        "{}",
        applied.said
    );
}

#[test]
fn a_refused_plan_has_changes_and_is_commented_before_the_job_fails() {
    let scene = Scene::new();
    let arguments = (
        "arguments",
        "--var a=b\n--fail-on public\n--fail-on new-access\n",
    );
    let refused = scene.job("pull_request").uses(&[PATHS, arguments]);
    assert_eq!(refused.code, 3, "no line is lost: {}", refused.said);
    assert_eq!(refused.outputs["has-changes"], "true");
    assert!(scene.github.bodies()[1].contains("This plan may not be applied"));
}

#[test]
fn the_run_of_a_fork_plans_without_a_comment() {
    let scene = Scene::with(GitHub::answering(false));
    let said = scene.plans(&[]).said;
    assert!(said.contains("HTTP 403"), "{said}");
    assert!(said.contains("the job needs pull-requests:write"), "{said}");
}

#[test]
fn a_manifest_that_is_wrong_is_told_at_its_line_in_the_summary_and_in_the_comment() {
    let scene = Scene::new();
    scene.stage.write("s3access/s3access.yaml", "kind: Rol\n");
    let failed = scene.job("pull_request").uses(&[PATHS]);
    assert_eq!(failed.code, 1, "{}", failed.said);
    let annotation = "::error file=s3access/s3access.yaml,line=1,col=7,title=unknown-kind::there is no kind `Rol`";
    assert!(failed.said.contains(annotation), "{}", failed.said);
    let comment = scene.github.bodies()[1].clone();
    for told in [comment, scene.stage.read("summary.md")] {
        assert!(told.contains("## The plan failed"), "{told}");
        assert!(told.contains("(s3access/s3access.yaml:1)"), "{told}");
    }
}

#[test]
fn a_failure_without_a_line_is_told_as_well() {
    let scene = Scene::new();
    let mut job = scene.job("pull_request");
    job.more = vec![("AWS_REGION", String::new())];
    let failed = job.uses(&[PATHS]);
    assert_eq!(failed.code, 1, "{}", failed.said);
    assert!(
        failed
            .said
            .contains("::error title=failed::no region is set"),
        "{}",
        failed.said
    );
    assert!(scene.github.bodies()[1].contains("no region is set"));
}

#[test]
fn a_command_that_does_not_exist_has_an_exit_code() {
    let scene = Scene::new();
    let unknown = scene.job("push").uses(&[("command", "Plan")]);
    let ended = (unknown.code, unknown.outputs["exit-code"].as_str());
    assert_eq!(ended, (64, "64"), "{}", unknown.said);
}

#[test]
fn a_plan_goes_into_a_folder_that_is_not_there_yet() {
    let scene = Scene::new();
    let _ = scene.plans(&[("plan-file", "plans/prod.json")]);
    assert!(scene.stage.path("plans/prod.html").exists());
}

#[test]
fn installing_shows_build_scripts_no_credentials() {
    let scene = Scene::new();
    let stage: &Stage = &scene.stage;
    let bin = stage.path("bin");
    std::fs::create_dir(&bin).expect("it is new");
    // No rolewright is on this path.
    for program in ["bash", "sed", "head", "env", "cat"] {
        let found = ["/usr/bin", "/bin"].map(|folder| std::path::Path::new(folder).join(program));
        let found = found.into_iter().find(|path| path.exists());
        std::os::unix::fs::symlink(found.expect("it is a usual program"), bin.join(program))
            .expect("it is new");
    }
    stage.write("bin/cargo", "#!/usr/bin/env bash\nenv >seen\necho \"$@\"\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("cargo"), mode).expect("it is ours");
    let mut job = scene.job("push");
    job.more = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "ACTIONS_RUNTIME_TOKEN",
        "GITHUB_TOKEN",
    ]
    .map(|name| (name, "hunter2".to_owned()))
    .to_vec();
    job.more.push(("PATH", bin.display().to_string()));
    let installed = job.uses(&[("command", "install")]);
    assert_eq!(installed.code, 0, "{}", installed.said);
    assert!(
        installed.said.contains("install --locked"),
        "{}",
        installed.said
    );
    let seen = stage.read("seen");
    assert!(seen.contains("RUNNER_TEMP="), "{seen}");
    for secret in ["hunter2", "AWS_ACCESS_KEY_ID"] {
        assert!(!seen.contains(secret), "{seen}");
    }
}
