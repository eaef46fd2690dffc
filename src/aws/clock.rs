//! Time and chance as things to be handed in, so that tests neither wait nor gamble.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;

/// Where time comes from.
pub trait Clock: Send + Sync {
    /// The time of day, for signatures.
    fn now(&self) -> SystemTime;
    /// Time that only goes forward, from any fixed start.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The machine's own clock, waiting on tokio.
#[derive(Debug)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Random numbers for jitter: good enough to keep clients from marching in step, no good for secrets.
#[derive(Debug)]
pub struct Chance(AtomicU64);

impl Chance {
    /// The same seed gives the same numbers.
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A seed that differs from process to process.
    pub fn from_clock(clock: &dyn Clock) -> Self {
        let since = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanoseconds = since.as_secs().rotate_left(32) ^ u64::from(since.subsec_nanos());
        Self::seeded(nanoseconds ^ u64::from(std::process::id()).rotate_left(48))
    }

    /// The next number, from 0 up to but not including 1. The generator is SplitMix64.
    pub fn draw(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let top = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX);
        f64::from(top) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_even_and_repeatable() {
        let draws = |seed| -> Vec<f64> {
            let chance = Chance::seeded(seed);
            (0..1000).map(|_| chance.draw()).collect()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let small = draws(7).iter().filter(|draw| **draw < 0.5).count();
        assert!((400..600).contains(&small), "{small}");
        assert!(draws(7).iter().all(|draw| (0.0..1.0).contains(draw)));
    }
}
