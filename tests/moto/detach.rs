//! An instance loses whatever profile it has, also one that no stack knows.

use serde_json::json;

use crate::harness::Moto;
use crate::product::Product;

#[test]
fn an_instance_loses_its_profile_and_the_profile_stays() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    moto.role("legacy", &[]);
    moto.boto3(
        "iam",
        "create_instance_profile",
        json!({ "InstanceProfileName": "legacy" }),
    );
    let holder = json!({ "InstanceProfileName": "legacy", "RoleName": "legacy" });
    moto.boto3("iam", "add_role_to_instance_profile", holder);
    let association =
        json!({ "InstanceId": &instance, "IamInstanceProfile": { "Name": "legacy" } });
    moto.boto3("ec2", "associate_iam_instance_profile", association);
    let before = moto.read_back();
    assert_eq!(before["associations"], json!({ &instance: "legacy" }));

    let variable = format!("instance={instance}");
    let run = |command: &[&str]| {
        product.run(&[command, &["examples/detach", "--var", &variable]].concat())
    };
    let _ = run(&["plan", "--detailed-exitcode"])
        .code(2)
        .says(&[&instance, "legacy"]);
    assert_eq!(moto.read_back(), before, "a plan cannot write");
    let _ = run(&["apply", "--yes"]).code(0);
    let after = moto.read_back();
    assert_eq!(after["associations"], json!({}));
    assert_eq!(
        (&after["roles"], &after["profiles"]),
        (&before["roles"], &before["profiles"])
    );
    let _ = run(&["plan", "--detailed-exitcode"]).code(0);

    // There is nothing of ours: a destroyed detachment attaches nothing.
    let _ = run(&["destroy", "--yes"]).code(0);
    assert_eq!(moto.read_back(), after);
}
