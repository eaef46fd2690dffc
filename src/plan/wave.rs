//! How a plan goes over many instances: which of them change together, and in which order. Running waves is
//! `apply`'s.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Action;
use super::decide::Decisions;
use crate::model::{Address, Resource, Rollout, Value};

/// A rollout of the plan: the resources of one document in the waves in which they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waves {
    /// The document.
    pub address: Address,
    /// How many at a time, how long between, how many failures are too many.
    pub rollout: Rollout,
    /// Its resources that change, wave by wave.
    pub waves: Vec<Vec<Address>>,
}

/// The wave that a step belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wave {
    /// The document whose resources are rolled out.
    pub rollout: Address,
    /// Its number, counted from 1. It begins when every step of the wave before has ended.
    pub number: usize,
    /// How many waves there are.
    pub of: usize,
    /// How long to wait after the wave before, in seconds.
    pub pause: u64,
    /// After so many resources have failed it does not begin at all.
    pub abort_on_failures: usize,
}

/// The rollouts of a plan, in the order of their documents.
pub(super) fn waves(decisions: &Decisions) -> Vec<Waves> {
    let mut groups: BTreeMap<Address, (&Rollout, Vec<Address>)> = BTreeMap::new();
    let changes = decisions.changes.iter();
    for change in changes.filter(|change| change.action != Action::Keep) {
        let address = &change.address;
        let resource = decisions.resolved.get(address);
        let in_waves = resource.filter(|resource| {
            !decisions.carried.contains(address) && !waits_for_all(resource, decisions)
        });
        if let Some(rollout) = in_waves.and_then(|resource| resource.rollout.as_ref()) {
            let group = groups.entry(document(address));
            let (_, members) = group.or_insert((rollout, Vec::new()));
            members.push(address.clone());
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|(address, (rollout, mut members))| {
            members.sort_unstable();
            let waves = members.chunks(rollout.max_in_flight.max(1));
            Waves {
                address,
                rollout: rollout.clone(),
                waves: waves.map(<[Address]>::to_vec).collect(),
            }
        })
        .collect()
}

/// Whether a resource uses something that is made anew under its name. That can only happen when the last user has
/// let go of it, those of later waves among them: they all go and come back at once, which is the shortest gap.
fn waits_for_all(resource: &Resource, decisions: &Decisions) -> bool {
    let is_replaced = |target: &Address| {
        let mut changes = decisions.changes.iter();
        changes.any(|change| change.address == *target && change.action == Action::Replace)
    };
    let mut links = resource.attributes.values();
    decisions.relinked.contains(&resource.address)
        && links.any(|value| {
            let Value::Link(link) = value else {
                return false;
            };
            link.target.as_ref().is_some_and(is_replaced)
        })
}

/// The wave of each resource that has one.
pub(super) fn by_resource(rollouts: &[Waves]) -> BTreeMap<&Address, Wave> {
    let mut by_resource = BTreeMap::new();
    for one in rollouts {
        let Waves {
            address: rollout,
            rollout:
                Rollout {
                    max_in_flight: _,
                    pause_between: pause,
                    abort_on_failures,
                },
            waves,
        } = one;
        for (index, members) in waves.iter().enumerate() {
            let wave = Wave {
                rollout: rollout.clone(),
                number: index + 1,
                of: waves.len(),
                pause: *pause,
                abort_on_failures: *abort_on_failures,
            };
            by_resource.extend(members.iter().map(|member| (member, wave.clone())));
        }
    }
    by_resource
}

fn document(address: &Address) -> Address {
    Address::new(address.kind, &address.name)
}
