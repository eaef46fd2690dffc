//! Reports as people and programs read them.

use std::time::Duration;

use super::*;
use crate::cloud::{Class, Service};
use crate::render::progress::tests::step;

fn done() -> Outcome {
    Outcome::Done { attempts: 1 }
}

fn failed(class: Class, code: &str, message: &str, attempts: u32) -> Outcome {
    let mut fault = Fault::new(class, Service::Iam, "PutRolePolicy", code, message);
    if attempts > 0 {
        fault.request_id = Some("4f1c-77".to_owned());
    }
    Outcome::Failed {
        fault,
        attempts,
        effect: Effect::None,
    }
}

fn hinted(outcome: Outcome, hint: &str) -> Outcome {
    match outcome {
        Outcome::Failed {
            fault,
            attempts,
            effect,
        } => Outcome::Failed {
            fault: Fault {
                hint: Some(hint.to_owned()),
                ..fault
            },
            attempts,
            effect,
        },
        other => other,
    }
}

fn needs(step: StepId) -> Outcome {
    Outcome::Skipped(Skip::Needs(step))
}

fn ended(outcomes: Vec<Outcome>) -> Report {
    Report {
        outcomes: outcomes.into_iter().enumerate().collect(),
        elapsed: Duration::from_millis(6100),
        ..Report::default()
    }
}

fn steps(count: usize) -> Vec<Step> {
    let policy = |id| step(id, &format!("put inline policy P{id}"), "Role/s3access");
    (0..count).map(policy).collect()
}

fn drawn(report: &Report) -> String {
    super::report(report, &steps(report.outcomes.len()), Style::PLAIN)
}

#[test]
fn a_whole_success_is_one_line() {
    assert_eq!(
        drawn(&ended(vec![done(), done()])),
        "2 of 2 steps done in 6.1 s\n"
    );
    assert_eq!(drawn(&ended(vec![])), "nothing was to be done\n");
}

