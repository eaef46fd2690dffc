//! Which policies are to be judged: those that a plan changes, or all that are declared.

use crate::analyzer::PolicyType;
use crate::cli::plan::Planned;
use crate::diagnostic::Place;
use crate::kinds::{self, Access};
use crate::model::{Address, Desired, Ensure, FieldPath, Value};
use crate::policy::Document;

/// One policy.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    /// Whose.
    pub address: &'a Address,
    /// Which of its fields.
    pub path: &'a FieldPath,
    /// What it is for.
    pub policy_type: PolicyType,
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
            policy_type: policy_type(&change.address, &edit.path)?,
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
    let fields = present.flat_map(|resource| {
        let fields = resource.attributes.iter();
        fields.map(move |(path, value)| (resource, path, value))
    });
    let subjects = fields.filter_map(|(resource, path, value)| {
        Some(Subject {
            address: &resource.address,
            path,
            policy_type: policy_type(&resource.address, path)?,
            before: None,
            after: value.as_policy()?,
            owner: Some(&resource.place),
            place: resource.places.get(path),
        })
    });
    subjects.collect()
}

fn policy_type(address: &Address, path: &FieldPath) -> Option<PolicyType> {
    match kinds::field(address.kind, path.field)?.access {
        Access::Trust => Some(PolicyType::Trust),
        Access::Permissions => Some(PolicyType::Identity),
        Access::Denial => Some(PolicyType::Bucket),
        Access::None
        | Access::ManagedPolicies
        | Access::Boundary
        | Access::SessionDuration
        | Access::Holder => None,
    }
}
