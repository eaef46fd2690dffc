//! From an HTTP request to an action with parameters: method, path and query say which one it is.

use percent_encoding::percent_decode_str;

use crate::sandbox::form::Form;
use crate::sandbox::http::Request;
use crate::sandbox::service::Service;

/// Actions on a bucket: method, sub-resource, name.
const ON_BUCKETS: [(&str, &str, &str); 8] = [
    ("GET", "policy", "GetBucketPolicy"),
    ("PUT", "policy", "PutBucketPolicy"),
    ("DELETE", "policy", "DeleteBucketPolicy"),
    ("GET", "location", "GetBucketLocation"),
    ("GET", "list-type", "ListObjectsV2"),
    ("HEAD", "", "HeadBucket"),
    ("PUT", "", "CreateBucket"),
    ("DELETE", "", "DeleteBucket"),
];

const ON_OBJECTS: [(&str, &str); 4] = [
    ("GET", "GetObject"),
    ("HEAD", "HeadObject"),
    ("PUT", "PutObject"),
    ("DELETE", "DeleteObject"),
];

/// Query parameters that matter, with the names of their members.
const QUERY: [(&str, &str); 4] = [
    ("prefix", "Prefix"),
    ("max-keys", "MaxKeys"),
    ("start-after", "StartAfter"),
    ("continuation-token", "ContinuationToken"),
];

/// Headers that matter, with the names of their members.
const HEADERS: [(&str, &str); 5] = [
    ("x-amz-expected-bucket-owner", "ExpectedBucketOwner"),
    (
        "x-amz-confirm-remove-self-bucket-access",
        "ConfirmRemoveSelfBucketAccess",
    ),
    ("content-md5", "ContentMD5"),
    ("content-type", "ContentType"),
    ("x-amz-checksum-sha256", "ChecksumSHA256"),
];

/// Other checksums are taken on trust.
const CHECKSUMS: [&str; 4] = ["crc32", "crc32c", "crc64nvme", "sha1"];

/// The request as the other services' parameters are written.
pub(crate) fn form(request: &Request) -> Form {
    let (bucket, key) = named(&request.path);
    let query: Vec<(String, String)> = request
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let has = |name: &str| query.iter().any(|(one, _)| one == name);
    let action = action(&request.method, &bucket, &key, &has);
    let mut values = vec![
        ("Version", Service::S3.version().to_owned()),
        ("Action", action.to_owned()),
    ];
    let named = [("Bucket", bucket), ("Key", key)].into_iter();
    values.extend(named.filter(|(_, value)| !value.is_empty()));
    for (name, member) in QUERY {
        let given = query.iter().find(|(one, _)| one == name);
        values.extend(given.map(|(_, value)| (member, value.clone())));
    }
    for (name, member) in HEADERS {
        values.extend(request.header(name).map(|value| (member, value.to_owned())));
    }
    let checksum = |kind: &&str| request.header(&format!("x-amz-checksum-{kind}"));
    let checksum = CHECKSUMS.iter().find_map(checksum);
    values.extend(checksum.map(|value| ("Checksum", value.to_owned())));
    if action == "PutBucketPolicy" {
        let policy = String::from_utf8_lossy(&request.body);
        values.push(("Policy", policy.into_owned()));
    }
    Form::from_values(values)
}

fn action(method: &str, bucket: &str, key: &str, has: &dyn Fn(&str) -> bool) -> &'static str {
    if bucket.is_empty() {
        return if method == "GET" { "ListBuckets" } else { "" };
    }
    if key.is_empty() {
        let mut rows = ON_BUCKETS.iter();
        let row = rows.find(|(verb, part, _)| *verb == method && (part.is_empty() || has(part)));
        return row.map_or("", |(_, _, name)| name);
    }
    let row = ON_OBJECTS.iter().find(|(verb, _)| *verb == method);
    row.map_or("", |(_, name)| name)
}

/// The bucket and the key of a path: buckets have no hosts of their own here.
fn named(path: &str) -> (String, String) {
    let path = path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (decoded(bucket), decoded(key))
}

/// `+` stands for itself in a path, and SDKs send `%20` in queries.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
