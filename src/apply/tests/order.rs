//! What runs when: needs, lanes, the cap, what a failure takes with it, and how long a big plan takes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::cloud::{World, fails, ok};
use super::fixture::{found, step};
use crate::apply::{Outcome, Skip};
use crate::cloud::Class;
use crate::plan::Step;

/// N chains of a role, a policy and so on; each chain writes to its own role.
fn chains(count: usize, length: usize) -> Vec<Step> {
    let ids = (0..count).flat_map(|chain| (0..length).map(move |link| (chain, link)));
    let steps = ids.map(|(chain, link)| {
        let id = chain * length + link;
        let needs: Vec<usize> = if link == 0 { vec![] } else { vec![id - 1] };
        let at = format!("Role/r{chain}");
        step(id, &at).lane(&at).needs(&needs).build()
    });
    steps.collect()
}

#[tokio::test(start_paused = true)]
async fn steps_run_in_the_order_of_their_needs_and_side_by_side_where_they_can() {
    let steps = [
        step(0, "Role/a").iam("CreateRole").build(),
        step(1, "Role/b").iam("CreateRole").build(),
        step(2, "InstanceProfile/p")
            .iam("AddRoleToInstanceProfile")
            .needs(&[0, 1])
            .build(),
    ];
    let ran = World::new().run(&steps).await;
    assert!(ran.report.is_complete());
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 0 started
    0.0 1 started
    0.1 0 done in 100ms
    0.1 1 done in 100ms
    0.1 2 started
    0.2 2 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn one_lane_runs_one_after_another_in_the_order_of_ids() {
    let on_one_role = |id| step(id, "Role/a").lane("Role/a").build();
    let ran = World::new().run(&[2, 0, 1].map(on_one_role)).await;
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 0 started
    0.1 0 done in 100ms
    0.1 1 started
    0.2 1 done in 100ms
    0.2 2 started
    0.3 2 done in 100ms
    ");
}

#[tokio::test(start_paused = true)]
async fn lanes_never_overlap_even_while_a_step_pauses() {
    let steps: Vec<Step> = (0..40)
        .map(|id| {
            let at = format!("Role/r{}", id % 5);
            step(id, &at).lane(&at).build()
        })
        .collect();
    let troubled = (0..200).map(|n| if n % 3 == 0 { fails(Class::Busy) } else { ok() });
    let ran = World::new()
        .answers("PutRolePolicy", troubled.collect())
        .run(&steps)
        .await;
    assert!(ran.report.is_complete() && ran.report.retries > 10);
    let mut at_work: BTreeMap<usize, &str> = BTreeMap::new();
    for event in &ran.events {
        let mut words = event.split(' ').skip(1);
        let id: usize = words.next().unwrap().parse().unwrap();
        match words.next() {
            Some("started") => assert_eq!(at_work.insert(id % 5, event), None, "{event}"),
            Some("done") => assert!(at_work.remove(&(id % 5)).is_some(), "{event}"),
            _ => assert!(at_work.contains_key(&(id % 5)), "{event}"),
        }
    }
    assert_eq!(at_work, BTreeMap::new());
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_are_in_flight_than_allowed() {
    for parallelism in [0, 1, 3, 8] {
        let world = World::new().parallelism(parallelism);
        let ran = world.run(&chains(20, 2)).await;
        assert!(ran.report.is_complete());
        assert_eq!(ran.most_in_flight, parallelism.max(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_takes_its_dependants_and_nothing_else() {
    let steps = [
        step(0, "Role/a").iam("CreateRole").build(),
        step(1, "Role/b").iam("UpdateRole").build(),
        step(2, "Role/a").needs(&[0]).build(),
        step(3, "Role/b").needs(&[1]).build(),
        step(4, "InstanceProfile/p").needs(&[2, 3]).build(),
    ];
    let ran = World::new()
        .answers("CreateRole", vec![fails(Class::Denied)])
        .run(&steps)
        .await;
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 0 started
    0.0 1 started
    0.1 0 failed: iam:PutRolePolicy: AccessDenied: not authorized to perform: iam:PutRolePolicy
    0.1 2 skipped: Needs(0)
    0.1 4 skipped: Needs(2)
    0.1 1 done in 100ms
    0.1 3 started
    0.2 3 done in 100ms
    ");
    let skipped = |id: usize| ran.report.outcomes[&id].clone();
    assert_eq!(skipped(2), Outcome::Skipped(Skip::Needs(0)));
    assert_eq!(skipped(4), Outcome::Skipped(Skip::Needs(2)));
    assert_eq!(skipped(3), Outcome::Done { attempts: 1 });
    assert_eq!(ran.report.outcomes.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_can_never_run_is_reported_and_does_not_hang_the_run() {
    let steps = [
        step(0, "Role/a").needs(&[1]).build(),
        step(1, "Role/b").needs(&[0]).build(),
        step(2, "Role/c").build(),
    ];
    let ran = World::new().run(&steps).await;
    insta::assert_snapshot!(ran.transcript(), @r"
    0.0 2 started
    0.1 2 done in 100ms
    0.1 0 skipped: Needs(1)
    0.1 1 skipped: Needs(0)
    ");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_bundles_take_as_long_as_their_calls_need() {
    let latency = Duration::from_millis(30);
    let steps = chains(100, 6);
    let ran = World::new().latency(latency).run(&steps).await;
    assert!(ran.report.is_complete());
    let perfect = latency * 600 / 8;
    assert!(
        ran.elapsed <= perfect.mul_f64(1.3),
        "{:?} where {perfect:?} is perfect",
        ran.elapsed
    );
}

#[tokio::test(start_paused = true)]
async fn pausing_steps_keep_nobody_from_working() {
    let wait = found("IAM to show it", "GetRole");
    let mut waiting: Vec<Step> = (0..50)
        .map(|id| step(id, "Role/slow").settled(wait.clone()).build())
        .collect();
    waiting.extend((50..60).map(|id| step(id, "Role/fast").build()));
    let mut answers = vec![fails(Class::Missing); 500];
    answers.push(ok());
    let ran = World::new()
        .answers("GetRole", answers)
        .parallelism(2)
        .run(&waiting)
        .await;
    assert!(ran.report.is_complete());
    let slow = |event: &String| event.contains(" done in ") && !event.ends_with(" 100ms");
    let last_start = ran.events.iter().rposition(|e| e.ends_with("started"));
    let first_slow_end = ran.events.iter().position(slow);
    assert!(first_slow_end.is_some() && last_start < first_slow_end);
    assert_eq!(ran.most_in_flight, 2);
}
