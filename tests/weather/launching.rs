//! Instances in bad weather: whatever is lost on the way, and wherever a run is cut off, one launch is one instance.

use std::collections::BTreeMap;
use std::time::Duration;

use rolewright::apply::Options;
use rolewright::sandbox::{Instance, InstanceState, Weather};

use crate::run::{Goal, Story};

/// Few: `storm` goes through hundreds of random ways.
const SEEDS: u64 = 5;
/// How many applies a user may need in a storm.
const APPLIES: u32 = 3;

/// EC2 itself is slow to show what it has done: an instance just launched is not listed yet, as a rule.
const BEHIND: &str =
    "propagationDelay: 0s\nassociationDelay: 0s\ninstanceDelay: 2s\nec2Delay: 8s\nstaleReads: 0.7";

/// Weather as a file says it.
fn weather_of(text: &str) -> Weather {
    serde_yaml::from_str(text).expect("it is weather")
}

/// Two roles with their profiles, and an instance of a type that has one of them.
fn launch(profile: &str, instance_type: &str) -> String {
    format!(
        r"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: {{ name: launch }}
spec: {{}}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: blue }}
spec:
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: green }}
spec:
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: Instance
metadata: {{ name: web }}
spec:
  imageId: ami-11aa22bb
  instanceType: {instance_type}
  instanceProfile: {profile}
  userData: echo hello
  tags: {{ Name: web }}
"
    )
}

/// The instances that the stack has launched within the last hour, by id.
fn launched(story: &Story) -> BTreeMap<String, Instance> {
    let world = story.sandbox.world();
    let instances = world
        .regions
        .into_values()
        .flat_map(|region| region.instances);
    instances
        .filter(|(_, instance)| instance.tags.contains_key("rolewright:stack"))
        .collect()
}

fn is_live(instance: &Instance) -> bool {
    !matches!(
        instance.state,
        InstanceState::Terminated | InstanceState::ShuttingDown
    )
}

/// How many instances there were in all, and how many of them are live.
fn count(story: &Story) -> (usize, usize) {
    let all = launched(story);
    let live = all.values().filter(|instance| is_live(instance)).count();
    (all.len(), live)
}

/// Applies at most so often; gives what was said.
async fn reached(story: &Story, to: &Goal, applies: u32) -> Vec<String> {
    let mut said = Vec::new();
    for _ in 0..applies {
        match story.apply(to, Options::default()).await {
            Ok(run) if run.converged() => break,
            Ok(run) if run.report.is_complete() => {
                said.push(format!("complete, but {:?}", run.read_back));
            }
            Ok(run) => said.push(format!("{:#?}", run.report.outcomes)),
            Err(why) => said.push(why),
        }
    }
    said
}

/// Weathers a storm on the way from one state to another, after which there are so many instances in all, and so
/// many live ones.
async fn storms(from: Option<Goal>, to: Goal, expected: (usize, usize)) {
    for seed in 0..SEEDS {
        let weather = Weather::storm(seed);
        let story = Story::in_weather(weather.clone());
        match &from {
            Some(from) => story.begin_at(from, weather).await,
            None => story.sandbox.set_weather(weather),
        }
        let said = reached(&story, &to, APPLIES).await;
        assert_eq!(count(&story), expected, "seed {seed}: {}", said.join("\n"));
        let stands = story.stands(&to).await;
        assert!(
            stands,
            "seed {seed}: not there after {APPLIES} applies: {}",
            said.join("\n")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_never_launches_twice() {
    let goal = Goal::made(&launch("blue", "t3.micro"));
    for seed in 0..50 {
        let weather = format!("{BEHIND}\nseed: {seed}\nlostResponses: 0.5");
        let story = Story::in_weather(weather_of(&weather));
        // Where every second answer is lost, many plans cannot even be made.
        let said = reached(&story, &goal, 20).await;
        assert_eq!(count(&story), (1, 1), "seed {seed}: {}", said.join("\n"));
        assert!(story.stands(&goal).await, "seed {seed}");
    }
}

/// A run that ends at any moment, as `kill -9` ends it, and then one that goes on.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_never_launches_twice() {
    let first = Goal::made(&launch("blue", "t3.micro"));
    let larger = Goal::made(&launch("blue", "t3.large"));
    for cut in (1..80).step_by(2) {
        let slow = weather_of(&format!("{BEHIND}\nlatency: 50ms\nseed: {cut}"));
        let story = Story::in_weather(slow);
        cut_off(&story, &first, cut).await;
        assert_eq!(reached(&story, &first, 1).await, [""; 0], "cut {cut}");
        assert_eq!(count(&story), (1, 1), "cut {cut}");
        // A launch with other parameters is refused while EC2 may not list the one before.
        tokio::time::sleep(Duration::from_secs(30)).await;
        cut_off(&story, &larger, cut).await;
        assert_eq!(reached(&story, &larger, 1).await, [""; 0], "cut {cut}");
        assert_eq!(count(&story), (2, 1), "cut {cut}");
    }
}

/// Runs for so many tenths of a second.
async fn cut_off(story: &Story, goal: &Goal, tenths: u64) {
    let run = story.apply(goal, Options::default());
    // Whether it is finished by then is of no interest.
    let _ = tokio::time::timeout(Duration::from_millis(tenths * 100), run).await;
}

#[tokio::test(start_paused = true)]
async fn launching_in_a_storm() {
    storms(None, Goal::made(&launch("blue", "t3.micro")), (1, 1)).await;
}

#[tokio::test(start_paused = true)]
async fn giving_a_launched_instance_another_profile_in_a_storm() {
    let from = Goal::made(&launch("blue", "t3.micro"));
    storms(Some(from), Goal::made(&launch("green", "t3.micro")), (1, 1)).await;
}

#[tokio::test(start_paused = true)]
async fn replacing_an_instance_in_a_storm() {
    let from = Goal::made(&launch("blue", "t3.micro"));
    storms(Some(from), Goal::made(&launch("green", "t3.large")), (2, 1)).await;
}

#[tokio::test(start_paused = true)]
async fn terminating_an_instance_in_a_storm() {
    let manifest = launch("blue", "t3.micro");
    storms(Some(Goal::made(&manifest)), Goal::gone(&manifest), (1, 0)).await;
}
