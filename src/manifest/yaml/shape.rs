//! The parts of a document under construction, and the words for what may not be built.

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::manifest::places::{Node, Position};

use super::scalar::{self, Unusable};

/// A list or mapping that is being filled.
pub(super) enum Shape {
    List(Vec<Value>),
    /// With the key whose value comes next.
    Mapping(Map<String, Value>, Option<Pending>),
}

/// A key that waits for its value.
pub(super) struct Pending {
    name: String,
    position: Position,
    /// A value under a faulty key is read, for its own faults, and dropped.
    is_kept: bool,
}

impl Shape {
    pub(super) fn has(&self, key: &str) -> bool {
        matches!(self, Self::Mapping(map, _) if map.contains_key(key))
    }

    pub(super) fn pending(&self) -> Option<(&str, Position)> {
        match self {
            Self::Mapping(_, Some(pending)) => Some((&pending.name, pending.position)),
            Self::Mapping(_, None) | Self::List(_) => None,
        }
    }

    pub(super) fn expect_value(&mut self, key: &str, position: Position, is_kept: bool) {
        if let Self::Mapping(_, pending) = self {
            *pending = Some(Pending {
                name: key.to_owned(),
                position,
                is_kept,
            });
        }
    }

    /// Puts the next value in; false when it stood under a faulty key and was dropped.
    pub(super) fn put(&mut self, value: Value) -> bool {
        match self {
            Self::List(items) => items.push(value),
            Self::Mapping(map, pending) => match pending.take() {
                Some(key) if key.is_kept => drop(map.insert(key.name, value)),
                Some(_) | None => return false,
            },
        }
        true
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::List(items) => Value::Array(items),
            Self::Mapping(map, _) => Value::Object(map),
        }
    }
}

/// A node without children.
pub(super) fn node(name: &str, key: Position, value: Position, is_list: bool) -> Node {
    Node {
        name: name.into(),
        key,
        value,
        is_list,
        written: None,
        size: 1,
    }
}

/// What is wrong with an unquoted key, if anything.
pub(super) fn key_fault(text: &str) -> Option<Diagnostic> {
    if text == "<<" {
        let fault = Diagnostic::error("yaml-merge", "merging with `<<` is not part of YAML 1.2");
        return Some(fault.hint(
            "write the fields out, or give a whole value an anchor and repeat it with `*name`",
        ));
    }
    let is = match scalar::plain(text) {
        Ok(Value::String(_)) => return None,
        Ok(Value::Null) if text.is_empty() => {
            let fault = Diagnostic::error("key-not-text", "the key before this `:` is missing");
            return Some(fault.hint("write `key: value`"));
        }
        Ok(Value::Null) => "null",
        Ok(Value::Bool(_)) => "a boolean",
        Ok(_) | Err(_) => "a number",
    };
    let fault = Diagnostic::error(
        "key-not-text",
        format!("the key `{text}` is {is}, not text"),
    );
    Some(fault.hint(format!("put it in quotes: \"{text}\"")))
}

pub(super) fn duplicate_key(text: &str) -> Diagnostic {
    Diagnostic::error(
        "duplicate-key",
        format!("the key `{text}` is written twice"),
    )
    .hint("keep one of the two")
}

/// A list or mapping where a key should stand; `rest` is the line from there.
pub(super) fn collection_as_key(rest: &str) -> Diagnostic {
    if rest.starts_with('{') {
        return Diagnostic::error(
            "unquoted-expression",
            "`{{ … }}` without quotes is a YAML mapping, not text",
        )
        .hint("put the whole value in quotes: \"{{ … }}\"");
    }
    Diagnostic::error(
        "key-not-text",
        "a key must be text, not a list or a mapping",
    )
    .hint("write `key: value`")
}

pub(super) fn alias_as_key() -> Diagnostic {
    Diagnostic::error("key-not-text", "an alias cannot be a key").hint("write the key out")
}

/// A tag; `rest` is the line from it.
pub(super) fn tag(rest: &str) -> Diagnostic {
    let rest = rest.split_whitespace().find(|word| word.starts_with('!'));
    let tag = rest.unwrap_or("!");
    let fault = Diagnostic::error("yaml-tag", format!("the tag `{tag}` is not supported"));
    match tag {
        "!Ref" | "!Sub" | "!GetAtt" | "!Join" => {
            fault.hint("this is CloudFormation; here an expression such as \"{{ role.NAME.arn }}\" refers to things")
        }
        _ => fault.hint("remove it; a value in quotes is text"),
    }
}

pub(super) fn unusable_number(text: &str, reason: Unusable) -> Diagnostic {
    let why = match reason {
        Unusable::TooLarge => "is too large for a number",
        Unusable::NotFinite => "is not a finite number",
    };
    Diagnostic::error("bad-number", format!("`{text}` {why}"))
        .hint(format!("put it in quotes if it is text: \"{text}\""))
}

/// An alias inside the value that its anchor names; `rest` is the line from it.
pub(super) fn unfinished_anchor(rest: &str) -> Diagnostic {
    let alias = rest.split([' ', ',', ']', '}']).next().unwrap_or("*");
    Diagnostic::error(
        "alias-loop",
        format!("`{alias}` stands inside the value that it repeats"),
    )
    .hint("write the value out")
}

/// Deeper nesting than any manifest or policy needs, shallow enough for recursive readers of the value.
pub(super) const DEEPEST: usize = 100;

pub(super) fn too_deep() -> Diagnostic {
    Diagnostic::error(
        "too-deep",
        format!("values are nested more than {DEEPEST} levels deep"),
    )
    .hint("no manifest needs this; look for a bracket or indentation that was not meant")
}
