//! Why a call is refused before it is carried out, in the words of each service.

use super::authorize::AccessDenied;
use super::fault::Fault;
use super::form::Form;
use super::service::Service;
use super::signature::{INVALID_TOKEN, SignatureError};
use super::weather::FaultKind;

pub(crate) fn unsigned(service: Service, error: SignatureError) -> Fault {
    let (code, text) = match (error, service) {
        (error, Service::S3) => return unsigned_for_s3(&error),
        (SignatureError::Missing, _) => (
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        (SignatureError::Incomplete, _) => (
            "IncompleteSignature",
            "The request signature does not conform to AWS standards.",
        ),
        (SignatureError::Expired | SignatureError::Skewed { .. }, Service::Ec2) => {
            ("RequestExpired", "Request has expired.")
        }
        (SignatureError::Expired, _) => (
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        (
            SignatureError::UnknownKey | SignatureError::Mismatch | SignatureError::Region,
            Service::Ec2,
        ) => (
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        (SignatureError::UnknownKey, _) => ("InvalidClientTokenId", INVALID_TOKEN),
        (SignatureError::Skewed { signed, bound, now }, _) => {
            let text = if signed < now {
                format!("Signature expired: {signed} is now earlier than {bound} ({now} - 15 min.)")
            } else {
                format!(
                    "Signature not yet current: {signed} is still later than {bound} ({now} + 15 min.)"
                )
            };
            return Fault::new("SignatureDoesNotMatch", text);
        }
        (SignatureError::Region, _) => (
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region.",
        ),
        (SignatureError::Mismatch, _) => (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ),
    };
    Fault::new(code, text)
}

/// S3 has codes of its own (Amazon S3 API reference, error responses).
fn unsigned_for_s3(error: &SignatureError) -> Fault {
    let (code, text) = match error {
        SignatureError::Missing => ("AccessDenied", "Access Denied"),
        SignatureError::Incomplete | SignatureError::Region => (
            "AuthorizationHeaderMalformed",
            "The authorization header that you provided is not valid.",
        ),
        SignatureError::Expired => ("ExpiredToken", "The provided token has expired."),
        SignatureError::UnknownKey => (
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        SignatureError::Skewed { .. } => (
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
        SignatureError::Mismatch => (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
    };
    Fault::new(code, text)
}

pub(crate) fn throttled(service: Service) -> Fault {
    let (code, text) = match service {
        Service::Ec2 => ("RequestLimitExceeded", "Request limit exceeded."),
        Service::Iam | Service::Sts => ("Throttling", "Rate exceeded"),
        Service::S3 => ("SlowDown", "Please reduce your request rate."),
    };
    Fault::new(code, text)
}

/// With HTTP 500, or 503 where the kind of fault says so.
pub(crate) fn failed(service: Service, kind: FaultKind) -> Fault {
    let sorry = "We encountered an internal error. Please try again.";
    let (code, text) = match (service, kind == FaultKind::Unavailable) {
        (Service::Ec2, true) => (
            "Unavailable",
            "The server is overloaded and can't handle the request.",
        ),
        (Service::Ec2, false) => ("InternalError", "An internal error has occurred"),
        (Service::S3, true) => ("ServiceUnavailable", "Service is unable to handle request."),
        (Service::S3, false) => ("InternalError", sorry),
        (Service::Iam | Service::Sts, true) => (
            "ServiceUnavailable",
            "Service is unavailable. Please try again.",
        ),
        (Service::Iam | Service::Sts, false) => ("ServiceFailure", sorry),
    };
    Fault::new(code, text)
}

pub(crate) fn concurrent() -> Fault {
    let text = "The request was rejected because multiple requests to change this object were submitted simultaneously. Wait a few minutes and submit your request again.";
    Fault::new("ConcurrentModification", text)
}

pub(crate) fn aborted() -> Fault {
    let text = "A conflicting conditional operation is currently in progress against this resource. Please try again.";
    Fault::new("OperationAborted", text)
}

pub(crate) fn concurrent_tags() -> Fault {
    let text = "You can't run simultaneous commands to modify a tag for a specific resource. Allow sufficient wait time for the previous request to complete, then retry your request.";
    Fault::new("ConcurrentTagAccess", text)
}

/// The zone has no room for instances of the type.
pub(crate) fn no_capacity(form: &Form, region: &str) -> Fault {
    let kind = form.get("InstanceType").unwrap_or("t3.micro");
    let text = format!(
        "We currently do not have sufficient {kind} capacity in the Availability Zone you requested ({region}a). Our system will be working on provisioning additional capacity. You can currently get {kind} capacity by not specifying an Availability Zone in your request or choosing {region}b, {region}c."
    );
    Fault::new("InsufficientInstanceCapacity", text)
}

pub(crate) fn denied(service: Service, caller: &str, action: &str, form: &Form) -> Fault {
    let (prefix, resource) = (service.name(), resource(form));
    let because = format!("because no identity-based policy allows the {prefix}:{action} action");
    not_authorized(
        service,
        caller,
        &format!("{prefix}:{action} on resource: {resource} {because}"),
    )
}

pub(crate) fn unauthorized(service: Service, caller: &str, denial: &AccessDenied) -> Fault {
    let AccessDenied {
        action,
        resource,
        because,
    } = denial;
    let quote = if service == Service::S3 { "\"" } else { "" };
    let what = format!("{action} on resource: {quote}{resource}{quote} {because}");
    not_authorized(service, caller, what.trim_end())
}

fn not_authorized(service: Service, caller: &str, what: &str) -> Fault {
    let text = format!("User: {caller} is not authorized to perform: {what}");
    if service != Service::Ec2 {
        return Fault::access_denied(text);
    }
    let text = format!("You are not authorized to perform this operation. {text}");
    Fault::new("UnauthorizedOperation", text)
}

/// What the call is about, as AWS names it in a denial.
fn resource(form: &Form) -> String {
    let named = [
        ("RoleName", "role "),
        ("InstanceProfileName", "instance profile "),
        ("UserName", "user "),
        ("InstanceId", ""),
        ("InstanceId.1", ""),
        ("AssociationId", ""),
        ("Bucket", "arn:aws:s3:::"),
    ];
    let named = named
        .into_iter()
        .find_map(|(field, kind)| Some(format!("{kind}{}", form.get(field)?)));
    named.unwrap_or_else(|| "*".to_owned())
}
