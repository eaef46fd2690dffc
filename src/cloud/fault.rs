//! What went wrong with a call, classified once. The table from AWS's codes to classes is `aws`'s; here
//! are only the classes, so that all other code asks by class and none matches on text.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Call, Service};

/// The class of a fault: all that retry, apply and exit codes need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The thing named does not exist, or is not visible yet (NoSuchEntity, InvalidAssociationID.NotFound).
    Missing,
    /// The thing to be made exists already (EntityAlreadyExists).
    Exists,
    /// The thing to be deleted still has children, or their removal is not visible yet (DeleteConflict).
    Children,
    /// Another writer is at work at the same time (ConcurrentModification).
    Busy,
    /// A name in the call is not visible to the service yet, or wrong (Invalid IAM Instance Profile,
    /// Invalid principal in policy, no associated IAM Roles).
    NotYet,
    /// The thing is in the wrong state for this (IncorrectState, IncorrectInstanceState).
    State,
    /// The role of a profile is already set (LimitExceeded on InstanceSessionsPerInstanceProfile).
    Occupied,
    /// Too many calls (Throttling, RequestLimitExceeded).
    Throttled,
    /// A failure of AWS itself, or a connection lost after it was made (5xx, time-outs). The call may have taken effect.
    Transient,
    /// No connection could be made at all. The call had no effect.
    Unreachable,
    /// An account limit (LimitExceeded).
    Quota,
    /// The caller may not (AccessDenied, UnauthorizedOperation).
    Denied,
    /// The credentials are missing, wrong or of a kind that cannot do this (InvalidClientTokenId, SignatureDoesNotMatch).
    Credentials,
    /// The credentials have expired (ExpiredToken).
    Expired,
    /// The request itself is wrong (MalformedPolicyDocument, InvalidInput, ValidationError).
    Invalid,
    /// It belongs to AWS and cannot be changed (UnmodifiableEntity).
    Unmodifiable,
    /// Anything else, including answers that could not be understood.
    Unexpected,
}

/// One failed call.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[error("{}: {code}: {message}", .call)]
pub struct Fault {
    /// Its class.
    pub class: Class,
    /// The call, `iam:CreateRole`.
    pub call: String,
    /// AWS's error code, or one of ours in the same style (`ConnectionRefused`).
    pub code: String,
    /// AWS's message, as it came.
    pub message: String,
    /// HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// AWS's request id, when there was an answer.
    pub request_id: Option<String>,
    /// What to do next, when it is known.
    pub hint: Option<String>,
}

impl Call {
    /// A fault of this call.
    pub fn fault(&self, class: Class, code: &str, message: &str) -> Fault {
        Fault::new(class, self.service, &self.action, code, message)
    }
}

impl Fault {
    /// A fault of a class, with the texts that name it.
    pub fn new(class: Class, service: Service, action: &str, code: &str, message: &str) -> Self {
        Self {
            class,
            call: format!("{}:{action}", service.name()),
            code: code.to_owned(),
            message: message.to_owned(),
            status: None,
            request_id: None,
            hint: None,
        }
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        let hint = Some(hint.into());
        Self { hint, ..self }
    }

    /// Whether a question that got this answer may get another one later.
    pub fn may_pass(&self) -> bool {
        matches!(
            self.class,
            Class::Missing
                | Class::NotYet
                | Class::Throttled
                | Class::Transient
                | Class::Unreachable
        )
    }

    /// Whether a policy says no, rather than none saying yes. Only AWS's message distinguishes them (IAM user guide,
    /// "Troubleshoot access denied error messages").
    pub fn is_explicit_denial(&self) -> bool {
        self.class == Class::Denied && self.message.contains("with an explicit deny")
    }

    /// Whether the thing asked for is not there.
    pub fn is_missing(&self) -> bool {
        self.class == Class::Missing
    }
}
