//! The one list of kinds. Parsing, schemas, surveys and reference tables all derive from it.

use super::ec2::instance::Instance;
use super::ec2::instance_association::InstanceAssociation;
use super::iam::instance_profile::InstanceProfile;
use super::iam::role::Role;
use super::iam::user_policy::UserPolicy;
use super::s3::bucket_deny::BucketDeny;
use super::{ArnShape, Kind};

/// Every kind, referenced ones before those that refer to them.
pub static ALL: [&dyn Kind; 6] = [
    &Role,
    &UserPolicy,
    &BucketDeny,
    &InstanceProfile,
    &Instance,
    &InstanceAssociation,
];

/// The kind of a name.
pub fn find(name: &str) -> Option<&'static dyn Kind> {
    ALL.into_iter().find(|kind| kind.name() == name)
}

/// The names of all kinds, in registry order.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|kind| kind.name()).collect()
}

/// The kinds whose ARNs are computed.
pub fn with_arns() -> impl Iterator<Item = (&'static dyn Kind, ArnShape)> {
    let kinds = ALL.into_iter();
    kinds.filter_map(|kind| Some((kind, kind.arn()?)))
}
