//! `apply --events`: a program that follows a run sees every step from its beginning to its end, in lines of one schema.

use insta::assert_snapshot;
use rolewright::render;
use serde_json::Value;

use crate::support::Stage;

fn lines(stage: &Stage) -> Vec<Value> {
    let validator = jsonschema::validator_for(&render::stream_schema()).expect("it is a schema");
    let text = stage.read("events.jsonl");
    let lines = text.lines().map(|line| {
        let value: Value = serde_json::from_str(line).expect("each line is one document");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|one| one.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}: {line}");
        value
    });
    lines.collect()
}

/// Each line without its time and lengths, in a steady order.
fn drawn(lines: &[Value]) -> String {
    let mut drawn: Vec<String> = lines[1..lines.len() - 1]
        .iter()
        .map(|line| {
            format!(
                "{} {} {}",
                line["event"].as_str().unwrap_or(""),
                line["step"],
                line["title"].as_str().unwrap_or("")
            )
        })
        .collect();
    drawn.dedup();
    drawn.sort();
    drawn.join("\n")
}

#[test]
fn a_run_is_followed_from_its_beginning_to_its_end() {
    let stage = Stage::with_example("s3access");
    stage.quietly(&["apply", "s3access", "--yes", "--events=events.jsonl"]);
    let lines = lines(&stage);
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!(
        (&first["event"], &first["steps"]),
        (&"began".into(), &5.into())
    );
    assert_snapshot!(drawn(&lines), @"
    done 0 create role s3access
    done 1 put inline policy S3-Permissions on role s3access
    done 2 create instance profile s3access-profile
    done 3 add role s3access to instance profile s3access-profile
    done 4 associate instance profile s3access-profile with i-1234567890abcdef0
    started 0 create role s3access
    started 1 put inline policy S3-Permissions on role s3access
    started 2 create instance profile s3access-profile
    started 3 add role s3access to instance profile s3access-profile
    started 4 associate instance profile s3access-profile with i-1234567890abcdef0
    ");
    assert_eq!(last["event"], "ended");
    assert_eq!(
        (&last["complete"], &last["converged"], &last["exitCode"]),
        (&true.into(), &true.into(), &0.into())
    );
    assert_eq!((&last["done"], &last["failed"]), (&5.into(), &0.into()));
}

#[test]
fn waits_failures_and_what_they_doom_are_there() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "weather.yaml",
        "propagation: {iamToEc2: 1s}\ndenied: ['iam:PutRolePolicy']\n",
    );
    let run = stage.run(&[
        "apply",
        "s3access",
        "--yes",
        "--quiet",
        "--sandbox",
        "--weather=weather.yaml",
        "--events=events.jsonl",
    ]);
    let (_, said) = run.says_with(5);
    let lines = lines(&stage);
    assert!(
        lines
            .iter()
            .any(|line| line["event"] == "failed" && line["effect"] == "none"),
        "{said}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line["event"] == "skipped" && line["because"] == "needs"),
        "{said}"
    );
    assert_eq!(lines[lines.len() - 1]["exitCode"], 5);
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_is_sent() {
    let stage = Stage::with_example("s3access");
    let (_, said) = stage
        .calm(&[
            "apply",
            "s3access",
            "--yes",
            "--events=nowhere/events.jsonl",
        ])
        .says_with(1);
    assert_snapshot!(said, @"
    error: cannot write nowhere/events.jsonl: No such file or directory (os error 2)
      hint: choose another file with `--events FILE`
    ");
    assert!(!stage.world().iam.roles.contains_key("s3access"));
}
