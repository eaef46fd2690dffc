//! The weather as it unfolds: seeded draws and token buckets. It decides what happens to a call, not how it is worded.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::ids::Entropy;
use super::random::{Random, mix};
use super::route::Service;
use super::weather::{Rate, Weather};

/// The state behind the weather. It is not part of the world and never saved.
#[derive(Debug)]
pub(crate) struct Sky {
    pub(crate) weather: Weather,
    errors: Random,
    lost: Random,
    stale: Random,
    concurrent: Random,
    pages: Random,
    ids: Random,
    buckets: BTreeMap<String, Bucket>,
}

/// What the weather has in store for one call.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent draws, each of which happens or does not"
)]
pub(crate) struct Fate {
    pub(crate) server_error: Option<ServerError>,
    pub(crate) lost: bool,
    pub(crate) stale: bool,
    pub(crate) concurrent: bool,
    pub(crate) short_page: bool,
    pub(crate) entropy: Entropy,
}

/// The two ways in which a service fails by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerError {
    /// HTTP 500.
    Internal,
    /// HTTP 503.
    Unavailable,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Sky {
    pub(crate) fn new(weather: Weather) -> Sky {
        let stream = |purpose| Random::new(weather.seed, purpose);
        Sky {
            errors: stream("errors"),
            lost: stream("lost"),
            stale: stream("stale"),
            concurrent: stream("concurrent"),
            pages: stream("pages"),
            ids: stream("ids"),
            buckets: BTreeMap::new(),
            weather,
        }
    }

    /// Draws one call's fate. Every stream moves on at every call, whatever comes of it.
    pub(crate) fn fate(&mut self, now: Timestamp) -> Fate {
        let (weather, which) = (&self.weather, self.errors.next());
        let kind = if which & 1 == 0 {
            ServerError::Internal
        } else {
            ServerError::Unavailable
        };
        let clock = u64::try_from(now.as_nanosecond() & i128::from(u64::MAX)).unwrap_or_default();
        Fate {
            server_error: self.errors.chance(weather.server_errors).then_some(kind),
            lost: self.lost.chance(weather.lost_responses),
            stale: self.stale.chance(weather.stale_reads),
            concurrent: self.concurrent.chance(weather.concurrent_modifications),
            short_page: self.pages.chance(weather.short_pages),
            entropy: Entropy(self.ids.next() ^ mix(clock)),
        }
    }

    /// Takes a token from the action's bucket, if the service has buckets. False when it is empty.
    pub(crate) fn admits(
        &mut self,
        service: Service,
        region: &str,
        action: &str,
        now: Timestamp,
    ) -> bool {
        let throttle = &self.weather.throttle;
        let (rate, place) = match service {
            Service::Iam => (throttle.iam, ""),
            Service::Sts => (throttle.sts, region),
            Service::Ec2 => (throttle.ec2, region),
        };
        let Some(rate) = rate else { return true };
        let key = format!("{}:{place}:{action}", service.name());
        let full = || Bucket {
            tokens: rate.capacity,
            filled: now,
        };
        self.buckets.entry(key).or_insert_with(full).take(rate, now)
    }

    /// The moment whose IAM state the data planes see now.
    pub(crate) fn horizon(&self, now: Timestamp) -> Timestamp {
        now.saturating_sub(self.weather.propagation_delay)
            .unwrap_or(Timestamp::MIN)
    }

    /// Whether the caller's policies deny the action.
    pub(crate) fn denies(&self, service: Service, action: &str) -> bool {
        let named = |denied: &String| {
            denied.split_once(':').is_some_and(|(prefix, name)| {
                prefix == service.name() && (name == "*" || name == action)
            })
        };
        self.weather.denied.iter().any(named)
    }
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Timestamp) -> bool {
        let passed = now
            .duration_since(self.filled)
            .max(SignedDuration::ZERO)
            .as_secs_f64();
        self.tokens = (self.tokens + passed * rate.refill_per_second).min(rate.capacity);
        self.filled = self.filled.max(now);
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}
