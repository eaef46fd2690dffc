//! Saved plans on moto: what one reading found, another finds again, whichever way AWS is asked.

use serde_json::json;

use crate::harness::Moto;
use crate::product::Product;

#[test]
fn a_plan_is_saved_applied_and_refused_when_somebody_was_faster() {
    let Some(mut moto) = Moto::start() else {
        return;
    };
    let instance = moto.instance();
    let product = Product::on(&moto);
    let variable = format!("instance={instance}");
    let plan = |more: &[&str]| {
        let plan = ["plan", "examples/s3access", "--var", &variable, "--quiet"];
        product.run(&[&plan[..], more].concat())
    };
    let apply = |file: &str| product.run(&["apply", file, "--yes", "--quiet"]);

    // Nothing is there: the plan creates all of it.
    let _ = plan(&["--out=first.json", "--html=first.html"]).code(0);
    let _ = product.run(&["rehearse", "first.json"]).code(0);
    let _ = apply("first.json").code(0);
    let _ = plan(&["--detailed-exitcode"]).code(0);
    let _ = product
        .run(&["drift", "examples/s3access", "--var", &variable])
        .code(0);
    let again = apply("first.json").code(4);
    assert!(
        again.stderr.contains("has been applied already"),
        "{}",
        again.stderr
    );

    // All of it is there: nothing has moved, whichever way it is read.
    let _ = plan(&["--destroy", "--out=second.json"]).code(0);
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let put = json!({"RoleName": "s3access", "PolicyName": "By-Hand", "PolicyDocument": policy});
    moto.boto3("iam", "put_role_policy", put);
    let refused = apply("second.json").code(4);
    assert!(
        refused
            .stderr
            .contains("Role/s3access `inlinePolicies.By-Hand` is new"),
        "{}",
        refused.stderr
    );
    let drift = product
        .run(&["drift", "examples/s3access", "--var", &variable])
        .code(2);
    assert!(drift.stdout.contains("added by hand"), "{}", drift.stdout);
    let delete = json!({"RoleName": "s3access", "PolicyName": "By-Hand"});
    moto.boto3("iam", "delete_role_policy", delete);
    let _ = apply("second.json").code(0);
    let _ = plan(&["--destroy", "--detailed-exitcode"]).code(0);
}
