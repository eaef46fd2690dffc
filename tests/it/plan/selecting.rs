//! Instances that are not named by id: selectors, the waves they change in, and other regions.

use insta::assert_snapshot;
use rolewright::model::{Address, Desired, Observed, kind};

use crate::support::{World, desired};

/// Two profiles without roles, and what has the first one.
fn stack(instances: &str, more: &str) -> Desired {
    desired(&format!(
        "kind: InstanceProfile\nmetadata: {{name: p}}\nspec: {{}}\n---\nkind: InstanceAssociation\nmetadata: {{name: web}}\nspec: {{instanceProfile: p, instances: {instances}{more}}}"
    ))
}

fn by_tags(more: &str) -> Desired {
    stack("{tags: {App: web, Stage: prod}}", more)
}

/// A world in which the selector found these instances, which run without a profile.
fn found(desired: &Desired, ids: &[&str]) -> World {
    let mut world = World::of(desired);
    let web = Address::new(kind::INSTANCE_ASSOCIATION, "web");
    world.live.resources.remove(&web);
    world.live.users.clear();
    for id in ids {
        let mut instance = Observed::default();
        instance.facts.instance_state = Some("running".into());
        let address = web.clone().member(id);
        world.live.resources.insert(address, instance);
    }
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    world.live.selected.insert(web, ids);
    world
}

#[test]
fn a_selector_stands_for_the_instances_it_finds() {
    let desired = by_tags("");
    let world = found(&desired, &["i-11111111", "i-22222222"]);
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/p
    create InstanceAssociation/web[i-11111111] [i-11111111 running] !NewAccess
    create InstanceAssociation/web[i-22222222] [i-22222222 running] !NewAccess
    0. associate instance profile p with i-11111111 when i-11111111 to be free for p
    1. associate instance profile p with i-22222222 when i-22222222 to be free for p
    ");
}

#[test]
fn a_selector_that_finds_nothing_is_worth_a_word() {
    let desired = by_tags("");
    let mut world = found(&desired, &[]);
    world.live.selected.clear();
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/p
    note (Warning): no instance with App=web and Stage=prod is pending, running, stopped or stopping
    ");
}

