//! S3's bucket calls on the wire: REST with the bucket in the host or the path, settings in headers, errors in XML.
//! Only the calls about a bucket's region and policy; objects are not handled. Signing is `sign`'s.

mod answer;
mod request;

pub(super) use answer::read;
pub(super) use request::{BucketError, BucketRequest, request};
