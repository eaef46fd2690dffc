//! One change of the world, drawn among those that a plan of the export has to see, and what the plan has to say.

use std::collections::BTreeSet;

use rolewright::model::Address;
use rolewright::sandbox::{Iam, World};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::draw::{REVOCATION, STACK};
use crate::words::MANAGED;

/// What the plan has to find: the resource, the field, and the member where it is one of a collection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) address: Address,
    pub(crate) path: String,
}

/// Changes one thing of one exported resource.
pub(crate) fn one(
    dice: &mut Dice,
    world: &mut World,
    exported: &BTreeSet<Address>,
) -> Option<Finding> {
    let kinds: BTreeSet<&str> = exported.iter().map(|one| one.kind.as_str()).collect();
    let kind = dice.maybe(100, &kinds.into_iter().collect::<Vec<_>>())?;
    let of_kind = exported.iter().filter(|one| one.kind.as_str() == kind);
    let address = dice.pick(&of_kind.cloned().collect::<Vec<_>>());
    let path = match address.kind.as_str() {
        "Role" => role(dice, world, &address.name),
        "InstanceProfile" => profile(dice, world, &address.name),
        "UserPolicy" => user_policy(world, &address.name)?,
        "InstanceAssociation" => association(world, &address),
        "Instance" => instance(world, &address.name),
        other => panic!("{other} is not drawn"),
    };
    Some(Finding { address, path })
}

fn role(dice: &mut Dice, world: &mut World, name: &str) -> String {
    let role = world
        .iam
        .roles
        .get_mut(&Iam::key(name))
        .expect("it is there");
    let inline = role
        .inline_policies
        .keys()
        .filter(|name| *name != REVOCATION);
    let inline: Vec<String> = inline.cloned().collect();
    match (dice.from(1, 9), dice.maybe(100, &inline)) {
        (1, _) => {
            role.description = Some("somebody was here".to_owned());
            "description".to_owned()
        }
        (2, _) => {
            role.max_session_duration = 5000;
            "maxSessionDuration".to_owned()
        }
        (3, _) => {
            role.trust_policy = with_statement(
                &role.trust_policy,
                json!({ "Effect": "Allow", "Principal": { "Service": "odd.amazonaws.com" }, "Action": "sts:AssumeRole" }),
            );
            "trustPolicy".to_owned()
        }
        (4, Some(name)) => {
            let policy = role.inline_policies.get_mut(&name).expect("it was listed");
            *policy = with_statement(policy, allowed());
            format!("inlinePolicies.{name}")
        }
        (5, Some(name)) => {
            role.inline_policies.remove(&name);
            format!("inlinePolicies.{name}")
        }
        (6, _) => {
            role.inline_policies.insert(
                "more".to_owned(),
                json!({ "Statement": [allowed()] }).to_string(),
            );
            "inlinePolicies.more".to_owned()
        }
        (7, _) => {
            let arn = dice.pick(&MANAGED).to_owned();
            if !role.attached_policies.remove(&arn) {
                role.attached_policies.insert(arn.clone());
            }
            format!("managedPolicies.{arn}")
        }
        (8, _) => {
            let other = "arn:aws:iam::123456789012:policy/another";
            role.permissions_boundary = Some(other.to_owned());
            "permissionsBoundary".to_owned()
        }
        _ => tag(dice, &mut role.tags),
    }
}

fn profile(dice: &mut Dice, world: &mut World, name: &str) -> String {
    let profile = world
        .iam
        .instance_profiles
        .get_mut(&Iam::key(name))
        .expect("it is there");
    if dice.percent(50) {
        return tag(dice, &mut profile.tags);
    }
    profile.role = match profile.role.take() {
        Some(_) => None,
        None => Some(
            world
                .iam
                .roles
                .values()
                .next()
                .map_or_else(String::new, |role| role.name.clone()),
        ),
    };
    "role".to_owned()
}

fn tag(dice: &mut Dice, tags: &mut rolewright::sandbox::Tags) -> String {
    let keys = tags.keys().filter(|key| !key.starts_with("rolewright:"));
    let keys: Vec<String> = keys.cloned().collect();
    let key = dice.maybe(70, &keys);
    match key {
        Some(key) if dice.percent(40) => {
            tags.remove(&key);
            format!("tags.{key}")
        }
        Some(key) => {
            tags.insert(key.clone(), "changed".to_owned());
            format!("tags.{key}")
        }
        None => {
            tags.insert("new".to_owned(), "tag".to_owned());
            "tags.new".to_owned()
        }
    }
}

fn user_policy(world: &mut World, name: &str) -> Option<String> {
    let mut users = world.iam.users.values_mut();
    let policy = users.find_map(|user| user.inline_policies.get_mut(name))?;
    *policy = with_statement(policy, allowed());
    Some("policy".to_owned())
}

/// The instance gets a profile that nobody has declared.
fn association(world: &mut World, address: &Address) -> String {
    let region = world
        .regions
        .get_mut("us-east-1")
        .expect("it has associations");
    let member = address.member.as_deref().expect("it is of an instance");
    let mut rows = region.associations.values_mut();
    let row = rows.find(|row| row.instance == member).expect("it has one");
    let other = "arn:aws:iam::123456789012:instance-profile/of-nobody";
    other.clone_into(&mut row.profile_arn);
    "AIPAOFNOBODYOFNOBODY2".clone_into(&mut row.profile_id);
    "instanceProfile".to_owned()
}

fn instance(world: &mut World, name: &str) -> String {
    let region = world
        .regions
        .get_mut("us-east-1")
        .expect("it has instances");
    let is_it = |tags: &rolewright::sandbox::Tags| {
        tags.get("rolewright:name").is_some_and(|own| own == name)
            && tags
                .get("rolewright:stack")
                .is_some_and(|stack| stack == STACK)
    };
    let mut instances = region.instances.values_mut();
    let instance = instances.find(|one| is_it(&one.tags)).expect("it is there");
    instance.metadata_options.http_put_response_hop_limit = 7;
    "metadataOptions.httpPutResponseHopLimit".to_owned()
}

fn allowed() -> Value {
    json!({ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:odd" })
}

fn with_statement(policy: &str, more: Value) -> String {
    let mut policy: Value = serde_json::from_str(policy).expect("it is JSON");
    let statement = policy["Statement"].take();
    let mut statements = match statement {
        Value::Array(statements) => statements,
        one => vec![one],
    };
    statements.push(more);
    policy["Statement"] = Value::Array(statements);
    policy.to_string()
}
