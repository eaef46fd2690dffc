//! Conditions: operators come from a fixed table, keys begin with a service, every test has a value.

use super::Found;
use crate::diagnostic::did_you_mean;
use crate::policy::Operator;
use crate::policy::spot::Spot;

/// The operators of the policy language (IAM user guide, condition operators).
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// What may stand before an operator when a key has many values.
const SETS: [&str; 2] = ["ForAnyValue", "ForAllValues"];

pub(super) fn check(block: &Spot<'_>, found: &mut Found) {
    for (name, tests) in block.entries() {
        operator(name, &tests, found);
        for (key, values) in tests.entries() {
            test(key, &values, found);
        }
    }
}

fn operator(name: &str, spot: &Spot<'_>, found: &mut Found) {
    let Operator {
        set,
        base,
        if_exists,
    } = Operator::of(name);
    if let Some(set) = set.filter(|set| !SETS.contains(set)) {
        let message = format!("`{set}` in `{name}` is no set operator");
        let problem = spot.error("policy-condition-operator", message);
        let general = "write `ForAnyValue:` or `ForAllValues:`";
        found.push(problem.hint_or(did_you_mean(set, SETS), general));
    }
    if !OPERATORS.contains(&base) {
        let message = format!("`{name}` is no condition operator");
        let problem = spot.error("policy-condition-operator", message);
        let general = "operators are named like `StringEquals`, `ArnLike` or `Bool`";
        found.push(problem.hint_or(did_you_mean(base, OPERATORS), general));
    } else if base == "Null" && if_exists {
        let message = "`Null` asks whether a key exists and takes no `IfExists`";
        found.push(
            spot.error("policy-condition-operator", message)
                .hint("write `Null`"),
        );
    }
}

fn test(key: &str, values: &Spot<'_>, found: &mut Found) {
    let named = key.split_once(':');
    if named.is_none_or(|(vendor, name)| vendor.is_empty() || name.is_empty()) {
        let message = format!("the condition key `{key}` does not begin with its service");
        let hint = "keys are named like `aws:SourceIp` or `s3:prefix`";
        found.push(values.error("policy-condition-key", message).hint(hint));
    }
    if values.members().is_empty() {
        let message = format!("the condition key `{key}` is compared with no value");
        found.push(values.error("policy-condition-value", message));
    }
}
