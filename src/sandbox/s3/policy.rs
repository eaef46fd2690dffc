//! Bucket policies: kept and given back byte for byte, but for principals that are gone. Facts: Amazon S3 user guide,
//! "Bucket policies" and "Principals for bucket policies"; texts from the API reference's error list and from reports.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Buckets, Call, Reply, no_such_bucket};
use crate::sandbox::fault::Fault;
use crate::sandbox::http::header;
use crate::sandbox::policy::{self, Naming};
use crate::sandbox::world::{Bucket, Iam};

/// Bytes of a bucket policy (Amazon S3 user guide, "Bucket policies": 20 KB).
const LARGEST: usize = 20_480;

pub(super) fn get(buckets: &Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get(call.bucket()).ok_or_else(no_such_bucket)?;
    let text = shown(bucket, call.iam);
    let none = || Fault::new("NoSuchBucketPolicy", "The bucket policy does not exist");
    let headers = vec![header("Content-Type", "application/json")];
    Ok(Reply::of(headers, text.ok_or_else(none)?.into_bytes()))
}

/// The policy as it is now: a role or user that was deleted since shows its bare id.
pub(crate) fn shown(bucket: &Bucket, iam: &Iam) -> Option<String> {
    let text = bucket.policy.as_ref()?;
    let gone = |(arn, id): &(&String, &String)| iam.id_of_principal(arn) != Some(id.as_str());
    let gone: Vec<(&String, &String)> = bucket.principals.iter().filter(gone).collect();
    if gone.is_empty() {
        return Some(text.clone());
    }
    let named = |arn: &str| {
        let (_, id) = gone.iter().find(|(one, _)| *one == arn)?;
        Some((*id).clone())
    };
    Some(policy::renamed(text, &named))
}

pub(super) fn put(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get_mut(call.bucket()).ok_or_else(no_such_bucket)?;
    checksum(call)?;
    let text = String::from_utf8(call.body.to_vec())
        .map_err(|_| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
    if text.len() > LARGEST {
        return Err(malformed(
            "Policy exceeds the maximum allowed document size.",
        ));
    }
    bucket.principals = policy::bucket(&text, call.bucket(), call.seen, Naming::Now)?;
    bucket.policy = Some(text);
    Ok(Reply::empty(204))
}

fn checksum(call: &Call<'_>) -> Result<(), Fault> {
    let given = ["ContentMD5", "ChecksumSHA256", "Checksum"].iter();
    if !given.into_iter().any(|name| call.form.get(name).is_some()) {
        let text = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
        return Err(Fault::new("InvalidRequest", text));
    }
    let sum = STANDARD.encode(Sha256::digest(call.body));
    let given = call.form.get("ChecksumSHA256");
    if given.is_none_or(|given| given == sum) {
        return Ok(());
    }
    let text = "The SHA256 you specified did not match the calculated checksum.";
    Err(Fault::new("BadDigest", text))
}

pub(super) fn delete(buckets: &mut Buckets, call: &Call<'_>) -> Result<Reply, Fault> {
    let bucket = buckets.get_mut(call.bucket()).ok_or_else(no_such_bucket)?;
    bucket.policy = None;
    bucket.principals.clear();
    Ok(Reply::empty(204))
}

fn malformed(message: &str) -> Fault {
    Fault::new("MalformedPolicy", message)
}
