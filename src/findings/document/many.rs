//! Keys of which a request has several values, and the operators that say how many of them must fit.

use super::statement::StatementRef;
use crate::catalogue::{KeyType, condition_key};
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::policy::{Condition, Operator};

pub(crate) const FORALLVALUES_WITHOUT_NULL: Rule = Rule {
    id: "forallvalues-without-null",
    severity: Severity::Low,
    title: "A test that holds when there is nothing to test",
    why: "`ForAllValues` asks whether every value fits. Where the request has none, every one does: the Allow \
          applies.",
    fix: "Ask for the key as well: `Null` with `false`.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {"ForAllValues:StringEquals": {"aws:CalledVia": athena.amazonaws.com}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition:
    "ForAllValues:StringEquals": {"aws:CalledVia": athena.amazonaws.com}
    "Null": {"aws:CalledVia": "false"}"#,
};

pub(crate) const MULTIVALUED_KEY_WITHOUT_SET: Rule = Rule {
    id: "multivalued-key-without-set",
    severity: Severity::Medium,
    title: "A key of many values tested as if it had one",
    why: "A request may have several values of this key. IAM compares them only with `ForAnyValue` or \
          `ForAllValues` before the operator.",
    fix: "Write `ForAnyValue:` where one fitting value is enough, and `ForAllValues:` where no other may be there.",
    frame: Frame::Inline("work"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {StringEquals: {"aws:CalledVia": athena.amazonaws.com}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {"ForAnyValue:StringEquals": {"aws:CalledVia": athena.amazonaws.com}}"#,
};

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    for test in statement.tests() {
        all.extend(without_set(statement, test));
        all.extend(without_null(statement, test));
    }
}

fn without_set(statement: &StatementRef<'_>, test: &Condition) -> Option<RuleMatch> {
    let operator = Operator::of(&test.operator);
    let is_bare = operator.set.is_none() && KeyType::compared_by(operator.base).is_some();
    // The reference gives several values to keys of events, and AWS's own policies compare them as one.
    let is_event = test.key.to_lowercase().starts_with("events:");
    if !is_bare || is_event || !condition_key(&test.key)?.many {
        return None;
    }
    let Condition { operator, key, .. } = test;
    let message =
        format!("a request may have several values of `{key}`, and `{operator}` is for one");
    let fix = format!("write `ForAnyValue:{operator}` or `ForAllValues:{operator}`");
    Some(MULTIVALUED_KEY_WITHOUT_SET.found_at(statement.at_test(test), message, fix))
}

fn without_null(statement: &StatementRef<'_>, test: &Condition) -> Option<RuleMatch> {
    let is_all = Operator::of(&test.operator).set == Some("ForAllValues");
    // A request without tags that is limited to some tags is what is meant.
    let is_meant = test.key.eq_ignore_ascii_case("aws:TagKeys");
    if !statement.allows() || !is_all || is_meant || asks_for(statement, &test.key) {
        return None;
    }
    let message = format!("the test also holds for requests without `{}`", test.key);
    let fix = format!("add `\"Null\": {{\"{}\": \"false\"}}`", test.key);
    Some(FORALLVALUES_WITHOUT_NULL.found_at(statement.at_test(test), message, fix))
}

/// Whether another test holds only where the key is.
fn asks_for(statement: &StatementRef<'_>, key: &str) -> bool {
    statement.tests().any(|test| {
        let operator = Operator::of(&test.operator);
        let is_null = operator.base == "Null" && test.values.iter().all(|value| value == "false");
        let is_any = operator.set == Some("ForAnyValue") && !operator.if_exists;
        test.key.eq_ignore_ascii_case(key) && (is_null || is_any)
    })
}
