//! Every example lives its whole life on an ordinary day: each of its applies, a plan that finds nothing to do, and the
//! end, after which the account is as it was.

use std::collections::BTreeSet;
use std::path::Path;

use rolewright::sandbox::World;

use crate::support::Stage;

/// An ordinary day.
const WEATHER: [&str; 3] = ["--sandbox", "--weather=typical", "--quiet"];

/// An example with the variables of its applies, one after the other.
const LIVES: [(&str, &[&str]); 11] = [
    ("s3access", &[""]),
    ("replace", &["profile=TestRole-1", "profile=TestRole-2"]),
    ("passrole-grant", &[""]),
    (
        "revoke-sessions",
        &["moment=2026-01-31T18:00:00Z", "moment=2026-02-01T06:30:00Z"],
    ),
    ("deny-federated-user", &[""]),
    ("deny-assumed-role-session", &[""]),
    ("rename", &["role=orders-v1", "role=orders-v2"]),
    ("stopped", &["profile=nightly-v1", "profile=nightly-v2"]),
    ("rollout", &["pause=1s"]),
    ("regions", &[""]),
    ("launch", &["profile=web-v1", "profile=web-v2"]),
];

fn lives(name: &str) {
    let (_, steps) = LIVES
        .iter()
        .find(|(one, _)| *one == name)
        .expect("it is listed");
    let stage = Stage::with_example(name);
    let run = |command: &[&str], variable: &str| {
        let variable = format!("--var={variable}");
        let variables: &[&str] = if variable == "--var=" {
            &[]
        } else {
            &[&variable]
        };
        stage.run(&[&[command[0], name], variables, &command[1..], &WEATHER].concat())
    };
    stage.quietly(&["whoami"]);
    let before = stage.world();
    for variable in *steps {
        let _ = run(&["apply", "--yes"], variable).ends_with(0);
        let _ = run(&["plan", "--detailed-exitcode"], variable).ends_with(0);
    }
    let last = steps.last().expect("it has at least one");
    let _ = run(&["destroy", "--yes"], last).ends_with(0);
    assert_eq!(lasting(stage.world()), lasting(before), "{name}");
}

/// The world without instances that are terminated, which EC2 lists for an hour.
fn lasting(mut world: World) -> World {
    for region in world.regions.values_mut() {
        region
            .instances
            .retain(|_, instance| instance.state != rolewright::sandbox::InstanceState::Terminated);
    }
    world
}

#[test]
fn s3access() {
    lives("s3access");
}

#[test]
fn replace() {
    lives("replace");
}

#[test]
fn passrole_grant() {
    lives("passrole-grant");
}

#[test]
fn revoke_sessions() {
    lives("revoke-sessions");
}

#[test]
fn deny_federated_user() {
    lives("deny-federated-user");
}

#[test]
fn deny_assumed_role_session() {
    lives("deny-assumed-role-session");
}

#[test]
fn rename() {
    lives("rename");
}

#[test]
fn stopped() {
    lives("stopped");
}

#[test]
fn rollout() {
    lives("rollout");
}

#[test]
fn regions() {
    lives("regions");
}

#[test]
fn launch() {
    lives("launch");
}

/// The same life, each time planned into a file, rehearsed from it, and applied from it.
#[test]
fn every_example_lives_from_saved_plans() {
    for (name, steps) in LIVES {
        let stage = Stage::with_example(name);
        stage.quietly(&["whoami"]);
        let before = stage.world();
        let from_file = |variable: &str, more: &[&str]| {
            let variable = format!("--var={variable}");
            let variables: &[&str] = if variable == "--var=" {
                &[]
            } else {
                &[&variable]
            };
            let plan = [&["plan", name, "--out=plan.json"], variables, more].concat();
            let _ = stage.calm(&[&plan[..], &["--quiet"]].concat()).ends_with(0);
            let _ = stage.run(&["rehearse", "plan.json"]).says_with(0);
            stage.quietly(&["apply", "plan.json", "--yes"]);
            let plan = [&["plan", name, "--detailed-exitcode"], variables, more].concat();
            stage.quietly(&plan);
        };
        for variable in steps {
            from_file(variable, &[]);
        }
        let last = steps.last().expect("it has at least one");
        from_file(last, &["--destroy"]);
        assert_eq!(lasting(stage.world()), lasting(before), "{name}");
    }
}

/// What detaches something must be given something to detach: it has stories of its own in `swaps`. Weathers are no stacks.
const OTHERS: [&str; 2] = ["detach", "weather"];

#[test]
fn no_example_is_forgotten_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = std::fs::read_dir(folder).expect("the examples can be listed");
    let there: BTreeSet<String> = entries
        .map(|entry| entry.expect("the examples can be listed").file_name())
        .map(|name| name.into_string().expect("names are text"))
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    let listed: BTreeSet<String> = LIVES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, listed);
}
