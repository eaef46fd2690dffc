//! How fast calls may leave, learnt from AWS's throttling: a state machine over explicit times. Off until the
//! first throttle, so that most runs never feel it; then a token bucket whose rate falls at every throttle and grows back
//! along a cubic curve, as in the AWS SDKs' adaptive mode. Sleeping is `client`'s.

use std::time::Duration;

/// The share of the measured rate that is left after a throttle.
const LEFT: f64 = 0.7;
/// How steeply the rate grows back.
const SCALE: f64 = 0.4;
/// The slowest rate, in calls per second.
const FLOOR: f64 = 0.5;
/// Calls are measured in buckets of this many seconds.
const BUCKET: f64 = 0.5;
/// The weight of the newest bucket.
const SMOOTHING: f64 = 0.8;

/// The limiter of one service. Times are durations from any fixed start and never go back.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    measured: Measured,
    bucket: Option<Bucket>,
}

/// How many calls were answered per second lately.
#[derive(Debug, Default)]
struct Measured {
    rate: f64,
    calls: f64,
    since: f64,
}

/// The token bucket. Its capacity is one second of calls, at least one.
#[derive(Debug)]
struct Bucket {
    rate: f64,
    /// Below zero when calls are already waiting for tokens to come.
    tokens: f64,
    filled_at: f64,
    rate_when_throttled: f64,
    throttled_at: f64,
}

impl Limiter {
    /// How long the next call has to wait. The call is taken as made then: ask once per call.
    pub(super) fn reserve(&mut self, now: Duration) -> Duration {
        let Some(bucket) = &mut self.bucket else {
            return Duration::ZERO;
        };
        bucket.fill(now.as_secs_f64());
        bucket.tokens -= 1.0;
        let missing = (-bucket.tokens).max(0.0);
        Duration::from_secs_f64(missing / bucket.rate)
    }

    /// AWS answered without throttling.
    pub(super) fn answered(&mut self, now: Duration) {
        let now = now.as_secs_f64();
        self.measured.count(now);
        if let Some(bucket) = &mut self.bucket {
            let grown = bucket.grown(now).min(self.measured.rate * 2.0);
            bucket.change(now, grown);
        }
    }

    /// AWS throttled a call.
    pub(super) fn throttled(&mut self, now: Duration) {
        let now = now.as_secs_f64();
        self.measured.count(now);
        let used = match &self.bucket {
            Some(bucket) => self.measured.rate.min(bucket.rate),
            None => self.measured.rate,
        };
        let bucket = self.bucket.get_or_insert(Bucket {
            rate: used,
            tokens: 0.0,
            filled_at: now,
            rate_when_throttled: used,
            throttled_at: now,
        });
        bucket.rate_when_throttled = used;
        bucket.throttled_at = now;
        bucket.change(now, used * LEFT);
    }
}

impl Measured {
    fn count(&mut self, now: f64) {
        self.calls += 1.0;
        let passed = now - self.since;
        if passed >= BUCKET {
            let current = self.calls / passed;
            self.rate = current * SMOOTHING + self.rate * (1.0 - SMOOTHING);
            self.calls = 0.0;
            self.since = now;
        }
    }
}

impl Bucket {
    fn fill(&mut self, now: f64) {
        let gained = (now - self.filled_at).max(0.0) * self.rate;
        self.tokens = (self.tokens + gained).min(self.rate.max(1.0));
        self.filled_at = now;
    }

    fn change(&mut self, now: f64, rate: f64) {
        self.fill(now);
        self.rate = rate.max(FLOOR);
    }

    /// Back at the old rate after a while that depends on how high it was, slow around it, faster beyond.
    fn grown(&self, now: f64) -> f64 {
        let way_back = (self.rate_when_throttled * (1.0 - LEFT) / SCALE).cbrt();
        let since = now - self.throttled_at;
        SCALE * (since - way_back).powi(3) + self.rate_when_throttled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Twenty calls a second for two seconds, then a throttle.
    fn throttled_at_two_seconds() -> Limiter {
        let mut limiter = Limiter::default();
        for call in 1..40 {
            limiter.answered(at(call * 50));
        }
        limiter.throttled(at(2000));
        limiter
    }

    fn rate(limiter: &Limiter) -> f64 {
        limiter.bucket.as_ref().expect("a throttle came").rate
    }

    #[test]
    fn nobody_waits_before_the_first_throttle() {
        let mut limiter = Limiter::default();
        for call in 0..1000 {
            assert_eq!(limiter.reserve(at(call)), Duration::ZERO);
            limiter.answered(at(call));
        }
    }

    #[test]
    fn a_throttle_slows_calls_to_seven_tenths_of_their_rate() {
        let mut limiter = throttled_at_two_seconds();
        let rate = rate(&limiter);
        assert!((13.0..15.0).contains(&rate), "{rate}");
        let waits: Vec<u128> = (0..3)
            .map(|_| limiter.reserve(at(2000)).as_millis())
            .collect();
        let apart = 1000.0 / rate;
        for (wait, number) in waits.iter().zip(1_u32..) {
            let expected = apart * f64::from(number);
            let difference = (f64::from(u32::try_from(*wait).unwrap()) - expected).abs();
            assert!(difference < 2.0, "{waits:?}");
        }
    }

    #[test]
    fn the_rate_grows_back_and_beyond_when_nothing_is_throttled() {
        let mut limiter = throttled_at_two_seconds();
        let low = rate(&limiter);
        for call in 41..400 {
            limiter.answered(at(call * 50));
        }
        assert!(rate(&limiter) > low * 1.3, "{}", rate(&limiter));
        assert!(rate(&limiter) <= 41.0, "{}", rate(&limiter));
    }

    #[test]
    fn throttle_after_throttle_ends_at_the_floor() {
        let mut limiter = throttled_at_two_seconds();
        for second in 3..60 {
            limiter.throttled(at(second * 1000));
        }
        assert!((0.5..1.1).contains(&rate(&limiter)), "{}", rate(&limiter));
        assert!(limiter.reserve(at(60_000)) <= Duration::from_secs(2));
    }

    #[test]
    fn the_very_first_call_may_be_throttled() {
        let mut limiter = Limiter::default();
        limiter.throttled(at(1));
        assert!((rate(&limiter) - FLOOR).abs() < f64::EPSILON);
        assert_eq!(limiter.reserve(at(1)), Duration::from_secs(2));
    }
}
