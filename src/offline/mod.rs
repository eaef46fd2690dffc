//! Live state from a file in place of AWS: a snapshot that was taken before, or what the AWS CLI prints for
//! `aws iam get-account-authorization-details`. No call can leave from here. Reading the file, and what time it is, are
//! the command line's.

mod details;
mod error;
mod replay;
mod snapshot;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{AwsScope, Desired, Live};

pub use details::Details;
pub use error::OfflineError;
pub use snapshot::{Question, Snapshot};

/// What stands in for AWS.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// All that a plan for some manifests looks at.
    Snapshot(Box<Snapshot>),
    /// Roles and users with their policies, and no more.
    Details(Details),
}

impl Source {
    /// What a file's text is. Pages of the AWS CLI may stand one after the other.
    pub fn read(text: &str) -> Result<Self, OfflineError> {
        let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let mut documents: Vec<Value> = documents
            .collect::<Result<_, _>>()
            .map_err(OfflineError::Torn)?;
        if let [only] = documents.as_mut_slice()
            && let Some(snapshot) = Snapshot::from_document(only)?
        {
            return Ok(Self::Snapshot(Box::new(snapshot)));
        }
        Details::from_pages(documents).map(Self::Details)
    }

    /// When it was, where the file says it.
    pub fn taken(&self) -> Option<Timestamp> {
        match self {
            Self::Snapshot(snapshot) => Some(snapshot.taken),
            Self::Details(_) => None,
        }
    }

    /// Where it was. Details are of no region: they are in the one that is asked for, and nowhere without.
    pub fn setting(&self, wanted: Option<&str>) -> Option<AwsScope> {
        match self {
            Self::Snapshot(snapshot) => Some(snapshot.live.setting.clone()),
            Self::Details(details) => details.setting(wanted?).into(),
        }
    }

    /// What a plan for a declaration may take for AWS. What is not known is left open in it.
    pub async fn live(&self, setting: &AwsScope, desired: &Desired) -> Result<Live, OfflineError> {
        match self {
            Self::Snapshot(snapshot) => snapshot.live(desired),
            Self::Details(details) => details.live(setting, desired).await,
        }
    }
}
