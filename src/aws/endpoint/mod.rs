//! From service and region to URL and signing region: the overrides, and what an endpoint may be. AWS's own hosts are
//! `official`'s, where the overrides come from is `settings`'.

mod official;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use thiserror::Error;

use crate::cloud::Service;
use crate::model::Partition;

pub use official::Variant;

/// The regions whose STS was reached at one address once (AWS SDKs and Tools guide, "AWS STS regional endpoints").
const GLOBAL_STS: [&str; 15] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Overrides as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointSettings {
    /// One URL for every service.
    pub all: Option<String>,
    /// URLs for single services; they win over the one for all.
    pub by_service: BTreeMap<Service, String>,
    /// Whether STS is asked at its global address where it has one; tokens from there are good in the older regions only.
    pub global_sts: bool,
    /// Which of AWS's hosts are asked.
    pub variant: Variant,
}

impl EndpointSettings {
    /// One URL for every service, whatever else is set.
    pub fn everywhere(url: &str) -> Self {
        Self {
            all: Some(url.to_owned()),
            ..Self::default()
        }
    }
}

/// Why an endpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// Not a URL with a host.
    #[error("`{0}` is not an endpoint URL")]
    NotAUrl(String),
    /// A scheme other than http and https, or a part that an endpoint cannot have.
    #[error(
        "the endpoint URL `{0}` has a scheme, user, query or fragment that an endpoint cannot have"
    )]
    Unusable(String),
    /// Plain http to somewhere else than this machine.
    #[error("refusing to send signed requests to `{0}` without encryption")]
    Unencrypted(String),
    /// Not the name of a region.
    #[error("`{0}` is not the name of a region")]
    NotARegion(String),
    /// A region of no partition: its hosts and ARNs cannot be computed.
    #[error("region {0} is in no partition of AWS that is known")]
    UnknownPartition(String),
    /// An override that says where to go, and a setting that says which of AWS's hosts.
    #[error("{service} has the endpoint URL {url}, and a {variant} was asked for", service = .service.name())]
    VariantOfOverride {
        /// The service.
        service: Service,
        /// Its override.
        url: String,
        /// What was asked for.
        variant: Variant,
    },
    /// AWS has no such host.
    #[error("{service} has no {variant} in {region}", service = .service.name())]
    NoVariant {
        /// The service.
        service: Service,
        /// The region.
        region: String,
        /// What was asked for.
        variant: Variant,
    },
}

impl EndpointError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            EndpointError::NotAUrl(_) | EndpointError::Unusable(_) => {
                "write it like https://iam.example.com or http://localhost:5000"
            }
            EndpointError::Unencrypted(_) => {
                "use https://, or http:// with localhost, 127.0.0.1 or [::1]"
            }
            EndpointError::NotARegion(_) => "regions look like eu-central-1",
            EndpointError::UnknownPartition(_) => {
                "check the region's name, or give the endpoint with --endpoint-url"
            }
            EndpointError::VariantOfOverride { .. } => {
                "take the endpoint URL away, or AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and their keys in the profile: both cannot hold"
            }
            EndpointError::NoVariant { .. } => {
                "choose another region, or take AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT or their keys in the profile away; FIPS endpoints are in the United States, Canada and GovCloud"
            }
        }
    }
}

/// Where a call goes and what it is signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL, with a path.
    pub url: String,
    /// The region of the signature.
    pub signing_region: String,
    /// Whether the host is AWS's own, not an override: only there can a bucket be a label of it.
    pub is_official: bool,
}

/// The checked overrides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    all: Option<Url>,
    by_service: BTreeMap<Service, Url>,
    global_sts: bool,
    variant: Variant,
}

impl Endpoints {
    /// Checks every override, used or not.
    pub fn new(settings: &EndpointSettings) -> Result<Self, EndpointError> {
        let EndpointSettings {
            all,
            by_service,
            global_sts,
            variant,
        } = settings;
        let by_service = by_service
            .iter()
            .map(|(service, url)| Ok((*service, checked(url)?)));
        Ok(Self {
            all: all.as_deref().map(checked).transpose()?,
            by_service: by_service.collect::<Result<_, _>>()?,
            global_sts: *global_sts,
            variant: *variant,
        })
    }

    /// The endpoint of a service in a region.
    pub fn resolve(&self, service: Service, region: &str) -> Result<Endpoint, EndpointError> {
        if !is_region_name(region) {
            return Err(EndpointError::NotARegion(region.to_owned()));
        }
        match self.by_service.get(&service).or(self.all.as_ref()) {
            Some(url) => self.overridden(service, region, url),
            None => self.official(service, region),
        }
    }

    fn overridden(
        &self,
        service: Service,
        region: &str,
        url: &Url,
    ) -> Result<Endpoint, EndpointError> {
        if self.variant != Variant::default() {
            return Err(EndpointError::VariantOfOverride {
                service,
                url: url.to_string(),
                variant: self.variant,
            });
        }
        Ok(Endpoint {
            url: url.to_string(),
            signing_region: signing_region(service, region, Partition::of_region(region)),
            is_official: false,
        })
    }

    fn official(&self, service: Service, region: &str) -> Result<Endpoint, EndpointError> {
        let partition = Partition::of_region(region)
            .ok_or_else(|| EndpointError::UnknownPartition(region.to_owned()))?;
        let is_global = self.global_sts
            && self.variant == Variant::default()
            && service == Service::Sts
            && GLOBAL_STS.contains(&region);
        if is_global {
            return Ok(Endpoint {
                url: "https://sts.amazonaws.com/".to_owned(),
                signing_region: "us-east-1".to_owned(),
                is_official: true,
            });
        }
        let host = official::host(service, partition, region, self.variant)?;
        Ok(Endpoint {
            url: format!("https://{host}/"),
            signing_region: signing_region(service, region, Some(partition)),
            is_official: true,
        })
    }
}

/// The region becomes part of a host name: nothing that could lead to another host may be in it.
fn is_region_name(region: &str) -> bool {
    !region.is_empty()
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// IAM has one control plane per partition, and signatures name its region whatever the run's own is.
fn signing_region(service: Service, region: &str, partition: Option<Partition>) -> String {
    let signing = match (service, partition) {
        (Service::Iam, Some(partition)) => partition.home(),
        _ => region,
    };
    signing.to_owned()
}

fn checked(given: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(given).map_err(|_| EndpointError::NotAUrl(given.to_owned()))?;
    let host = url
        .host_str()
        .ok_or_else(|| EndpointError::NotAUrl(given.to_owned()))?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    match url.scheme() {
        _ if !plain => Err(EndpointError::Unusable(without_secrets(&url))),
        "https" => Ok(url),
        "http" if is_loopback(host) => Ok(url),
        "http" => Err(EndpointError::Unencrypted(given.to_owned())),
        _ => Err(EndpointError::Unusable(given.to_owned())),
    }
}

/// The URL for a message: whatever stood before the host or after the path may be a password.
fn without_secrets(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{}://…{host}{}…", url.scheme(), url.path())
}

/// Whether a host, as URLs spell it, is this machine whatever the name service says.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || address
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a host is reached without leaving this machine or its hypervisor: loopback, and the link-local addresses at
/// which EC2, ECS and EKS hand out credentials. No proxy may stand between.
pub(super) fn is_near(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_link_local = address
        .parse::<Ipv4Addr>()
        .is_ok_and(|address| address.is_link_local());
    let is_nitro = address
        .parse::<Ipv6Addr>()
        .is_ok_and(|address| address.segments()[..2] == [0xfd00, 0x0ec2]);
    is_loopback(host) || is_link_local || is_nitro
}
