//! Time and chance as parameters, so that a test can hold both.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::time::Instant;

/// What the applier needs of the world besides AWS.
pub trait Clock: Send + Sync {
    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;
    /// The time of day, for the journal.
    fn timestamp(&self) -> jiff::Timestamp;
    /// Ends after a while.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// A random number from 0 to 1, for jitter.
    fn chance(&self) -> f64;
}

/// Real time and real chance. Under tokio's paused clock every sleep is instant.
#[derive(Debug)]
pub struct TokioClock {
    start: Instant,
    random: RandomState,
}

impl TokioClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            random: RandomState::new(),
        }
    }
}

impl Clock for TokioClock {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn timestamp(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(duration).boxed()
    }

    /// Jitter only has to differ between processes and between moments: the randomly keyed hash that the
    /// standard library already offers does that without another dependency.
    fn chance(&self) -> f64 {
        let mut hasher = self.random.build_hasher();
        hasher.write_u128(self.start.elapsed().as_nanos());
        let [a, b, c, d, ..] = hasher.finish().to_be_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sleeping_moves_the_clock_and_chance_stays_in_its_range() {
        let clock = TokioClock::start();
        let mut draws = std::collections::BTreeSet::new();
        for _ in 0..100 {
            clock.sleep(Duration::from_secs(1)).await;
            let chance = clock.chance();
            assert!((0.0..=1.0).contains(&chance), "{chance}");
            draws.insert(chance.to_bits());
        }
        assert_eq!(clock.elapsed(), Duration::from_secs(100));
        assert!(draws.len() > 90, "only {} different draws", draws.len());
    }
}
