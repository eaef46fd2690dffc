//! An error as AWS would answer it: code, message and HTTP status. The XML around it is `answer`'s.

use super::xml::Fields;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What a handler gives back.
pub(crate) type Outcome = Result<Fields, Fault>;

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Fault {
        Fault {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn no_such_entity(message: impl Into<String>) -> Fault {
        Fault::new("NoSuchEntity", message)
    }

    pub(crate) fn limit_exceeded(message: impl Into<String>) -> Fault {
        Fault::new("LimitExceeded", message)
    }

    pub(crate) fn malformed_policy(message: impl Into<String>) -> Fault {
        Fault::new("MalformedPolicyDocument", message)
    }

    pub(crate) fn already_exists(message: impl Into<String>) -> Fault {
        Fault::new("EntityAlreadyExists", message)
    }

    /// IAM's answer to the deletion of what still holds something.
    pub(crate) fn delete_conflict(first: &str) -> Fault {
        let text = format!("Cannot delete entity, {first}");
        Fault::new("DeleteConflict", text)
    }

    pub(crate) fn validation(message: impl Into<String>) -> Fault {
        Fault::new("ValidationError", message)
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Fault {
        Fault::new("AccessDenied", message)
    }

    /// EC2's answer to most bad values.
    pub(crate) fn invalid_value(message: impl Into<String>) -> Fault {
        Fault::new("InvalidParameterValue", message)
    }

    /// The HTTP status that AWS sends with the code (service models of IAM and STS; EC2's error overview).
    pub(crate) fn status(&self) -> u16 {
        match self.code {
            "NoSuchEntity" => 404,
            "EntityAlreadyExists"
            | "DeleteConflict"
            | "LimitExceeded"
            | "ConcurrentModification" => 409,
            "AuthFailure" => 401,
            "DryRunOperation" => 412,
            "AccessDenied"
            | "UnauthorizedOperation"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "MissingAuthenticationToken"
            | "ExpiredToken"
            | "IncompleteSignature" => 403,
            "ServiceFailure"
            | "InternalFailure"
            | "InternalError"
            | "InsufficientInstanceCapacity" => 500,
            "ServiceUnavailable" | "Unavailable" | "RequestLimitExceeded" => 503,
            _ => 400,
        }
    }

    pub(crate) fn fields(&self) -> Fields {
        Fields::new()
            .text("Code", self.code)
            .text("Message", &self.message)
    }
}
