//! Values of fields, as desired and as observed. Comparing them is `plan`'s.

use std::fmt::Display;

use serde::{Deserialize, Serialize, Serializer};

use super::Address;
use crate::policy::Document;

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Whether something is so. Files have it as a text.
    #[serde(rename = "text", skip_deserializing)]
    #[schemars(skip)]
    Bool(#[serde(serialize_with = "as_text")] bool),
    /// The member is there; there is nothing more to say of it (an attached managed policy).
    Present,
    /// A policy document, compared by meaning.
    Policy(Document),
    /// Another resource.
    Link(Link),
}

fn as_text<S: Serializer>(flag: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(flag)
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The policy, if it is one.
    pub fn as_policy(&self) -> Option<&Document> {
        match self {
            Value::Policy(document) => Some(document),
            _ => None,
        }
    }

    /// What it names, if it names a resource.
    pub fn as_link(&self) -> Option<&Link> {
        match self {
            Value::Link(link) => Some(link),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<Document> for Value {
    fn from(document: Document) -> Self {
        Value::Policy(document)
    }
}

impl From<Link> for Value {
    fn from(link: Link) -> Self {
        Value::Link(link)
    }
}

/// A value that names another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Link {
    /// The name in AWS, or the ARN when it is not one of ours.
    pub name: String,
    /// The unique id behind the name (AROA…, AIPA…), where it is known. A name can come back after a
    /// deletion, its id never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The resource of this stack that is meant, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Address>,
}
