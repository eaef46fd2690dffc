//! A role.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// Roles below this path belong to AWS services.
pub(crate) const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

/// A role with everything on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Role {
    /// The name, in the letter case it was created with.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id, `AROA…`.
    pub id: String,
    /// When it was created, to the second.
    pub created: Timestamp,
    /// The description; IAM keeps no empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session_duration: u32,
    /// The trust policy as stored: principals of this account stand as unique ids.
    pub trust_policy: String,
    /// Inline policies: documents as they were put, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline_policies: BTreeMap<String, String>,
    /// ARNs of attached managed policies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub attached_policies: BTreeSet<String>,
    /// The ARN of the managed policy that bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
    /// Tags; keys are unique ignoring case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Tags,
}

impl Role {
    /// Whether an AWS service owns it, so that no other caller may change it.
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with(SERVICE_LINKED_PATH)
    }
}
