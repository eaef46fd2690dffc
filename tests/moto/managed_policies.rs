//! AWS's own managed policies, all that moto carries: real documents by many authors, which must parse, equal every
//! re-spelling of themselves, and be understood.

use std::collections::BTreeMap;
use std::process::Command;

use rolewright::access;
use rolewright::diagnostic::Severity;
use rolewright::findings::in_document;
use rolewright::model::{AccessView, AwsScope, FieldPath, Partition, PolicyView};
use rolewright::policy::{Document, PolicyPurpose, check, same};
use serde_json::{Map, Value};

use crate::python::interpreter;

/// Where the documents are taken to be.
fn scope() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
    }
}

/// A role with one inline policy.
fn role<'a>(document: &'a Document, path: &'a FieldPath) -> AccessView<'a> {
    let policy = PolicyView {
        path,
        purpose: PolicyPurpose::Identity,
        document,
    };
    AccessView {
        policies: vec![policy],
        ..AccessView::default()
    }
}

/// All documents by the names of their policies; `None` without Python.
fn documents() -> Option<BTreeMap<String, Value>> {
    const PRINT: &str =
        "from moto.iam.aws_managed_policies import aws_managed_policies_data as data; print(data)";
    let printed = Command::new(interpreter()?)
        .args(["-c", PRINT])
        .output()
        .expect("it has that shape");
    assert!(
        printed.status.success(),
        "{}",
        String::from_utf8_lossy(&printed.stderr)
    );
    let policies: BTreeMap<String, Value> =
        serde_json::from_slice(&printed.stdout).expect("it has that shape");
    let documents = policies
        .into_iter()
        .map(|(name, mut policy)| (name, policy["Document"].take()));
    Some(documents.collect())
}

/// The same document in other words: lists backwards, single members as lists, actions in capitals, statements twice.
fn respelled(document: &Value) -> Value {
    let mut document = document.as_object().expect("it has that shape").clone();
    let statements = document.remove("Statement").expect("it has that shape");
    let statements = match statements {
        Value::Array(list) => list,
        one => vec![one],
    };
    let spelled: Vec<Value> = statements.iter().rev().map(respelled_statement).collect();
    let twice = [spelled.clone(), spelled].concat();
    let mut turned = Map::new();
    turned.insert("Statement".to_owned(), Value::Array(twice));
    turned.extend(document);
    Value::Object(turned)
}

fn respelled_statement(statement: &Value) -> Value {
    let entries = statement
        .as_object()
        .expect("it has that shape")
        .iter()
        .rev();
    let entries = entries.map(|(name, value)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => backwards(value, &str::to_uppercase),
            "Resource" | "NotResource" => backwards(value, &str::to_owned),
            "Condition" => condition(value),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    Value::Object(entries.collect())
}

fn backwards(value: &Value, spell: &dyn Fn(&str) -> String) -> Value {
    let spell = |value: &Value| {
        value
            .as_str()
            .map_or(value.clone(), |text| spell(text).into())
    };
    match value {
        Value::Array(list) => list.iter().rev().map(spell).collect(),
        one => Value::Array(vec![spell(one)]),
    }
}

/// Keys of conditions ignore letter case; their values do not.
fn condition(value: &Value) -> Value {
    let operators = value.as_object().expect("it has that shape").iter().rev();
    let operators = operators.map(|(operator, tests)| {
        let tests = tests.as_object().expect("it has that shape").iter().rev();
        let tests =
            tests.map(|(key, values)| (key.to_uppercase(), backwards(values, &str::to_owned)));
        (operator.clone(), Value::Object(tests.collect()))
    });
    Value::Object(operators.collect())
}

#[test]
fn every_managed_policy_is_understood() {
    let Some(documents) = documents() else { return };
    assert!(documents.len() > 1000, "only {} documents", documents.len());
    let (nothing, scope) = (AccessView::default(), scope());
    let path = FieldPath::new(rolewright::model::field::INLINE_POLICIES);
    for (name, json) in documents {
        let document =
            Document::from_json(json.clone()).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let faults = check(&document, PolicyPurpose::Identity);
        // AWS's own may be longer than anybody else's.
        let errors: Vec<_> = faults
            .iter()
            .filter(|fault| fault.severity == Severity::Error && fault.code != "policy-size")
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let other = Document::from_json(respelled(&json)).expect("it has that shape");
        assert!(
            same(&document, &other, "aws"),
            "{name} in other words is another"
        );
        let diff = access::diff(&role(&document, &path), &role(&other, &path), &scope);
        assert!(diff.is_empty(), "{name} in other words: {diff:?}");
        let given = access::diff(&nothing, &role(&document, &path), &scope);
        assert!(given.lost.is_empty(), "{name} takes: {given:?}");
        let allows = document
            .statements()
            .iter()
            .any(|one| one.effect.as_deref() == Some("Allow"));
        assert_eq!(allows, !given.gained.is_empty(), "{name} gives: {given:?}");
        in_document(&document, PolicyPurpose::Identity, &scope);
    }
}
