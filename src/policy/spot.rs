//! Walking a JSON value while knowing where one is, so that every fault can name its spot. Policies write one
//! member bare or in a list; that difference ends here too.

use serde_json::Value;

use super::PolicyProblem;

/// A value inside a document and the JSON pointer that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    /// RFC 6901 pointer.
    pub(super) pointer: String,
    /// What is there.
    pub(super) value: &'a Value,
}

impl<'a> Spot<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            pointer: String::new(),
            value,
        }
    }

    fn step(&self, step: &str, value: &'a Value) -> Self {
        Self {
            pointer: format!("{}/{}", self.pointer, escaped(step)),
            value,
        }
    }

    /// The entry of that name, when this is an object that has it.
    pub(super) fn child(&self, name: &str) -> Option<Self> {
        Some(self.step(name, self.value.as_object()?.get(name)?))
    }

    /// The entries in the author's order; none when this is no object.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        let entries = self.value.as_object().into_iter().flatten();
        entries
            .map(|(name, value)| (name.as_str(), self.step(name, value)))
            .collect()
    }

    /// The items of a list; anything else is its own only item.
    pub(super) fn members(&self) -> Vec<Self> {
        match self.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| self.step(&index.to_string(), value))
                .collect(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => vec![self.clone()],
        }
    }

    /// The members that are text; a declared document has no others where this is asked.
    pub(super) fn texts(&self) -> Vec<(Self, &'a str)> {
        self.members()
            .into_iter()
            .filter_map(|spot| spot.value.as_str().map(|text| (spot, text)))
            .collect()
    }

    pub(super) fn error(&self, code: &'static str, message: impl Into<String>) -> PolicyProblem {
        PolicyProblem::error(&self.pointer, code, message)
    }

    pub(super) fn warning(&self, code: &'static str, message: impl Into<String>) -> PolicyProblem {
        PolicyProblem::warning(&self.pointer, code, message)
    }
}

/// A step of a pointer as RFC 6901 writes it.
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// What a value is, for a person: `a number`.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pointers_lead_back_to_the_value() {
        let value = json!({"a/b": {"c~d": ["x", "y"]}});
        let spot = Spot::root(&value)
            .child("a/b")
            .unwrap()
            .child("c~d")
            .unwrap();
        let last = spot.members().pop().unwrap();
        assert_eq!(last.pointer, "/a~1b/c~0d/1");
        assert_eq!(value.pointer(&last.pointer), Some(&json!("y")));
    }

    #[test]
    fn a_bare_member_is_its_own_list() {
        let value = json!("x");
        let texts = Spot::root(&value).texts();
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].0.pointer, "");
    }
}
