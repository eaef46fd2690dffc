//! What goes wrong and how often, as data. `sky` draws from it.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// How the sandbox behaves beyond doing what it is asked. Durations are texts such as `2s` or `30ms`; probabilities are
/// from 0 to 1. Equal weather and an equal sequence of calls give equal answers. What is left out is as in the default:
///
/// ```yaml
/// seed: 7
/// propagationDelay: 2s
/// latency: 30ms
/// associationDelay: 1s
/// instanceDelay: 2s
/// throttle: {iam: {capacity: 20, refillPerSecond: 10}, ec2: {capacity: 50, refillPerSecond: 5}}
/// serverErrors: 0.05
/// lostResponses: 0.05
/// staleReads: 0.2
/// concurrentModifications: 0.05
/// shortPages: 0.2
/// denied: ['iam:PutRolePolicy', 'ec2:*']
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Weather {
    /// Seeds every draw.
    pub seed: u64,
    /// How long it takes until EC2, the check of principals in trust policies, and lagging replicas see an IAM write.
    #[serde(serialize_with = "jiff::fmt::serde::duration::friendly::compact::required")]
    pub propagation_delay: SignedDuration,
    /// How long every answer takes.
    #[serde(serialize_with = "jiff::fmt::serde::duration::friendly::compact::required")]
    pub latency: SignedDuration,
    /// How long associating and disassociating an instance profile last.
    #[serde(serialize_with = "jiff::fmt::serde::duration::friendly::compact::required")]
    pub association_delay: SignedDuration,
    /// How long an instance is pending, stopping, or shutting down.
    #[serde(serialize_with = "jiff::fmt::serde::duration::friendly::compact::required")]
    pub instance_delay: SignedDuration,
    /// Token buckets. A service without one is never throttled.
    #[serde(skip_serializing_if = "Throttle::is_off")]
    pub throttle: Throttle,
    /// Probability that a call fails with 500 or 503 before it has any effect.
    pub server_errors: f64,
    /// Probability that a call takes effect and its answer is lost: the connection is closed.
    pub lost_responses: f64,
    /// Probability that an IAM call within the propagation delay after a write is served by a replica that lags behind:
    /// reads show old data, writes fail with `NoSuchEntity` or `DeleteConflict` if the replica would.
    pub stale_reads: f64,
    /// Probability that an IAM write fails with `ConcurrentModification` before it has any effect.
    pub concurrent_modifications: f64,
    /// Probability that a page of an IAM list ends early although more follows.
    pub short_pages: f64,
    /// Actions that the caller's policies do not allow, as `iam:PutRolePolicy`, or `iam:*` for a whole service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
}

/// Token buckets by service. Each action of a service has its own bucket of this size, as at AWS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Throttle {
    /// IAM: error `Throttling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam: Option<Rate>,
    /// STS: error `Throttling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts: Option<Rate>,
    /// EC2, per region: error `RequestLimitExceeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2: Option<Rate>,
}

impl Throttle {
    fn is_off(&self) -> bool {
        *self == Throttle::default()
    }
}

/// A token bucket; every call takes one token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rate {
    /// Tokens in a full bucket, at least 1.
    pub capacity: f64,
    /// Tokens that come back in a second.
    pub refill_per_second: f64,
}

impl Default for Weather {
    /// IAM takes 2 s to propagate, associations 1 s, instances 2 s; nothing fails.
    fn default() -> Weather {
        Weather {
            propagation_delay: SignedDuration::from_secs(2),
            association_delay: SignedDuration::from_secs(1),
            instance_delay: SignedDuration::from_secs(2),
            ..Weather::calm()
        }
    }
}

impl Weather {
    /// Everything is instant and nothing fails.
    pub fn calm() -> Weather {
        Weather {
            seed: 0,
            propagation_delay: SignedDuration::ZERO,
            latency: SignedDuration::ZERO,
            association_delay: SignedDuration::ZERO,
            instance_delay: SignedDuration::ZERO,
            throttle: Throttle::default(),
            server_errors: 0.0,
            lost_responses: 0.0,
            stale_reads: 0.0,
            concurrent_modifications: 0.0,
            short_pages: 0.0,
            denied: Vec::new(),
        }
    }

    /// A bad day: slow propagation, throttling, and every kind of transient failure, often enough to meet them all.
    pub fn storm(seed: u64) -> Weather {
        let rate = Some(Rate {
            capacity: 20.0,
            refill_per_second: 10.0,
        });
        Weather {
            seed,
            propagation_delay: SignedDuration::from_secs(4),
            latency: SignedDuration::from_millis(20),
            association_delay: SignedDuration::from_secs(2),
            instance_delay: SignedDuration::from_secs(3),
            throttle: Throttle {
                iam: rate,
                sts: None,
                ec2: rate,
            },
            server_errors: 0.05,
            lost_responses: 0.05,
            stale_reads: 0.2,
            concurrent_modifications: 0.05,
            short_pages: 0.2,
            denied: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Weather};
    use jiff::SignedDuration;

    #[test]
    fn a_file_names_what_differs_from_the_default() {
        let text = "seed: 7\npropagationDelay: 500ms\nthrottle: {iam: {capacity: 2, refillPerSecond: 1}}\ndenied: ['iam:*']\n";
        let weather: Weather = serde_yaml::from_str(text).unwrap();
        assert_eq!(weather.propagation_delay, SignedDuration::from_millis(500));
        assert_eq!(weather.association_delay, SignedDuration::from_secs(1));
        assert_eq!(
            weather.throttle.iam,
            Some(Rate {
                capacity: 2.0,
                refill_per_second: 1.0
            })
        );
        assert_eq!(weather.denied, ["iam:*"]);
    }

    #[test]
    fn a_misspelt_field_is_an_error() {
        let error = serde_yaml::from_str::<Weather>("propagation: 2s")
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `propagation`"), "{error}");
    }

    #[test]
    fn weather_is_written_in_the_words_it_is_read_in() {
        let text = serde_yaml::to_string(&Weather::storm(3)).unwrap();
        insta::assert_snapshot!(text, @r"
        seed: 3
        propagationDelay: 4s
        latency: 20ms
        associationDelay: 2s
        instanceDelay: 3s
        throttle:
          iam:
            capacity: 20.0
            refillPerSecond: 10.0
          ec2:
            capacity: 20.0
            refillPerSecond: 10.0
        serverErrors: 0.05
        lostResponses: 0.05
        staleReads: 0.2
        concurrentModifications: 0.05
        shortPages: 0.2
        ");
        assert_eq!(
            serde_yaml::from_str::<Weather>(&text).unwrap(),
            Weather::storm(3)
        );
    }
}
