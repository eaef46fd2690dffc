//! Values of fields, as desired and as observed. Comparing them is `plan`'s.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Address, FieldPath};
use crate::policy::Document;

/// The fields of a resource. Collections are flattened: one entry per member.
pub type Attributes = BTreeMap<FieldPath, Value>;

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// The member is there; there is nothing more to say of it (an attached managed policy).
    Present,
    /// A policy document, compared by meaning.
    Policy(Document),
    /// Another resource.
    Link(Link),
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
