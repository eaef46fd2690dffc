//! What goes over the wire, as far as people want to know: how many calls, and how fast they may leave at present.

use super::Service;

/// Something that counts its calls.
pub trait Meter: Send + Sync {
    /// The counts so far, and what slows calls now.
    fn traffic(&self) -> Traffic;
}

/// The calls of a run so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traffic {
    /// HTTP requests; pages and retries count each.
    pub calls: usize,
    /// How many of them AWS throttled.
    pub throttles: usize,
    /// Where calls are held back now because AWS throttled some.
    pub paces: Vec<Pace>,
}

/// How fast calls to one service may leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// Which service.
    pub service: Service,
    /// Where, for a service that counts by region.
    pub region: Option<String>,
    /// The rate.
    pub calls_per_second: f64,
}
