//! Whether what a saved plan would run is what follows from what it shows: planned again, from the declaration that it holds
//! and from AWS as it is now. So nobody can hide a call behind a harmless change.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::SavedPlan;
use super::before::canonical;
use crate::model::{Action, Address, FieldPath, Live};
use crate::plan::{self, Change, Plan};
use crate::policy::{self, Document};

/// Whether the steps are those that the changes take. Nothing that the plan touches may have moved.
pub fn follows(saved: &SavedPlan, live: &Live) -> bool {
    let live = as_seen(saved, live);
    let wishes = plan::wishes_again(&saved.plan, &saved.wishes);
    let again = plan::plan(&saved.desired, &live, &wishes);
    let partition = live.setting.partition.name();
    let same = |again: &Plan| {
        changes(again, partition) == changes(&saved.plan, partition)
            && steps(again, partition) == steps(&saved.plan, partition)
    };
    again.is_ok_and(|again| same(&again))
}

/// What is there, with the eyes of whoever planned: what was not known then is no part of the plan.
fn as_seen(saved: &SavedPlan, live: &Live) -> Live {
    let mut seen = live.clone();
    seen.caller = saved.plan.caller.clone();
    for (address, before) in &saved.before {
        let unknown = before.observed.iter().flat_map(|found| &found.unknown);
        if let Some(observed) = seen.resources.get_mut(address) {
            observed.unknown.extend(unknown.cloned());
        }
    }
    seen
}

/// What changes, in which way, and to what, field by field. What was there before is looked at apart from this.
type Changes<'a> = BTreeMap<&'a Address, (Action, BTreeMap<&'a FieldPath, String>)>;

fn changes<'a>(plan: &'a Plan, partition: &str) -> Changes<'a> {
    let edits = |change: &'a Change| {
        let edits = change.edits.iter();
        edits.map(|edit| {
            let after = edit.after.as_ref();
            let after = after.map_or_else(String::new, |value| canonical(value, partition));
            (&edit.path, after)
        })
    };
    plan.effective()
        .map(|change| (&change.address, (change.action, edits(change).collect())))
        .collect()
}

/// The steps with policies in canonical form: AWS may give the same policy in another order each time.
fn steps(plan: &Plan, partition: &str) -> Json {
    let mut steps = serde_json::to_value(&plan.steps).unwrap_or_default();
    settle(&mut steps, partition);
    steps
}

fn settle(json: &mut Json, partition: &str) {
    match json {
        Json::String(text) if text.starts_with('{') => {
            *text = policy::canonical(&Document::observed(text), partition);
        }
        Json::Array(items) => items.iter_mut().for_each(|item| settle(item, partition)),
        Json::Object(fields) => fields
            .values_mut()
            .for_each(|field| settle(field, partition)),
        Json::String(_) | Json::Number(_) | Json::Bool(_) | Json::Null => {}
    }
}
