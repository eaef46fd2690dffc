//! The tables of fields in the manifest reference are made from the schemas.

use rolewright::resolve;
use serde_json::Value;

use crate::bless;

const FILE: &str = "docs/manifests.md";

#[test]
fn the_manifest_reference_lists_every_field() {
    let mut text = bless::read(FILE);
    for kind in resolve::kind_names() {
        let schema = resolve::kind_schema(kind).expect("every kind has a schema");
        text = between(
            &text,
            kind,
            &table(&schema["properties"]["spec"], &schema["$defs"]),
        );
    }
    // Roles carry every mark that metadata can hold; other kinds carry some of them.
    let role = resolve::kind_schema("Role").expect("there are roles");
    text = between(
        &text,
        "metadata",
        &table(&role["properties"]["metadata"], &role["$defs"]),
    );
    let association = resolve::kind_schema("InstanceAssociation").expect("there are associations");
    for (name, definition) in [("instances", "Instances"), ("rollout", "Rollout")] {
        let definitions = &association["$defs"];
        text = between(&text, name, &table(&definitions[definition], definitions));
    }
    let instance = resolve::kind_schema("Instance").expect("there are instances");
    let definitions = &instance["$defs"];
    let options = table(&definitions["MetadataOptions"], definitions);
    text = between(&text, "metadataOptions", &options);
    bless::holds(FILE, &text);
}

/// The text with what stands between the marks of a table replaced.
fn between(text: &str, name: &str, table: &str) -> String {
    let (open, close) = (
        format!("<!-- fields of {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let (before, rest) = text
        .split_once(&open)
        .unwrap_or_else(|| panic!("{FILE} has no `{open}`"));
    let (_, after) = rest
        .split_once(&close)
        .unwrap_or_else(|| panic!("{FILE} has no `{close}`"));
    format!("{before}{open}\n{table}\n{close}{after}")
}

fn table(object: &Value, definitions: &Value) -> String {
    let mut rows = "| field | value | default | meaning |\n|---|---|---|---|\n".to_owned();
    for (name, field) in object["properties"].as_object().into_iter().flatten() {
        let required = object["required"]
            .as_array()
            .is_some_and(|names| names.contains(&Value::from(name.as_str())));
        let default = match field.get("default") {
            _ if required => "required".to_owned(),
            Some(Value::Null) | None => String::new(),
            Some(Value::String(text)) => format!("`{text}`"),
            Some(value) => format!("`{value}`"),
        };
        let meaning = field["description"]
            .as_str()
            .expect("every field is described")
            .replace('\n', " ");
        rows.push_str(&format!(
            "| `{name}` | {} | {default} | {meaning} |\n",
            value(field, definitions)
        ));
    }
    rows
}

/// What may stand there, in words.
fn value(field: &Value, definitions: &Value) -> String {
    if let Some(name) = field["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix("#/$defs/"))
    {
        return named(name, &definitions[name]);
    }
    if let Some(either) = field["anyOf"].as_array() {
        let words: Vec<String> = either
            .iter()
            .filter(|one| one["type"] != "null")
            .map(|one| value(one, definitions))
            .collect();
        return words.join(" or ");
    }
    let types: Vec<&str> = match &field["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| *name != "null")
            .collect(),
        other => panic!("a field of type {other}"),
    };
    let words: Vec<String> = types
        .into_iter()
        .map(|name| word(name, field, definitions))
        .collect();
    words.join(" or ")
}

fn word(name: &str, field: &Value, definitions: &Value) -> String {
    match name {
        "string" => "text".to_owned(),
        "integer" => "number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "array" => format!("list of {}", value(&field["items"], definitions)),
        "object" if field["additionalProperties"].is_object() => {
            format!(
                "name to {}",
                value(&field["additionalProperties"], definitions)
            )
        }
        other => other.to_owned(),
    }
}

/// A definition by the words it allows, or by its name.
fn named(name: &str, definition: &Value) -> String {
    let words: Vec<String> = definition["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["const"].as_str())
        .map(|word| format!("`{word}`"))
        .collect();
    if words.is_empty() {
        let lower = name.to_lowercase();
        return format!("[{lower}](#{lower})");
    }
    words.join(", ")
}
