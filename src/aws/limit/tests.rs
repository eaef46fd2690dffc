//! The limiter against buckets of many sizes, and what holds whatever happens to it.

use proptest::prelude::*;

use super::*;

fn at(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A token bucket as AWS keeps them.
struct Server {
    capacity: f64,
    refill: f64,
    tokens: f64,
    filled_at: f64,
}

impl Server {
    fn new(capacity: f64, refill: f64) -> Self {
        Self {
            capacity,
            refill,
            tokens: capacity,
            filled_at: 0.0,
        }
    }

    fn admits(&mut self, now: f64) -> bool {
        let gained = (now - self.filled_at) * self.refill;
        self.tokens = (self.tokens + gained).min(self.capacity);
        self.filled_at = now;
        let admits = self.tokens >= 1.0;
        self.tokens -= if admits { 1.0 } else { 0.0 };
        admits
    }
}

/// One caller that always has a call to make, answered after 5 ms; how long so many calls took and how many were throttled.
fn calls(limiter: &mut Limiter, server: &mut Server, count: u32) -> (f64, u32) {
    let (mut now, mut throttles, mut accepted) = (server.filled_at, 0, 0);
    let began = now;
    while accepted < count {
        let wait = limiter.wait(at(now)).as_secs_f64();
        now += wait;
        let ticket = limiter.leave(at(now), wait > 0.0);
        let admitted = server.admits(now);
        now += 0.005;
        if admitted {
            limiter.accepted(at(now), ticket);
            accepted += 1;
        } else {
            limiter.throttled(at(now), ticket);
            throttles += 1;
        }
    }
    (now - began, throttles)
}

#[test]
fn nobody_waits_before_the_first_throttle() {
    let mut limiter = Limiter::default();
    for call in 0..1000 {
        let now = Duration::from_millis(call);
        assert_eq!(limiter.wait(now), Duration::ZERO);
        let ticket = limiter.leave(now, false);
        limiter.accepted(now, ticket);
    }
    assert_eq!(limiter.rate(), None);
}

#[test]
fn the_refill_of_any_bucket_is_found_and_used() {
    for (capacity, refill) in [
        (5.0, 5.0),
        (20.0, 20.0),
        (50.0, 10.0),
        (100.0, 5.0),
        (100.0, 50.0),
    ] {
        let (mut limiter, mut server) = (Limiter::default(), Server::new(capacity, refill));
        let (took, throttles) = calls(&mut limiter, &mut server, 1000);
        let bound = (1000.0 - capacity) / refill;
        let told = format!("{capacity}/{refill}: {took} s for {bound} s, {throttles} throttled");
        assert!(took < bound * 1.1, "{told}");
        assert!(throttles <= 20, "{told}");
        let rate = limiter.rate().expect("it was throttled");
        assert!((0.9..1.15).contains(&(rate / refill)), "{told}, {rate}/s");
    }
}

#[test]
fn a_refill_that_changes_is_followed_both_ways() {
    let (mut limiter, mut server) = (Limiter::default(), Server::new(20.0, 20.0));
    calls(&mut limiter, &mut server, 500);
    server.refill = 5.0;
    let (_, throttles) = calls(&mut limiter, &mut server, 300);
    let slow = limiter.rate().expect("it was throttled");
    assert!((4.5..5.6).contains(&slow), "{slow}/s");
    assert!(throttles <= 8, "{throttles} throttled on the way down");
    server.refill = 20.0;
    let (took, _) = calls(&mut limiter, &mut server, 1000);
    assert!(took < 2.0 * 50.0, "{took} s on the way up");
}

#[test]
fn throttles_of_calls_that_were_under_way_slow_down_once() {
    let mut limiter = Limiter::default();
    let tickets: Vec<Ticket> = (0..8).map(|_| limiter.leave(at(1.0), false)).collect();
    for ticket in tickets {
        limiter.throttled(at(1.03), ticket);
    }
    assert_eq!(limiter.rate(), Some(FIRST));
    assert_eq!(limiter.wait(at(1.03)), at(0.5));
}

#[test]
fn throttle_after_throttle_ends_at_the_floor() {
    let mut limiter = Limiter::default();
    for second in 0..60 {
        let now = at(f64::from(second));
        let ticket = limiter.leave(now, true);
        limiter.throttled(now, ticket);
    }
    assert_eq!(limiter.rate(), Some(FLOOR));
    assert_eq!(limiter.wait(at(59.0)), at(2.0));
}

#[test]
fn an_idle_time_neither_raises_the_rate_nor_saves_up_more_than_a_second() {
    let (mut limiter, mut server) = (Limiter::default(), Server::new(20.0, 20.0));
    calls(&mut limiter, &mut server, 500);
    let (rate, mut now) = (limiter.rate().unwrap(), server.filled_at);
    for _ in 0..600 {
        now += 1.0;
        let ticket = limiter.leave(at(now), false);
        limiter.accepted(at(now), ticket);
    }
    assert_eq!(limiter.rate(), Some(rate));
    let mut burst = 0;
    while limiter.wait(at(now + 60.0)).is_zero() {
        limiter.leave(at(now + 60.0), false);
        burst += 1;
    }
    assert!(f64::from(burst) <= rate * BURST, "{burst} at {rate}/s");
}

/// What may happen to a limiter: time passes, then a call leaves and is accepted or throttled.
fn happenings() -> impl Strategy<Value = Vec<(u64, bool)>> {
    prop::collection::vec((0..3000_u64, any::<bool>()), 1..200)
}

proptest! {
    #[test]
    fn whatever_happens_the_limiter_stays_within_its_bounds(happenings in happenings()) {
        let mut limiter = Limiter::default();
        let mut now = Duration::ZERO;
        let mut throttled = false;
        for (pause, accepted) in happenings {
            now += Duration::from_millis(pause);
            let wait = limiter.wait(now);
            prop_assert!(wait <= at(1.0 / FLOOR + 0.001), "{wait:?}");
            prop_assert!(throttled || wait.is_zero());
            // Whoever waits as long as told may leave.
            now += wait;
            prop_assert_eq!(limiter.wait(now), Duration::ZERO);
            let before = limiter.rate();
            let ticket = limiter.leave(now, !wait.is_zero());
            if accepted {
                limiter.accepted(now, ticket);
                prop_assert!(limiter.rate() >= before, "an accepted call slows nobody");
            } else {
                limiter.throttled(now, ticket);
                throttled = true;
                let after = limiter.rate().expect("it is on");
                prop_assert!(after >= FLOOR);
                prop_assert!(before.is_none_or(|before| after <= before), "{before:?} to {after}");
                prop_assert!(before.is_none_or(|before| after >= before * LEFT * START));
            }
        }
    }

    #[test]
    fn no_more_calls_leave_than_the_rate_allows(refill in 1.0..60.0_f64, capacity in 1.0..100.0_f64) {
        let (mut limiter, mut server) = (Limiter::default(), Server::new(capacity, refill));
        let (took, throttles) = calls(&mut limiter, &mut server, 400);
        // The bucket lets no more through, and what it refuses is few.
        prop_assert!(took >= (399.0 - capacity) / refill - 0.1, "{took} s");
        prop_assert!(throttles <= 40, "{throttles} throttled");
        prop_assert!(took <= ((400.0 - capacity).max(0.0) / refill) * 1.6 + 6.0, "{took} s");
    }
}
