//! How long to wait before trying again: pure numbers, shared by reads (in `aws`) and writes (in `apply`).
//! Whether to try again at all is not decided here.

use std::time::Duration;

/// Exponential growth with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest possible first wait.
    pub first: Duration,
    /// No wait is ever longer than this.
    pub cap: Duration,
}

impl Backoff {
    /// For AWS's own trouble and for propagation: quick at first.
    pub const QUICK: Backoff = Backoff {
        first: Duration::from_millis(200),
        cap: Duration::from_secs(8),
    };
    /// For throttling: a second at first, as the AWS SDKs do.
    pub const THROTTLED: Backoff = Backoff {
        first: Duration::from_secs(1),
        cap: Duration::from_secs(20),
    };

    /// The wait before attempt number `attempt + 1`, when `attempt` attempts (1 or more) have failed.
    /// `chance` is a random number from 0 to 1, drawn by the caller. At least a quarter of the full
    /// delay is always waited, so that a run of small draws does not become a storm.
    pub fn delay(self, attempt: u32, chance: f64) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1_u32 << attempt.saturating_sub(1).min(16));
        doubled
            .min(self.cap)
            .mul_f64(0.25 + 0.75 * chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_cap() {
        let delays: Vec<u128> = (1..=8)
            .map(|attempt| Backoff::QUICK.delay(attempt, 1.0).as_millis())
            .collect();
        assert_eq!(delays, [200, 400, 800, 1600, 3200, 6400, 8000, 8000]);
        assert_eq!(Backoff::QUICK.delay(u32::MAX, 1.0), Backoff::QUICK.cap);
    }

    #[test]
    fn jitter_never_waits_for_nothing() {
        assert_eq!(Backoff::THROTTLED.delay(1, 0.0), Duration::from_millis(250));
    }
}
