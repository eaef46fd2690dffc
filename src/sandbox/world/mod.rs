//! The world as plain data: what the account holds at one point in time. No history, no counter, no rule of any action.

mod association;
mod bucket;
mod fresh;
mod iam;
mod instance;
mod managed;
mod profile;
mod region;
mod role;
mod user;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use association::{Association, AssociationState};
pub use bucket::{Bucket, Object};
pub(crate) use fresh::{EPOCH, ec2_trust};
pub use iam::Iam;
pub use instance::{Instance, InstanceState, MetadataOptions, ShutdownBehavior};
pub(crate) use managed::is_managed_by_aws;
pub use profile::InstanceProfile;
pub use region::Region;
pub use role::Role;
pub(crate) use role::SERVICE_LINKED_PATH;
pub use user::User;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// One account: IAM, which is global, EC2 in each region, and S3's buckets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct World {
    /// The account and everything in IAM.
    pub iam: Iam,
    /// EC2 by region. A region without anything in it is absent.
    pub regions: BTreeMap<String, Region>,
    /// Buckets by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub buckets: BTreeMap<String, Bucket>,
}

impl World {
    /// What a new sandbox holds: account 123456789012, its user, AWS's own role, and four instances in each of
    /// `us-east-1` and `eu-central-1`.
    pub fn fresh() -> World {
        fresh::world()
    }

    /// An account with its caller and nothing else.
    pub fn empty(account: &str) -> World {
        fresh::empty(account)
    }

    /// Ends every transition: what was pending runs, what was associating is associated, what was terminated is gone.
    pub fn settle(&mut self) {
        self.regions
            .values_mut()
            .for_each(|region| region.advance(Timestamp::MAX));
        self.regions.retain(|_, region| !region.is_empty());
    }
}
