//! Field by field: what differs between a resource as declared and as it is. Which action the differences
//! amount to is decided in `decide`.

use std::collections::BTreeMap;

use super::Edit;
use crate::kinds::{Field, FieldChange, Kind, Letters};
use crate::model::{Attributes, FieldName, FieldPath, Link, Mode, Observed, Resource, Value};
use crate::policy;

/// The differences, and what stays although it is not declared.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Comparison {
    pub edits: Vec<Edit>,
    pub kept: BTreeMap<FieldPath, Value>,
}

/// Compares an existing resource with its declaration, whose links are already resolved.
pub(super) fn compare(
    kind: &dyn Kind,
    desired: &Resource,
    observed: &Observed,
    partition: &str,
) -> Comparison {
    let mut comparison = Comparison::default();
    let is_compared = |field: &&Field| {
        field.change != FieldChange::AtCreation && !observed.unknown.contains(&field.name)
    };
    for field in kind.fields().iter().filter(is_compared) {
        let live = under_declared_names(field, &desired.attributes, &observed.attributes);
        for (path, after) in of_field(&desired.attributes, field.name) {
            let before = live.get(path).copied();
            let fulfilled = |before: &Value| {
                same(before, after, partition) || kind.exceeds(path, before, after)
            };
            if !before.is_some_and(fulfilled) {
                comparison
                    .edits
                    .push(edit(field, path, before, Some(after), desired));
            }
        }
        for (path, before) in &live {
            if desired.attributes.contains_key(path) {
                continue;
            }
            if stays(kind, desired, field, path) {
                comparison.kept.insert(path.clone(), (*before).clone());
            } else {
                comparison
                    .edits
                    .push(edit(field, path, Some(before), None, desired));
            }
        }
    }
    comparison
}

/// Everything a new resource has.
pub(super) fn created(kind: &dyn Kind, desired: &Resource) -> Vec<Edit> {
    let fields = kind.fields().iter();
    fields
        .flat_map(|field| {
            of_field(&desired.attributes, field.name).map(move |(path, after)| Edit {
                forces_replacement: false,
                ..edit(field, path, None, Some(after), desired)
            })
        })
        .collect()
}

/// Everything a deleted resource loses.
pub(super) fn deleted(kind: &dyn Kind, observed: &Observed) -> Vec<Edit> {
    let fields = kind.fields().iter();
    fields
        .flat_map(|field| of_field(&observed.attributes, field.name))
        .map(|(path, before)| Edit {
            path: path.clone(),
            before: Some(before.clone()),
            after: None,
            forces_replacement: false,
            place: None,
        })
        .collect()
}

fn of_field(
    attributes: &Attributes,
    field: FieldName,
) -> impl Iterator<Item = (&FieldPath, &Value)> {
    attributes
        .iter()
        .filter(move |(path, _)| path.field == field)
}

/// The live members of a field. Where letter case does not matter, they go by the names declared.
fn under_declared_names<'a>(
    field: &Field,
    desired: &Attributes,
    observed: &'a Attributes,
) -> BTreeMap<FieldPath, &'a Value> {
    let declared = |path: &FieldPath| match field.letters {
        Letters::Distinct => path.clone(),
        Letters::Folded => of_field(desired, field.name)
            .map(|(declared, _)| declared)
            .find(|declared| folded(declared) == folded(path))
            .unwrap_or(path)
            .clone(),
    };
    of_field(observed, field.name)
        .map(|(path, value)| (declared(path), value))
        .collect()
}

fn folded(path: &FieldPath) -> Option<String> {
    path.member.as_deref().map(str::to_lowercase)
}

fn stays(kind: &dyn Kind, desired: &Resource, field: &Field, path: &FieldPath) -> bool {
    let mode = desired.modes.get(&field.name).copied().unwrap_or_default();
    mode != Mode::Exclusive || kind.never_prunes(path)
}

fn edit(
    field: &Field,
    path: &FieldPath,
    before: Option<&Value>,
    after: Option<&Value>,
    desired: &Resource,
) -> Edit {
    Edit {
        path: path.clone(),
        before: before.cloned(),
        after: after.cloned(),
        forces_replacement: field.change == FieldChange::Replace,
        place: desired.places.get(path).cloned(),
    }
}

/// Whether two values mean the same. Policies by meaning; links by name and, where both are known, by id.
fn same(before: &Value, after: &Value, partition: &str) -> bool {
    match (before, after) {
        (Value::Policy(before), Value::Policy(after)) => policy::same(before, after, partition),
        (Value::Link(before), Value::Link(after)) => same_link(before, after),
        (before, after) => before == after,
    }
}

fn same_link(before: &Link, after: &Link) -> bool {
    let Link {
        name,
        id,
        target: _,
    } = before;
    let ids_agree = match (id, &after.id) {
        (Some(before), Some(after)) => before == after,
        _ => true,
    };
    *name == after.name && ids_agree
}
