//! JSON Schemas of whole documents, for editors: the kinds' own schemas with what every document has.

use serde_json::{Map, Value, json};

use super::metadata::{PROTECT, marks};
use super::stack::{STACK_KIND, stack_schema};
use crate::kinds;
use crate::manifest::API_VERSION;

/// The schema of one kind's documents.
pub fn kind_schema(kind: &str) -> Option<Value> {
    if kind == STACK_KIND {
        let about = "The owner of everything in a run, and where it may be applied. One in a run.";
        return Some(document(STACK_KIND, about, stack_schema()));
    }
    let kind = kinds::find(kind.parse().ok()?);
    Some(document(kind.name().as_str(), kind.about(), kind.schema()))
}

/// The schema of any document: which one applies is decided by `kind`. Definitions are shared at its root.
pub fn manifest_schema() -> Value {
    let names = super::kind_names();
    let mut definitions = Map::new();
    let mut branches = Vec::new();
    for kind in &names {
        let Some(Value::Object(mut schema)) = kind_schema(kind) else {
            continue;
        };
        schema.shift_remove("$schema");
        if let Some(Value::Object(more)) = schema.shift_remove("$defs") {
            definitions.extend(more);
        }
        let condition =
            json!({ "properties": { "kind": { "const": kind } }, "required": ["kind"] });
        branches.push(json!({ "if": condition, "then": schema }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rolewright manifest",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": { "kind": { "enum": names } },
        "allOf": branches,
        "$defs": definitions
    })
}

/// Definitions move to the document's own root, where `$ref` looks for them.
fn document(kind: &str, about: &str, spec: schemars::Schema) -> Value {
    let mut spec = Value::from(spec);
    let definitions = spec.as_object_mut().and_then(|spec| {
        spec.shift_remove("$schema");
        spec.shift_remove("$defs")
    });
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "description": about,
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": { "const": API_VERSION },
            "kind": { "const": kind },
            "metadata": metadata(kind),
            "spec": spec
        }
    });
    if let (Some(definitions), Some(schema)) = (definitions, schema.as_object_mut()) {
        schema.insert("$defs".to_owned(), definitions);
    }
    schema
}

fn metadata(kind: &str) -> Value {
    let about = "The name; for IAM kinds, the name in AWS.";
    let mut properties = Map::new();
    properties.insert(
        "name".into(),
        json!({ "type": "string", "minLength": 1, "description": about }),
    );
    for mark in marks(kind) {
        let about = match *mark {
            PROTECT => "Refuse any plan that deletes, replaces or detaches it.",
            _ => "Take over an existing resource that no stack owns.",
        };
        let flag = json!({ "type": "boolean", "default": false, "description": about });
        properties.insert((*mark).to_owned(), flag);
    }
    json!({ "type": "object", "required": ["name"], "additionalProperties": false, "properties": properties })
}
