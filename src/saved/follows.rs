//! Whether what a saved plan would run is what follows from what it shows: planned again, from the declaration that it holds
//! and from what it found. So nobody can hide a call behind a harmless change.

use std::collections::BTreeMap;

use super::SavedPlan;
use crate::model::{Action, Address, FieldPath, Live, Value};
use crate::plan::{self, Plan};

/// Whether the changes and the steps are those that the declaration takes. That AWS is still as it was found has to be made
/// sure of before: what the file says it found is believed here.
pub fn follows(saved: &SavedPlan, live: &Live) -> bool {
    let found = as_found(saved, live);
    let wishes = plan::wishes_again(&saved.plan, &saved.wishes);
    let again = plan::plan(&saved.desired, &found, &wishes);
    let same =
        |again: &Plan| changes(again) == changes(&saved.plan) && again.steps == saved.plan.steps;
    again.is_ok_and(|again| same(&again))
}

/// Live state as it was seen when the plan was made: an expected transition since then makes no other plan.
pub(super) fn as_found(saved: &SavedPlan, live: &Live) -> Live {
    let mut found = live.clone();
    found.caller = saved.plan.caller.clone();
    for (address, before) in &saved.before {
        match &before.observed {
            Some(observed) => drop(found.resources.insert(address.clone(), observed.clone())),
            None => drop(found.resources.remove(address)),
        }
    }
    found
}

/// What changes, in which way, field by field.
pub(super) type Changes<'a> = BTreeMap<&'a Address, (Action, BTreeMap<&'a FieldPath, Values<'a>>)>;
type Values<'a> = (Option<&'a Value>, Option<&'a Value>);

pub(super) fn changes(plan: &Plan) -> Changes<'_> {
    plan.effective()
        .map(|change| {
            let edits = change.edits.iter();
            let edits = edits.map(|edit| (&edit.path, (edit.before.as_ref(), edit.after.as_ref())));
            (&change.address, (change.action, edits.collect()))
        })
        .collect()
}