/// Thirty instances: twenty are done, eight fail alike, one in another way, and one is skipped.
#[test]
fn a_rollout_that_failed_in_part_fits_one_screen() {
    let mut outcomes: Vec<Outcome> = (0..20).map(|_| done()).collect();
    for number in 0..8 {
        let message = format!("you may not change i-0{number}");
        outcomes.push(hinted(
            failed(Class::Denied, "UnauthorizedOperation", &message, 1),
            "ask for ec2:AssociateIamInstanceProfile",
        ));
    }
    outcomes.push(failed(Class::State, "IncorrectState", "it is going", 3));
    outcomes.push(needs(20));
    let page = drawn(&ended(outcomes));
    assert!(page.lines().count() <= 24, "{page}");
    insta::assert_snapshot!(page, @"
    20 of 30 steps done in 6.1 s, 9 failed, 1 skipped

    ! put inline policy P20 (Role/s3access)
        iam:PutRolePolicy: UnauthorizedOperation: you may not change i-00
        sent once, request id 4f1c-77
        hint: ask for ec2:AssociateIamInstanceProfile
      7 more steps failed with UnauthorizedOperation:
        put inline policy P21 (Role/s3access)
        put inline policy P22 (Role/s3access)
        put inline policy P23 (Role/s3access)
        put inline policy P24 (Role/s3access)
        put inline policy P25 (Role/s3access)
        and 2 more
    ! put inline policy P28 (Role/s3access)
        iam:PutRolePolicy: IncorrectState: it is going
        sent 3 times, request id 4f1c-77

    skipped because this failed: put inline policy P20 (Role/s3access)
        put inline policy P29 (Role/s3access)

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn throttled_calls_are_counted_beside_all_calls() {
    let report = Report {
        throttles: 9,
        calls: 1215,
        ..ended(vec![done()])
    };
    insta::assert_snapshot!(drawn(&report), @"1 of 1 step done in 6.1 s; AWS throttled 9 of 1215 calls");
}

#[test]
fn a_success_with_trouble_on_the_way_counts_it() {
    let report = Report {
        retries: 7,
        throttles: 3,
        ..ended(vec![done()])
    };
    insta::assert_snapshot!(drawn(&report), @"1 of 1 step done in 6.1 s; 7 calls were sent again; AWS throttled 3");
    let report = Report {
        retries: 1,
        throttles: 1,
        ..report
    };
    insta::assert_snapshot!(drawn(&report), @"1 of 1 step done in 6.1 s; 1 call was sent again; AWS throttled 1");
}

#[test]
fn failures_stand_in_full_and_what_they_took_along_below() {
    let denied =
        "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PutRolePolicy";
    let report = ended(vec![
        done(),
        hinted(
            failed(Class::Denied, "AccessDenied", denied, 1),
            "run `rolewright permissions` to see what the caller needs",
        ),
        needs(1),
        needs(2),
        failed(
            Class::Quota,
            "LimitExceeded",
            "Cannot exceed quota\nfor PoliciesPerRole: 10",
            3,
        ),
        needs(4),
        done(),
        failed(Class::Unexpected, "JournalNotWritten", "cannot write", 0),
    ]);
    insta::assert_snapshot!(drawn(&report), @"
    2 of 8 steps done in 6.1 s, 3 failed, 3 skipped

    ! put inline policy P1 (Role/s3access)
        iam:PutRolePolicy: AccessDenied: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PutRolePolicy
        sent once, request id 4f1c-77
        hint: run `rolewright permissions` to see what the caller needs
    ! put inline policy P4 (Role/s3access)
        iam:PutRolePolicy: LimitExceeded: Cannot exceed quota
        for PoliciesPerRole: 10
        sent 3 times, request id 4f1c-77
    ! put inline policy P7 (Role/s3access)
        iam:PutRolePolicy: JournalNotWritten: cannot write
        not sent

    skipped because this failed: put inline policy P1 (Role/s3access)
        put inline policy P2 (Role/s3access)
        put inline policy P3 (Role/s3access)

    skipped because this failed: put inline policy P4 (Role/s3access)
        put inline policy P5 (Role/s3access)

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn a_failure_after_the_call_says_what_became_of_the_call() {
    let after = |effect| match failed(Class::NotYet, "WaitTimedOut", "waited 300 s", 1) {
        Outcome::Failed {
            fault,
            attempts,
            effect: _,
        } => Outcome::Failed {
            fault,
            attempts,
            effect,
        },
        other => other,
    };
    let report = ended(vec![after(Effect::Accepted), after(Effect::Unknown)]);
    insta::assert_snapshot!(drawn(&report), @"
    0 of 2 steps done in 6.1 s, 2 failed, 0 skipped

    ! put inline policy P0 (Role/s3access)
        the call was accepted, but its effect was not seen:
        iam:PutRolePolicy: WaitTimedOut: waited 300 s
        sent once, request id 4f1c-77
    ! put inline policy P1 (Role/s3access)
        the call may have taken effect:
        iam:PutRolePolicy: WaitTimedOut: waited 300 s
        sent once, request id 4f1c-77

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn an_interrupted_run_says_what_was_not_started() {
    let report = Report {
        interrupted: true,
        ..ended(vec![
            done(),
            failed(
                Class::Unexpected,
                "Interrupted",
                "stopped while waiting for IAM",
                1,
            ),
            Outcome::Skipped(Skip::Interrupted),
            Outcome::Skipped(Skip::Interrupted),
        ])
    };
    insta::assert_snapshot!(drawn(&report), @"
    1 of 4 steps done in 6.1 s, 1 failed, 2 skipped, stopped by request

    ! put inline policy P1 (Role/s3access)
        iam:PutRolePolicy: Interrupted: stopped while waiting for IAM
        sent once, request id 4f1c-77

    skipped because the run was stopped
        put inline policy P2 (Role/s3access)
        put inline policy P3 (Role/s3access)

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn a_hundred_steps_fit_one_screen() {
    let mut outcomes = vec![done(), failed(Class::Invalid, "InvalidInput", "no", 1)];
    outcomes.resize_with(100, || needs(1));
    let page = drawn(&ended(outcomes));
    insta::assert_snapshot!(page, @"
    1 of 100 steps done in 6.1 s, 1 failed, 98 skipped

    ! put inline policy P1 (Role/s3access)
        iam:PutRolePolicy: InvalidInput: no
        sent once, request id 4f1c-77

    skipped because this failed: put inline policy P1 (Role/s3access)
        put inline policy P2 (Role/s3access)
        put inline policy P3 (Role/s3access)
        put inline policy P4 (Role/s3access)
        put inline policy P5 (Role/s3access)
        put inline policy P6 (Role/s3access)
        and 93 more

    next: run the same command again; finished steps are not repeated
    ");
    assert!(page.lines().count() < 24);
}

#[test]
fn a_plan_that_needs_itself_is_reported_and_does_not_loop() {
    let report = ended(vec![needs(1), needs(0), needs(9)]);
    insta::assert_snapshot!(drawn(&report), @"
    0 of 3 steps done in 6.1 s, 0 failed, 3 skipped

    skipped because the plan has no way to step 0
        put inline policy P1 (Role/s3access)

    skipped because the plan has no way to step 1
        put inline policy P0 (Role/s3access)

    skipped because the plan has no way to step 9
        put inline policy P2 (Role/s3access)

    next: run the same command again; finished steps are not repeated
    ");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let report = ended(vec![hinted(
        failed(Class::Invalid, "InvalidInput", "no", 2),
        "look",
    )]);
    let colored = super::report(&report, &steps(1), Style::COLOR);
    insta::assert_snapshot!(colored.escape_debug().to_string().replace("\\n", "\n"), @r"
    \u{1b}[1m0 of 1 step done in 6.1 s, 1 failed, 0 skipped\u{1b}[0m

    \u{1b}[31m!\u{1b}[0m put inline policy P0 (Role/s3access)
        iam:PutRolePolicy: InvalidInput: no
        \u{1b}[2msent 2 times, request id 4f1c-77\u{1b}[0m
        \u{1b}[36mhint: look\u{1b}[0m

    \u{1b}[36mnext: run the same command again; finished steps are not repeated\u{1b}[0m
    ");
}

#[test]
fn programs_get_every_step_with_its_outcome() {
    let report = Report {
        retries: 2,
        ..ended(vec![
            done(),
            failed(Class::Invalid, "InvalidInput", "no", 1),
            needs(1),
            Outcome::Skipped(Skip::Interrupted),
        ])
    };
    let json = serde_json::to_string_pretty(&report_json(&report, &steps(4))).unwrap();
    insta::assert_snapshot!(json, @r#"
    {
      "formatVersion": 1,
      "complete": false,
      "interrupted": false,
      "calls": 0,
      "retries": 2,
      "throttles": 0,
      "seconds": 6.1,
      "counts": {
        "done": 1,
        "failed": 1,
        "skipped": 2
      },
      "steps": [
        {
          "step": 0,
          "title": "put inline policy P0",
          "address": "Role/s3access",
          "action": "iam:PutRolePolicy",
          "outcome": {
            "done": {
              "attempts": 1
            }
          }
        },
        {
          "step": 1,
          "title": "put inline policy P1",
          "address": "Role/s3access",
          "action": "iam:PutRolePolicy",
          "outcome": {
            "failed": {
              "fault": {
                "class": "invalid",
                "call": "iam:PutRolePolicy",
                "code": "InvalidInput",
                "message": "no",
                "status": null,
                "requestId": "4f1c-77",
                "hint": null
              },
              "attempts": 1,
              "effect": "none"
            }
          }
        },
        {
          "step": 2,
          "title": "put inline policy P2",
          "address": "Role/s3access",
          "action": "iam:PutRolePolicy",
          "outcome": {
            "skipped": {
              "needs": 1
            }
          }
        },
        {
          "step": 3,
          "title": "put inline policy P3",
          "address": "Role/s3access",
          "action": "iam:PutRolePolicy",
          "outcome": {
            "skipped": "interrupted"
          }
        }
      ]
    }
    "#);
}

#[test]
fn a_failure_names_its_resource_as_the_manifests_do() {
    let associate = step(
        0,
        "associate s3access-profile with i-0abc",
        "InstanceAssociation/web[i-0abc]",
    );
    let report = ended(vec![failed(Class::State, "IncorrectState", "no", 1)]);
    let page = super::report(&report, &[associate], Style::PLAIN);
    let line = "! associate s3access-profile with i-0abc (InstanceAssociation/web[i-0abc])\n";
    assert!(page.contains(line), "{page}");
}

/// Whatever was still to come would have failed alike, so it was not begun.
#[test]
fn expired_credentials_end_a_run_with_what_to_do() {
    let report = ended(vec![
        done(),
        hinted(
            failed(Class::Expired, "ExpiredToken", "the token is expired", 1),
            "get new credentials, then run again",
        ),
        Outcome::Skipped(Skip::Expired),
        needs(1),
    ]);
    insta::assert_snapshot!(drawn(&report), @"
    1 of 4 steps done in 6.1 s, 1 failed, 2 skipped

    ! put inline policy P1 (Role/s3access)
        iam:PutRolePolicy: ExpiredToken: the token is expired
        sent once, request id 4f1c-77
        hint: get new credentials, then run again

    skipped because this failed: put inline policy P1 (Role/s3access)
        put inline policy P3 (Role/s3access)

    skipped because the credentials have expired
        put inline policy P2 (Role/s3access)

    next: get new credentials and run the same command again; finished steps are not repeated
    ");
}
