//! What IAM refuses in a document, in IAM's words (texts from the IAM user guide's policy grammar and from reports).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::json;
use crate::sandbox::fault::Fault;

type Object = Map<String, Value>;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

const BASE_OPERATORS: &[&str] = &[
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

pub(crate) fn identity(document: &str) -> Result<(), Fault> {
    let root = parsed(document)?;
    for statement in statements(&root)? {
        common(statement)?;
        plain_sid(statement)?;
        if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
            return refused("Policy document should not specify a principal.");
        }
        let missing = "Policy statement must contain actions.";
        for action in one_of(statement, "Action", "NotAction", missing)? {
            vendor(action)?;
        }
        let missing = "Policy statement must contain resources.";
        for resource in one_of(statement, "Resource", "NotResource", missing)? {
            is_resource(resource)?;
        }
    }
    Ok(())
}

/// Checks a trust policy, all but whether its principals exist, and gives it back parsed.
pub(super) fn trust(document: &str) -> Result<Value, Fault> {
    let root = parsed(document)?;
    for statement in statements(&root)? {
        common(statement)?;
        plain_sid(statement)?;
        for field in ["Resource", "NotResource", "NotPrincipal"] {
            if statement.contains_key(field) {
                return refused(format!("Has prohibited field {field}"));
            }
        }
        if !statement.contains_key("Principal") {
            return refused("Missing required field Principal");
        }
        let missing = "Missing required field Action";
        for action in one_of(statement, "Action", "NotAction", missing)? {
            if vendor(action)? != "sts" {
                return refused("AssumeRole policy may only specify STS AssumeRole actions.");
            }
        }
    }
    Ok(Value::Object(root))
}

/// Checks the policy of a resource, all but whether its principals exist, and gives it back parsed.
pub(super) fn resource(document: &str, is_within: &dyn Fn(&str) -> bool) -> Result<Value, Fault> {
    let root = parsed(document)?;
    for statement in statements(&root)? {
        common(statement)?;
        if !statement.contains_key("Principal") && !statement.contains_key("NotPrincipal") {
            return refused("Missing required field Principal");
        }
        let missing = |field: &str| format!("Missing required field {field}");
        let actions = one_of(statement, "Action", "NotAction", &missing("Action"))?;
        let known = |action: &&str| vendor(action).is_ok_and(|name| name == "s3" || name == "*");
        if !actions.iter().all(known) {
            return refused("Policy has invalid action");
        }
        let resources = one_of(statement, "Resource", "NotResource", &missing("Resource"))?;
        if !resources.iter().all(|resource| is_within(resource)) {
            return refused("Policy has invalid resource");
        }
    }
    Ok(Value::Object(root))
}

fn parsed(document: &str) -> Result<Object, Fault> {
    match json::parse(document) {
        Some(Value::Object(root)) => Ok(root),
        Some(_) => Err(syntax()),
        None => refused("This policy contains invalid Json"),
    }
}

/// The statements, whether listed or alone, once the document around them is sound.
fn statements(root: &Object) -> Result<Vec<&Object>, Fault> {
    only(root, &["Version", "Id", "Statement"])?;
    let is_known = |version: &Value| version == "2012-10-17" || version == "2008-10-17";
    if !root.get("Version").is_none_or(is_known) {
        return Err(syntax());
    }
    let statements = match root.get("Statement") {
        Some(Value::Object(statement)) => vec![statement],
        Some(Value::Array(list)) if !list.is_empty() => {
            let objects: Option<Vec<&Object>> = list.iter().map(Value::as_object).collect();
            objects.ok_or_else(syntax)?
        }
        None => return refused("Missing required field Statement"),
        Some(_) => return Err(syntax()),
    };
    let mut seen = BTreeSet::new();
    let sids = statements.iter().filter_map(|one| one.get("Sid")?.as_str());
    let mut sids = sids.filter(|sid| !sid.is_empty());
    if sids.all(|sid| seen.insert(sid)) {
        return Ok(statements);
    }
    refused("Statement IDs (SID) in a single policy must be unique.")
}

