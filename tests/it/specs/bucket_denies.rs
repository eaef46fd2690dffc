//! BucketDeny: what may stand in its spec, and what is wrong with the rest.

use insta::assert_snapshot;
use rolewright::model::{FieldPath, Value, field};

use super::faults;
use crate::support::desired;

const BOB: &str = "arn:aws:sts::123456789012:federated-user/Bob";

fn wrong(name: &str, spec: &str) -> String {
    faults(&format!(
        "kind: BucketDeny\nmetadata: {{name: {name}}}\nspec:\n{spec}"
    ))
}

fn statement(spec: &str) -> String {
    let desired = desired(&format!(
        "kind: BucketDeny\nmetadata: {{name: DenyBob}}\nspec:\n{spec}"
    ));
    let resource = desired.resources.values().next().expect("there is one");
    match &resource.attributes[&FieldPath::new(field::STATEMENT)] {
        Value::Policy(document) => format!("{}\n{}", resource.live_name, document.wire()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_in_the_bucket_is_denied_unless_less_is_said() {
    assert_snapshot!(statement(&format!("  bucket: reports\n  principals: [\"{BOB}\"]\n")), @r#"
    reports/DenyBob
    {"Version":"2012-10-17","Statement":[{"Sid":"DenyBob","Effect":"Deny","Principal":{"AWS":"arn:aws:sts::123456789012:federated-user/Bob"},"Action":"s3:*","Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]}]}
    "#);
    assert_snapshot!(statement(&format!("  bucket: reports\n  principals: [\"{BOB}\", \"arn:aws:iam::123456789012:user/anna\"]\n  actions: [\"s3:Put*\"]\n  resources: [\"arn:aws:s3:::reports/2026/*\"]\n  condition: {{StringNotEquals: {{aws:SourceVpc: vpc-1}}}}\n")), @r#"
    reports/DenyBob
    {"Version":"2012-10-17","Statement":[{"Sid":"DenyBob","Effect":"Deny","Principal":{"AWS":["arn:aws:sts::123456789012:federated-user/Bob","arn:aws:iam::123456789012:user/anna"]},"Action":"s3:Put*","Resource":"arn:aws:s3:::reports/2026/*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}]}
    "#);
}

#[test]
fn a_name_becomes_a_sid() {
    assert_snapshot!(wrong("deny-bob", &format!("  bucket: reports\n  principals: [\"{BOB}\"]\n")), @"
    a.yaml:10:3 [bad-sid] `deny-bob` becomes the statement's Sid, which may only have letters and digits
      hint: name the document `DenyBob`
    ");
}

#[test]
fn a_bucket_goes_by_name() {
    assert_snapshot!(wrong("DenyBob", &format!("  bucket: arn:aws:s3:::reports\n  principals: [\"{BOB}\"]\n")), @"
    a.yaml:10:11 [bad-name] `arn:aws:s3:::reports` is an ARN
      hint: write the bucket's name: reports
    ");
    assert_snapshot!(wrong("DenyBob", &format!("  bucket: my reports\n  principals: [\"{BOB}\"]\n")), @"
    a.yaml:10:11 [bad-name] `my reports` is not the name of a bucket
      hint: names have 3 to 63 small letters, digits, dots and hyphens
    ");
}

#[test]
fn somebody_has_to_be_denied() {
    assert_snapshot!(wrong("DenyBob", "  bucket: reports\n"), @"a.yaml:10:3 [missing-field] a bucket deny needs `principals`: who is denied");
    for nobody in [
        "*",
        "123456789012",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:group/staff",
    ] {
        let said = wrong(
            "DenyBob",
            &format!("  bucket: reports\n  principals: [\"{nobody}\"]\n"),
        );
        let expected = format!(
            "[bad-principal] `{nobody}` is not the ARN of a role, user, session or federated user\n  \
             hint: for a session of a role it looks like arn:aws:sts::123456789012:assumed-role/ROLE/SESSION"
        );
        assert!(said.contains(&expected), "{said}");
        assert_eq!(said.matches("a.yaml:").count(), 1, "{said}");
    }
    assert_snapshot!(wrong("DenyBob", "  bucket: reports\n  principals: [\"arn:aws:sts::123456789012:assumed-role/app/*\"]\n"), @"
    a.yaml:11:16 [bad-principal] `arn:aws:sts::123456789012:assumed-role/app/*` has a wildcard, and a principal is always one
      hint: name every session, or deny the role or user as a whole
    ");
}

#[test]
fn a_buckets_policy_is_about_the_bucket() {
    assert_snapshot!(wrong("DenyBob", &format!("  bucket: reports\n  principals: [\"{BOB}\"]\n  actions: [\"ec2:RunInstances\"]\n  resources: [\"arn:aws:s3:::reports-2/*\", \"arn:aws:s3:::reports/*\"]\n")), @"
    a.yaml:12:13 [bad-action] `ec2:RunInstances` is no action of S3, and a bucket's policy takes no others
      hint: actions of S3 look like `s3:GetObject`
    a.yaml:13:15 [bad-resource] `arn:aws:s3:::reports-2/*` is not in the bucket, and its policy decides over nothing else
      hint: write `arn:aws:s3:::reports` for the bucket, `arn:aws:s3:::reports/*` for everything in it
    ");
    assert_snapshot!(wrong("DenyBob", &format!("  bucket: reports\n  principals: [\"{BOB}\"]\n  actions: []\n  condition: {{StringEqual: {{aws:SourceVpc: vpc-1}}}}\n")), @"
    a.yaml:12:12 [policy-statement] `Action` is empty
    a.yaml:13:28 [policy-condition-operator] `StringEqual` is no condition operator
      hint: did you mean `StringEquals`?
    ");
}

#[test]
fn a_misspelt_action_is_found() {
    let spec =
        format!("  bucket: reports\n  principals: [\"{BOB}\"]\n  actions: [\"s3:GetObjct\"]\n");
    let text = format!("kind: BucketDeny\nmetadata: {{name: DenyBob}}\nspec:\n{spec}");
    let project = crate::support::Project::of(&text);
    let (resolved, _) = project.resolved().expect("it is sound");
    let found: Vec<String> = resolved
        .findings
        .iter()
        .map(|finding| format!("{finding:?}"))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("GetObjct"), "{found:?}");
}
