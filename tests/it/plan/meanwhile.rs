//! What the steps of an association do when somebody else was there between plan and apply, judged by the
//! questions that the plan itself wrote down.

use rolewright::cloud::{Answer, Condition, Node, WhenNone};
use rolewright::plan::{Plan, Step};

use super::{S3ACCESS, WEB, text as value};
use crate::support::{World, desired, map, text};

/// A row of DescribeIamInstanceProfileAssociations.
fn row(profile: &str, id: &str, state: &str) -> Node {
    let arn = format!("arn:aws:iam::123456789012:instance-profile/app/{profile}");
    let profile = map([("arn", text(&arn)), ("id", text(id))]);
    map([
        ("associationId", text(&format!("iip-assoc-{id}"))),
        ("instanceId", text("i-1a2b3c4d")),
        ("iamInstanceProfile", profile),
        ("state", text(state)),
    ])
}

fn listing(rows: &[Node]) -> Answer {
    let rows = Node::List(rows.to_vec());
    Answer {
        body: map([("iamInstanceProfileAssociationSet", rows)]),
        request_id: None,
    }
}

fn step<'a>(plan: &'a Plan, action: &str) -> &'a Step {
    let found = plan
        .steps
        .iter()
        .find(|step| step.call.call().action.starts_with(action));
    found.unwrap_or_else(|| panic!("no step calls {action}"))
}

fn holds(condition: Option<&Condition>, rows: &[Node]) -> bool {
    let condition = condition.expect("there is such a condition");
    condition.expect.holds(&Ok(listing(rows))) == Some(true)
}

fn is_hopeless(condition: Option<&Condition>, rows: &[Node]) -> bool {
    let hopeless = condition.and_then(|condition| condition.hopeless.as_ref());
    hopeless.and_then(|expect| expect.holds(&Ok(listing(rows)))) == Some(true)
}

/// The instance has another profile than declared.
fn moving(state: &str) -> Plan {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    world.instance_is(WEB, state);
    world.plan(&desired).expect("it can be planned")
}

#[test]
fn only_the_profile_that_the_plan_saw_is_exchanged() {
    let plan = moving("running");
    let lookup = &step(&plan, "Replace").lookups[0];
    let other = listing(&[row("other", "AIPA-other", "associated")]);
    assert_eq!(lookup.find(&other), Some("iip-assoc-AIPA-other"));
    for row in [
        row("third", "AIPA-third", "associated"),
        row("other", "AIPA-other", "disassociating"),
        row("other", "AIPA-made-anew", "associated"),
    ] {
        assert_eq!(lookup.find(&listing(&[row])), None);
    }
    assert_eq!(lookup.when_none, WhenNone::Fail);
    assert_eq!(lookup.name, "association of i-1a2b3c4d with other");
}

#[test]
fn only_the_profile_that_the_plan_saw_is_taken_away() {
    let desired = desired(
        "kind: InstanceAssociation\nmetadata: {name: web}\nspec: {ensure: detached, instances: {ids: [i-1a2b3c4d]}}",
    );
    let mut world = World::of(&desired);
    world.associated(WEB, Some(("other", "AIPA-other")));
    let plan = world.plan(&desired).expect("it can be planned");
    let step = step(&plan, "Disassociate");
    let third = [row("third", "AIPA-third", "associated")];
    assert_eq!(step.lookups[0].find(&listing(&third)), None);
    assert_eq!(step.lookups[0].when_none, WhenNone::Done);
    assert!(holds(step.settled.as_ref(), &third), "ours is gone");
    for state in ["associating", "associated", "disassociating"] {
        let rows = [row("other", "AIPA-other", state)];
        assert!(!holds(step.settled.as_ref(), &rows), "{state}");
    }
}

#[test]
fn a_profile_on_its_way_out_is_waited_for() {
    let desired = desired(S3ACCESS);
    let plan = World::empty(&desired).plan(&desired).expect("it can be");
    let ready = step(&plan, "Associate").ready.last();
    let going = [row("other", "AIPA-other", "disassociating")];
    assert!(!holds(ready, &going) && !is_hopeless(ready, &going));
    assert!(holds(ready, &[]));
}

#[test]
fn a_third_profile_is_not_waited_for() {
    let plan = moving("stopped");
    let ready = step(&plan, "Associate").ready.last();
    let third = [row("third", "AIPA-third", "associated")];
    assert!(!holds(ready, &third) && is_hopeless(ready, &third));
    // A listing that lags behind, and an answer that was lost.
    for fine in [
        row("other", "AIPA-other", "associated"),
        row("s3access-profile", "AIPA-s3access-profile", "associating"),
    ] {
        let rows = [fine];
        assert!(holds(ready, &rows) && !is_hopeless(ready, &rows));
    }
}

#[test]
fn an_instance_on_its_way_is_waited_for_first() {
    let plan = moving("stopping");
    let ready = &step(&plan, "Associate").ready;
    let about: Vec<&str> = ready.iter().map(|ready| ready.about.as_str()).collect();
    assert_eq!(
        about,
        [
            "i-1a2b3c4d to be running or stopped",
            "i-1a2b3c4d to be free for s3access-profile"
        ]
    );
}

#[test]
fn a_former_profile_of_the_same_name_is_not_the_new_one() {
    let desired = desired(S3ACCESS);
    let mut world = World::of(&desired);
    world.set("InstanceProfile/s3access-profile", "path", value("/old/"));
    let plan = world.plan(&desired).expect("it can be planned");
    let step = step(&plan, "Associate");
    let former = [row(
        "s3access-profile",
        "AIPA-s3access-profile",
        "associated",
    )];
    let new = [row("s3access-profile", "AIPA-made-anew", "associated")];
    for condition in [step.goal.as_ref(), step.settled.as_ref()] {
        assert!(!holds(condition, &former) && holds(condition, &new));
    }
}

#[test]
fn what_was_made_below_another_path_is_not_what_the_plan_makes() {
    let desired = desired(S3ACCESS);
    let plan = World::empty(&desired)
        .plan(&desired)
        .expect("it can be planned");
    for (action, field) in [
        ("CreateRole", "Role"),
        ("CreateInstanceProfile", "InstanceProfile"),
    ] {
        let step = step(&plan, action);
        let there = |path: &str| {
            let tag = map([("Key", text("rolewright:stack")), ("Value", text("test"))]);
            let tags = Node::List(vec![tag]);
            let resource = map([("Path", text(path)), ("Tags", tags)]);
            let body = map([(field, resource)]);
            Ok(Answer {
                body,
                request_id: None,
            })
        };
        let goal = step.goal.as_ref().expect("there is one");
        assert_eq!(goal.expect.holds(&there("/")), Some(true), "{action}");
        assert_eq!(goal.expect.holds(&there("/app/")), Some(false), "{action}");
    }
}
