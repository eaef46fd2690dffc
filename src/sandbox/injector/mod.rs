//! The injector of faults: seeded draws, token buckets, the script. It decides what happens to a call; `refusal` words
//! it.

mod buckets;
mod injected;

use jiff::{SignedDuration, Timestamp};

use super::form::Form;
use super::service::Service;
use super::weather::{ScriptedAction, Weather};
use buckets::Buckets;
use injected::Streams;

pub(crate) use injected::{InjectedFaults, Unseen};

/// Weather with the state of its draws. It is not part of the world and never saved.
#[derive(Debug)]
pub(crate) struct FaultInjector {
    pub(crate) weather: Weather,
    streams: Streams,
    buckets: Buckets,
    /// How many calls each event of the script has matched so far.
    met: Vec<u32>,
}

impl FaultInjector {
    pub(crate) fn new(weather: Weather) -> FaultInjector {
        FaultInjector {
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

    /// Draws the faults of one call. Every stream moves on at every call, whatever comes of it.
    pub(crate) fn draw(&mut self, now: Timestamp) -> InjectedFaults {
        self.streams.draw(&self.weather, now)
    }

    /// Adds what the script asks for on the next call of this action.
    pub(crate) fn follow_script(
        &mut self,
        service: Service,
        action: &str,
        injected: &mut InjectedFaults,
    ) {
        for (event, met) in self.weather.script.iter().zip(&mut self.met) {
            if !means(&event.on, service, action) {
                continue;
            }
            *met += 1;
            match event.action {
                ScriptedAction::Fault(kind) if event.meets(*met) => {
                    injected.scripted.insert(kind);
                }
                ScriptedAction::Delay(length) if event.meets(*met) => injected.latency += length,
                ScriptedAction::Fault(_) | ScriptedAction::Delay(_) => {}
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
