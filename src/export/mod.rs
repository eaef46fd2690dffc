//! From live resources to manifests: documents that, read back, declare what is there, and comments on the rest. Pure:
//! what was found comes in as data, what a kind's document looks like is the kind's own.
//!
//! Every document is read back with its kind before it is given out, so that what a manifest cannot say is told
//! instead of being lost.

mod escape;
mod readback;
mod write;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::kinds::{self, Exported, Kind, Surroundings};
use crate::model::{Address, Observed, Setting};
use crate::text;

pub use escape::escaped;
pub use write::{manifests, manifests_json};
pub use yaml::yaml;

/// What is to be written down, and for whom.
#[derive(Debug)]
pub struct Material<'a> {
    /// The stack that the manifests are for.
    pub stack: &'a str,
    /// Account, partition, region.
    pub setting: &'a Setting,
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
    /// All of it: `apiVersion`, `kind`, `metadata`, `spec`. Nothing in it is an expression.
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
    let mut members: BTreeMap<Address, BTreeMap<&Address, &Observed>> = BTreeMap::new();
    let found = material.found.iter();
    for (address, observed) in found.filter(|(_, observed)| !observed.service_linked) {
        let document = Address::new(&address.kind, &address.name);
        let members = members.entry(document).or_default();
        members.insert(address, observed);
    }
    let mut sound: BTreeSet<Address> = members.keys().cloned().collect();
    let mut documents = vec![stack(material)];
    for kind in kinds::ALL {
        let of_kind = members.iter().filter(|(name, _)| name.kind == kind.name());
        for (name, members) in of_kind {
            let surroundings = Surroundings {
                setting: material.setting,
                found: material.found,
                documents: &sound,
            };
            let Some(exported) = kind.exported(members, &surroundings) else {
                continue;
            };
            let document = document(material, kind, name, members, exported);
            if !document.is_sound {
                sound.remove(name);
            }
            documents.push(document);
        }
    }
    Manifests {
        remarks: remarks(material),
        documents,
    }
}

fn stack(material: &Material<'_>) -> Document {
    let Setting {
        partition: _,
        account,
        region,
    } = material.setting;
    let spec = json!({ "accountId": account, "region": region });
    Document {
        remarks: Vec::new(),
        body: body("Stack", json!({ "name": material.stack }), spec),
        is_sound: true,
    }
}

fn body(kind: &str, metadata: Json, spec: Json) -> Json {
    let api = crate::manifest::API_VERSION;
    json!({ "apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec })
}

fn document(
    material: &Material<'_>,
    kind: &dyn Kind,
    name: &Address,
    members: &BTreeMap<&Address, &Observed>,
    exported: Exported,
) -> Document {
    let Exported {
        spec,
        mut remarks,
        obstacle,
    } = exported;
    let spec = Json::Object(spec);
    let owner = members.values().find_map(|one| one.owner.as_deref());
    let mut metadata = json!({ "name": escaped(&name.name) });
    if owner.is_none() && kind.can_be_adopted() {
        metadata["adopt"] = Json::from(true);
    }
    let foreign = owner.filter(|owner| *owner != material.stack);
    let foreign = foreign.map(|other| format!("stack `{other}` owns it"));
    let obstacles = obstacles(foreign.or(obstacle), &mut remarks, || {
        readback::read(material, kind, name, &spec, members)
    });
    let is_sound = obstacles.is_empty();
    remarks.extend(obstacles);
    Document {
        remarks,
        body: body(kind.name(), metadata, escape::tree(spec)),
        is_sound,
    }
}

/// Why a document can only be a comment, if it can: whatever else is exported is to be planned as it is.
fn obstacles(
    known: Option<String>,
    remarks: &mut Vec<String>,
    read: impl FnOnce() -> Result<Vec<String>, Vec<String>>,
) -> Vec<String> {
    if let Some(why) = known {
        return vec![format!("Only a comment, because {why}:")];
    }
    match read() {
        Ok(more) => {
            remarks.extend(more);
            Vec::new()
        }
        Err(faults) => {
            let first = "Only a comment, because no manifest can declare it:".to_owned();
            std::iter::once(first).chain(faults).collect()
        }
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
    if material
        .found
        .values()
        .any(|one| one.facts.contains_key(kinds::INSTANCE_STATE))
        || material
            .found
            .keys()
            .any(|address| serves_instances(address))
    {
        let region = &material.setting.region;
        remarks.push(format!(
            "Instances were looked for in {region} only: which ones use the profiles elsewhere is not seen."
        ));
    }
    remarks
}

fn serves_instances(address: &Address) -> bool {
    kinds::find(&address.kind).is_some_and(Kind::serves_instances)
}
