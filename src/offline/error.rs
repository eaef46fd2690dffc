//! Why a file cannot stand in for AWS, and what to do about it.

use crate::cloud::Fault;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// It ends too early, or is no JSON.
    #[error("it is not whole: {0}")]
    Torn(serde_json::Error),
    /// It is JSON of something else.
    #[error("it is neither a snapshot nor what `aws iam get-account-authorization-details` prints")]
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
    /// Pages of the AWS CLI are missing.
    #[error("its last page says that more follow")]
    Truncated,
    /// Nothing in it tells the account.
    #[error("no ARN in it tells the account")]
    NoAccount,
    /// Its pages are of several accounts.
    #[error("it is of several accounts: {}", .0.join(", "))]
    Accounts(Vec<String>),
    /// Its ARNs are of a partition that is not known.
    #[error("its ARNs are in partition {0}, which is not known")]
    Partition(String),
    /// A kind could not make sense of it.
    #[error("it cannot be read as AWS is: {0}")]
    Unreadable(#[from] Fault),
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
            Self::Foreign | Self::NoAccount | Self::Unreadable(_) => {
                "`rolewright snapshot FILE` takes a snapshot"
            }
            Self::Truncated => "leave out `--max-items` and `--no-paginate`, or append the rest",
            Self::Partition(_) => "check the file, or use a later version of this program",
            Self::Accounts(_) => "give the pages of one account",
            Self::Newer { .. } => "use the version that took it, or take a new one with this one",
            Self::OtherStack { .. } => {
                "what a stack owns is looked for by its name: take one with these manifests"
            }
        }
    }
}
