//! A fault that a schema found, and the words for it.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::manifest::places::{Places, readable};
use crate::text;

use super::kind_of;

/// A fault before it has a place.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) pointer: String,
    /// Whether to point at the key rather than the value.
    pub(super) is_about_key: bool,
    /// The fields whose absence is all that is wrong.
    missing: Vec<String>,
    /// A value that should be in quotes, as JSON has it; its place may know how it was written.
    quoted: Option<String>,
    pub(super) diagnostic: Diagnostic,
}

impl Finding {
    pub(super) fn located(self, places: &Places) -> Diagnostic {
        let place = if self.is_about_key {
            places.key(&self.pointer)
        } else {
            places.at(&self.pointer)
        };
        let mut diagnostic = self.diagnostic;
        if let Some(value) = self.quoted {
            let written = places.written(&self.pointer).unwrap_or(&value);
            let hint = format!("put it in quotes: \"{written}\"");
            diagnostic.hints.insert(0, hint);
        }
        diagnostic.at(place)
    }

    /// Whether the value as a whole has the wrong form, rather than something inside it.
    pub(super) fn is_wrong_form_of(&self, pointer: &str) -> bool {
        self.pointer == pointer
            && matches!(
                &*self.diagnostic.code,
                "wrong-type" | "not-one-of" | "not-allowed"
            )
    }

    /// Whether all that is wrong is that the value lacks fields.
    pub(super) fn only_lacks_fields(&self, pointer: &str) -> bool {
        self.pointer == pointer && !self.missing.is_empty()
    }

    fn of_value(pointer: String, code: &str, message: String) -> Self {
        Self {
            pointer,
            is_about_key: false,
            missing: Vec::new(),
            quoted: None,
            diagnostic: Diagnostic::error(code, message),
        }
    }

    fn hint(mut self, hint: Option<String>) -> Self {
        self.diagnostic.hints.extend(hint);
        self
    }

    /// Adds the subschema's own hint.
    pub(super) fn hinted_by(self, schema: &Value) -> Self {
        let hint = schema.get("x-hint").and_then(Value::as_str);
        self.hint(hint.map(str::to_owned))
    }
}

/// `` `spec.path` ``, or `the document` for its root.
fn named(pointer: &str) -> String {
    if pointer.is_empty() {
        "the document".to_owned()
    } else {
        format!("`{}`", readable(pointer))
    }
}

pub(super) fn wrong_type(pointer: String, value: &Value, expected: &[String]) -> Finding {
    let message = format!(
        "{} must be {}, not {}",
        named(&pointer),
        text::or_list(expected),
        kind_of::said(value)
    );
    let wants = |kind: &str| expected.iter().any(|one| one == kind);
    let hint = match value {
        Value::Null if wants(kind_of::MAPPING) => {
            Some("write `{}` if it is meant to be empty".to_owned())
        }
        Value::Null if wants(kind_of::LIST) => {
            Some("write `[]` if it is meant to be empty".to_owned())
        }
        Value::Null => Some("give it a value, or take the line away".to_owned()),
        Value::String(text) => unquoted(text, expected),
        _ => None,
    };
    let mut finding = Finding::of_value(pointer, "wrong-type", message).hint(hint);
    // Where nothing is written there is nothing to underline.
    finding.is_about_key = value.is_null();
    let is_scalar = value.is_number() || value.is_boolean();
    finding.quoted = (is_scalar && wants(kind_of::TEXT)).then(|| value.to_string());
    finding
}

/// What to do about text that reads like the number or boolean that was expected.
fn unquoted(text: &str, expected: &[String]) -> Option<String> {
    let wants = |kind: &str| expected.iter().any(|one| one == kind);
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" if wants(kind_of::BOOLEAN) => {
            Some("write `true`, without quotes".to_owned())
        }
        "no" | "off" | "false" if wants(kind_of::BOOLEAN) => {
            Some("write `false`, without quotes".to_owned())
        }
        _ if wants(kind_of::INTEGER) || wants(kind_of::NUMBER) => {
            let number: f64 = text.parse().ok()?;
            number
                .is_finite()
                .then(|| format!("write `{number}`, without quotes"))
        }
        _ if wants(kind_of::LIST) => Some("write a list: one `- ` line for each item".to_owned()),
        _ => None,
    }
}

