//! Storms over the common ways from one state to another: they end where they should, and touch nothing else.

use rolewright::apply::Options;
use rolewright::sandbox::{Association, AssociationState, Weather, World};

use crate::manifests::{pair, s3access, s3access_changed, s3access_moved, s3access_profile_moved};
use crate::run::{Goal, Story};

/// Few: `storm` goes through hundreds of random ways.
const SEEDS: u64 = 5;
/// How many applies a user may need in a storm.
const APPLIES: u32 = 3;

/// Weathers a storm on the way from one state to another.
async fn weathered(seed: u64, from: Option<&Goal>, to: &Goal) {
    let weather = Weather::storm(seed);
    let story = Story::in_weather(weather.clone());
    plant_foreign(&story);
    match from {
        Some(from) => story.begin_at(from, weather).await,
        None => story.sandbox.set_weather(weather),
    }
    let before = foreign(&story.sandbox.world());
    let mut said = Vec::new();
    for _ in 0..APPLIES {
        match story.apply(to, Options::default()).await {
            Ok(run) if run.converged() => break,
            Ok(run) if run.report.is_complete() => {
                said.push(format!("complete, but {:?}", run.read_back));
            }
            Ok(run) => said.push(format!("{:#?}", run.report.outcomes)),
            Err(why) => said.push(why),
        }
    }
    let stands = story.stands(to).await;
    assert!(
        stands,
        "seed {seed}: not there after {APPLIES} applies: {}",
        said.join("\n")
    );
    let world = story.settled().await;
    assert_eq!(
        foreign(&world),
        before,
        "seed {seed}: something foreign was touched"
    );
    for region in world.regions.values() {
        let mut instances: Vec<&str> = region
            .associations
            .values()
            .map(|a: &Association| a.instance.as_str())
            .collect();
        instances.sort_unstable();
        assert!(
            instances.is_sorted_by(|a, b| a < b),
            "seed {seed}: two associations: {instances:?}"
        );
        assert!(
            region
                .associations
                .values()
                .all(|a| a.state == AssociationState::Associated)
        );
    }
}

/// Roles and a profile that are none of ours, one of them in use.
fn plant_foreign(story: &Story) {
    let plant = |world: &mut World| {
        let mut role = world
            .iam
            .role("AWSServiceRoleForSupport")
            .expect("it is always there")
            .clone();
        "theirs".clone_into(&mut role.name);
        "/".clone_into(&mut role.path);
        "AROATHEIRSTHEIRSTHEIR".clone_into(&mut role.id);
        role.tags
            .insert("rolewright:stack".to_owned(), "other".to_owned());
        world.iam.roles.insert("theirs".to_owned(), role);
    };
    story.sandbox.edit(plant).expect("it lives in memory");
}

/// The world without what our stacks are about.
fn foreign(world: &World) -> World {
    let mut world = world.clone();
    let ours = [
        "s3access",
        "s3access-profile",
        "testrole-1",
        "testrole-2",
        "profile-1",
        "profile-2",
    ];
    world
        .iam
        .roles
        .retain(|name, _| !ours.contains(&name.as_str()));
    world
        .iam
        .instance_profiles
        .retain(|name, _| !ours.contains(&name.as_str()));
    let regions = world.regions.values_mut();
    regions.for_each(|region| region.associations.clear());
    world
}

async fn all(from: Option<Goal>, to: Goal) {
    for seed in 0..SEEDS {
        weathered(seed, from.as_ref(), &to).await;
    }
}

#[tokio::test(start_paused = true)]
async fn making_everything() {
    all(None, Goal::made(&s3access("first"))).await;
}

#[tokio::test(start_paused = true)]
async fn making_a_pair_in_which_one_role_trusts_the_other() {
    all(None, Goal::made(&pair("Profile-1", "TestRole-1"))).await;
}

#[tokio::test(start_paused = true)]
async fn taking_everything_away() {
    let manifest = s3access("first");
    all(Some(Goal::made(&manifest)), Goal::gone(&manifest)).await;
}

#[tokio::test(start_paused = true)]
async fn taking_a_pair_away() {
    let manifest = pair("Profile-1", "TestRole-1");
    all(Some(Goal::made(&manifest)), Goal::gone(&manifest)).await;
}

#[tokio::test(start_paused = true)]
async fn changing_a_role_and_changing_it_back() {
    let (first, changed) = (
        Goal::made(&s3access("first")),
        Goal::made(&s3access_changed()),
    );
    all(Some(first.clone()), changed.clone()).await;
    all(Some(changed), first).await;
}

#[tokio::test(start_paused = true)]
async fn replacing_a_role_in_use() {
    all(
        Some(Goal::made(&s3access("first"))),
        Goal::made(&s3access_moved()),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn replacing_a_profile_in_use() {
    all(
        Some(Goal::made(&s3access("first"))),
        Goal::made(&s3access_profile_moved()),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn moving_instances_to_another_profile() {
    let from = Goal::made(&pair("Profile-1", "TestRole-1"));
    all(Some(from), Goal::made(&pair("Profile-2", "TestRole-1"))).await;
}

#[tokio::test(start_paused = true)]
async fn exchanging_the_role_in_a_profile() {
    let from = Goal::made(&pair("Profile-1", "TestRole-1"));
    all(Some(from), Goal::made(&pair("Profile-1", "TestRole-2"))).await;
}
