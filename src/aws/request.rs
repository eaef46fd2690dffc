//! From a call to a signed HTTP request: endpoint, body and signature put together. Sending it is `client`'s.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::SigningError;
use thiserror::Error;

use super::endpoint::{EndpointError, Endpoints};
use super::fault;
use super::query::{self, QueryError};
use super::sign::{self, Scope};
use super::transport::HttpRequest;
use crate::cloud::{Call, Class, Fault};

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";
const USER_AGENT: &str = concat!("rolewright/", env!("CARGO_PKG_VERSION"));

/// Why a call never became a request.
#[derive(Debug, Error)]
pub(super) enum Unsendable {
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Signing(#[from] SigningError),
}

impl Unsendable {
    /// The same as a fault of the call.
    pub(super) fn fault(&self, call: &Call) -> Fault {
        let (code, hint) = match self {
            Unsendable::Endpoint(error) => ("InvalidEndpoint", error.hint()),
            Unsendable::Query(_) => (
                "InvalidCall",
                "this is a mistake in rolewright: report it with the command that you ran",
            ),
            Unsendable::Signing(_) => (
                "NotSigned",
                "check the endpoint URL and the credentials for characters that do not belong there",
            ),
        };
        fault::local(call, Class::Invalid, code, &self.to_string(), hint)
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
    let headers = [("content-type", CONTENT_TYPE), ("user-agent", USER_AGENT)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Prepared {
        request: HttpRequest {
            method: "POST",
            url: endpoint.url,
            headers: headers.into(),
            body: query::form(call)?.into_bytes(),
        },
        service: call.service.name(),
        signing_region: endpoint.signing_region,
    })
}

impl Prepared {
    /// The request as it leaves.
    pub(super) fn signed(
        self,
        credentials: &Credentials,
        time: SystemTime,
    ) -> Result<HttpRequest, Unsendable> {
        let scope = Scope {
            service: self.service,
            region: &self.signing_region,
            time,
        };
        Ok(sign::signed(self.request, credentials, scope)?)
    }
}
