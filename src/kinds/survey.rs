//! What a kind is asked to read and what it gives back.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt, TryStreamExt};

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

impl Found {
    /// Resources, and nothing else to say.
    pub(super) fn of(resources: impl IntoIterator<Item = (Address, Observed)>) -> Self {
        Self {
            resources: resources.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Nothing, because the caller may not look: what is not seen.
    pub(super) fn denied(what: &str, fault: &Fault) -> Self {
        let mut found = Self::default();
        found.miss(what, fault);
        found
    }

    /// Adds what is not seen because a call was refused.
    pub(super) fn miss(&mut self, what: &str, fault: &Fault) {
        let sentence = format!("{what}: the caller may not call {}", fault.call);
        self.blind.push(sentence);
    }
}

/// How many resources are read at a time.
const AT_ONCE: usize = 8;

/// Reads several resources, some at a time; their order stays.
pub(super) async fn each<T, R>(reading: impl IntoIterator<Item = R>) -> Result<Vec<T>, Fault>
where
    R: Future<Output = Result<T, Fault>>,
{
    let reading = stream::iter(reading);
    reading.buffered(AT_ONCE).try_collect().await
}
