//! Objects: put, read, deleted, each whole.

use sha2::{Digest, Sha256};

use super::{Buckets, Call, Reply, no_such_bucket};
use crate::sandbox::fault::Fault;
use crate::sandbox::hex::hex;
use crate::sandbox::http::header;
use crate::sandbox::timestamp;
use crate::sandbox::world::Object;

/// The entity tag: any text that differs between versions will do. S3's is an MD5, which nothing here needs.
pub(super) fn etag(object: &Object) -> String {
    let mut digest = hex(&Sha256::digest(&object.body));
    digest.truncate(32);
    format!("\"{digest}\"")
}

pub(super) fn put(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get_mut(call.bucket()).ok_or_else(no_such_bucket)?;
    let media = call.form.get("ContentType");
    let object = Object {
        modified: timestamp::to_second(call.now),
        content_type: media.unwrap_or("binary/octet-stream").to_owned(),
        body: call.body.to_vec(),
    };
    let tag = etag(&object);
    bucket.objects.insert(call.key().to_owned(), object);
    Ok(Reply::of(vec![header("ETag", tag)], Vec::new()))
}

fn found<'a>(buckets: &'a Buckets, call: &Call<'_>) -> Result<&'a Object, Fault> {
    let bucket = buckets.get(call.bucket()).ok_or_else(no_such_bucket)?;
    let missing = || Fault::new("NoSuchKey", "The specified key does not exist.");
    bucket.objects.get(call.key()).ok_or_else(missing)
}

pub(super) fn get(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let object = found(buckets, call)?;
    Ok(Reply::of(headers(object), object.body.clone()))
}

pub(super) fn head(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let object = found(buckets, call)?;
    let length = header("Content-Length", object.body.len().to_string());
    let headers = headers(object).into_iter().chain([length]);
    Ok(Reply::of(headers.collect(), Vec::new()))
}

fn headers(object: &Object) -> Vec<(String, String)> {
    vec![
        header("Content-Type", object.content_type.clone()),
        header("ETag", etag(object)),
        header("Last-Modified", timestamp::http(object.modified)),
    ]
}

/// Whether it was there does not matter.
pub(super) fn delete(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get_mut(call.bucket()).ok_or_else(no_such_bucket)?;
    bucket.objects.remove(call.key());
    Ok(Reply::empty(204))
}
