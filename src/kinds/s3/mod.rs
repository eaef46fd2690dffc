//! Kinds of S3.

pub(super) mod bucket_deny;
