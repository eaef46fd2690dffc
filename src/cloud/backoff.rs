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
    /// For failures of AWS itself and for propagation: quick at first.
    pub const QUICK: Backoff = Backoff {
        first: Duration::from_millis(200),
        cap: Duration::from_secs(8),
    };
    /// For throttling. The client's limiter makes all calls wait as long as is right; this only keeps a caller
    /// from turning in circles where there is none.
    pub const THROTTLED: Backoff = Backoff {
        first: Duration::from_millis(100),
        cap: Duration::from_millis(100),
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

/// How long one call has been throttled without a break: the budget of a call is for its own bad luck, and does not
/// shrink while others are served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Throttling {
    since: Option<Duration>,
    times: u32,
}

impl Throttling {
    /// A call that was throttled less often than this does not give up, however long its turns took to come.
    pub const LEAST: u32 = 8;

    /// It was throttled once more; `now` is on any clock that only goes forward.
    pub fn again(&mut self, now: Duration) {
        self.since.get_or_insert(now);
        self.times += 1;
    }

    /// How often.
    pub fn times(&self) -> u32 {
        self.times
    }

    /// Since the first time.
    pub fn lasts(&self, now: Duration) -> Duration {
        self.since
            .map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// Whether it was throttled often enough, and for longer than the budget.
    pub fn is_hopeless(&self, now: Duration, budget: Duration) -> bool {
        self.times >= Self::LEAST && self.lasts(now) >= budget
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
        assert_eq!(Backoff::THROTTLED.delay(1, 0.0), Duration::from_millis(25));
    }

    #[test]
    fn a_call_gives_up_on_throttling_after_its_own_budget_and_enough_tries() {
        let (second, budget) = (Duration::from_secs(1), Duration::from_mins(2));
        let mut patient = Throttling::default();
        for turn in 1..=7 {
            patient.again(second * turn * 60);
            assert!(!patient.is_hopeless(second * turn * 60, budget));
        }
        patient.again(second * 480);
        assert!(patient.is_hopeless(second * 480, budget));
        let mut often = Throttling::default();
        (0..100).for_each(|_| often.again(second));
        assert!(!often.is_hopeless(second * 120, budget));
        assert!(often.is_hopeless(second * 121, budget));
    }
}
