//! What S3's own error codes mean; the codes that it shares with others are in `table`. Source: the error list of the
//! Amazon S3 API reference.

use super::table::{Row, row, special};
use crate::cloud::{Class, Service};

const S3: Option<Service> = Some(Service::S3);

/// Tried before the table of all services.
pub(super) const BUCKETS: &[Row] = &[
    special(
        S3,
        &["MalformedPolicy"],
        "Invalid principal in policy",
        Class::NotYet,
        "a principal of the bucket policy does not exist, or is too new: check its ARN",
    ),
    row(
        S3,
        &["MalformedPolicy"],
        Class::Invalid,
        "check the bucket policy's grammar: AWS's message names the element",
    ),
    row(S3, &["NoSuchBucketPolicy"], Class::Missing, ""),
    row(
        S3,
        &["NoSuchBucket"],
        Class::Invalid,
        "check the bucket's name and the account: only policies of buckets that exist are changed",
    ),
    row(
        S3,
        &["OperationAborted"],
        Class::Busy,
        "another writer is at work on the same bucket: run again in a few minutes",
    ),
    special(
        S3,
        &["AccessDenied"],
        "Access Denied",
        Class::Denied,
        "the bucket belongs to another account, or the caller may not see its policy: `rolewright permissions` prints what a stack needs",
    ),
    row(
        S3,
        &["MethodNotAllowed"],
        Class::Denied,
        "only the account that owns a bucket sees and changes its policy",
    ),
    row(
        S3,
        &[
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
        ],
        Class::Invalid,
        "the bucket is in another region than the request: check --endpoint-url, or run again if it was just made",
    ),
];
