//! Instances: their states, their profiles, and who uses a profile of the stack.

use rolewright::cloud::{Class, Node, Parameter, ReadCall};
use rolewright::kinds::SurveyScope;
use rolewright::model::{Address, FieldPath, Instance, Live, Value, field, kind};

use super::{association, associations, instances, list, profile, summary, survey};
use crate::support::{Script, desired, map};

const TEXT: &str = "kind: InstanceProfile\nmetadata: {name: p}\nspec: {}\n---\nkind: InstanceAssociation\nmetadata: {name: web}\nspec: {instanceProfile: p, instances: {ids: [i-11111111, i-22222222]}}";

/// An account with the profile of the stack, and these associations.
fn account(rows: Vec<Node>, states: &[(&str, &str)]) -> Script {
    Script::default()
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
        .on("DescribeIamInstanceProfileAssociations", associations(rows))
        .on("DescribeInstances", instances(states))
}

/// The state of an instance, its profile, and the id of the association.
type Seen = (String, Option<String>, Option<String>);

/// What the association of an instance is seen as.
fn seen(live: &Live, instance: &str) -> Option<Seen> {
    let address = Address::new(kind::INSTANCE_ASSOCIATION, "web").member(instance);
    let observed = live.resources.get(&address)?;
    let profile = match observed
        .attributes
        .get(&FieldPath::new(field::INSTANCE_PROFILE))
    {
        Some(Value::Link(link)) => Some(format!(
            "{}#{}",
            link.name,
            link.id.as_deref().unwrap_or("?")
        )),
        _ => None,
    };
    Some((
        observed.facts.instance_state.clone().unwrap(),
        profile,
        observed.id.clone(),
    ))
}

fn with_profile(state: &str, profile: &str, association: &str) -> Seen {
    (
        state.to_owned(),
        Some(profile.to_owned()),
        Some(association.to_owned()),
    )
}

#[tokio::test]
async fn instances_are_seen_with_state_and_profile() {
    let rows = vec![association("i-11111111", "other", "associated")];
    let script = account(
        rows,
        &[("i-11111111", "running"), ("i-22222222", "stopped")],
    );
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(
        seen(&live, "i-11111111"),
        Some(with_profile(
            "running",
            "other#AIPA-other",
            "iip-assoc-i-11111111-associated"
        ))
    );
    assert_eq!(
        seen(&live, "i-22222222"),
        Some(("stopped".into(), None, None))
    );
}

#[tokio::test]
async fn an_instance_that_does_not_exist_is_not_seen() {
    let script = account(Vec::new(), &[("i-11111111", "running")]);
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(seen(&live, "i-22222222"), None);
}

#[tokio::test]
async fn of_two_rows_of_an_instance_the_one_that_comes_counts() {
    let going = association("i-11111111", "other", "disassociating");
    let coming = association("i-11111111", "p", "associating");
    let expected = Some(with_profile(
        "running",
        "p#AIPA-p",
        "iip-assoc-i-11111111-associating",
    ));
    for rows in [
        vec![going.clone(), coming.clone()],
        vec![coming, going.clone()],
    ] {
        let script = account(rows, &[("i-11111111", "running")]);
        let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
            .await
            .unwrap();
        assert_eq!(seen(&live, "i-11111111"), expected);
    }
    let script = account(vec![going], &[("i-11111111", "running")]);
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    assert_eq!(
        seen(&live, "i-11111111"),
        Some(("running".into(), None, None))
    );
}

#[tokio::test]
async fn whoever_uses_a_profile_of_the_stack_is_known_declared_or_not() {
    let rows = vec![
        association("i-11111111", "p", "associated"),
        association("i-99999999", "p", "associated"),
        association("i-88888888", "strange", "associated"),
    ];
    let script = account(
        rows,
        &[("i-11111111", "running"), ("i-99999999", "stopped")],
    );
    let live = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap();
    let user = |id: &str, state: &str| Instance {
        id: id.into(),
        state: Some(state.into()),
        region: None,
    };
    let profile = Address::new(kind::INSTANCE_PROFILE, "p");
    assert_eq!(
        live.users,
        [(
            profile,
            vec![user("i-11111111", "running"), user("i-99999999", "stopped")]
        )]
        .into()
    );
}

#[tokio::test]
async fn a_stack_without_associations_can_do_without_ec2() {
    let script = account(Vec::new(), &[]).with("DescribeIamInstanceProfileAssociations", |_| {
        Err(Class::Denied)
    });
    let profile = desired(TEXT.split("---").next().unwrap());
    let live = survey(&script, &profile, SurveyScope::Owned).await.unwrap();
    assert_eq!(
        live.unseen_users.as_deref(),
        Some("the caller may not call ec2:DescribeIamInstanceProfileAssociations")
    );
    assert_eq!(
        live.blind,
        [
            "which instances use the profiles: the caller may not call ec2:DescribeIamInstanceProfileAssociations"
        ]
    );
    let fault = survey(&script, &desired(TEXT), SurveyScope::Owned)
        .await
        .unwrap_err();
    assert_eq!(
        fault,
        "ec2:DescribeIamInstanceProfileAssociations: Code: message"
    );
}

/// The most that one filter takes.
#[tokio::test]
async fn more_than_two_hundred_instances_are_asked_for_in_parts() {
    let ids: Vec<String> = (0..401).map(|number| format!("i-{number:08x}")).collect();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "running")).collect();
    let rows = ids.iter().map(|id| association(id, "p", "associated"));
    let filtered = |call: &ReadCall| {
        let parameters = &call.call().parameters;
        let Some(Parameter::List(filters)) = parameters.get("Filter") else {
            return Vec::new();
        };
        let [Parameter::Map(filter)] = filters.as_slice() else {
            panic!("one filter: {filters:?}");
        };
        let Parameter::List(values) = &filter["Value"] else {
            panic!("values: {filter:?}");
        };
        assert!(values.len() <= 200, "{} values", values.len());
        values.clone()
    };
    let shown: Vec<(String, &'static str)> =
        ids.iter().cloned().map(|id| (id, "running")).collect();
    let script = account(rows.collect(), &all).with("DescribeInstances", move |call| {
        let asked = filtered(call);
        let asked_for = |id: &str| asked.contains(&Parameter::from(id));
        let part: Vec<(&str, &str)> = shown
            .iter()
            .filter(|(id, _)| asked_for(id))
            .map(|(id, state)| (id.as_str(), *state))
            .collect();
        Ok(instances(&part))
    });
    let declared = TEXT.replace("i-11111111, i-22222222", &ids.join(", "));
    let desired = desired(&declared);
    let live = survey(&script, &desired, SurveyScope::Owned).await.unwrap();
    assert!(ids.iter().all(|id| seen(&live, id).is_some()));
    let parts = 3;
    assert_eq!(
        script.counts()["DescribeInstances"],
        parts + 1,
        "and one for what the stack has launched"
    );
    let before = script.counts()["DescribeIamInstanceProfileAssociations"];
    assert_eq!(before, 1, "the whole region at once");
    survey(&script, &desired, SurveyScope::Named).await.unwrap();
    let after = script.counts()["DescribeIamInstanceProfileAssociations"];
    assert_eq!(after - before, 3);
}
