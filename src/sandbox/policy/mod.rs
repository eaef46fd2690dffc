//! The sandbox's own reading of policy documents: only what IAM and S3 refuse, and what they change.

mod bucket;
mod grammar;
mod json;
mod principal;

pub(crate) use bucket::bucket;
pub(crate) use grammar::identity;
pub(crate) use principal::{Naming, renamed, shown, stored};

use std::slice;

use serde_json::Value;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 does not encode.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The members of a JSON list, or the one value that stands for a list of one.
pub(crate) fn listed(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        Value::Null => &[],
        one => slice::from_ref(one),
    }
}

/// A document as IAM puts it into answers.
pub(crate) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, RESERVED).to_string()
}

/// A document's size as IAM counts it: without white space.
pub(crate) fn size(document: &str) -> usize {
    document
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .count()
}
