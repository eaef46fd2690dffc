//! Rules about names that span resources: nothing twice, nothing named that is not declared.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Place, Problems, did_you_mean};
use crate::model::{
    Address, Desired, Ensure, FieldPath, KindName, Reference, Resource, Value, field,
};

/// Which names are taken so far.
#[derive(Default)]
pub(super) struct Taken {
    /// By kind and name in AWS, ignoring letter case.
    live: BTreeMap<(KindName, String), Address>,
    /// By kind and name of the document.
    documents: BTreeMap<(KindName, String), Address>,
}

impl Taken {
    /// Adds a resource, unless its name is taken. AWS compares IAM names ignoring letter case, and an instance
    /// has one association whatever its document is called.
    pub(super) fn insert(
        &mut self,
        desired: &mut Desired,
        resource: Resource,
        problems: &mut Problems,
    ) {
        let kind = resource.address.kind;
        let live = (kind, resource.live_name.to_lowercase());
        let document = (kind, resource.address.name.clone());
        let other = self
            .live
            .get(&live)
            .or_else(|| self.documents.get(&document));
        let other = other.and_then(|address| desired.resources.get(address));
        // The instances of one association share its document.
        match other
            .filter(|other| other.live_name == resource.live_name || other.place != resource.place)
        {
            Some(other) => problems.push(clash(&resource, other)),
            None => {
                self.live.insert(live, resource.address.clone());
                self.documents.insert(document, resource.address.clone());
                desired.resources.insert(resource.address.clone(), resource);
            }
        }
    }
}

fn clash(resource: &Resource, other: &Resource) -> Diagnostic {
    let (kind, name) = (&resource.address.kind, &resource.live_name);
    let message = if other.address.name == resource.address.name {
        format!("{kind}/{} is declared twice", resource.address.name)
    } else if other.live_name == *name {
        format!(
            "{name} is claimed by both {} and {}",
            other.address, resource.address
        )
    } else {
        format!(
            "{kind} `{name}` differs from `{}` only in letter case, which AWS ignores",
            other.live_name
        )
    };
    Diagnostic::error("declared-twice", message)
        .at(Some(place(resource)))
        .and_at(Some(place(other)), "first declared here")
}

fn place(resource: &Resource) -> Place {
    let name = FieldPath::new(field::LIVE_NAME);
    resource
        .places
        .get(&name)
        .unwrap_or(&resource.place)
        .clone()
}

/// Every resource named must be declared and wanted. `announced` are all resources that documents declare,
/// whether or not these could be read: one with faults of its own is no second fault elsewhere.
pub(super) fn check(desired: &Desired, announced: &BTreeSet<&Address>) -> Problems {
    let mut names: BTreeMap<KindName, Vec<&str>> = BTreeMap::new();
    for address in desired.resources.keys() {
        names.entry(address.kind).or_default().push(&address.name);
    }
    desired
        .resources
        .values()
        .flat_map(|resource| {
            let references = resource.references.iter();
            references.map(move |reference| (resource, reference))
        })
        .filter(|(resource, reference)| is_wanted(resource, reference))
        .filter_map(
            |(
                resource,
                Reference {
                    target,
                    required: _,
                },
            )| {
                let diagnostic = match desired.resources.get(target) {
                    Some(other) if other.ensure == Ensure::Present => return None,
                    Some(_) if resource.ensure == Ensure::Absent => return None,
                    Some(other) => absent(resource, other),
                    None if announced.contains(target) => return None,
                    None => unknown(resource, target, names.get(&target.kind)),
                };
                Some(diagnostic.at(Some(link_place(resource, target))))
            },
        )
        .collect()
}

/// What shall not be may name what is no longer declared, except for the instance that it is about.
fn is_wanted(resource: &Resource, reference: &Reference) -> bool {
    resource.ensure == Ensure::Present || resource.launched_by() == Some(&reference.target)
}

fn absent(resource: &Resource, other: &Resource) -> Diagnostic {
    let message = format!(
        "{} needs {}, which is declared absent",
        resource.address, other.address
    );
    Diagnostic::error("absent-target", message)
        .and_at(Some(other.place.clone()), "declared absent here")
}

fn unknown(resource: &Resource, target: &Address, names: Option<&Vec<&str>>) -> Diagnostic {
    let Address {
        kind,
        name,
        member: _,
    } = target;
    let message = format!(
        "{} names {kind} `{name}`, which no document declares",
        resource.address
    );
    let near = did_you_mean(name, names.into_iter().flatten().copied());
    let by = if resource.launched_by() == Some(target) {
        "list the id of an existing one under `ids`"
    } else {
        "name an existing one by its ARN"
    };
    let hint = near.unwrap_or_else(|| format!("declare a document of kind {kind}, or {by}"));
    Diagnostic::error("unknown-reference", message).hint(hint)
}

/// The field that names the target, or the document when an expression does.
fn link_place(resource: &Resource, target: &Address) -> Place {
    let mut attributes = resource.attributes.iter();
    let field = attributes.find_map(|(path, value)| match value {
        Value::Link(link) if link.target.as_ref() == Some(target) => Some(path),
        _ => None,
    });
    let place = field.and_then(|path| resource.places.get(path));
    place.unwrap_or(&resource.place).clone()
}
