//! Lists the objects of a bucket, page by page.

use super::object::etag;
use super::{Buckets, Call, Reply, no_such_bucket};
use crate::sandbox::fault::Fault;
use crate::sandbox::timestamp;
use crate::sandbox::xml::Fields;

/// Keys on a page at most.
const MOST: u32 = 1000;

/// The token of the next page is the last key of this one.
pub(super) fn objects(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get(call.bucket()).ok_or_else(no_such_bucket)?;
    let prefix = call.form.get("Prefix").unwrap_or_default();
    let after = ["ContinuationToken", "StartAfter"]
        .iter()
        .find_map(|name| call.form.get(name));
    let most = call
        .form
        .number("MaxKeys", 0, u32::MAX)?
        .unwrap_or(MOST)
        .min(MOST);
    let meant = bucket.objects.iter().filter(|(key, _)| {
        key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after)
    });
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let all: Vec<_> = meant.collect();
    let (page, rest) = all.split_at(most.min(all.len()));
    let next = page
        .last()
        .filter(|_| !rest.is_empty())
        .map(|(key, _)| *key);
    let head = Fields::new()
        .text("Name", call.bucket())
        .text("Prefix", prefix)
        .text("KeyCount", page.len())
        .text("MaxKeys", most)
        .text("IsTruncated", next.is_some())
        .maybe("NextContinuationToken", next);
    let listed = page.iter().fold(head, |fields, (key, object)| {
        let one = Fields::new()
            .text("Key", *key)
            .text("LastModified", timestamp::iam(object.modified))
            .text("ETag", etag(object))
            .text("Size", object.body.len())
            .text("StorageClass", "STANDARD");
        fields.within("Contents", one)
    });
    Ok(Reply::xml("ListBucketResult", &listed))
}
