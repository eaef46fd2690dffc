//! Weather: throttling, failures, lost answers, and the same storm twice.

use super::{Delivery, RUNNING, Story};
use crate::sandbox::{Rate, Throttle, Weather};
use jiff::SignedDuration;

#[test]
fn buckets_empty_and_refill_action_by_action() {
    let rate = Some(Rate::each(2.0, 1.0));
    let mut story = Story::with(Weather {
        throttle: Throttle {
            iam: rate,
            ec2: rate,
            ..Throttle::default()
        },
        ..Weather::calm()
    });
    let list = |story: &Story| story.iam("ListRoles", &[]);
    list(&story).ok();
    list(&story).ok();
    assert_eq!(list(&story).fault(), "400 Throttling: Rate exceeded");
    story.iam("ListInstanceProfiles", &[]).ok();
    story.wait(1);
    list(&story).ok();
    assert_eq!(list(&story).fault(), "400 Throttling: Rate exceeded");
    for _ in 0..2 {
        story.ec2("DescribeInstances", &[]).ok();
    }
    assert_eq!(
        story.ec2("DescribeInstances", &[]).fault(),
        "503 RequestLimitExceeded: Request limit exceeded."
    );
    story.region = "eu-central-1";
    story.ec2("DescribeInstances", &[]).ok();
}

#[test]
fn a_failing_server_has_done_nothing() {
    let story = Story::with(Weather {
        server_errors: 1.0,
        ..Weather::calm()
    });
    let mut faults: Vec<String> = (0..20).map(|_| story.role("r").fault()).collect();
    faults.extend((0..20).map(|_| {
        story
            .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
            .fault()
    }));
    faults.sort();
    faults.dedup();
    insta::assert_snapshot!(faults.join("\n"), @r"
    500 InternalError: An internal error has occurred
    500 ServiceFailure: We encountered an internal error. Please try again.
    503 ServiceUnavailable: Service is unavailable. Please try again.
    503 Unavailable: The server is overloaded and can't handle the request.
    ");
    assert_eq!(story.sandbox.world(), crate::sandbox::World::fresh());
    assert_eq!(story.sandbox.calls().len(), 40);
}

#[test]
fn a_lost_answer_was_a_deed() {
    let story = Story::with(Weather {
        lost_responses: 1.0,
        ..Weather::calm()
    });
    let lost = story.role("r");
    assert_eq!(lost.delivery, Delivery::Drop);
    assert!(story.sandbox.world().iam.role("r").is_some());
    assert_eq!(
        story.role("r").fault(),
        "409 EntityAlreadyExists: Role with name r already exists."
    );
}

#[test]
fn parallel_writers_collide() {
    let story = Story::with(Weather {
        concurrent_modifications: 1.0,
        ..Weather::calm()
    });
    assert!(
        story
            .role("r")
            .fault()
            .starts_with("409 ConcurrentModification: ")
    );
    assert!(story.sandbox.world().iam.role("r").is_none());
    story.iam("ListRoles", &[]).ok();
}

#[test]
fn latency_is_handed_to_whoever_delivers() {
    let story = Story::with(Weather {
        latency: SignedDuration::from_millis(30).into(),
        ..Weather::calm()
    });
    let request = super::Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        host: "localhost".to_owned(),
        body: Vec::new(),
    };
    assert_eq!(
        story.sandbox.handle(&request, story.now).delay,
        std::time::Duration::from_millis(30)
    );
}

/// What happens to a fixed sequence of calls.
fn diary(seed: u64) -> Vec<String> {
    let mut story = Story::with(Weather::storm(seed));
    let mut diary = Vec::new();
    for number in 0..60 {
        let role = format!("r{}", number % 7);
        for answer in [
            story.role(&role),
            story.iam("GetRole", &[("RoleName", &role)]),
            story.ec2("DescribeInstances", &[]),
        ] {
            diary.push(format!(
                "{} {:?} {}",
                answer.status, answer.delivery, answer.body
            ));
        }
        story.wait(1);
    }
    diary
}

#[test]
fn the_same_seed_brings_the_same_storm() {
    let storm = diary(7);
    assert_eq!(storm, diary(7));
    assert_ne!(storm, diary(8));
    for kind in [
        "200 Deliver",
        "Drop",
        "500 ",
        "503 ",
        "404 ",
        "ConcurrentModification",
    ] {
        assert!(
            storm.iter().any(|line| line.contains(kind)),
            "no {kind} in the storm"
        );
    }
}

#[test]
fn weather_can_change() {
    let story = Story::with(Weather {
        server_errors: 1.0,
        ..Weather::calm()
    });
    story.role("r").fault();
    story.sandbox.set_weather(Weather::calm());
    story.role("r").ok();
}
