//! One kind of bad weather at a time, and what a run makes of it.

use std::time::Duration;

use insta::assert_snapshot;
use jiff::SignedDuration;
use rolewright::apply::{Event, Options, Report};
use rolewright::plan::Step;
use rolewright::render;
use rolewright::render::Style;
use rolewright::run::NoSignals;
use rolewright::sandbox::{Rate, Sandbox, Throttle, Weather, World};

use crate::manifests::{pair, s3access, s3access_moved, s3access_profile_moved};
use crate::run::{Goal, Run, Story};

/// Applies s3access to a fresh world in this weather.
async fn applied(weather: Weather) -> (Story, Run) {
    let story = Story::in_weather(weather);
    let goal = Goal::made(&s3access("first"));
    // Reading can fail as well; then nothing was changed and the user tries again.
    for _ in 0..10 {
        if let Ok(run) = story.apply(&goal, Options::default()).await {
            return (story, run);
        }
    }
    panic!("it cannot be planned");
}

/// What the user reads at the end.
pub(crate) fn told(report: &Report, steps: &[Step]) -> String {
    let text = render::report(report, steps, Style::PLAIN);
    let id =
        regex_lite::Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").expect("it is sound");
    id.replace_all(&text, "[request]").into_owned()
}

/// The reasons for which the run waited, each once.
fn reasons(run: &Run) -> Vec<String> {
    let mut reasons: Vec<String> = run
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Waiting { reason, .. } | Event::Retrying { reason, .. } => Some(reason.clone()),
            _ => None,
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    reasons
}

fn propagation(seconds: i64) -> Weather {
    Weather {
        propagation_delay: SignedDuration::from_secs(seconds).into(),
        ..Weather::calm()
    }
}

#[tokio::test(start_paused = true)]
async fn propagation_of_two_seconds_and_of_a_minute_is_waited_out() {
    for seconds in [2, 60] {
        let (story, run) = applied(propagation(seconds)).await;
        assert!(
            run.report.is_complete(),
            "{}",
            told(&run.report, &run.plan.steps)
        );
        assert_eq!(
            reasons(&run),
            ["EC2 to see instance profile s3access-profile"]
        );
        assert!(story.stands(&Goal::made(&s3access("first"))).await);
    }
}

