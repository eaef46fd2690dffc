//! From a call to a signed HTTP request: endpoint, body and signature put together. Sending it is `client`'s.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::SigningError;
use thiserror::Error;

use super::credentials::is_unsigned;
use super::endpoint::{Endpoint, EndpointError, Endpoints};
use super::query::{self, QueryError};
use super::rest::{self, RestError};
use super::s3::{self, BucketError, BucketRequest};
use super::sign::{self, Scope};
use super::transport::HttpRequest;
use crate::cloud::{Call, Class, Fault, Service};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const JSON: &str = "application/json";
const USER_AGENT: &str = concat!("rolewright/", env!("CARGO_PKG_VERSION"));

/// Why a call never became a request.
#[derive(Debug, Error)]
pub(super) enum Unsendable {
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Rest(#[from] RestError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    Signing(#[from] SigningError),
}

impl Unsendable {
    /// The same as a fault of the call.
    pub(super) fn fault(&self, call: &Call) -> Fault {
        let (code, hint) = match self {
            Unsendable::Endpoint(error) => ("InvalidEndpoint", error.hint()),
            Unsendable::Bucket(BucketError::NotABucket(_)) => (
                "InvalidBucketName",
                "give the bucket's name alone, without s3:// and without a path",
            ),
            Unsendable::Query(_) | Unsendable::Rest(_) | Unsendable::Bucket(_) => (
                "InvalidCall",
                "this is a mistake in rolewright: report it with the command that you ran",
            ),
            Unsendable::Signing(_) => (
                "NotSigned",
                "check the endpoint URL and the credentials for characters that do not belong there",
            ),
        };
        call.fault(Class::Invalid, code, &self.to_string())
            .hinted(hint)
    }
}

/// A request that only lacks its signature.
pub(super) struct Prepared {
    request: HttpRequest,
    service: &'static str,
    signing_region: String,
}

/// Everything about a request that does not age.
pub(super) fn prepare(
    call: &Call,
    endpoints: &Endpoints,
    region: &str,
) -> Result<Prepared, Unsendable> {
    let endpoint = endpoints.resolve(call.service, region)?;
    let request = match call.service {
        Service::Iam | Service::Sts | Service::Ec2 => form(call, endpoint.url)?,
        Service::AccessAnalyzer => resource(call, &endpoint.url)?,
        Service::S3 => bucket(call, &endpoint)?,
    };
    Ok(Prepared {
        request,
        service: call.service.name(),
        signing_region: endpoint.signing_region,
    })
}

fn form(call: &Call, url: String) -> Result<HttpRequest, QueryError> {
    Ok(HttpRequest {
        method: "POST",
        url,
        headers: headers(Some(FORM)),
        body: query::form(call)?.into_bytes(),
    })
}

fn resource(call: &Call, endpoint: &str) -> Result<HttpRequest, RestError> {
    let rest::Resource {
        method,
        target,
        body,
    } = rest::resource(call)?;
    Ok(HttpRequest {
        method,
        url: format!("{}{target}", endpoint.trim_end_matches('/')),
        headers: headers(body.as_ref().map(|_| JSON)),
        body: body.unwrap_or_default().into_bytes(),
    })
}

fn bucket(call: &Call, endpoint: &Endpoint) -> Result<HttpRequest, BucketError> {
    let BucketRequest {
        method,
        url,
        headers: own,
        body,
    } = s3::request(call, endpoint)?;
    let content_type = Some(JSON).filter(|_| !body.is_empty());
    Ok(HttpRequest {
        method,
        url,
        headers: headers(content_type).into_iter().chain(own).collect(),
        body: body.into_bytes(),
    })
}

fn headers(content_type: Option<&str>) -> Vec<(String, String)> {
    let content_type = content_type.map(|content_type| ("content-type", content_type));
    let headers = content_type.into_iter().chain([("user-agent", USER_AGENT)]);
    headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl Prepared {
    /// The request as it leaves.
    pub(super) fn signed(
        self,
        credentials: &Credentials,
        time: SystemTime,
    ) -> Result<HttpRequest, Unsendable> {
        if is_unsigned(credentials) {
            return Ok(self.request);
        }
        let scope = Scope {
            service: self.service,
            region: &self.signing_region,
            time,
        };
        Ok(sign::signed(self.request, credentials, scope)?)
    }
}
