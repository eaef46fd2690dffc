//! Progress as a reader of a log and a person at a terminal see it.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use indicatif::TermLike;

use super::*;
use crate::apply::{Limit, Skip};
use crate::cloud::{Class, Fault, Service, WriteCall};
use crate::model::Address;
use crate::plan::{OnMissing, StepId};

pub(in crate::render) fn step(id: StepId, title: &str, address: &str) -> Step {
    Step {
        id,
        address: Address::try_from(address.to_owned()).unwrap(),
        title: title.to_owned(),
        needs: BTreeSet::new(),
        lane: String::new(),
        lookups: Vec::new(),
        merge: None,
        ready: Vec::new(),
        call: WriteCall::new(Service::Iam, "PutRolePolicy"),
        precondition: None,
        goal: None,
        settled: None,
        makes: None,
        removes: None,
        subjects: BTreeSet::new(),
        on_missing: OnMissing::Fail,
        wave: None,
    }
}

/// A role, its policy, its association, and an old role that goes.
fn steps() -> Vec<Step> {
    let mut steps = vec![
        step(0, "create role s3access", "Role/s3access"),
        step(1, "put inline policy S3-Permissions", "Role/s3access"),
        step(
            2,
            "associate s3access-profile with i-0abc",
            "InstanceAssociation/web[i-0abc]",
        ),
        step(3, "delete role old", "Role/old"),
    ];
    steps[0].makes = Some(steps[0].address.clone());
    steps[3].removes = Some(steps[3].address.clone());
    steps
}

fn waiting(seconds: u64) -> Event {
    Event::Retrying {
        step: 2,
        attempt: 1,
        delay: Duration::from_secs(1),
        reason: "EC2 to see instance profile s3access-profile".to_owned(),
        elapsed: Duration::from_secs(seconds),
        limit: Limit::Time(Duration::from_mins(2)),
        class: Class::NotYet,
    }
}

fn settling(seconds: u64) -> Event {
    Event::Waiting {
        step: 2,
        reason: "the association to be made".to_owned(),
        elapsed: Duration::from_secs(seconds),
        limit: Limit::Time(Duration::from_mins(5)),
    }
}

fn done(step: StepId, milliseconds: u64) -> Event {
    let elapsed = Duration::from_millis(milliseconds);
    Event::Done { step, elapsed }
}

fn denied(step: StepId) -> Event {
    let message = "User: arn:aws:iam::123456789012:user/ci is not authorized";
    let fault = Fault::new(
        Class::Denied,
        Service::Iam,
        "PutRolePolicy",
        "AccessDenied",
        message,
    );
    Event::Failed {
        step,
        fault,
        effect: crate::apply::Effect::None,
    }
}

