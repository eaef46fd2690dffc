//! What the world looked like a moment ago. Whoever lags behind sees that, not the present.
//!
//! Kept in memory only: a process that ends takes the lag with it. A write is kept with the draw of its delay, not with
//! the delay, so that the weather of the moment of looking decides what is seen.

mod ec2;
mod iam;

pub(crate) use ec2::Ec2Past;
pub(crate) use iam::{Before, IamPast};

use jiff::{SignedDuration, Timestamp};

/// Whether a write of that moment is still unseen by those who see it so much later.
fn unseen(at: Timestamp, delay: SignedDuration, now: Timestamp) -> bool {
    at.saturating_add(delay).is_ok_and(|visible| visible > now)
}
