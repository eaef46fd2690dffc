//! The metadata service of an EC2 instance, as far as the instance's credentials go: IMDSv2 first, IMDSv1 only
//! where that is allowed. Keys and tokens are not kept. Facts: EC2 user guide, "Use the Instance Metadata Service".

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;
use thiserror::Error;

use super::endpoint::is_near;
use super::http::HttpTransport;
use super::transport::{HttpRequest, HttpResponse, Transport};

/// Where it is on every instance.
pub const ADDRESS: &str = "http://169.254.169.254";

/// It answers within milliseconds, or not at all.
const TIMEOUT: Duration = Duration::from_secs(2);
const TOKEN: &str = "x-aws-ec2-metadata-token";
const TOKEN_LIFETIME: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const DATA: &str = "latest/meta-data/";

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// What is asked there goes over the wire in clear.
    #[error(
        "{0} is no metadata service: plain http goes to the instance's own or to loopback only"
    )]
    Elsewhere(String),
    /// Not on an instance, or switched off.
    #[error("no metadata service answers at {address}: {reason}")]
    Silent {
        /// Where.
        address: String,
        /// What happened instead.
        reason: String,
    },
    /// No token for IMDSv2.
    #[error("the metadata service gives no IMDSv2 token: HTTP {0}")]
    NoToken(u16),
    /// An answer with another status than 200 and 404.
    #[error("the metadata service refuses {path}: HTTP {status}")]
    Refused {
        /// What was asked for.
        path: String,
        /// What it said.
        status: u16,
    },
    /// An answer that is not what it should be.
    #[error("the metadata service's answer for {0} cannot be read")]
    Unreadable(String),
}

impl MetadataError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            MetadataError::Elsewhere(_) => "leave --endpoint out on an instance",
            MetadataError::Silent { .. } => {
                "run it on an EC2 instance, check that its metadata options have the endpoint enabled and enough hops for a container, or name another place with --endpoint"
            }
            MetadataError::NoToken(403) => "a proxy stands between, or the endpoint is disabled",
            MetadataError::NoToken(_) => "a very old service may answer with --allow-imdsv1",
            MetadataError::Refused { status: 401, .. } => {
                "the instance requires IMDSv2: leave --allow-imdsv1 out"
            }
            MetadataError::Refused { .. } | MetadataError::Unreadable(_) => {
                "try it again, and check what answers there"
            }
        }
    }
}

/// What an instance knows about its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceKeys {
    /// The instance's id.
    pub instance: String,
    /// Its region.
    pub region: String,
    /// Whether a token was used: IMDSv2.
    pub with_token: bool,
    /// The ARN and the unique id of its profile, if it has one.
    pub profile: Option<(String, String)>,
    /// The role in the profile, if there is one.
    pub role: Option<String>,
    /// `Success`, or why EC2 has no credentials for it (`AssumeRoleUnauthorizedAccess`).
    pub code: Option<String>,
    /// When the credentials were fetched last, as the service writes it.
    pub updated: Option<String>,
    /// When they expire, as the service writes it.
    pub expires: Option<String>,
}

/// Reads what an instance knows.
pub async fn instance_keys(address: &str, allow_v1: bool) -> Result<InstanceKeys, MetadataError> {
    let service = Service::open(address, allow_v1).await?;
    let required = |found: Option<String>, path: &str| {
        found.ok_or_else(|| MetadataError::Unreadable(path.to_owned()))
    };
    let id = service.data("instance-id").await?;
    let region = service.data("placement/region").await?;
    let info = service.json("iam/info").await?;
    let text = |value: &Option<Value>, name: &str| {
        let value = value.as_ref()?.get(name)?;
        value.as_str().map(str::to_owned)
    };
    let role = service.data("iam/security-credentials/").await?;
    let role = role.and_then(|list| list.lines().next().map(str::to_owned));
    let keys = match &role {
        Some(role) => {
            service
                .json(&format!("iam/security-credentials/{role}"))
                .await?
        }
        None => None,
    };
    Ok(InstanceKeys {
        instance: required(id, "instance-id")?,
        region: required(region, "placement/region")?,
        with_token: service.token.is_some(),
        profile: text(&info, "InstanceProfileArn").zip(text(&info, "InstanceProfileId")),
        role,
        code: text(&keys, "Code").or_else(|| text(&info, "Code")),
        updated: text(&keys, "LastUpdated"),
        expires: text(&keys, "Expiration"),
    })
}

struct Service {
    transport: HttpTransport,
    address: String,
    token: Option<String>,
}

impl Service {
    async fn open(address: &str, allow_v1: bool) -> Result<Self, MetadataError> {
        let host = Url::parse(address).ok();
        let host = host.as_ref().filter(|url| url.scheme() == "http");
        let host = host.and_then(Url::host_str);
        if !host.is_some_and(is_near) {
            return Err(MetadataError::Elsewhere(address.to_owned()));
        }
        let mut service = Self {
            transport: HttpTransport::new(),
            address: address.trim_end_matches('/').to_owned(),
            token: None,
        };
        let lifetime = (TOKEN_LIFETIME.to_owned(), "60".to_owned());
        let answer = service
            .send("PUT", "latest/api/token", vec![lifetime])
            .await?;
        service.token = match answer.status {
            200 => Some(text(&answer)),
            403..=405 if allow_v1 => None,
            status => return Err(MetadataError::NoToken(status)),
        };
        Ok(service)
    }

    async fn data(&self, item: &str) -> Result<Option<String>, MetadataError> {
        let path = format!("{DATA}{item}");
        let token = self
            .token
            .iter()
            .map(|token| (TOKEN.to_owned(), token.clone()));
        let answer = self.send("GET", &path, token.collect()).await?;
        match answer.status {
            200 => Ok(Some(text(&answer))),
            404 => Ok(None),
            status => Err(MetadataError::Refused { path, status }),
        }
    }

    async fn json(&self, item: &str) -> Result<Option<Value>, MetadataError> {
        let found = self.data(item).await?;
        let read = found.map(|text| serde_json::from_str(&text));
        read.transpose()
            .map_err(|_| MetadataError::Unreadable(item.to_owned()))
    }

    async fn send(
        &self,
        method: &'static str,
        path: &str,
        headers: Vec<(String, String)>,
    ) -> Result<HttpResponse, MetadataError> {
        let request = HttpRequest {
            method,
            url: format!("{}/{path}", self.address),
            headers,
            body: Vec::new(),
        };
        let silent = |reason: String| MetadataError::Silent {
            address: self.address.clone(),
            reason,
        };
        match tokio::time::timeout(TIMEOUT, self.transport.send(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(silent(error.to_string())),
            Err(_) => Err(silent(format!("no answer within {} s", TIMEOUT.as_secs()))),
        }
    }
}

fn text(answer: &HttpResponse) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
