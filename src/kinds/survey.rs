//! What a kind is asked to read and what it gives back.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, Instance, Observed, Quotas, Setting};

/// How far a survey looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// The named resources and everything that the stack owns.
    Owned,
    /// The named resources only, by whichever way takes fewer calls.
    Named,
}

/// What to look for.
#[derive(Debug)]
pub struct Survey<'a> {
    /// Account, partition, region.
    pub setting: &'a Setting,
    /// The stack whose resources are ours.
    pub stack: &'a str,
    /// How far to look.
    pub breadth: Breadth,
    /// The declared resources of this kind, with their names in AWS.
    pub named: &'a BTreeMap<Address, String>,
    /// The account's limits and use.
    pub quotas: &'a Quotas,
    /// What kinds earlier in the registry have found.
    pub found: &'a BTreeMap<Address, Observed>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The resources.
    pub resources: BTreeMap<Address, Observed>,
    /// Every name in use; `None` when they were not all listed.
    pub names: Option<BTreeSet<String>>,
    /// The instances that use a resource.
    pub users: BTreeMap<Address, Vec<Instance>>,
    /// Why it could not be looked at which instances use the resources found.
    pub unseen_users: Option<String>,
    /// What could not be looked at, one sentence each.
    pub blind: Vec<String>,
}
