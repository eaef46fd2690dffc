//! A user: a principal that policies can name, and the caller, with the policies that decide what it may do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::sandbox::caller::ADMINISTRATOR;

/// A user of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Inline policies: documents by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline_policies: BTreeMap<String, String>,
    /// ARNs of attached managed policies.
    #[serde(default = "administrator", skip_serializing_if = "is_administrator")]
    pub attached_policies: BTreeSet<String>,
    /// The ARN of the managed policy that bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
}

/// What a user has who is given nothing else: users were made before policies were looked at.
pub(crate) fn administrator() -> BTreeSet<String> {
    BTreeSet::from([ADMINISTRATOR.to_owned()])
}

fn is_administrator(policies: &BTreeSet<String>) -> bool {
    *policies == administrator()
}
