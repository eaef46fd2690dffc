//! From a call on a bucket to method, URL, headers and body: one row for each action. Answers live in `answer`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::aws::endpoint::Endpoint;
use crate::cloud::{Call, Parameter};

/// Where an action goes (Amazon S3 API reference, 2006-03-01).
struct Route {
    action: &'static str,
    method: &'static str,
    /// The sub-resource of the bucket, with its question mark.
    query: &'static str,
    /// The parameter that is the body, unchanged.
    body: Option<&'static str>,
}

const ROUTES: [Route; 4] = [
    route("HeadBucket", "HEAD", "", None),
    route("GetBucketPolicy", "GET", "?policy", None),
    route("PutBucketPolicy", "PUT", "?policy", Some("Policy")),
    route("DeleteBucketPolicy", "DELETE", "?policy", None),
];

const fn route(
    action: &'static str,
    method: &'static str,
    query: &'static str,
    body: Option<&'static str>,
) -> Route {
    Route {
        action,
        method,
        query,
        body,
    }
}

const BUCKET: &str = "Bucket";
const OWNER: &str = "ExpectedBucketOwner";

/// Parameters that travel as headers.
const HEADERS: [(&str, &str); 2] = [
    (OWNER, "x-amz-expected-bucket-owner"),
    (
        "ConfirmRemoveSelfBucketAccess",
        "x-amz-confirm-remove-self-bucket-access",
    ),
];

/// Why a call cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::aws) enum BucketError {
    /// No row of the table.
    #[error("no request is known for {0}")]
    UnknownAction(String),
    /// The bucket becomes part of a host or a path: nothing may lead elsewhere.
    #[error("`{0}` is not the name of a bucket")]
    NotABucket(String),
    /// A value that should have been looked up first.
    #[error("the value of {0} is not known yet")]
    Unfilled(String),
    /// Missing, empty or not a text. Without the expected owner, a bucket of another account could be changed.
    #[error("{0} has to be a text that is not empty")]
    NotAText(String),
    /// A parameter that has no place in the request.
    #[error("{0} has no place in the request")]
    Misplaced(String),
}

/// What of a request depends on the call.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::aws) struct BucketRequest {
    /// The HTTP method.
    pub(in crate::aws) method: &'static str,
    /// The whole URL.
    pub(in crate::aws) url: String,
    /// Headers with small names, in the order of the names.
    pub(in crate::aws) headers: Vec<(String, String)>,
    /// The body; empty where the action has none.
    pub(in crate::aws) body: String,
}

/// The request of a call at an endpoint.
pub(in crate::aws) fn request(
    call: &Call,
    endpoint: &Endpoint,
) -> Result<BucketRequest, BucketError> {
    let mut routes = ROUTES.iter();
    let route = routes
        .find(|route| route.action == call.action)
        .ok_or_else(|| BucketError::UnknownAction(call.action.clone()))?;
    if let Some(name) = call.parameters.keys().find(|name| !has_place(route, name)) {
        return Err(BucketError::Misplaced(name.clone()));
    }
    let url = address(endpoint, text(call, BUCKET)?)?;
    text(call, OWNER)?;
    let body = route.body.map(|name| text(call, name)).transpose()?;
    let mut headers = Vec::new();
    for (name, header) in HEADERS {
        if call.parameters.contains_key(name) {
            headers.push((header.to_owned(), text(call, name)?.to_owned()));
        }
    }
    headers.extend(body.map(checksum).into_iter().flatten());
    headers.sort();
    Ok(BucketRequest {
        method: route.method,
        url: format!("{url}{}", route.query),
        headers,
        body: body.unwrap_or_default().to_owned(),
    })
}

fn has_place(route: &Route, name: &str) -> bool {
    name == BUCKET
        || name == OWNER
        || route.body.is_some_and(|body| {
            name == body || HEADERS.iter().any(|(parameter, _)| *parameter == name)
        })
}

/// S3 refuses a policy without a checksum of its bytes.
fn checksum(body: &str) -> [(String, String); 2] {
    let sum = STANDARD.encode(Sha256::digest(body.as_bytes()));
    [
        ("x-amz-checksum-sha256".to_owned(), sum),
        (
            "x-amz-sdk-checksum-algorithm".to_owned(),
            "SHA256".to_owned(),
        ),
    ]
}

/// The bucket's URL. AWS's own hosts take the bucket as a label, where the certificate covers it: not with dots.
/// Endpoints that were given rarely have names for buckets, so they get it in the path.
fn address(endpoint: &Endpoint, bucket: &str) -> Result<String, BucketError> {
    if !is_bucket_name(bucket) {
        return Err(BucketError::NotABucket(bucket.to_owned()));
    }
    match endpoint.url.strip_prefix("https://") {
        Some(host) if endpoint.is_official && is_label(bucket) => {
            Ok(format!("https://{bucket}.{host}"))
        }
        _ => Ok(format!("{}/{bucket}", endpoint.url.trim_end_matches('/'))),
    }
}

/// Old buckets of us-east-1 also have capitals, underscores and up to 255 characters.
fn is_bucket_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (3..=255).contains(&name.len())
        && name.bytes().all(known)
        && name.bytes().any(|byte| byte != b'.')
}

fn is_label(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 63 && name.bytes().all(known) && !name.starts_with('-') && !name.ends_with('-')
}

fn text<'a>(call: &'a Call, name: &str) -> Result<&'a str, BucketError> {
    match call.parameters.get(name) {
        Some(Parameter::Text(text)) if !text.is_empty() => Ok(text),
        Some(Parameter::Later(lookup)) => Err(BucketError::Unfilled(lookup.clone())),
        _ => Err(BucketError::NotAText(name.to_owned())),
    }
}

#[cfg(test)]
mod tests;
