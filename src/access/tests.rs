//! What is gained and lost, as a table: every kind of widening, narrowing and re-spelling, in sentences.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;
use crate::model::{AccessView, AwsScope, FieldPath, Partition, PolicyView};
use crate::policy::{Document, PolicyPurpose};

/// Where everything is.
pub(super) fn scope() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

static FIELD: LazyLock<FieldPath> = LazyLock::new(|| FieldPath::new(crate::model::field::POLICY));

/// A resource with these policies and nothing else.
fn view<'a>(purpose: PolicyPurpose, documents: &[&'a Document]) -> AccessView<'a> {
    let policies = documents.iter().map(|document| PolicyView {
        path: &FIELD,
        purpose,
        document,
    });
    AccessView {
        policies: policies.collect(),
        ..AccessView::default()
    }
}

fn changes(before: &AccessView<'_>, after: &AccessView<'_>) -> Vec<String> {
    described(&diff(before, after, &scope()))
}

fn document(statements: impl Into<Value>) -> Document {
    let statements: Value = statements.into();
    let json = json!({"Version": "2012-10-17", "Statement": statements});
    Document::from_json(json).unwrap()
}

fn described(diff: &AccessDiff) -> Vec<String> {
    let gained = diff
        .gained
        .iter()
        .map(|one| format!("+ {}", sentence(one, Direction::Gained)));
    let lost = diff
        .lost
        .iter()
        .map(|one| format!("- {}", sentence(one, Direction::Lost)));
    gained.chain(lost).collect()
}

fn identity(before: Value, after: Value) -> Vec<String> {
    let [before, after] = [before, after].map(document);
    let role = |document| view(PolicyPurpose::Identity, &[document]);
    changes(&role(&before), &role(&after))
}

fn trust(before: Value, after: Value) -> Vec<String> {
    let [before, after] = [before, after].map(document);
    let role = |document| view(PolicyPurpose::Trust, &[document]);
    changes(&role(&before), &role(&after))
}

fn allow(action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    let (action, resource): (Value, Value) = (action.into(), resource.into());
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn allow_if(condition: impl Into<Value>) -> Value {
    let condition: Value = condition.into();
    json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition})
}

fn trusts(principal: impl Into<Value>) -> Value {
    let principal: Value = principal.into();
    json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
}

/// A pair of statement lists: the second allows more. What is said of the way there and of the way back.
type Widening = (
    &'static str,
    Value,
    Value,
    &'static [&'static str],
    &'static [&'static str],
);

