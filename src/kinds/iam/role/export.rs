//! A role as its document says it, and which roles an export is about.

use serde_json::{Map, Value as Json};

use super::declare::DEFAULT_SESSION;
use super::{
    DESCRIPTION, INLINE_POLICIES, MANAGED_POLICIES, MAX_SESSION_DURATION, PATH,
    PERMISSIONS_BOUNDARY, TRUST_POLICY,
};
use crate::kinds::iam::name;
use crate::kinds::{Exported, tags};
use crate::model::{FieldPath, Observed, Value};

/// In the order of the reference, policies in IAM's own words.
pub(super) fn exported(role: &Observed) -> Exported {
    let mut exported = Exported::default();
    let root = Value::Text(name::ROOT.to_owned());
    exported.copy(role, PATH, Some(&root));
    exported.copy(role, DESCRIPTION, None);
    let usual = Value::Number(DEFAULT_SESSION);
    exported.copy(role, MAX_SESSION_DURATION, Some(&usual));
    exported.copy(role, TRUST_POLICY, None);
    inline(role, &mut exported);
    let attached: Vec<Json> = members(role, MANAGED_POLICIES)
        .map(|(arn, _)| Json::from(arn))
        .collect();
    if !attached.is_empty() {
        let attached = Json::Array(attached);
        exported.spec.insert(MANAGED_POLICIES.to_owned(), attached);
    }
    exported.copy(role, PERMISSIONS_BOUNDARY, None);
    exported.members(tags::FIELD, tags::exported(&role.attributes));
    exported
}

/// What is no JSON object cannot stand in a manifest, and must not be removed because of that.
fn inline(role: &Observed, exported: &mut Exported) {
    let mut policies = Map::new();
    for (name, value) in members(role, INLINE_POLICIES) {
        match value {
            Value::Policy(document) if document.is_readable() => {
                policies.insert(name.to_owned(), document.json().clone());
            }
            _ => exported.remarks.push(format!(
                "inline policy `{name}` is no JSON object: it is left as it is"
            )),
        }
    }
    exported.members(INLINE_POLICIES, policies);
    if !exported.remarks.is_empty() {
        let additive = Json::from("additive");
        exported
            .spec
            .insert("inlinePolicyMode".to_owned(), additive);
    }
}

fn members<'a>(role: &'a Observed, field: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let attributes = role.attributes.iter();
    attributes.filter_map(move |(path, value)| {
        let FieldPath {
            field: of,
            member: Some(member),
        } = path
        else {
            return None;
        };
        (of == field).then_some((member.as_str(), value))
    })
}
