//! Names for the types of values, as a person who writes YAML calls them.

use serde_json::Value;

pub(super) const TEXT: &str = "text";
pub(super) const BOOLEAN: &str = "a boolean";
pub(super) const INTEGER: &str = "a whole number";
pub(super) const NUMBER: &str = "a number";
pub(super) const MAPPING: &str = "a mapping";
pub(super) const LIST: &str = "a list";

/// JSON Schema's type name in words.
pub(super) fn named(kind: &str) -> &str {
    match kind {
        "string" => TEXT,
        "boolean" => BOOLEAN,
        "integer" => INTEGER,
        "number" => NUMBER,
        "array" => LIST,
        "object" => MAPPING,
        "null" => "empty",
        other => other,
    }
}

/// What a value is, with the value itself when it is short.
pub(super) fn said(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(_) => format!("the boolean {value}"),
        Value::Number(_) => format!("the number {value}"),
        Value::String(text) if text.chars().count() <= 40 && !text.contains('\n') => {
            format!("the text {text:?}")
        }
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

/// A value as one would write it, in backticks; collections only by their kind.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Null => "empty".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::Array(_) | Value::Object(_) => said(value),
    }
}

/// Whether a value has a type of JSON Schema; numbers without a fraction are integers, as the standard says.
pub(super) fn has(value: &Value, kind: &str) -> bool {
    match (kind, value) {
        ("null", Value::Null)
        | ("boolean", Value::Bool(_))
        | ("string", Value::String(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("number", Value::Number(_)) => true,
        ("integer", Value::Number(number)) => {
            number.is_i64()
                || number.is_u64()
                || number.as_f64().is_some_and(|float| float.fract() == 0.0)
        }
        _ => false,
    }
}
