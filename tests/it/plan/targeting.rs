//! Plans narrowed to a part of the stack, stacks under another name, and resources that are let go of.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use rolewright::model::{Address, Desired};
use rolewright::plan;

use crate::support::{World, desired, drawn, drawn_diagnostics};

const TEXT: &str = "
kind: Role
metadata: {name: web}
spec: {trustPolicy: {services: [ec2.amazonaws.com]}}
---
kind: InstanceProfile
metadata: {name: web}
spec: {role: web}
---
kind: InstanceAssociation
metadata: {name: fleet}
spec:
  instanceProfile: web
  instances: {ids: [i-0aaaaaaaaaaaaaaa1, i-0aaaaaaaaaaaaaaa2]}
---
kind: Role
metadata: {name: other}
spec: {trustPolicy: {services: [ec2.amazonaws.com]}}
";

fn names(names: &[&str]) -> BTreeSet<Address> {
    let parsed = names
        .iter()
        .map(|name| Address::try_from((*name).to_owned()));
    parsed.map(Result::unwrap).collect()
}

fn targeting(world: &mut World, targets: &[&str], excludes: &[&str]) -> String {
    world.wishes.targets = names(targets);
    world.wishes.excludes = names(excludes);
    world.story(&desired(TEXT))
}

fn new(targets: &[&str], excludes: &[&str]) -> String {
    targeting(&mut World::empty(&desired(TEXT)), targets, excludes)
}

#[test]
fn a_target_takes_along_what_it_needs() {
    assert_snapshot!(new(&["InstanceProfile/web"], &[]), @"
    keep Role/other (it was left out of the plan)
    create Role/web !NewAccess
    create InstanceProfile/web !NewAccess
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] (it was left out of the plan)
    note (Warning): taken along, because the targets need Role/web
    note (Warning): left out of this plan, and not as declared: Role/other, InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] and InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    0. create role web
    1. create instance profile web
    2. add role web to instance profile web <- 0 1
    ");
}

#[test]
fn a_document_stands_for_all_its_instances_and_a_member_for_one() {
    assert_snapshot!(new(&["InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]"], &[]), @"
    keep Role/other (it was left out of the plan)
    create Role/web !NewAccess
    create InstanceProfile/web !NewAccess
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] (it was left out of the plan)
    create InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] [i-0aaaaaaaaaaaaaaa2 running] !NewAccess
    note (Warning): taken along, because the targets need Role/web and InstanceProfile/web
    note (Warning): left out of this plan, and not as declared: Role/other and InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    0. create role web
    1. create instance profile web
    2. add role web to instance profile web <- 0 1
    3. associate instance profile web with i-0aaaaaaaaaaaaaaa2 <- 1 2 when i-0aaaaaaaaaaaaaaa2 to be free for web
    ");
    let all = new(&["InstanceAssociation/fleet"], &[]);
    assert!(all.contains("i-0aaaaaaaaaaaaaaa1") && all.contains("i-0aaaaaaaaaaaaaaa2"));
}

#[test]
fn what_is_excluded_takes_away_what_needs_it() {
    assert_snapshot!(new(&[], &["InstanceProfile/web"]), @"
    create Role/other !NewAccess
    create Role/web !NewAccess
    keep InstanceProfile/web (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] (it was left out of the plan)
    note (Warning): left out of this plan, and not as declared: InstanceProfile/web, InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] and InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    0. create role other
    1. create role web
    ");
}

#[test]
fn an_exclusion_beats_a_target() {
    assert_snapshot!(new(&["Role/web", "Role/other"], &["Role/other"]), @"
    keep Role/other (it was left out of the plan)
    create Role/web !NewAccess
    keep InstanceProfile/web (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] (it was left out of the plan)
    note (Warning): left out of this plan, and not as declared: Role/other, InstanceProfile/web, InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] and InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    0. create role web
    ");
}

