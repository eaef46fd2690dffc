//! Temporary credentials from an STS that is not ours.

use serde_json::json;

use crate::harness::{Moto, ec2_trust_policy};
use crate::product::Product;

const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";

fn moto() -> Option<Moto> {
    let mut moto = Moto::start()?;
    let role = json!({
        "RoleName": "deployer",
        "AssumeRolePolicyDocument": ec2_trust_policy().to_string(),
    });
    moto.boto3("iam", "create_role", role);
    Some(moto)
}

fn arn(product: &Product, arguments: &[&str]) -> String {
    let run = product.run(&[&["whoami", "--output=json"], arguments].concat());
    let run = run.code(0);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    json["arn"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_run_is_a_session_of_the_role_it_assumes() {
    let Some(moto) = moto() else { return };
    let product = Product::on(&moto);
    let role = format!("--assume-role-arn={ROLE}");
    assert_eq!(
        arn(
            &product,
            &[&role, "--session-name=nightly", "--session-tag=team=data"]
        ),
        "arn:aws:sts::123456789012:assumed-role/deployer/nightly"
    );
    assert_eq!(
        arn(&product, &[&role, &role, "--duration=1h"]),
        "arn:aws:sts::123456789012:assumed-role/deployer/rolewright"
    );
}

#[test]
fn every_kind_of_credentials_is_issued() {
    let Some(moto) = moto() else { return };
    let product = Product::on(&moto);
    let role = format!("--assume-role-arn={ROLE}");
    let wanted: [&[&str]; 3] = [&[&role], &["--federation-token=Bob"], &["--session-token"]];
    for wanted in wanted {
        let run = product.run(&[&["credentials", "--format=process"], wanted].concat());
        let run = run.code(0);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("it is JSON");
        assert_eq!(json["Version"], 1, "{wanted:?}");
        for name in [
            "AccessKeyId",
            "SecretAccessKey",
            "SessionToken",
            "Expiration",
        ] {
            assert!(
                json[name].as_str().is_some_and(|text| !text.is_empty()),
                "{wanted:?}: {name}"
            );
        }
    }
}
