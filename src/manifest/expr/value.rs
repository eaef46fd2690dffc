//! Values of JSON to values of expressions, and back.

use std::sync::Arc;

use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object, ValueKind};
use serde_json::{Map, Number, Value};

pub(super) fn from_json(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::from(()),
        Value::Bool(value) => Dynamic::from(*value),
        Value::String(text) => Dynamic::from(text.as_str()),
        Value::Number(number) => from_number(number),
        Value::Array(items) => items.iter().map(from_json).collect(),
        Value::Object(fields) => Dynamic::from_object(Fields(fields.clone())),
    }
}

/// A mapping, in the order it was written in.
#[derive(Debug)]
struct Fields(Map<String, Value>);

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.0.get(key.as_str()?).map(from_json)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.0.keys().map(|name| Dynamic::from(name.as_str()));
        Enumerator::Values(names.collect())
    }
}

fn from_number(number: &Number) -> Dynamic {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), _, _) => Dynamic::from(number),
        (None, Some(number), _) => Dynamic::from(number),
        (None, None, number) => Dynamic::from(number),
    }
}

/// `None` for what is no value: a role without its attribute, something undefined in a list.
pub(super) fn to_json(value: &Dynamic) -> Option<Value> {
    match value.kind() {
        ValueKind::None => Some(Value::Null),
        ValueKind::Bool => Some(Value::Bool(value.is_true())),
        ValueKind::String => value.as_str().map(Value::from),
        ValueKind::Number => to_number(value),
        ValueKind::Seq => value.try_iter().ok()?.map(|item| to_json(&item)).collect(),
        ValueKind::Map => {
            let names = value.try_iter().ok()?;
            let fields = names.map(|name| {
                let field = value.get_item(&name).ok()?;
                Some((name.as_str()?.to_owned(), to_json(&field)?))
            });
            fields
                .collect::<Option<Map<String, Value>>>()
                .map(Value::Object)
        }
        _ => None,
    }
}

fn to_number(value: &Dynamic) -> Option<Value> {
    if value.is_integer() {
        let small = i64::try_from(value.clone()).map(Value::from);
        return small
            .or_else(|_| u64::try_from(value.clone()).map(Value::from))
            .ok();
    }
    let float = f64::try_from(value.clone()).ok()?;
    Number::from_f64(float).map(Value::Number)
}
