//! The permissions boundary of a role.

use super::attached::{exists, policy_arn};
use super::{Call, role_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

pub(super) fn put(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let arn = checked(iam, call)?;
    role_mut(iam, call)?.permissions_boundary = Some(arn);
    Ok(Fields::new())
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    if role_mut(iam, call)?.permissions_boundary.take().is_none() {
        let text = format!("Role {name} does not have a permission boundary");
        return Err(Fault::no_such_entity(text));
    }
    Ok(Fields::new())
}

/// The asked boundary, which must be a managed policy that exists.
pub(super) fn checked(iam: &Iam, call: &Call) -> Result<String, Fault> {
    let arn = policy_arn(call, &Rule::BOUNDARY)?;
    if !exists(iam, arn) {
        let text = format!("Scope ARN: {arn} does not exist or is not attachable.");
        return Err(Fault::no_such_entity(text));
    }
    Ok(arn.to_owned())
}
