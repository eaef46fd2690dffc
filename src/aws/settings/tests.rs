//! What cannot be seen from outside: which of an instance's addresses is asked. Everything else is tried on the binary.

use super::*;

async fn metadata<const N: usize>(variables: [(&str, &str); N]) -> Metadata {
    let settings = Settings::read(&Environment::of(variables), Typed::default()).await;
    settings.unwrap().metadata
}

#[tokio::test]
async fn an_instance_is_asked_at_its_ipv4_address_unless_told_otherwise() {
    assert!(!metadata([("HOME", "/nonexistent")]).await.ipv6);
    let mode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    assert!(
        metadata([("HOME", "/nonexistent"), (mode, "IPv6")])
            .await
            .ipv6
    );
    let earlier = "AWS_IMDS_USE_IPV6";
    assert!(
        metadata([("HOME", "/nonexistent"), (earlier, "true")])
            .await
            .ipv6
    );
    let both = metadata([("HOME", "/nonexistent"), (mode, "ipv4"), (earlier, "true")]);
    assert!(!both.await.ipv6);
}

#[tokio::test]
async fn its_patience_is_a_second_and_one_attempt_unless_told_otherwise() {
    let usual = metadata([("HOME", "/nonexistent")]).await;
    assert_eq!((usual.timeout, usual.attempts), (Duration::from_secs(1), 1));
    let patient = metadata([
        ("HOME", "/nonexistent"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "5"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3"),
    ]);
    let patient = patient.await;
    assert_eq!(
        (patient.timeout, patient.attempts),
        (Duration::from_secs(5), 3)
    );
}
