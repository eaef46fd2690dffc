//! A plan for programs: the form that it has in a saved file, and beside it what can be derived from it. A key keeps its
//! meaning within a format version; new ones may come.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use super::review::{Review, Stamp};
use super::scene::Policy;
use super::words::ACTIONS;
use crate::access::{Direction, sentence};
use crate::diagnostic::{Diagnostic, Problems};
use crate::findings::Finding;
use crate::model::{Action, Address, FieldPath, Value};
use crate::plan::{Change, Counts, Edit, Plan, Risk};

/// The version of the form, not of the tool.
pub(super) const FORMAT_VERSION: u32 = 2;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format_version: u32,
    #[serde(flatten)]
    plan: &'a Plan,
    has_changes: bool,
    /// Every action, those that do not occur too.
    counts: Counts,
    risks: BTreeMap<Risk, usize>,
    instances_affected: BTreeSet<&'a str>,
    access_changes: Vec<AccessSentence<'a>>,
    policy_changes: Vec<EditedPolicy<'a>>,
    #[serde(flatten)]
    review: Option<Remarks<'a>>,
}

/// What is said of a plan beside its changes.
#[derive(Serialize)]
struct Remarks<'a> {
    refusals: &'a [Diagnostic],
    warnings: &'a Problems,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<Stamp<'a>>,
}

/// What a change gives or takes, in words.
#[derive(Serialize)]
struct AccessSentence<'a> {
    address: &'a Address,
    direction: Direction,
    sentence: String,
}

/// How a policy changes, statement by statement.
#[derive(Serialize)]
struct EditedPolicy<'a> {
    address: &'a Address,
    path: &'a FieldPath,
    #[serde(flatten)]
    change: Policy<'a>,
}

/// The whole plan.
pub fn plan_json(plan: &Plan) -> Json {
    document(plan, None)
}

/// The plan with all that is said of it.
pub fn review_json(review: &Review<'_>) -> Json {
    let Review {
        plan,
        warnings,
        findings,
        refusals,
        destroy: _,
        stamp,
    } = *review;
    let remarks = Remarks {
        refusals,
        warnings,
        findings,
        saved: stamp,
    };
    document(plan, Some(remarks))
}

fn document(plan: &Plan, review: Option<Remarks<'_>>) -> Json {
    let counts = plan.counts();
    let number = |action: Action| (action, counts.get(&action).copied().unwrap_or_default());
    let instances = plan.effective().flat_map(|change| &change.instances);
    let partition = plan.setting.partition.name();
    let document = Document {
        format_version: FORMAT_VERSION,
        plan,
        has_changes: !plan.is_empty(),
        counts: ACTIONS
            .map(|(action, _)| number(action))
            .into_iter()
            .chain([number(Action::Keep)])
            .collect(),
        risks: plan.risks(),
        instances_affected: instances.map(|one| one.id.as_str()).collect(),
        access_changes: plan.changes.iter().flat_map(access).collect(),
        policy_changes: (plan.changes.iter())
            .flat_map(|change| policies(change, partition))
            .collect(),
        review,
    };
    // Plain data with text for keys: there is nothing in it that JSON cannot hold.
    serde_json::to_value(document).unwrap_or_default()
}

fn access(change: &Change) -> impl Iterator<Item = AccessSentence<'_>> {
    let sides = change.access.iter().flat_map(|diff| {
        [
            (Direction::Gained, &diff.gained),
            (Direction::Lost, &diff.lost),
        ]
    });
    sides.flat_map(move |(direction, all)| {
        all.iter().map(move |one| AccessSentence {
            address: &change.address,
            direction,
            sentence: sentence(one, direction),
        })
    })
}

fn policies<'a>(
    change: &'a Change,
    partition: &'a str,
) -> impl Iterator<Item = EditedPolicy<'a>> + use<'a> {
    change.edits.iter().filter_map(move |edit| {
        Some(EditedPolicy {
            address: &change.address,
            path: &edit.path,
            change: edited_policy(edit, partition)?,
        })
    })
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
