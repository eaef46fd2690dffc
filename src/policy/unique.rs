//! JSON text to a value, refusing a key that is in one object twice, and back to the one text of a value. `serde_json` alone
//! keeps the last of two keys silently, which hides a mistake in the one place where it matters most.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::PolicyDiagnostic;
use super::cursor::escaped;

/// The value of a JSON text, or every key that stands twice, or the first place that is not JSON.
pub(super) fn parse(text: &str) -> Result<Value, Vec<PolicyDiagnostic>> {
    let mut twice = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Unique {
        pointer: String::new(),
        twice: &mut twice,
    };
    let read = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    match read {
        Err(error) => Err(vec![not_json(&error)]),
        Ok(_) if !twice.is_empty() => Err(twice),
        Ok(value) => Ok(value),
    }
}

fn not_json(error: &serde_json::Error) -> PolicyDiagnostic {
    PolicyDiagnostic::error("", "policy-not-json", format!("not JSON: {error}"))
}

struct Unique<'a> {
    pointer: String,
    twice: &'a mut Vec<PolicyDiagnostic>,
}

impl Unique<'_> {
    fn inner(&mut self, step: &str) -> Unique<'_> {
        Unique {
            pointer: format!("{}/{}", self.pointer, escaped(step)),
            twice: self.twice,
        }
    }

    fn refuse(&mut self, key: &str) {
        let pointer = format!("{}/{}", self.pointer, escaped(key));
        let message = format!("the key `{key}` stands twice");
        let problem = PolicyDiagnostic::error(&pointer, "policy-duplicate-key", message)
            .hint("keep one of them, or put their values into one list");
        self.twice.push(problem);
    }
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner(&list.len().to_string()))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.inner(&key))?;
            if map.contains_key(&key) {
                self.refuse(&key);
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// JSON with sorted keys and without white space: equal for equal values.
pub(super) fn canonical_text(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_stands_twice_is_named() {
        let text = r#"{"Statement": [{"Action": "a", "Action": "b"}], "Id": 1, "Id": 2}"#;
        let problems = parse(text).unwrap_err();
        let pointers: Vec<&str> = problems.iter().map(|one| one.pointer.as_str()).collect();
        assert_eq!(pointers, ["/Statement/0/Action", "/Id"]);
        assert_eq!(problems[0].message, "the key `Action` stands twice");
    }

    #[test]
    fn the_same_key_in_two_objects_is_fine() {
        let text = r#"[{"a": null}, {"a": [true, -1, 1.5]}]"#;
        assert_eq!(
            parse(text).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }

    #[test]
    fn what_is_not_json_says_where() {
        let problems = parse("{\"a\": }").unwrap_err();
        assert_eq!(problems[0].code, "policy-not-json");
        assert_eq!(
            problems[0].message,
            "not JSON: expected value at line 1 column 7"
        );
        assert!(parse("{} x").is_err());
        assert!(parse("").is_err());
    }
}
