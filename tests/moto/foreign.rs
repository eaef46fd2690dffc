//! What belongs to nobody or to another stack is left alone.

use serde_json::{Value, json};

use crate::harness::Moto;
use crate::product::{Product, Run};

/// Plans or applies the s3access example on an account in which somebody has been before.
fn run(product: &Product, instance: &str, command: &[&str]) -> Run {
    let variable = format!("instance={instance}");
    product.run(&[command, &["examples/s3access", "--var", &variable]].concat())
}

/// A bystander with everything that an exclusive role would lose.
fn bystander(moto: &mut Moto) {
    moto.role("bystander", &[("rolewright:stack", "another")]);
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] });
    let policy = json!({ "RoleName": "bystander", "PolicyName": "Own", "PolicyDocument": document.to_string() });
    moto.boto3("iam", "put_role_policy", policy);
    moto.boto3(
        "iam",
        "create_instance_profile",
        json!({ "InstanceProfileName": "bystander" }),
    );
    let holder = json!({ "InstanceProfileName": "bystander", "RoleName": "bystander" });
    moto.boto3("iam", "add_role_to_instance_profile", holder);
}

#[test]
fn roles_of_others_survive_apply_prune_and_destroy() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    bystander(&mut moto);
    let theirs = |account: &Value| {
        (
            account["roles"]["bystander"].clone(),
            account["profiles"]["bystander"].clone(),
        )
    };
    let before = moto.read_back();

    let _ = run(&product, &instance, &["apply", "--yes", "--prune"]).code(0);
    assert_eq!(theirs(&moto.read_back()), theirs(&before));
    let _ = run(&product, &instance, &["destroy", "--yes"]).code(0);
    assert_eq!(moto.read_back(), before);
}

#[test]
fn a_role_that_nobody_owns_is_not_taken_over_unasked() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    moto.role("s3access", &[]);
    let before = moto.read_back();
    for command in [
        &["plan"][..],
        &["apply", "--yes"],
        &["apply", "--yes", "--prune"],
    ] {
        let _ = run(&product, &instance, command)
            .code(1)
            .says(&["s3access", "adopt"]);
        assert_eq!(moto.read_back(), before);
    }
}

#[test]
fn adoption_tags_first_and_changes_nothing_else_in_that_run() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    moto.role("s3access", &[("Team", "web")]);
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" }] });
    let policy = json!({ "RoleName": "s3access", "PolicyName": "Old", "PolicyDocument": document.to_string() });
    moto.boto3("iam", "put_role_policy", policy);

    let _ = run(
        &product,
        &instance,
        &["apply", "--yes", "--adopt", "Role/s3access"],
    )
    .code(0)
    .says(&["adopt"]);
    let adopted = moto.read_back();
    assert_eq!(
        adopted["roles"]["s3access"]["inlinePolicies"]["Old"], document,
        "adoption removes nothing"
    );
    assert_eq!(
        adopted["roles"]["s3access"]["tags"]["rolewright:stack"],
        "s3access"
    );

    let _ = run(&product, &instance, &["plan", "--detailed-exitcode"])
        .code(2)
        .says(&["Old"]);
    let _ = run(&product, &instance, &["apply", "--yes"]).code(0);
    let policies = moto.read_back()["roles"]["s3access"]["inlinePolicies"].clone();
    assert_eq!(
        policies
            .as_object()
            .map(|policies| policies.keys().collect::<Vec<_>>()),
        Some(vec![&"S3-Permissions".to_owned()])
    );
}

#[test]
fn a_role_of_another_stack_is_refused() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));
    moto.role("s3access", &[("rolewright:stack", "another")]);
    let before = moto.read_back();
    let _ = run(&product, &instance, &["apply", "--yes"])
        .code(1)
        .says(&["another"]);
    let _ = run(&product, &instance, &["destroy", "--yes"]).code(0);
    assert_eq!(moto.read_back(), before);
}
