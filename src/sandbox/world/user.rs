//! A user: here only a principal that policies can name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// A user of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct User {
    /// The name, in the letter case it was created with.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id, `AIDA…`.
    pub id: String,
    /// When it was created, to the second.
    pub created: Timestamp,
    /// Tags; keys are unique ignoring case.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}
