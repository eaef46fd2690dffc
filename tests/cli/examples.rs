//! Every example lives its whole life on an ordinary day, allowed nothing but what `permissions` prints: each of its
//! applies, a plan that finds nothing to do, and the end, after which the account is as it was.

use std::collections::BTreeSet;
use std::path::Path;

use rolewright::sandbox::{InstanceState, USER, Weather, World};

use crate::permissions::{may_only, policy};
use crate::support::Stage;

/// An example with the variables of its applies, one after the other.
const LIVES: [(&str, &[&str]); 12] = [
    ("s3access", &[""]),
    ("replace", &["profile=TestRole-1", "profile=TestRole-2"]),
    ("passrole-grant", &["user=anna"]),
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
    ("detach", &[""]),
];

/// A stage for an example, in an account with a user whose policies it looks after.
fn stage(name: &str) -> Stage {
    let stage = Stage::with_example(name);
    stage.quietly(&["whoami"]);
    stage.meddle(|world| {
        let mut anna = world.iam.users[USER].clone();
        "anna".clone_into(&mut anna.name);
        "/ops/".clone_into(&mut anna.path);
        world.iam.users.insert("anna".to_owned(), anna);
    });
    stage
}

fn lives(name: &str) {
    let (_, steps) = LIVES
        .iter()
        .find(|(one, _)| *one == name)
        .expect("it is listed");
    let stage = stage(name);
    let weather = Weather {
        enforce_policies: true,
        ..Weather::typical(1)
    };
    let weather = serde_yaml::to_string(&weather).expect("weather can be written");
    stage.write("weather.yaml", &weather);
    let run = |command: &[&str], variable: &str| {
        let weather = ["--sandbox", "--weather=weather.yaml", "--quiet"];
        let (variables, command) = (variables(variable), [&[command[0], name], &command[1..]]);
        let arguments = [&command.concat()[..], &as_texts(&variables), &weather].concat();
        let _ = stage.run(&arguments).ends_with(0);
    };
    let allow = |purpose: &str, variable: &str| {
        let variables = variables(variable);
        may_only(
            &stage,
            &policy(&stage, name, purpose, &as_texts(&variables)),
        );
    };
    let before = stage.world();
    for variable in *steps {
        allow("plan", variable);
        run(&["plan"], variable);
        allow("apply", variable);
        run(&["apply", "--yes"], variable);
        run(&["plan", "--detailed-exitcode"], variable);
    }
    let last = steps.last().expect("it has at least one");
    run(&["destroy", "--yes"], last);
    assert_eq!(lasting(stage.world()), lasting(before), "{name}");
}

fn variables(variable: &str) -> Option<String> {
    (!variable.is_empty()).then(|| format!("--var={variable}"))
}

fn as_texts(variables: &Option<String>) -> Vec<&str> {
    variables.as_deref().into_iter().collect()
}

/// The world without the caller's policies, and without instances that are terminated, which EC2 lists for an hour.
fn lasting(mut world: World) -> World {
    for region in world.regions.values_mut() {
        let instances = &mut region.instances;
        instances.retain(|_, instance| instance.state != InstanceState::Terminated);
    }
    let caller = world.iam.users.get_mut(USER).expect("it calls");
    caller.attached_policies.clear();
    caller.inline_policies.clear();
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

#[test]
fn detach() {
    lives("detach");
}

/// The same life, each time planned into a file, rehearsed from it, and applied from it.
#[test]
fn every_example_lives_from_saved_plans() {
    for (name, steps) in LIVES {
        let stage = stage(name);
        let before = stage.world();
        let from_file = |variable: &str, more: &[&str]| {
            let variables = variables(variable);
            let variables = as_texts(&variables);
            let plan = [&["plan", name, "--out=plan.json"], &variables[..], more].concat();
            let _ = stage.calm(&[&plan[..], &["--quiet"]].concat()).ends_with(0);
            let _ = stage.run(&["rehearse", "plan.json"]).says_with(0);
            stage.quietly(&["apply", "plan.json", "--yes"]);
            stage.quietly(&[&["plan", name, "--detailed-exitcode"], &variables[..], more].concat());
        };
        for variable in steps {
            from_file(variable, &[]);
        }
        let last = steps.last().expect("it has at least one");
        from_file(last, &["--destroy"]);
        assert_eq!(lasting(stage.world()), lasting(before), "{name}");
    }
}

/// Weathers are no stacks.
const OTHERS: [&str; 1] = ["weather"];

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
