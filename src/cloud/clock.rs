//! Time and chance as parameters, so that a test can hold both. The system's clock is `aws`'s: nothing here reads one.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// Where time and chance come from.
pub trait Clock: Send + Sync {
    /// Time since some fixed start; never goes back.
    fn elapsed(&self) -> Duration;
    /// The time of day, for signatures and the journal.
    fn timestamp(&self) -> Timestamp;
    /// Ends after a while.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// A random number from 0 to 1, for jitter; no good for secrets.
    fn chance(&self) -> f64;
}
