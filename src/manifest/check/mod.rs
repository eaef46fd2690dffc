//! Holds a value against a JSON Schema and reports every fault with its place. Covers the part of JSON Schema
//! 2020-12 that schemars writes for Rust types; other keywords are ignored, as the standard asks. A general
//! validator is not used here because its messages speak of schemas, not of the user's fields.

mod finding;
mod kind_of;
mod limits;
mod walk;

use serde_json::Value;

use crate::diagnostic::Problems;

use super::places::Places;

/// Every fault of `value`, which stands at `pointer` in its document, in the schema's eyes. A fault is placed at
/// the key for fields that are unknown or that miss something, at the value otherwise. A subschema's `x-hint`
/// text becomes a hint.
pub fn check(value: &Value, schema: &Value, pointer: &str, places: &Places) -> Problems {
    let walk = walk::Walk { root: schema };
    let path = walk::Path::Root(pointer);
    walk.check(value, schema, &path)
        .into_iter()
        .map(|finding| finding.located(places))
        .collect()
}

#[cfg(test)]
mod tests;
