//! Buckets themselves: made, found, listed, deleted.

use super::{Buckets, Call, Reply, no_such_bucket};
use crate::sandbox::fault::Fault;
use crate::sandbox::http::header;
use crate::sandbox::timestamp;
use crate::sandbox::world::Bucket;
use crate::sandbox::xml::Fields;

pub(super) fn create(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let name = call.bucket();
    if !is_name(name) {
        let text = "The specified bucket is not valid.";
        return Err(Fault::new("InvalidBucketName", text));
    }
    if buckets.contains_key(name) {
        let text =
            "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(Fault::new("BucketAlreadyOwnedByYou", text));
    }
    let asked = constraint(call.body);
    let region = asked.as_deref().unwrap_or("us-east-1");
    if region != call.region {
        let text = format!(
            "The {region} location constraint is incompatible for the region specific endpoint this request was sent to."
        );
        return Err(Fault::new("IllegalLocationConstraintException", text));
    }
    let bucket = Bucket::new(region, timestamp::to_second(call.now));
    buckets.insert(name.to_owned(), bucket);
    let headers = vec![header("Location", format!("/{name}"))];
    Ok(Reply::of(headers, Vec::new()))
}

/// `LocationConstraint` of the body, which is XML of one element.
fn constraint(body: &[u8]) -> Option<String> {
    let body = String::from_utf8_lossy(body);
    let (_, rest) = body.split_once("<LocationConstraint>")?;
    let (region, _) = rest.split_once("</LocationConstraint>")?;
    Some(region.trim().to_owned())
}

fn is_name(name: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    (3..=63).contains(&name.len())
        && name.bytes().all(known)
        && !name.starts_with(['.', '-'])
        && !name.ends_with(['.', '-'])
}

pub(super) fn delete(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get(call.bucket()).ok_or_else(no_such_bucket)?;
    if !bucket.objects.is_empty() {
        let text = "The bucket you tried to delete is not empty";
        return Err(Fault::new("BucketNotEmpty", text));
    }
    buckets.remove(call.bucket());
    Ok(Reply::empty(204))
}

#[expect(clippy::unnecessary_wraps, reason = "every action has this signature")]
pub(super) fn head(_: &Buckets, _: &Call<'_>) -> Result<Reply, Fault> {
    Ok(Reply::empty(200))
}

/// us-east-1 has no name here.
pub(super) fn location(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get(call.bucket()).ok_or_else(no_such_bucket)?;
    let region = Some(bucket.region.as_str()).filter(|region| *region != "us-east-1");
    let namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="{namespace}">{}</LocationConstraint>"#,
        region.unwrap_or_default()
    );
    let headers = vec![header("Content-Type", "application/xml")];
    Ok(Reply::of(headers, body.into_bytes()))
}

#[expect(clippy::unnecessary_wraps, reason = "every action has this signature")]
pub(super) fn list(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let all = buckets.iter().map(|(name, bucket)| {
        Fields::new()
            .text("Name", name)
            .text("CreationDate", timestamp::iam(bucket.created))
            .text("BucketRegion", &bucket.region)
    });
    let all = all.fold(Fields::new(), |all, one| all.within("Bucket", one));
    let owner = Fields::new().text("ID", &call.iam.account);
    let result = Fields::new().within("Owner", owner).within("Buckets", all);
    Ok(Reply::xml("ListAllMyBucketsResult", &result))
}
