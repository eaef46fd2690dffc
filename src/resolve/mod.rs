//! From manifest entries to what should be: expressions evaluated, specs checked and read by their kinds,
//! policy files read in, references and names checked. The last stage that sees text.

mod entry;
mod finding;
mod located;
mod metadata;
mod names;
mod partition;
mod policy_file;
mod schema;
mod scope;
mod stack;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Problems, Sources};
use crate::findings::{Finding, sort};
use crate::kinds::{self, Kind};
use crate::manifest::{Entry, Files};
use crate::model::{AwsScope, Desired};

pub use crate::policy::FOREIGN_PARTITION;
pub use schema::{kind_schema, manifest_schema};
pub use stack::{
    STACK_KIND, StackDeclaration, check_name as check_stack_name, stack, stack_schema,
};

/// What the manifests are read with.
pub struct Input<'a> {
    /// The parsed documents.
    pub entries: &'a [Entry],
    /// The stack, found with [`stack`].
    pub stack: &'a StackDeclaration,
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// Variables by name.
    pub variables: &'a BTreeMap<String, serde_json::Value>,
    /// Where policy files come from.
    pub files: &'a dyn Files,
}

/// The kinds that manifests may hold: the stack and every kind of resource.
pub fn kind_names() -> Vec<&'static str> {
    std::iter::once(STACK_KIND).chain(kinds::names()).collect()
}

/// What should be, and what is worth a look in it.
#[derive(Debug)]
pub struct Resolved {
    /// What should be.
    pub desired: Desired,
    /// What stops nothing.
    pub warnings: Problems,
    /// What rules say about the policies, the worst first. Comments that allow findings have not been looked at.
    pub findings: Vec<Finding>,
}

/// Works out what should be. Gives warnings beside it, or all problems together. Policy files that were read
/// are added to `sources`, so that excerpts of them can be shown.
pub fn resolve(input: &Input<'_>, sources: &mut Sources) -> Result<Resolved, Problems> {
    let mut problems = Problems::none();
    let naming = scope::scope(input, &mut problems);
    let mut desired = Desired {
        stack: input.stack.stack.clone(),
        resources: BTreeMap::new(),
    };
    let mut taken = names::Taken::default();
    let mut findings = Vec::new();
    // Making a schema takes longer than reading a document, so each is made once.
    let with_schema = |kind: &'static dyn Kind| (kind, serde_json::Value::from(kind.schema()));
    let kinds: BTreeMap<&str, _> = kinds::ALL
        .into_iter()
        .map(|kind| (kind.name().as_str(), with_schema(kind)))
        .collect();
    for (index, name) in &naming.names {
        let entry = &input.entries[*index];
        let Some((kind, schema)) = kinds.get(entry.kind.as_str()) else {
            continue;
        };
        problems.extend(metadata::check(entry));
        let outcome = entry::resolve(entry, name, (*kind, schema), input, &naming, sources);
        problems.extend(outcome.problems);
        findings.extend(outcome.findings);
        for resource in outcome.resources {
            taken.insert(&mut desired, resource, &mut problems);
        }
    }
    let announced = naming.arns.values().collect();
    problems.extend(names::check(&desired, &announced));
    if desired.resources.is_empty() && !problems.has_errors() && input.entries.len() <= 1 {
        let place = input.stack.stack.place.clone();
        problems.push(Diagnostic::warning("empty-stack", "the stack declares nothing").at(place));
    }
    findings.extend(finding::in_roles(&desired, input.setting));
    sort(&mut findings);
    let resolved = Resolved {
        desired,
        warnings: problems.clone(),
        findings,
    };
    problems.or_value(resolved)
}
