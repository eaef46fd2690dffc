//! The comment on the pull request: whose it is, what stands in it, and what becomes of the job when it cannot be written.

use super::github::by;
use super::{HEAD, Scene};

/// The comments that have a plan in them.
fn plans(scene: &Scene) -> Vec<String> {
    let mut plans = scene.github.bodies();
    plans.retain(|body| body.contains("rolewright plan "));
    plans
}

#[test]
fn arguments_are_not_published() {
    let scene = Scene::new();
    let arguments = "--var db_password=hunter2 --external-id s3cr3t --assume-role-arn arn:aws:iam::123456789012:role/none";
    let _ = scene
        .job("pull_request")
        .uses(&[super::PATHS, ("arguments", arguments)]);
    let _ = scene.plans(&[("arguments", "--var db_password=hunter2")]);
    for body in scene.github.bodies() {
        assert!(
            !body.contains("hunter2") && !body.contains("s3cr3t"),
            "{body}"
        );
    }
}

#[test]
fn one_stack_in_two_environments_has_two_comments() {
    let scene = Scene::new();
    for environment in ["--var env=prod", "--var env=test", "--var env=prod"] {
        let _ = scene.plans(&[("arguments", environment)]);
    }
    assert_eq!(plans(&scene).len(), 2);
}

#[test]
fn a_comment_names_the_commit_that_was_planned() {
    let scene = Scene::new();
    let _ = scene.plans(&[]);
    assert!(plans(&scene)[0].contains(&format!("Planned for commit {HEAD}.")));
}

#[test]
fn the_comment_of_the_earlier_version_is_replaced_once() {
    let scene = Scene::new();
    let old = "<!-- rolewright plan of s3access - -var a=hunter2 -->\nearlier";
    scene
        .github
        .known()
        .comments
        .push(by("github-actions[bot]", 2, old));
    for _ in 0..2 {
        let _ = scene.plans(&[("arguments", "--var a=hunter2")]);
    }
    let bodies = scene.github.bodies();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(!bodies[1].contains("hunter2"), "{}", bodies[1]);
}

#[test]
fn nobody_else_prepares_the_comment() {
    let scene = Scene::new();
    let _ = scene.plans(&[]);
    let mine = scene.github.bodies()[1].clone();
    let (marker, _) = mine.split_once('\n').expect("it has lines");
    let prepared = format!("{marker}\nAll is well");
    let mut known = scene.github.known();
    known.comments = vec![
        by("evil-app[bot]", 1, &prepared),
        by("somebody", 2, &prepared),
    ];
    drop(known);
    let _ = scene.plans(&[]);
    let bodies = scene.github.bodies();
    assert_eq!(
        (bodies.len(), &bodies[0], &bodies[1]),
        (3, &prepared, &prepared)
    );
}

#[test]
fn trouble_with_github_is_a_warning_and_no_traceback() {
    let scene = Scene::new();
    // Answers that pass: it is asked again.
    scene.github.known().faults = vec![500, 429, 502];
    let planned = scene.plans(&[]);
    assert!(!planned.said.contains("::warning"), "{}", planned.said);
    assert_eq!(plans(&scene).len(), 1);
    for (faults, told) in [
        (vec![500; 9], "HTTP 500: Unicorn; 5 attempts"),
        (vec![422; 3], "HTTP 422: Unicorn"),
    ] {
        scene.github.known().faults = faults;
        let planned = scene.plans(&[]);
        scene.github.known().faults.clear();
        let warning = "::warning title=rolewright::the plan could not be commented: ";
        assert!(
            planned.said.contains(warning) && planned.said.contains(told),
            "{}",
            planned.said
        );
        assert!(!planned.said.contains("Traceback"), "{}", planned.said);
    }
}
