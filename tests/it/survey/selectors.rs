//! Instances found by tags, by the resource that launches them, and in other regions.

use rolewright::cloud::{Class, Node, Parameter, ReadCall};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Address, Live, kind};

use super::{association, associations, list, profile, summary, survey};
use crate::support::{Script, desired, map, text};

const TEXT: &str = "kind: InstanceProfile\nmetadata: {name: p}\nspec: {}\n---\nkind: InstanceAssociation\nmetadata: {name: web}\nspec: {instanceProfile: p, instances: {tags: {App: web}}}";

/// An instance with a state and a tag `App`.
fn instance(id: &str, state: &str, app: &str) -> Node {
    let state = map([("name", text(state))]);
    let tag = map([("key", text("App")), ("value", text(app))]);
    map([
        ("instanceId", text(id)),
        ("instanceState", state),
        ("tagSet", list([tag])),
    ])
}

fn reserved(instances: Vec<Node>) -> Node {
    let reservation = map([("instancesSet", list(instances))]);
    map([("reservationSet", list([reservation]))])
}

fn account(script: Script) -> Script {
    script
        .on("GetAccountSummary", summary(0))
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", list([]))]),
        )
        .on("ListRoles", map([("Roles", list([]))]))
        .on(
            "ListInstanceProfiles",
            map([("InstanceProfiles", list([profile("p", None, None)]))]),
        )
        .on(
            "GetInstanceProfile",
            map([("InstanceProfile", profile("p", None, Some("test")))]),
        )
}

/// How the survey asks for the instances that the stack launches.
const LAUNCHED: [&str; 1] = [r#"("tag:rolewright:stack")=List([("test")])"#];

/// The names and values of the filters of a call.
fn filters(call: &ReadCall) -> Vec<String> {
    let Some(Parameter::List(filters)) = call.call().parameters.get("Filter") else {
        return Vec::new();
    };
    let drawn = filters.iter().map(|filter| match filter {
        Parameter::Map(filter) => format!("{:?}={:?}", filter["Name"], filter["Value"]),
        other => panic!("a filter: {other:?}"),
    });
    drawn.map(|one| one.replace("Text", "")).collect()
}

fn selected(live: &Live) -> Vec<&str> {
    let web = Address::new(kind::INSTANCE_ASSOCIATION, "web");
    let ids = live.selected.get(&web).into_iter().flatten();
    ids.map(String::as_str).collect()
}

#[tokio::test]
async fn tags_and_states_are_asked_for_and_compared_once_more() {
    let script = account(Script::default())
        .on("DescribeIamInstanceProfileAssociations", associations([]))
        .with("DescribeInstances", |call| {
            if filters(call) == LAUNCHED {
                return Ok(reserved(Vec::new()));
            }
            assert_eq!(
                filters(call),
                [
                    r#"("tag:App")=List([("web")])"#,
                    r#"("instance-state-name")=List([("pending"), ("running"), ("stopped"), ("stopping")])"#,
                ]
            );
            // An asterisk in a filter stands for anything, and a listing may be behind.
            Ok(reserved(vec![
                instance("i-22222222", "running", "web"),
                instance("i-11111111", "stopped", "web"),
                instance("i-33333333", "running", "website"),
                instance("i-44444444", "terminated", "web"),
            ]))
        });
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(selected(&live), ["i-11111111", "i-22222222"]);
    assert_eq!(
        script.counts()["DescribeInstances"],
        2,
        "states came along; the other one is for what the stack has launched"
    );
    let web = Address::new(kind::INSTANCE_ASSOCIATION, "web").member("i-11111111");
    let facts = &live.resources[&web].facts;
    assert_eq!(facts.instance_state.as_deref(), Some("stopped"));
}

#[tokio::test]
async fn every_region_of_the_stack_is_looked_at_for_users_of_a_profile() {
    let text = TEXT.replace(
        "instances: {tags: {App: web}}",
        "region: eu-west-1, instances: {ids: [i-11111111]}",
    );
    let here = |call: &ReadCall| call.call().region.is_none();
    let script = account(Script::default())
        .with("DescribeIamInstanceProfileAssociations", move |call| {
            let id = if here(call) {
                "i-99999999"
            } else {
                "i-11111111"
            };
            Ok(associations([association(id, "p", "associated")]))
        })
        .with("DescribeInstances", move |call| {
            let id = if here(call) {
                "i-99999999"
            } else {
                "i-11111111"
            };
            Ok(reserved(vec![instance(id, "running", "web")]))
        });
    let live = survey(&script, &desired(&text), SurveyScope::Owned)
        .await
        .unwrap();
    let regions: Vec<&str> = live.regions.iter().map(String::as_str).collect();
    assert_eq!(regions, ["eu-central-1", "eu-west-1"]);
    let users = &live.users[&Address::new(kind::INSTANCE_PROFILE, "p")];
    let users: Vec<(&str, Option<&str>)> = users
        .iter()
        .map(|user| (user.id.as_str(), user.region.as_deref()))
        .collect();
    assert_eq!(
        users,
        [("i-99999999", None), ("i-11111111", Some("eu-west-1"))]
    );
}

#[tokio::test]
async fn a_region_that_may_not_be_looked_at_is_a_fault_where_it_is_declared() {
    let text = TEXT.replace("instances: {", "region: eu-west-1, instances: {");
    let script = account(Script::default())
        .with("DescribeIamInstanceProfileAssociations", |_| {
            Err(Class::Denied)
        })
        .with("DescribeInstances", |_| Err(Class::Denied));
    let fault = survey(&script, &desired(&text), SurveyScope::Owned).await;
    assert!(fault.unwrap_err().starts_with("ec2:Describe"));
}
