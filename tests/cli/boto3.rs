//! boto3 reads every answer of the sandbox: a parser of AWS's wire formats that is not ours. Needs Python, as the moto suite does.

use std::collections::BTreeSet;
use std::process::Command;

use rolewright::sandbox::Weather;

use crate::python;
use crate::support::Served;

#[test]
fn every_action_is_called_and_its_answer_read() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let served = Served::fresh(Weather::calm());
    let output = Command::new(python)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/cli/every_answer.py"
        ))
        .env_clear()
        .envs(served.environment())
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let called: BTreeSet<String> = served.sandbox.calls().into_iter().collect();
    let missing: Vec<String> = offered().difference(&called).cloned().collect();
    assert_eq!(
        missing, [""; 0],
        "the sandbox offers what nobody has read yet"
    );
}

/// The actions in the sandbox's own tables.
fn offered() -> BTreeSet<String> {
    let tables = [
        ("iam", include_str!("../../src/sandbox/iam/actions.rs")),
        ("ec2", include_str!("../../src/sandbox/ec2/actions.rs")),
        ("s3", include_str!("../../src/sandbox/s3/mod.rs")),
    ];
    let entry = regex_lite::Regex::new(r#"\(\s*"([A-Z]\w+)",\s*(?:&\[|[A-Z]+,|Read|Write)"#)
        .expect("it is sound");
    let actions: BTreeSet<String> = tables
        .iter()
        .flat_map(|(service, text)| {
            entry
                .captures_iter(text)
                .map(move |found| format!("{service}:{}", &found[1]))
        })
        .collect();
    assert!(
        actions.len() > 40,
        "the tables are written in another way now: {actions:?}"
    );
    actions
}
