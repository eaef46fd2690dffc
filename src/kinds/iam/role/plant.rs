//! A role in the starting world of a rehearsal.

use crate::kinds::seed::ROLES;
use crate::kinds::{Planted, Seed};
use crate::model::{Attributes, Value, field};

pub(super) fn plant(what: &Planted<'_>, seed: &mut Seed) {
    match what {
        Planted::Seen {
            address,
            observed,
            attributes,
        } => {
            seed.policies.extend(policies(attributes));
            let role = seed.entry(ROLES, &address.name);
            role.set_some("id", observed.id.as_deref());
            for (path, value) in *attributes {
                match (path.field, path.member.as_deref()) {
                    (field::MANAGED_POLICIES, Some(arn)) => {
                        role.item(field::MANAGED_POLICIES.as_str(), arn);
                    }
                    (field, member) => role.field(field, member, value),
                }
            }
        }
        Planted::Declared { resource, .. } => {
            seed.named_policies.extend(policies(&resource.attributes));
        }
        Planted::Named { name, id, path } => {
            let role = seed.entry(ROLES, name);
            role.set_default("id", *id);
            role.set_default(field::PATH.as_str(), *path);
        }
    }
}

/// The ARNs of the managed policies that a role names.
fn policies(attributes: &Attributes) -> impl Iterator<Item = String> {
    attributes
        .iter()
        .filter_map(|(path, value)| match (path.field, &path.member, value) {
            (field::MANAGED_POLICIES, Some(arn), _)
            | (field::PERMISSIONS_BOUNDARY, None, Value::Text(arn)) => Some(arn.clone()),
            _ => None,
        })
}
