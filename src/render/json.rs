//! A plan for programs: the form that it has in a saved file, and beside it what can be derived from it. A key keeps its
//! meaning within a format version; new ones may come.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::review::Review;
use super::scene::Policy;
use super::words::ACTIONS;
use crate::access::{Direction, sentence};
use crate::model::{Action, Value};
use crate::plan::{Change, Edit, Plan};

/// The version of the form, not of the tool.
pub(super) const FORMAT_VERSION: u32 = 2;

/// The whole plan, with counts of every action, sentences about access, and how policies change statement by statement.
pub fn plan_json(plan: &Plan) -> Json {
    let mut counts: BTreeMap<Action, usize> = ACTIONS.map(|(action, _)| (action, 0)).into();
    counts.insert(Action::Keep, 0);
    counts.extend(plan.counts());
    let instances = plan.effective().flat_map(|change| &change.instances);
    let ids: BTreeSet<&str> = instances.map(|one| one.id.as_str()).collect();
    let partition = plan.setting.partition.name();
    let changes = || plan.changes.iter();
    let policies = changes().flat_map(|change| policies(change, partition));
    let derived = json!({
        "hasChanges": !plan.is_empty(),
        "counts": counts,
        "risks": plan.risks(),
        "instancesAffected": ids,
        "accessChanges": changes().flat_map(sentences).collect::<Vec<_>>(),
        "policyChanges": policies.collect::<Vec<_>>(),
    });
    merged([
        json!({ "formatVersion": FORMAT_VERSION }),
        json!(plan),
        derived,
    ])
}

/// The plan with all that is said of it.
pub fn review_json(review: &Review<'_>) -> Json {
    let Review {
        plan,
        warnings,
        findings,
        refusals,
        destroy: _,
        endpoint,
        stamp,
    } = review;
    let elsewhere = endpoint.map_or_else(|| json!({}), |url| json!({ "endpoint": url }));
    let beside = json!({ "refusals": refusals, "warnings": warnings, "findings": findings });
    let saved = stamp.map_or_else(|| json!({}), |stamp| json!({ "saved": stamp }));
    merged([plan_json(plan), elsewhere, beside, saved])
}

/// The members of all of them, in their order.
fn merged<const N: usize>(objects: [Json; N]) -> Json {
    let members = objects.into_iter().filter_map(|one| match one {
        Json::Object(members) => Some(members),
        _ => None,
    });
    Json::Object(members.flatten().collect())
}

/// What a change gives and takes, in words.
fn sentences(change: &Change) -> Vec<Json> {
    let Some(diff) = &change.access else {
        return Vec::new();
    };
    let gained = diff.gained.iter().map(|one| (Direction::Gained, one));
    let lost = diff.lost.iter().map(|one| (Direction::Lost, one));
    let sentence = |(direction, one)| {
        json!({
            "address": change.address,
            "direction": direction,
            "sentence": sentence(one, direction),
        })
    };
    gained.chain(lost).map(sentence).collect()
}

fn policies(change: &Change, partition: &str) -> Vec<Json> {
    let changed = change.edits.iter().filter_map(|edit| {
        let place = json!({ "address": change.address, "path": edit.path });
        Some(merged([place, json!(edited_policy(edit, partition)?)]))
    });
    changed.collect()
}

/// How the policy of an edit changes, where it is one before and after.
pub(super) fn edited_policy<'a>(edit: &'a Edit, partition: &str) -> Option<Policy<'a>> {
    match (&edit.before, &edit.after) {
        (Some(Value::Policy(before)), Some(Value::Policy(after))) => {
            Some(Policy::changed(before, after, partition))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
