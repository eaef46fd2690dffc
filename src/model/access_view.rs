//! What a resource says about access, whatever its kind: the policies, limits and links that decide who may do what. It
//! is read from fields by `kinds`; what it allows, and what a difference of two means, is decided in `access` and `findings`.

use std::collections::BTreeMap;

use super::FieldPath;
use crate::policy::{Document, PolicyPurpose};

/// Everything about a resource that decides over access. Empty for a resource that does not exist.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccessView<'a> {
    /// Its policies, in the order of their fields.
    pub policies: Vec<PolicyView<'a>>,
    /// The managed policies attached to it: ARN, and the field that says so.
    pub managed: BTreeMap<&'a str, &'a FieldPath>,
    /// The ARN of its permissions boundary, and the field that says so.
    pub boundary: Option<(&'a str, &'a FieldPath)>,
    /// How many seconds a session may last.
    pub session: Option<u64>,
    /// The name of the role or profile whose access it gives to instances.
    pub holder: Option<&'a str>,
}

/// A policy of a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolicyView<'a> {
    /// The field that holds it.
    pub path: &'a FieldPath,
    /// What it is for.
    pub purpose: PolicyPurpose,
    /// The policy.
    pub document: &'a Document,
}

impl<'a> AccessView<'a> {
    /// The policies for a purpose.
    pub fn policies(&self, purpose: PolicyPurpose) -> impl Iterator<Item = PolicyView<'a>> + '_ {
        let policies = self.policies.iter().copied();
        policies.filter(move |policy| policy.purpose == purpose)
    }

    /// The documents that are for a purpose.
    pub fn documents(&self, purpose: PolicyPurpose) -> Vec<&'a Document> {
        self.policies(purpose).map(|one| one.document).collect()
    }

    /// Who may assume it: only a role has this policy.
    pub fn trust(&self) -> Option<PolicyView<'a>> {
        self.policies(PolicyPurpose::Trust).next()
    }
}
