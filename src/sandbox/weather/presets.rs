//! The weathers that have a name. `examples/weather` holds the same as files, with comments.

use jiff::SignedDuration;

use super::{Delay, Propagation, Rate, Throttle, Weather};

const fn seconds(seconds: i64) -> Delay {
    Delay::fixed(SignedDuration::from_secs(seconds))
}

const fn milliseconds(least: i64, most: i64) -> Delay {
    Delay::between(
        SignedDuration::from_millis(least),
        SignedDuration::from_millis(most),
    )
}

impl Default for Weather {
    /// IAM takes 2 s to propagate, associations 1 s, instances 2 s; nothing fails.
    fn default() -> Weather {
        Weather {
            propagation_delay: seconds(2),
            association_delay: seconds(1),
            instance_delay: seconds(2),
            ..Weather::calm()
        }
    }
}

impl Weather {
    /// The weather of this name: `calm`, `default`, `typical` or `storm`. The last two have a seed of their own.
    pub fn named(name: &str) -> Option<Weather> {
        match name {
            "calm" => Some(Weather::calm()),
            "default" => Some(Weather::default()),
            "typical" => Some(Weather::typical(1)),
            "storm" => Some(Weather::storm(1)),
            _ => None,
        }
    }

    /// Everything is instant and nothing fails.
    pub fn calm() -> Weather {
        Weather {
            seed: 0,
            propagation_delay: Delay::ZERO,
            propagation: Propagation::default(),
            ec2_delay: Delay::ZERO,
            latency: Delay::ZERO,
            association_delay: Delay::ZERO,
            instance_delay: Delay::ZERO,
            throttle: Throttle::default(),
            server_errors: 0.0,
            dropped_before: 0.0,
            lost_responses: 0.0,
            stale_reads: 0.0,
            concurrent_modifications: 0.0,
            delete_conflicts: 0.0,
            unresolved_arns: 0.0,
            insufficient_capacity: 0.0,
            short_pages: 0.0,
            clock_skew: SignedDuration::ZERO,
            credential_lifetime: None,
            denied: Vec::new(),
            enforce_policies: false,
            script: Vec::new(),
        }
    }

    /// An ordinary day at AWS, only that IAM propagates in 2 s to 6 s where AWS takes about 10 s: changes arrive late and
    /// one after the other, now and then a call fails by itself, and EC2's published buckets are in force.
    pub fn typical(seed: u64) -> Weather {
        Weather {
            seed,
            propagation_delay: milliseconds(500, 2_000),
            propagation: Propagation {
                iam_to_ec2: Some(milliseconds(2_000, 6_000)),
                iam_to_iam: None,
            },
            ec2_delay: milliseconds(200, 1_500),
            latency: milliseconds(20, 80),
            association_delay: milliseconds(1_000, 3_000),
            instance_delay: milliseconds(2_000, 5_000),
            throttle: Throttle {
                published: true,
                ..Throttle::default()
            },
            server_errors: 0.002,
            lost_responses: 0.001,
            stale_reads: 0.05,
            concurrent_modifications: 0.005,
            delete_conflicts: 0.05,
            unresolved_arns: 0.02,
            ..Weather::calm()
        }
    }

    /// A bad day: slow propagation, throttling, and every kind of passing failure, often enough to meet them all.
    pub fn storm(seed: u64) -> Weather {
        let rate = Some(Rate::each(20.0, 10.0));
        Weather {
            seed,
            propagation_delay: milliseconds(1_000, 8_000),
            ec2_delay: milliseconds(500, 4_000),
            latency: milliseconds(20, 200),
            association_delay: milliseconds(1_000, 4_000),
            instance_delay: milliseconds(2_000, 5_000),
            throttle: Throttle {
                iam: rate,
                ec2: rate,
                ..Throttle::default()
            },
            server_errors: 0.05,
            dropped_before: 0.02,
            lost_responses: 0.05,
            stale_reads: 0.2,
            concurrent_modifications: 0.05,
            delete_conflicts: 0.2,
            unresolved_arns: 0.1,
            short_pages: 0.2,
            ..Weather::calm()
        }
    }
}