#[test]
fn a_selector_that_has_to_find_something_is_an_error_without() {
    let desired = stack("{tags: {App: web}, states: [running], required: true}", "");
    let mut world = found(&desired, &[]);
    world.live.selected.clear();
    assert_snapshot!(world.story(&desired), @"
    a.yaml:14:39 [no-instances] InstanceAssociation/web: no instance with App=web is running
      hint: check the tags, the states and the region; without `required: true` it is a warning
    ");
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @"
    delete InstanceProfile/p !Deletion
    note (Warning): no instance with App=web is running
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. delete instance profile p
    ");
}

#[test]
fn an_instance_of_two_associations_is_an_error_at_both() {
    let text = "kind: InstanceProfile\nmetadata: {name: p}\nspec: {}\n---\nkind: InstanceAssociation\nmetadata: {name: web}\nspec:\n  instanceProfile: p\n  instances: {tags: {App: web}}\n---\nkind: InstanceAssociation\nmetadata: {name: one}\nspec:\n  instanceProfile: p\n  instances: {ids: [i-11111111]}";
    let desired = desired(text);
    let world = found(&desired, &["i-11111111", "i-22222222"]);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:16:14 [declared-twice] i-11111111 is claimed by both InstanceAssociation/one[i-11111111] and InstanceAssociation/web[i-11111111]
      at a.yaml:23:21: claimed here as well
      hint: an instance has one profile: let one of them leave it out
    ");
}

#[test]
fn a_rollout_goes_in_waves_over_those_that_change() {
    let desired = by_tags(", rollout: {maxInFlight: 2, pauseBetween: 30s}");
    let ids = [
        "i-11111111",
        "i-22222222",
        "i-33333333",
        "i-44444444",
        "i-55555555",
    ];
    let mut world = found(&desired, &ids);
    world.associated("InstanceAssociation/web[i-22222222]", Some(("p", "AIPA-p")));
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/p
    create InstanceAssociation/web[i-11111111] [i-11111111 running] !NewAccess
    keep InstanceAssociation/web[i-22222222]
    create InstanceAssociation/web[i-33333333] [i-33333333 running] !NewAccess
    create InstanceAssociation/web[i-44444444] [i-44444444 running] !NewAccess
    create InstanceAssociation/web[i-55555555] [i-55555555 running] !NewAccess
    rollout InstanceAssociation/web: i-11111111 i-33333333 | i-44444444 i-55555555
    0. associate instance profile p with i-11111111 when i-11111111 to be free for p
    1. associate instance profile p with i-33333333 when i-33333333 to be free for p
    2. associate instance profile p with i-44444444 when i-44444444 to be free for p
    3. associate instance profile p with i-55555555 when i-55555555 to be free for p
    ");
}

#[test]
fn an_old_profile_goes_only_after_the_last_wave() {
    let desired = by_tags(", rollout: {maxInFlight: 1}");
    let mut world = found(&desired, &["i-11111111", "i-22222222"]);
    let old = crate::support::desired("kind: InstanceProfile\nmetadata: {name: old}\nspec: {}");
    world.add(&old.resources[&Address::new(kind::INSTANCE_PROFILE, "old")]);
    world.wishes.prune = true;
    for id in ["i-11111111", "i-22222222"] {
        let address = format!("InstanceAssociation/web[{id}]");
        world.associated(&address, Some(("old", "AIPA-old")));
    }
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/p
    update InstanceAssociation/web[i-11111111] [i-11111111 running] !NewAccess
      ~ instanceProfile: old#AIPA-old -> p#AIPA-p
      gains: gives instances the access of p
      loses: takes the access of old from instances
    update InstanceAssociation/web[i-22222222] [i-22222222 running] !NewAccess
      ~ instanceProfile: old#AIPA-old -> p#AIPA-p
      gains: gives instances the access of p
      loses: takes the access of old from instances
    delete InstanceProfile/old [i-11111111 running] [i-22222222 running] (the stack owns it and no longer declares it) !Deletion
    rollout InstanceAssociation/web: i-11111111 | i-22222222
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. replace the instance profile of i-11111111 by p
    1. replace the instance profile of i-22222222 by p
    2. delete instance profile old <- 0 1
    ");
}

#[test]
fn instances_that_wait_for_each_other_do_not_go_in_waves() {
    let desired = by_tags(", rollout: {maxInFlight: 1}");
    let mut world = found(&desired, &["i-11111111", "i-22222222", "i-33333333"]);
    world.set("InstanceProfile/p", "path", super::text("/old/"));
    for id in ["i-22222222", "i-33333333"] {
        let address = format!("InstanceAssociation/web[{id}]");
        world.associated(&address, Some(("p", "AIPA-p")));
    }
    assert_snapshot!(world.story(&desired), @"
    replace InstanceProfile/p [i-22222222 running] [i-33333333 running] (gap for i-22222222, i-33333333: they have no profile from its deletion until EC2 sees the new one, seconds as a rule; credentials they have already go on working) !Deletion
      ~ path: /old/ -> / (replaces)
    create InstanceAssociation/web[i-11111111] [i-11111111 running] !NewAccess
    update InstanceAssociation/web[i-22222222] [i-22222222 running]
      ~ instanceProfile: p#AIPA-p -> p
    update InstanceAssociation/web[i-33333333] [i-33333333 running]
      ~ instanceProfile: p#AIPA-p -> p
    rollout InstanceAssociation/web: i-11111111
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. disassociate p from i-22222222
    1. disassociate p from i-33333333
    2. delete instance profile p <- 0 1
    3. create instance profile p <- 2
    4. associate instance profile p with i-11111111 <- 3 when i-11111111 to be free for p
    5. associate instance profile p with i-22222222 <- 0 3 when i-22222222 to be free for p
    6. associate instance profile p with i-33333333 <- 1 3 when i-33333333 to be free for p
    ");
}

#[test]
fn calls_go_to_the_region_of_the_instances() {
    let desired = stack("{ids: [i-11111111]}", ", region: eu-west-1");
    let mut world = World::empty(&desired);
    world.live.regions.insert("eu-west-1".to_owned());
    let plan = world.plan(&desired).unwrap();
    let regions: Vec<(&str, Option<&str>)> = plan
        .steps
        .iter()
        .map(|step| step.call.call())
        .map(|call| (call.action.as_str(), call.region.as_deref()))
        .collect();
    assert_eq!(
        regions,
        [
            ("CreateInstanceProfile", None),
            ("AssociateIamInstanceProfile", Some("eu-west-1"))
        ]
    );
    let associate = &plan.steps[1];
    let conditions = associate
        .ready
        .iter()
        .chain(&associate.goal)
        .chain(&associate.settled);
    assert_eq!(conditions.clone().count(), 3);
    for condition in conditions {
        let region = condition.read.call().region.as_deref();
        assert_eq!(region, Some("eu-west-1"));
    }
}

#[test]
fn deleting_a_profile_says_in_which_regions_its_users_were_looked_for() {
    let desired = stack("{ids: [i-11111111]}", ", region: eu-west-1");
    let mut world = World::of(&desired);
    world.live.regions.insert("eu-west-1".to_owned());
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @"
    delete InstanceProfile/p [i-11111111 running] !Deletion
    detach InstanceAssociation/web[i-11111111] [i-11111111 running] !Deletion
      - instanceProfile: p#AIPA-p
    note (Warning): instances of other regions were not looked at: only eu-central-1 and eu-west-1
    0. disassociate p from i-11111111
    1. delete instance profile p <- 0
    ");
}

#[test]
fn an_ids_region_may_be_the_run_s_own() {
    let desired = stack("{ids: [i-11111111]}", ", region: eu-central-1");
    let resources = desired.resources.values();
    assert!(
        resources
            .into_iter()
            .all(|resource| resource.region.is_none())
    );
}
