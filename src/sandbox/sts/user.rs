//! `GetSessionToken`: the user's own permissions for a while, with or without MFA.

use super::{Call, credentials, mfa};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::principal::Principal;
use crate::sandbox::session::Bearer;
use crate::sandbox::world::User;

const HALF_A_DAY: u32 = 43_200;

pub(super) fn token(call: &Call<'_>) -> Outcome {
    let seconds = lifetime(call)?;
    let user = vouching(call, "GetSessionToken")?;
    let bearer = Bearer::User {
        name: user.name.clone(),
        id: user.id.clone(),
        mfa: mfa::present(call.form)?,
    };
    Ok(credentials(call.now, bearer, seconds, Vec::new()))
}

/// How long sessions that a user asks for last, in seconds.
pub(super) fn lifetime(call: &Call<'_>) -> Result<u32, Fault> {
    let asked = call.form.number("DurationSeconds", 900, 129_600)?;
    Ok(asked.unwrap_or(HALF_A_DAY))
}

/// The user who calls with long-term credentials: no other principal gets short-lived ones this way.
pub(super) fn vouching<'a>(call: &Call<'a>, action: &str) -> Result<&'a User, Fault> {
    match call.principal {
        Principal::Caller(user) => Ok(user),
        Principal::Role { .. } | Principal::Federated { .. } | Principal::User { .. } => {
            let text = format!("Cannot call {action} with session credentials");
            Err(Fault::new("AccessDenied", text))
        }
    }
}
