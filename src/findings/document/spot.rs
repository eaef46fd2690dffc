//! A statement and where it stands. What is asked of it is decided elsewhere.

use serde_json::Value;

use crate::findings::{Found, Rule};
use crate::policy::{Condition, Document, Pattern, Statement, Variables};
use crate::text::and_list;

/// A statement with its pointer into the document.
#[derive(Debug, Clone)]
pub(in crate::findings) struct Spot<'a> {
    pub(in crate::findings) statement: &'a Statement,
    pub(in crate::findings) pointer: String,
    json: &'a Value,
    /// The patterns of its lists.
    pub(in crate::findings) patterns: Patterns,
    /// Whether `${…}` stands for a value in this document.
    pub(in crate::findings) variables: Variables,
}

/// The lists of a statement as patterns, those of actions without letter case.
#[derive(Debug, Clone)]
pub(in crate::findings) struct Patterns {
    pub(in crate::findings) action: Option<Vec<Pattern>>,
    pub(in crate::findings) not_action: Option<Vec<Pattern>>,
    pub(in crate::findings) resource: Option<Vec<Pattern>>,
    pub(in crate::findings) not_resource: Option<Vec<Pattern>>,
}

impl Patterns {
    fn of(statement: &Statement, variables: Variables) -> Self {
        let read = |list: &Option<Vec<String>>, pattern: &dyn Fn(&str) -> Pattern| {
            let list = list.as_ref()?.iter();
            Some(list.map(|one| pattern(one)).collect())
        };
        let resource = |text: &str| Pattern::new(text, variables);
        Patterns {
            action: read(&statement.action, &Pattern::folded),
            not_action: read(&statement.not_action, &Pattern::folded),
            resource: read(&statement.resource, &resource),
            not_resource: read(&statement.not_resource, &resource),
        }
    }
}

impl<'a> Spot<'a> {
    /// The statements of a document.
    pub(in crate::findings) fn all(document: &'a Document) -> Vec<Spot<'a>> {
        let variables = document.variables();
        let block = &document.json()["Statement"];
        let statements = document.statements().iter().enumerate();
        let spots = statements.map(|(index, statement)| {
            let listed = block.get(index);
            Spot {
                statement,
                pointer: listed.map_or("/Statement".to_owned(), |_| format!("/Statement/{index}")),
                json: listed.unwrap_or(block),
                patterns: Patterns::of(statement, variables),
                variables,
            }
        });
        spots.collect()
    }

    pub(in crate::findings) fn allows(&self) -> bool {
        self.statement.effect.as_deref() == Some("Allow")
    }

    /// The pointer to an element.
    pub(in crate::findings) fn at(&self, element: &str) -> String {
        format!("{}/{element}", self.pointer)
    }

    /// The members of an element with their pointers.
    pub(in crate::findings) fn members(
        &self,
        element: &str,
        list: Option<&'a Vec<String>>,
    ) -> Vec<(String, &'a str)> {
        let pointer = self.at(element);
        pointed(&pointer, &self.json[element], list.into_iter().flatten())
    }

    /// The actions and those that are excepted, with their pointers.
    pub(in crate::findings) fn actions(&self) -> Vec<(String, &'a str)> {
        let mut all = self.members("Action", self.statement.action.as_ref());
        all.extend(self.members("NotAction", self.statement.not_action.as_ref()));
        all
    }

    /// The tests of the statement's condition.
    pub(in crate::findings) fn tests(&self) -> impl Iterator<Item = &'a Condition> + use<'a> {
        self.statement.condition.iter().flatten()
    }

    /// The pointer to a test of the condition.
    pub(in crate::findings) fn at_test(&self, test: &Condition) -> String {
        let [operator, key] = [&test.operator, &test.key].map(|step| escaped(step));
        format!("{}/Condition/{operator}/{key}", self.pointer)
    }

    /// The values of a test with their pointers.
    pub(in crate::findings) fn values(&self, test: &'a Condition) -> Vec<(String, &'a str)> {
        let json = &self.json["Condition"][&test.operator][&test.key];
        pointed(&self.at_test(test), json, &test.values)
    }

    /// A principal's type and names with their pointers; none for the bare `*`.
    pub(in crate::findings) fn pointed(
        &self,
        element: &str,
        kind: &str,
        names: &'a [String],
    ) -> Vec<(String, &'a str)> {
        let pointer = format!("{}/{}", self.at(element), escaped(kind));
        pointed(&pointer, &self.json[element][kind], names)
    }

    /// Whether the actions of the statement cover one, written in lower case.
    pub(in crate::findings) fn covers_action(&self, action: &str) -> bool {
        let action = Pattern::literal(action);
        let has = |list: &Vec<Pattern>| list.iter().any(|one| one.includes(&action));
        let Patterns {
            action: named,
            not_action: excepted,
            resource: _,
            not_resource: _,
        } = &self.patterns;
        named.as_ref().is_some_and(has) || excepted.as_ref().is_some_and(|list| !has(list))
    }
}

fn pointed<'a>(
    pointer: &str,
    json: &Value,
    members: impl IntoIterator<Item = &'a String>,
) -> Vec<(String, &'a str)> {
    let at = |index: usize| match json {
        Value::Array(_) => format!("{pointer}/{index}"),
        _ => pointer.to_owned(),
    };
    let members = members.into_iter().enumerate();
    members
        .map(|(index, text)| (at(index), text.as_str()))
        .collect()
}

fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// What a rule found somewhere.
pub(in crate::findings) fn found(
    rule: &Rule,
    pointer: impl Into<String>,
    message: impl Into<String>,
    fix: impl Into<String>,
) -> Found {
    Found {
        id: rule.id,
        pointer: pointer.into(),
        message: message.into(),
        fix: fix.into(),
    }
}

/// The members of a list for a sentence: the first three, and how many more.
pub(in crate::findings) fn named<S: AsRef<str>>(list: &[S]) -> String {
    const SHOWN: usize = 3;
    let shown = list.iter().take(SHOWN);
    let mut words: Vec<String> = shown.map(|one| format!("`{}`", one.as_ref())).collect();
    if list.len() > SHOWN {
        words.push(format!("{} more", list.len() - SHOWN));
    }
    and_list(&words)
}
