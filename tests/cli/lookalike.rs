//! The sandbox as a command: served, reset, seeded, shared by nobody.

use std::io::{BufRead, BufReader};

use insta::assert_snapshot;
use rolewright::sandbox::{Sandbox, Weather};

use crate::support::{Served, Serving, Stage};

#[test]
fn a_served_sandbox_is_used_like_aws_and_saves_what_was_done() {
    let serving = Stage::empty();
    let served = Serving::of(&serving);
    let mut stage = Stage::with_example("s3access");
    for (name, value) in &served.variables {
        stage.set(name, value);
    }
    let _ = stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    let _ = stage
        .run(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(0);
    assert_snapshot!(served.end(&serving, "-TERM").whole(), @"exit 0");
    assert!(serving.world().iam.role("s3access").is_some());
}

#[test]
fn ctrl_c_ends_serving() {
    let serving = Stage::empty();
    let served = Serving::of(&serving);
    assert_snapshot!(served.end(&serving, "-INT").whole(), @"exit 0");
}

#[test]
fn one_folder_serves_one_process() {
    let stage = Stage::with_example("s3access");
    let held = Sandbox::open(Some(&stage.path(".rolewright/sandbox")), Weather::calm());
    let held = held.expect("nobody else has it");
    assert_snapshot!(stage.calm(&["plan", "s3access"]).whole(), @r"
    exit 1
    --- stderr
    error: another process uses the sandbox in .rolewright/sandbox
      hint: stop the other process, or choose another folder
    ");
    assert_snapshot!(stage.run(&["sandbox", "reset"]).whole(), @r"
    exit 1
    --- stderr
    error: another process uses the sandbox in .rolewright/sandbox
      hint: stop the other process, or choose another folder
    ");
    drop(held);
    stage.quietly(&["plan", "s3access"]);
}

#[test]
fn a_port_that_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    let run = Stage::empty().run(&["sandbox", "serve", "--port", &port]);
    assert_snapshot!(run.whole(), @r"
    exit 1
    --- stderr
    error: cannot listen on [address]: Address already in use (os error 98)
      hint: choose another port with `--port`
    ");
}

#[test]
fn reset_forgets_everything() {
    let stage = Stage::applied_s3access();
    assert_snapshot!(stage.run(&["sandbox", "reset"]).whole(), @r"
    exit 0
    --- stdout
    The sandbox in .rolewright/sandbox is as new.
    ");
    assert!(stage.world().iam.role("s3access").is_none());
    let json = stage.run(&["sandbox", "reset", "--output=json"]).json(0);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "reset": ".rolewright/sandbox"
    }
    "#);
}

#[test]
fn a_seed_fills_the_world() {
    let stage = Stage::with_example("s3access");
    stage.write(
        "seed.yaml",
        "instances: [{ id: i-1234567890abcdef0, state: stopped }]\nroles: [{ name: S3Access }]\n",
    );
    let _ = stage
        .run(&["sandbox", "reset", "--seed=seed.yaml"])
        .succeeds();
    assert_snapshot!(stage.calm(&["plan", "s3access"]).whole(), @"
    exit 1
    --- stderr
    error[name-clash]

      x Role/s3access differs only in letter case from `S3Access`, which exists
        ,-[s3access/s3access.yaml:14:9]
     13 | metadata:
     14 |   name: s3access
        :         ^^^^^^^^
     15 | spec:
        `----
      help: IAM names are unique ignoring case; use the existing spelling

    1 error
    ");
    stage.write("seed.yaml", "rolls: []\n");
    assert_snapshot!(stage.run(&["sandbox", "reset", "--seed=seed.yaml"]).whole(), @"
    exit 1
    --- stderr
    error: the starting world cannot be understood: unknown field `rolls`, expected one of `account`, `policies`, `users`, `roles`, `instanceProfiles`, `instances`, `buckets`, `offers`
    ");
    assert_snapshot!(stage.run(&["sandbox", "reset", "--seed=lost.yaml"]).whole(), @r"
    exit 1
    --- stderr
    error: cannot read lost.yaml: No such file or directory (os error 2)
    ");
}

#[test]
fn a_damaged_state_and_an_unknown_weather() {
    let stage = Stage::applied_s3access();
    stage.write(".rolewright/sandbox/state.json", "{ \"format\": 1");
    assert_snapshot!(stage.calm(&["plan", "s3access"]).whole(), @r"
    exit 1
    --- stderr
    error: .rolewright/sandbox/state.json is not a sandbox's state: EOF while parsing an object at line 1 column 13
      hint: start afresh with `rolewright sandbox reset`
    ");
    stage.write("bad.yaml", "propagation: 2s\n");
    let complaints = ["--weather=hail", "--weather=bad.yaml"].map(|weather| {
        let run = stage.run(&["plan", "s3access", "--sandbox", weather]);
        run.complains_with(1)
    });
    assert_snapshot!(complaints.concat(), @r#"
    error: cannot read hail: No such file or directory (os error 2)
      hint: weathers by name are calm, default, typical and storm
    error: bad.yaml is not a weather: propagation: invalid type: string "2s", expected struct Propagation at line 1 column 14
      hint: docs/sandbox.md lists every field, examples/weather has whole files
    "#);
}

#[test]
fn weathers_go_by_name_or_by_file() {
    let stage = Stage::with_example("weather");
    for weather in ["calm", "default", "typical", "weather/calm.yaml"] {
        let run = stage.run(&["whoami", "--sandbox", "--weather", weather]);
        let (said, complaints) = run.says_with(0);
        assert!(said.contains("123456789012"), "{weather}: {said}");
        assert_eq!(complaints, "", "{weather}");
    }
}

/// Credentials that expire in mid-apply, on a machine whose clock is off so far that nothing is accepted at first.
const EXPIRING: &str = "credentialLifetime: 1s\nclockSkew: 20m\n";

#[test]
fn credentials_that_expire_in_mid_apply_are_renewed() {
    let stage = Stage::with_example("s3access");
    stage.write("expiring.yaml", EXPIRING);
    let expiring = ["--sandbox", "--weather=expiring.yaml", "--verbose"];
    let (_, talk) = stage
        .run(&[&["apply", "s3access", "--yes"], &expiring[..]].concat())
        .says_with(0);
    assert!(talk.contains(" of them sent again"), "{talk}");
    assert!(!talk.contains(" 0 of them sent again"), "{talk}");
}

#[test]
fn a_container_fetches_credentials_that_expire() {
    let served = Served::fresh(Weather::read(EXPIRING).expect("it is a weather"));
    let mut stage = Stage::with_example("s3access");
    for (name, value) in served.environment() {
        match name.as_str() {
            "AWS_ENDPOINT_URL" => {
                let address = format!("{value}/credentials");
                stage.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address);
                stage.set(&name, &value);
            }
            "AWS_REGION" => stage.set(&name, &value),
            _ => {}
        }
    }
    let _ = stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    assert!(served.sandbox.world().iam.role("s3access").is_some());
}

#[test]
fn serving_says_where_expiring_credentials_come_from() {
    let stage = Stage::empty();
    stage.write("expiring.yaml", EXPIRING);
    let weather = ["--port=0", "--weather=expiring.yaml", "--quiet"];
    let mut child = stage.start(&[&["sandbox", "serve"], &weather[..]].concat());
    let stdout = BufReader::new(child.stdout.as_mut().expect("it is a pipe"));
    let lines: Vec<String> = stdout
        .lines()
        .take(5)
        .map(|line| line.expect("it is text"))
        .collect();
    child.kill().expect("it is running");
    child.wait().expect("it was killed");
    let url = lines[0]
        .strip_prefix("export AWS_ENDPOINT_URL=")
        .expect("the address comes first");
    assert_snapshot!(lines.join("\n").replace(url, "[url]"), @"
    export AWS_ENDPOINT_URL=[url]
    export AWS_CONTAINER_CREDENTIALS_FULL_URI=[url]/credentials
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE
    export AWS_REGION=us-east-1
    export AWS_DEFAULT_REGION=us-east-1
    ");
}

#[test]
fn the_folder_is_named_the_same_way_everywhere() {
    let stage = Stage::with_example("s3access");
    for folder in ["--sandbox", "--sandbox=other"] {
        let apply = ["apply", "s3access", "--yes", "--quiet", "--weather=calm"];
        let _ = stage.run(&[&apply[..], &[folder]].concat()).succeeds();
    }
    let kept = stage.state();
    assert_snapshot!(stage.run(&["sandbox", "reset", "--sandbox=other"]).succeeds(), @"The sandbox in other is as new.");
    assert_eq!(stage.state(), kept, "the default one is left alone");
    let plan = ["plan", "s3access", "--detailed-exitcode", "--sandbox=other"];
    let _ = stage.run(&plan).ends_with(2);
}
