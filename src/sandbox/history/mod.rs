//! The state before recent writes: what a replica that lags behind still answers.
//!
//! Kept in memory only: a process that ends takes the lag with it. A write is kept with the draw of its delay, not with
//! the delay, so that the weather at the time of the read decides what is seen.

mod ec2;
mod iam;

pub(crate) use ec2::Ec2ReplicaHistory;
pub(crate) use iam::{Before, IamReplicaHistory};

use jiff::{SignedDuration, Timestamp};

/// Whether a write at that time is not visible yet on a replica that receives it after `delay`.
fn unseen(at: Timestamp, delay: SignedDuration, now: Timestamp) -> bool {
    at.saturating_add(delay).is_ok_and(|visible| visible > now)
}
