//! The AWS settings of this machine, as the AWS CLI reads them: environment, shared files, and what was typed over both.
//! The rule for every setting is the same: it means here what it means to the AWS CLI, or it is an error. The table in
//! `docs/configuration.md` has them all. Which credentials they lead to is `credentials`' to know.

mod endpoints;
mod environment;
mod error;
mod files;
mod lookup;
mod profiles;
mod refused;
#[cfg(test)]
mod tests;
mod trust;

use std::time::Duration;

use super::credentials::Way;
use super::endpoint::EndpointSettings;
use files::Named;
use lookup::names;

pub use endpoints::endpoint_variables;
pub use environment::Environment;
pub use error::SettingsError;
pub(super) use files::{Token, read_token};
pub(super) use lookup::Lookup;
pub(super) use profiles::{Profiles, Which};
pub use trust::Trust;

/// The profile that is meant where none is named. It need not exist.
const DEFAULT_PROFILE: &str = "default";

/// What was typed on the command line. It wins over everything else.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The profile: nothing but it is asked for credentials.
    pub profile: Option<&'a str>,
    /// One endpoint for all services.
    pub endpoint_url: Option<&'a str>,
}

/// The settings of a run.
#[derive(Debug)]
pub struct Settings {
    /// The region, if one is set; an instance knows its own.
    pub region: Option<String>,
    /// Where the services are.
    pub endpoints: EndpointSettings,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How often what only reads is sent before its fault is returned.
    pub max_attempts: Option<u32>,
    pub(super) metadata: Metadata,
    /// Where credentials come from.
    pub(super) way: Way,
}

/// How the metadata service of an instance is asked.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    pub(super) is_disabled: bool,
    pub(super) endpoint: Option<String>,
    pub(super) ipv6: bool,
    pub(super) timeout: Duration,
    pub(super) attempts: u32,
}

impl Settings {
    /// Reads all of them, and stops at the first that is wrong: what comes after it could depend on it.
    pub async fn read(environment: &Environment, typed: Typed<'_>) -> Result<Self, SettingsError> {
        let profiles = Profiles::read(environment).await?;
        let named = profile(environment, &profiles, typed)?;
        let lookup = Lookup {
            environment,
            profiles: &profiles,
            profile: named.as_deref().unwrap_or(DEFAULT_PROFILE),
        };
        refused::check(&lookup)?;
        check_retry_mode(&lookup)?;
        let way = Way::choose(&lookup, typed.profile)?;
        if way.asks_sign_in() {
            endpoints::check_sign_in(&lookup)?;
        }
        Ok(Self {
            region: region(&lookup)?,
            endpoints: endpoints::settings(&lookup, typed.endpoint_url)?,
            trust: trust(&lookup)?,
            max_attempts: lookup.number(names("AWS_MAX_ATTEMPTS", "max_attempts"))?,
            metadata: Metadata::read(&lookup)?,
            way,
        })
    }

    /// The environment in which another program calls the same places, without the profile.
    pub fn variables(&self) -> Vec<(String, String)> {
        let bundle = self
            .trust
            .file()
            .map(|path| ("AWS_CA_BUNDLE".to_owned(), path));
        let places = endpoints::variables(&self.endpoints);
        places.into_iter().chain(bundle).collect()
    }
}

/// The profile that was named, which has to exist: one that was misspelt must not end in the account of an instance.
fn profile(
    environment: &Environment,
    profiles: &Profiles,
    typed: Typed<'_>,
) -> Result<Option<String>, SettingsError> {
    let variables = [
        environment.decisive("AWS_PROFILE")?,
        environment.decisive("AWS_DEFAULT_PROFILE")?,
    ];
    let (name, by) = match (typed.profile, variables) {
        (Some(name), _) => (name, "--profile"),
        (None, [Some(one), Some(other)]) if one != other => {
            return Err(SettingsError::new(
                format!("AWS_PROFILE is `{one}`, and AWS_DEFAULT_PROFILE is `{other}`"),
                "unset one of them: the AWS CLI's versions do not agree on which one counts",
            ));
        }
        (None, [Some(name), _]) => (name, "AWS_PROFILE"),
        (None, [None, Some(name)]) => (name, "AWS_DEFAULT_PROFILE"),
        (None, [None, None]) => return Ok(None),
    };
    if profiles.has(name) {
        return Ok(Some(name.to_owned()));
    }
    Err(SettingsError::new(
        format!(
            "there is no profile `{name}` ({by}) in {}",
            profiles.files()
        ),
        "check the profile's name; `aws configure list-profiles` shows all there are",
    ))
}

fn region(lookup: &Lookup<'_>) -> Result<Option<String>, SettingsError> {
    let found = match lookup.find(names("AWS_REGION", ""))? {
        Some(found) => Some(found),
        None => lookup.find(names("AWS_DEFAULT_REGION", "region"))?,
    };
    Ok(found.map(|found| found.value))
}

fn trust(lookup: &Lookup<'_>) -> Result<Trust, SettingsError> {
    let Some(found) = lookup.find(names("AWS_CA_BUNDLE", "ca_bundle"))? else {
        return Ok(Trust::default());
    };
    let by = found.place.to_string();
    Trust::read(&Named::of_setting(&found.value, &by, lookup.environment)?)
}

/// Calls are paced and sent again as AWS answers, in every mode; a mode that does not exist is a mistake all the same.
fn check_retry_mode(lookup: &Lookup<'_>) -> Result<(), SettingsError> {
    let found = lookup.find(names("AWS_RETRY_MODE", "retry_mode"))?;
    match found {
        Some(found) if !["legacy", "standard", "adaptive"].contains(&found.value.as_str()) => {
            Err(found.wrong("legacy, standard or adaptive"))
        }
        _ => Ok(()),
    }
}

impl Metadata {
    fn read(lookup: &Lookup<'_>) -> Result<Self, SettingsError> {
        let endpoint = names(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "ec2_metadata_service_endpoint",
        );
        let seconds = names("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
        let attempts = names(
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "metadata_service_num_attempts",
        );
        Ok(Self {
            is_disabled: lookup.switch(names("AWS_EC2_METADATA_DISABLED", ""))?,
            endpoint: lookup.find(endpoint)?.map(|found| found.value),
            ipv6: ipv6(lookup)?,
            // It answers within milliseconds, or not at all.
            timeout: Duration::from_secs(lookup.number(seconds)?.unwrap_or(1).into()),
            attempts: lookup.number(attempts)?.unwrap_or(1),
        })
    }
}

fn ipv6(lookup: &Lookup<'_>) -> Result<bool, SettingsError> {
    let mode = names(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    match lookup.find(mode)? {
        Some(found) => match found.value.to_ascii_lowercase().as_str() {
            "ipv4" => Ok(false),
            "ipv6" => Ok(true),
            _ => Err(found.wrong("IPv4 or IPv6")),
        },
        None => lookup.switch(names("AWS_IMDS_USE_IPV6", "imds_use_ipv6")),
    }
}
