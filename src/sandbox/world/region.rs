//! EC2 in one region, and how it moves on with time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Association, AssociationState, Instance, InstanceState};

/// How long EC2 still lists a terminated instance (EC2 API reference, DescribeInstances: about an hour).
const LISTED_AFTER_TERMINATION: SignedDuration = SignedDuration::from_hours(1);

/// Instances and their associations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Region {
    /// Instances by id.
    pub instances: BTreeMap<String, Instance>,
    /// Associations by id.
    pub associations: BTreeMap<String, Association>,
    /// What can be launched with besides what every region has: ids of images, subnets and security groups, names of
    /// key pairs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub offers: BTreeSet<String>,
}

impl Region {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        let Self {
            instances,
            associations,
            offers,
        } = self;
        instances.is_empty() && associations.is_empty() && offers.is_empty()
    }

    /// An instance's associations, oldest state first: what is being taken back, then what is or will be in effect.
    pub fn associations_of<'a>(
        &'a self,
        instance: &'a str,
    ) -> impl Iterator<Item = &'a Association> {
        self.associations
            .values()
            .filter(move |association| association.instance == instance)
    }

    /// The association whose profile the instance reports: one that is in effect, and one being taken back until its
    /// successor is in effect (EC2 follows a change with a lag).
    pub fn reported<'a>(&'a self, instance: &'a str) -> Option<&'a Association> {
        let with = |state| {
            self.associations_of(instance)
                .find(move |association| association.state == state)
        };
        with(AssociationState::Disassociating).or_else(|| with(AssociationState::Associated))
    }

    /// Carries out every change whose time has come.
    pub fn advance(&mut self, now: Timestamp) {
        self.instances
            .values_mut()
            .for_each(|instance| advance(instance, now));
        self.instances.retain(|_, instance| {
            !(instance.state == InstanceState::Terminated && due(instance.changes_at, now))
        });
        let lives = |id: &str| {
            self.instances
                .get(id)
                .is_some_and(|instance| instance.state != InstanceState::Terminated)
        };
        self.associations.retain(|_, association| {
            let over = association.state == AssociationState::Disassociating
                && due(association.changes_at, now);
            !over && lives(&association.instance)
        });
        for association in self
            .associations
            .values_mut()
            .filter(|association| due(association.changes_at, now))
        {
            association.state = AssociationState::Associated;
            association.changes_at = None;
        }
    }
}

/// A terminated instance has one more change ahead: out of the listings.
fn advance(instance: &mut Instance, now: Timestamp) {
    let Some(since) = instance
        .changes_at
        .filter(|_| due(instance.changes_at, now))
    else {
        return;
    };
    let next = instance.state.next();
    if next == instance.state {
        return;
    }
    let terminated = next == InstanceState::Terminated;
    instance.changes_at = terminated.then(|| {
        since
            .saturating_add(LISTED_AFTER_TERMINATION)
            .unwrap_or(Timestamp::MAX)
    });
    instance.state = next;
}

fn due(time: Option<Timestamp>, now: Timestamp) -> bool {
    time.is_some_and(|time| time <= now)
}
