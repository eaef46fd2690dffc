//! What moto holds, exported and planned, changes nothing.

use serde_json::json;

use crate::harness::Moto;
use crate::product::Product;

#[test]
fn a_stack_is_exported_as_it_was_applied() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    let variable = format!("instance={instance}");
    let apply = ["apply", "examples/s3access", "--yes", "--var", &variable];
    let _ = product.run(&apply).code(0);
    let before = moto.read_back();
    let export = ["export", "--owned", "s3access", "--out", "stack.yaml"];
    let _ = product.run(&export).code(0);
    assert_eq!(moto.read_back(), before, "an export cannot write");
    let _ = product
        .run(&["plan", "stack.yaml", "--detailed-exitcode"])
        .code(0)
        .says(&["No changes.", "3 unchanged"]);
}

#[test]
fn what_nobody_owns_is_exported_adopted_and_then_as_declared() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    legacy(&mut moto, &instance);
    let export = [
        "export",
        "legacy",
        "--user",
        "anna",
        "--stack",
        "shop",
        "--out",
        "shop.yaml",
    ];
    let _ = product.run(&export).code(0);
    let plan = ["plan", "shop.yaml", "--detailed-exitcode"];
    let _ = product.run(&plan).code(2).says(&[
        "0 to update",
        "2 to adopt",
        "it is as declared otherwise",
    ]);
    let before = moto.read_back();
    let _ = product.run(&["apply", "shop.yaml", "--yes"]).code(0);
    let after = moto.read_back();
    assert_eq!(after["associations"], before["associations"]);
    assert_ne!(after["roles"], before["roles"], "it is owned now");
    let _ = product.run(&plan).code(0).says(&["No changes."]);
}

/// A role with about everything, in a profile of another name, on an instance; and a user's policy.
fn legacy(moto: &mut Moto, instance: &str) {
    moto.role("legacy", &[("Größe", "true"), ("Cost center", "0123")]);
    let policy = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "NotAction": ["iam:*"], "Resource": "arn:aws:s3:::home/${aws:username}/{{ x }}/*",
        "Condition": { "NumericLessThan": { "s3:max-keys": "10" }, "Bool": { "aws:SecureTransport": "true" } },
    } });
    let policy = policy.to_string();
    let name = "true";
    let calls = [
        (
            "update_role",
            json!({ "RoleName": "legacy", "Description": "by hand: \"#1\"\n", "MaxSessionDuration": 7200 }),
        ),
        (
            "put_role_policy",
            json!({ "RoleName": "legacy", "PolicyName": name, "PolicyDocument": policy }),
        ),
        (
            "attach_role_policy",
            json!({ "RoleName": "legacy", "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }),
        ),
        (
            "create_instance_profile",
            json!({ "InstanceProfileName": "1e3", "Path": "/app/" }),
        ),
        (
            "add_role_to_instance_profile",
            json!({ "InstanceProfileName": "1e3", "RoleName": "legacy" }),
        ),
        ("create_user", json!({ "UserName": "anna" })),
        (
            "put_user_policy",
            json!({ "UserName": "anna", "PolicyName": name, "PolicyDocument": policy }),
        ),
    ];
    for (call, parameters) in calls {
        moto.boto3("iam", call, parameters);
    }
    let association = json!({ "InstanceId": instance, "IamInstanceProfile": { "Name": "1e3" } });
    moto.boto3("ec2", "associate_iam_instance_profile", association);
}
