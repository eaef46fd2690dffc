//! The system's clock, waiting on tokio.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::cloud::Clock;

/// Real time and real chance. Under tokio's paused clock every sleep is instant.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    random: RandomState,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            random: RandomState::new(),
        }
    }
}

impl Clock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    /// Jitter only has to differ between processes and from call to call: the randomly keyed hash that the standard
    /// library already offers does that without another dependency.
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
        let clock = SystemClock::start();
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
