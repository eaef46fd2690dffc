//! Findings of one document: what rules say about each of its policies, with the file and line of the very statement.

use std::collections::BTreeSet;

use super::located::{Located, from_root};
use crate::findings::{Finding, RoleSubject, RuleMatch, in_document, in_role, rule};
use crate::kinds::{self, Declared, Kind, SpecProblem};
use crate::model::{Address, AwsScope, Desired, Ensure, FieldPath, PolicyView, field};

/// What rules find in the policies of a resource.
pub(super) fn in_policies(
    declared: &Declared,
    kind: &dyn Kind,
    located: &Located<'_>,
    scope: &AwsScope,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in kind.access_view(&declared.attributes).policies {
        let PolicyView {
            path,
            purpose,
            document,
        } = policy;
        let pointer = declared.pointers.get(path).map_or("", String::as_str);
        let found = in_document(document, purpose, scope).into_iter();
        findings.extend(found.map(|found| {
            let place = located.at(&from_root(&format!("{pointer}{}", found.pointer)));
            Finding::new(found, &declared.address, path, place)
        }));
    }
    findings
}

/// A kind's warning as a finding, where there is a rule of its code.
pub(super) fn of_warning(
    problem: &SpecProblem,
    declared: &Declared,
    located: &Located<'_>,
) -> Option<Finding> {
    let found = RuleMatch {
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
pub(super) fn in_roles(desired: &Desired, scope: &AwsScope) -> Vec<Finding> {
    let held: BTreeSet<&Address> = desired
        .resources
        .values()
        .flat_map(|resource| resource.attributes.values())
        .filter_map(|value| value.as_link()?.target.as_ref())
        .collect();
    let mut findings = Vec::new();
    for resource in desired.resources.values() {
        let kind = kinds::find(resource.address.kind);
        let view = kind.access_view(&resource.attributes);
        if view.trust().is_none() || resource.ensure != Ensure::Present {
            continue;
        }
        let arn = kind.arn().map_or_else(String::new, |shape| {
            shape.of(scope, &resource.attributes, &resource.live_name)
        });
        let subject = RoleSubject {
            access: &view,
            arn: &arn,
            held_by_profile: held.contains(&resource.address),
            scope,
        };
        findings.extend(in_role(&subject).into_iter().map(|(field, found)| {
            let place = resource.places.get(&field).or(Some(&resource.place));
            Finding::new(found, &resource.address, &field, place.cloned())
        }));
    }
    findings
}
