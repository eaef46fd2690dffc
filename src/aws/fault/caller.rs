//! What error codes say about the caller: credentials, clock, permissions. Rows are tried from top to bottom; no code of
//! theirs is in another table. Sources: the common errors of the API references, the IAM user guide's troubleshooting.

use super::codes::{SIGNATURE, WRONG_CREDENTIALS};
use super::table::{EC2, IAM, Row, STS, row, special};
use crate::cloud::Class;

const CLOCK_HINT: &str = "set this machine's clock: it differs from AWS's";

pub(super) const CALLER: &[Row] = &[
    // Who we are. Clocks come first, since their codes also mean other things.
    special(
        None,
        SIGNATURE,
        "Signature expired",
        Class::Credentials,
        CLOCK_HINT,
    ),
    special(
        None,
        SIGNATURE,
        "Signature not yet current",
        Class::Credentials,
        CLOCK_HINT,
    ),
    row(
        None,
        &["RequestTimeTooSkewed", "RequestInTheFuture"],
        Class::Credentials,
        CLOCK_HINT,
    ),
    special(
        None,
        SIGNATURE,
        "Credential should be scoped",
        Class::Credentials,
        "the endpoint is of another region or service than the signature: check --region and --endpoint-url",
    ),
    row(
        None,
        &[
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "IncompleteSignatureException",
        ],
        Class::Credentials,
        "check the secret access key",
    ),
    row(
        IAM,
        WRONG_CREDENTIALS,
        Class::Credentials,
        "check the access key and that it is of this partition; IAM also refuses credentials of GetFederationToken, and of GetSessionToken without MFA",
    ),
    row(
        None,
        WRONG_CREDENTIALS,
        Class::Credentials,
        "check the access key and that it is of this partition, and that the region is enabled for the account",
    ),
    row(
        EC2,
        &["AuthFailure"],
        Class::Credentials,
        "check the access key, the clock, and that the region is enabled for the account",
    ),
    row(
        EC2,
        &["RequestExpired"],
        Class::Expired,
        "get new credentials, and check this machine's clock",
    ),
    row(
        None,
        &["ExpiredToken", "ExpiredTokenException"],
        Class::Expired,
        "get new credentials, then run again",
    ),
    // What we may.
    special(
        STS,
        &["AccessDenied"],
        "sts:AssumeRole",
        Class::Denied,
        "check the role's trust policy, the external id, MFA, and the caller's sts:AssumeRole permission",
    ),
    special(
        EC2,
        &["UnauthorizedOperation"],
        "Encoded authorization failure message",
        Class::Denied,
        "read the reason with: aws sts decode-authorization-message --encoded-message …",
    ),
    row(
        EC2,
        &["UnauthorizedOperation"],
        Class::Denied,
        "give the caller the permission; attaching a profile also needs iam:PassRole on its role; `rolewright permissions` prints all that a stack needs",
    ),
    row(
        None,
        &["AccessDenied", "AccessDeniedException"],
        Class::Denied,
        "give the caller the permission that AWS's message names; `rolewright permissions` prints all that a stack needs",
    ),
    row(
        STS,
        &["RegionDisabledException"],
        Class::Denied,
        "activate STS in this region in the account's settings, or choose another region",
    ),
    row(
        EC2,
        &["OptInRequired", "PendingVerification", "Blocked"],
        Class::Denied,
        "the account is not ready for EC2 there: check its subscription and the region's opt-in",
    ),
    row(
        IAM,
        &["UnmodifiableEntity"],
        Class::Unmodifiable,
        "service-linked roles belong to AWS: take it out of the manifest",
    ),
];
