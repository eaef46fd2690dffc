//! Ctrl-C at every kind of moment: nothing new is sent, what is in flight is finished, and the report says
//! how far each step came.

use std::time::Duration;

use super::cloud::{World, fails, ok};
use super::fixture::{found, step};
use crate::apply::{Effect, Outcome, Skip};
use crate::cloud::Class;
use crate::plan::Step;

fn chain(length: usize) -> Vec<Step> {
    let link = |id: usize| {
        let needs: Vec<usize> = id.checked_sub(1).into_iter().collect();
        step(id, "Role/r").needs(&needs).build()
    };
    (0..length).map(link).collect()
}

#[tokio::test(start_paused = true)]
async fn a_call_in_flight_is_finished_and_nothing_new_is_started() {
    let ran = World::new()
        .stop_at(Duration::from_millis(150))
        .run(&chain(4))
        .await;
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 0 started
    0.1 0 done in 100ms
    0.1 1 started
    0.1 interrupted
    0.1 2 skipped: Interrupted
    0.1 3 skipped: Interrupted
    0.2 1 done in 100ms
    ");
    assert!(ran.report.interrupted);
    assert_eq!(ran.report.outcomes[&1], Outcome::Done { attempts: 1 });
    assert_eq!(ran.report.outcomes[&3], Outcome::Skipped(Skip::Interrupted));
    assert_eq!(ran.report.outcomes.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_pause_between_retries_ends_at_once() {
    let ran = World::new()
        .answers("PutRolePolicy", vec![fails(Class::Throttled)])
        .stop_at(Duration::from_millis(500))
        .run(&chain(2))
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.1 0 again after 1 in 100ms, waiting for IAM to accept more calls, 0ns
    0.3 0 again after 2 in 100ms, waiting for IAM to accept more calls, 200ms
    0.5 0 again after 3 in 100ms, waiting for IAM to accept more calls, 400ms
    0.5 interrupted
    0.5 1 skipped: Interrupted
    0.5 0 failed: iam:PutRolePolicy: Interrupted: stopped while waiting for IAM to accept more calls
    ");
    assert_eq!(ran.elapsed, Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_effect_ends_at_once_and_says_so() {
    let steps = [step(0, "Role/r")
        .settled(found("IAM to show role r", "GetRole"))
        .build()];
    let ran = World::new()
        .answers("GetRole", vec![fails(Class::Missing)])
        .stop_at(Duration::from_secs(5))
        .run(&steps)
        .await;
    let Outcome::Failed {
        fault,
        attempts: 1,
        effect: Effect::Accepted,
    } = &ran.report.outcomes[&0]
    else {
        panic!("{:?}", ran.report);
    };
    insta::assert_snapshot!(fault, @"iam:PutRolePolicy: Interrupted: stopped while waiting for IAM to show role r");
    assert!(ran.elapsed < Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn a_step_that_had_sent_nothing_counts_as_not_tried() {
    let steps = [step(0, "Role/r")
        .ready(found("IAM to show role r", "GetRole"))
        .build()];
    let ran = World::new()
        .answers("GetRole", vec![fails(Class::Missing)])
        .stop_at(Duration::from_secs(1))
        .run(&steps)
        .await;
    assert_eq!(ran.report.outcomes[&0], Outcome::Skipped(Skip::Interrupted));
    assert_eq!(ran.journal.entries(), []);
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_is_there_at_the_first_look_is_done_even_then() {
    let steps = [step(0, "Role/r")
        .settled(found("IAM to show role r", "GetRole"))
        .build()];
    let ran = World::new()
        .stop_at(Duration::from_millis(50))
        .run(&steps)
        .await;
    assert_eq!(ran.report.outcomes[&0], Outcome::Done { attempts: 1 });
    assert!(ran.report.interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_request_before_the_first_call_sends_nothing_at_all() {
    let ran = World::new().stop_at(Duration::ZERO).run(&chain(3)).await;
    assert!(ran.calls.len() <= 1, "{:?}", ran.calls);
    assert_eq!(ran.report.outcomes.len(), 3);
}

/// Stopping at any moment whatever leaves an outcome for every step, and running again finishes the rest.
#[tokio::test(start_paused = true)]
async fn every_moment_leaves_a_whole_report() {
    let troubled = || vec![ok(), fails(Class::Busy), fails(Class::Transient), ok()];
    for moment in (0..2000).step_by(30) {
        let ran = World::new()
            .answers("PutRolePolicy", troubled())
            .stop_at(Duration::from_millis(moment))
            .run(&chain(6))
            .await;
        assert_eq!(ran.report.outcomes.len(), 6, "at {moment} ms");
        let ends = ran.events.iter().filter(|event| {
            [" done in ", " failed: ", " skipped: "]
                .iter()
                .any(|end| event.contains(end))
        });
        assert_eq!(ends.count(), 6, "at {moment} ms: {}", ran.transcript());
        let sent = ran.journal.entries().len();
        assert!(sent.is_multiple_of(2), "at {moment} ms: {sent} entries");
    }
}
