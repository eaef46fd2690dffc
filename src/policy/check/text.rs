//! Characters: IAM takes Latin-1 only, so a curly quote or an em dash pasted from a web page is refused.

use serde_json::Value;

use super::Diagnostics;
use crate::policy::PolicyDiagnostic;
use crate::policy::cursor::JsonCursor;

/// The last character that a policy may have (IAM API reference, `policyDocumentType`).
const LAST: char = '\u{ff}';

pub(super) fn check(cursor: &JsonCursor<'_>, found: &mut Diagnostics) {
    for (name, entry) in cursor.entries() {
        found.extend(strange(name).map(|character| refused(&entry, character)));
        check(&entry, found);
    }
    if cursor.value.is_array() {
        for member in cursor.members() {
            check(&member, found);
        }
    }
    let text = cursor.value.as_str().unwrap_or_default();
    found.extend(strange(text).map(|character| refused(cursor, character)));
}

fn strange(text: &str) -> Option<char> {
    text.chars().find(|character| *character > LAST)
}

fn refused(cursor: &JsonCursor<'_>, character: char) -> PolicyDiagnostic {
    let code = u32::from(character);
    let message = format!("the character `{character}` (U+{code:04X}) may not stand in a policy");
    let hint = match character {
        '\u{2018}' | '\u{2019}' => "write the straight quote `'`",
        '\u{201c}' | '\u{201d}' => "write the straight quote `\"`",
        '\u{2013}' | '\u{2014}' => "write the hyphen `-`",
        _ => "use characters up to U+00FF",
    };
    cursor.error("policy-characters", message).hint(hint)
}

/// Whether some text holds a policy variable.
pub(super) fn uses_variables(cursor: &JsonCursor<'_>) -> bool {
    match cursor.value {
        Value::String(text) => text.contains("${"),
        Value::Array(_) => cursor.members().iter().any(uses_variables),
        Value::Object(_) => cursor
            .entries()
            .iter()
            .any(|(_, entry)| uses_variables(entry)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
