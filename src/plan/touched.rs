//! What of a declaration a plan touches: the resources that change, and what these refer to. Read again before a saved
//! plan runs, and read back after any.

use std::collections::BTreeSet;

use super::{Change, Plan, PlanOptions};
use crate::model::{Address, Desired, Ensure, Live, Resource};

/// The resources that the plan changes, with all that they refer to; orphans that it deletes as absent ones.
pub fn touched(plan: &Plan, desired: &Desired, live: &Live) -> Desired {
    let mut touched = desired.clone();
    for change in plan.effective().filter(|change| change.place.is_none()) {
        let address = change.address.clone();
        let orphan = || absent(change, live);
        touched.resources.entry(address).or_insert_with(orphan);
    }
    let wanted = with_references(plan.effective().map(|change| &change.address), &touched);
    touched
        .resources
        .retain(|address, _| wanted.contains(address));
    touched
}

/// The wishes with which what the plan touches is planned again: the targets are what it changes, and what it left out is not
/// there to be excluded.
pub fn wishes_again(plan: &Plan, wishes: &PlanOptions) -> PlanOptions {
    let mut again = wishes.clone();
    if !(wishes.targets.is_empty() && wishes.excludes.is_empty()) {
        let changed = plan.effective().map(|change| change.address.clone());
        again.targets = changed.collect();
        again.excludes.clear();
    }
    again
}

fn with_references<'a>(
    changed: impl Iterator<Item = &'a Address>,
    desired: &Desired,
) -> BTreeSet<Address> {
    let mut wanted = BTreeSet::new();
    let mut open: Vec<Address> = changed.cloned().collect();
    while let Some(address) = open.pop() {
        if wanted.insert(address.clone()) {
            let resource = desired.resources.get(&address).into_iter();
            let references = resource.flat_map(|resource| &resource.references);
            open.extend(references.map(|reference| reference.target.clone()));
        }
    }
    wanted
}

fn absent(change: &Change, live: &Live) -> Resource {
    let observed = live.resources.get(&change.address);
    Resource {
        region: observed.and_then(|observed| observed.facts.region.clone()),
        ..Resource::undeclared(&change.address, Ensure::Absent)
    }
}
