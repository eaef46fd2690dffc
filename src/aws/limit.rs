//! How fast calls may leave, learnt from AWS's throttling: a state machine over explicit times. Off until the
//! first throttle, so that a run that is never throttled is never slowed. Waiting in line is `gate`'s.
//!
//! AWS throttles by token buckets. A throttle says that the bucket is empty, so what was accepted between two of
//! them, divided by the time, is what the bucket refills: the more calls, the more exact. The cubic curve of the
//! SDKs' adaptive mode does not use this and is throttled for good. Here the rate rises from low until the next
//! throttle measures the refill, goes on just below what was measured, and rises ever more slowly the better that
//! is known. What is left in the bucket meanwhile is not lost: the rise uses it up.

use std::time::Duration;

/// The slowest rate, in calls per second.
const FLOOR: f64 = 0.5;
/// The first rate after the very first throttle, in calls per second.
const FIRST: f64 = 2.0;
/// How fast the rate rises while nothing is known, in calls per second and second: a bucket that refills 20 a
/// second is measured in 4 s.
const RISE: f64 = 10.0;
/// The share of the rate that one throttle leaves at least.
const LEFT: f64 = 0.5;
/// The share of a measured rate that is used at first.
const START: f64 = 0.98;
/// More accepted calls than this make a measurement no better: conditions change.
const BEST_PROOF: f64 = 50.0;
/// How much faster the rise becomes when a throttle is overdue.
const QUICKENS: f64 = 0.1;
/// A token, as far as sums of fractions reach it.
const WHOLE: f64 = 1.0 - 1e-6;
/// The most calls that leave at once after an idle time, in seconds of the rate. All buckets that AWS publishes hold more.
const BURST: f64 = 1.0;

/// The limiter of one service in one place. Times are durations from any fixed start and never go back.
#[derive(Debug, Default)]
pub(super) struct Limiter(Option<Pacer>);

/// What a call takes along from its departure to its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ticket {
    left_at: f64,
    /// Whether it would have left earlier without us.
    held: bool,
}

/// At work since the first throttle.
#[derive(Debug)]
struct Pacer {
    measured: Option<Measured>,
    /// Calls that were held back and then accepted since the rate last fell: what the rise counts. Calls that came
    /// slowly by themselves prove nothing about a higher rate.
    risen: f64,
    tokens: f64,
    filled_at: f64,
    /// Throttles of calls that left before say nothing new.
    fell_at: f64,
    /// When AWS's bucket was last seen empty, and how many calls it has given since.
    empty_at: f64,
    accepted: f64,
}

/// A rate between two throttles, and how many calls stand behind it.
#[derive(Debug, Clone, Copy)]
struct Measured {
    rate: f64,
    proof: f64,
}

impl Limiter {
    /// How long the next call has to wait; nothing when it may leave now. Ask again after the wait: the rate may
    /// have changed meanwhile.
    pub(super) fn wait(&mut self, now: Duration) -> Duration {
        self.0.as_mut().map_or(Duration::ZERO, |pacer| {
            pacer.fill(now.as_secs_f64());
            if pacer.tokens >= WHOLE {
                return Duration::ZERO;
            }
            let missing = (1.0 - pacer.tokens) / pacer.rate();
            Duration::from_secs_f64(missing)
        })
    }

    /// A call leaves.
    pub(super) fn leave(&mut self, now: Duration, held: bool) -> Ticket {
        if let Some(pacer) = &mut self.0 {
            pacer.fill(now.as_secs_f64());
            pacer.tokens -= 1.0;
        }
        let left_at = now.as_secs_f64();
        Ticket { left_at, held }
    }

    /// AWS took the call, whatever it said to it.
    pub(super) fn accepted(&mut self, now: Duration, ticket: Ticket) {
        if let Some(pacer) = &mut self.0 {
            pacer.fill(now.as_secs_f64());
            pacer.accepted += 1.0;
            pacer.risen += if ticket.held { 1.0 } else { 0.0 };
        }
    }

    /// AWS throttled the call.
    pub(super) fn throttled(&mut self, now: Duration, ticket: Ticket) {
        let now = now.as_secs_f64();
        match &mut self.0 {
            None => self.0 = Some(Pacer::start(now)),
            Some(pacer) => pacer.throttled(now, ticket),
        }
    }

    /// Calls per second, once AWS has asked for fewer.
    pub(super) fn rate(&self) -> Option<f64> {
        self.0.as_ref().map(Pacer::rate)
    }
}

impl Pacer {
    fn start(now: f64) -> Self {
        Self {
            measured: None,
            risen: 0.0,
            tokens: 0.0,
            filled_at: now,
            fell_at: now,
            empty_at: now,
            accepted: 0.0,
        }
    }

    fn throttled(&mut self, now: f64, ticket: Ticket) {
        if ticket.left_at >= self.fell_at {
            self.fill(now);
            self.measured = Some(self.measure(now));
            (self.risen, self.tokens, self.fell_at) = (0.0, 0.0, now);
        }
        (self.empty_at, self.accepted) = (now, 0.0);
    }

    /// One call may have been in the bucket already. A count that is low because few calls were to be made does not
    /// slow us below half.
    fn measure(&self, now: f64) -> Measured {
        let passed = (now - self.empty_at).max(f64::EPSILON);
        let proven = (self.accepted - 1.0).max(0.0) / passed;
        let rate = self.rate();
        Measured {
            rate: proven.clamp(rate * LEFT, rate).max(FLOOR),
            proof: self.accepted.clamp(2.0, BEST_PROOF),
        }
    }

    fn rate(&self) -> f64 {
        let rate = match self.measured {
            None => (FIRST * FIRST + 2.0 * RISE * self.risen).sqrt(),
            Some(measured) => measured.risen(self.risen),
        };
        rate.max(FLOOR)
    }

    fn fill(&mut self, now: f64) {
        let rate = self.rate();
        let gained = (now - self.filled_at).max(0.0) * rate;
        self.tokens = (self.tokens + gained).min((rate * BURST).max(1.0));
        self.filled_at = now;
    }
}

impl Measured {
    /// The rate after so many calls without a throttle. The measurement may be off by one call in `proof`; the rise
    /// makes up for that in about three times as many calls, which then are the next measurement. When that does
    /// not come the bucket refills faster than before, and the rise quickens.
    fn risen(self, calls: f64) -> f64 {
        let Self { rate, proof } = self;
        let due = 3.0 * proof;
        let slope = (1.0 / proof + 0.04) / due;
        let overdue = (calls - due).max(0.0) / proof;
        rate * (START + slope * calls + QUICKENS * overdue * overdue)
    }
}

#[cfg(test)]
mod tests;
