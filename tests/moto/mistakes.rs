//! What is wrong for good fails at once, although everything around it is new and might just not be visible yet.

use serde_json::json;

use crate::harness::Moto;
use crate::product::Product;

const TYPO: &str = "
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: reader }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  managedPolicies: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess]
  instanceProfile: true
";

#[test]
fn a_managed_policy_that_does_not_exist_is_not_waited_for() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let product = Product::on(&moto);
    let manifest = product.folder().join("reader.yaml");
    std::fs::write(&manifest, TYPO).expect("the folder can be written");
    let apply = ["apply", "--yes", "--stack", "typo", "reader.yaml"];

    let run = product.run(&apply).code(5);
    let said = run.says(&[
        "AmazonS3ReadOnlyAcess does not exist",
        "check the managed policy's ARN",
    ]);
    assert!(!said.stderr.contains("waiting"), "{}", said.stderr);
    assert_eq!(
        moto.read_back()["roles"]["reader"]["managedPolicies"],
        json!([])
    );

    std::fs::write(&manifest, TYPO.replace("Acess", "Access")).expect("the folder can be written");
    let _ = product.run(&apply).code(0);
    let attached = moto.read_back()["roles"]["reader"]["managedPolicies"].clone();
    assert_eq!(
        attached,
        json!(["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
    );
}
