//! IAM Access Analyzer: what it is asked, and how its answers read. It judges policies that it is given, and writes
//! one from what a role has done. Nothing here waits or decides: when it is asked, and what a finding stops, is `cli`'s.

mod compare;
mod finding;
mod generated;
mod generation;
mod location;
#[cfg(test)]
mod testing;

use crate::cloud::{Class, Fault, Service};

pub use compare::{Comparison, Reason, compare};
pub use finding::{Finding, Impact, validate};
pub use generated::{Generated, Placeholder};
pub use generation::{Generation, Jobs, State, Trail, TrailRegions, state};

/// What a policy is for, as Access Analyzer tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// What a role may do.
    Identity,
    /// Who may assume it: to Access Analyzer a policy of a resource, which the role is.
    Trust,
    /// Who may do what with a bucket.
    Bucket,
}

impl PolicyType {
    fn name(self) -> &'static str {
        match self {
            PolicyType::Identity => "IDENTITY_POLICY",
            PolicyType::Trust | PolicyType::Bucket => "RESOURCE_POLICY",
        }
    }

    /// Which resource's policy it is, where the grammar depends on that.
    fn resource_type(self) -> Option<&'static str> {
        match self {
            PolicyType::Identity => None,
            PolicyType::Trust => Some("AWS::IAM::AssumeRolePolicyDocument"),
            PolicyType::Bucket => Some("AWS::S3::Bucket"),
        }
    }
}

/// A sentence of AWS's without the full stop at its end, as all our messages are.
fn sentence(text: &str) -> String {
    text.trim().trim_end_matches('.').to_owned()
}

/// An answer that lacks what the service's model promises.
fn malformed(action: &str, what: &str) -> Fault {
    let message = format!("the answer has no {what}");
    let code = "MalformedAnswer";
    Fault::new(
        Class::Unexpected,
        Service::AccessAnalyzer,
        action,
        code,
        &message,
    )
}
