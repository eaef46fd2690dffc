//! The one role inside an instance profile.

use super::{Call, find_profile, find_role, modifiable, profile_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

/// Refuses a second role, even if it is the one already inside.
pub(super) fn add(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::PROFILE_NAME)?;
    let role = call.form.required(&Rule::ROLE_NAME)?;
    let profile = find_profile(iam, name)?;
    let role = find_role(iam, role)?;
    modifiable(role)?;
    if profile.role.is_some() {
        return Err(Fault::limit_exceeded(
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        ));
    }
    let held = role.name.clone();
    profile_mut(iam, name)?.role = Some(held);
    Ok(Fields::new())
}

pub(super) fn remove(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::PROFILE_NAME)?;
    let role = call.form.required(&Rule::ROLE_NAME)?;
    let profile = profile_mut(iam, name)?;
    if !profile
        .role
        .as_deref()
        .is_some_and(|held| held.eq_ignore_ascii_case(role))
    {
        return Err(Fault::no_such_entity(format!(
            "The role with name {role} cannot be found."
        )));
    }
    profile.role = None;
    Ok(Fields::new())
}
