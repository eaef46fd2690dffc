//! The walk through value and schema side by side.

use serde_json::{Map, Value};

use crate::diagnostic::nearest;
use crate::manifest::places::escape;

use super::finding::{self, Finding};
use super::{kind_of, limits};

/// Where the walk is. Pointers are written out only for faults: most values have none.
pub(super) enum Path<'p> {
    /// The pointer at which the checked value stands.
    Root(&'p str),
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root(pointer) => (*pointer).to_owned(),
            Self::Field(parent, name) => format!("{}/{}", parent.pointer(), escape(name)),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }

    pub(super) fn item(&self, index: usize) -> Path<'_> {
        Path::Item(self, index)
    }
}

/// One check; `$ref` is looked up in the root schema.
pub(super) struct Walk<'s> {
    pub(super) root: &'s Value,
}

impl<'s> Walk<'s> {
    pub(super) fn check(&self, value: &Value, schema: &'s Value, path: &Path<'_>) -> Vec<Finding> {
        match schema {
            Value::Bool(false) => return vec![finding::not_allowed(path.pointer())],
            Value::Object(_) => {}
            _ => return Vec::new(),
        }
        if let Some(finding) = wrong_type(value, schema, path) {
            return vec![finding.hinted_by(schema)];
        }
        if let Some(finding) = not_one_of(value, schema, path) {
            return vec![finding.hinted_by(schema)];
        }
        let mut findings = self.combined(value, schema, path);
        findings.extend(match value {
            Value::Object(fields) => self.fields(fields, schema, path),
            Value::Array(items) => self.items(items, schema, path),
            Value::String(text) => limits::text(text, schema, path),
            Value::Number(number) => limits::number(number, schema, path),
            Value::Null | Value::Bool(_) => Vec::new(),
        });
        findings
    }

