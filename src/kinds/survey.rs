//! What a kind is asked to read and what it gives back.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;

use crate::cloud::Fault;
use crate::model::{Address, AwsScope, Instance, Observed, Quotas, Resource};

/// What is found, once AWS has answered.
pub type Reading<'a> = BoxFuture<'a, Result<Found, Fault>>;

/// How far a survey looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyScope {
    /// The named resources and everything that the stack owns.
    Owned,
    /// The named resources, and which instances use them.
    Touched,
    /// The named resources only, by whichever way takes fewer calls.
    Named,
}

/// What to look for.
#[derive(Debug)]
pub struct Survey<'a> {
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// The stack whose resources are ours.
    pub stack: &'a str,
    /// How far to look.
    pub breadth: SurveyScope,
    /// The declared resources of this kind. One that selects instances stands for those it selects.
    pub named: &'a BTreeMap<Address, &'a Resource>,
    /// The regions in which to look for what is regional.
    pub regions: &'a BTreeSet<String>,
    /// The account's limits and use.
    pub quotas: &'a Quotas,
    /// What kinds earlier in the registry have found.
    pub found: &'a BTreeMap<Address, Observed>,
}

impl Survey<'_> {
    /// The names in AWS of what is declared.
    pub fn live_names(&self) -> impl Iterator<Item = &str> {
        self.named
            .values()
            .map(|resource| resource.live_name.as_str())
    }

    /// A region as calls and resources carry it: `None` for the run's own.
    pub fn other_region<'r>(&self, region: &'r str) -> Option<&'r str> {
        Some(region).filter(|region| *region != self.setting.region)
    }
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
    /// The ids of the instances that selectors found, sorted, by the address of the resource that selects.
    pub selected: BTreeMap<Address, Vec<String>>,
    /// Why it could not be looked at which instances use the resources found.
    pub unseen_users: Option<String>,
    /// What could not be looked at, one sentence each.
    pub blind: Vec<String>,
}
