//! Statements of a document, and whether one is about a request.

use serde_json::Value;

use super::condition::Test;
use super::request::Request;
use super::variables::filled;
use crate::sandbox::policy::listed;
use crate::sandbox::wildcard::matches;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    actions: List,
    /// None in trust policies, which are about their role.
    resources: Option<List>,
    tests: Vec<Test>,
    /// Whether `${…}` stands for a value.
    has_variables: bool,
}

#[derive(Debug, Clone)]
enum List {
    Of(Vec<String>),
    AllBut(Vec<String>),
}

/// The statements of a document that IAM has taken.
pub(super) fn read(document: &str) -> Vec<Statement> {
    let read = with_principals(document).into_iter();
    read.map(|(statement, _)| statement).collect()
}

/// The same, each with the whole of it, in which its principals stand.
pub(super) fn with_principals(document: &str) -> Vec<(Statement, Value)> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let has_variables = document["Version"] == "2012-10-17";
    let statements = listed(&document["Statement"]).iter();
    let read = |value: &Value| Some((Statement::read(value, has_variables)?, value.clone()));
    statements.filter_map(read).collect()
}

fn list(statement: &Value, name: &str, not: &str) -> Option<List> {
    match (statement.get(name), statement.get(not)) {
        (Some(named), _) => Some(List::Of(texts(named))),
        (None, Some(named)) => Some(List::AllBut(texts(named))),
        (None, None) => None,
    }
}

/// A text, or a list of them; booleans and numbers as IAM reads them.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

impl List {
    fn has(&self, fits: &dyn Fn(&str) -> bool) -> bool {
        match self {
            List::Of(named) => named.iter().any(|one| fits(one)),
            List::AllBut(named) => !named.iter().any(|one| fits(one)),
        }
    }
}

impl Statement {
    fn read(statement: &Value, has_variables: bool) -> Option<Statement> {
        let effect = match statement["Effect"].as_str()? {
            "Allow" => Effect::Allow,
            _ => Effect::Deny,
        };
        Some(Statement {
            effect,
            actions: list(statement, "Action", "NotAction")?,
            resources: list(statement, "Resource", "NotResource"),
            tests: Test::read(&statement["Condition"]),
            has_variables,
        })
    }

    pub(super) fn is_about(&self, request: &Request) -> bool {
        let action = request.action.to_lowercase();
        let resource = |pattern: &str| {
            if !self.has_variables {
                return matches(pattern, &request.resource);
            }
            filled(pattern, &request.context)
                .is_some_and(|pattern| matches(&pattern, &request.resource))
        };
        self.actions
            .has(&|pattern| matches(&pattern.to_lowercase(), &action))
            && self
                .resources
                .as_ref()
                .is_none_or(|list| list.has(&resource))
            && self
                .tests
                .iter()
                .all(|test| test.holds(&request.context, self.has_variables))
    }
}
