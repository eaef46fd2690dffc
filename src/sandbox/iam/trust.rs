//! The trust policy of a role.

use super::{Call, role_mut};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::policy::{self, Naming};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

/// The longest trust policy, without white space (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 2048;

/// A document as it is kept, if it is a trust policy of permitted size whose principals IAM already knows.
pub(super) fn checked(iam: &Iam, call: &Call, document: &str) -> Result<String, Fault> {
    let stored = policy::stored(document, call.seen.unwrap_or(iam), Naming::Now)?;
    if policy::size(document) > QUOTA {
        let text = format!("Cannot exceed quota for ACLSizePerRole: {QUOTA}");
        return Err(Fault::limit_exceeded(text));
    }
    Ok(stored)
}

pub(super) fn update(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let document = call.form.required(&Rule::DOCUMENT)?;
    role_mut(iam, call)?;
    let stored = checked(iam, call, document)?;
    role_mut(iam, call)?.trust_policy = stored;
    Ok(Fields::new())
}