pub(super) fn missing_fields(pointer: String, fields: &[&str]) -> Finding {
    let are = if fields.len() == 1 { "is" } else { "are" };
    missing(
        pointer,
        fields,
        format!("{} {are} missing", text::and_list(&quoted(fields))),
    )
}

/// Nothing is wrong but that one of several sets of fields must be there: each has its one finding.
pub(super) fn missing_choice(pointer: String, findings: &[Finding]) -> Finding {
    let sets: Vec<String> = findings
        .iter()
        .map(|finding| text::and_list(&quoted(&finding.missing)))
        .collect();
    missing::<&str>(pointer, &[], format!("{} is missing", text::or_list(&sets)))
}

fn missing<S: AsRef<str>>(pointer: String, fields: &[S], what: String) -> Finding {
    let message = match readable(&pointer) {
        path if path.is_empty() => what,
        path => format!("{what} in `{path}`"),
    };
    Finding {
        pointer,
        is_about_key: true,
        missing: fields
            .iter()
            .map(|field| field.as_ref().to_owned())
            .collect(),
        quoted: None,
        diagnostic: Diagnostic::error("missing-field", message),
    }
}

fn quoted<S: AsRef<str>>(names: &[S]) -> Vec<String> {
    names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect()
}

/// `free` are the possible names that are not used yet.
pub(super) fn unknown_field(
    pointer: String,
    field: &str,
    known: &[&str],
    free: &[&str],
) -> Finding {
    let message = format!("there is no field {}", named(&pointer));
    let meant = did_you_mean(field, free.iter().copied());
    let hint = meant.unwrap_or_else(|| match known {
        [] => "no fields are possible here".to_owned(),
        known => format!("possible: {}", text::and_list(known)),
    });
    Finding {
        pointer,
        is_about_key: true,
        missing: Vec::new(),
        quoted: None,
        diagnostic: Diagnostic::error("unknown-field", message).hint(hint),
    }
}

/// A value where the schema allows none.
pub(super) fn not_allowed(pointer: String) -> Finding {
    let message = format!("{} is not allowed here", named(&pointer));
    Finding::of_value(pointer, "not-allowed", message)
}

pub(super) fn not_one_of(pointer: String, value: &Value, choices: &[&Value]) -> Finding {
    let said: Vec<String> = choices
        .iter()
        .map(|choice| kind_of::literal(choice))
        .collect();
    let message = format!(
        "{} must be {}, not {}",
        named(&pointer),
        text::or_list(&said),
        kind_of::literal(value)
    );
    let names = choices.iter().filter_map(|choice| choice.as_str());
    let hint = value.as_str().and_then(|typed| did_you_mean(typed, names));
    Finding::of_value(pointer, "not-one-of", message).hint(hint)
}

/// None of several forms fits, and none comes near.
pub(super) fn no_form(pointer: String, value: &Value, forms: &[String]) -> Finding {
    let message = format!(
        "{} must be {}, not {}",
        named(&pointer),
        text::or_list(forms),
        kind_of::said(value)
    );
    Finding::of_value(pointer, "not-one-of", message)
}

/// Several forms fit where exactly one may.
pub(super) fn ambiguous(pointer: String) -> Finding {
    let message = format!("{} can be read in more than one way", named(&pointer));
    Finding::of_value(pointer, "ambiguous", message)
}

/// A number, a length or a count beyond its bound: `must` is `be at most 3`, `but` is `not 4`.
pub(super) fn out_of_range(pointer: String, must: &str, but: &str) -> Finding {
    let message = format!("{} must {must}, {but}", named(&pointer));
    Finding::of_value(pointer, "out-of-range", message)
}

pub(super) fn empty(pointer: String) -> Finding {
    let message = format!("{} must not be empty", named(&pointer));
    Finding::of_value(pointer, "out-of-range", message)
}

pub(super) fn bad_pattern(
    pointer: String,
    value: &str,
    pattern: &str,
    hint: Option<&str>,
) -> Finding {
    let message = format!(
        "{} does not have the expected form: {value:?}",
        named(&pointer)
    );
    let hint = hint.map_or_else(|| format!("it must match {pattern}"), str::to_owned);
    Finding::of_value(pointer, "bad-pattern", message).hint(Some(hint))
}

pub(super) fn not_unique(pointer: String, item: &Value) -> Finding {
    let message = format!(
        "{} is listed twice: {}",
        named(&pointer),
        kind_of::literal(item)
    );
    Finding::of_value(pointer, "not-unique", message).hint(Some("keep one of the two".to_owned()))
}