    /// `$ref`, `allOf`, `anyOf`, `oneOf`.
    fn combined(&self, value: &Value, schema: &'s Value, path: &Path<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(target) = self.target(schema) {
            findings.extend(self.check(value, target, path));
        }
        for part in branches(schema, "allOf") {
            findings.extend(self.check(value, part, path));
        }
        if schema.get("anyOf").is_some() {
            let any = self.choose(value, &branches(schema, "anyOf"), path, false);
            findings.extend(any.into_iter().map(|finding| finding.hinted_by(schema)));
        }
        if schema.get("oneOf").is_some() {
            let one = self.choose(value, &branches(schema, "oneOf"), path, true);
            findings.extend(one.into_iter().map(|finding| finding.hinted_by(schema)));
        }
        findings
    }

    fn target(&self, schema: &'s Value) -> Option<&'s Value> {
        let reference = schema.get("$ref")?.as_str()?;
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// The faults in the eyes of the branch that fits best; none when a branch fits.
    fn choose(
        &self,
        value: &Value,
        branches: &[&'s Value],
        path: &Path<'_>,
        is_exclusive: bool,
    ) -> Vec<Finding> {
        let tried: Vec<Vec<Finding>> = branches
            .iter()
            .map(|branch| self.check(value, branch, path))
            .collect();
        let fitting = tried.iter().filter(|findings| findings.is_empty()).count();
        match fitting {
            0 => {}
            1 => return Vec::new(),
            _ if is_exclusive => return vec![finding::ambiguous(path.pointer())],
            _ => return Vec::new(),
        }
        let pointer = path.pointer();
        let is_wrong_form = |findings: &Vec<Finding>| {
            findings
                .iter()
                .any(|finding| finding.is_wrong_form_of(&pointer))
        };
        let mut near: Vec<Vec<Finding>> = tried
            .into_iter()
            .filter(|findings| !is_wrong_form(findings))
            .collect();
        let fewest = near.iter().map(Vec::len).min();
        near.retain(|findings| Some(findings.len()) == fewest);
        let lacking = near
            .iter()
            .all(|findings| findings.len() == 1 && findings[0].only_lacks_fields(&pointer));
        match near.as_slice() {
            [] => vec![self.no_branch(value, branches, pointer)],
            [_, _, ..] if lacking => vec![finding::missing_choice(pointer, &near.concat())],
            [best, ..] => best.clone(),
        }
    }

    /// One sentence for several branches that all want something else.
    fn no_branch(&self, value: &Value, branches: &[&'s Value], pointer: String) -> Finding {
        let mut literals = Vec::new();
        let mut forms = Vec::new();
        for branch in branches {
            self.forms(branch, &mut literals, &mut forms);
        }
        if forms.is_empty() {
            return finding::not_one_of(pointer, value, &literals);
        }
        let said = literals.iter().map(|literal| kind_of::literal(literal));
        let mut all: Vec<String> = said.chain(forms).collect();
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|form| seen.insert(form.clone()));
        if literals.is_empty() {
            return finding::wrong_type(pointer, value, &all);
        }
        finding::no_form(pointer, value, &all)
    }

    /// What a schema asks for at its top, as literals or as types in words.
    fn forms(&self, schema: &'s Value, literals: &mut Vec<&'s Value>, forms: &mut Vec<String>) {
        if let Some(target) = self.target(schema) {
            return self.forms(target, literals, forms);
        }
        if let Some(literal) = schema.get("const") {
            return literals.push(literal);
        }
        if let Some(Value::Array(choices)) = schema.get("enum") {
            return literals.extend(choices);
        }
        for keyword in ["anyOf", "oneOf"] {
            for branch in branches(schema, keyword) {
                self.forms(branch, literals, forms);
            }
        }
        // "must be text or empty" would mislead: leaving a field out is what people do instead.
        let kinds = types(schema).into_iter().filter(|kind| *kind != "null");
        forms.extend(kinds.map(|kind| kind_of::named(kind).to_owned()));
    }

    fn fields(
        &self,
        fields: &Map<String, Value>,
        schema: &'s Value,
        path: &Path<'_>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let known = schema.get("properties").and_then(Value::as_object);
        let rest = schema.get("additionalProperties");
        let mut unknown = Vec::new();
        for (name, value) in fields {
            match (known.and_then(|known| known.get(name)), rest) {
                (None, None) => {}
                (None, Some(Value::Bool(false))) => unknown.push(name.as_str()),
                (Some(schema), _) | (None, Some(schema)) => {
                    findings.extend(self.check(value, schema, &Path::Field(path, name)));
                }
            }
        }
        let mut findings = names(fields, known, &unknown, schema, path, findings);
        findings.extend(limits::fields(fields.len(), schema, path));
        findings
    }

    fn items(&self, items: &[Value], schema: &'s Value, path: &Path<'_>) -> Vec<Finding> {
        let mut findings = limits::list(items, schema, path);
        let first = branches(schema, "prefixItems");
        let rest = schema.get("items");
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = first.get(index).copied().or(rest) {
                findings.extend(self.check(item, schema, &path.item(index)));
            }
        }
        findings
    }
}

/// Adds what is wrong with the names of fields: unknown ones, and missing ones unless an unknown one was
/// obviously meant for it.
fn names(
    fields: &Map<String, Value>,
    known: Option<&Map<String, Value>>,
    unknown: &[&str],
    schema: &Value,
    path: &Path<'_>,
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    let mut missing: Vec<&str> = required(schema)
        .filter(|name| !fields.contains_key(*name))
        .collect();
    if missing.is_empty() && unknown.is_empty() {
        return findings;
    }
    let known: Vec<(&str, &Value)> = known
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
        .collect();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let free: Vec<(&str, &Value)> = known
        .into_iter()
        .filter(|(name, _)| !fields.contains_key(*name))
        .collect();
    let free_names: Vec<&str> = free.iter().map(|(name, _)| *name).collect();
    let meant: Vec<&str> = unknown
        .iter()
        .filter_map(|name| nearest(name, free_names.iter().copied()))
        .collect();
    missing.retain(|name| !meant.contains(name));
    if !missing.is_empty() {
        let finding = finding::missing_fields(path.pointer(), &missing);
        let hinted = free.iter().filter(|(name, _)| missing.contains(name));
        findings.push(hinted.fold(finding, |finding, (_, schema)| finding.hinted_by(schema)));
    }
    for name in unknown {
        let path = Path::Field(path, name);
        findings.push(finding::unknown_field(
            path.pointer(),
            name,
            &names,
            &free_names,
        ));
    }
    findings
}

fn branches<'s>(schema: &'s Value, keyword: &str) -> Vec<&'s Value> {
    let branches = schema.get(keyword).and_then(Value::as_array);
    branches.into_iter().flatten().collect()
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn wrong_type(value: &Value, schema: &Value, path: &Path<'_>) -> Option<Finding> {
    let types = types(schema);
    if types.is_empty() || types.iter().any(|kind| kind_of::has(value, kind)) {
        return None;
    }
    let said = types
        .iter()
        .filter(|kind| **kind != "null" || types.len() == 1);
    let expected: Vec<String> = said.map(|kind| kind_of::named(kind).to_owned()).collect();
    Some(finding::wrong_type(path.pointer(), value, &expected))
}

fn not_one_of(value: &Value, schema: &Value, path: &Path<'_>) -> Option<Finding> {
    let choices: Vec<&Value> = match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => vec![only],
        (None, Some(Value::Array(choices))) => choices.iter().collect(),
        _ => return None,
    };
    if choices.contains(&value) {
        return None;
    }
    Some(finding::not_one_of(path.pointer(), value, &choices))
}