#[test]
fn what_goes_takes_along_what_holds_it() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.wishes.destroy = true;
    assert_snapshot!(targeting(&mut world, &["InstanceProfile/web"], &[]), @"
    keep Role/other (it was left out of the plan)
    keep Role/web (it was left out of the plan)
    delete InstanceProfile/web [i-0aaaaaaaaaaaaaaa1 running] [i-0aaaaaaaaaaaaaaa2 running] !Deletion
    detach InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] [i-0aaaaaaaaaaaaaaa1 running] !Deletion
      - instanceProfile: web#AIPA-web
    detach InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] [i-0aaaaaaaaaaaaaaa2 running] !Deletion
      - instanceProfile: web#AIPA-web
    note (Warning): taken along, because the targets need InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] and InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    note (Warning): left out of this plan, and not as declared: Role/other and Role/web
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. disassociate web from i-0aaaaaaaaaaaaaaa1
    1. disassociate web from i-0aaaaaaaaaaaaaaa2
    2. remove role web from instance profile web <- 0 1
    3. delete instance profile web <- 0 1 2
    ");
    assert_snapshot!(targeting(&mut world, &[], &["InstanceProfile/web"]), @"
    delete Role/other !Deletion
    keep Role/web (it was left out of the plan)
    keep InstanceProfile/web (it was left out of the plan)
    detach InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] [i-0aaaaaaaaaaaaaaa1 running] !Deletion
      - instanceProfile: web#AIPA-web
    detach InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2] [i-0aaaaaaaaaaaaaaa2 running] !Deletion
      - instanceProfile: web#AIPA-web
    note (Warning): left out of this plan, and not as declared: Role/web and InstanceProfile/web
    0. delete role other
    1. disassociate web from i-0aaaaaaaaaaaaaaa1
    2. disassociate web from i-0aaaaaaaaaaaaaaa2
    ");
}

#[test]
fn what_has_gone_already_takes_nothing_along() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.wishes.destroy = true;
    for member in ["i-0aaaaaaaaaaaaaaa1", "i-0aaaaaaaaaaaaaaa2"] {
        world.associated(&format!("InstanceAssociation/fleet[{member}]"), None);
    }
    assert_snapshot!(targeting(&mut world, &["InstanceAssociation/fleet"], &[]), @"
    keep Role/other (it was left out of the plan)
    keep Role/web (it was left out of the plan)
    keep InstanceProfile/web (it was left out of the plan)
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    note (Warning): left out of this plan, and not as declared: Role/other, Role/web and InstanceProfile/web
    ");
}

