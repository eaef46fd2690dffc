//! What a plan does to a resource. Which of it applies is decided in `plan`; which calls it takes, by the kinds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens to a resource.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is made.
    Create,
    /// It changes in place.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// It is tagged as ours and nothing else.
    Adopt,
    /// An instance loses its profile.
    Detach,
    /// It is as declared, or is left alone.
    Keep,
}
