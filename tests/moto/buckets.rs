//! The calls about a bucket's region and policy, against an S3 that is not ours.

use std::sync::Arc;

use rolewright::aws::credentials::StaticSource;
use rolewright::aws::endpoint::{EndpointSettings, Endpoints};
use rolewright::aws::{Client, ClientConfig};
use rolewright::cloud::{ReadCall, Reads, Service, WriteCall, Writes};
use serde_json::json;

use crate::harness::Moto;

const POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [ {"Sid": "Bob", "Effect": "Deny", "Principal": {"AWS": "arn:aws:sts::123456789012:federated-user/Bob"}, "Action": "s3:*", "Resource": "arn:aws:s3:::logs"} ] }"#;

fn client(moto: &Moto) -> Client {
    let settings = EndpointSettings {
        all: Some(moto.url.clone()),
        ..EndpointSettings::default()
    };
    let endpoints = Endpoints::new(&settings).expect("it is on loopback");
    let keys = Arc::new(StaticSource::new("AKIAEXAMPLE", "secret", None));
    Client::new(ClientConfig::live(endpoints, "us-east-1", keys))
}

fn read(action: &str) -> ReadCall {
    ReadCall::new(Service::S3, action)
        .with("Bucket", "logs")
        .with("ExpectedBucketOwner", "123456789012")
}

fn write(action: &str) -> WriteCall {
    WriteCall::new(Service::S3, action)
        .with("Bucket", "logs")
        .with("ExpectedBucketOwner", "123456789012")
}

#[tokio::test]
async fn a_policy_is_put_read_byte_for_byte_and_deleted() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let place = json!({ "LocationConstraint": "eu-west-1" });
    let bucket = json!({ "Bucket": "logs", "CreateBucketConfiguration": place });
    moto.boto3("s3", "create_bucket", bucket);
    let client = client(&moto);
    let head = client.ask(&read("HeadBucket")).await.expect("it is there");
    assert_eq!(head.body.text(&["BucketRegion"]), Some("eu-west-1"));
    let nothing = client.ask(&read("GetBucketPolicy")).await;
    assert!(nothing.expect_err("there is none").is_missing());
    let put = write("PutBucketPolicy").with("Policy", POLICY);
    client.send(&put).await.expect("it is taken");
    let found = client.ask(&read("GetBucketPolicy")).await;
    let found = found.expect("it is there");
    assert_eq!(found.body.text(&["Policy"]), Some(POLICY));
    client
        .send(&write("DeleteBucketPolicy"))
        .await
        .expect("it goes");
    let nothing = client.ask(&read("GetBucketPolicy")).await;
    assert!(nothing.expect_err("it is gone").is_missing());
}
