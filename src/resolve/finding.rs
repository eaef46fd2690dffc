//! Findings of one document: what rules say about each of its policies, with the file and line of the very statement.

use std::collections::BTreeSet;

use super::located::{Located, from_root};
use crate::findings::{DocumentSubject, Finding, Found, RoleSubject, in_document, in_role, rule};
use crate::kinds::{self, Access, Declared, Kind, SpecProblem};
use crate::model::{Address, AwsScope, Desired, Ensure, FieldPath, Value, field};
use crate::policy::Usage;

/// What rules find in the policies of a resource.
pub(super) fn in_policies(
    declared: &Declared,
    kind: &dyn Kind,
    located: &Located<'_>,
    setting: &AwsScope,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, value) in &declared.attributes {
        let (Value::Policy(document), Some(usage)) = (value, usage(kind, path)) else {
            continue;
        };
        let subject = DocumentSubject {
            document,
            usage,
            account: &setting.account,
            partition: setting.partition.name(),
        };
        let pointer = declared.pointers.get(path).map_or("", String::as_str);
        findings.extend(in_document(&subject).into_iter().map(|found| {
            let place = located.at(&from_root(&format!("{pointer}{}", found.pointer)));
            Finding::new(found, &declared.address, path, place)
        }));
    }
    findings
}

fn usage(kind: &dyn Kind, path: &FieldPath) -> Option<Usage> {
    match kinds::field(kind.name(), path.field)?.access {
        Access::Trust => Some(Usage::Trust),
        Access::Permissions => Some(Usage::Identity),
        Access::Denial => Some(Usage::Resource),
        _ => None,
    }
}

/// A kind's warning as a finding, where there is a rule of its code.
pub(super) fn of_warning(
    problem: &SpecProblem,
    declared: &Declared,
    located: &Located<'_>,
) -> Option<Finding> {
    let found = Found {
        id: rule(&problem.code)?.id,
        pointer: String::new(),
        message: problem.message.clone(),
        fix: problem.hint.clone().unwrap_or_default(),
    };
    let mut steps = problem.pointer.split('/').skip(1);
    let field = steps.next().and_then(|step| step.parse().ok());
    let field = FieldPath::new(field.unwrap_or(field::LIVE_NAME));
    let place = located.at(&from_root(&problem.pointer));
    Some(Finding::new(found, &declared.address, &field, place))
}

/// What rules find in roles as a whole.
pub(super) fn in_roles(desired: &Desired, setting: &AwsScope) -> Vec<Finding> {
    let held: BTreeSet<&Address> = desired
        .resources
        .values()
        .flat_map(|resource| resource.attributes.values())
        .filter_map(|value| match value {
            Value::Link(link) => link.target.as_ref(),
            _ => None,
        })
        .collect();
    let mut findings = Vec::new();
    for resource in desired.resources.values() {
        let is_role = has_trust(kinds::find(resource.address.kind));
        if !is_role || resource.ensure == Ensure::Absent {
            continue;
        }
        let path = resource.attributes.text(field::PATH).unwrap_or("/");
        let arn = setting.iam_arn("role", path, &resource.live_name);
        let names = (resource.live_name.as_str(), arn.as_str());
        let is_held = held.contains(&resource.address);
        let subject = RoleSubject::of(names, &resource.attributes, is_held, setting);
        findings.extend(in_role(&subject).into_iter().map(|(field, found)| {
            let place = resource.places.get(&field).or(Some(&resource.place));
            Finding::new(found, &resource.address, &field, place.cloned())
        }));
    }
    findings
}

fn has_trust(kind: &dyn Kind) -> bool {
    kind.fields()
        .iter()
        .any(|field| field.access == Access::Trust)
}
