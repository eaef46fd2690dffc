//! Why a call is refused before it is carried out, in the words of each service.

use super::fault::Fault;
use super::form::Form;
use super::route::Service;
use super::signature::{Flaw, INVALID_TOKEN};
use super::sky::ServerError;

pub(crate) fn unsigned(service: Service, flaw: Flaw) -> Fault {
    match (flaw, service) {
        (Flaw::Missing, _) => Fault::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        (Flaw::Incomplete, _) => Fault::new(
            "IncompleteSignature",
            "The request signature does not conform to AWS standards.",
        ),
        (Flaw::Expired | Flaw::Skewed(..), Service::Ec2) => {
            Fault::new("RequestExpired", "Request has expired.")
        }
        (Flaw::Expired, _) => Fault::new(
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        (Flaw::UnknownKey | Flaw::Mismatch | Flaw::Region, Service::Ec2) => Fault::new(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        (Flaw::UnknownKey, _) => Fault::new("InvalidClientTokenId", INVALID_TOKEN),
        (Flaw::Skewed(signed, now), _) => {
            let state = if signed < now {
                "expired"
            } else {
                "not yet current"
            };
            Fault::new(
                "SignatureDoesNotMatch",
                format!("Signature {state}: {signed} (the service's time is {now})"),
            )
        }
        (Flaw::Region, _) => Fault::new(
            "SignatureDoesNotMatch",
            "Credential should be scoped to a valid region.",
        ),
        (Flaw::Mismatch, _) => Fault::new(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ),
    }
}

pub(crate) fn throttled(service: Service) -> Fault {
    match service {
        Service::Ec2 => Fault::new("RequestLimitExceeded", "Request limit exceeded."),
        Service::Iam | Service::Sts => Fault::new("Throttling", "Rate exceeded"),
    }
}

pub(crate) fn failed(service: Service, error: ServerError) -> Fault {
    let sorry = "We encountered an internal error. Please try again.";
    match (service, error) {
        (Service::Ec2, ServerError::Internal) => {
            Fault::new("InternalError", "An internal error has occurred")
        }
        (Service::Ec2, ServerError::Unavailable) => Fault::new(
            "Unavailable",
            "The server is overloaded and can't handle the request.",
        ),
        (_, ServerError::Internal) => Fault::new("ServiceFailure", sorry),
        (_, ServerError::Unavailable) => Fault::new(
            "ServiceUnavailable",
            "Service is unavailable. Please try again.",
        ),
    }
}

pub(crate) fn concurrent() -> Fault {
    let text = "The request was rejected because multiple requests to change this object were submitted simultaneously. Wait a few minutes and submit your request again.";
    Fault::new("ConcurrentModification", text)
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
        Service::Iam | Service::Sts => Fault::new("AccessDenied", text),
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
        .unwrap_or_else(|| "*".to_owned())
}
