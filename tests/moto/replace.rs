//! A running instance moves from TestRole-1 to TestRole-2 by a variable.

use serde_json::json;

use crate::harness::Moto;
use crate::product::{Product, Run};

fn run(product: &Product, instance: &str, profile: &str, command: &[&str]) -> Run {
    let (instance, profile) = (format!("instance={instance}"), format!("profile={profile}"));
    let manifests = ["examples/replace", "--var", &instance, "--var", &profile];
    product.run(&[&command[..1], &manifests, &command[1..]].concat())
}

#[test]
fn an_instance_changes_its_role_in_one_step() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let (instance, product) = (moto.instance(), Product::on(&moto));

    let _ = run(&product, &instance, "TestRole-1", &["apply", "--yes"]).code(0);
    let first = moto.read_back();
    assert_eq!(first["associations"], json!({ &instance: "TestRole-1" }));
    let attached = |role: &str| first["roles"][role]["managedPolicies"].clone();
    assert_eq!(
        attached("TestRole-1"),
        json!(["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
    );
    assert_eq!(
        attached("TestRole-2"),
        json!(["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"])
    );
    assert_eq!(
        first["profiles"]["TestRole-2"]["roles"],
        json!(["TestRole-2"])
    );
    let _ = run(
        &product,
        &instance,
        "TestRole-1",
        &["plan", "--detailed-exitcode"],
    )
    .code(0);

    let _ = run(
        &product,
        &instance,
        "TestRole-2",
        &["plan", "--detailed-exitcode"],
    )
    .code(2)
    .says(&["TestRole-1", "TestRole-2", &instance]);
    let _ = run(&product, &instance, "TestRole-2", &["apply", "--yes"]).code(0);
    let second = moto.read_back();
    assert_eq!(second["associations"], json!({ &instance: "TestRole-2" }));
    assert_eq!(
        (&second["roles"], &second["profiles"]),
        (&first["roles"], &first["profiles"])
    );
    let _ = run(
        &product,
        &instance,
        "TestRole-2",
        &["plan", "--detailed-exitcode"],
    )
    .code(0);

    let journal = std::fs::read_to_string(product.folder().join(".rolewright/journal.jsonl"));
    let journal = journal.expect("there is a journal");
    assert!(
        journal.contains("ec2:ReplaceIamInstanceProfileAssociation"),
        "{journal}"
    );
    assert!(
        !journal.contains("ec2:DisassociateIamInstanceProfile"),
        "there was a gap: {journal}"
    );

    let _ = run(&product, &instance, "TestRole-2", &["destroy", "--yes"]).code(0);
    assert_eq!(
        moto.read_back(),
        json!({ "roles": {}, "profiles": {}, "associations": {} })
    );
}
