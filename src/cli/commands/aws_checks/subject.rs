//! Which policies are to be judged: those that a plan changes, or all that are declared.

use crate::diagnostic::Place;
use crate::kinds::{self, Access};
use crate::model::{Address, Desired, Ensure, FieldPath, Value};
use crate::policy::{Document, PolicyPurpose};
use crate::run::Planned;

#[derive(Debug)]
pub(super) struct Subject<'a> {
    /// Whose.
    pub address: &'a Address,
    /// Which of its fields.
    pub path: &'a FieldPath,
    /// What it is for.
    pub purpose: PolicyPurpose,
    /// What is there now, where this takes its place.
    pub before: Option<&'a Document>,
    /// The policy.
    pub after: &'a Document,
    /// Where its owner is declared.
    pub owner: Option<&'a Place>,
    /// Where it begins.
    pub place: Option<&'a Place>,
}

/// The policies that a plan changes, in its order.
pub(super) fn changed(planned: &Planned) -> Vec<Subject<'_>> {
    let changes = planned.plan.effective();
    let edits = changes.flat_map(|change| change.edits.iter().map(move |edit| (change, edit)));
    let subjects = edits.filter_map(|(change, edit)| {
        Some(Subject {
            address: &change.address,
            path: &edit.path,
            purpose: purpose(&change.address, &edit.path)?,
            before: edit.before.as_ref().and_then(Value::as_policy),
            after: edit.after.as_ref().and_then(Value::as_policy)?,
            owner: change.place.as_ref(),
            place: edit.place.as_ref(),
        })
    });
    subjects.collect()
}

/// The policies that shall be there.
pub(super) fn declared(desired: &Desired) -> Vec<Subject<'_>> {
    let resources = desired.resources.values();
    let present = resources.filter(|resource| resource.ensure == Ensure::Present);
    let subjects = present.flat_map(|resource| {
        let view = kinds::find(resource.address.kind).access_view(&resource.attributes);
        let policies = view.policies.into_iter();
        policies.map(|policy| Subject {
            address: &resource.address,
            path: policy.path,
            purpose: policy.purpose,
            before: None,
            after: policy.document,
            owner: Some(&resource.place),
            place: resource.places.get(policy.path),
        })
    });
    subjects.collect()
}

fn purpose(address: &Address, path: &FieldPath) -> Option<PolicyPurpose> {
    match kinds::find(address.kind).access(path) {
        Access::Policy(purpose) => Some(purpose),
        _ => None,
    }
}
