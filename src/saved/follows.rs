//! Whether what a saved plan would run is what follows from what it shows: planned again, from the declaration that it holds
//! and from what it found. So nobody can hide a call behind a harmless change.

use std::collections::{BTreeMap, BTreeSet};

use super::SavedPlan;
use crate::access::AccessDiff;
use crate::model::{Action, Address, FieldPath, Live, Value};
use crate::plan::{self, Change, Plan, Risk, RiskFlag};

/// Whether the changes and the steps are those that the declaration takes. That AWS is still as it was found has to be made
/// sure of before: what the file says it found is believed here.
pub fn follows(saved: &SavedPlan, live: &Live) -> bool {
    let found = as_found(saved, live);
    let wishes = plan::wishes_again(&saved.plan, &saved.wishes);
    let again = plan::plan(&saved.desired, &found, &wishes);
    let same = |again: &Plan| {
        changes(again) == changes(&saved.plan)
            && again.steps == saved.plan.steps
            && meanings(again) == meanings(&saved.plan)
            && names_all_instances(&saved.plan, again)
    };
    again.is_ok_and(|again| same(&again))
}

/// What the changes mean for access, which a reviewer has read.
fn meanings(plan: &Plan) -> BTreeMap<&Address, (Risk, &BTreeSet<RiskFlag>, Option<&AccessDiff>)> {
    plan.effective()
        .map(|change| {
            let meaning = (change.risk, &change.alarms, change.access.as_deref());
            (&change.address, meaning)
        })
        .collect()
}

/// Whether no instance is left out whose credentials are touched, as far as it is read again which ones use what.
fn names_all_instances(saved: &Plan, again: &Plan) -> bool {
    let named = |change: &Change| -> BTreeSet<String> {
        let gap = change.gap.iter().flat_map(|gap| &gap.instances);
        let instances = change.instances.iter().chain(gap);
        instances.map(|instance| instance.id.clone()).collect()
    };
    let saved: BTreeMap<_, _> = saved
        .effective()
        .map(|change| (&change.address, (named(change), change.gap.is_some())))
        .collect();
    again.effective().all(|change| {
        let shown = saved.get(&change.address);
        shown.is_some_and(|(ids, has_gap)| {
            named(change).is_subset(ids) && (*has_gap || change.gap.is_none())
        })
    })
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
