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
/// URL in the profile's `services` section, the profile's `endpoint_url`. Whoever ignores configured endpoints has none of these.
pub(super) fn settings(
    lookup: &Lookup<'_>,
    typed: Option<&str>,
) -> Result<EndpointSettings, SettingsError> {
    let ignored = names(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
    );
    let is_ignored = lookup.switch(ignored)?;
    let mut settings = EndpointSettings {
        all: typed.map(str::to_owned),
        by_service: BTreeMap::new(),
        global_sts: global_sts(lookup)?,
        variant: Variant {
            fips: lookup.switch(names("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))?,
            dual_stack: lookup.switch(names(
                "AWS_USE_DUALSTACK_ENDPOINT",
                "use_dualstack_endpoint",
            ))?,
        },
    };
    if typed.is_none() && !is_ignored {
        for service in SERVICES {
            if let Some(url) = configured(lookup, service)? {
                settings.by_service.insert(service, url);
            }
        }
    }
    Ok(settings)
}

fn configured(lookup: &Lookup<'_>, service: Service) -> Result<Option<String>, SettingsError> {
    let Lookup {
        environment,
        profiles,
        profile,
    } = lookup;
    let variable = format!("AWS_ENDPOINT_URL_{}", id(service).to_ascii_uppercase());
    for name in [variable.as_str(), "AWS_ENDPOINT_URL"] {
        if let Some(url) = environment.given(name)? {
            return Ok(Some(url.to_owned()));
        }
    }
    let section = profiles.get(profile, "services");
    if let Some(section) = section.filter(|section| !profiles.has_services(section)) {
        return Err(SettingsError::new(
            format!(
                "profile `{profile}` names the services section `{section}`, which does not exist"
            ),
            format!("write a section [services {section}], or take `services` out of the profile"),
        ));
    }
    let of_service =
        section.and_then(|name| profiles.of_service(name, id(service), "endpoint_url"));
    let url = of_service.or_else(|| profiles.get(profile, "endpoint_url"));
    Ok(url.map(str::to_owned))
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
