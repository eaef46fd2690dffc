//! Stories about the survey: an AWS that answers from a table, what is asked of it, and what is seen.

mod bulk;
mod instances;
mod launched;
mod profiles;
mod selectors;
mod singly;

use rolewright::cloud::Node;
use rolewright::kinds::SurveyScope;
use rolewright::live;
use rolewright::model::{Caller, Desired, Live};

use crate::support::{ACCOUNT, Script, map, setting, text};

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// Surveys; a fault is told as a text.
async fn survey(script: &Script, desired: &Desired, breadth: SurveyScope) -> Result<Live, String> {
    let caller = Caller {
        arn: format!("arn:aws:iam::{ACCOUNT}:user/tester"),
        account: ACCOUNT.to_owned(),
        through: Vec::new(),
    };
    let seen = live::survey(script, &setting(), &caller, desired, breadth).await;
    seen.map_err(|fault| fault.to_string())
}

/// How often each action was asked, in one line.
fn asked(script: &Script) -> String {
    let counts = script.counts();
    let each: Vec<String> = counts
        .iter()
        .map(|(action, count)| format!("{action} {count}"))
        .collect();
    each.join(", ")
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::List(items.into_iter().collect())
}

/// The ownership tag.
fn owner(stack: &str) -> Node {
    list([tag("rolewright:stack", stack)])
}

fn tag(key: &str, value: &str) -> Node {
    map([("Key", text(key)), ("Value", text(value))])
}

fn summary(roles: usize) -> Node {
    let counts = map([
        ("Roles", text(&roles.to_string())),
        ("RolesQuota", text("1000")),
    ]);
    map([("SummaryMap", counts)])
}

/// A role as GetAccountAuthorizationDetails shows it: no description, no session length.
fn detail(name: &str, stack: &str) -> Node {
    let policy = map([
        ("PolicyName", text("S3")),
        (
            "PolicyDocument",
            text("%7B%22Statement%22%3A%5B%5D%2C%22Id%22%3A%22a+b%2Bc%22%7D"),
        ),
    ]);
    let attached = map([
        ("PolicyName", text("ReadOnlyAccess")),
        ("PolicyArn", text("arn:aws:iam::aws:policy/ReadOnlyAccess")),
    ]);
    map([
        ("RoleName", text(name)),
        ("RoleId", text(&format!("AROA-{name}"))),
        ("Path", text("/")),
        ("AssumeRolePolicyDocument", text(TRUST)),
        ("Tags", owner(stack)),
        ("RolePolicyList", list([policy])),
        ("AttachedManagedPolicies", list([attached])),
    ])
}

/// A role as ListRoles shows it: no tags, no boundary.
fn listed(name: &str) -> Node {
    map([
        ("RoleName", text(name)),
        ("RoleId", text(&format!("AROA-{name}"))),
        ("Path", text("/")),
        ("AssumeRolePolicyDocument", text(TRUST)),
        ("Description", text("what it is for")),
        ("MaxSessionDuration", text("7200")),
    ])
}

/// A profile with at most one role.
fn profile(name: &str, role: Option<&str>, stack: Option<&str>) -> Node {
    let role = role.map(|role| {
        map([
            ("RoleName", text(role)),
            ("RoleId", text(&format!("AROA-{role}"))),
        ])
    });
    map([
        ("InstanceProfileName", text(name)),
        ("InstanceProfileId", text(&format!("AIPA-{name}"))),
        ("Path", text("/")),
        ("Roles", list(role)),
        ("Tags", stack.map_or(text(""), owner)),
    ])
}

/// An association.
fn association(instance: &str, profile: &str, state: &str) -> Node {
    let arn = format!("arn:aws:iam::{ACCOUNT}:instance-profile/app/{profile}");
    let by = map([
        ("arn", text(&arn)),
        ("id", text(&format!("AIPA-{profile}"))),
    ]);
    map([
        (
            "associationId",
            text(&format!("iip-assoc-{instance}-{state}")),
        ),
        ("instanceId", text(instance)),
        ("iamInstanceProfile", by),
        ("state", text(state)),
    ])
}

fn associations(rows: impl IntoIterator<Item = Node>) -> Node {
    map([("iamInstanceProfileAssociationSet", list(rows))])
}

fn instances(states: &[(&str, &str)]) -> Node {
    let instance = |(id, state): &(&str, &str)| {
        let state = map([("name", text(state)), ("code", text("16"))]);
        map([("instanceId", text(id)), ("instanceState", state)])
    };
    let reservation = map([("instancesSet", list(states.iter().map(instance)))]);
    map([("reservationSet", list([reservation]))])
}

/// An account without EC2.
fn without_instances(script: Script) -> Script {
    script
        .on("DescribeIamInstanceProfileAssociations", associations([]))
        .on("DescribeInstances", instances(&[]))
}
