//! JSON to statements. One walk serves both: a declared document must be free of the problems it finds, an
//! observed one keeps what has not the expected shape as it stands. Grammar beyond shapes lives in `check`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::spot::{Spot, kind_of};
use super::{Condition, PolicyProblem, Principals, Statement};

type Shape<T> = Result<T, PolicyProblem>;

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
pub(super) fn decode(json: &Value) -> (Content, Vec<PolicyProblem>) {
    let root = Spot::root(json);
    let mut content = Content::default();
    let mut problems = Vec::new();
    if !json.is_object() {
        problems.push(wrong(&root, "a policy", "a mapping"));
    }
    for (name, spot) in root.entries() {
        let taken = document_element(name, &spot, &mut content, &mut problems);
        if !gather(taken, &mut problems) {
            content.other.insert(name.to_owned(), spot.value.clone());
        }
    }
    (content, problems)
}

/// Whether an element was taken in; a fault goes to the others.
fn gather(taken: Shape<bool>, problems: &mut Vec<PolicyProblem>) -> bool {
    taken.unwrap_or_else(|problem| {
        problems.push(problem);
        false
    })
}

/// `Ok(false)` for a name that is no element.
fn document_element(
    name: &str,
    spot: &Spot<'_>,
    content: &mut Content,
    problems: &mut Vec<PolicyProblem>,
) -> Shape<bool> {
    match name {
        "Version" => content.version = Some(text(spot, name)?),
        "Id" => content.id = Some(text(spot, name)?),
        "Statement" => content.statements = statements(spot, problems)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn statements(spot: &Spot<'_>, problems: &mut Vec<PolicyProblem>) -> Shape<Vec<Statement>> {
    let members = spot.members();
    if let Some(bad) = members.iter().find(|member| !member.value.is_object()) {
        return Err(wrong(bad, "a statement", "a mapping"));
    }
    Ok(members
        .iter()
        .map(|member| statement(member, problems))
        .collect())
}

fn statement(spot: &Spot<'_>, problems: &mut Vec<PolicyProblem>) -> Statement {
    let mut statement = Statement::default();
    for (name, spot) in spot.entries() {
        let taken = statement_element(name, &spot, &mut statement);
        if !gather(taken, problems) {
            statement.other.insert(name.to_owned(), spot.value.clone());
        }
    }
    statement
}

fn statement_element(name: &str, spot: &Spot<'_>, statement: &mut Statement) -> Shape<bool> {
    match name {
        "Sid" => statement.sid = Some(text(spot, name)?),
        "Effect" => statement.effect = Some(text(spot, name)?),
        "Principal" => statement.principal = Some(principals(spot, name)?),
        "NotPrincipal" => statement.not_principal = Some(principals(spot, name)?),
        "Action" => statement.action = Some(texts(spot, name)?),
        "NotAction" => statement.not_action = Some(texts(spot, name)?),
        "Resource" => statement.resource = Some(texts(spot, name)?),
        "NotResource" => statement.not_resource = Some(texts(spot, name)?),
        "Condition" => statement.condition = Some(conditions(spot)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn principals(spot: &Spot<'_>, name: &str) -> Shape<Principals> {
    match spot.value {
        Value::String(text) if text == "*" => Ok(Principals::Anyone),
        Value::Object(_) => {
            let typed = spot.entries().into_iter();
            let typed: Shape<_> = typed
                .map(|(kind, spot)| Ok((kind.to_owned(), texts(&spot, kind)?)))
                .collect();
            typed.map(Principals::Typed)
        }
        _ => Err(
            wrong(spot, name, "`*` or a mapping from type to principals")
                .hint("write `{AWS: ARN}` or `{Service: ec2.amazonaws.com}`"),
        ),
    }
}

fn conditions(spot: &Spot<'_>) -> Shape<Vec<Condition>> {
    mapping(spot, "Condition")?;
    let mut all = Vec::new();
    for (operator, tests) in spot.entries() {
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

fn mapping(spot: &Spot<'_>, what: &str) -> Shape<()> {
    if spot.value.is_object() {
        Ok(())
    } else {
        Err(wrong(spot, what, "a mapping"))
    }
}

fn text(spot: &Spot<'_>, what: &str) -> Shape<String> {
    spot.value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| quoted(spot, wrong(spot, what, "text")))
}

fn texts(spot: &Spot<'_>, what: &str) -> Shape<Vec<String>> {
    let members = spot.members().into_iter();
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
fn scalars(spot: &Spot<'_>, what: &str) -> Shape<Vec<String>> {
    let members = spot.members().into_iter();
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

fn wrong(spot: &Spot<'_>, what: &str, expected: &str) -> PolicyProblem {
    let what = if what.starts_with("a ") {
        what.to_owned()
    } else {
        format!("`{what}`")
    };
    let message = format!("{what} must be {expected}, not {}", kind_of(spot.value));
    spot.error("policy-shape", message)
}

fn quoted(spot: &Spot<'_>, problem: PolicyProblem) -> PolicyProblem {
    match spot.value {
        Value::Number(_) | Value::Bool(_) => {
            problem.hint(format!("put it into quotes: \"{}\"", spot.value))
        }
        _ => problem,
    }
}
