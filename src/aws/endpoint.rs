//! From service and region to URL and signing region: AWS's own hosts per partition, and the overrides.
//! Reading the environment is the command line's.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use thiserror::Error;

use crate::cloud::Service;
use crate::model::Partition;

const SERVICES: [Service; 5] = [
    Service::Iam,
    Service::Sts,
    Service::Ec2,
    Service::AccessAnalyzer,
    Service::S3,
];

/// Prefixes of regions whose partitions we do not know the ARNs of (AWS European Sovereign Cloud, the ISO regions).
const FOREIGN_PREFIXES: [&str; 5] = ["eusc-", "us-iso-", "us-isob-", "us-isof-", "eu-isoe-"];

/// The regions whose STS was reached at one address once (AWS SDKs and Tools guide, "AWS STS regional endpoints").
const GLOBAL_STS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
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
}

impl EndpointSettings {
    /// The overrides by their precedence, the AWS CLI's: the `--endpoint-url` flag, then
    /// `AWS_ENDPOINT_URL_<SERVICE>`, then `AWS_ENDPOINT_URL`. `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true` leaves only
    /// the flag. `AWS_STS_REGIONAL_ENDPOINTS=legacy` chooses STS's global address. `variable` looks up the environment.
    pub fn from_sources(flag: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        if let Some(url) = flag {
            return Self {
                all: Some(url.to_owned()),
                ..Self::default()
            };
        }
        let global_sts = given("AWS_STS_REGIONAL_ENDPOINTS")
            .is_some_and(|value| value.eq_ignore_ascii_case("legacy"));
        if given("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            return Self {
                global_sts,
                ..Self::default()
            };
        }
        let by_service = SERVICES.into_iter().filter_map(|service| {
            let name = format!("AWS_ENDPOINT_URL_{}", variable_name(service));
            Some((service, given(&name)?))
        });
        Self {
            all: given("AWS_ENDPOINT_URL"),
            by_service: by_service.collect(),
            global_sts,
        }
    }
}

