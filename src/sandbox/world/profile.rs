//! An instance profile.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// The container through which EC2 takes a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InstanceProfile {
    /// The name, in the letter case it was created with.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id, `AIPA…`.
    pub id: String,
    /// When it was created, to the second.
    pub created: Timestamp,
    /// The name of the one role it may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Tags; keys are case-sensitive here.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

impl InstanceProfile {
    /// Whether the role of this name, in any letter case, is in it.
    pub fn holds(&self, role: &str) -> bool {
        self.role
            .as_deref()
            .is_some_and(|held| held.eq_ignore_ascii_case(role))
    }
}
