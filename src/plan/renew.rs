//! Instances whose role goes while their profile stays are associated anew: until they fetch new credentials, those
//! they have do not work. What running instances go through meanwhile is told in `gap`.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decisions;
use super::{Action, Change, PlanOptions, target};
use crate::kinds::{self, Renewal};
use crate::model::{Address, Desired, Ensure, Instance, Live, Observed, Value};

/// Turns associations that would be kept into ones that are made anew.
pub(super) fn renew(
    decisions: &mut Decisions,
    desired: &Desired,
    live: &Live,
    wishes: &PlanOptions,
) {
    let emptied = emptied(&decisions.changes);
    if emptied.is_empty() {
        return;
    }
    let deletions = decisions
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete);
    let deleted: BTreeSet<Address> = deletions.map(|change| change.address.clone()).collect();
    for change in &mut decisions.changes {
        let declared = desired.resources.get(&change.address);
        let wanted = declared.filter(|resource| resource.ensure == Ensure::Present);
        let observed = live.resources.get(&change.address);
        let (Some(resource), Some(observed)) = (wanted, observed) else {
            continue;
        };
        let using = used(observed).find_map(|target| emptied.get_key_value(target));
        let (Some((profile, role)), Some(id)) = (using, change.address.member.clone()) else {
            continue;
        };
        let state = observed.facts.instance_state.as_ref();
        // What the user has left out stays as it is.
        let excluded = target::is_excluded(&change.address, wishes);
        if change.action != Action::Keep || excluded || state.is_none_or(|state| state != "running")
        {
            continue;
        }
        let mut resource = resource.clone();
        resource.attributes.clone_from(&observed.attributes);
        change.action = Action::Update;
        change.reasons.push(format!(
            "{profile} loses {role}; associated anew it fetches new credentials at once"
        ));
        change.instances = vec![Instance {
            id,
            state: state.cloned(),
            region: resource.region.clone(),
        }];
        let renewal = if deleted.contains(role) {
            Renewal::Before(role.clone())
        } else {
            Renewal::PutBack
        };
        decisions.renewed.insert(change.address.clone(), renewal);
        decisions.resolved.insert(change.address.clone(), resource);
    }
}

/// The resources that serve instances, stay, and lose what goes in this plan, with what they lose.
fn emptied(changes: &[Change]) -> BTreeMap<Address, Address> {
    let goes = |change: &&Change| matches!(change.action, Action::Replace | Action::Delete);
    let going: BTreeSet<&Address> = changes
        .iter()
        .filter(goes)
        .map(|change| &change.address)
        .collect();
    let mut emptied = BTreeMap::new();
    for change in changes
        .iter()
        .filter(|change| change.action == Action::Update)
    {
        if !kinds::find(change.address.kind).serves_instances() {
            continue;
        }
        for edit in &change.edits {
            if let (Some(Value::Link(before)), Some(_)) = (&edit.before, &edit.after)
                && let Some(role) = before.target.as_ref().filter(|role| going.contains(role))
            {
                emptied.insert(change.address.clone(), role.clone());
            }
        }
    }
    emptied
}

fn used(observed: &Observed) -> impl Iterator<Item = &Address> {
    observed
        .references
        .iter()
        .map(|reference| &reference.target)
}
