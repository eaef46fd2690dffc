//! Expressions in every string of a value.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Problems};
use crate::manifest::places::{Places, escape};

use super::{Scope, evaluate_value};

/// Fills in the expressions of all strings of a value (not of keys), which stands at `pointer` in its document. A string
/// that is one expression and nothing else gets the value's own type, so that a variable may stand for a
/// number, a boolean or a list. Strings with faults do not change. Gives the ARNs that were used.
pub fn evaluate_tree(
    value: &mut Value,
    pointer: &str,
    scope: &Scope,
    places: &Places,
) -> (BTreeSet<String>, Problems) {
    let mut found = Filled {
        scope,
        places,
        references: BTreeSet::new(),
        problems: Problems::none(),
    };
    found.walk(value, &mut pointer.to_owned());
    (found.references, found.problems)
}

struct Filled<'s> {
    scope: &'s Scope,
    places: &'s Places,
    references: BTreeSet<String>,
    problems: Problems,
}

impl Filled<'_> {
    fn walk(&mut self, value: &mut Value, pointer: &mut String) {
        let length = pointer.len();
        match value {
            Value::String(text) if text.contains("{{") || text.contains("{%") => {
                let filled = self.fill(text, pointer);
                if let Some(filled) = filled {
                    *value = filled;
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    pointer.extend(["/", &index.to_string()]);
                    self.walk(item, pointer);
                    pointer.truncate(length);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    pointer.push('/');
                    pointer.push_str(&escape(name));
                    self.walk(field, pointer);
                    pointer.truncate(length);
                }
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn fill(&mut self, text: &str, pointer: &str) -> Option<Value> {
        match evaluate_value(text, self.scope) {
            Ok((value, references)) => {
                self.references.extend(references);
                Some(value)
            }
            Err(problem) => {
                let fault = Diagnostic::error("bad-expression", problem.message)
                    .at(self.places.at(pointer))
                    .maybe_hint(problem.hint);
                self.problems.push(fault);
                None
            }
        }
    }
}
