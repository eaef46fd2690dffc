//! Kinds of EC2.

pub(super) mod instance;
pub(super) mod instance_association;
mod region;
