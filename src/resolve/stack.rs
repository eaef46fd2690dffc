//! The stack: who owns everything in a run. It is found before anything else, because the account and region
//! it names decide where to look.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::metadata;
use super::scope::nameable;
use crate::diagnostic::{Diagnostic, Problems};
use crate::kinds::tags;
use crate::manifest::{Entry, Scope, check, evaluate, evaluate_tree};
use crate::model::Stack;

/// The kind of the document that declares the stack.
pub const STACK_KIND: &str = "Stack";

/// The owner of everything in a run, and where it may be applied.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StackSpec {
    /// The only account this stack may be applied to: 12 digits.
    #[schemars(regex(pattern = r"^[0-9]{12}$"))]
    account_id: Option<String>,
    /// The region of the stack; a run in another region is refused.
    #[schemars(length(min = 1))]
    region: Option<String>,
    /// Tags on everything in the stack that can carry tags.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Whether resources that the stack owns and no longer declares are deleted.
    #[serde(default)]
    prune: bool,
}

/// A stack and what it puts on everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackDeclaration {
    /// The stack itself.
    pub stack: Stack,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The JSON Schema of a Stack's `spec`.
pub fn stack_schema() -> schemars::Schema {
    schemars::schema_for!(StackSpec)
}

/// Finds the stack among the documents. `name` from the command line stands in for, or overrides, the
/// name of the document.
pub fn stack(
    entries: &[Entry],
    variables: &BTreeMap<String, serde_json::Value>,
    name: Option<&str>,
) -> Result<StackDeclaration, Problems> {
    let mut found = entries.iter().filter(|entry| entry.kind == STACK_KIND);
    let Some(entry) = found.next() else {
        return without_document(name);
    };
    let mut problems = Problems::none();
    for other in found {
        problems.push(
            Diagnostic::error("two-stacks", "a run has one stack; this is another")
                .at(Some(other.place.clone()))
                .and_at(Some(entry.place.clone()), "first declared here")
                .hint("name the folder or files of one stack only"),
        );
    }
    let declaration = declaration(entry, variables, name, &mut problems);
    problems.or_value(declaration)
}

fn without_document(name: Option<&str>) -> Result<StackDeclaration, Problems> {
    let Some(name) = name else {
        let hint = "add a document of kind Stack, or pass `--stack NAME`: its name says who owns the resources";
        return Err(
            Diagnostic::error("no-stack", "no document declares the stack")
                .hint(hint)
                .into(),
        );
    };
    match check_name(name) {
        None => Ok(StackDeclaration::named(name)),
        Some(message) => Err(Diagnostic::error("bad-name", message).into()),
    }
}

impl StackDeclaration {
    /// A stack that says nothing but its name.
    fn named(name: &str) -> Self {
        let stack = Stack {
            name: name.to_owned(),
            account_id: None,
            region: None,
            prune: false,
            place: None,
        };
        Self {
            stack,
            tags: BTreeMap::new(),
        }
    }
}

fn declaration(
    entry: &Entry,
    variables: &BTreeMap<String, serde_json::Value>,
    name: Option<&str>,
    problems: &mut Problems,
) -> StackDeclaration {
    let scope = Scope {
        vars: variables.clone().into(),
        resources: nameable().into(),
        ..Scope::default()
    };
    let StackSpec {
        account_id,
        region,
        tags,
        prune,
    } = typed(entry, &scope, problems);
    for problem in tags
        .iter()
        .filter_map(|(key, value)| tags::check(key, value))
    {
        let place = entry.places.at(&format!("/spec{}", problem.pointer));
        problems.push(Diagnostic::error(&problem.code, problem.message).at(place));
    }
    let name = match (name, evaluate(&entry.name, &scope)) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(evaluated)) => evaluated.text,
        (None, Err(problem)) => {
            let fault = Diagnostic::error("bad-expression", problem.message);
            let place = entry.places.at("/metadata/name");
            problems.push(fault.at(place).maybe_hint(problem.hint));
            return StackDeclaration::named("");
        }
    };
    problems.extend(metadata::check(entry));
    if let Some(message) = check_name(&name) {
        problems.push(Diagnostic::error("bad-name", message).at(entry.places.at("/metadata/name")));
    }
    let stack = Stack {
        name,
        account_id,
        region,
        prune,
        place: entry.places.at("/metadata/name"),
    };
    StackDeclaration { stack, tags }
}

/// After an error in the schema the fields no longer matter: nothing is done with them.
fn typed(entry: &Entry, scope: &Scope, problems: &mut Problems) -> StackSpec {
    let mut spec = entry.spec.clone();
    problems.extend(evaluate_tree(&mut spec, "/spec", scope, &entry.places).1);
    let schema = serde_json::Value::from(stack_schema());
    let wrong = check(&spec, &schema, "/spec", &entry.places);
    let is_fine = !wrong.has_errors();
    problems.extend(wrong);
    let read = is_fine.then(|| StackSpec::deserialize(&spec).unwrap_or_default());
    read.unwrap_or_default()
}

/// What is wrong with a stack's name, if anything is: it becomes a tag's value.
pub fn check_name(name: &str) -> Option<String> {
    let fine =
        |character: char| character.is_ascii_alphanumeric() || "_.:/=+-@".contains(character);
    let fits = !name.is_empty() && name.len() <= 256 && name.chars().all(fine);
    (!fits).then(|| {
        format!("`{name}` cannot be a stack's name: use letters, digits and _ . : / = + - @")
    })
}
