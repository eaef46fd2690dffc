//! When running instances are without credentials, because AWS lets nothing take the place of what they use before
//! that is gone. Whose credentials a change touches at all is found in `blast`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Action, Change, Edit};
use crate::kinds;
use crate::model::{Address, Instance, Value};

/// What running instances have to do without while a change is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gap {
    /// What they lack, and for how long: a sentence about "them", without its full stop.
    pub meaning: String,
    /// The instances, by id.
    pub instances: Vec<Instance>,
}

/// IAM user guide, "Use instance profiles": a role that is taken out of a profile is noticed late.
const EMPTIED: &str = "they get no credentials any more once EC2 notices, which takes up to one hour; those of a role that is deleted stop working at once";

/// Adds its gap to every change that has one.
pub(super) fn mark(changes: &mut [Change]) {
    let gaps: Vec<Option<Gap>> = changes.iter().map(|change| gap(change, changes)).collect();
    for (change, gap) in changes.iter_mut().zip(gaps) {
        change.gap = gap;
    }
}

fn gap(change: &Change, all: &[Change]) -> Option<Gap> {
    let kind = kinds::find(change.address.kind);
    let paths: Vec<_> = change.edits.iter().map(|edit| &edit.path).collect();
    let exchanged = exchanged(change);
    let own = match change.action {
        Action::Replace => kind.gap(Action::Replace, &paths),
        Action::Update if empties(change) => Some(EMPTIED),
        Action::Update if !exchanged.is_empty() => kind.gap(Action::Update, &paths),
        _ => None,
    }?;
    let mut going = all
        .iter()
        .filter(|other| other.action == Action::Delete && exchanged.contains(&&other.address));
    let worst = going.find_map(|other| kinds::find(other.address.kind).gap(Action::Delete, &[]));
    let instances = at_risk(change, all);
    (!instances.is_empty()).then(|| Gap {
        meaning: worst.unwrap_or(own).to_owned(),
        instances,
    })
}

/// Whether a change takes away what instances had their credentials from, and puts nothing in its place.
pub(super) fn empties(change: &Change) -> bool {
    let serves = kinds::find(change.address.kind).serves_instances();
    let is_emptied =
        |edit: &Edit| matches!((&edit.before, &edit.after), (Some(Value::Link(_)), None));
    serves && change.edits.iter().any(is_emptied)
}

/// What a change lets go of in favour of something else. What came back under its name is broken already: nothing is
/// lost by putting it right.
fn exchanged(change: &Change) -> Vec<&Address> {
    let edits = change.edits.iter();
    let links = edits.filter_map(|edit| match (&edit.before, &edit.after) {
        (Some(Value::Link(before)), Some(Value::Link(after))) if before.name != after.name => {
            before.target.as_ref()
        }
        _ => None,
    });
    links.collect()
}

/// The instances that run, or may, and that the plan does not move to something else.
fn at_risk(change: &Change, all: &[Change]) -> Vec<Instance> {
    let moved = moved(all);
    let instances = change.instances.iter().filter(|instance| {
        let state = instance.state.as_deref();
        let runs = state.is_none_or(|state| matches!(state, "running" | "pending"));
        let stays = moved
            .get(instance.id.as_str())
            .is_none_or(|to| *to == Some(&change.address));
        runs && stays
    });
    instances.cloned().collect()
}

/// The instances that get another profile, with what they get; those that lose theirs have nothing.
fn moved(all: &[Change]) -> BTreeMap<&str, Option<&Address>> {
    let mut moved = BTreeMap::new();
    for change in all.iter().filter(|change| change.action != Action::Keep) {
        let Some(member) = change.address.member.as_deref() else {
            continue;
        };
        for edit in &change.edits {
            let after = match &edit.after {
                Some(Value::Link(link)) => link.target.as_ref(),
                _ => None,
            };
            let before = match &edit.before {
                Some(Value::Link(link)) => link.target.as_ref(),
                _ => None,
            };
            // One that gets the same name back is not moved away.
            if before != after {
                moved.insert(member, after);
            }
        }
    }
    moved
}
