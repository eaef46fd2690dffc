//! What joins an instance and an instance profile.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One row of `DescribeIamInstanceProfileAssociations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Association {
    /// The id, `iip-assoc-…`.
    pub id: String,
    /// The instance's id.
    pub instance: String,
    /// The profile's ARN when it was associated.
    pub profile_arn: String,
    /// The profile's unique id when it was associated. A profile made again under the same name has another.
    pub profile_id: String,
    /// Where it is in its life.
    pub state: AssociationState,
    /// When the state changes by itself; absent while it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_at: Option<Timestamp>,
    /// When it was made, to the second.
    pub made: Timestamp,
}

/// An association's state. What is disassociated is no longer listed, so it needs no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssociationState {
    /// Being made.
    Associating,
    /// In effect.
    Associated,
    /// Being taken back.
    Disassociating,
}

impl AssociationState {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            AssociationState::Associating => "associating",
            AssociationState::Associated => "associated",
            AssociationState::Disassociating => "disassociating",
        }
    }
}
