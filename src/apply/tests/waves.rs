//! A rollout over many instances: one wave after another, pauses, and the end after too many failures.

use std::time::Duration;

use super::cloud::{Ran, World, fails, ok};
use super::fixture::step;
use crate::cloud::Class;
use crate::plan::Step;

/// Three waves of two instances each, a step for each, and one more step that needs them all.
fn rollout(pause: u64, abort_on_failures: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = (0..6)
        .map(|id| {
            let at = format!("InstanceAssociation/web[i-{id}]");
            let step = step(id, &at).ec2(&format!("Replace{id}"));
            step.wave(id / 2 + 1, pause, abort_on_failures).build()
        })
        .collect();
    let old = step(6, "InstanceProfile/old").iam("DeleteInstanceProfile");
    steps.push(old.needs(&[0, 1, 2, 3, 4, 5]).build());
    steps
}

async fn with_failures(abort_on_failures: usize, failing: &[&str]) -> Ran {
    let mut world = World::new();
    for action in failing {
        world = world.answers(action, vec![fails(Class::Denied)]);
    }
    world.run(&rollout(10, abort_on_failures)).await
}

#[tokio::test(start_paused = true)]
async fn a_wave_begins_when_the_one_before_is_through_and_the_pause_is_over() {
    let ran = World::new().run(&rollout(10, 1)).await;
    assert!(ran.report.is_complete());
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.0 1 started
    0.1 0 done in 100ms
    0.1 1 done in 100ms
    0.1 InstanceAssociation/web pauses 10s before wave 2 of 3
    10.1 2 started
    10.1 3 started
    10.2 2 done in 100ms
    10.2 3 done in 100ms
    10.2 InstanceAssociation/web pauses 10s before wave 3 of 3
    20.2 4 started
    20.2 5 started
    20.3 4 done in 100ms
    20.3 5 done in 100ms
    20.3 6 started
    20.4 6 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_lets_its_wave_end_and_stops_the_rollout() {
    let ran = with_failures(1, &["Replace0"]).await;
    insta::assert_snapshot!(ran.transcript(), @r#"
    0.0 0 started
    0.0 1 started
    0.1 0 failed: iam:PutRolePolicy: AccessDenied: not authorized to perform: iam:PutRolePolicy
    0.1 6 skipped: Needs(0)
    0.1 2 skipped: Aborted { rollout: Address { kind: "InstanceAssociation", name: "web", member: None }, failures: 1 }
    0.1 3 skipped: Aborted { rollout: Address { kind: "InstanceAssociation", name: "web", member: None }, failures: 1 }
    0.1 4 skipped: Aborted { rollout: Address { kind: "InstanceAssociation", name: "web", member: None }, failures: 1 }
    0.1 5 skipped: Aborted { rollout: Address { kind: "InstanceAssociation", name: "web", member: None }, failures: 1 }
    0.1 1 done in 100ms
    "#);
}

#[tokio::test(start_paused = true)]
async fn as_many_failures_as_allowed_do_not_stop_it() {
    let ran = with_failures(3, &["Replace0", "Replace2"]).await;
    assert_eq!(
        ran.calls
            .iter()
            .filter(|call| call.contains("Replace"))
            .count(),
        6
    );
    let ran = with_failures(2, &["Replace0", "Replace2"]).await;
    assert_eq!(
        ran.calls
            .iter()
            .filter(|call| call.contains("Replace"))
            .count(),
        4
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_takes_two_calls_counts_once() {
    let twice = |id: usize, at: &str, needs: &[usize]| {
        let step = step(id, at).lane(at).needs(needs).ec2(&format!("Call{id}"));
        step.wave(if id < 2 { 1 } else { 2 }, 0, 2).build()
    };
    let (a, b) = (
        "InstanceAssociation/web[i-a]",
        "InstanceAssociation/web[i-b]",
    );
    let steps = [
        twice(0, a, &[]),
        twice(1, a, &[0]),
        twice(2, b, &[]),
        twice(3, b, &[2]),
    ];
    let ran = World::new()
        .answers("Call0", vec![fails(Class::Denied)])
        .run(&steps)
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.1 0 failed: iam:PutRolePolicy: AccessDenied: not authorized to perform: iam:PutRolePolicy
    0.1 1 skipped: Needs(0)
    0.1 2 started
    0.2 2 done in 100ms
    0.2 3 started
    0.3 3 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_ends_a_pause() {
    let world = World::new().answers("Replace0", vec![ok()]);
    let ran = world
        .stop_at(Duration::from_secs(5))
        .run(&rollout(60, 1))
        .await;
    insta::assert_snapshot!(ran.transcript(), @"
    0.0 0 started
    0.0 1 started
    0.1 0 done in 100ms
    0.1 1 done in 100ms
    0.1 InstanceAssociation/web pauses 60s before wave 2 of 3
    5.0 interrupted
    5.0 2 skipped: Interrupted
    5.0 3 skipped: Interrupted
    5.0 4 skipped: Interrupted
    5.0 5 skipped: Interrupted
    5.0 6 skipped: Interrupted
    ");
}

#[tokio::test(start_paused = true)]
async fn other_steps_do_not_wait_for_a_wave() {
    let mut steps = rollout(10, 1);
    steps.push(step(7, "Role/other").build());
    let ran = World::new().run(&steps).await;
    let other = ran.events.iter().find(|event| event.contains(" 7 done"));
    assert!(
        other.is_some_and(|event| event.starts_with("0.1")),
        "{other:?}"
    );
}
