//! Only what was reviewed is applied: everything else that can be pushed, merged, run again or uploaded ends with an error, and
//! no call that changes anything reaches AWS.

use serde_json::{Value, json};

use super::github::{HEAD, Known, NUMBER, artifact, pull, review, run, zipped};
use super::{APPLY, Ended, PATHS, Scene};

const OTHER: &str = "4444444444444444444444444444444444444444";

/// A plan that was made, reviewed and merged, and is not applied yet.
fn merged() -> Scene {
    let scene = Scene::new();
    let _ = scene.plans(&[]);
    scene.github.merges(&scene.stage);
    scene
}

impl Scene {
    /// The job of the push.
    fn applies(&self, more: &[(&'static str, &str)]) -> Ended {
        let mut job = self.job("push");
        let more = more.iter();
        job.more = more
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        job.uses(&[APPLY, PATHS])
    }

    #[track_caller]
    fn applies_nothing(&self, more: &[(&'static str, &str)], told: &str) {
        // What lies in the place of the plan is never taken for it.
        let calls = self.served.sandbox.calls().len();
        let ended = self.applies(more);
        assert_ne!(ended.code, 0, "{}", ended.said);
        assert!(
            ended.said.contains("::error title=rolewright::"),
            "{}",
            ended.said
        );
        assert!(!ended.said.contains("Traceback"), "{}", ended.said);
        assert!(ended.said.contains(told), "{told}: {}", ended.said);
        assert_eq!(self.served.writes_after(calls), Vec::<String>::new());
    }
}

/// What somebody does to what GitHub knows.
type Attack = Box<dyn Fn(&mut Known)>;

/// Each thing that somebody may do, and what is said of it. The honest way applies after all of them.
#[track_caller]
fn refused(attacks: Vec<(&str, Attack)>) {
    let scene = merged();
    for (told, attack) in attacks {
        scene.github.merges(&scene.stage);
        attack(&mut scene.github.known());
        scene.applies_nothing(&[], told);
    }
    scene.github.merges(&scene.stage);
    let honest = scene.applies(&[]);
    assert_eq!(honest.code, 0, "{}", honest.said);
}

/// One thing that is said otherwise.
fn other(list: fn(&mut Known) -> &mut Vec<Value>, pointer: &'static str, value: Value) -> Attack {
    Box::new(move |known| {
        let field = list(known)[0].pointer_mut(pointer);
        *field.expect("it is there") = value.clone();
    })
}

fn pulls(known: &mut Known) -> &mut Vec<Value> {
    &mut known.pulls
}

fn runs(known: &mut Known) -> &mut Vec<Value> {
    &mut known.runs
}

fn artifacts(known: &mut Known) -> &mut Vec<Value> {
    &mut known.artifacts
}

#[test]
fn a_push_without_a_pull_request_of_this_branch_applies_nothing() {
    let none = "no pull request was merged into main";
    refused(vec![
        (none, Box::new(|known| known.pulls.clear())),
        (none, other(pulls, "/merged_at", json!(null))),
        (none, other(pulls, "/merge_commit_sha", json!(OTHER))),
        (none, other(pulls, "/base/ref", json!("playground"))),
        (
            "comes from a fork",
            other(pulls, "/head/repo/full_name", json!("mallory/infra")),
        ),
        ("comes from a fork", other(pulls, "/head/repo", json!(null))),
        (
            "several pull requests were merged",
            Box::new(|known| {
                let second = json!({"number": 8});
                let mut pull = known.pulls[0].clone();
                pull["number"] = second["number"].clone();
                known.pulls.push(pull);
            }),
        ),
    ]);
}

#[test]
fn a_head_that_was_planned_for_something_else_as_well_applies_nothing() {
    let too = "has the branch or the commit of pull request 7 too";
    refused(vec![
        // Closed or open, into whatever branch.
        (
            too,
            Box::new(|known| known.pulls.push(pull(9, "feature", "playground"))),
        ),
        (
            too,
            Box::new(|known| known.pulls.push(pull(9, "copy", "playground"))),
        ),
        (
            too,
            Box::new(|known| known.pulls.push(pull(9, "copy", "main"))),
        ),
        (
            "the base of pull request 7 was changed",
            Box::new(|known| known.events.push(json!({"event": "base_ref_changed"}))),
        ),
        (
            "the base of pull request 7 was changed",
            Box::new(|known| {
                known
                    .events
                    .push(json!({"event": "automatic_base_change_succeeded"}));
            }),
        ),
        (
            "ran for several pull requests",
            Box::new(|known| known.runs.insert(0, run(90, "copy"))),
        ),
        (
            "ran for several pull requests",
            Box::new(|known| known.runs.push(run(90, "feature"))),
        ),
        (
            "is not of pull request 7",
            other(runs, "/head_branch", json!("copy")),
        ),
        (
            "is not of pull request 7",
            other(runs, "/head_repository/full_name", json!("mallory/infra")),
        ),
        (
            "is not of pull request 7",
            other(runs, "/path", json!(".github/workflows/other.yml")),
        ),
        (
            "is not of pull request 7",
            other(
                runs,
                "/pull_requests",
                json!([{"number": 9, "base": {"ref": "playground"}}]),
            ),
        ),
    ]);
}

#[test]
fn an_earlier_pull_request_of_the_same_branch_does_no_harm() {
    let scene = merged();
    let mut earlier = pull(3, "feature", "main");
    earlier["head"]["sha"] = json!(OTHER);
    scene.github.known().pulls.push(earlier);
    let applied = scene.applies(&[]);
    assert_eq!(applied.code, 0, "{}", applied.said);
}

#[test]
fn a_plan_that_was_refused_or_never_made_is_not_applied_by_merging_it_all_the_same() {
    let none = "no run of .github/workflows/iam.yml planned pull request 7";
    refused(vec![
        (none, Box::new(|known| known.runs.clear())),
        (none, other(runs, "/head_sha", json!(OTHER))),
        (none, other(runs, "/event", json!("push"))),
        (
            "ended with failure",
            other(runs, "/conclusion", json!("failure")),
        ),
        (
            "ended with cancelled",
            other(runs, "/conclusion", json!("cancelled")),
        ),
        ("ended with None", other(runs, "/conclusion", json!(null))),
        (
            "ended with success",
            other(runs, "/status", json!("in_progress")),
        ),
        (
            "has no artifact plan",
            Box::new(|known| known.artifacts.clear()),
        ),
        (
            "has no artifact plan",
            other(artifacts, "/name", json!("planned")),
        ),
        (
            "has several artifacts plan",
            Box::new(|known| known.artifacts.push(artifact(701, 70))),
        ),
        ("has expired", other(artifacts, "/expired", json!(true))),
        (
            "is not of run 70",
            other(artifacts, "/workflow_run/id", json!(90)),
        ),
        (
            "is not of run 70",
            other(artifacts, "/workflow_run/head_sha", json!(OTHER)),
        ),
    ]);
}

#[test]
fn a_plan_that_is_newer_than_what_people_decided_applies_nothing() {
    let approval = "is newer than the last approval of pull request 7";
    refused(vec![
        (
            "is newer than the merge",
            other(artifacts, "/created_at", json!("2026-03-01T14:00:00Z")),
        ),
        (
            approval,
            other(artifacts, "/created_at", json!("2026-03-01T13:20:00Z")),
        ),
        (
            approval,
            other(artifacts, "/updated_at", json!("2026-03-01T13:20:00Z")),
        ),
        (
            // Who has no rights in the repository approves nothing.
            approval,
            Box::new(|known| {
                known.artifacts[0]["created_at"] = json!("2026-03-01T13:20:00Z");
                known
                    .reviews
                    .push(review("APPROVED", "2026-03-01T13:40:00Z", "NONE"));
            }),
        ),
    ]);
}

#[test]
fn an_approval_that_follows_the_last_plan_is_one_of_it() {
    let scene = merged();
    let mut known = scene.github.known();
    known.artifacts[0]["created_at"] = json!("2026-03-01T13:20:00Z");
    known
        .reviews
        .push(review("APPROVED", "2026-03-01T13:40:00Z", "OWNER"));
    drop(known);
    let applied = scene.applies(&[]);
    assert_eq!(applied.code, 0, "{}", applied.said);
}

#[test]
fn only_a_push_of_the_branchs_own_head_applies() {
    let scene = merged();
    for event in ["workflow_dispatch", "schedule", "pull_request", "release"] {
        scene.applies_nothing(
            &[("GITHUB_EVENT_NAME", event)],
            "reviewed plans are applied by a push to a branch",
        );
    }
    scene.applies_nothing(
        &[("GITHUB_REF", "refs/tags/v1")],
        "reviewed plans are applied by a push to a branch",
    );
    scene.applies_nothing(&[("FORCED", "true")], "was forced");
    scene.applies_nothing(&[("GITHUB_SHA", OTHER)], "was forced, or removed it");
    OTHER.clone_into(&mut scene.github.known().main);
    scene.applies_nothing(&[("GITHUB_RUN_ATTEMPT", "2")], "main is at 4444");
    super::MERGE.clone_into(&mut scene.github.known().main);
    let applied = scene.applies(&[("GITHUB_RUN_ATTEMPT", "2")]);
    assert_eq!(applied.code, 0, "{}", applied.said);
}

#[test]
fn answers_that_say_nothing_apply_nothing() {
    let scene = merged();
    for part in [
        "/git/ref/",
        "/commits/2222",
        "/events",
        "/runs",
        "/artifacts",
        "/reviews",
        "/storage/",
    ] {
        for body in ["", "{}", "null", "\"\"", "<html>"] {
            scene.github.known().instead = Some((part, body));
            scene.applies_nothing(&[("GITHUB_RUN_ATTEMPT", "2")], "");
        }
    }
    for part in [
        "/commits/2222",
        "/infra/pulls",
        "/events",
        "/runs",
        "/artifacts",
    ] {
        scene.github.known().instead = Some((part, "[]"));
        scene.applies_nothing(&[], "");
    }
}

#[test]
fn an_archive_that_is_not_what_was_uploaded_applies_nothing() {
    let scene = merged();
    scene.github.known().artifacts[0]["digest"] = json!(format!("sha256:{}", "0".repeat(64)));
    scene.applies_nothing(&[], "its digest does not fit");
    scene.github.merges(&scene.stage);
    scene.github.known().archive = zipped(&scene.stage, &["rolewright-plan.html"]);
    scene.applies_nothing(&[], "the artifact holds no rolewright-plan.json");
    scene.github.merges(&scene.stage);
    scene.github.known().artifacts[0]["size_in_bytes"] = json!(2_000_000_000_u64);
    scene.applies_nothing(&[], "is too long for a plan");
}

#[test]
fn trouble_of_github_is_waited_out_or_told() {
    let scene = merged();
    scene.github.known().faults = vec![404];
    scene.applies_nothing(&[], "HTTP 404: Unicorn");
    scene.github.known().faults = vec![503; 9];
    scene.applies_nothing(
        &[],
        "HTTP 503: Unicorn; 5 attempts: run the job again later",
    );
    scene.github.known().faults = vec![500, 429, 502];
    let applied = scene.applies(&[]);
    assert_eq!(applied.code, 0, "{}", applied.said);
    let asked = scene.github.known().asked.concat();
    assert!(
        asked.contains(&format!("/pulls/{NUMBER}/reviews")) && asked.contains(HEAD),
        "{asked}"
    );
}

#[test]
fn a_plan_of_other_manifests_is_refused_by_its_content() {
    let scene = merged();
    let merged = scene.stage.read("s3access/s3access.yaml");
    let forged = merged.replace("\"s3:*\"", "\"*\"");
    assert_ne!(forged, merged);
    scene.stage.write("s3access/s3access.yaml", &forged);
    let _ = scene.plans(&[]);
    scene.stage.write("s3access/s3access.yaml", &merged);
    scene.github.merges(&scene.stage);
    scene.applies_nothing(
        &[],
        "Role/s3access: the manifests have another `inlinePolicies.S3-Permissions`",
    );
    // A plan that was made before another pull request was merged.
    scene.stage.write(
        "s3access/more.yaml",
        &merged.replace("name: s3access", "name: other"),
    );
    scene.applies_nothing(&[], "");
}