fn lines(style: Style, events: &[Event]) -> String {
    let mut lines = Lines::new(&steps(), style);
    let mut now = Duration::ZERO;
    let written = events.iter().flat_map(|event| {
        if let Event::Waiting { elapsed, .. } | Event::Retrying { elapsed, .. } = event {
            now = now.max(*elapsed);
        }
        lines.lines(event, now, &[])
    });
    written.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_log_holds_what_happened_and_what_it_waited_for() {
    let log = lines(
        Style::PLAIN,
        &[
            Event::Started { step: 0 },
            done(0, 412),
            Event::Started { step: 1 },
            Event::Started { step: 2 },
            waiting(0),
            done(1, 90),
            Event::Started { step: 3 },
            denied(3),
            waiting(6),
            waiting(12),
            settling(0),
            done(2, 72_300),
            Event::Skipped {
                step: 4,
                because: Skip::Needs(3),
            },
        ],
    );
    insta::assert_snapshot!(log, @"
    + create role s3access  0.4 s
      associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, at most 2 min
    ~ put inline policy S3-Permissions (Role/s3access)  0.1 s
    ! delete role old: iam:PutRolePolicy: AccessDenied: User: arn:aws:iam::123456789012:user/ci is not authorized
      associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, 12 s of at most 2 min
      associate s3access-profile with i-0abc: waiting for the association to be made, at most 5 min
    ~ associate s3access-profile with i-0abc  1 min 12 s
    ");
}

#[test]
fn a_wait_is_reported_at_once_and_then_every_ten_seconds() {
    let events: Vec<Event> = (0..25).map(waiting).collect();
    insta::assert_snapshot!(lines(Style::PLAIN, &events), @"
    associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, at most 2 min
    associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, 10 s of at most 2 min
    associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, 20 s of at most 2 min
    ");
}

#[test]
fn waits_of_many_steps_share_a_line() {
    let steps: Vec<Step> = (0..12)
        .map(|id| {
            let address = format!("InstanceAssociation/web[i-{id:02}]");
            step(id, &format!("associate p with i-{id:02}"), &address)
        })
        .collect();
    let mut lines = Lines::new(&steps, Style::PLAIN);
    let mut log = Vec::new();
    for second in 0..25 {
        for id in 0..12 {
            let event = Event::Waiting {
                step: id,
                reason: format!("i-{id:02} to be associated with p"),
                elapsed: Duration::from_secs(second),
                limit: Limit::Time(Duration::from_mins(5)),
            };
            log.extend(lines.lines(&event, Duration::from_secs(second), &[]));
        }
    }
    insta::assert_snapshot!(log.join("\n"), @"
    associate p with i-00: waiting for i-00 to be associated with p, at most 5 min
    12 steps wait, longest: associate p with i-00: waiting for i-00 to be associated with p, 10 s of at most 5 min
    12 steps wait, longest: associate p with i-00: waiting for i-00 to be associated with p, 20 s of at most 5 min
    ");
}

#[test]
fn throttling_is_one_line_for_everybody() {
    let paces = [
        Pace {
            service: Service::Iam,
            region: None,
            calls_per_second: 14.2,
        },
        Pace {
            service: Service::Ec2,
            region: Some("eu-west-1".to_owned()),
            calls_per_second: 4.96,
        },
    ];
    let throttled = |step| Event::Retrying {
        step,
        attempt: 1,
        delay: Duration::from_millis(50),
        reason: "IAM to accept more calls".to_owned(),
        elapsed: Duration::ZERO,
        limit: Limit::Time(Duration::from_mins(2)),
        class: Class::Throttled,
    };
    let mut lines = Lines::new(&steps(), Style::PLAIN);
    let written = (0..22).flat_map(|second| {
        let event = throttled(second % 4);
        let second = u64::try_from(second).unwrap();
        lines.lines(&event, Duration::from_secs(second), &paces)
    });
    insta::assert_snapshot!(written.collect::<Vec<_>>().join("\n"), @"
    AWS asks for fewer calls: IAM at 14 calls/s, EC2 in eu-west-1 at 5.0 calls/s
    AWS asks for fewer calls: IAM at 14 calls/s, EC2 in eu-west-1 at 5.0 calls/s
    AWS asks for fewer calls: IAM at 14 calls/s, EC2 in eu-west-1 at 5.0 calls/s
    ");
}

#[test]
fn waits_that_take_turns_do_not_talk_more() {
    let events: Vec<Event> = (0..9).flat_map(|n| [waiting(n), settling(n)]).collect();
    insta::assert_snapshot!(lines(Style::PLAIN, &events), @"
    associate s3access-profile with i-0abc: waiting for EC2 to see instance profile s3access-profile, at most 2 min
    associate s3access-profile with i-0abc: waiting for the association to be made, at most 5 min
    ");
}

#[test]
fn an_interruption_says_how_to_stop_at_once() {
    insta::assert_snapshot!(lines(Style::PLAIN, &[Event::Interrupted]), @"stopping: what is in flight is finished first; press Ctrl-C again to stop at once");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let events = [
        done(0, 1),
        waiting(3),
        denied(1),
        done(3, 5),
        Event::Interrupted,
    ];
    let colored = lines(Style::COLOR, &events);
    insta::assert_snapshot!(colored.escape_debug().to_string().replace("\\n", "\n"), @r"
    \u{1b}[32m+\u{1b}[0m create role s3access  \u{1b}[2m0.0 s\u{1b}[0m
      associate s3access-profile with i-0abc: \u{1b}[2mwaiting for EC2 to see instance profile s3access-profile, 3 s of at most 2 min\u{1b}[0m
    \u{1b}[31m!\u{1b}[0m put inline policy S3-Permissions (Role/s3access): iam:PutRolePolicy: AccessDenied: User: arn:aws:iam::123456789012:user/ci is not authorized
    \u{1b}[31m-\u{1b}[0m delete role old  \u{1b}[2m0.0 s\u{1b}[0m
    \u{1b}[1mstopping: what is in flight is finished first; press Ctrl-C again to stop at once\u{1b}[0m
    ");
    let bare = ["0m", "1m", "2m", "31m", "32m"]
        .iter()
        .fold(colored, |text, code| {
            text.replace(&format!("\u{1b}[{code}"), "")
        });
    assert_eq!(bare, lines(Style::PLAIN, &events));
}

/// Everything that was written, whole lines and pieces.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

impl Written {
    fn push(&self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    fn holds(&self, text: &str) -> bool {
        self.0
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(text))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TermLike for Written {
    fn width(&self) -> u16 {
        120
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.push(text);
        Ok(())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.push(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn without_a_terminal_every_line_is_written_as_it_comes() {
    let out = Written::default();
    let progress = Progress::plain(&steps(), Style::PLAIN, Box::new(out.clone()));
    progress.on(&Event::Started { step: 0 }, Duration::ZERO, &[]);
    progress.on(&done(0, 412), Duration::ZERO, &[]);
    assert!(out.holds("+ create role s3access  0.4 s"));
    progress.finish();
    assert_eq!(out.0.lock().unwrap().len(), 1);
}

/// A writer that has gone away, as standard error does behind a closed pipe.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_screen_that_is_gone_does_not_stop_an_apply() {
    let progress = Progress::plain(&steps(), Style::PLAIN, Box::new(Gone));
    progress.on(&done(0, 412), Duration::ZERO, &[]);
    progress.finish();
}

#[test]
fn a_terminal_shows_what_is_at_work_and_keeps_what_is_finished() {
    let screen = Written::default();
    // 255 draws a second at most, so that each event of this test is drawn.
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255);
    let progress = Progress::drawn_on(&steps(), Style::PLAIN, target, || Size {
        rows: 24,
        columns: 80,
    });
    progress.on(&Event::Started { step: 0 }, Duration::ZERO, &[]);
    progress.on(&Event::Started { step: 2 }, Duration::ZERO, &[]);
    progress.on(&waiting(6), Duration::from_secs(6), &[]);
    progress.on(&done(0, 412), Duration::ZERO, &[]);
    assert!(screen.holds("+ create role s3access  0.4 s"));
    assert!(screen.holds("1 step waits for EC2 to see instance profile s3access-profile"));
    assert!(screen.holds("1 of 4 steps"));
    progress.finish();
    screen.0.lock().unwrap().clear();
    progress.finish();
    assert!(!screen.holds("steps"), "{screen:?}");
}