#[tokio::test(start_paused = true)]
async fn propagation_that_takes_longer_than_allowed_is_told_and_then_resumed() {
    let (story, run) = applied(propagation(600)).await;
    assert_snapshot!(told(&run.report, &run.plan.steps), @"
    4 of 5 steps done in 2 min 0 s, 1 failed, 0 skipped; 29 calls were sent again

    ! associate instance profile s3access-profile with i-1234567890abcdef0 (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:AssociateIamInstanceProfile: InvalidParameterValue: Value (s3access-profile) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
        sent 30 times, request id [request]
        hint: waited 120 s for EC2 to see instance profile s3access-profile: run the same command again, or give it longer with --propagation-timeout

    next: run the same command again; finished steps are not repeated
    ");
    tokio::time::sleep(Duration::from_mins(10)).await;
    let goal = Goal::made(&s3access("first"));
    let again = story
        .apply(&goal, Options::default())
        .await
        .expect("it can be planned");
    assert!(again.report.is_complete());
    let actions: Vec<String> = again
        .journal
        .entries()
        .into_iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions, ["ec2:AssociateIamInstanceProfile"; 2],
        "before and after"
    );
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_runs_resources_are_waited_for_by_the_next_run() {
    let (story, run) = applied(propagation(180)).await;
    assert!(!run.report.is_complete());
    let goal = Goal::made(&s3access("first"));
    let again = story
        .apply(&goal, Options::default())
        .await
        .expect("it can be planned");
    assert!(
        again.report.is_complete(),
        "{}",
        told(&again.report, &again.plan.steps)
    );
}

#[tokio::test(start_paused = true)]
async fn a_wrong_name_is_refused_before_anything_is_sent() {
    let manifest = s3access("first").replace(
        "instanceProfile: s3access-profile",
        "instanceProfile: \"arn:aws:iam::123456789012:instance-profile/no-such\"",
    );
    let story = Story::in_weather(propagation(2));
    let goal = Goal::made(&manifest);
    let refused = story.apply(&goal, Options::default()).await;
    assert_snapshot!(refused.err().expect("it cannot be planned"), @"`instanceProfile` of InstanceAssociation/web[i-1234567890abcdef0] names InstanceProfile `no-such`, which does not exist");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_trusts_a_new_role_waits_for_it() {
    let story = Story::in_weather(propagation(8));
    let goal = Goal::made(&pair("Profile-1", "TestRole-1"));
    let run = story
        .apply(&goal, Options::default())
        .await
        .expect("it can be planned");
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(
        reasons(&run).contains(&"IAM to see role TestRole-1".to_owned()),
        "{:?}",
        reasons(&run)
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_slows_down_and_is_counted() {
    let rate = Some(Rate::each(1.0, 0.5));
    let weather = Weather {
        throttle: Throttle {
            iam: rate,
            ec2: rate,
            ..Throttle::default()
        },
        ..Weather::calm()
    };
    let story = Story::in_weather(weather);
    let goal = Goal::made(&pair("Profile-1", "TestRole-1"));
    let run = story
        .apply(&goal, Options::default())
        .await
        .expect("it can be planned");
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(run.report.throttles > 0);
    assert!(story.stands(&goal).await);
}

#[tokio::test(start_paused = true)]
async fn every_second_call_fails_by_itself() {
    let (story, run) = applied(Weather {
        seed: 3,
        server_errors: 0.5,
        ..Weather::calm()
    })
    .await;
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(story.stands(&Goal::made(&s3access("first"))).await);
}

#[tokio::test(start_paused = true)]
async fn every_second_answer_is_lost() {
    for seed in 0..20 {
        let (story, run) = applied(Weather {
            seed,
            lost_responses: 0.5,
            ..Weather::calm()
        })
        .await;
        assert!(
            run.report.is_complete(),
            "seed {seed}: {}",
            told(&run.report, &run.plan.steps)
        );
        assert!(story.stands(&Goal::made(&s3access("first"))).await);
    }
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_lost() {
    let story = Story::in_weather(Weather {
        lost_responses: 1.0,
        ..Weather::calm()
    });
    let goal = Goal::made(&s3access("first"));
    let why = story
        .apply(&goal, Options::default())
        .await
        .err()
        .expect("nothing can be read");
    assert_snapshot!(why, @"sts:GetCallerIdentity: ConnectionFailed: the connection was closed");
}

#[tokio::test(start_paused = true)]
async fn replicas_lag_behind() {
    for seed in 0..20 {
        let weather = Weather {
            seed,
            stale_reads: 0.5,
            ..propagation(5)
        };
        let (story, run) = applied(weather).await;
        assert!(
            run.report.is_complete(),
            "seed {seed}: {}",
            told(&run.report, &run.plan.steps)
        );
        let goal = Goal::made(&s3access("first"));
        assert!(run.converged(), "seed {seed}");
        assert!(story.stands(&goal).await, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn others_change_the_same_role() {
    let (story, run) = applied(Weather {
        seed: 5,
        concurrent_modifications: 0.6,
        ..Weather::calm()
    })
    .await;
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(
        reasons(&run).iter().any(|reason| reason.contains("other")),
        "{:?}",
        reasons(&run)
    );
    assert!(story.stands(&Goal::made(&s3access("first"))).await);
}

#[tokio::test(start_paused = true)]
async fn pages_end_early() {
    let (_, run) = applied(Weather {
        seed: 5,
        short_pages: 1.0,
        ..Weather::calm()
    })
    .await;
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(run.converged());
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_is_made_anew_does_not_wait_for_waves_that_wait_for_it() {
    let story = Story::in_weather(propagation(2));
    let first = pair("Profile-1", "TestRole-1");
    let from = Goal::made(&first);
    story.begin_at(&from, propagation(2)).await;
    // The first instance comes new to the profile, the second one has it; both wait for its successor.
    let waves = first.replace(
        "  instances: {",
        "  rollout: { maxInFlight: 1 }\n  instances: {",
    );
    let moved = waves.replace(
        "spec: { role: TestRole-1 }",
        "spec: { path: /moved/, role: TestRole-1 }",
    );
    let free = |world: &mut World| {
        let region = world.regions.get_mut("us-east-1").expect("it is there");
        let is_other = |id: &str| id != "i-087711ddaf98f9489";
        region.associations.retain(|_, row| is_other(&row.instance));
    };
    story.sandbox.edit(free).expect("it lives in memory");
    let goal = Goal::made(&moved);
    let run = story.apply(&goal, Options::default()).await;
    let run = run.expect("it can be planned");
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(story.stands(&goal).await);
}

#[tokio::test(start_paused = true)]
async fn what_a_former_profile_held_is_not_taken_for_what_the_new_one_holds() {
    for moved in [s3access_profile_moved(), s3access_moved()] {
        for seed in 0..40 {
            let weather = Weather {
                seed,
                server_errors: 0.3,
                stale_reads: 0.6,
                ..propagation(10)
            };
            is_complete_when_it_says_so(&Goal::made(&moved), weather).await;
        }
    }
}

/// Plans in clear sight and runs in bad weather.
async fn is_complete_when_it_says_so(to: &Goal, weather: Weather) {
    let story = Story::in_weather(Weather::calm());
    let from = Goal::made(&s3access("first"));
    story.begin_at(&from, Weather::calm()).await;
    let seed = weather.seed;
    let worsens = |sandbox: &Sandbox| sandbox.set_weather(weather);
    let options = Options::default();
    let run = story.apply_until(&NoSignals, to, options, worsens).await;
    let run = run.expect("it can be planned");
    if run.report.is_complete() {
        assert!(story.stands(to).await, "seed {seed}");
    }
}
