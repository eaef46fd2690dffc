//! An instance profile in the starting world of a rehearsal.

use crate::kinds::seed::{PROFILES, ROLES};
use crate::kinds::{Planted, Seed};
use crate::model::field;

/// One that is only named holds a role of its own: without a role it could not be given to an instance.
pub(super) fn plant(what: &Planted<'_>, seed: &mut Seed) {
    match what {
        Planted::Seen {
            address,
            observed,
            attributes,
        } => {
            let profile = seed.entry(PROFILES, &address.name);
            profile.set_some("id", observed.id.as_deref());
            for (path, value) in *attributes {
                profile.field(path.field, path.member.as_deref(), value);
            }
        }
        Planted::Named { name, id, path: _ } if !seed.has(PROFILES, name) => {
            let role = format!("role-of-{name}");
            let profile = seed.entry(PROFILES, name);
            profile.set(field::ROLE.as_str(), role.as_str());
            profile.set_some("id", *id);
            seed.entry(ROLES, &role);
        }
        Planted::Declared { .. } | Planted::Named { .. } => {}
    }
}
