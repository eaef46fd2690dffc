//! Why a run ends early. How each is worded for people, and its exit code, is decided by who called.

use crate::cloud::Fault;
use crate::diagnostic::{Problems, Sources};
use crate::model::{Address, AwsScope};
use crate::saved::StalePlan;

/// Why a run could not do its work. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The manifests, or what they ask of AWS, are wrong.
    #[error("the manifests have errors")]
    Manifests(Problems, Sources),
    /// A resource is to be adopted that no manifest declares.
    #[error("no manifest declares {0}")]
    NotDeclared(Address),
    /// AWS could not be looked at.
    #[error("cannot look at AWS: {0}")]
    Survey(Fault),
    /// The sandbox of a rehearsal could not be looked at.
    #[error("cannot look at the sandbox: {0}")]
    Sandbox(Fault),
    /// A saved plan must not run any more.
    #[error("the saved plan is stale: {0}")]
    Stale(StalePlan),
    /// A saved plan is for another account, partition or region.
    #[error("the plan is for account {}, the credentials are for {}", planned.account, here.account)]
    OtherScope {
        /// Where the plan belongs.
        planned: AwsScope,
        /// Where the credentials lead.
        here: AwsScope,
        /// The ARN of whose they are.
        caller: String,
    },
    /// The calls of a saved plan are not those that its changes take.
    #[error("the calls in the file are not those that its changes take")]
    ChangedPlan,
}
