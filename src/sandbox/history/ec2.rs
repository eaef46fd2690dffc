//! EC2's replica history, region by region: what lagging replicas of its Describe calls still see.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::unseen;
use crate::sandbox::weather::{Delay, Draw};
use crate::sandbox::world::Region;

/// Regions before each write that a replica may not have received yet, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Ec2ReplicaHistory(BTreeMap<String, Vec<Write>>);

#[derive(Debug)]
struct Write {
    at: Timestamp,
    draw: Draw,
    before: Region,
}

impl Ec2ReplicaHistory {
    /// Notes a write that has just happened. The latest one is kept however old, for the script.
    pub(crate) fn record(
        &mut self,
        place: &str,
        at: Timestamp,
        draw: Draw,
        before: Region,
        delay: Delay,
    ) {
        let writes = self.0.entry(place.to_owned()).or_default();
        writes.retain(|write| unseen(write.at, delay.drawn(write.draw), at));
        writes.push(Write { at, draw, before });
    }

    /// The region as a replica sees it that has not seen any write younger than the delay, nor any after such a one.
    pub(crate) fn as_of(&self, place: &str, delay: Delay, now: Timestamp) -> Option<Region> {
        let mut writes = self.0.get(place)?.iter();
        let first = writes.find(|write| unseen(write.at, delay.drawn(write.draw), now))?;
        Some(advanced(&first.before, now))
    }

    /// The region without its latest write.
    pub(crate) fn before_latest(&self, place: &str, now: Timestamp) -> Option<Region> {
        let latest = self.0.get(place)?.last()?;
        Some(advanced(&latest.before, now))
    }
}

/// Writes arrive late at a replica; its clock is right.
fn advanced(region: &Region, now: Timestamp) -> Region {
    let mut region = region.clone();
    region.advance(now);
    region
}
