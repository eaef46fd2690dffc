//! Why a file is no plan that can be used, and why a plan is not good any more.

use jiff::Timestamp;

use super::{FORMAT_VERSION, Moved};

/// Why a file cannot be read as a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPlan {
    /// It is something else.
    #[error("it is not a saved plan")]
    Foreign,
    /// It is cut off, or was never JSON.
    #[error("it is not whole: {0}")]
    Torn(String),
    /// It has a form that this version does not know.
    #[error(
        "its format version is {found}; this version of rolewright reads up to {FORMAT_VERSION}"
    )]
    Format {
        /// What the file says.
        found: u64,
    },
    /// It was made by a newer version, which may mean more by it.
    #[error("rolewright {made_by} made it, which is newer than this one ({own})")]
    Newer {
        /// Who made it.
        made_by: String,
        /// Who reads it.
        own: String,
    },
    /// It is not as it was saved.
    #[error("it was changed after it was saved: its digest does not fit")]
    Tampered,
}

impl NotAPlan {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Foreign => "`rolewright plan --out FILE` writes one",
            Self::Torn(_) => "copy the file again, or plan again with `--out`",
            Self::Format { .. } | Self::Newer { .. } => {
                "use the version that made it, or plan again with this one"
            }
            Self::Tampered => "plan again with `--out`, and find out who changed the file",
        }
    }
}

/// Why a plan is not good any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StalePlan {
    /// Its time is over.
    #[error("the plan was good until {0}")]
    Expired(Timestamp),
    /// It has been applied.
    #[error("the plan has been applied already{0}")]
    Applied(String),
    /// Another version made it, and would take other steps.
    #[error(
        "rolewright {0} made the plan, and this version takes other calls for the same changes"
    )]
    OtherSteps(String),
    /// The manifests at hand lead to another plan; what differs, a sentence each.
    #[error("the manifests do not lead to this plan")]
    OtherManifests(Vec<String>),
    /// AWS is not as it was.
    #[error("AWS has changed since the plan was made")]
    Moved(Vec<Moved>),
}
