//! Somebody else is at work between plan and apply, or an earlier run was cut off.

use insta::assert_snapshot;
use jiff::SignedDuration;
use rolewright::apply::Options;
use rolewright::sandbox::{AssociationState, InstanceState, Weather, World};

use crate::manifests::s3access;
use crate::run::{Goal, Run, Story};
use crate::stories::told;

const WEB: &str = "i-1234567890abcdef0";

/// The stack with the instance on another profile of it.
fn on_another() -> String {
    let moved = s3access("first").replace(
        "instanceProfile: s3access-profile",
        "instanceProfile: another",
    );
    moved
        + "---\napiVersion: rolewright.dev/v1\nkind: InstanceProfile\nmetadata: { name: another }\nspec: {}\n"
}

/// The same, with the instance on its former profile.
fn on_the_first() -> String {
    on_another().replace(
        "instanceProfile: another",
        "instanceProfile: s3access-profile",
    )
}

/// The instance gets a profile that nobody of us knows.
fn swap(world: &mut World) {
    let region = world.regions.get_mut("us-east-1").expect("it is there");
    let mut associations = region.associations.values_mut();
    let ours = associations.find(|association| association.instance == WEB);
    let ours = ours.expect("it has a profile");
    "arn:aws:iam::123456789012:instance-profile/theirs".clone_into(&mut ours.profile_arn);
    "AIPATHEIRSTHEIRSTHEIR".clone_into(&mut ours.profile_id);
    "iip-assoc-0123456789abcdef0".clone_into(&mut ours.id);
    let theirs = ours.clone();
    region
        .associations
        .retain(|_, association| association.instance != WEB);
    region.associations.insert(theirs.id.clone(), theirs);
}

fn become_state(world: &mut World, state: InstanceState) {
    let region = world.regions.get_mut("us-east-1").expect("it is there");
    let instance = region.instances.get_mut(WEB).expect("it is there");
    instance.state = state;
    instance.changes_at = None;
}

fn profile_of_web(world: &World) -> Option<&str> {
    let region = world.regions.get("us-east-1")?;
    let row = region.associations_of(WEB).next()?;
    row.profile_arn.rsplit('/').next()
}

async fn applied_after(from: &str, to: &Goal, meanwhile: impl FnOnce(&mut World)) -> (Story, Run) {
    let story = Story::in_weather(Weather::calm());
    story.begin_at(&Goal::made(from), Weather::calm()).await;
    let run = story.apply_after(to, Options::default(), meanwhile).await;
    (story, run.expect("it can be planned"))
}

#[tokio::test(start_paused = true)]
async fn a_profile_attached_meanwhile_is_not_exchanged() {
    let to = Goal::made(&on_another());
    let (story, run) = applied_after(&on_the_first(), &to, swap).await;
    assert_snapshot!(told(&run.report, &run.plan.steps), @"
    0 of 1 step done in 0.0 s, 1 failed, 0 skipped

    ! replace the instance profile of i-1234567890abcdef0 by another (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:DescribeIamInstanceProfileAssociations: NothingFound: AWS lists no association of i-1234567890abcdef0 with s3access-profile that this step could work on
        not sent
        hint: it has changed since the plan was made: plan again to see it

    next: run the same command again; finished steps are not repeated
    ");
    assert_eq!(profile_of_web(&story.sandbox.world()), Some("theirs"));
}

#[tokio::test(start_paused = true)]
async fn a_profile_attached_meanwhile_is_not_taken_from_a_stopped_instance() {
    let story = Story::in_weather(Weather::calm());
    let from = Goal::made(&on_the_first());
    story.begin_at(&from, Weather::calm()).await;
    let stop = |world: &mut World| become_state(world, InstanceState::Stopped);
    story.sandbox.edit(stop).expect("it lives in memory");
    let to = Goal::made(&on_another());
    let run = story.apply_after(&to, Options::default(), swap).await;
    let run = run.expect("it can be planned");
    assert_snapshot!(told(&run.report, &run.plan.steps), @"
    1 of 2 steps done in 0.0 s, 1 failed, 0 skipped

    ! associate instance profile another with i-1234567890abcdef0 (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:DescribeIamInstanceProfileAssociations: WaitIsHopeless: i-1234567890abcdef0 to be free for another can no longer be expected
        not sent
        hint: it has changed since the plan was made: plan again to see it

    next: run the same command again; finished steps are not repeated
    ");
    assert_eq!(profile_of_web(&story.sandbox.world()), Some("theirs"));
}

#[tokio::test(start_paused = true)]
async fn a_profile_attached_meanwhile_is_not_detached() {
    let detached = on_the_first().replace("  instances:", "  ensure: detached\n  instances:");
    let (story, run) = applied_after(&on_the_first(), &Goal::made(&detached), swap).await;
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert_eq!(profile_of_web(&story.sandbox.world()), Some("theirs"));
}

#[tokio::test(start_paused = true)]
async fn an_instance_terminated_meanwhile_fails_at_once() {
    let to = Goal::made(&on_another());
    let terminate = |world: &mut World| become_state(world, InstanceState::Terminated);
    let (_, run) = applied_after(&on_the_first(), &to, terminate).await;
    assert_snapshot!(told(&run.report, &run.plan.steps), @"
    0 of 1 step done in 0.0 s, 1 failed, 0 skipped

    ! replace the instance profile of i-1234567890abcdef0 by another (InstanceAssociation/web[i-1234567890abcdef0])
        ec2:DescribeIamInstanceProfileAssociations: NothingFound: AWS lists no association of i-1234567890abcdef0 with s3access-profile that this step could work on
        not sent
        hint: it has changed since the plan was made: plan again to see it

    next: run the same command again; finished steps are not repeated
    ");
}

#[tokio::test(start_paused = true)]
async fn an_instance_terminated_meanwhile_needs_no_detaching() {
    let terminate = |world: &mut World| become_state(world, InstanceState::Terminated);
    let gone = Goal::gone(&on_the_first());
    let (_, run) = applied_after(&on_the_first(), &gone, terminate).await;
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_cut_off_between_taking_away_and_attaching_goes_on() {
    let slow = Weather {
        association_delay: SignedDuration::from_secs(20).into(),
        ..Weather::calm()
    };
    let story = Story::in_weather(slow.clone());
    story.begin_at(&Goal::made(&on_the_first()), slow).await;
    let going = |world: &mut World| {
        let region = world.regions.get_mut("us-east-1").expect("it is there");
        let row = region
            .associations
            .values_mut()
            .find(|row| row.instance == WEB);
        let row = row.expect("it has a profile");
        row.state = AssociationState::Disassociating;
        row.changes_at = row.made.checked_add(SignedDuration::from_mins(11)).ok();
    };
    story.sandbox.edit(going).expect("it lives in memory");
    let to = Goal::made(&on_another());
    let run = story.apply(&to, Options::default()).await;
    let run = run.expect("it can be planned");
    assert!(
        run.report.is_complete(),
        "{}",
        told(&run.report, &run.plan.steps)
    );
    assert!(story.stands(&to).await);
}
