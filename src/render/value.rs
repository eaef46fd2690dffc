//! Values of fields in words, for the forms that people read. Whole documents and long texts are each form's own.

use serde_json::Value as Json;

use crate::model::{Link, Value};

/// Two values of one field; ids only where the names alone would look equal.
pub(super) fn both(before: &Value, after: &Value) -> [String; 2] {
    match (before, after) {
        (Value::Link(old), Value::Link(new)) if old.name == new.name => {
            [with_id(old), with_id(new)]
        }
        _ => [short(before), short(after)],
    }
}

fn with_id(link: &Link) -> String {
    let Link {
        name,
        id,
        target: _,
    } = link;
    format!("{name} ({})", id.as_deref().unwrap_or("a new one"))
}

/// A value on one line; texts in quotes.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::Text(text) => Json::from(text.as_str()).to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => format!("\"{flag}\""),
        Value::Present => "present".to_owned(),
        Value::Policy(document) => document.wire(),
        Value::Link(Link {
            name,
            id: _,
            target: _,
        }) => name.clone(),
    }
}
