//! An instance of the stack in the starting world of a rehearsal, and what new ones are launched with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::kinds::{Planted, Seed};
use crate::model::{Attributes, NAME_TAG, Observed, Resource, STACK_TAG, Value, field};

const PROTECTED: &str = "disableApiTermination";

pub(super) fn plant(what: &Planted<'_>, seed: &mut Seed) {
    match what {
        Planted::Seen {
            address,
            observed,
            attributes,
        } => {
            if let Some(id) = &observed.id {
                launched(id, &address.name, observed, attributes, seed);
            }
        }
        Planted::Declared { resource, .. } => offered(resource, seed),
        Planted::Named { .. } => {}
    }
}

fn launched(id: &str, name: &str, observed: &Observed, attributes: &Attributes, seed: &mut Seed) {
    let stack = seed.stack.clone();
    let instance = seed.seen_instance(id, observed);
    instance.member(field::TAGS.as_str(), STACK_TAG, stack);
    instance.member(field::TAGS.as_str(), NAME_TAG, name);
    instance.set(PROTECTED, observed.facts.termination_protected);
    for (path, value) in attributes {
        match (path.field, path.member.as_deref(), value) {
            (field::USER_DATA, _, Value::Text(text)) => {
                instance.set(field::USER_DATA.as_str(), STANDARD.encode(text));
            }
            (field::TERMINATION_PROTECTION, _, Value::Bool(protected)) => {
                instance.set(PROTECTED, *protected);
            }
            (field::SECURITY_GROUP_IDS, Some(group), _) => {
                instance.item(field::SECURITY_GROUP_IDS.as_str(), group);
            }
            (field::REGION | field::INSTANCE_PROFILE, _, _) => {}
            (field, member, value) => instance.field(field, member, value),
        }
    }
    if let Some(link) = attributes.link(field::INSTANCE_PROFILE) {
        instance.associate(&link.name, None);
    }
}

/// What it is launched with is taken on trust.
fn offered(resource: &Resource, seed: &mut Seed) {
    let offers = seed.offers(resource.region.as_ref());
    for (path, value) in &resource.attributes {
        match (path.field, &path.member, value) {
            (field::IMAGE_ID | field::KEY_NAME | field::SUBNET_ID, None, Value::Text(text)) => {
                offers.insert(text.clone());
            }
            (field::SECURITY_GROUP_IDS, Some(group), _) => drop(offers.insert(group.clone())),
            _ => {}
        }
    }
}
