//! The bulk read: everything that the stack declares or owns, with few calls.

use std::collections::BTreeMap;
use std::fmt::Write;

use rolewright::cloud::{Class, Node};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Address, Desired, FieldPath, Value, field, kind};

use super::{
    asked, association, associations, detail, instances, list, listed, profile, summary, survey,
    without_instances,
};
use crate::support::{Script, World, desired, map, parameter, text};

const ROLE: &str =
    "kind: Role\nmetadata: {name: a}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";

/// An account with our role `a`, an orphan of ours, and a foreign role.
fn account() -> Script {
    let details = list([
        detail("a", "test"),
        detail("orphan", "test"),
        detail("foreign", "other"),
    ]);
    let script = Script::default()
        .on("GetAccountSummary", summary(3))
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", details)]),
        )
        .on(
            "ListRoles",
            map([("Roles", list(["a", "orphan", "foreign"].map(listed)))]),
        )
        .on(
            "ListInstanceProfiles",
            map([("InstanceProfiles", list([]))]),
        );
    without_instances(script)
}

#[tokio::test]
async fn two_listings_make_a_whole_role() {
    let script = account();
    let live = survey(&script, &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap();
    let names: Vec<String> = live.resources.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["Role/a", "Role/orphan"]);
    assert_eq!(live.names[&kind::ROLE].len(), 3);
    assert!(live.blind.is_empty());
    let role = &live.resources[&Address::new(kind::ROLE, "a")];
    let fields: Vec<String> = role.attributes.keys().map(ToString::to_string).collect();
    assert_eq!(
        fields,
        [
            "description",
            "inlinePolicies.S3",
            "managedPolicies.arn:aws:iam::aws:policy/ReadOnlyAccess",
            "maxSessionDuration",
            "path",
            "tags.rolewright:stack",
            "trustPolicy"
        ]
    );
    assert_eq!(
        (role.id.as_deref(), role.owner.as_deref()),
        (Some("AROA-a"), Some("test"))
    );
}

/// The same account where one of the listings does not show the role `a` yet.
fn lagging(action: &'static str, list_name: &'static str) -> Script {
    let none = map([(list_name, list([]))]);
    account()
        .on(action, none)
        .with("GetRole", |call| match parameter(call, "RoleName") {
            "a" => Ok(map([("Role", listed("a"))])),
            _ => Err(Class::Missing),
        })
        .on("ListRolePolicies", map([("PolicyNames", list([]))]))
        .on(
            "ListAttachedRolePolicies",
            map([("AttachedPolicies", list([]))]),
        )
}

#[tokio::test]
async fn a_declared_role_that_a_listing_does_not_show_yet_is_asked_for_by_name() {
    for (action, list_name) in [
        ("GetAccountAuthorizationDetails", "RoleDetailList"),
        ("ListRoles", "Roles"),
    ] {
        let script = lagging(action, list_name);
        let live = survey(&script, &desired(ROLE), SurveyScope::Owned)
            .await
            .unwrap();
        let role = &live.resources[&Address::new(kind::ROLE, "a")];
        let description = &role.attributes[&FieldPath::new(field::DESCRIPTION)];
        assert_eq!(*description, Value::Text("what it is for".into()));
        assert!(live.names[&kind::ROLE].contains("a"));
        assert_eq!(script.counts()["GetRole"], 1);
    }
}

#[tokio::test]
async fn a_declared_role_that_does_not_exist_costs_one_call() {
    let script = lagging("ListRoles", "Roles");
    let desired = desired(&ROLE.replace("name: a", "name: new"));
    let live = survey(&script, &desired, SurveyScope::Owned).await.unwrap();
    assert!(
        !live
            .resources
            .contains_key(&Address::new(kind::ROLE, "new"))
    );
    assert!(!live.names[&kind::ROLE].contains("new"));
    assert_eq!(script.counts()["GetRole"], 1);
    assert_eq!(script.counts().get("ListRolePolicies"), None);
}

