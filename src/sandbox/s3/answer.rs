//! S3's envelope: bare bodies, errors in XML without a namespace, and no body at all for a HEAD.

use jiff::Timestamp;

use super::Reply;
use crate::sandbox::fault::Fault;
use crate::sandbox::http::{Response, header};
use crate::sandbox::timestamp;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Envelope<'a> {
    pub(crate) action: &'a str,
    pub(crate) request_id: &'a str,
    /// The region of the bucket that the call named, if there is such a bucket.
    pub(crate) region: Option<&'a str>,
    pub(crate) now: Timestamp,
}

pub(crate) fn response(envelope: Envelope<'_>, outcome: Result<&Reply, &Fault>) -> Response {
    let Envelope {
        action,
        request_id,
        region,
        now,
    } = envelope;
    let mut headers = vec![
        header("x-amz-request-id", request_id),
        header("Date", timestamp::http(now)),
        header("Server", "AmazonS3"),
    ];
    let (status, body) = match outcome {
        Ok(reply) => {
            headers.extend(reply.headers.clone());
            (reply.status, reply.body.clone())
        }
        Err(fault) if action.starts_with("Head") => (status(fault), Vec::new()),
        Err(fault) => {
            headers.push(header("Content-Type", "application/xml"));
            (status(fault), failure(fault, request_id, region))
        }
    };
    if action == "HeadBucket" {
        headers.extend(region.map(|region| header("x-amz-bucket-region", region)));
    }
    Response::new(status, headers, body)
}

fn failure(fault: &Fault, request_id: &str, region: Option<&str>) -> Vec<u8> {
    let region = region.filter(|_| fault.code == "AuthorizationHeaderMalformed");
    fault
        .fields()
        .maybe("Region", region)
        .text("RequestId", request_id)
        .document("Error", None)
}

/// The statuses of S3's error list; the rest is as elsewhere.
fn status(fault: &Fault) -> u16 {
    match fault.code {
        "ExpiredToken" => 400,
        "InvalidAccessKeyId" | "RequestTimeTooSkewed" => 403,
        "NoSuchBucket" | "NoSuchBucketPolicy" | "NoSuchKey" => 404,
        "MethodNotAllowed" => 405,
        "BucketAlreadyExists"
        | "BucketAlreadyOwnedByYou"
        | "BucketNotEmpty"
        | "OperationAborted" => 409,
        "NotImplemented" => 501,
        "SlowDown" => 503,
        _ => fault.status(),
    }
}