fn widenings() -> Vec<Widening> {
    let get = || allow(json!("s3:GetObject"), json!("arn:aws:s3:::logs/*"));
    let deny = || json!({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/secret/*"});
    let not_action = |names: Value| json!({"Effect": "Allow", "NotAction": names, "Resource": "*"});
    let not_resource =
        |names: Value| json!({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": names});
    let deny_if = |condition: Value| json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
    vec![
        (
            "an action is added",
            json!([get()]),
            json!([allow(
                json!(["s3:GetObject", "s3:DeleteObject"]),
                json!("arn:aws:s3:::logs/*")
            )]),
            &["+ can now s3:DeleteObject on arn:aws:s3:::logs/*"],
            &["- can no longer s3:DeleteObject on arn:aws:s3:::logs/*"],
        ),
        (
            "an action becomes a wildcard",
            json!([get()]),
            json!([allow(json!("s3:Get*"), json!("arn:aws:s3:::logs/*"))]),
            &["+ can now s3:Get* except s3:GetObject (62 actions) on arn:aws:s3:::logs/*"],
            &["- can no longer s3:Get* except s3:GetObject (62 actions) on arn:aws:s3:::logs/*"],
        ),
        (
            "a resource is added",
            json!([get()]),
            json!([allow(
                json!("s3:GetObject"),
                json!(["arn:aws:s3:::logs/*", "arn:aws:s3:::data/*"])
            )]),
            &["+ can now s3:GetObject on arn:aws:s3:::data/*"],
            &["- can no longer s3:GetObject on arn:aws:s3:::data/*"],
        ),
        (
            "a resource becomes wider",
            json!([get()]),
            json!([allow(json!("s3:GetObject"), json!("arn:aws:s3:::*"))]),
            &["+ can now s3:GetObject on arn:aws:s3:::* except arn:aws:s3:::logs/*"],
            &["- can no longer s3:GetObject on arn:aws:s3:::* except arn:aws:s3:::logs/*"],
        ),
        (
            "a condition is dropped",
            json!([allow_if(
                json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}})
            )]),
            json!([allow(json!("s3:GetObject"), json!("*"))]),
            &["+ no longer needs StringEquals aws:SourceVpc vpc-1 for s3:GetObject on *"],
            &["- now needs StringEquals aws:SourceVpc vpc-1 for s3:GetObject on *"],
        ),
        (
            "a condition is loosened",
            json!([allow_if(
                json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}})
            )]),
            json!([allow_if(
                json!({"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}})
            )]),
            &[
                "+ now needs StringEquals aws:SourceVpc vpc-1, vpc-2 instead of StringEquals aws:SourceVpc vpc-1 for s3:GetObject on *",
            ],
            &[
                "- now needs StringEquals aws:SourceVpc vpc-1 instead of StringEquals aws:SourceVpc vpc-1, vpc-2 for s3:GetObject on *",
            ],
        ),
        (
            "an effect is flipped",
            json!([get(), {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}]),
            json!([get(), {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]),
            &["+ can now s3:PutObject on *"],
            &["- can no longer s3:PutObject on *"],
        ),
        (
            "a denial is removed",
            json!([get(), deny()]),
            json!([get()]),
            &["+ is no longer denied s3:GetObject on arn:aws:s3:::logs/secret/*"],
            &["- is now denied s3:GetObject on arn:aws:s3:::logs/secret/*"],
        ),
        (
            "a denial gets a condition",
            json!([
                get(),
                deny_if(json!({"Bool": {"aws:SecureTransport": "false"}}))
            ]),
            json!([
                get(),
                deny_if(
                    json!({"Bool": {"aws:SecureTransport": "false", "aws:MultiFactorAuthPresent": "false"}})
                )
            ]),
            &[
                "+ is no longer denied s3:GetObject on arn:aws:s3:::logs/* if Bool aws:SecureTransport false",
            ],
            &[
                "- is now denied s3:GetObject on arn:aws:s3:::logs/* if Bool aws:SecureTransport false",
            ],
        ),
        (
            "fewer actions are left out",
            json!([not_action(json!(["iam:*", "s3:*"]))]),
            json!([not_action(json!(["iam:*"]))]),
            &["+ can now s3:* (180 actions, 27 of them manage permissions) on *"],
            &["- can no longer s3:* (180 actions, 27 of them manage permissions) on *"],
        ),
        (
            "fewer resources are left out",
            json!([not_resource(json!([
                "arn:aws:s3:::a/*",
                "arn:aws:s3:::b/*"
            ]))]),
            json!([not_resource(json!(["arn:aws:s3:::a/*"]))]),
            &["+ can now s3:GetObject on arn:aws:s3:::b/*"],
            &["- can no longer s3:GetObject on arn:aws:s3:::b/*"],
        ),
    ]
}

#[test]
fn every_widening_is_new_access_and_its_way_back_is_none() {
    for (what, before, after, there, back) in widenings() {
        assert_eq!(identity(before.clone(), after.clone()), there, "{what}");
        assert_eq!(identity(after, before), back, "{what}, back");
    }
}

#[test]
fn spelling_it_otherwise_changes_nothing() {
    for (what, before, after, ..) in widenings() {
        for statements in [before, after] {
            let list = statements.as_array().unwrap();
            let turned: Vec<Value> = list.iter().rev().map(respelled).collect();
            assert_eq!(
                identity(statements.clone(), json!(turned)),
                Vec::<String>::new(),
                "{what}"
            );
            assert_eq!(
                identity(json!(turned), statements),
                Vec::<String>::new(),
                "{what}"
            );
        }
    }
}

/// The same statement with other letters, lists for single members, and every action twice.
fn respelled(statement: &Value) -> Value {
    let mut statement = statement.clone();
    for name in ["Action", "NotAction"] {
        if let Some(actions) = statement.get_mut(name) {
            let texts: Vec<String> = match &*actions {
                Value::String(text) => vec![text.to_uppercase(), text.clone()],
                list => list
                    .as_array()
                    .unwrap()
                    .iter()
                    .rev()
                    .map(|one| one.as_str().unwrap().to_uppercase())
                    .collect(),
            };
            *actions = json!(texts);
        }
    }
    for name in ["Resource", "NotResource"] {
        if let Some(resource @ Value::String(_)) = statement.get_mut(name) {
            *resource = json!([resource.clone()]);
        }
    }
    statement
}

#[test]
fn trust_is_told_by_who_may_assume_the_role() {
    let role = "arn:aws:iam::210987654321:role/app";
    let cases: Vec<Widening> = vec![
        (
            "a service",
            trusts(json!({"Service": "ec2.amazonaws.com"})),
            trusts(json!({"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]})),
            &["+ ssm.amazonaws.com can now assume it (sts:AssumeRole)"],
            &["- ssm.amazonaws.com can no longer assume it (sts:AssumeRole)"],
        ),
        (
            "a role becomes its account",
            trusts(json!({"AWS": role})),
            trusts(json!({"AWS": "210987654321"})),
            &[
                "+ 210987654321 except arn:aws:iam::210987654321:role/app can now assume it (sts:AssumeRole)",
            ],
            &[
                "- 210987654321 except arn:aws:iam::210987654321:role/app can no longer assume it (sts:AssumeRole)",
            ],
        ),
        (
            "a session becomes its role",
            trusts(json!({"AWS": "arn:aws:sts::210987654321:assumed-role/app/one"})),
            trusts(json!({"AWS": role})),
            &[
                "+ arn:aws:iam::210987654321:role/app except arn:aws:sts::210987654321:assumed-role/app/one can now assume it (sts:AssumeRole)",
            ],
            &[
                "- arn:aws:iam::210987654321:role/app except arn:aws:sts::210987654321:assumed-role/app/one can no longer assume it (sts:AssumeRole)",
            ],
        ),
        (
            "anyone",
            trusts(json!({"AWS": role})),
            trusts(json!("*")),
            &[
                "+ anyone except arn:aws:iam::210987654321:role/app can now assume it (sts:AssumeRole)",
            ],
            &[
                "- anyone except arn:aws:iam::210987654321:role/app can no longer assume it (sts:AssumeRole)",
            ],
        ),
        (
            "without external id",
            json!({"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}),
            trusts(json!({"AWS": role})),
            &[
                "+ arn:aws:iam::210987654321:role/app no longer needs StringEquals sts:ExternalId x to assume it (sts:AssumeRole)",
            ],
            &[
                "- arn:aws:iam::210987654321:role/app now needs StringEquals sts:ExternalId x to assume it (sts:AssumeRole)",
            ],
        ),
        (
            "another way",
            trusts(json!({"Service": "ec2.amazonaws.com"})),
            json!({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}),
            &["+ ec2.amazonaws.com can now assume it (sts:TagSession)"],
            &["- ec2.amazonaws.com can no longer assume it (sts:TagSession)"],
        ),
    ];
    for (what, before, after, there, back) in cases {
        assert_eq!(trust(before.clone(), after.clone()), there, "{what}");
        assert_eq!(trust(after, before), back, "{what}, back");
    }
}

#[test]
fn a_role_is_compared_as_a_whole() {
    let get = document(json!([allow("s3:GetObject", "*")]));
    let put = document(json!([allow("s3:PutObject", "*")]));
    let both = document(json!([allow(json!(["s3:GetObject", "s3:PutObject"]), "*")]));
    let own = PolicyPurpose::Identity;
    let moved = changes(&view(own, &[&get, &put]), &view(own, &[&both]));
    assert_eq!(moved, Vec::<String>::new());
    let doubled = changes(&view(own, &[&both]), &view(own, &[&both, &get]));
    assert_eq!(doubled, Vec::<String>::new());
}

#[test]
fn boundaries_sessions_and_managed_policies_count() {
    let trust = document(json!([trusts(json!({"Service": "ec2.amazonaws.com"}))]));
    let plain = AccessView {
        session: Some(3600),
        ..view(PolicyPurpose::Trust, &[&trust])
    };
    let with = |boundary| AccessView {
        boundary: Some((boundary, &*FIELD)),
        ..plain.clone()
    };
    let holding = |arn| AccessView {
        managed: [(arn, &*FIELD)].into(),
        ..plain.clone()
    };
    let (first, second) = (
        "arn:aws:iam::123456789012:policy/first",
        "arn:aws:iam::123456789012:policy/second",
    );
    let long = AccessView {
        session: Some(43200),
        ..plain.clone()
    };
    let (reading, denying) = (
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "arn:aws:iam::aws:policy/AWSDenyAll",
    );
    let cases = [
        (
            with(first),
            plain.clone(),
            vec!["+ is no longer held within the boundary first"],
        ),
        (
            plain.clone(),
            with(first),
            vec!["- is now held within the boundary first"],
        ),
        (
            with(first),
            with(second),
            vec![
                "+ is held within the boundary second instead of first, which may be wider",
                "- is held within the boundary second instead of first, which may be narrower",
            ],
        ),
        (
            plain.clone(),
            long.clone(),
            vec!["+ sessions may last 12 h, before 1 h"],
        ),
        (
            long,
            plain.clone(),
            vec!["- sessions may last 1 h, before 12 h"],
        ),
        (
            plain.clone(),
            holding(reading),
            vec!["+ can now do what AmazonS3ReadOnlyAccess allows"],
        ),
        (
            holding(reading),
            plain.clone(),
            vec!["- can no longer do what AmazonS3ReadOnlyAccess allows"],
        ),
        (
            holding(denying),
            plain.clone(),
            vec![
                "+ may now do what AWSDenyAll denied, if it denied anything",
                "- can no longer do what AWSDenyAll allows",
            ],
        ),
        (
            holding(first),
            plain.clone(),
            vec![
                "+ may now do what first denied, if it denied anything",
                "- can no longer do what first allows",
            ],
        ),
    ];
    for (before, after, expected) in cases {
        assert_eq!(changes(&before, &after), expected);
    }
}

#[test]
fn a_policy_that_cannot_be_understood_may_give_anything() {
    let known = document(json!([allow("s3:GetObject", "*")]));
    let odd = Document::observed("oops");
    let role = |document| view(PolicyPurpose::Identity, &[document]);
    assert_eq!(
        changes(&role(&known), &role(&odd)),
        [
            "+ may gain anything: the new policy cannot be understood",
            "- can no longer s3:GetObject on *"
        ]
    );
    assert!(diff(&role(&odd), &role(&odd), &scope()).is_empty());
}
