//! From live resources to manifests: documents that, read back, declare what is there, and comments on the rest. Pure:
//! what was found comes in as data, what a kind's document looks like is the kind's own.
//!
//! Every document is read back with its kind before it is given out, so that what a manifest cannot say is told
//! instead of being lost. What cannot be planned as it stands is only a comment.

mod document;
mod escape;
mod order;
mod readback;
mod write;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::kinds::{self, ExportContext, Members};
use crate::model::{Address, AwsScope, Observed};
use crate::text;
use order::Placed;
use readback::Reader;

pub use escape::escaped;
pub use write::{manifests, manifests_json};
pub use yaml::yaml;

/// What is to be written down, and for whom.
#[derive(Debug)]
pub struct Material<'a> {
    /// The stack that the manifests are for.
    pub stack: &'a str,
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// What was found.
    pub found: &'a BTreeMap<Address, Observed>,
    /// What could not be looked at, one sentence each.
    pub blind: &'a [String],
}

/// Manifests with comments, not yet as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifests {
    /// What is not in any document, one sentence each.
    pub remarks: Vec<String>,
    /// The stack, then its resources, referenced ones before those that refer to them.
    pub documents: Vec<Document>,
}

/// One document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What should be known of it, one sentence each.
    pub remarks: Vec<String>,
    /// All of it: `apiVersion`, `kind`, `metadata`, `spec`. Braces that begin no expression are escaped.
    pub body: Json,
    /// Whether it can be planned: it declares what is there, and no other stack owns that. One that cannot is a comment.
    pub is_sound: bool,
}

/// The stacks that own something of what was found.
pub fn owners(found: &BTreeMap<Address, Observed>) -> BTreeSet<&str> {
    let observed = found.values().filter(|observed| !observed.service_linked);
    observed
        .filter_map(|observed| observed.owner.as_deref())
        .collect()
}

/// Whether there is anything to write down: AWS's own roles are not.
pub fn is_anything(found: &BTreeMap<Address, Observed>) -> bool {
    found.values().any(|observed| !observed.service_linked)
}

/// Writes down what was found.
pub fn export(material: &Material<'_>) -> Manifests {
    let members = by_document(material.found);
    let reader = Reader::of(material);
    let mut sound: BTreeSet<Address> = members.keys().cloned().collect();
    let mut documents = vec![stack(material)];
    // A kind refers only to those before it, of which it is known by then which ones are sound.
    for kind in kinds::ALL {
        let mut of_kind = Vec::new();
        for (name, members) in members.iter().filter(|(name, _)| name.kind == kind.name()) {
            let context = ExportContext {
                setting: material.setting,
                found: material.found,
                documents: &sound,
            };
            let exported = kind.export();
            if let Some(exported) = exported.and_then(|one| one.document(members, &context)) {
                let placed = document::placed(&reader, kind, name, members, exported);
                if !placed.document.is_sound {
                    sound.remove(name);
                }
                of_kind.push(placed);
            }
        }
        documents.extend(order::in_order(of_kind));
    }
    Manifests {
        remarks: remarks(material),
        documents,
    }
}

fn by_document(found: &BTreeMap<Address, Observed>) -> BTreeMap<Address, Members<'_>> {
    let mut documents: BTreeMap<Address, Members<'_>> = BTreeMap::new();
    let found = found.iter();
    for (address, observed) in found.filter(|(_, observed)| !observed.service_linked) {
        let document = Address::new(address.kind, &address.name);
        let members = documents.entry(document).or_default();
        members.insert(address, observed);
    }
    documents
}

fn stack(material: &Material<'_>) -> Document {
    let AwsScope {
        partition: _,
        account,
        region,
    } = material.setting;
    let spec = json!({ "accountId": account, "region": region });
    Document {
        remarks: Vec::new(),
        body: document::body("Stack", &json!({ "name": material.stack }), &spec),
        is_sound: true,
    }
}

fn remarks(material: &Material<'_>) -> Vec<String> {
    let blind = material.blind.iter();
    let mut remarks: Vec<String> = blind.map(|what| format!("Not seen: {what}.")).collect();
    let found = material.found.iter();
    let linked = found.filter(|(_, observed)| observed.service_linked);
    let linked: Vec<String> = linked
        .map(|(address, _)| format!("`{}`", address.name))
        .collect();
    if !linked.is_empty() {
        remarks.push(format!(
            "Left out, because only AWS can change what is service-linked: {}.",
            text::and_list(&linked)
        ));
    }
    if material.found.keys().any(serves_instances) {
        let region = &material.setting.region;
        remarks.push(format!(
            "Instances were looked for in {region} only: which ones use the profiles elsewhere is not seen."
        ));
    }
    remarks
}

fn serves_instances(address: &Address) -> bool {
    kinds::find(address.kind).serves_instances()
}
