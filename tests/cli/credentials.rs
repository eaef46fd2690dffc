//! `credentials`: printed, written, and handed to a command.

use std::process::Output;

use insta::assert_snapshot;

use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

const SECRET: &str = "this/is/not/a/secret/sandbox/EXAMPLEKEY0";

/// What was really written: runs in other tests hide what changes from run to run.
fn raw(stage: &Stage, words: &[&str]) -> Output {
    let calm = ["--sandbox", "--weather=calm"];
    let (before, after): (&[&str], &[&str]) = match words.iter().position(|word| *word == "--") {
        Some(at) => words.split_at(at),
        None => (words, &[]),
    };
    let words = [&["credentials"], before, &calm[..], after].concat();
    stage.command(&words).output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_runs_own_credentials_are_printed() {
    let stage = Stage::empty();
    assert_eq!(
        stdout(&raw(&stage, &[])),
        format!(
            "export AWS_ACCESS_KEY_ID='AKIASANDBOXEXAMPLE22'\nexport AWS_SECRET_ACCESS_KEY='{SECRET}'\n\
             unset AWS_SESSION_TOKEN\nunset AWS_CREDENTIAL_EXPIRATION\n"
        )
    );
    let json: serde_json::Value =
        serde_json::from_slice(&raw(&stage, &["--output=json"]).stdout).expect("it is JSON");
    assert_eq!(json["SecretAccessKey"], SECRET);
}

#[test]
fn a_shell_takes_them() {
    let stage = Stage::empty();
    let script = stdout(&raw(&stage, &[])) + "printf %s \"$AWS_SECRET_ACCESS_KEY\"";
    let shell = std::process::Command::new("sh")
        .args(["-c", &script])
        .output();
    assert_eq!(stdout(&shell.expect("there is a shell")), SECRET);
}

#[test]
fn a_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::empty();
    let output = raw(&stage, &["--format=dotenv", "--out=keys.env"]);
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    let file = stage.path("keys.env");
    let mode = std::fs::metadata(&file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        std::fs::read_to_string(&file)
            .expect("it is text")
            .contains(SECRET)
    );
    let again = raw(&stage, &["--out=keys.env"]);
    assert_snapshot!(String::from_utf8_lossy(&again.stderr), @"
    error: cannot write keys.env: File exists (os error 17)
      hint: name a file that does not exist yet, in a folder that does
    ");
}

#[test]
fn a_command_runs_with_them_and_ends_as_it_ends() {
    let stage = Stage::empty();
    let script =
        "printf '%s %s %s' \"$AWS_ACCESS_KEY_ID\" \"$AWS_REGION\" \"${AWS_PROFILE-none}\"; exit 7";
    let output = raw(&stage, &["exec", "--", "sh", "-c", script]);
    assert_eq!(stdout(&output), "AKIASANDBOXEXAMPLE22 us-east-1 none");
    assert_eq!(output.status.code(), Some(7));
    let killed = raw(&stage, &["exec", "--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(killed.status.code(), Some(137));
    let missing = raw(&stage, &["exec", "--", "no-such-command"]);
    assert_snapshot!(String::from_utf8_lossy(&missing.stderr), @"
    error: cannot run no-such-command: No such file or directory (os error 2)
      hint: check the command's name
    ");
}

#[test]
fn a_command_calls_the_sandbox_that_it_is_run_with() {
    let stage = Stage::empty();
    let own = env!("CARGO_BIN_EXE_rolewright");
    let output = raw(&stage, &["exec", "--", own, "whoami"]);
    let told = stdout(&output);
    let lines: Vec<&str> = told.lines().take(4).collect();
    assert_snapshot!(lines.join("\n"), @"
    account      123456789012
    identity     arn:aws:iam::123456789012:user/sandbox
    user id      AIDAQV6ID35YOIGD6WUUO
    credentials  environment (long-term)
    ");
}

#[test]
fn what_makes_no_sense_is_said() {
    let stage = Stage::empty();
    let told = |words: &[&str]| {
        let output = raw(&stage, words);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        format!(
            "{:?} {}",
            output.status.code(),
            text.lines().next().unwrap_or_default()
        )
    };
    let role = "--assume-role-arn=arn:aws:iam::123456789012:role/r";
    let all = [
        told(&["--federation-token=B"]),
        told(&["--federation-token=Bob", role]),
        told(&["--session-token", role]),
        told(&["--policy=p.json"]),
        told(&["--session-token", "--federation-token=Bob"]),
        told(&[
            "--session-token",
            "--mfa-serial=arn:aws:iam::123456789012:mfa/me",
        ]),
        told(&["--federation-token=Bob", "--policy=missing.json"]),
        told(&["--duration=1m", role]),
        told(&["--session-token", "--duration=37h"]),
        told(&["exec"]),
    ];
    assert_snapshot!(all.join("\n"), @"
    Some(64) error: --federation-token has a name of 2 to 32 letters, digits and +=,.@-_
    Some(64) error: only a user can get a federation or session token: leave --assume-role-arn out
    Some(64) error: only a user can get a federation or session token: leave --assume-role-arn out
    Some(1) error: p.json: No such file or directory (os error 2)
    Some(64) error: the argument '--session-token' cannot be used with '--federation-token <NAME>'
    Some(64) error: there is no terminal to ask for the MFA code on; pass it with --mfa-code
    Some(1) error: missing.json: No such file or directory (os error 2)
    Some(64) error: --duration is 15m at least and 12h at most
    Some(64) error: --duration is 15m at least and 36h at most
    Some(64) error: the following required arguments were not provided:
    ");
}

/// Twenty roles with profiles, one call after the other: it takes twice as long as the credentials last.
fn many() -> String {
    let mut text =
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: many }\nspec: {}\n"
            .to_owned();
    for number in 0..20 {
        text.push_str(&format!(
            "---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: role-{number:02} }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n  instanceProfile: true\n"
        ));
    }
    text
}

#[test]
fn a_token_that_expires_in_mid_apply_ends_the_run_and_a_new_one_goes_on() {
    let slow = "latency: 100ms\ncredentialLifetime: 4s\npropagationDelay: 0s\n";
    let served = Served::fresh(Weather::read(slow).expect("it is a weather"));
    let mut stage = Stage::with_manifest(&many());
    stage.use_served(&served);
    let lent = |stage: &mut Stage| {
        let session = served.sandbox.session(jiff::Timestamp::now());
        let session = session.expect("the weather has credentials");
        stage.set("AWS_ACCESS_KEY_ID", &session.access_key_id);
        stage.set("AWS_SECRET_ACCESS_KEY", SECRET);
        stage.set("AWS_SESSION_TOKEN", &session.token);
    };
    lent(&mut stage);
    let apply = ["apply", "--yes", "--quiet", "--parallelism=1"];
    let (stdout, _) = stage.run(&apply).says_with(5);
    for sentence in [
        "ExpiredToken: The security token included in the request is expired",
        "skipped because the credentials have expired",
        "next: get new credentials and run the same command again; finished steps are not repeated",
    ] {
        assert!(stdout.contains(sentence), "{sentence}: {stdout}");
    }
    let made = served.sandbox.world().iam.roles.len();
    assert!((2..21).contains(&made), "{made} roles are there");
    served
        .sandbox
        .set_weather(Weather::read("credentialLifetime: 1m\n").expect("it is a weather"));
    lent(&mut stage);
    let _ = stage.run(&apply).ends_with(0);
    let _ = stage
        .run(&["plan", "--detailed-exitcode", "--quiet"])
        .ends_with(0);
}
