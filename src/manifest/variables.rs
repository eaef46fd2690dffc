//! What `var.NAME` stands for: `--var`, variable files and the environment put together. Who collects
//! those texts is not known here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Problems, did_you_mean};

use super::places::Places;
use super::yaml::{self, Document};

/// Everything that sets variables, as it was found.
#[derive(Debug, Clone, Copy)]
pub struct Given<'g> {
    /// `NAME=VALUE`, from `--var`; a later one wins.
    pub typed: &'g [String],
    /// Variable files, name and text, from `--var-file`: a mapping in YAML or JSON; a later one wins.
    pub files: &'g [(String, String)],
    /// From `RW_VAR_NAME`: name without the prefix, and value.
    pub environment: &'g BTreeMap<String, String>,
}

/// The variables: `--var` over files over the environment. Values from files keep their type, all others are
/// text. The faults are malformed names and files.
pub fn variables(given: Given<'_>) -> Result<BTreeMap<String, Value>, Problems> {
    let Given {
        typed,
        files,
        environment,
    } = given;
    let mut problems = Problems::none();
    let mut variables: BTreeMap<String, Value> = environment
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    for (name, text) in files {
        variables.extend(problems.absorb(file(name, text)).into_iter().flatten());
    }
    for text in typed {
        variables.extend(problems.absorb(argument(text).map_err(Problems::from)));
    }
    problems.or_value(variables)
}

/// One `NAME=VALUE`; the value may be empty and may hold `=`.
fn argument(text: &str) -> Result<(String, Value), Diagnostic> {
    match text.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name.to_owned(), Value::from(value))),
        Some((name, _)) => Err(bad_name(name)),
        None => Err(
            Diagnostic::error("bad-variable", format!("`--var {text}` sets no value"))
                .hint(format!("write --var {text}=VALUE")),
        ),
    }
}

fn file(name: &str, text: &str) -> Result<Map<String, Value>, Problems> {
    let (mut documents, mut problems) = yaml::parse(name, text);
    let Some(Document { value, places }) = documents.pop() else {
        return problems.or_value(Map::new());
    };
    if !documents.is_empty() {
        problems.push(several_documents(name).at(places.at("")));
    }
    let Value::Object(fields) = value else {
        problems.push(no_mapping(name).at(places.at("")));
        return Err(problems);
    };
    problems.extend(bad_names(&fields, &places));
    problems.or_value(fields)
}

/// Whether a variable file is what it should be. Of one that is not, no excerpt is shown: it may be a file with secrets that was
/// named by mistake, or that a link leads to.
pub fn is_mapping(text: &str) -> bool {
    let (documents, _) = yaml::parse("", text);
    documents.iter().any(|document| document.value.is_object())
}

fn bad_names(fields: &Map<String, Value>, places: &Places) -> Problems {
    let bad = fields.keys().filter(|name| !is_name(name));
    bad.map(|name| {
        let pointer = format!("/{}", super::places::escape(name));
        bad_name(name).at(places.key(&pointer))
    })
    .collect()
}

fn several_documents(name: &str) -> Diagnostic {
    Diagnostic::error(
        "bad-variable",
        format!("the variable file {name} holds more than one document"),
    )
    .hint("take the `---` away, or give several files")
}

fn no_mapping(name: &str) -> Diagnostic {
    Diagnostic::error(
        "bad-variable",
        format!("the variable file {name} is not a mapping"),
    )
    .hint("write one `NAME: value` per line")
}

fn bad_name(name: &str) -> Diagnostic {
    let fault = Diagnostic::error(
        "bad-variable",
        format!("`{name}` cannot be the name of a variable"),
    );
    let hint = name
        .trim()
        .strip_prefix("var.")
        .filter(|name| is_name(name));
    match hint.and_then(|meant| did_you_mean(meant, [meant])) {
        Some(hint) => fault.hint(hint),
        None => fault.hint(
            "a name begins with a letter or `_` and goes on with letters, digits, `_` and `-`",
        ),
    }
}

/// Names that can be written as `var.NAME`.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given<'g>(
        typed: &'g [String],
        files: &'g [(String, String)],
        environment: &'g BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Value>, Problems> {
        variables(Given {
            typed,
            files,
            environment,
        })
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_is_typed_wins_over_files_and_files_over_the_environment() {
        let typed = ["a=typed", "a=typed later", "empty=", "e=x=y"].map(str::to_owned);
        let files = [
            pair("one.yaml", "a: file\nb: one\nc: one\n"),
            pair("two.json", "{\"c\": [1, true], \"n\": 3600}"),
        ];
        let environment = [pair("a", "env"), pair("b", "env"), pair("d", "012")].into();
        let found = given(&typed, &files, &environment).unwrap();
        let found: Value = found.into_iter().collect();
        let expected = json!({
            "a": "typed later", "b": "one", "c": [1, true], "d": "012", "e": "x=y", "empty": "", "n": 3600,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_file_sets_nothing() {
        let files = [pair("vars.yaml", "# nothing yet\n")];
        assert_eq!(given(&[], &files, &BTreeMap::new()), Ok(BTreeMap::new()));
    }

    #[test]
    fn malformed_ones_are_all_reported() {
        let typed = ["bucket", "1st=x", "var.bucket=x", "=x"].map(str::to_owned);
        let files = [
            pair("list.yaml", "- a\n"),
            pair("two.yaml", "a: 1\n---\nb: 2\n"),
            pair("names.yaml", "ok: 1\nmy name: 2\n"),
            pair("broken.yaml", "a: [1\n"),
        ];
        let problems = given(&typed, &files, &BTreeMap::new()).unwrap_err();
        let messages: Vec<String> = problems
            .sorted()
            .into_iter()
            .map(|fault| {
                let place = fault.place.as_ref().map(ToString::to_string);
                format!(
                    "{} {} [{}]",
                    place.unwrap_or_default(),
                    fault.message,
                    fault.hints.join("; ")
                )
            })
            .collect();
        insta::assert_snapshot!(messages.join("\n"), @r"
         `--var bucket` sets no value [write --var bucket=VALUE]
         `1st` cannot be the name of a variable [a name begins with a letter or `_` and goes on with letters, digits, `_` and `-`]
         `` cannot be the name of a variable [a name begins with a letter or `_` and goes on with letters, digits, `_` and `-`]
         `var.bucket` cannot be the name of a variable [did you mean `bucket`?]
        broken.yaml:1:5 expected `,` or `]` here [close it with `]`, or put a comma between its items]
        list.yaml:1:1 the variable file list.yaml is not a mapping [write one `NAME: value` per line]
        names.yaml:2:1 `my name` cannot be the name of a variable [a name begins with a letter or `_` and goes on with letters, digits, `_` and `-`]
        two.yaml:3:1 the variable file two.yaml holds more than one document [take the `---` away, or give several files]
        ");
    }
}
