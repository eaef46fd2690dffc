//! The manifests among the documents: what every one of them needs, whatever its kind. What stands in
//! `spec` is not looked at here.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Place, Problems, Sources, did_you_mean};
use crate::text;

use super::check::check;
use super::places::Places;
use super::yaml::{Document, parse as parse_yaml};

/// What `apiVersion` must say.
pub const API_VERSION: &str = "rolewright.dev/v1";

/// One manifest: a document with its parts taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Always [`API_VERSION`].
    pub api_version: String,
    /// One of the kinds that were asked for.
    pub kind: String,
    /// `metadata.name` as written: expressions in it are not filled in yet.
    pub name: String,
    /// The whole of `metadata`: `name`, and maybe the booleans `protect` and `adopt`.
    pub metadata: Value,
    /// The whole of `spec`, a mapping.
    pub spec: Value,
    /// Where the document begins.
    pub place: Place,
    /// Pointers start at the document's root: `/spec/path`, `/metadata/name`.
    pub places: Places,
    /// The file, as [`Place`] names it.
    pub file: String,
}

/// Finds the manifests in all sources, sorted by file, in document order. Those that lack what every manifest
/// needs are left out; every fault of every file is located.
pub fn parse(sources: &Sources, kinds: &[&str]) -> (Vec<Entry>, Problems) {
    let mut entries = Vec::new();
    let mut problems = Problems::none();
    let envelope = envelope(kinds);
    for (file, text) in sources.manifests() {
        let (documents, faults) = parse_yaml(file, text);
        if documents.is_empty() && !faults.has_errors() {
            problems.push(empty(file));
        }
        problems.extend(faults);
        for document in documents {
            let faults = faults_of(&document, &envelope, kinds);
            problems.extend(faults);
            entries.extend(entry(document, file, kinds));
        }
    }
    (entries, problems)
}

fn empty(file: &str) -> Diagnostic {
    Diagnostic::error("empty-manifest", format!("{file} holds no document"))
        .hint(format!("begin it with `apiVersion: {API_VERSION}`"))
}

/// What every manifest looks like. `apiVersion` and `kind` are held to their values by hand, for the sake
/// of the words.
fn envelope(kinds: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": {
            "apiVersion": { "type": "string", "x-hint": format!("write `apiVersion: {API_VERSION}`") },
            "kind": { "type": "string", "x-hint": format!("the kinds are {}", text::and_list(kinds)) },
            "metadata": {
                "type": "object",
                "properties": {
                    "name": { "type": "string", "minLength": 1 },
                    "protect": { "type": "boolean" },
                    "adopt": { "type": "boolean" },
                },
                "required": ["name"],
                "additionalProperties": false,
            },
            "spec": { "type": "object" },
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": false,
    })
}

fn faults_of(document: &Document, envelope: &Value, kinds: &[&str]) -> Problems {
    let Document { value, places } = document;
    let Value::Object(fields) = value else {
        let fault = Diagnostic::error("not-a-manifest", "this document is not a mapping")
            .hint("a manifest has `apiVersion`, `kind`, `metadata` and `spec`");
        return fault.at(places.at("")).into();
    };
    if is_kubernetes_list(fields) {
        let fault = Diagnostic::error("not-a-manifest", "a `List` of manifests is not supported")
            .hint("put `---` between the manifests instead");
        return fault.at(places.at("/kind")).into();
    }
    let mut problems = check(value, envelope, "", places);
    if let Some(Value::String(version)) = fields.get("apiVersion")
        && version != API_VERSION
    {
        let fault = Diagnostic::error(
            "api-version",
            format!("`{version}` is not an API version of this tool"),
        );
        problems.push(
            fault
                .hint(format!("write `{API_VERSION}`"))
                .at(places.at("/apiVersion")),
        );
    }
    if let Some(Value::String(kind)) = fields.get("kind")
        && !kinds.contains(&kind.as_str())
    {
        problems.push(unknown_kind(kind, kinds).at(places.at("/kind")));
    }
    problems
}

fn is_kubernetes_list(fields: &Map<String, Value>) -> bool {
    fields.get("kind").is_some_and(|kind| kind == "List") && fields.contains_key("items")
}

fn unknown_kind(kind: &str, kinds: &[&str]) -> Diagnostic {
    Diagnostic::error("unknown-kind", format!("there is no kind `{kind}`"))
        .maybe_hint(did_you_mean(kind, kinds.iter().copied()))
        .hint(format!("the kinds are {}", text::and_list(kinds)))
}

/// The document's parts, when they are there and of use.
fn entry(document: Document, file: &str, kinds: &[&str]) -> Option<Entry> {
    let Document { value, places } = document;
    let text = |pointer: &str| value.pointer(pointer)?.as_str().map(str::to_owned);
    let api_version = text("/apiVersion").filter(|version| version == API_VERSION)?;
    let kind = text("/kind").filter(|kind| kinds.contains(&kind.as_str()))?;
    let name = text("/metadata/name").filter(|name| !name.is_empty())?;
    let metadata = value.get("metadata")?.clone();
    let spec = value.get("spec").filter(|spec| spec.is_object())?.clone();
    Some(Entry {
        api_version,
        kind,
        name,
        metadata,
        spec,
        place: places.at("")?,
        places,
        file: file.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_taken_apart() {
        let text = "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata:\n  name: web-{{ stack }}\n  protect: true\n\
                    spec:\n  path: /a/\n---\n---\napiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {name: shop}\nspec: {}\n";
        let mut sources: Sources = [("b.yaml", text)].into_iter().collect();
        sources.attach("a.json", "{}");
        let (entries, problems) = parse(&sources, &["Role", "Stack"]);
        assert_eq!(problems, Problems::none());
        let [role, stack] = entries.as_slice() else {
            panic!("{entries:?}");
        };
        assert_eq!((&*role.kind, &*role.name), ("Role", "web-{{ stack }}"));
        assert_eq!((&*role.file, &*role.api_version), ("b.yaml", API_VERSION));
        assert_eq!(
            role.metadata,
            json!({ "name": "web-{{ stack }}", "protect": true })
        );
        assert_eq!(role.spec, json!({ "path": "/a/" }));
        assert_eq!(
            role.places
                .at("/spec/path")
                .map(|place| place.to_string())
                .as_deref(),
            Some("b.yaml:7:9")
        );
        assert_eq!(
            role.places.key("/metadata/name").map(|place| place.column),
            Some(3)
        );
        assert_eq!(
            (&*stack.kind, &*stack.name, stack.place.line),
            ("Stack", "shop", 10)
        );
    }

    #[test]
    fn a_faulty_manifest_is_left_out_and_the_others_are_kept() {
        let good = "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: a}\nspec: {}\n";
        let bad = good.replace("{name: a}", "{name: 1}");
        let unknown = good.replace("spec: {}", "spec: {}\nstatus: {}");
        let text = format!("{good}---\n{bad}---\n{unknown}---\na: [\n");
        let sources: Sources = [("a.yaml", &*text)].into_iter().collect();
        let (entries, problems) = parse(&sources, &["Role"]);
        let lines: Vec<usize> = entries.iter().map(|entry| entry.place.line).collect();
        assert_eq!(lines, [1, 11]);
        let codes: Vec<&str> = problems.sorted().iter().map(|fault| &*fault.code).collect();
        assert_eq!(codes, ["wrong-type", "unknown-field", "unbalanced-bracket"]);
    }
}
