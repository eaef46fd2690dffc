//! Which instance profiles are looked at: declared ones, ones that hold a role of the stack, and a few others.

use rolewright::cloud::{Class, Node};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Live, kind};
use rolewright::plan::{self, PlanOptions};

use super::{detail, list, listed, profile, summary, survey, without_instances};
use crate::support::{Script, desired, map, parameter};

const TEXT: &str = "kind: Role\nmetadata: {name: ours}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}\n---\nkind: InstanceProfile\nmetadata: {name: declared}\nspec: {role: ours}";

fn account() -> Script {
    holding(vec![
        profile("declared", Some("strange"), Some("test")),
        profile("empty", None, Some("test")),
        profile("holder", Some("ours"), None),
        profile("foreign", Some("strange"), None),
    ])
}

/// An account with two roles and these profiles.
fn holding(profiles: Vec<Node>) -> Script {
    let listing = list(profiles.clone());
    let find = move |name: &str| {
        let mut found = profiles.iter().cloned();
        found.find(|one| one.text(&["InstanceProfileName"]) == Some(name))
    };
    let script = Script::default()
        .on("GetAccountSummary", summary(2))
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", list([detail("ours", "test")]))]),
        )
        .on(
            "ListRoles",
            map([("Roles", list([listed("ours"), listed("strange")]))]),
        )
        .on("ListInstanceProfiles", map([("InstanceProfiles", listing)]))
        .with("GetInstanceProfile", move |call| {
            let found = find(parameter(call, "InstanceProfileName"));
            found
                .map(|one| map([("InstanceProfile", one)]))
                .ok_or(Class::Missing)
        });
    without_instances(script)
}

fn seen(live: &Live) -> Vec<String> {
    let profiles = live
        .resources
        .keys()
        .filter(|address| address.kind == kind::INSTANCE_PROFILE);
    profiles.map(|address| address.name.clone()).collect()
}

#[tokio::test]
async fn those_that_may_concern_the_stack_are_read() {
    let script = account();
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(seen(&live), ["declared", "empty", "holder"]);
    assert_eq!(live.names[&kind::INSTANCE_PROFILE].len(), 4);
    assert_eq!(script.counts()["GetInstanceProfile"], 4);
    let owners: Vec<Option<&str>> = live
        .resources
        .iter()
        .filter(|(address, _)| address.kind == kind::INSTANCE_PROFILE)
        .map(|(_, observed)| observed.owner.as_deref())
        .collect();
    assert_eq!(owners, [Some("test"), Some("test"), None]);
}

#[tokio::test]
async fn a_caller_who_may_not_list_them_sees_the_declared_ones_and_is_told() {
    let script = account().with("ListInstanceProfiles", |_| Err(Class::Denied));
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(seen(&live), ["declared"]);
    assert_eq!(live.names.get(&kind::INSTANCE_PROFILE), None);
    assert_eq!(
        live.blind,
        [
            "instance profiles that are not declared: the caller may not call iam:ListInstanceProfiles"
        ]
    );
}

#[tokio::test]
async fn a_declared_profile_that_the_listing_does_not_show_yet_is_asked_for_by_name() {
    let none = map([("InstanceProfiles", list([]))]);
    let script = account().on("ListInstanceProfiles", none);
    let text = format!("{TEXT}\n---\nkind: InstanceProfile\nmetadata: {{name: new}}\nspec: {{}}");
    let live = survey(&script, &desired(&text), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(seen(&live), ["declared"]);
    let names: Vec<&String> = live.names[&kind::INSTANCE_PROFILE].iter().collect();
    assert_eq!(names, ["declared"]);
    assert_eq!(script.counts()["GetInstanceProfile"], 2);
}

#[tokio::test]
async fn a_profile_that_goes_while_it_is_read_is_gone() {
    let script = account().with("GetInstanceProfile", |_| Err(Class::Missing));
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert!(seen(&live).is_empty());
}

#[tokio::test]
async fn a_leftover_with_a_foreign_role_is_found_and_pruned() {
    let script = holding(vec![
        profile("declared", Some("ours"), Some("test")),
        profile("leftover", Some("strange"), Some("test")),
        profile("foreign", Some("strange"), Some("other")),
    ]);
    let desired = desired(TEXT);
    let live = survey(&script, &desired, SurveyScope::Owned).await.unwrap();
    assert_eq!(seen(&live), ["declared", "leftover"]);
    assert!(live.blind.is_empty());
    let wishes = PlanOptions {
        prune: true,
        ..PlanOptions::default()
    };
    let plan = plan::plan(&desired, &live, &wishes).unwrap();
    let titles: Vec<&str> = plan
        .steps
        .iter()
        .filter(|step| step.address.name == "leftover")
        .map(|step| step.title.as_str())
        .collect();
    assert_eq!(
        titles,
        [
            "remove role strange from instance profile leftover",
            "delete instance profile leftover"
        ]
    );
}

#[tokio::test]
async fn many_profiles_that_are_none_of_ours_cost_no_call_each() {
    let mut profiles = vec![profile("declared", Some("ours"), Some("test"))];
    profiles.extend((0..500).map(|n| profile(&format!("foreign-{n:03}"), None, None)));
    let script = holding(profiles);
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    // One bundle, one page of each listing; the caller's own identity is asked before.
    assert!(script.total() < 1 + 3 + 8, "{}", super::asked(&script));
    assert_eq!(seen(&live), ["declared"]);
    assert_eq!(
        live.blind,
        [
            "the tags of 496 instance profiles without a role of stack test, which would tell whether it left them behind"
        ]
    );
}

#[tokio::test]
async fn a_caller_who_may_read_the_declared_profiles_only_is_told() {
    let profiles = vec![
        profile("declared", Some("ours"), Some("test")),
        profile("foreign", None, None),
    ];
    let script = holding(profiles).with("GetInstanceProfile", |call| {
        match parameter(call, "InstanceProfileName") {
            "declared" => Ok(map([(
                "InstanceProfile",
                profile("declared", Some("ours"), Some("test")),
            )])),
            _ => Err(Class::Denied),
        }
    });
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(seen(&live), ["declared"]);
    assert_eq!(
        live.blind,
        [
            "the tags of 1 instance profile without a role of stack test, which would tell whether it left them behind"
        ]
    );
}
