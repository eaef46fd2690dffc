//! The least policy for the identity that runs us: what the kinds ask for, put together into few statements. Pure; where
//! it is printed, and for whom, is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::kinds::{self, Grant, GrantRequest, Purpose};
use crate::model::{AwsScope, Desired, Ensure};

/// A policy, and what it lacks because nobody knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Permissions {
    /// The document, as IAM takes it.
    pub document: Value,
    /// What has to be added by hand: one sentence each.
    pub missing: Vec<String>,
}

/// A statement in the making.
#[derive(Default)]
struct Merged {
    actions: BTreeSet<&'static str>,
    resources: BTreeSet<String>,
}

/// What the conditions of a statement are.
type Conditions = BTreeMap<(&'static str, String), Vec<String>>;

/// What a stack needs: grants of one name and one condition are one statement.
pub fn permissions(desired: &Desired, setting: &AwsScope, purpose: Purpose) -> Permissions {
    let mut statements: BTreeMap<(&'static str, Conditions), Merged> = BTreeMap::new();
    for grant in grants(desired, setting, purpose) {
        let Grant {
            name,
            actions,
            resources,
            conditions,
        } = grant;
        let merged = statements.entry((name, conditions)).or_default();
        merged.actions.extend(actions);
        merged.resources.extend(resources);
    }
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let statements = statements.into_iter().map(|((name, conditions), merged)| {
        let number = used.entry(name).or_default();
        *number += 1;
        let sid = match *number {
            1 => name.to_owned(),
            number => format!("{name}{number}"),
        };
        statement(&sid, &conditions, merged)
    });
    Permissions {
        document: json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() }),
        missing: if purpose == Purpose::Apply {
            missing(desired)
        } else {
            Vec::new()
        },
    }
}

/// What the resources ask for; and where the stack prunes, what it owns without declaring it.
fn grants(desired: &Desired, setting: &AwsScope, purpose: Purpose) -> Vec<Grant> {
    let asked = GrantRequest {
        desired,
        setting,
        purpose,
    };
    let resources = desired.resources.values();
    let declared =
        resources.flat_map(|resource| kinds::find(resource.address.kind).grants(resource, &asked));
    let pruned = kinds::ALL.iter().filter(|_| desired.stack.prune);
    let owned = pruned.flat_map(|kind| kind.grants_for_owned(&asked));
    declared.chain(owned).collect()
}

fn statement(sid: &str, conditions: &Conditions, merged: Merged) -> Value {
    let Merged { actions, resources } = merged;
    let mut statement = Map::new();
    statement.insert("Sid".to_owned(), sid.into());
    statement.insert("Effect".to_owned(), "Allow".into());
    statement.insert(
        "Action".to_owned(),
        one_or_many(actions.into_iter().map(str::to_owned)),
    );
    statement.insert("Resource".to_owned(), one_or_many(resources.into_iter()));
    if !conditions.is_empty() {
        let mut block: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((operator, key), values) in conditions {
            let values = one_or_many(values.iter().cloned());
            block
                .entry(operator)
                .or_default()
                .insert(key.clone(), values);
        }
        statement.insert("Condition".to_owned(), json!(block));
    }
    Value::Object(statement)
}

fn one_or_many(texts: impl Iterator<Item = String>) -> Value {
    let texts: Vec<String> = texts.collect();
    match texts.as_slice() {
        [only] => only.as_str().into(),
        many => many.into(),
    }
}

/// What the kinds cannot say, in the order of resources.
fn missing(desired: &Desired) -> Vec<String> {
    let resources = desired.resources.values();
    let present = resources.filter(|one| one.ensure == Ensure::Present);
    present
        .flat_map(|one| kinds::find(one.address.kind).unknown_grants(one, desired))
        .collect()
}
