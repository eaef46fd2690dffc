//! Findings of one document: what rules say about each of its policies, with the file and line of the very statement.

use super::located::{Located, from_root};
use crate::findings::{DocumentSubject, Finding, Found, in_document, rule};
use crate::kinds::{Access, Declared, Kind, SpecProblem};
use crate::model::{FieldPath, Setting, Value};
use crate::policy::Usage;

/// What rules find in the policies of a resource.
pub(super) fn in_policies(
    declared: &Declared,
    kind: &dyn Kind,
    located: &Located<'_>,
    setting: &Setting,
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
    let mut fields = kind.fields().iter();
    match fields.find(|field| field.name == path.field)?.access {
        Access::Trust => Some(Usage::Trust),
        Access::Permissions => Some(Usage::Identity),
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
    let field = FieldPath {
        field: steps.next().unwrap_or_default().to_owned(),
        member: None,
    };
    let place = located.at(&from_root(&problem.pointer));
    Some(Finding::new(found, &declared.address, &field, place))
}
