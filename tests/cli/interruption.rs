//! Ctrl-C once and twice: what is printed, in whole. `tests/crash` interrupts and kills runs at every call and shows that
//! the report is true and that running again converges.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::time::Duration;

use insta::assert_snapshot;
use jiff::SignedDuration;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

/// EC2 sees nothing of IAM for a long while: an apply of s3access waits at its last step.
fn slow() -> Weather {
    Weather {
        propagation_delay: SignedDuration::from_mins(10).into(),
        ..Weather::calm()
    }
}

fn staged(weather: Weather) -> (Served, Stage) {
    let served = Served::fresh(weather);
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    (served, stage)
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(status.expect("there is a kill").success());
}

/// Reads the child's talk until a line with these words.
fn heard(talk: &mut impl BufRead, words: &str) {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(
            talk.read_line(&mut line).expect("it is text"),
            0,
            "never said: {words}"
        );
    }
}

#[test]
fn interrupted_once_it_finishes_what_is_in_flight_and_reports() {
    let (_served, stage) = staged(slow());
    let mut child = stage.start(&["apply", "s3access", "--yes", "--parallelism=1"]);
    let mut talk = BufReader::new(child.stderr.take().expect("it is a pipe"));
    heard(&mut talk, "waiting for EC2 to see");
    signal(&child, "-INT");
    let mut rest = String::new();
    talk.read_to_string(&mut rest).expect("it is text");
    let (stdout, _) = stage.end(child).says_with(130);
    let report = stdout
        .split_once("Apply sends")
        .expect("the plan comes first")
        .1;
    assert_snapshot!(report, @"
     5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    4 of 5 steps done in [duration], 1 failed, 0 skipped, stopped by request

    ! associate instance profile s3access-profile with i-1234567890abcdef0 (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:AssociateIamInstanceProfile: Interrupted: stopped while waiting for EC2 to see instance profile s3access-profile
        sent once
        hint: run the same command again: it goes on from here

    next: run the same command again; finished steps are not repeated
    ");
    assert!(
        rest.contains("press Ctrl-C again to stop at once"),
        "{rest}"
    );
}

#[test]
fn interrupted_as_json_it_is_one_document() {
    let (_served, stage) = staged(slow());
    let mut child = stage.start(&["apply", "s3access", "--yes", "--output=json"]);
    let mut talk = BufReader::new(child.stderr.take().expect("it is a pipe"));
    heard(&mut talk, "waiting for EC2 to see");
    signal(&child, "-INT");
    std::io::copy(&mut talk, &mut std::io::sink()).expect("it ends");
    let json = stage.end(child).json(130);
    assert_eq!(
        (&json["interrupted"], &json["complete"]),
        (&true.into(), &false.into())
    );
}

#[test]
fn interrupted_twice_it_stops_at_once() {
    // Every answer takes so long that the first Ctrl-C alone would not end it soon.
    let latency = SignedDuration::from_secs(3);
    let (served, stage) = staged(Weather {
        latency: latency.into(),
        ..Weather::calm()
    });
    let mut child = stage.start(&["apply", "s3access", "--yes", "--parallelism=1"]);
    while !served
        .sandbox
        .calls()
        .iter()
        .any(|call| call == "iam:CreateRole")
    {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut talk = BufReader::new(child.stderr.take().expect("it is a pipe"));
    signal(&child, "-INT");
    heard(&mut talk, "press Ctrl-C again to stop at once");
    let before = std::time::Instant::now();
    signal(&child, "-INT");
    std::io::copy(&mut talk, &mut std::io::sink()).expect("it ends");
    let (stdout, _) = stage.end(child).says_with(130);
    assert!(
        before.elapsed() < Duration::from_millis(2500),
        "it did not wait for the answer"
    );
    let report = stdout
        .split_once("Apply sends")
        .expect("the plan comes first")
        .1;
    assert_snapshot!(report, @"
     5 calls.
    Plan: 3 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    0 of 5 steps done in [duration], 1 failed, 4 skipped, stopped by request

    ! create role s3access (Role/s3access)
        the call may have taken effect:
        iam:CreateRole: Interrupted: the run was stopped while this was in flight
        sent once
        hint: run the same command again: it finds out

    skipped because the run was stopped
        put inline policy S3-Permissions on role s3access
        create instance profile s3access-profile
        add role s3access to instance profile s3access-profile
        associate instance profile s3access-profile with i-1234567890abcdef0

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn interrupted_before_anything_was_changed_it_ends_at_once_and_says_so() {
    let latency = SignedDuration::from_secs(4);
    let (served, stage) = staged(Weather {
        latency: latency.into(),
        ..Weather::calm()
    });
    for command in [
        &["plan", "s3access"][..],
        &["apply", "s3access", "--yes"],
        &["destroy", "s3access", "--yes"],
    ] {
        let earlier = served.sandbox.calls().len();
        let child = stage.start(command);
        while served.calls_after(earlier).is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let before = std::time::Instant::now();
        signal(&child, "-INT");
        let complaint = stage.end(child).complains_with(130);
        assert_eq!(complaint, "error: interrupted: nothing was changed\n");
        assert!(
            before.elapsed() < Duration::from_millis(3500),
            "it did not wait for the answer"
        );
        assert_eq!(served.writes_after(earlier), [""; 0]);
    }
}

#[test]
fn interrupted_while_reading_back_it_ends_and_says_what_is_open() {
    let stage = Stage::with_manifest(
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: lag }\nspec: {}\n---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: { name: lagging }\nspec:\n  trustPolicy: { services: [ec2.amazonaws.com] }\n",
    );
    stage.write("stale.yaml", "propagationDelay: 10m\nstaleReads: 1.0\n");
    let mut child = stage.start(&["apply", "--yes", "--sandbox", "--weather=stale.yaml"]);
    let mut talk = BufReader::new(child.stderr.take().expect("it is a pipe"));
    heard(&mut talk, "reading back");
    signal(&child, "-INT");
    let before = std::time::Instant::now();
    std::io::copy(&mut talk, &mut std::io::sink()).expect("it ends");
    let (stdout, _) = stage.end(child).says_with(130);
    assert!(
        before.elapsed() < Duration::from_secs(10),
        "it does not wait for AWS"
    );
    let report = stdout
        .split_once("Apply sends")
        .expect("the plan comes first")
        .1;
    assert_snapshot!(report, @"
     1 call.
    Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    1 of 1 step done in [duration], stopped by request
    ! reading back was stopped before AWS showed all of it
    next: run `plan` to see whether AWS shows it all
    ");
}
