//! A statement and where it stands. What is asked of it is decided elsewhere.

use serde_json::Value;

use crate::catalogue::KeyType;
use crate::policy::{Condition, Document, Operator, Pattern, Statement, Variables, escaped};
use crate::text::and_list;

/// A statement with its pointer into the document.
#[derive(Debug, Clone)]
pub(crate) struct StatementRef<'a> {
    pub(crate) elements: &'a Statement,
    pub(crate) pointer: String,
    json: &'a Value,
    /// The patterns of its lists.
    pub(crate) patterns: Patterns,
    /// Whether `${…}` stands for a value in this document.
    pub(crate) variables: Variables,
}

/// The lists of a statement as patterns, those of actions without letter case.
#[derive(Debug, Clone)]
pub(crate) struct Patterns {
    pub(crate) action: Option<Vec<Pattern>>,
    pub(crate) not_action: Option<Vec<Pattern>>,
    pub(crate) resource: Option<Vec<Pattern>>,
    pub(crate) not_resource: Option<Vec<Pattern>>,
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

impl<'a> StatementRef<'a> {
    pub(crate) fn all(document: &'a Document) -> Vec<StatementRef<'a>> {
        let variables = document.variables();
        let block = &document.json()["Statement"];
        let statements = document.statements().iter().enumerate();
        let statements = statements.map(|(index, elements)| StatementRef {
            elements,
            pointer: document.statement_pointer(index),
            json: block.get(index).unwrap_or(block),
            patterns: Patterns::of(elements, variables),
            variables,
        });
        statements.collect()
    }

    pub(crate) fn allows(&self) -> bool {
        self.elements.effect.as_deref() == Some("Allow")
    }

    pub(crate) fn denies(&self) -> bool {
        self.elements.effect.as_deref() == Some("Deny")
    }

    pub(crate) fn at(&self, element: &str) -> String {
        format!("{}/{element}", self.pointer)
    }

    /// The members of an element with their pointers.
    pub(crate) fn members(
        &self,
        element: &str,
        list: Option<&'a Vec<String>>,
    ) -> Vec<(String, &'a str)> {
        let pointer = self.at(element);
        pointed(&pointer, &self.json[element], list.into_iter().flatten())
    }

    /// The actions and those that are excepted, with their pointers.
    pub(crate) fn actions(&self) -> Vec<(String, &'a str)> {
        let mut all = self.members("Action", self.elements.action.as_ref());
        all.extend(self.members("NotAction", self.elements.not_action.as_ref()));
        all
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &'a Condition> + use<'a> {
        self.elements.condition.iter().flatten()
    }

    /// Whether the statement has no test at all.
    pub(crate) fn is_unconditional(&self) -> bool {
        self.tests().next().is_none()
    }

    pub(crate) fn at_test(&self, test: &Condition) -> String {
        let [operator, key] = [&test.operator, &test.key].map(|step| escaped(step));
        format!("{}/Condition/{operator}/{key}", self.pointer)
    }

    /// The values of a test with their pointers.
    pub(crate) fn values(&self, test: &'a Condition) -> Vec<(String, &'a str)> {
        let json = &self.json["Condition"][&test.operator][&test.key];
        pointed(&self.at_test(test), json, &test.values)
    }

    /// A principal's type and names with their pointers; none for the bare `*`.
    pub(crate) fn principals(&self, kind: &str, names: &'a [String]) -> Vec<(String, &'a str)> {
        let pointer = format!("{}/{}", self.at("Principal"), escaped(kind));
        pointed(&pointer, &self.json["Principal"][kind], names)
    }

    /// Whether the actions of the statement cover one, written in lower case.
    pub(crate) fn covers_action(&self, action: &str) -> bool {
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

    /// Whether a test ties one of these keys, in lower case, to values that all fit. With `Not`, `IfExists` or
    /// `ForAllValues` it does not: such a test also holds for others, or without the key.
    pub(crate) fn binds(&self, keys: &[&str], fits: impl Fn(&str) -> bool) -> bool {
        self.tests().any(|test| {
            let operator = Operator::of(&test.operator);
            keys.contains(&test.key.to_lowercase().as_str())
                && KeyType::compared_by(operator.base).is_some()
                && operator.set != Some("ForAllValues")
                && !operator.is_negated()
                && !operator.if_exists
                && test.values.iter().all(|value| fits(value))
        })
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

/// The members of a list for a sentence: the first three, and how many more.
pub(crate) fn named<S: AsRef<str>>(list: &[S]) -> String {
    const SHOWN: usize = 3;
    let shown = list.iter().take(SHOWN);
    let mut words: Vec<String> = shown.map(|one| format!("`{}`", one.as_ref())).collect();
    if list.len() > SHOWN {
        words.push(format!("{} more", list.len() - SHOWN));
    }
    and_list(&words)
}
