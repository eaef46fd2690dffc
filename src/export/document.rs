//! One document: what its kind says of the resources, read back, with what has to be told beside it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::readback::{Reader, Reading};
use super::{Document, Placed, escape, escaped};
use crate::kinds::{Exported, Kind, Members};
use crate::manifest::API_VERSION;
use crate::model::Address;

/// A whole document.
pub(super) fn body(kind: &str, metadata: &Json, spec: &Json) -> Json {
    json!({ "apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec })
}

/// The document of some resources, and what it refers to. One of another stack, or one that does not read back, is
/// only a comment: whatever is exported can be planned as it is.
pub(super) fn placed(
    reader: &Reader<'_>,
    kind: &dyn Kind,
    name: &Address,
    members: &Members<'_>,
    exported: Exported,
) -> Placed {
    let Exported {
        spec,
        mut remarks,
        obstacle,
    } = exported;
    let spec = Json::Object(spec);
    let owner = members.values().find_map(|one| one.owner.as_deref());
    let read = match foreign(reader, owner).or(obstacle) {
        Some(why) => Err(vec![format!("Only a comment, because {why}:")]),
        None => reader.read(kind, name, &spec, members).map_err(refused),
    };
    let is_sound = read.is_ok();
    let (more, references) = match read {
        Ok(Reading {
            remarks,
            references,
        }) => (remarks, references),
        Err(why) => (why, BTreeSet::new()),
    };
    remarks.extend(more);
    let mut metadata = json!({ "name": escaped(&name.name) });
    if owner.is_none() && kind.can_be_adopted() {
        metadata["adopt"] = Json::from(true);
    }
    Placed {
        name: name.clone(),
        references,
        document: Document {
            remarks,
            body: body(kind.name().as_str(), &metadata, &escape::tree(spec)),
            is_sound,
        },
    }
}

fn foreign(reader: &Reader<'_>, owner: Option<&str>) -> Option<String> {
    let other = owner.filter(|owner| *owner != reader.material.stack)?;
    Some(format!("stack `{other}` owns it"))
}

fn refused(faults: Vec<String>) -> Vec<String> {
    let first = "Only a comment, because no manifest can declare it:".to_owned();
    std::iter::once(first).chain(faults).collect()
}
