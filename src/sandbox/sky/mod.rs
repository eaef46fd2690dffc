//! The weather as it unfolds: seeded draws, token buckets, the script. It decides what happens to a call, not how that
//! is worded.

mod buckets;
mod fate;

use jiff::{SignedDuration, Timestamp};

use super::form::Form;
use super::service::Service;
use super::weather::{Deed, Weather};
use buckets::Buckets;
use fate::Streams;

pub(crate) use fate::{Fate, Unseen};

/// The state behind the weather. It is not part of the world and never saved.
#[derive(Debug)]
pub(crate) struct Sky {
    pub(crate) weather: Weather,
    streams: Streams,
    buckets: Buckets,
    /// How many calls each event of the script could have met so far.
    met: Vec<u32>,
}

impl Sky {
    pub(crate) fn new(weather: Weather) -> Sky {
        Sky {
            streams: Streams::new(weather.seed),
            buckets: Buckets::default(),
            met: vec![0; weather.script.len()],
            weather,
        }
    }

    /// The service's clock when the caller's shows this.
    pub(crate) fn clock(&self, callers: Timestamp) -> Timestamp {
        let skew = self.weather.clock_skew;
        callers.saturating_add(skew).unwrap_or(callers)
    }

    /// Draws one call's fate. Every stream moves on at every call, whatever comes of it.
    pub(crate) fn fate(&mut self, now: Timestamp) -> Fate {
        self.streams.draw(&self.weather, now)
    }

    /// Adds what the script has in store for the next call of this action.
    pub(crate) fn follow_script(&mut self, service: Service, action: &str, fate: &mut Fate) {
        for (event, met) in self.weather.script.iter().zip(&mut self.met) {
            if !means(&event.on, service, action) {
                continue;
            }
            *met += 1;
            match event.deed {
                Deed::Mishap(mishap) if event.meets(*met) => {
                    fate.scripted.insert(mishap);
                }
                Deed::Delay(length) if event.meets(*met) => fate.latency += length,
                Deed::Mishap(_) | Deed::Delay(_) => {}
            }
        }
    }

    /// Takes a call's tokens from its buckets. False when there are not enough.
    pub(crate) fn admits(
        &mut self,
        service: Service,
        region: &str,
        form: &Form,
        now: Timestamp,
    ) -> bool {
        self.buckets
            .admit(&self.weather.throttle, service, region, form, now)
    }

    /// Whether the caller's policies deny the action.
    pub(crate) fn denies(&self, service: Service, action: &str) -> bool {
        let mut denied = self.weather.denied.iter();
        denied.any(|pattern| means(pattern, service, action))
    }

    /// Whether the caller's own policies decide.
    pub(crate) fn enforces(&self) -> bool {
        self.weather.enforce_policies
    }

    /// How long the credentials last that are handed out.
    pub(crate) fn lifetime(&self) -> Option<SignedDuration> {
        self.weather.credential_lifetime
    }
}

/// Whether `iam:CreateRole` or `iam:*` means this action.
fn means(pattern: &str, service: Service, action: &str) -> bool {
    pattern
        .split_once(':')
        .is_some_and(|(prefix, name)| prefix == service.name() && (name == "*" || name == action))
}
