//! Kinds of EC2.

pub(super) mod instance_association;
mod region;

/// The name of the kind that launches instances.
pub(crate) const INSTANCE: &str = "Instance";
