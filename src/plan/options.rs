//! What shapes a plan beside the manifests.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Address;

/// What the user asked for beside the manifests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanOptions {
    /// Delete what the stack owns and no longer declares.
    pub prune: bool,
    /// Delete everything declared and owned instead of making it so.
    pub destroy: bool,
    /// Take over these resources although nobody owns them.
    pub adopt: BTreeSet<Address>,
    /// Take over what this stack owns: it is ours under another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_stack: Option<String>,
    /// Let go of these, and do nothing else.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release: BTreeSet<Address>,
    /// Plan only these, and what they need; everything when there are none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub targets: BTreeSet<Address>,
    /// Leave these out, and what needs them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub excludes: BTreeSet<Address>,
}
