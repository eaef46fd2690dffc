//! A document read back by its kind: whether it declares what is there, what it leaves out, and what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Material;
use crate::diagnostic::Severity;
use crate::kinds::{self, Declared, FieldChange, Kind, Members, SpecProblem, Specification};
use crate::model::{Address, FieldPath, Observed, STACK_TAG, Value};
use crate::policy;

/// What a document says.
pub(super) struct Reading {
    /// What it does not say of its resources, one sentence each.
    pub(super) remarks: Vec<String>,
    /// The resources that AWS needs first.
    pub(super) references: BTreeSet<Address>,
}

/// Reads documents as a run of the stack would.
pub(super) struct Reader<'a> {
    pub(super) material: &'a Material<'a>,
    arns: BTreeMap<String, Address>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(material: &'a Material<'a>) -> Self {
        let arns = kinds::arns(material.setting, material.found);
        Self { material, arns }
    }

    /// What the document says of its resources; or why it cannot be read, one sentence each.
    pub(super) fn read(
        &self,
        kind: &dyn Kind,
        document: &Address,
        spec: &Json,
        members: &Members<'_>,
    ) -> Result<Reading, Vec<String>> {
        let Material { stack, setting, .. } = self.material;
        let specification = Specification {
            name: &document.name,
            spec,
            stack,
            stack_tags: &BTreeMap::new(),
            setting,
            arns: &self.arns,
        };
        let declared = kind.declare(&specification).map_err(told)?;
        let partition = setting.partition.name();
        let differing = members.iter().flat_map(|(address, observed)| {
            let declared = declared.iter().find(|one| one.address == **address);
            declared.map_or_else(Vec::new, |declared| {
                differing(kind, declared, observed, partition)
            })
        });
        let remarks = differing
            .map(|path| format!("`{path}` is not as it is in AWS: a manifest cannot say that."));
        let references = declared.iter().flat_map(|one| &one.references);
        Ok(Reading {
            remarks: remarks.collect(),
            references: references.map(|one| one.target.clone()).collect(),
        })
    }
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

/// The fields in which live and declared are not the same. Whose it is says the run, not the document.
fn differing<'a>(
    kind: &dyn Kind,
    declared: &'a Declared,
    observed: &'a Observed,
    partition: &str,
) -> Vec<&'a FieldPath> {
    let fields = kind.fields().iter();
    let compared: Vec<_> = fields
        .filter(|field| field.change != FieldChange::AtCreation)
        .map(|field| field.name)
        .collect();
    let (declared, observed) = (&declared.attributes, &observed.attributes);
    let paths: BTreeSet<&FieldPath> = declared.keys().chain(observed.keys()).collect();
    let paths = paths.into_iter();
    paths
        .filter(|path| compared.contains(&path.field) && !is_ours(path))
        .filter(|path| match (declared.get(path), observed.get(path)) {
            (Some(declared), Some(observed)) => !same(declared, observed, partition),
            _ => true,
        })
        .collect()
}

fn is_ours(path: &FieldPath) -> bool {
    path.field == kinds::tags::FIELD && path.member.as_deref() == Some(STACK_TAG)
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