#[test]
fn what_would_have_gone_with_its_instance_goes_by_itself_when_that_stays() {
    let desired = desired(
        "
kind: InstanceProfile
metadata: {name: web}
spec: {}
---
kind: Instance
metadata: {name: web}
spec: {imageId: ami-1234567890abcdef0, instanceType: t3.micro}
---
kind: InstanceAssociation
metadata: {name: web}
spec: {instanceProfile: web, instances: {ref: web}}
",
    );
    let mut world = World::of(&desired);
    world.wishes.destroy = true;
    world.wishes.targets = names(&["InstanceAssociation/web"]);
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/web (it was left out of the plan)
    keep Instance/web (it was left out of the plan)
    detach InstanceAssociation/web[i-web] [i-web running] !Deletion
      - instanceProfile: web#AIPA-web
    note (Warning): left out of this plan, and not as declared: InstanceProfile/web and Instance/web
    0. disassociate web from i-web
    ");
    world.wishes.targets.clear();
    world.wishes.excludes = names(&["Instance/web"]);
    assert_snapshot!(world.story(&desired), @"
    keep InstanceProfile/web (it was left out of the plan)
    keep Instance/web (it was left out of the plan)
    detach InstanceAssociation/web[i-web] [i-web running] !Deletion
      - instanceProfile: web#AIPA-web
    note (Warning): left out of this plan, and not as declared: InstanceProfile/web and Instance/web
    0. disassociate web from i-web
    ");
}

#[test]
fn a_document_that_stands_for_no_instance_today_is_known() {
    let desired = desired(&format!(
        "{TEXT}---
kind: InstanceAssociation
metadata: {{name: tagged}}
spec:
  instanceProfile: web
  instances: {{tags: {{Name: nobody}}, required: true}}
"
    ));
    let mut world = World::of(&desired);
    world.wishes.excludes = names(&["InstanceAssociation/tagged"]);
    assert_snapshot!(world.story(&desired), @"
    keep Role/other
    keep Role/web
    keep InstanceProfile/web
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    ");
    world.wishes.excludes.clear();
    world.wishes.targets = names(&["InstanceAssociation/tagged"]);
    assert_snapshot!(world.story(&desired), @"
    a.yaml:33:14 [no-instances] InstanceAssociation/tagged: no instance with Name=nobody is pending, running, stopped or stopping
      hint: check the tags, the states and the region; without `required: true` it is a warning
    ");
}

#[test]
fn a_name_that_nobody_knows_is_an_error() {
    assert_snapshot!(new(&["Role/wed"], &["Role/nobody"]), @"
    [unknown-target] --target: the plan knows no Role/wed
      hint: did you mean `Role/web`?
    ");
}

#[test]
fn what_is_wrong_elsewhere_does_not_stop_a_target() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.owned_by("Role/other", Some("them"));
    assert!(targeting(&mut world, &[], &[]).contains("owned-by-other"));
    assert_snapshot!(targeting(&mut world, &["Role/web"], &[]), @"
    keep Role/other (it was left out of the plan)
    keep Role/web
    keep InstanceProfile/web
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    note (Warning): left out of this plan, and not as declared: Role/other
    ");
    assert_snapshot!(targeting(&mut world, &[], &["Role/other"]), @"
    keep Role/other (it was left out of the plan)
    keep Role/web
    keep InstanceProfile/web
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    note (Warning): left out of this plan, and not as declared: Role/other
    ");
}

#[test]
fn a_stack_takes_over_what_it_owned_under_its_earlier_name() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    for address in ["Role/web", "InstanceProfile/web", "Role/other"] {
        world.owned_by(address, Some("earlier"));
    }
    world.set("Role/web", "description", super::text("by hand"));
    assert_snapshot!(world.story(&desired), @"
    a.yaml:8:18 [owned-by-other] Role/web belongs to stack `earlier`
      hint: release it there first (`release Role/web --stack earlier`), or give this one another name than `web`
      hint: if stack `earlier` is this one under its earlier name, pass `--from-stack earlier`
    a.yaml:13:18 [owned-by-other] InstanceProfile/web belongs to stack `earlier`
      hint: release it there first (`release InstanceProfile/web --stack earlier`), or give this one another name than `web`
      hint: if stack `earlier` is this one under its earlier name, pass `--from-stack earlier`
    a.yaml:25:18 [owned-by-other] Role/other belongs to stack `earlier`
      hint: release it there first (`release Role/other --stack earlier`), or give this one another name than `other`
      hint: if stack `earlier` is this one under its earlier name, pass `--from-stack earlier`
    ");
    world.wishes.from_stack = Some("earlier".into());
    assert_snapshot!(world.story(&desired), @"
    adopt Role/other (it is as declared otherwise)
      ~ tags.rolewright:stack: earlier -> test
    adopt Role/web (only the ownership tag is set now; the next run would change `description`)
      ~ tags.rolewright:stack: earlier -> test
    adopt InstanceProfile/web (it is as declared otherwise)
      ~ tags.rolewright:stack: earlier -> test
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]
    keep InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa2]
    0. tag role other as owned by stack test
    1. tag role web as owned by stack test
    2. tag instance profile web as owned by stack test
    ");
}

#[test]
fn another_stack_is_not_the_earlier_name() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.owned_by("Role/web", Some("them"));
    world.wishes.from_stack = Some("earlier".into());
    assert!(world.story(&desired).contains("owned-by-other"));
}

fn released(world: &World, desired: &Desired, what: &[&str]) -> String {
    match plan::release(desired, &world.live, &names(what)) {
        Ok(plan) => drawn(&plan),
        Err(problems) => drawn_diagnostics(&problems),
    }
}

#[test]
fn what_is_released_loses_our_tags_and_nothing_else() {
    let desired = desired(TEXT);
    let world = World::of(&desired);
    assert_snapshot!(released(&world, &desired, &["Role/web", "InstanceProfile/web"]), @"
    update InstanceProfile/web (it is released: it stays as it is, and belongs to no stack)
      - tags.rolewright:stack: test
    update Role/web (it is released: it stays as it is, and belongs to no stack)
      - tags.rolewright:stack: test
    0. remove tags from instance profile web
    1. remove tags from role web
    ");
    let plan = plan::release(&desired, &world.live, &names(&["Role/web"])).unwrap();
    assert_snapshot!(format!("{:?}", plan.steps[0].call.call().parameters), @r#"{"RoleName": Text("web"), "TagKeys": List([Text("rolewright:stack")])}"#);
}

#[test]
fn only_what_is_ours_can_be_released() {
    let desired = desired(TEXT);
    let mut world = World::of(&desired);
    world.owned_by("Role/other", Some("them"));
    world.owned_by("InstanceProfile/web", None);
    let what = [
        "Role/other",
        "InstanceProfile/web",
        "Role/wed",
        "InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1]",
    ];
    assert_snapshot!(released(&world, &desired, &what), @"
    [not-owned] InstanceAssociation/fleet[i-0aaaaaaaaaaaaaaa1] has no owner that could let go of it
      hint: take its document out of the manifests: it stays as it is
    [not-owned] InstanceProfile/web belongs to no stack
    [not-owned] Role/other belongs to stack `them`, not to `test`
      hint: pass `--stack them`
    [not-owned] stack `test` has no Role/wed
      hint: did you mean `Role/web`?
    ");
}
