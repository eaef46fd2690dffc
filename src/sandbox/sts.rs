//! STS: who calls. Facts: service model of STS, 2011-06-15.

use super::caller;
use super::fault::{Fault, Outcome};
use super::world::Iam;
use super::xml::Fields;

/// Carries out `GetCallerIdentity`, the one action there is.
pub(crate) fn identity(iam: &Iam) -> Outcome {
    let user = iam
        .user(caller::USER)
        .ok_or_else(|| Fault::new("InvalidClientTokenId", super::signature::INVALID_TOKEN))?;
    Ok(Fields::new()
        .text("Arn", iam.user_arn(user))
        .text("UserId", &user.id)
        .text("Account", &iam.account))
}
