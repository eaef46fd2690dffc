//! The permissions boundary of a role.

use super::{Call, attached, role_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

pub(super) fn put(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let arn = checked(iam, call)?;
    role_mut(iam, name)?.permissions_boundary = Some(arn);
    Ok(Fields::new())
}

pub(super) fn delete(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    match role_mut(iam, name)?.permissions_boundary.take() {
        Some(_) => Ok(Fields::new()),
        None => Err(Fault::no_such_entity(format!(
            "Role {name} does not have a permission boundary"
        ))),
    }
}

/// The asked boundary, which must be a managed policy that exists.
pub(super) fn checked(iam: &Iam, call: &Call) -> Result<String, Fault> {
    let arn = call.form.required(&Rule::BOUNDARY)?;
    attached::well_formed(arn)?;
    if attached::exists(iam, arn) {
        Ok(arn.to_owned())
    } else {
        Err(Fault::no_such_entity(format!(
            "Scope ARN: {arn} does not exist or is not attachable."
        )))
    }
}
