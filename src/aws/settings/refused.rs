//! Settings that would change who asks, or whom, and that are not supported: a run that ignored one of them would do
//! something else than the AWS CLI.

use super::SettingsError;
use super::lookup::{Found, Lookup, Names, names};

struct Refused {
    names: Names,
    instead: &'static str,
}

const fn refused(names: Names, instead: &'static str) -> Refused {
    Refused { names, instead }
}

const REFUSED: [Refused; 5] = [
    refused(
        names("AWS_CREDENTIAL_FILE", ""),
        "unset it, and put the keys into a profile of the shared credentials file",
    ),
    refused(
        names("BOTO_CONFIG", ""),
        "unset it, and put the keys into a profile of the shared credentials file",
    ),
    refused(
        names("", "proxy_ca_bundle"),
        "take it out of the profile, and put the proxy's certificate into the file of `ca_bundle`",
    ),
    refused(
        names("", "proxy_client_cert"),
        "take it out of the profile, and use a proxy that asks for no certificate",
    ),
    refused(
        names("", "proxy_use_forwarding_for_https"),
        "take it out of the profile: https goes through a tunnel",
    ),
];

/// Refuses what is set of them.
pub(super) fn check(lookup: &Lookup<'_>) -> Result<(), SettingsError> {
    for Refused { names, instead } in REFUSED {
        if let Some(Found { value: _, place }) = lookup.find(names)? {
            return Err(SettingsError::new(
                format!("{place} is not supported"),
                instead,
            ));
        }
    }
    check_s3(lookup)
}

/// Switches of S3 stand below one key, each in a line of its own.
fn check_s3(lookup: &Lookup<'_>) -> Result<(), SettingsError> {
    let Some(found) = lookup.find(names("", "s3"))? else {
        return Ok(());
    };
    for line in found.value.lines() {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        let changes_host = ["use_accelerate_endpoint", "use_dualstack_endpoint"].contains(&key);
        if changes_host && value.eq_ignore_ascii_case("true") {
            let message = format!("{key} in {} is not supported", found.place);
            let hint = "take it out of the profile; `use_dualstack_endpoint` in the profile itself is for all services";
            return Err(SettingsError::new(message, hint));
        }
    }
    Ok(())
}
