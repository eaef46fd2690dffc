//! The nouns that every stage shares: plain data in ordered maps. What is done with them lives in the stages.

mod access_view;
mod action;
mod address;
mod arn;
mod attributes;
mod desired;
mod facts;
mod instances;
mod name;
mod observed;
mod value;

pub use access_view::{AccessView, PolicyView};
pub use action::Action;
pub use address::{Address, FieldPath};
pub use arn::{AwsScope, Partition};
pub use attributes::Attributes;
pub use desired::{Adopt, Desired, Ensure, Mode, Reference, Resource, Stack};
pub use facts::Facts;
pub use instances::{Rollout, Selector};
pub use name::{
    FactName, FactNames, FieldName, Fields, KindName, Kinds, Name, Vocabulary, fact, field, kind,
};
pub use observed::{Caller, Instance, Live, Observed, Quotas};
pub use value::{Link, Value};

/// The tag that says which stack a resource belongs to.
pub const STACK_TAG: &str = "rolewright:stack";

/// The tag that says which resource of its stack an instance is; instances have no names of their own.
pub const NAME_TAG: &str = "rolewright:name";

/// The inline policy that the IAM console writes to revoke sessions; never pruned.
pub const REVOCATION_POLICY: &str = "AWSRevokeOlderSessions";
