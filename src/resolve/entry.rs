//! One document: expressions, schema, policy files, and at last its kind's own reading.

use std::collections::BTreeSet;

use super::located::{Located, from_root};
use super::policy_file::Reading;
use super::scope::Naming;
use super::{Input, finding, partition};
use crate::diagnostic::{Diagnostic, Place, Problems, Severity, Sources};
use crate::findings::{Finding, rule};
use crate::kinds::{Declared, Kind, SpecProblem, Specification, UNREADABLE_SPEC};
use crate::manifest::{Entry, check};
use crate::model::{Address, Adopt, AwsScope, Reference, Resource};

/// What a document gave.
pub(super) struct Outcome {
    pub(super) resources: Vec<Resource>,
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Problems,
}

/// The resources that expressions name. What AWS needs to exist first is the kinds' to say.
pub(super) type Mentions = BTreeSet<Address>;

/// Reads a document. All its faults are told together, without those that only follow from others.
pub(super) fn resolve(
    entry: &Entry,
    name: &str,
    (kind, schema): (&dyn Kind, &serde_json::Value),
    input: &Input<'_>,
    naming: &Naming,
    sources: &mut Sources,
) -> Outcome {
    let mut spec = entry.spec.clone();
    let mut reading = Reading {
        entry,
        input,
        naming,
        sources,
        located: Located::new(&entry.places),
        mentions: Mentions::new(),
        problems: Problems::none(),
    };
    reading.expressions(&mut spec, "/spec", &entry.places);
    let refused = check(&spec, schema, "/spec", &entry.places);
    reading.problems.extend(refused);
    for pointer in kind.policies(&spec) {
        reading.policy_file(&mut spec, &pointer);
    }
    let Reading {
        located,
        mentions,
        problems,
        ..
    } = reading;
    let (declared, faults) = declared(name, &spec, kind, input, naming);
    let mut findings = Vec::new();
    for one in &declared {
        let told = one.warnings.iter();
        findings.extend(told.filter_map(|warning| finding::of_warning(warning, one, &located)));
        findings.extend(finding::in_policies(one, kind, &located, input.setting));
    }
    let warnings = declared.iter().flat_map(|one| &one.warnings);
    let warnings = warnings.filter(|warning| rule(&warning.code).is_none());
    let earlier = Earlier::of(&problems, naming);
    let first = warnings
        .chain(&faults)
        .filter(|problem| !earlier.entails(problem, &located));
    let more: Problems = first.map(|problem| diagnostic(problem, &located)).collect();
    let mut problems = problems;
    problems.extend(more);
    problems.extend(partition::check(&declared, kind, &located, input.setting));
    let resources = declared
        .into_iter()
        .map(|one| resource(one, entry, &located, &mentions, input.setting));
    Outcome {
        resources: if problems.has_errors() {
            Vec::new()
        } else {
            resources.collect()
        },
        findings,
        problems,
    }
}

/// What a kind reads out of a spec, or what is wrong with it.
fn declared(
    name: &str,
    spec: &serde_json::Value,
    kind: &dyn Kind,
    input: &Input<'_>,
    naming: &Naming,
) -> (Vec<Declared>, Vec<SpecProblem>) {
    let read = kind.declare(&Specification {
        name,
        spec,
        stack: &input.stack.stack.name,
        stack_tags: &input.stack.tags,
        setting: input.setting,
        arns: &naming.arns,
    });
    match read {
        Ok(declared) => (declared, Vec::new()),
        Err(faults) => (Vec::new(), faults),
    }
}

/// Faults found before a kind reads its spec: a spot that has one gets no second one, and a spec that its
/// schema refuses need not be read.
struct Earlier {
    spots: BTreeSet<Place>,
    is_refused: bool,
}

impl Earlier {
    fn of(problems: &Problems, naming: &Naming) -> Self {
        let earlier = problems.sorted().into_iter();
        let spots = earlier.filter_map(|fault| fault.place.clone());
        Self {
            spots: spots.chain(naming.faulty.iter().cloned()).collect(),
            is_refused: problems.has_errors(),
        }
    }

    /// Whether a fault only follows from an earlier one.
    fn entails(&self, problem: &SpecProblem, located: &Located<'_>) -> bool {
        let pointer = from_root(&problem.pointer);
        let mut spots = located
            .at(&pointer)
            .into_iter()
            .chain(located.key(&pointer));
        spots.any(|spot| self.spots.contains(&spot))
            || self.is_refused && problem.code == UNREADABLE_SPEC
    }
}

fn diagnostic(problem: &SpecProblem, located: &Located<'_>) -> Diagnostic {
    let SpecProblem {
        pointer,
        code,
        severity,
        message,
        hint,
    } = problem;
    let diagnostic = match severity {
        Severity::Error => Diagnostic::error(code, message),
        Severity::Warning => Diagnostic::warning(code, message),
    };
    diagnostic
        .at(located.at(&from_root(pointer)))
        .maybe_hint(hint.clone())
}

fn resource(
    declared: Declared,
    entry: &Entry,
    located: &Located<'_>,
    mentions: &Mentions,
    setting: &AwsScope,
) -> Resource {
    let Declared {
        address,
        live_name,
        attributes,
        pointers,
        mut references,
        modes,
        ensure,
        region,
        selector,
        rollout,
        warnings: _,
    } = declared;
    mention(&mut references, mentions, &address);
    let places = pointers
        .into_iter()
        .filter_map(|(path, pointer)| Some((path, located.at(&from_root(&pointer))?)))
        .collect();
    let metadata = &entry.metadata;
    let is_set = |field: &str| metadata.get(field) == Some(&serde_json::Value::Bool(true));
    Resource {
        address,
        // A document is pointed to by its name.
        place: entry
            .places
            .at("/metadata/name")
            .unwrap_or_else(|| entry.place.clone()),
        live_name,
        // The run's own region needs no mention.
        region: region.filter(|region| *region != setting.region),
        attributes,
        places,
        references,
        modes,
        ensure,
        protect: is_set("protect"),
        adopt: if is_set("adopt") {
            Adopt::Allow
        } else {
            Adopt::Refuse
        },
        selector,
        rollout,
    }
}

/// Adds what expressions name. A resource may mention itself in what it grants; only needing itself first is a circle.
fn mention(references: &mut BTreeSet<Reference>, mentions: &Mentions, address: &Address) {
    for target in mentions {
        let mut known = references.iter();
        if target != address && !known.any(|reference| reference.target == *target) {
            references.insert(Reference {
                target: target.clone(),
                required: false,
            });
        }
    }
}
