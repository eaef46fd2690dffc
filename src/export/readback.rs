//! A document read back by its kind: whether it declares what is there, and what it leaves out.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Material;
use crate::diagnostic::Severity;
use crate::kinds::{Declared, FieldChange, Kind, SpecProblem, Specification};
use crate::model::{Address, FieldPath, NAME_TAG, Observed, STACK_TAG, Value};
use crate::policy;

/// What the document does not say of its resources; or why it cannot be read, one sentence each.
pub(super) fn read(
    material: &Material<'_>,
    kind: &dyn Kind,
    document: &Address,
    spec: &Json,
    members: &BTreeMap<&Address, &Observed>,
) -> Result<Vec<String>, Vec<String>> {
    let (tags, arns) = (BTreeMap::new(), BTreeMap::new());
    let specification = Specification {
        name: &document.name,
        spec,
        stack: material.stack,
        stack_tags: &tags,
        setting: material.setting,
        arns: &arns,
    };
    let declared = kind.declare(&specification).map_err(told)?;
    let partition = material.setting.partition.name();
    let differing = members.iter().flat_map(|(address, observed)| {
        let declared = declared.iter().find(|one| one.address == **address);
        declared.map_or_else(Vec::new, |declared| {
            differing(kind, declared, observed, partition)
        })
    });
    Ok(differing
        .map(|path| format!("`{path}` is not as it is in AWS: a manifest cannot say that."))
        .collect())
}

fn told(problems: Vec<SpecProblem>) -> Vec<String> {
    let errors = problems.into_iter();
    let errors = errors.filter(|problem| problem.severity == Severity::Error);
    errors
        .map(|problem| {
            format!(
                "{}: {}",
                problem.pointer.trim_start_matches('/'),
                problem.message
            )
        })
        .collect()
}

/// The fields in which live and declared are not the same. The tags that the tool sets are no part of it.
fn differing<'a>(
    kind: &dyn Kind,
    declared: &'a Declared,
    observed: &'a Observed,
    partition: &str,
) -> Vec<&'a FieldPath> {
    let fields = kind.fields().iter();
    let compared: Vec<&str> = fields
        .filter(|field| field.change != FieldChange::AtCreation)
        .map(|field| field.name)
        .collect();
    let is_compared = |path: &&FieldPath| compared.contains(&path.field.as_str()) && !is_ours(path);
    let mut paths: Vec<&FieldPath> = declared
        .attributes
        .keys()
        .chain(observed.attributes.keys())
        .filter(is_compared)
        .filter(|path| {
            match (
                declared.attributes.get(*path),
                observed.attributes.get(*path),
            ) {
                (Some(declared), Some(observed)) => !same(declared, observed, partition),
                // What is not declared of a field that is left out is not managed by some kinds; they leave it out.
                _ => true,
            }
        })
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn is_ours(path: &FieldPath) -> bool {
    matches!(path.member.as_deref(), Some(STACK_TAG | NAME_TAG))
}

fn same(declared: &Value, observed: &Value, partition: &str) -> bool {
    match (declared, observed) {
        (Value::Policy(declared), Value::Policy(observed)) => {
            policy::same(declared, observed, partition)
        }
        (Value::Link(declared), Value::Link(observed)) => declared.name == observed.name,
        (declared, observed) => declared == observed,
    }
}