/// What holds for every statement of any policy.
fn common(statement: &Object) -> Result<(), Fault> {
    only(statement, &ELEMENTS)?;
    let effect = statement.get("Effect");
    match effect.map(|effect| effect.as_str().unwrap_or_default()) {
        Some("Allow" | "Deny") => {}
        Some(other) => return refused(format!("Invalid effect: {other}")),
        None => return refused("Missing required field Effect"),
    }
    if statement.get("Sid").is_some_and(|sid| !sid.is_string()) {
        return Err(syntax());
    }
    statement.get("Condition").map_or(Ok(()), conditions)
}

/// IAM takes letters and digits only; S3 takes what its customers have always written.
fn plain_sid(statement: &Object) -> Result<(), Fault> {
    let sid = statement.get("Sid").and_then(Value::as_str);
    if sid.is_none_or(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Ok(());
    }
    refused(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    )
}

fn conditions(condition: &Value) -> Result<(), Fault> {
    let operators = condition.as_object().ok_or_else(syntax)?;
    for (operator, keys) in operators {
        let plain = operator
            .strip_prefix("ForAnyValue:")
            .or_else(|| operator.strip_prefix("ForAllValues:"))
            .unwrap_or(operator);
        let base = plain
            .strip_suffix("IfExists")
            .filter(|base| *base != "Null")
            .unwrap_or(plain);
        if !BASE_OPERATORS.contains(&base) {
            return refused(format!("Invalid Condition type : {operator}."));
        }
        let keys = keys.as_object().ok_or_else(syntax)?;
        if keys.values().any(|value| scalars(value).is_none()) {
            return Err(syntax());
        }
    }
    Ok(())
}

fn only(object: &Object, known: &[&str]) -> Result<(), Fault> {
    if object.keys().all(|key| known.contains(&key.as_str())) {
        Ok(())
    } else {
        Err(syntax())
    }
}

fn one_of<'a>(
    statement: &'a Object,
    field: &str,
    opposite: &str,
    missing: &str,
) -> Result<Vec<&'a str>, Fault> {
    let value = match (statement.get(field), statement.get(opposite)) {
        (Some(value), None) | (None, Some(value)) => value,
        (None, None) => return refused(missing),
        (Some(_), Some(_)) => return Err(syntax()),
    };
    let texts = texts(value).ok_or_else(syntax)?;
    if texts.is_empty() {
        refused(missing)
    } else {
        Ok(texts)
    }
}

fn syntax() -> Fault {
    Fault::malformed_policy("Syntax errors in policy.")
}

fn refused<T>(text: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::malformed_policy(text))
}

pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn scalars(value: &Value) -> Option<()> {
    let scalar =
        |value: &Value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
    match value {
        Value::Array(list) => list.iter().all(scalar).then_some(()),
        single => scalar(single).then_some(()),
    }
}

/// The lower-case service prefix of an action; `*` for all services.
fn vendor(action: &str) -> Result<String, Fault> {
    if action == "*" {
        return Ok(action.to_owned());
    }
    let Some((vendor, name)) = action.split_once(':').filter(|(_, name)| !name.is_empty()) else {
        let text = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
        return refused(text);
    };
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if vendor.is_empty() || !vendor.bytes().all(is_sign) {
        return refused(format!("Vendor {vendor} is not valid"));
    }
    if name.contains(char::is_whitespace) {
        return Err(syntax());
    }
    Ok(vendor.to_ascii_lowercase())
}

fn is_resource(resource: &str) -> Result<(), Fault> {
    let is_arn = resource.starts_with("arn:") && resource.splitn(6, ':').count() == 6;
    if resource == "*" || is_arn {
        return is_of_partition(resource);
    }
    refused(format!(
        "Resource {resource} must be in ARN format or \"*\"."
    ))
}

/// The sandbox is in partition `aws`. A wildcard or a variable may stand for it.
fn is_of_partition(resource: &str) -> Result<(), Fault> {
    let partition = resource.split(':').nth(1).unwrap_or_default();
    if partition.is_empty() || partition == "aws" || partition.contains(['*', '?', '$']) {
        return Ok(());
    }
    refused(format!(
        "Partition \"{partition}\" is not valid for resource \"{resource}\"."
    ))
}
