//! Endpoints out of settings, with the AWS CLI's precedence (AWS SDKs and Tools reference, "Service-specific endpoints").

use std::collections::BTreeMap;

use super::SettingsError;
use super::lookup::{Lookup, names};
use crate::aws::endpoint::{EndpointSettings, Variant};
use crate::cloud::Service;

const SERVICES: [Service; 5] = [
    Service::Iam,
    Service::Sts,
    Service::Ec2,
    Service::AccessAnalyzer,
    Service::S3,
];

/// The URL that was typed is for all services. Without one: the service's variable, the variable for all, the service's
/// URL in the profile's `services` section, the profile's `endpoint_url`. A user who ignores configured endpoints has none of these.
pub(super) fn settings(
    lookup: &Lookup<'_>,
    typed: Option<&str>,
) -> Result<EndpointSettings, SettingsError> {
    let (all, by_service) = match typed {
        Some(url) => (Some(url.to_owned()), BTreeMap::new()),
        None if is_ignored(lookup)? => (None, BTreeMap::new()),
        None => configured(lookup)?,
    };
    Ok(EndpointSettings {
        all,
        by_service,
        global_sts: global_sts(lookup)?,
        variant: Variant {
            fips: lookup.switch(names("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))?,
            dual_stack: lookup.switch(names(
                "AWS_USE_DUALSTACK_ENDPOINT",
                "use_dualstack_endpoint",
            ))?,
        },
    })
}

/// One URL for all services, and those of single ones.
type Urls = (Option<String>, BTreeMap<Service, String>);

/// A variable for all services wins over everything in the profile.
fn configured(lookup: &Lookup<'_>) -> Result<Urls, SettingsError> {
    let Lookup {
        environment,
        profiles,
        profile,
    } = lookup;
    let mut by_service = in_profile(lookup)?;
    let mut all = profiles.get(profile, "endpoint_url");
    if let Some(url) = environment.given("AWS_ENDPOINT_URL")? {
        all = Some(url);
        by_service.clear();
    }
    for service in SERVICES {
        if let Some(url) = environment.given(&variable(service))? {
            by_service.insert(service, url.to_owned());
        }
    }
    Ok((all.map(str::to_owned), by_service))
}

/// What the profile's `services` section says.
fn in_profile(lookup: &Lookup<'_>) -> Result<BTreeMap<Service, String>, SettingsError> {
    let Lookup {
        environment: _,
        profiles,
        profile,
    } = lookup;
    let Some(section) = profiles.get(profile, "services") else {
        return Ok(BTreeMap::new());
    };
    if !profiles.has_services(section) {
        return Err(SettingsError::new(
            format!(
                "profile `{profile}` names the services section `{section}`, which does not exist"
            ),
            format!("write a section [services {section}], or take `services` out of the profile"),
        ));
    }
    let urls = SERVICES.into_iter().filter_map(|service| {
        let url = profiles.of_service(section, id(service), "endpoint_url")?;
        Some((service, url.to_owned()))
    });
    Ok(urls.collect())
}

/// IAM Identity Center and AWS Sign-In are asked by `aws-config`, which knows the variables and nothing else.
pub(super) fn check_sign_in(lookup: &Lookup<'_>) -> Result<(), SettingsError> {
    let Lookup {
        environment,
        profiles,
        profile,
    } = lookup;
    let services = ["sso", "sso_oidc", "signin"];
    let variables = services.map(|id| format!("AWS_ENDPOINT_URL_{}", id.to_ascii_uppercase()));
    let mut names = variables
        .iter()
        .map(String::as_str)
        .chain(["AWS_ENDPOINT_URL"]);
    let variable = names.find(|name| matches!(environment.given(name), Ok(Some(_))));
    let section = profiles.get(profile, "services");
    let own = |id| profiles.of_service(section?, id, "endpoint_url");
    let is_in_profile = profiles.get(profile, "endpoint_url").is_some()
        || services.into_iter().any(|id| own(id).is_some());
    let (what, hint) = match (is_ignored(lookup)?, variable) {
        (true, Some(name)) => (name, "unset it"),
        (false, None) if is_in_profile => (
            "the profile's endpoint URL",
            "set AWS_ENDPOINT_URL_SSO or AWS_ENDPOINT_URL_SIGNIN instead, or get credentials with `credential_process = aws configure export-credentials --format process`",
        ),
        _ => return Ok(()),
    };
    let message = format!("{what} cannot be kept to where SSO or a login gives the credentials");
    Err(SettingsError::new(message, hint))
}

fn is_ignored(lookup: &Lookup<'_>) -> Result<bool, SettingsError> {
    lookup.switch(names(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
    ))
}

/// The variables that lead another program to the same places.
pub(super) fn variables(settings: &EndpointSettings) -> Vec<(String, String)> {
    let EndpointSettings {
        all,
        by_service,
        global_sts: _,
        variant: Variant { fips, dual_stack },
    } = settings;
    let all = all
        .iter()
        .map(|url| ("AWS_ENDPOINT_URL".to_owned(), url.clone()));
    let single = by_service
        .iter()
        .map(|(service, url)| (variable(*service), url.clone()));
    let switches = [
        ("AWS_USE_FIPS_ENDPOINT", fips),
        ("AWS_USE_DUALSTACK_ENDPOINT", dual_stack),
    ];
    let switches = switches.into_iter().filter(|(_, is_on)| **is_on);
    let switches = switches.map(|(name, _)| (name.to_owned(), "true".to_owned()));
    all.chain(single).chain(switches).collect()
}

/// The variables that say where our services are, or that none of them counts.
pub fn endpoint_variables() -> Vec<String> {
    let all = ["AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
    let single = SERVICES.into_iter().map(variable);
    all.map(str::to_owned).into_iter().chain(single).collect()
}

fn variable(service: Service) -> String {
    format!("AWS_ENDPOINT_URL_{}", id(service).to_ascii_uppercase())
}

fn global_sts(lookup: &Lookup<'_>) -> Result<bool, SettingsError> {
    let found = lookup.find(names(
        "AWS_STS_REGIONAL_ENDPOINTS",
        "sts_regional_endpoints",
    ))?;
    match found {
        None => Ok(false),
        Some(found) => match found.value.to_ascii_lowercase().as_str() {
            "legacy" => Ok(true),
            "regional" => Ok(false),
            _ => Err(found.wrong("regional or legacy")),
        },
    }
}

/// The service's id in `services` sections, and in capitals in names of variables.
fn id(service: Service) -> &'static str {
    match service {
        Service::Iam => "iam",
        Service::Sts => "sts",
        Service::Ec2 => "ec2",
        Service::AccessAnalyzer => "accessanalyzer",
        Service::S3 => "s3",
    }
}
