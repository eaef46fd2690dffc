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
use crate::policy::PolicyPurpose;

pub use compare::{Comparison, Reason, compare};
pub use finding::{Finding, Impact, validate};
pub use generated::{Generated, Placeholder};
pub use generation::{Generation, Jobs, State, Trail, TrailRegions, state};

/// What Access Analyzer calls the type of a policy.
fn policy_type(purpose: PolicyPurpose) -> &'static str {
    match purpose {
        PolicyPurpose::Identity => "IDENTITY_POLICY",
        // To Access Analyzer a role is a resource, and who may assume it is that resource's policy.
        PolicyPurpose::Trust | PolicyPurpose::Resource => "RESOURCE_POLICY",
    }
}

/// Which resource's policy it is, where the grammar depends on that.
fn resource_type(purpose: PolicyPurpose) -> Option<&'static str> {
    match purpose {
        PolicyPurpose::Identity => None,
        PolicyPurpose::Trust => Some("AWS::IAM::AssumeRolePolicyDocument"),
        PolicyPurpose::Resource => Some("AWS::S3::Bucket"),
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
