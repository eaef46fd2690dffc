//! JSON to statements. One walk serves both: a declared document must be free of the problems it finds, an
//! observed one keeps what has not the expected shape as it stands. Grammar beyond shapes lives in `check`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cursor::{JsonCursor, kind_of};
use super::{Condition, PolicyDiagnostic, Principals, Statement};

type Shape<T> = Result<T, PolicyDiagnostic>;

/// A document taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub(super) version: Option<String>,
    pub(super) id: Option<String>,
    pub(super) statements: Vec<Statement>,
    /// Elements that are unknown or not of their shape, as they stand.
    pub(super) other: BTreeMap<String, Value>,
}

/// Takes a document apart; beside it, what is not of its shape.
pub(super) fn decode(json: &Value) -> (Content, Vec<PolicyDiagnostic>) {
    let root = JsonCursor::root(json);
    let mut content = Content::default();
    let mut problems = Vec::new();
    if !json.is_object() {
        problems.push(wrong(&root, "a policy", "a mapping"));
    }
    for (name, cursor) in root.entries() {
        let taken = document_element(name, &cursor, &mut content, &mut problems);
        if !gather(taken, &mut problems) {
            content.other.insert(name.to_owned(), cursor.value.clone());
        }
    }
    (content, problems)
}

/// Whether an element was taken in; a fault goes to the others.
fn gather(taken: Shape<bool>, problems: &mut Vec<PolicyDiagnostic>) -> bool {
    taken.unwrap_or_else(|problem| {
        problems.push(problem);
        false
    })
}

/// `Ok(false)` for a name that is no element.
fn document_element(
    name: &str,
    cursor: &JsonCursor<'_>,
    content: &mut Content,
    problems: &mut Vec<PolicyDiagnostic>,
) -> Shape<bool> {
    match name {
        "Version" => content.version = Some(text(cursor, name)?),
        "Id" => content.id = Some(text(cursor, name)?),
        "Statement" => content.statements = statements(cursor, problems)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn statements(
    cursor: &JsonCursor<'_>,
    problems: &mut Vec<PolicyDiagnostic>,
) -> Shape<Vec<Statement>> {
    let members = cursor.members();
    if let Some(bad) = members.iter().find(|member| !member.value.is_object()) {
        return Err(wrong(bad, "a statement", "a mapping"));
    }
    Ok(members
        .iter()
        .map(|member| statement(member, problems))
        .collect())
}

fn statement(cursor: &JsonCursor<'_>, problems: &mut Vec<PolicyDiagnostic>) -> Statement {
    let mut statement = Statement::default();
    for (name, cursor) in cursor.entries() {
        let taken = statement_element(name, &cursor, &mut statement);
        if !gather(taken, problems) {
            statement
                .other
                .insert(name.to_owned(), cursor.value.clone());
        }
    }
    statement
}

fn statement_element(
    name: &str,
    cursor: &JsonCursor<'_>,
    statement: &mut Statement,
) -> Shape<bool> {
    match name {
        "Sid" => statement.sid = Some(text(cursor, name)?),
        "Effect" => statement.effect = Some(text(cursor, name)?),
        "Principal" => statement.principal = Some(principals(cursor, name)?),
        "NotPrincipal" => statement.not_principal = Some(principals(cursor, name)?),
        "Action" => statement.action = Some(texts(cursor, name)?),
        "NotAction" => statement.not_action = Some(texts(cursor, name)?),
        "Resource" => statement.resource = Some(texts(cursor, name)?),
        "NotResource" => statement.not_resource = Some(texts(cursor, name)?),
        "Condition" => statement.condition = Some(conditions(cursor)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn principals(cursor: &JsonCursor<'_>, name: &str) -> Shape<Principals> {
    match cursor.value {
        Value::String(text) if text == "*" => Ok(Principals::Anyone),
        Value::Object(_) => {
            let typed = cursor.entries().into_iter();
            let typed: Shape<_> = typed
                .map(|(kind, cursor)| Ok((kind.to_owned(), texts(&cursor, kind)?)))
                .collect();
            typed.map(Principals::Typed)
        }
        _ => Err(
            wrong(cursor, name, "`*` or a mapping from type to principals")
                .hint("write `{AWS: ARN}` or `{Service: ec2.amazonaws.com}`"),
        ),
    }
}

fn conditions(cursor: &JsonCursor<'_>) -> Shape<Vec<Condition>> {
    mapping(cursor, "Condition")?;
    let mut all = Vec::new();
    for (operator, tests) in cursor.entries() {
        mapping(&tests, operator)?;
        for (key, values) in tests.entries() {
            all.push(Condition {
                operator: operator.to_owned(),
                key: key.to_owned(),
                values: scalars(&values, key)?,
            });
        }
    }
    Ok(all)
}

fn mapping(cursor: &JsonCursor<'_>, what: &str) -> Shape<()> {
    if cursor.value.is_object() {
        Ok(())
    } else {
        Err(wrong(cursor, what, "a mapping"))
    }
}

fn text(cursor: &JsonCursor<'_>, what: &str) -> Shape<String> {
    cursor
        .value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| quoted(cursor, wrong(cursor, what, "text")))
}

fn texts(cursor: &JsonCursor<'_>, what: &str) -> Shape<Vec<String>> {
    let members = cursor.members().into_iter();
    members
        .map(|member| match member.value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(quoted(
                &member,
                wrong(&member, what, "text or a list of texts"),
            )),
        })
        .collect()
}

/// Condition values may be bare booleans and numbers.
fn scalars(cursor: &JsonCursor<'_>, what: &str) -> Shape<Vec<String>> {
    let members = cursor.members().into_iter();
    members
        .map(|member| match member.value {
            Value::String(text) => Ok(text.clone()),
            Value::Bool(truth) => Ok(truth.to_string()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(wrong(
                &member,
                what,
                "a text, number or boolean, or a list of them",
            )),
        })
        .collect()
}

fn wrong(cursor: &JsonCursor<'_>, what: &str, expected: &str) -> PolicyDiagnostic {
    let what = if what.starts_with("a ") {
        what.to_owned()
    } else {
        format!("`{what}`")
    };
    let message = format!("{what} must be {expected}, not {}", kind_of(cursor.value));
    cursor.error("policy-shape", message)
}

fn quoted(cursor: &JsonCursor<'_>, problem: PolicyDiagnostic) -> PolicyDiagnostic {
    match cursor.value {
        Value::Number(_) | Value::Bool(_) => {
            problem.hint(format!("put it into quotes: \"{}\"", cursor.value))
        }
        _ => problem,
    }
}
