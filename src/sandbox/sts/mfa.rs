//! Codes of MFA devices. The sandbox has no devices: every code is right but [`WRONG`].

use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::rule::Rule;

/// The code that no device shows.
const WRONG: &str = "000000";

/// Whether a right code came along.
pub(super) fn present(form: &Form) -> Result<bool, Fault> {
    let serial = form.optional(&Rule::SERIAL_NUMBER)?;
    let code = form.optional(&Rule::TOKEN_CODE)?;
    let failed = |why: &str| {
        let text = format!("MultiFactorAuthentication failed{why}");
        Err(Fault::new("AccessDenied", text))
    };
    match (serial, code) {
        (None, None) => Ok(false),
        (Some(_), Some(WRONG)) => failed(" with invalid MFA one time pass code."),
        (Some(_), Some(_)) => Ok(true),
        (Some(_), None) | (None, Some(_)) => {
            failed(", must provide both MFA serial number and one time pass code.")
        }
    }
}
