//! Reading named resources only, as is done to see whether a change has arrived: whichever way takes fewer calls.

use rolewright::cloud::{Class, Node};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Address, Desired, FieldPath, field, kind};

use super::{asked, detail, list, listed, owner, profile, summary, survey, without_instances};
use crate::support::{Script, desired, map, parameter, text};

/// One role of two policies, in an account of so many.
fn account(roles: usize) -> Script {
    let script = Script::default()
        .on("GetAccountSummary", summary(roles))
        .with("GetRole", |call| match parameter(call, "RoleName") {
            name @ ("a" | "b") => {
                let mut role = listed(name);
                if let Node::Map(members) = &mut role {
                    members.insert("Tags".into(), owner("test"));
                    let arn = text("arn:aws:iam::aws:policy/edge");
                    let boundary = map([("PermissionsBoundaryArn", arn)]);
                    members.insert("PermissionsBoundary".into(), boundary);
                }
                Ok(map([("Role", role)]))
            }
            _ => Err(Class::Missing),
        })
        .on(
            "ListRolePolicies",
            map([("PolicyNames", list([text("S3"), text("EC2")]))]),
        )
        .with("GetRolePolicy", |call| {
            let name = parameter(call, "PolicyName");
            Ok(map([
                ("PolicyName", text(name)),
                ("PolicyDocument", text("%7B%22Statement%22%3A%5B%5D%7D")),
            ]))
        })
        .on(
            "ListAttachedRolePolicies",
            map([(
                "AttachedPolicies",
                list([map([("PolicyArn", text("arn:aws:iam::aws:policy/a"))])]),
            )]),
        )
        .on(
            "GetAccountAuthorizationDetails",
            map([("RoleDetailList", list([detail("a", "test")]))]),
        )
        .on("ListRoles", map([("Roles", list([listed("a")]))]));
    without_instances(script)
}

fn roles(names: &[&str]) -> Desired {
    let each: Vec<String> = names
        .iter()
        .map(|name| format!("kind: Role\nmetadata: {{name: {name}}}\nspec: {{trustPolicy: {{services: [ec2.amazonaws.com]}}}}"))
        .collect();
    desired(&each.join("\n---\n"))
}

#[tokio::test]
async fn a_role_in_a_large_account_is_read_alone() {
    let script = account(900);
    let live = survey(&script, &roles(&["a", "gone"]), SurveyScope::Named)
        .await
        .unwrap();
    let role = &live.resources[&Address::new(kind::ROLE, "a")];
    let fields: Vec<String> = role.attributes.keys().map(ToString::to_string).collect();
    assert_eq!(
        fields,
        [
            "description",
            "inlinePolicies.EC2",
            "inlinePolicies.S3",
            "managedPolicies.arn:aws:iam::aws:policy/a",
            "maxSessionDuration",
            "path",
            "permissionsBoundary",
            "tags.rolewright:stack",
            "trustPolicy"
        ]
    );
    assert!(
        role.attributes
            .contains_key(&FieldPath::new(field::PERMISSIONS_BOUNDARY))
    );
    assert_eq!(live.resources.len(), 1);
    assert_eq!(live.names.get(&kind::ROLE), None, "not all were listed");
    assert_eq!(
        asked(&script),
        "GetAccountSummary 1, GetRole 2, GetRolePolicy 2, ListAttachedRolePolicies 1, ListRolePolicies 1"
    );
}

#[tokio::test]
async fn a_role_in_a_small_account_is_read_with_all_others() {
    let script = account(3);
    survey(&script, &roles(&["a"]), SurveyScope::Named)
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "GetAccountAuthorizationDetails 1, GetAccountSummary 1, ListRoles 1"
    );
}

#[tokio::test]
async fn without_quotas_roles_are_read_alone() {
    let script = account(3).with("GetAccountSummary", |_| Err(Class::Denied));
    survey(&script, &roles(&["a"]), SurveyScope::Named)
        .await
        .unwrap();
    assert_eq!(script.counts().get("GetAccountAuthorizationDetails"), None);
}

#[tokio::test]
async fn a_role_that_goes_while_it_is_read_is_gone() {
    let script = account(900).with("ListRolePolicies", |_| Err(Class::Missing));
    let live = survey(&script, &roles(&["a"]), SurveyScope::Named)
        .await
        .unwrap();
    assert!(live.resources.is_empty());
    let script = account(900).with("GetRolePolicy", |call| {
        match parameter(call, "PolicyName") {
            "S3" => Err(Class::Missing),
            _ => Ok(map([
                ("PolicyName", text("EC2")),
                ("PolicyDocument", text("%7B%7D")),
            ])),
        }
    });
    let live = survey(&script, &roles(&["a"]), SurveyScope::Named)
        .await
        .unwrap();
    let role = &live.resources[&Address::new(kind::ROLE, "a")];
    assert!(
        !role
            .attributes
            .contains_key(&FieldPath::member(field::INLINE_POLICIES, "S3"))
    );
}

#[tokio::test]
async fn what_is_not_named_is_not_asked_for() {
    let script = account(900);
    let text = "kind: InstanceProfile\nmetadata: {name: p}\nspec: {}";
    let script = script.with("GetInstanceProfile", |_| {
        Ok(map([("InstanceProfile", profile("p", None, Some("test")))]))
    });
    survey(&script, &desired(text), SurveyScope::Named)
        .await
        .unwrap();
    assert_eq!(asked(&script), "GetAccountSummary 1, GetInstanceProfile 1");
}
