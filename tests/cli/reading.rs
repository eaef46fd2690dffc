//! Commands that must not write send nothing that could.

use rolewright::sandbox::Weather;

use crate::support::{Served, Stage, is_read};

/// Runs commands on a sandbox in which s3access stands with drift on it; gives the calls they made.
fn calls_of(commands: &[(&[&str], i32)]) -> Vec<String> {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();
    let drift = |world: &mut rolewright::sandbox::World| {
        let role = world.iam.roles.get_mut("s3access").expect("it was applied");
        role.inline_policies.clear();
        role.description = None;
        let region = world.regions.get_mut("us-east-1");
        region.expect("it was applied there").associations.clear();
    };
    served.sandbox.edit(drift).expect("it lives in memory");
    let (sent, world) = (served.calls_after(0).len(), served.sandbox.world());
    for (arguments, code) in commands {
        let _ = stage.run(arguments).ends_with(*code);
    }
    assert_eq!(served.sandbox.world(), world, "{commands:?}");
    served.calls_after(sent)
}

#[test]
fn plan_and_the_preview_of_destroy_only_read() {
    let calls = calls_of(&[
        (&["plan", "s3access", "--detailed-exitcode"], 2),
        (&["plan", "s3access", "--detailed-exitcode", "--prune"], 2),
        (
            &["plan", "s3access", "--detailed-exitcode", "--output=json"],
            2,
        ),
        (&["plan", "s3access", "--destroy", "--detailed-exitcode"], 2),
    ]);
    assert!(calls.len() > 20, "they look at AWS: {calls:?}");
    assert!(calls.iter().all(|call| is_read(call)), "{calls:?}");
}

#[test]
fn validate_and_graph_send_nothing_at_all() {
    let calls = calls_of(&[
        (&["validate", "s3access"], 0),
        (&["graph", "s3access"], 0),
        (&["schema"], 0),
        (&["init", "other", "--quiet"], 0),
    ]);
    assert_eq!(calls, [""; 0]);
}

#[test]
fn whoami_sends_one_call() {
    assert_eq!(calls_of(&[(&["whoami"], 0)]), ["sts:GetCallerIdentity"]);
}
