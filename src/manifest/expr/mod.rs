//! `{{ … }}` in strings: values of variables, the account, names and ARNs of what is declared. Which resources there are,
//! under which word, and their ARNs, is the caller's knowledge. There are no statements and no functions: a manifest says what
//! should be, it does not compute it.

mod names;
mod rewrite;
mod split;
mod tree;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;
use thiserror::Error;

use crate::text;

use names::{Names, Notes};
use split::Part;

pub use tree::evaluate_tree;

/// Bytes of a text with its expressions filled in: far more than AWS takes of any.
const LARGEST: usize = 1 << 20;

/// What expressions can refer to. Cheap to clone: every expression takes its own copy along.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    /// `var.NAME`.
    pub vars: Arc<BTreeMap<String, Value>>,
    /// `account`: twelve digits, when known.
    pub account: Option<String>,
    /// `region`, when known.
    pub region: Option<String>,
    /// `partition`: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// `stack`: the stack's name, when there is one.
    pub stack: Option<String>,
    /// `WORD.NAME.arn`: the kinds whose resources can be named.
    pub resources: Arc<Vec<Resources>>,
}

/// The resources of one kind that expressions can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resources {
    /// The word for them (`instance_profile`).
    pub word: String,
    /// The kind, as in the manifest.
    pub kind: &'static str,
    /// Name to ARN of those that are declared; `None` where they cannot be used because ARNs depend on what is
    /// being evaluated.
    pub arns: Option<BTreeMap<String, String>>,
}

impl Scope {
    /// The resources that a word stands for.
    fn of(&self, word: &str) -> Option<&Resources> {
        self.resources.iter().find(|one| one.word == word)
    }
}

impl Resources {
    /// `an instance profile`.
    fn noun(&self) -> String {
        let article = if self.word.starts_with(['a', 'e', 'i', 'o', 'u']) {
            "an"
        } else {
            "a"
        };
        format!("{article} {}", self.word.replace('_', " "))
    }
}

/// A text with its expressions filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The text.
    pub text: String,
    /// The ARNs of the resources that were used.
    pub references: BTreeSet<String>,
}

/// Why a text's expressions cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ExprProblem {
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl ExprProblem {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// Fills in the expressions of a text. Nothing outside `{{ … }}` changes, IAM's own `${aws:username}`
/// included; `{{ "{{" }}` gives two braces.
pub fn evaluate(text: &str, scope: &Scope) -> Result<Evaluated, ExprProblem> {
    let (value, references) = evaluate_value(text, scope)?;
    let text = match value {
        Value::String(text) => text,
        value => said(&value)?,
    };
    Ok(Evaluated { text, references })
}

/// The same, but a text that is one expression and nothing else keeps the type of its value.
fn evaluate_value(text: &str, scope: &Scope) -> Result<(Value, BTreeSet<String>), ExprProblem> {
    let parts = split::split(text)?;
    let notes = Arc::new(Notes::default());
    let value = match parts.as_slice() {
        [Part::Expression(source)] => compute(source, scope, &notes)?,
        parts => {
            let mut out = String::new();
            for part in parts {
                match part {
                    Part::Literal(literal) => out.push_str(literal),
                    Part::Expression(source) => {
                        out.push_str(&said(&compute(source, scope, &notes)?)?);
                    }
                }
                if out.len() > LARGEST {
                    return Err(ExprProblem::new(format!(
                        "with its expressions filled in, this text is longer than {LARGEST} bytes"
                    )));
                }
            }
            Value::String(out)
        }
    };
    Ok((value, notes.references()))
}

/// A value as part of a text.
fn said(value: &Value) -> Result<String, ExprProblem> {
    let (is, hint) = match value {
        Value::String(text) => return Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => return Ok(value.to_string()),
        Value::Null => ("nothing", "give the variable a value"),
        Value::Array(_) => (
            "a list",
            "a list can only be the whole of a value, not a part of text",
        ),
        Value::Object(_) => (
            "a mapping",
            "name the part that is meant, as in `var.NAME.part`",
        ),
    };
    Err(ExprProblem::new(format!("the expression gives {is}, not text")).hint(hint))
}

fn compute(source: &str, scope: &Scope, notes: &Arc<Notes>) -> Result<Value, ExprProblem> {
    let environment = environment();
    let rewritten = rewrite::rewrite(source, &|word| scope.of(word).is_some());
    let names = minijinja::Value::from_object(Names::new(scope, Arc::clone(notes)));
    let result = environment
        .compile_expression(&rewritten)
        .and_then(|expression| expression.eval(names));
    if let Some(problem) = notes.refusal() {
        return Err(problem);
    }
    match result {
        Ok(value) if value.is_undefined() => {
            Err(notes.unknown().unwrap_or_else(|| nothing(source)))
        }
        Ok(value) => value::to_json(&value).ok_or_else(|| unfinished(source, scope)),
        Err(error) => Err(explained(source, &error, notes)),
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter(
        "default",
        |value: minijinja::Value, other: minijinja::Value| {
            if value.is_undefined() { other } else { value }
        },
    );
    environment.add_filter("lower", |text: String| text.to_lowercase());
    environment.add_filter("upper", |text: String| text.to_uppercase());
    environment
}

fn nothing(source: &str) -> ExprProblem {
    ExprProblem::new(format!("`{source}` gives nothing"))
}

fn unfinished(source: &str, scope: &Scope) -> ExprProblem {
    let problem = ExprProblem::new(format!("`{source}` gives neither text nor a number"));
    let nouns: Vec<String> = scope.resources.iter().map(Resources::noun).collect();
    match scope.resources.first() {
        None => problem,
        Some(Resources { word, .. }) => problem.hint(format!(
            "{} have `arn` and `name`, as in `{word}.NAME.arn`",
            text::and_list(&nouns)
        )),
    }
}

fn explained(source: &str, error: &minijinja::Error, notes: &Notes) -> ExprProblem {
    let detail = error.detail().unwrap_or("it makes no sense here");
    match error.kind() {
        ErrorKind::UndefinedError => notes.unknown().unwrap_or_else(|| nothing(source)),
        ErrorKind::UnknownFilter => {
            let problem = ExprProblem::new(format!("`{source}` uses a filter that does not exist"));
            problem.hint("the filters are `default`, `lower` and `upper`")
        }
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod | ErrorKind::UnknownTest => {
            notes.unknown().unwrap_or_else(|| {
                let problem = ExprProblem::new(format!("`{source}` calls something that does not exist"));
                problem.hint("expressions have values and the filters `default`, `lower` and `upper`, no functions")
            })
        }
        ErrorKind::SyntaxError => {
            let problem = ExprProblem::new(format!("`{source}` is not an expression: {detail}"));
            problem.hint("to write two braces as they are, use {{ \"{{\" }}")
        }
        _ => ExprProblem::new(format!("`{source}` cannot be computed: {detail}")),
    }
}

#[cfg(test)]
mod tests;
