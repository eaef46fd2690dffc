//! Calls on buckets as they are written down.

use super::*;
use crate::aws::endpoint::{EndpointSettings, Endpoints};
use crate::cloud::{ReadCall, Service, WriteCall};

const S3: Service = Service::S3;

fn endpoint(flag: Option<&str>) -> Endpoint {
    let settings = flag.map(EndpointSettings::everywhere).unwrap_or_default();
    let endpoints = Endpoints::new(&settings).unwrap();
    endpoints.resolve(S3, "eu-west-1").unwrap()
}

fn read(bucket: &str) -> ReadCall {
    ReadCall::new(S3, "GetBucketPolicy")
        .with("Bucket", bucket)
        .with("ExpectedBucketOwner", "123456789012")
}

fn url(flag: Option<&str>, bucket: &str) -> Result<String, String> {
    let made = request(read(bucket).call(), &endpoint(flag));
    made.map(|made| made.url).map_err(|error| error.to_string())
}

#[test]
fn a_policy_is_put_with_its_checksum_and_the_owner_we_expect() {
    let call = WriteCall::new(S3, "PutBucketPolicy")
        .with("Bucket", "reports")
        .with("ExpectedBucketOwner", "123456789012")
        .with("Policy", "{}");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = BucketRequest {
        method: "PUT",
        url: "https://reports.s3.eu-west-1.amazonaws.com/?policy".into(),
        headers: vec![
            header(
                "x-amz-checksum-sha256",
                "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=",
            ),
            header("x-amz-expected-bucket-owner", "123456789012"),
            header("x-amz-sdk-checksum-algorithm", "SHA256"),
        ],
        body: "{}".into(),
    };
    assert_eq!(request(call.call(), &endpoint(None)), Ok(expected));
}

#[test]
fn a_bucket_stands_in_the_host_or_in_the_path() {
    let ok = |url: &str| Ok(url.to_owned());
    let aws = "https://s3.eu-west-1.amazonaws.com";
    assert_eq!(
        url(None, "a-b1"),
        ok("https://a-b1.s3.eu-west-1.amazonaws.com/?policy")
    );
    assert_eq!(
        url(None, "www.a.com"),
        ok(&format!("{aws}/www.a.com?policy"))
    );
    assert_eq!(url(None, "Old_one"), ok(&format!("{aws}/Old_one?policy")));
    assert_eq!(
        url(Some("http://localhost:5000/"), "reports"),
        ok("http://localhost:5000/reports?policy")
    );
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["../x", "...", "a/b", "a.evil.com#", "ab", "a@b", "x y z"] {
        assert_eq!(
            url(None, name),
            Err(format!("`{name}` is not the name of a bucket"))
        );
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let refused = |call: &ReadCall| {
        request(call.call(), &endpoint(None))
            .unwrap_err()
            .to_string()
    };
    let unowned = ReadCall::new(S3, "HeadBucket").with("Bucket", "reports");
    assert_eq!(
        refused(&unowned),
        "ExpectedBucketOwner has to be a text that is not empty"
    );
    assert_eq!(
        refused(&read("reports").with("Policy", "{}")),
        "Policy has no place in the request"
    );
    assert_eq!(
        refused(&ReadCall::new(S3, "ListBuckets")),
        "no request is known for ListBuckets"
    );
    let later = Parameter::Later("bucket".into());
    assert_eq!(
        refused(&read("reports").with("Bucket", later)),
        "the value of bucket is not known yet"
    );
}
