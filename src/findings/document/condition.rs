//! Condition keys and operators: those that do not exist, and those that do not fit each other.

use super::statement::StatementRef;
use crate::catalogue::{KeyType, condition_key, has_service, keys_of};
use crate::diagnostic::did_you_mean;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::policy::{Condition, Operator};

pub(crate) const UNKNOWN_CONDITION_KEY: Rule = Rule {
    id: "unknown-condition-key",
    severity: Severity::Medium,
    title: "A condition key that does not exist",
    why: "IAM saves any key. No request carries one that does not exist: an Allow that asks for it never applies, and \
          a Deny that excepts it always does.",
    fix: "Correct the name. Keys of identity providers (`token.actions.githubusercontent.com:sub`) are not judged.",
    frame: Frame::Inline("logs"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {StringEquals: {"aws:SourceVcp": vpc-0123456789abcdef0}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {StringEquals: {"aws:SourceVpc": vpc-0123456789abcdef0}}"#,
};

pub(crate) const CONDITION_OPERATOR_TYPE: Rule = Rule {
    id: "condition-operator-type",
    severity: Severity::Medium,
    title: "A condition operator that does not fit its key",
    why: "An operator compares values of one type. With a key of another type it does not hold, or holds only for the \
          same characters: `StringEquals` knows no ranges of addresses.",
    fix: "Use the operator for the type of the key.",
    frame: Frame::Inline("logs"),
    bad: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {StringEquals: {"aws:SourceIp": 203.0.113.0/24}}"#,
    good: r#"- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*
  Condition: {IpAddress: {"aws:SourceIp": 203.0.113.0/24}}"#,
};

pub(crate) const WILDCARD_IN_EQUALS: Rule = Rule {
    id: "wildcard-in-equals",
    severity: Severity::Medium,
    title: "A wildcard that is compared as plain text",
    why: "`StringEquals` compares character by character: `*` and `?` are themselves. The test holds for no value that \
          was meant.",
    fix: "Use `StringLike`, or write the value out. For a plain character write `${*}` or `${?}`.",
    frame: Frame::Inline("list"),
    bad: r#"- Effect: Allow
  Action: s3:ListBucket
  Resource: arn:aws:s3:::logs
  Condition: {StringEquals: {"s3:prefix": "web/*"}}"#,
    good: r#"- Effect: Allow
  Action: s3:ListBucket
  Resource: arn:aws:s3:::logs
  Condition: {StringLike: {"s3:prefix": "web/*"}}"#,
};

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    for test in statement.tests() {
        all.extend(unknown(statement, test));
        all.extend(misfit(statement, test));
        all.extend(wildcards(statement, test));
    }
}

fn unknown(statement: &StatementRef<'_>, test: &Condition) -> Option<RuleMatch> {
    let key = &test.key;
    let (prefix, name) = key.split_once(':')?;
    let judged = !is_tag(key)
        && !prefix.contains('.')
        && (has_service(prefix) || !keys_of(prefix).is_empty());
    if !judged || condition_key(key).is_some() || name.is_empty() {
        return None;
    }
    let names = keys_of(prefix).iter().map(|one| one.name);
    let fix = did_you_mean(key, names);
    let fix = fix.unwrap_or_else(|| "write a key that the requests of these actions carry".into());
    let message = format!("no request carries the condition key `{key}`");
    Some(UNKNOWN_CONDITION_KEY.found_at(statement.at_test(test), message, fix))
}

/// Whether it is a tag of a resource, under a name that the reference does not write as its author's own: it has
/// `secretsmanager:ResourceTag/tag-key`.
fn is_tag(key: &str) -> bool {
    let tag = key.to_lowercase();
    let tag = tag.split_once('/').filter(|(_, name)| !name.is_empty());
    tag.is_some_and(|(key, _)| condition_key(&format!("{key}/tag-key")).is_some())
}

fn misfit(statement: &StatementRef<'_>, test: &Condition) -> Option<RuleMatch> {
    let key = condition_key(&test.key)?;
    let compares = KeyType::compared_by(Operator::of(&test.operator).base)?;
    if fits(compares, key.value, &test.key) || (key.name.contains("${") && compares == KeyType::Arn)
    {
        return None;
    }
    let ([compared, ..], [_, given, fitting]) = (words(compares), words(key.value));
    let Condition { operator, key, .. } = test;
    let message = format!("`{operator}` compares {compared}, and `{key}` is {given}");
    let fix = format!("use {fitting}");
    Some(CONDITION_OPERATOR_TYPE.found_at(statement.at_test(test), message, fix))
}

/// Whether comparing such values can hold. Text can be compared with nearly everything that has one spelling only;
/// and the service authorization reference calls many ARNs text.
fn fits(compares: KeyType, value: KeyType, name: &str) -> bool {
    match compares {
        _ if compares == value => true,
        KeyType::Text => !matches!(value, KeyType::IpAddress | KeyType::Date),
        KeyType::Arn => value == KeyType::Text && name.to_lowercase().contains("arn"),
        // `aws:EpochTime` is a number of seconds as well as a date (IAM user guide, global condition keys).
        KeyType::Numeric => value == KeyType::Date,
        KeyType::Bool | KeyType::Date | KeyType::IpAddress => false,
    }
}

/// Several values of a type, one of them, and the operators that compare them.
fn words(value: KeyType) -> [&'static str; 3] {
    match value {
        KeyType::Text => ["text", "text", "`StringEquals` or `StringLike`"],
        KeyType::Arn => ["ARNs", "an ARN", "`ArnEquals` or `ArnLike`"],
        KeyType::Bool => ["booleans", "a boolean", "`Bool`"],
        KeyType::Numeric => [
            "numbers",
            "a number",
            "`NumericEquals`, `NumericLessThan` or another of theirs",
        ],
        KeyType::Date => [
            "dates",
            "a date",
            "`DateGreaterThan`, `DateLessThan` or another of theirs",
        ],
        KeyType::IpAddress => ["addresses", "an address", "`IpAddress` or `NotIpAddress`"],
    }
}

fn wildcards(statement: &StatementRef<'_>, test: &Condition) -> Vec<RuleMatch> {
    let base = Operator::of(&test.operator).base;
    if !(base.starts_with("String") && base.contains("Equals")) {
        return Vec::new();
    }
    let values = statement.values(test).into_iter();
    let wild = values.filter(|(_, value)| has_wildcard(value));
    let found = wild.map(|(pointer, value)| {
        let message = format!("`{base}` compares `{value}` as plain text, its wildcard included");
        let not = if base.contains("Not") { "Not" } else { "" };
        let fix = format!("use `String{not}Like`, or write the value out");
        WILDCARD_IN_EQUALS.found_at(pointer, message, fix)
    });
    found.collect()
}

fn has_wildcard(value: &str) -> bool {
    let plain = value.replace("${*}", "").replace("${?}", "");
    plain.contains(['*', '?'])
}
