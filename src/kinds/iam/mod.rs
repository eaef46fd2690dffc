//! Kinds of IAM, and what they share.

pub(super) mod instance_profile;
mod name;
pub(super) mod role;
mod tagged;
pub(super) mod user_policy;