/// The service's id in names of variables, in capitals (AWS SDKs and tools reference, "Service-specific endpoints").
fn variable_name(service: Service) -> &'static str {
    match service {
        Service::Iam => "IAM",
        Service::Sts => "STS",
        Service::Ec2 => "EC2",
        Service::AccessAnalyzer => "ACCESSANALYZER",
        Service::S3 => "S3",
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
    /// A region of a partition that is not supported.
    #[error("region {0} is in a partition that is not supported")]
    ForeignPartition(String),
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
            EndpointError::ForeignPartition(_) => {
                "use a region of aws, aws-cn or aws-us-gov, or give the endpoint with --endpoint-url"
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
}

impl Endpoints {
    /// Checks every override, used or not.
    pub fn new(settings: &EndpointSettings) -> Result<Self, EndpointError> {
        let EndpointSettings {
            all,
            by_service,
            global_sts,
        } = settings;
        let by_service = by_service
            .iter()
            .map(|(service, url)| Ok((*service, checked(url)?)));
        Ok(Self {
            all: all.as_deref().map(checked).transpose()?,
            by_service: by_service.collect::<Result<_, _>>()?,
            global_sts: *global_sts,
        })
    }

    /// The endpoint of a service in a region.
    pub fn resolve(&self, service: Service, region: &str) -> Result<Endpoint, EndpointError> {
        if !is_region_name(region) {
            return Err(EndpointError::NotARegion(region.to_owned()));
        }
        let chosen = self.by_service.get(&service).or(self.all.as_ref());
        let is_global = self.global_sts && service == Service::Sts && GLOBAL_STS.contains(&region);
        if chosen.is_none() && is_global {
            return Ok(Endpoint {
                url: "https://sts.amazonaws.com/".to_owned(),
                signing_region: "us-east-1".to_owned(),
                is_official: true,
            });
        }
        let url = match chosen {
            Some(url) => url.to_string(),
            None => official(service, region)?,
        };
        Ok(Endpoint {
            url,
            signing_region: signing_region(service, region),
            is_official: chosen.is_none(),
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

/// Whether a host is the metadata service of an instance, which never leaves it.
pub(super) fn is_metadata(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address == "169.254.169.254" || address == "fd00:ec2::254"
}

fn official(service: Service, region: &str) -> Result<String, EndpointError> {
    if FOREIGN_PREFIXES
        .iter()
        .any(|prefix| region.starts_with(prefix))
    {
        return Err(EndpointError::ForeignPartition(region.to_owned()));
    }
    let partition = Partition::of_region(region);
    let suffix = partition.dns_suffix();
    Ok(match (service, partition) {
        (Service::Iam, Partition::Aws) => format!("https://iam.{suffix}/"),
        (Service::Iam, Partition::China) => format!("https://iam.cn-north-1.{suffix}/"),
        (Service::Iam, Partition::GovCloud) => format!("https://iam.us-gov.{suffix}/"),
        (Service::Sts | Service::Ec2 | Service::AccessAnalyzer | Service::S3, _) => {
            format!("https://{}.{region}.{suffix}/", service.name())
        }
    })
}

/// IAM has one control plane per partition, and signatures name its region whatever the run's own is.
fn signing_region(service: Service, region: &str) -> String {
    let signing = match (service, Partition::of_region(region)) {
        (Service::Iam, Partition::Aws) => "us-east-1",
        (Service::Iam, Partition::China) => "cn-north-1",
        (Service::Iam, Partition::GovCloud) => "us-gov-west-1",
        (Service::Sts | Service::Ec2 | Service::AccessAnalyzer | Service::S3, _) => region,
    };
    signing.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(service: Service, region: &str) -> (String, String) {
        let Endpoint {
            url,
            signing_region,
            is_official,
        } = Endpoints::default().resolve(service, region).unwrap();
        assert!(is_official);
        (url, signing_region)
    }

    fn pair(url: &str, region: &str) -> (String, String) {
        (url.to_owned(), region.to_owned())
    }

    fn overridden(url: &str) -> Result<Endpoint, EndpointError> {
        let settings = EndpointSettings::from_sources(Some(url), |_| None);
        Endpoints::new(&settings)?.resolve(Service::Iam, "eu-central-1")
    }

    #[test]
    fn iam_has_one_host_per_partition() {
        let iam = |region| resolved(Service::Iam, region);
        assert_eq!(
            iam("eu-west-1"),
            pair("https://iam.amazonaws.com/", "us-east-1")
        );
        assert_eq!(
            iam("cn-northwest-1"),
            pair("https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1")
        );
        assert_eq!(
            iam("us-gov-east-1"),
            pair("https://iam.us-gov.amazonaws.com/", "us-gov-west-1")
        );
    }

    #[test]
    fn all_others_are_regional() {
        assert_eq!(
            resolved(Service::Sts, "eu-west-1"),
            pair("https://sts.eu-west-1.amazonaws.com/", "eu-west-1")
        );
        assert_eq!(
            resolved(Service::Ec2, "cn-north-1"),
            pair("https://ec2.cn-north-1.amazonaws.com.cn/", "cn-north-1")
        );
        assert_eq!(
            resolved(Service::Sts, "us-gov-west-1"),
            pair("https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1")
        );
        assert_eq!(
            resolved(Service::AccessAnalyzer, "eu-west-1"),
            pair(
                "https://access-analyzer.eu-west-1.amazonaws.com/",
                "eu-west-1"
            )
        );
    }

    #[test]
    fn an_override_changes_the_host_and_not_the_signature() {
        assert_eq!(
            overridden("http://localhost:5000/moto"),
            Ok(Endpoint {
                url: "http://localhost:5000/moto".into(),
                signing_region: "us-east-1".into(),
                is_official: false
            })
        );
        assert_eq!(
            overridden("https://vpce.example.com").unwrap().url,
            "https://vpce.example.com/"
        );
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for loopback in [
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "http://localhost",
            "HTTP://LOCALHOST:80",
        ] {
            assert!(overridden(loopback).is_ok(), "{loopback}");
        }
        for elsewhere in [
            "http://iam.amazonaws.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://0.0.0.0:5000",
        ] {
            assert_eq!(
                overridden(elsewhere),
                Err(EndpointError::Unencrypted(elsewhere.into()))
            );
        }
    }

    #[test]
    fn what_is_not_an_endpoint_is_refused() {
        assert_eq!(
            overridden("localhost:5000").unwrap_err().to_string(),
            "`localhost:5000` is not an endpoint URL"
        );
        assert_eq!(
            overridden("ftp://localhost"),
            Err(EndpointError::Unusable("ftp://localhost".into()))
        );
        let secret = overridden("https://user:hush@example.com/?key=hush").unwrap_err();
        assert!(!format!("{secret} {secret:?}").contains("hush"));
    }

    #[test]
    fn a_region_cannot_smuggle_in_another_host() {
        let endpoints = Endpoints::default();
        for region in ["", "eu-west-1.example.com/#", "EU-WEST-1"] {
            assert_eq!(
                endpoints.resolve(Service::Ec2, region),
                Err(EndpointError::NotARegion(region.into()))
            );
        }
        assert_eq!(
            endpoints.resolve(Service::Iam, "us-iso-east-1"),
            Err(EndpointError::ForeignPartition("us-iso-east-1".into()))
        );
    }

    #[test]
    fn sts_has_a_global_address_for_those_who_want_it() {
        let sts = |setting: &'static str, region| {
            let settings = EndpointSettings::from_sources(None, |name| {
                (name == "AWS_STS_REGIONAL_ENDPOINTS").then(|| setting.to_owned())
            });
            let endpoints = Endpoints::new(&settings).unwrap();
            let found = endpoints.resolve(Service::Sts, region).unwrap();
            (found.url, found.signing_region)
        };
        let global = pair("https://sts.amazonaws.com/", "us-east-1");
        assert_eq!(sts("legacy", "eu-west-1"), global);
        let regional = |region: &str| pair(&format!("https://sts.{region}.amazonaws.com/"), region);
        assert_eq!(sts("regional", "eu-west-1"), regional("eu-west-1"));
        assert_eq!(sts("legacy", "eu-south-1"), regional("eu-south-1"));
    }

    #[test]
    fn the_flag_wins_over_the_service_over_the_rest() {
        let environment = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some("https://all.example.com/".to_owned()),
            "AWS_ENDPOINT_URL_IAM" => Some("https://iam.example.com/".to_owned()),
            "AWS_ENDPOINT_URL_STS" => Some(String::new()),
            "AWS_ENDPOINT_URL_ACCESSANALYZER" => Some("https://analyzer.example.com/".to_owned()),
            _ => None,
        };
        let url = |flag, service| {
            let settings = EndpointSettings::from_sources(flag, environment);
            let endpoints = Endpoints::new(&settings).unwrap();
            endpoints.resolve(service, "eu-west-1").unwrap().url
        };
        assert_eq!(url(None, Service::Iam), "https://iam.example.com/");
        assert_eq!(url(None, Service::Sts), "https://all.example.com/");
        assert_eq!(
            url(None, Service::AccessAnalyzer),
            "https://analyzer.example.com/"
        );
        let flag = Some("https://flag.example.com/");
        assert_eq!(url(flag, Service::Iam), "https://flag.example.com/");
    }

    #[test]
    fn configured_endpoints_can_be_ignored() {
        let environment = |name: &str| match name {
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("True".to_owned()),
            _ => Some("https://all.example.com/".to_owned()),
        };
        assert_eq!(
            EndpointSettings::from_sources(None, environment),
            EndpointSettings::default()
        );
    }
}
