//! Error codes that mean the same, as AWS's services and their protocols spell them. What they mean is in `table`.

/// What AWS limits by time.
pub(super) const THROTTLING: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "Throttled",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "SlowDown",
    "EC2ThrottledException",
];

/// Failures of AWS itself.
pub(super) const SERVICE_FAILURE: &[&str] = &[
    "ServiceFailure",
    "InternalFailure",
    "InternalError",
    "InternalServerError",
    "InternalServerException",
    "ServiceUnavailable",
    "Unavailable",
    "RequestTimeout",
    "RequestTimeoutException",
    "PriorRequestNotComplete",
    "IDPCommunicationError",
];

/// What the caller got wrong in the request itself.
pub(super) const WRONG_REQUEST: &[&str] = &[
    "InvalidInput",
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "InvalidParameter",
    "InvalidRequest",
    "InvalidAction",
    "InvalidQueryParameter",
    "MalformedQueryString",
    "MissingAction",
    "MissingParameter",
    "UnknownParameter",
    "ValidationError",
    "ValidationException",
    "InvalidParameterException",
    "UnprocessableEntityException",
    "PolicyEvaluation",
    "*.Malformed",
];

/// Credentials that AWS does not know.
pub(super) const WRONG_CREDENTIALS: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];

/// A signature that was refused, as the Query and the JSON services call it.
pub(super) const SIGNATURE: &[&str] = &["SignatureDoesNotMatch", "InvalidSignatureException"];
