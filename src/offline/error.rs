//! Why a file cannot stand in for AWS, and what to do about it.

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// It ends too early, or is no JSON.
    #[error("it is not whole: {0}")]
    Torn(serde_json::Error),
    /// It is JSON of something else.
    #[error("it is no snapshot")]
    Foreign,
    /// It calls itself a snapshot and does not look like one.
    #[error("it is no snapshot of this format: {0}")]
    Damaged(serde_json::Error),
    /// A later version of this program has written it.
    #[error("it has format version {found}; this program reads {known}")]
    Newer {
        /// The version it has.
        found: u64,
        /// The version that is known.
        known: u64,
    },
    /// It was taken for another stack.
    #[error("it was taken for stack {taken}; these manifests are stack {wanted}")]
    OtherStack {
        /// The stack it was taken for.
        taken: String,
        /// The stack of the manifests.
        wanted: String,
    },
}

impl OfflineError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Torn(_) | Self::Damaged(_) => "make it again: `rolewright snapshot FILE`",
            Self::Foreign => "`rolewright snapshot FILE` takes a snapshot",
            Self::Newer { .. } => "use the version that took it, or take a new one with this one",
            Self::OtherStack { .. } => {
                "what a stack owns is looked for by its name: take one with these manifests"
            }
        }
    }
}