#[tokio::test]
async fn a_plus_in_a_policy_stands_for_itself() {
    let live = survey(&account(), &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap();
    let role = &live.resources[&Address::new(kind::ROLE, "a")];
    let Value::Policy(policy) = &role.attributes[&FieldPath::member(field::INLINE_POLICIES, "S3")]
    else {
        panic!("a policy");
    };
    assert_eq!(policy.wire(), r#"{"Statement":[],"Id":"a+b+c"}"#);
}

#[tokio::test]
async fn a_declared_role_that_is_not_ours_is_seen_with_its_owner() {
    let desired = desired(&ROLE.replace("name: a", "name: foreign"));
    let live = survey(&account(), &desired, SurveyScope::Owned)
        .await
        .unwrap();
    let role = &live.resources[&Address::new(kind::ROLE, "foreign")];
    assert_eq!(role.owner.as_deref(), Some("other"));
}

#[tokio::test]
async fn service_linked_roles_are_known_by_their_path() {
    let mut linked = detail("a", "test");
    if let Node::Map(members) = &mut linked {
        members.insert("Path".into(), text("/aws-service-role/ec2.amazonaws.com/"));
        members.remove("Tags");
    }
    let script = account().on(
        "GetAccountAuthorizationDetails",
        map([("RoleDetailList", list([linked]))]),
    );
    let live = survey(&script, &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap();
    let role = &live.resources[&Address::new(kind::ROLE, "a")];
    assert!(role.service_linked && role.owner.is_none());
}

#[tokio::test]
async fn a_caller_who_may_not_read_in_bulk_sees_the_declared_roles_and_is_told() {
    let script = account()
        .with("GetAccountAuthorizationDetails", |_| Err(Class::Denied))
        .with("GetRole", |call| match parameter(call, "RoleName") {
            "a" => Ok(map([("Role", listed("a"))])),
            _ => Err(Class::Missing),
        })
        .on("ListRolePolicies", map([("PolicyNames", list([]))]))
        .on(
            "ListAttachedRolePolicies",
            map([("AttachedPolicies", list([]))]),
        );
    let text = format!("{ROLE}\n---\n{}", ROLE.replace("name: a", "name: b"));
    let live = survey(&script, &desired(&text), SurveyScope::Owned)
        .await
        .unwrap();
    let names: Vec<String> = live.resources.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["Role/a"]);
    assert_eq!(live.names.get(&kind::ROLE), None, "not all were listed");
    assert_eq!(
        live.blind,
        [
            "roles of stack test that are no longer declared: the caller may not call iam:GetAccountAuthorizationDetails"
        ]
    );
}

#[tokio::test]
async fn quotas_that_may_not_be_read_are_told() {
    let script = account().with("GetAccountSummary", |_| Err(Class::Denied));
    let live = survey(&script, &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(
        live.blind,
        ["the account's quotas: the caller may not call iam:GetAccountSummary"]
    );
    assert!(live.quotas.is_empty());
}

#[tokio::test]
async fn quotas_are_read_as_numbers() {
    let live = survey(&account(), &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(
        live.quotas,
        BTreeMap::from([("Roles".to_owned(), 3), ("RolesQuota".to_owned(), 1000)])
    );
}

#[tokio::test]
async fn other_faults_end_the_survey() {
    let script = account().with("ListRoles", |_| Err(Class::Expired));
    let fault = survey(&script, &desired(ROLE), SurveyScope::Owned)
        .await
        .unwrap_err();
    assert_eq!(fault, "iam:ListRoles: Code: message");
}

/// So many bundles of role, profile and association, declared.
fn bundles(count: usize) -> Desired {
    let mut text = String::new();
    for n in 0..count {
        let _ = write!(
            text,
            "kind: Role\nmetadata: {{name: r{n:03}}}\nspec: {{trustPolicy: {{services: [ec2.amazonaws.com]}}, instanceProfile: true, description: what it is for, maxSessionDuration: 2h, managedPolicies: [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"], inlinePolicies: {{S3: {{Version: \"2012-10-17\", Statement: {{Effect: Allow, Action: \"s3:*\", Resource: \"*\"}}}}}}}}\n---\n\
             kind: InstanceAssociation\nmetadata: {{name: i{n:03}}}\nspec: {{instanceProfile: r{n:03}, instances: {{ids: [i-{n:08x}]}}}}\n---\n"
        );
    }
    desired(text.trim_end_matches("---\n"))
}

/// An account that shows these bundles as they are declared.
fn account_of(count: usize) -> Script {
    let names: Vec<String> = (0..count).map(|n| format!("r{n:03}")).collect();
    let details = names.iter().map(|name| {
        let mut role = detail(name, "test");
        let document = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22s3%3A%2A%22%5D%2C%22Resource%22%3A%22%2A%22%7D%5D%7D";
        if let Node::Map(members) = &mut role {
            let policy = map([("PolicyName", text("S3")), ("PolicyDocument", text(document))]);
            members.insert("RolePolicyList".into(), list([policy]));
        }
        role
    });
    let profiles = names.iter().map(|name| profile(name, Some(name), None));
    let ids: Vec<String> = (0..count).map(|n| format!("i-{n:08x}")).collect();
    let rows = ids
        .iter()
        .zip(&names)
        .map(|(id, name)| association(id, name, "associated"));
    let running: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "running")).collect();
    Script::default()
        .on("GetAccountSummary", summary(count))
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", list(details))]),
        )
        .on(
            "ListRoles",
            map([("Roles", list(names.iter().map(|name| listed(name))))]),
        )
        .on(
            "ListInstanceProfiles",
            map([("InstanceProfiles", list(profiles))]),
        )
        .with("GetInstanceProfile", |call| {
            let name = parameter(call, "InstanceProfileName");
            Ok(map([(
                "InstanceProfile",
                profile(name, Some(name), Some("test")),
            )]))
        })
        .on("DescribeIamInstanceProfileAssociations", associations(rows))
        .on("DescribeInstances", instances(&running))
}

#[tokio::test]
async fn a_plan_of_no_changes_takes_few_calls() {
    for bundles in [1, 10, 100] {
        let desired = self::bundles(bundles);
        let script = account_of(bundles);
        let live = survey(&script, &desired, SurveyScope::Owned).await.unwrap();
        let mut world = World::of(&desired);
        world.live = live;
        let plan = world.plan(&desired).unwrap();
        assert!(plan.is_empty(), "{}", crate::support::drawn(&plan));
        // One call stands for all pages here: a page of IAM holds at least 100 roles. Who we are is one more.
        let pages = bundles.div_ceil(100);
        let calls = script.total() + 3 * (pages - 1) + 1;
        assert!(
            calls <= bundles + 3 * pages + 8,
            "{calls} calls: {}",
            asked(&script)
        );
    }
}
