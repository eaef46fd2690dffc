//! The one role inside an instance profile.

use super::{Call, modifiable, not_found, profile, profile_mut, role};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

/// Refuses a second role, even if it is the one already inside.
pub(super) fn add(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::PROFILE_NAME)?;
    call.form.required(&Rule::ROLE_NAME)?;
    let profile = profile(iam, call)?;
    let role = role(iam, call)?;
    modifiable(role)?;
    if profile.role.is_some() {
        let text = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
        return Err(Fault::limit_exceeded(text));
    }
    let name = role.name.clone();
    profile_mut(iam, call)?.role = Some(name);
    Ok(Fields::new())
}

pub(super) fn remove(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::PROFILE_NAME)?;
    let role = call.form.required(&Rule::ROLE_NAME)?;
    let profile = profile_mut(iam, call)?;
    if !profile.holds(role) {
        return Err(not_found(&Rule::ROLE_NAME, role));
    }
    profile.role = None;
    Ok(Fields::new())
}
