//! Why a call is refused before it is carried out, in the words of each service.

use super::authorize::AccessDenied;
use super::fault::Fault;
use super::form::Form;
use super::service::Service;
use super::signature::{INVALID_TOKEN, SignatureError};
use super::weather::FaultKind;

pub(crate) fn unsigned(service: Service, error: SignatureError) -> Fault {
    match (error, service) {
        (error, Service::S3) => unsigned_for_s3(&error),
        (SignatureError::Missing, _) => Fault::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        (SignatureError::Incomplete, _) => Fault::new(
            "IncompleteSignature",
            "The request signature does not conform to AWS standards.",
        ),
        (SignatureError::Expired | SignatureError::Skewed { .. }, Service::Ec2) => {
            Fault::new("RequestExpired", "Request has expired.")
        }
        (SignatureError::Expired, _) => Fault::new(
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        (
            SignatureError::UnknownKey | SignatureError::Mismatch | SignatureError::Region,
            Service::Ec2,
        ) => Fault::new(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        (SignatureError::UnknownKey, _) => Fault::new("InvalidClientTokenId", INVALID_TOKEN),
        (SignatureError::Skewed { signed, bound, now }, _) => {
            let text = if signed < now {
                format!("Signature expired: {signed} is now earlier than {bound} ({now} - 15 min.)")
            } else {
                format!(
                    "Signature not yet current: {signed} is still later than {bound} ({now} + 15 min.)"
                )
            };
            Fault::new("SignatureDoesNotMatch", text)
        }
        (SignatureError::Region, _) => Fault::new(
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region.",
        ),
        (SignatureError::Mismatch, _) => Fault::new(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ),
    }
}

/// S3 has codes of its own (Amazon S3 API reference, error responses).
fn unsigned_for_s3(error: &SignatureError) -> Fault {
    match error {
        SignatureError::Missing => Fault::new("AccessDenied", "Access Denied"),
        SignatureError::Incomplete | SignatureError::Region => Fault::new(
            "AuthorizationHeaderMalformed",
            "The authorization header that you provided is not valid.",
        ),
        SignatureError::Expired => Fault::new("ExpiredToken", "The provided token has expired."),
        SignatureError::UnknownKey => Fault::new(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        SignatureError::Skewed { .. } => Fault::new(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
        SignatureError::Mismatch => Fault::new(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
    }
}

pub(crate) fn throttled(service: Service) -> Fault {
    match service {
        Service::Ec2 => Fault::new("RequestLimitExceeded", "Request limit exceeded."),
        Service::Iam | Service::Sts => Fault::new("Throttling", "Rate exceeded"),
        Service::S3 => Fault::new("SlowDown", "Please reduce your request rate."),
    }
}

/// With HTTP 500, or 503 where the kind of fault says so.
pub(crate) fn failed(service: Service, kind: FaultKind) -> Fault {
    let sorry = "We encountered an internal error. Please try again.";
    match (service, kind) {
        (Service::Ec2, FaultKind::Unavailable) => Fault::new(
            "Unavailable",
            "The server is overloaded and can't handle the request.",
        ),
        (Service::Ec2, _) => Fault::new("InternalError", "An internal error has occurred"),
        (Service::S3, FaultKind::Unavailable) => {
            Fault::new("ServiceUnavailable", "Service is unable to handle request.")
        }
        (Service::S3, _) => Fault::new("InternalError", sorry),
        (_, FaultKind::Unavailable) => Fault::new(
            "ServiceUnavailable",
            "Service is unavailable. Please try again.",
        ),
        (_, _) => Fault::new("ServiceFailure", sorry),
    }
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

/// The caller's policies do not allow it.
pub(crate) fn denied(service: Service, caller: &str, action: &str, form: &Form) -> Fault {
    let (prefix, resource) = (service.name(), resource(form));
    let text = format!(
        "User: {caller} is not authorized to perform: {prefix}:{action} on resource: {resource} because no identity-based policy allows the {prefix}:{action} action"
    );
    match service {
        Service::Ec2 => Fault::new(
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {text}"),
        ),
        Service::Iam | Service::Sts | Service::S3 => Fault::new("AccessDenied", text),
    }
}

/// The caller's own policies do not allow it.
pub(crate) fn unauthorized(service: Service, caller: &str, denial: &AccessDenied) -> Fault {
    let AccessDenied {
        action,
        resource,
        because,
    } = denial;
    let quote = if service == Service::S3 { "\"" } else { "" };
    let text = format!(
        "User: {caller} is not authorized to perform: {action} on resource: {quote}{resource}{quote} {because}"
    );
    let text = text.trim_end();
    match service {
        Service::Ec2 => Fault::new(
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {text}"),
        ),
        Service::Iam | Service::Sts | Service::S3 => Fault::new("AccessDenied", text),
    }
}

/// What the call is about, as AWS names it in a denial.
fn resource(form: &Form) -> String {
    let named =
        |parameter: &str, kind: &str| form.get(parameter).map(|name| format!("{kind}{name}"));
    named("RoleName", "role ")
        .or_else(|| named("InstanceProfileName", "instance profile "))
        .or_else(|| named("UserName", "user "))
        .or_else(|| named("InstanceId", ""))
        .or_else(|| named("InstanceId.1", ""))
        .or_else(|| named("AssociationId", ""))
        .or_else(|| named("Bucket", "arn:aws:s3:::"))
        .unwrap_or_else(|| "*".to_owned())
}
